"""Drafts on the disk: in the order in which they were typed, waited for at the end, and there after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from gcrm.services.drafts import DraftStore
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.erase import erase
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper, _Files
from tests.ui.office import Office
from tests.ui.turning import settle

# The real rail in a process of its own; it says when the draft lies on the disk.
PROGRAM = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from gcrm.services import contact
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.opening import open_office
from gcrm.services.database import Database
from gcrm.services.drafts import DraftStore
from gcrm.ui.changes import ChangeFeed
from gcrm.ui.chronicle import ChronicleRail
from gcrm.ui.context import Context
from gcrm.ui.state import WindowState
from gcrm.ui.tasks import Tasks
from gcrm.ui.theme import Theme
folder = Path(sys.argv[1])
app = QApplication([])
theme = Theme("light", 1.0)
theme.apply(app)
database = open_office(str(folder / "office.gcrm"), user="anna")
made = contact.create(database, contact.empty(name="Albrecht"))
tasks = Tasks()
watcher = ChangeWatcher(database)
watcher.start()
feed = ChangeFeed(database, tasks, watcher)
class Window(QWidget):
    def fail(self, error): raise SystemExit(str(error))
rail = ChronicleRail(Context(database, tasks, theme, feed, WindowState(folder / "w.ini"), Window()))
rail.show_contact(made)
rail.show()
rail.box.text.setPlainText("Half a sentence and then the power")
store = DraftStore.of(database)
def look():
    if store.get(f"log:{made}") is not None:
        print(made, flush=True)
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
app.exec()
"""


def test_the_newest_text_wins_whichever_thread_is_faster(context: Context) -> None:
    store = DraftStore.of(context.database)
    files = _Files(context.database)

    def write(number: int, values: dict[str, str] | None) -> None:
        worker = threading.Thread(target=files.write, args=("log:1", number, values))
        worker.start()
        worker.join()

    write(2, {"text": "newer"})
    write(1, {"text": "older, but late"})
    kept = store.get("log:1")
    assert kept is not None
    assert kept.data["text"] == "newer"
    write(4, None)
    write(3, {"text": "late"})
    assert store.get("log:1") is None


def test_the_end_of_the_program_waits_for_what_was_flushed(context: Context) -> None:
    keeper = DraftKeeper(context)
    keeper.put("log:1", {"text": "last words"})
    keeper.flush()
    context.tasks.close()
    kept = DraftStore.of(context.database).get("log:1")
    assert kept is not None
    assert kept.data["text"] == "last words"


def test_forgetting_removes_also_what_still_waits(context: Context) -> None:
    keeper = DraftKeeper(context)
    keeper.put("log:1", {"text": "a"})
    keeper.forget("log:1")
    settle(context)
    assert DraftStore.of(context.database).get("log:1") is None


def test_nothing_is_kept_of_somebody_who_was_erased(context: Context, office: Office) -> None:
    keeper = DraftKeeper(context)
    erase(context.database, Subject("contact", office.becker))
    settle(context)
    keeper.put(f"log:{office.becker}", {"contact_id": office.becker, "text": "the window closes over it"})
    keeper.put(f"log:{office.albrecht}", {"contact_id": office.albrecht, "text": "stays"})
    keeper.flush()
    settle(context)
    assert [draft.data["text"] for draft in DraftStore.of(context.database).unfinished()] == ["stays"]


def test_text_is_there_after_a_kill(tmp_path: Path) -> None:
    environment = {**os.environ, "GCRM_DATA": str(tmp_path / "data"), "QT_QPA_PLATFORM": "offscreen"}
    (tmp_path / "data").mkdir()
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert running.stdout is not None
    made = int(running.stdout.readline())
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    running.stdout.close()
    drafts = list((tmp_path / "data" / "drafts").glob("*.json"))
    assert len(drafts) == 1
    assert "Half a sentence and then the power" in drafts[0].read_text()
    assert f'"log:{made}"' in drafts[0].read_text()
