"""Every window as a picture: `python -m tests.screenshots FOLDER`; with `--docs` also those of README and guide.

The main window through the real program on the demo office, in its widths, light and dark, English and German; then
every window of tests/ui/register.py. Nothing needs a screen. A window that cannot be shown is named, and the status
is then 1. To add a view of the main window: a function below and its name in VIEWS; other windows come by themselves.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import language as speaking
from gcrm.services import contact_list, demo, user
from gcrm.services.contact_list import ContactQuery
from gcrm.services.opening import open_office
from gcrm.ui.call_stack import POPUP_NAME
from gcrm.ui.theme import color
from tests.bench.desk import Desk, Stuck, desk, turn_for

CONTACTS, ACTIVITIES, SEED = 400, 3000, 7
WIDTHS = ((1440, 900), (1600, 900), (1100, 800), (1024, 700))
SHOWN = "Albrecht Metallbau"
LOGIN, NAME, MAIL = "clara", "Clara Winter", "clara.winter@office.example"
"""Who works in the office of the pictures, whoever takes them."""
EDGE = 24
PAUSE_MS = 120
"""From the last read to the last paint; pictures and previews come later than data."""

View = Callable[[Desk], None]


def record(found: Desk) -> None:
    """Show a contact."""


def search(found: Desk) -> None:
    """Find something in the list."""
    found.pane.search.setText("met")


def palette(found: Desk) -> None:
    """Open the box that goes anywhere."""
    found.window.open_palette()


def new_contact(found: Desk) -> None:
    """Open the form of a new contact."""
    from gcrm.ui.new_contact import open_new_contact

    open_new_contact(found.context)


def today(found: Desk) -> None:
    """Show what is due."""
    found.window.open_section("today")


def table(found: Desk) -> None:
    """Show the contacts as a table."""
    found.window.open_section("table")


def section(key: str) -> View:
    """Return the view of a section."""

    def show(found: Desk) -> None:
        found.window.open_section(key)

    return show


def tab(key: str) -> View:
    """Return the view of a tab of the record."""

    def show(found: Desk) -> None:
        found.window.contacts.page.open_tab(key)

    return show


def command(name: str) -> View:
    """Return the view that a command of the menu opens."""

    def show(found: Desk) -> None:
        found.window.actions_.action(name).trigger()

    return show


def ringing(found: Desk) -> None:
    """Let it ring from the contact that is shown."""
    from gcrm.ui.telephony import ring_for_trial

    contact = found.window.current_contact()
    if contact is not None:
        ring_for_trial(found.context, contact)


# Picture of README and guide, in docs/pictures → view it is made from.
DOCS = {
    "contacts_light": "record_light_en",
    "contacts_dark": "record_dark_en",
    "contacts_german": "record_light_de",
    "contacts_1600": "main_1600_light_en",
    "contacts_1100_dark": "main_1100_dark_en",
    "palette": "palette_light_en",
    "new_contact": "new_contact_light_en",
    "today": "today_light_en",
    "table": "table_light_en",
    "filter": "filter_light_en",
    "call": "call_light_en",
    "call_dark": "call_dark_en",
    "labels": "labels_light_en",
    "contact_sheet": "contact_sheet_light_en",
    "settings": "settings_light_en",
    "history": "history_light_en",
    "import": "window_import",
    "merge": "window_merge",
    "calendar": "calendar_light_en",
    "rights": "window_settings_rights",
}
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
VIEWS: dict[str, View] = {
    "record": record,
    "search": search,
    "palette": palette,
    "new_contact": new_contact,
    "today": today,
    "table": table,
    "calendar": section("calendar"),
    "people": tab("people"),
    "terms": tab("terms"),
    "files": tab("files"),
    "history": command("history"),
    "filter": command("filter"),
    "settings": command("settings"),
    "labels": command("print_labels"),
    "contact_sheet": command("print_sheet"),
    "list": command("print_list"),
    "call": ringing,
}
LOOKS = (("light", "en"), ("dark", "en"), ("light", "de"), ("dark", "de"))
# Views taken in every look; the others are taken light and English, and light and German.
EVERYWHERE = ("record", "palette", "new_contact", "today", "labels", "call", "table")


class Camera:
    """Takes the pictures and notes what could not be shown."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.failed: list[str] = []
        self.taken = 0

    def take(self, name: str, window: QWidget) -> None:
        """Write the picture of a window with everything that lies above it."""
        picture = window.grab()
        painter = QPainter(picture)
        for other in _above(window):
            place = _place(other, window)
            painter.drawPixmap(place, other.grab())
            if isinstance(other, QDialog):
                painter.setPen(color("field"))
                painter.drawRect(QRect(place, other.size()).adjusted(-1, -1, 0, 0))
        painter.end()
        picture.save(str(self.folder / f"{name}.png"))
        self.taken += 1

    @contextmanager
    def noting(self, name: str) -> Iterator[None]:
        """Go on with the next window where one cannot be shown, and say so at the end."""
        try:
            yield
        except (ImportError, AttributeError, KeyError, TypeError, RuntimeError, GcrmError, Stuck) as problem:
            self.failed.append(f"{name}: {type(problem).__name__}: {problem}")


