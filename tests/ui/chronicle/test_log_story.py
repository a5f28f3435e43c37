"""Logging what happened: few keys, inline words, and never a lost letter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gcrm.errors import EnvironmentProblem
from gcrm.model.activity import Activity
from gcrm.services import activity
from gcrm.services.chronicle import ChronicleRow, chronicle
from gcrm.services.drafts import DraftStore, log_key
from gcrm.services.moment import day_of
from gcrm.ui.chronicle import ChronicleRail
from gcrm.ui.context import Context
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle

CTRL = Qt.KeyboardModifier.ControlModifier


class Keyboard:
    """Types where the focus is, and counts what is no text."""

    def __init__(self) -> None:
        self.actions = 0

    def _focus(self) -> QWidget:
        focus = QApplication.focusWidget()
        assert focus is not None
        return focus

    def type(self, text: str) -> None:
        QTest.keyClicks(self._focus(), text)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.actions += 1
        QTest.keyClick(self._focus(), key, modifiers)


def rows(context: Context, contact: int) -> list[ChronicleRow]:
    with context.database.read() as session:
        return chronicle(session, contact, user=context.database.user_id)


def test_a_call_with_a_follow_up_takes_three_actions(rail: ChronicleRail, context: Context, office: Office) -> None:
    keyboard = Keyboard()
    rail.focus_log()  # what Ctrl+L does in the main window
    keyboard.actions += 1
    keyboard.type("Wants an offer for 40 doors")
    keyboard.press(Qt.Key.Key_Tab)
    keyboard.type("in 2w")
    keyboard.press(Qt.Key.Key_Return, CTRL)
    settle(context)
    assert keyboard.actions <= 3
    made = next(row for row in rows(context, office.albrecht) if row.text == "Wants an offer for 40 doors")
    assert made.type == "call"
    assert made.follow_up_at is not None
    in_two_weeks = date.today() + timedelta(days=14)
    assert timedelta() <= day_of(made.follow_up_at, made.follow_up_all_day) - in_two_weeks <= timedelta(days=5)
    assert rail.box.text.toPlainText() == ""
    assert rail.box.follow_up.text() == ""
    assert rail.view.current_activity() == made.id


def test_tab_types_no_tab(rail: ChronicleRail) -> None:
    rail.focus_log()
    QTest.keyClicks(rail.box.text, "Hello")
    QTest.keyClick(rail.box.text, Qt.Key.Key_Tab)
    assert rail.box.text.toPlainText() == "Hello"
    assert rail.box.follow_up.hasFocus()


@pytest.mark.parametrize("where", ["text", "follow_up", "type"])
def test_control_enter_logs_from_every_field(rail: ChronicleRail, context: Context, office: Office, where: str) -> None:
    before = len(rows(context, office.albrecht))
    rail.box.text.setPlainText("Sent a brochure")
    QTest.keyClick(getattr(rail.box, where), Qt.Key.Key_Return, CTRL)
    settle(context)
    assert len(rows(context, office.albrecht)) == before + 1


def test_pressing_twice_logs_once(rail: ChronicleRail, context: Context, office: Office) -> None:
    before = len(rows(context, office.albrecht))
    rail.box.text.setPlainText("Once")
    for _time in range(3):
        QTest.keyClick(rail.box.text, Qt.Key.Key_Return, CTRL)
    settle(context)
    assert len(rows(context, office.albrecht)) == before + 1


def test_nothing_to_log_is_said_inline(rail: ChronicleRail, context: Context, office: Office) -> None:
    before = len(rows(context, office.albrecht))
    rail.box.button.click()
    settle(context)
    assert "Write what happened" in rail.box.hint.full_text()
    assert rail.box.hint.isVisible()
    assert len(rows(context, office.albrecht)) == before


def test_a_follow_up_that_names_no_day_is_not_swallowed(rail: ChronicleRail, context: Context, office: Office) -> None:
    before = len(rows(context, office.albrecht))
    rail.box.text.setPlainText("Text")
    rail.box.follow_up.setFocus()
    QTest.keyClicks(rail.box.follow_up, "someday")
    QTest.keyClick(rail.box.follow_up, Qt.Key.Key_Return, CTRL)
    settle(context)
    assert "someday" in rail.box.hint.full_text()
    assert rail.box.text.toPlainText() == "Text"
    assert len(rows(context, office.albrecht)) == before


def test_the_box_grows_from_two_lines_to_six(rail: ChronicleRail, context: Context) -> None:
    heights = []
    for lines in (1, 2, 3, 6, 20):
        rail.box.text.setPlainText("\n".join(["line"] * lines))
        settle(context)
        heights.append(rail.box.text.height())
    assert heights[0] == heights[1] < heights[2] < heights[3] == heights[4]


# --- nothing is lost ----------------------------------------------------------------------------------------------


def test_each_contact_keeps_its_own_text_and_caret(rail: ChronicleRail, context: Context, office: Office) -> None:
    rail.focus_log()
    QTest.keyClicks(rail.box.text, "Half a sentence")
    for _step in range(4):
        QTest.keyClick(rail.box.text, Qt.Key.Key_Left)
    rail.box.follow_up.set_typed("tomorrow")
    rail.show_contact(office.becker)  # the phone rings
    settle(context)
    assert rail.box.text.toPlainText() == ""
    QTest.keyClicks(rail.box.text, "The caller")
    rail.show_contact(office.albrecht)
    settle(context)
    assert rail.box.text.toPlainText() == "Half a sentence"
    assert rail.box.text.textCursor().position() == len("Half a sent")
    assert rail.box.follow_up.value() is not None
    rail.show_contact(office.becker)
    settle(context)
    assert rail.box.text.toPlainText() == "The caller"


def test_what_was_typed_comes_back_after_the_program_died(
    rail: ChronicleRail, context: Context, office: Office
) -> None:
    QTest.keyClicks(rail.box.text, "Not yet saved")
    rail.keeper._timer.timeout.emit()  # at most two seconds later
    settle(context)
    kept = DraftStore.of(context.database).get(log_key(office.albrecht))
    assert kept is not None
    assert kept.data["text"] == "Not yet saved"
    again = ChronicleRail(context)
    again.show_contact(office.albrecht)
    settle(context)
    assert again.box.text.toPlainText() == "Not yet saved"
    again.deleteLater()


def test_drafts_are_written_in_time_while_somebody_types_on(rail: ChronicleRail) -> None:
    QTest.keyClicks(rail.box.text, "a")
    rest = rail.keeper._timer.remainingTime()
    QTest.keyClicks(rail.box.text, "bcdef")
    assert 0 <= rail.keeper._timer.remainingTime() <= rest <= 5000


def test_changing_the_contact_writes_the_draft_at_once(rail: ChronicleRail, context: Context, office: Office) -> None:
    QTest.keyClicks(rail.box.text, "Kept")
    rail.show_contact(office.becker)
    settle(context)
    kept = DraftStore.of(context.database).get(log_key(office.albrecht))
    assert kept is not None
    assert kept.data["text"] == "Kept"


def test_logging_or_emptying_takes_the_draft_away(rail: ChronicleRail, context: Context, office: Office) -> None:
    store = DraftStore.of(context.database)
    for finish in (rail.box.submit, rail.box.text.clear):
        rail.box.text.setPlainText("Kept")
        rail.keeper.flush()
        settle(context)
        assert store.get(log_key(office.albrecht)) is not None
        finish()
        settle(context)
        assert store.get(log_key(office.albrecht)) is None


def test_a_failed_save_keeps_the_text(
    rail: ChronicleRail, context: Context, office: Office, window: FakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any, **_named: Any) -> int:
        raise EnvironmentProblem("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(activity, "log", refuse)
        rail.box.text.setPlainText("Important")
        rail.box.submit()
        settle(context)
    assert [error.sentence for error in window.errors] == ["The disk is full."]
    assert rail.box.text.toPlainText() == "Important"
    rail.box.submit()  # the disk has room again
    settle(context)
    assert rail.box.text.toPlainText() == ""
    assert rows(context, office.albrecht)[-1].id
    assert any(row.text == "Important" for row in rows(context, office.albrecht))


def test_a_record_that_changes_while_it_is_logged_gets_its_entry(
    rail: ChronicleRail, context: Context, office: Office
) -> None:
    rail.box.text.setPlainText("For Albrecht")
    rail.box.submit()
    rail.show_contact(office.becker)
    QTest.keyClicks(rail.box.text, "For Becker")
    settle(context)
    assert rail.box.text.toPlainText() == "For Becker"
    assert any(row.text == "For Albrecht" for row in rows(context, office.albrecht))
    rail.show_contact(office.albrecht)
    settle(context)
    assert rail.box.text.toPlainText() == ""


def test_changes_from_elsewhere_leave_the_box_alone(rail: ChronicleRail, context: Context, office: Office) -> None:
    rail.focus_log()
    QTest.keyClicks(rail.box.text, "Being typed")
    activity.log(context.database, office.albrecht, "By a colleague", at=datetime.now().astimezone())
    settle(context)
    assert rail.box.text.toPlainText() == "Being typed"
    assert rail.box.text.hasFocus()
    texts = [rail.model.row(rail.model.index(row)).text for row in range(rail.model.rowCount())]
    assert "By a colleague" in texts


def test_a_new_follow_up_is_found_by_the_model(rail: ChronicleRail, context: Context, office: Office) -> None:
    rail.box.follow_up.set_typed("tomorrow")
    rail.box.text.setPlainText("Ask again")
    rail.box.submit()
    settle(context)
    loaded = next(row for row in rows(context, office.albrecht) if row.text == "Ask again")
    with context.database.read() as session:
        kept = session.get(Activity, loaded.id)
    assert kept is not None
    assert kept.state == "open"
