"""The box that goes anywhere: what it offers, how it is left, and that it stays inside the window (E 14)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gcrm.services import contact
from gcrm.ui.command_palette import CommandPalette, Entry, EntryRole, open_palette
from gcrm.ui.context import Context
from gcrm.ui.main_window import MainWindow
from tests.ui.office import Office
from tests.ui.turning import settle


@pytest.fixture
def frame(context: Context, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(context.theme, context.state)
    qtbot.addWidget(made)
    context.window = made
    made.attach(context)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    settle(context)
    yield made
    made.close()


@pytest.fixture
def box(frame: MainWindow, context: Context) -> CommandPalette:
    made = open_palette(context, frame.actions_)
    settle(context)
    return made


def entries(box: CommandPalette) -> list[Entry]:
    return [box.list.item(row).data(EntryRole) for row in range(box.list.count())]


def typed(box: CommandPalette, context: Context, words: str) -> list[str]:
    box.input.setText(words)
    settle(context)
    return [entry.title for entry in entries(box) if entry.run is not None]


def test_only_what_can_be_done_now_is_offered(box: CommandPalette, context: Context) -> None:
    assert "Back" not in typed(box, context, "back")
    assert typed(box, context, "switch off the moon") == []


def test_words_of_a_command_may_come_in_any_order_and_without_accents(box: CommandPalette, context: Context) -> None:
    assert typed(box, context, "labels print") == ["Print labels"]
    assert typed(box, context, "LÀBELS") == ["Print labels"]


def test_it_does_not_offer_itself(box: CommandPalette, context: Context) -> None:
    assert "Go to or do anything" not in typed(box, context, "anything")


def test_commands_show_their_keys_and_are_spoken_with_them(box: CommandPalette, context: Context) -> None:
    typed(box, context, "new contact")
    rows = [row for row, entry in enumerate(entries(box)) if entry.title == "New contact"]
    assert entries(box)[rows[0]].keys == "Ctrl+N"
    spoken = box.list.item(rows[0]).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken == "New contact, Ctrl+N"


def test_a_person_leads_to_the_company(
    box: CommandPalette, context: Context, frame: MainWindow, office: Office
) -> None:
    frame.open_contact(office.becker)
    assert any("Lea Lindner" in title for title in typed(box, context, "lindner"))
    QTest.keyClick(box.input, Qt.Key.Key_Return)
    settle(context)
    assert frame.current_contact() == office.albrecht


def test_a_click_runs_a_line_and_a_heading_does_nothing(
    box: CommandPalette, context: Context, frame: MainWindow, office: Office
) -> None:
    typed(box, context, "joana")
    heading, hit = box.list.item(0), box.list.item(1)
    assert heading is not None
    assert hit is not None
    QTest.mouseClick(
        box.list.viewport(), Qt.MouseButton.LeftButton, pos=box.list.visualItemRect(heading).center()
    )  # fmt: skip
    assert box.isVisible()
    QTest.mouseClick(box.list.viewport(), Qt.MouseButton.LeftButton, pos=box.list.visualItemRect(hit).center())
    settle(context)
    assert frame.current_contact() == office.cardoso


def test_opening_it_again_closes_the_former(frame: MainWindow, context: Context) -> None:
    former = QApplication.focusWidget()
    open_palette(context, frame.actions_)
    open_palette(context, frame.actions_)
    settle(context)
    shown = [box for box in frame.findChildren(CommandPalette) if box.isVisible()]
    assert len(shown) == 1
    QTest.keyClick(shown[0].input, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is former


def test_an_answer_that_comes_after_it_was_left_is_dropped(frame: MainWindow, context: Context) -> None:
    box = open_palette(context, frame.actions_)
    box.input.setText("joana")
    box.close_and_return()
    settle(context)
    assert not [one for one in frame.findChildren(CommandPalette) if one.isVisible()]


@pytest.mark.parametrize("size", [(1600, 1000), (1024, 700), (640, 480)])
def test_it_stays_inside_the_window(
    box: CommandPalette, context: Context, frame: MainWindow, size: tuple[int, int]
) -> None:
    for number in range(30):
        contact.create(context.database, contact.empty(name=f"Joana {number}"))
    frame.resize(*size)
    typed(box, context, "a")
    assert frame.rect().contains(box.geometry())


def test_deleted_contacts_are_not_found(box: CommandPalette, context: Context, office: Office) -> None:
    contact.trash(context.database, [office.cardoso])
    assert "Joana Cardoso" not in typed(box, context, "joana")
