"""Choosing files and places: the real dialog is opened, answered by name, and nothing stands still meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gcrm.services import attachment
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import choose_and_attach
from gcrm.ui.files import FilesTab, choose_picture
from gcrm.ui.widgets.file_question import ask_for_folder, ask_where
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.test_files import add, kept, picture, settle


class Desk(QWidget, FakeWindow):
    """A window that remembers, and that a question can belong to."""

    def __init__(self) -> None:
        QWidget.__init__(self)
        FakeWindow.__init__(self)


@pytest.fixture
def desk(context: Context, qtbot: QtBot) -> Desk:
    made = Desk()
    qtbot.addWidget(made)
    made.tasks = context.tasks
    return made


@pytest.fixture
def here(context: Context, desk: Desk) -> Context:
    return replace(context, window=desk)


def question() -> QFileDialog:
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QFileDialog)]
    shown = [dialog for dialog in found if dialog.isVisible()]
    assert len(shown) == 1
    return shown[0]


def answer(*paths: Path) -> None:
    asked = question()
    asked.setDirectory(str(paths[0].parent))
    asked.filesSelected.emit([str(path) for path in paths])
    asked.fileSelected.emit(str(paths[0]))
    asked.close()


def test_the_program_goes_on_while_a_file_is_chosen(here: Context, office: Office, qtbot: QtBot) -> None:
    ticks: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(1)
    choose_and_attach(here, office.albrecht)
    assert question().isVisible()
    qtbot.waitUntil(lambda: len(ticks) > 3)
    question().close()
    settle(here)
    assert kept(office) == []


def test_chosen_files_are_kept(here: Context, office: Office, tmp_path: Path) -> None:
    paths = [tmp_path / "offer.txt", tmp_path / "plan.txt"]
    for path in paths:
        path.write_text(path.name)
    choose_and_attach(here, office.albrecht)
    answer(*paths)
    settle(here)
    assert sorted(row.name for row in kept(office)) == ["offer.txt", "plan.txt"]


def test_a_chosen_picture_becomes_the_photo(here: Context, office: Office, tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(picture())
    choose_picture(here, office.albrecht)
    assert question().fileMode() == QFileDialog.FileMode.ExistingFile
    answer(path)
    settle(here)
    with office.database.read() as session:
        assert attachment.picture(session, office.albrecht) == picture()


@pytest.mark.parametrize(
    ("content", "said"), [(b"no picture", "Choose a picture in one of"), (b"\x89PNG\r\n\x1a\n", "is larger")]
)
def test_a_file_that_is_no_picture_is_refused(
    here: Context, office: Office, desk: Desk, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "logo.png"
    with path.open("wb") as file:
        file.write(content)
        if "larger" in said:
            file.truncate(attachment.LARGEST_PICTURE * 100)  # never read as a whole
    choose_picture(here, office.albrecht)
    answer(path)
    settle(here)
    assert said in desk.errors[0].sentence


def test_a_copy_is_saved_under_the_chosen_name(
    context: Context, office: Office, window: FakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    add(office, "plan.txt", b"the plan")
    tab = FilesTab(context)
    qtbot.addWidget(tab)
    tab.actions_.save_as(kept(office)[0])
    asked = question()
    assert asked.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert [Path(name).name for name in asked.selectedFiles()] == ["plan.txt"]
    answer(tmp_path / "copy.txt")
    settle(context)
    assert (tmp_path / "copy.txt").read_bytes() == b"the plan"
    assert window.said == ["Saved as copy.txt"]


def test_the_ending_is_added_where_none_is_typed(qtbot: QtBot, tmp_path: Path) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    places: list[Path] = []
    asked = ask_where(home, "Save", places.append, tmp_path / "list.pdf", "PDF (*.pdf)")
    assert asked.defaultSuffix() == "pdf"
    assert asked.directory().absolutePath() == str(tmp_path)
    asked.close()


def test_a_folder_is_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    places: list[Path] = []
    usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
    ask_for_folder(home, "Choose", places.append, usual)
    assert question().fileMode() == QFileDialog.FileMode.Directory
    answer(tmp_path / "cards")
    assert places == [tmp_path / "cards"]