def _above(window: QWidget) -> list[QWidget]:
    """Return the other windows that are shown, the oldest first."""
    return [each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not window]


def _place(other: QWidget, window: QWidget) -> QPoint:
    """Return where a window lies above another one: pop-ups of calls below on the right, all others in the middle."""
    room = window.size() - other.size()
    if other.objectName() == POPUP_NAME:
        return QPoint(room.width() - EDGE, room.height() - EDGE)
    return QPoint(room.width() // 2, max(room.height() // 2, 0))


def close_others(found: Desk) -> None:
    """Close what a view has opened."""
    from gcrm.ui.command_palette import CommandPalette

    for overlay in found.window.findChildren(CommandPalette):
        overlay.close_and_return()
    for other in _above(found.window):
        other.hide()
        other.deleteLater()
    found.pane.search.clear()
    found.window.contacts.page.open_tab("overview")
    open_shown(found)


def open_shown(found: Desk) -> None:
    """Open the contact of the pictures."""
    with found.context.database.read() as session:
        wanted = contact_list.ids(session, ContactQuery(words=SHOWN), 1)
    found.window.open_contact(wanted[0])
    found.settle()


def main_views(camera: Camera, url: str, mode: str, language: str) -> None:
    """Take the views of the main window in one look."""
    with desk(url, language=language) as found:
        found.program.theme.set_mode(mode)
        found.window.resize(1440, 900)
        found.settle()
        close_others(found)  # reminders of the demo office
        for name, view in VIEWS.items():
            if mode == "light" or name in EVERYWHERE:
                with camera.noting(f"{name} ({mode}, {language})"):
                    view(found)
                    found.settle()
                    turn_for(PAUSE_MS)
                    found.settle()
                    camera.take(f"{name}_{mode}_{language}", found.window)
                close_others(found)
        for width, height in WIDTHS:
            found.window.resize(width, height)
            found.settle()
            turn_for(PAUSE_MS)
            camera.take(f"main_{width}_{mode}_{language}", found.window)


def registered(camera: Camera, url: str, names: tuple[str, ...] = ()) -> None:
    """Take every window of the register, or those named."""
    from tests.ui.register import WINDOWS

    with desk(url, language="en") as found:
        for name in names or WINDOWS:
            found.context.window = found.window  # a main window that was taken before has put itself there
            with camera.noting(name):
                window = WINDOWS[name](found.context, None)
                window.show()
                found.settle()
                turn_for(PAUSE_MS)
                picture = window.grab()
                picture.save(str(camera.folder / f"window_{name.replace(' ', '_').replace(',', '')}.png"))
                camera.taken += 1
                window.hide()
                window.deleteLater()
                found.settle()


def retry(camera: Camera) -> None:
    """Take again, each in an office of its own, the windows that another one has left no room for."""
    from tests.ui.register import WINDOWS

    names = [sentence.partition(": UserError")[0] for sentence in camera.failed if ": UserError" in sentence]
    camera.failed = [sentence for sentence in camera.failed if sentence.partition(": UserError")[0] not in names]
    for name in names:
        if name in WINDOWS:
            with tempfile.TemporaryDirectory(prefix="gcrm-pictures-") as folder:
                registered(camera, make_office(Path(folder)), (name,))


def make_office(folder: Path, language: str = "en") -> str:
    """Return the URL of a fresh demo office."""
    url = f"sqlite:///{folder / f'demo_{language}.gcrm'}"
    database = open_office(url)
    demo.create(database, CONTACTS, seed=SEED, activities=ACTIVITIES, language=language)
    user.change(database, database.user_id, NAME, MAIL)
    with speaking(language):
        demo.add_appointments(database)
    database.close()
    return url


def publish(folder: Path) -> None:
    """Copy the pictures of README and guide, in 256 colours: a third of the bytes, and no eye sees it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, source in DOCS.items():
        with Image.open(folder / f"{source}.png") as picture:
            few = picture.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            few.save(PICTURES / f"{name}.png", optimize=True)


def main(words: list[str]) -> int:
    """Take all pictures; the status is 1 where a window could not be shown."""
    folders = [word for word in words if word != "--docs"]
    if len(folders) != 1:
        print("Name the folder to write the pictures to.", file=sys.stderr)
        return 2
    os.environ["LOGNAME"] = LOGIN  # the account that getpass tells of first
    camera = Camera(Path(folders[0]))
    camera.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gcrm-pictures-") as folder:
        offices = {language: make_office(Path(folder), language) for language in ("en", "de")}
        for mode, language in LOOKS:
            main_views(camera, offices[language], mode, language)
        registered(camera, offices["en"])
        retry(camera)
    if "--docs" in words:
        publish(camera.folder)
    print(f"{camera.taken} pictures in {camera.folder}")
    for sentence in camera.failed:
        print(f"Not shown: {sentence}", file=sys.stderr)
    return 1 if camera.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
