"""The calendar by keys and by mouse: looked at, made, moved, changed and deleted, and heard by a screen reader."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QMouseEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gcrm.model.appointment import Participant
from gcrm.services import undo
from gcrm.services.appointment import Scope
from gcrm.services.user import users as everybody
from gcrm.ui.calendar.arrange import Share, lanes, side_by_side
from gcrm.ui.calendar.form import AppointmentForm
from gcrm.ui.calendar.page import CalendarPage
from gcrm.ui.calendar.time_grid import TimeGrid
from gcrm.ui.context import Context
from gcrm.ui.main_window import MainWindow
from tests.ui.calendar.steps import CTRL, MONDAY, SHIFT, at, book, drag, page_of, press, shown, view_of
from tests.ui.office import Office
from tests.ui.register_frame import main_window


def test_everything_is_done_by_keys(context: Context, qtbot: QtBot) -> None:
    book(context)
    page = page_of(context, qtbot, "week")
    press(context, page, Qt.Key.Key_Down, CTRL)
    assert page.selected() == shown(context)[0]
    press(context, page, Qt.Key.Key_Down, CTRL | SHIFT)
    press(context, page, Qt.Key.Key_Right, CTRL | SHIFT)
    press(context, page, Qt.Key.Key_Down, SHIFT)
    context.tasks.wait_idle()
    (entry,) = shown(context)
    assert (entry.begins, entry.ends) == (datetime(2026, 11, 24, 9, 15), datetime(2026, 11, 24, 10, 30))
    assert page.selected() == entry
    press(context, page, Qt.Key.Key_Delete)
    assert shown(context) == []
    undo.undo_last(context.database)
    context.tasks.wait_idle()
    press(context, page, Qt.Key.Key_PageDown)
    assert page.range()[0] == date(2026, 11, 30)
    press(context, page, Qt.Key.Key_Home)
    assert page.range()[0] == MONDAY
    press(context, page, Qt.Key.Key_Down)
    press(context, page, Qt.Key.Key_Return)
    form = page.opener.form
    assert isinstance(form, AppointmentForm)
    form.fields.subject.setText("New")
    QTest.keyClick(form.fields.subject, Qt.Key.Key_Return, CTRL)
    context.tasks.wait_idle()
    assert {each.title for each in shown(context)} == {"Offer", "New"}
    assert page.opener.form is None


def test_the_mouse_makes_moves_and_lengthens(context: Context, qtbot: QtBot) -> None:
    book(context)
    page = page_of(context, qtbot, "week")
    view = view_of(page)
    rect = view.visualRect(view.entries_.index(0))
    hour = 44
    drag(view, rect.center(), rect.center() + QPoint(0, hour))
    context.tasks.wait_idle()
    assert [(e.begins, e.ends) for e in shown(context)] == [(at(10), at(11))]
    rect = view.visualRect(view.entries_.index(0))
    drag(view, QPoint(rect.center().x(), rect.bottom() - 2), QPoint(rect.center().x(), rect.bottom() - 2 + hour))
    context.tasks.wait_idle()
    assert [(e.begins, e.ends) for e in shown(context)] == [(at(10), at(12))]
    drag(view, rect.center() + QPoint(0, 4 * hour), rect.center() + QPoint(0, 5 * hour))
    form = page.opener.form
    assert isinstance(form, AppointmentForm)
    context.tasks.wait_idle()
    assert (form.fields.begin.value(), form.fields.end.value()) == (at(14, 15).time(), at(15, 30).time())


def test_dragging_scrolls_at_the_edge_and_turns_the_page_at_the_side(context: Context, qtbot: QtBot) -> None:
    book(context)
    page = page_of(context, qtbot, "week")
    view = view_of(page)
    bar, width, height = view.verticalScrollBar(), view.viewport().width(), view.viewport().height()

    def hold(start: QPoint, end: QPoint) -> None:
        QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        place = QPointF(end)
        none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
        view.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, place, place, left, left, none))

    for is_end in (False, True):  # moving, and stretching beyond the window
        rect = view.visualRect(view.entries_.index(0))
        hold(QPoint(rect.center().x(), rect.bottom() - 2 if is_end else rect.center().y()),
             QPoint(rect.center().x(), height + 30 if is_end else height - 4))  # fmt: skip
        assert view.drag is not None
        before, ends = bar.value(), view.drag.end
        for _tick in range(20):
            view.drift()
        assert bar.value() > before
        assert view.drag.end > ends
        QTest.keyClick(view, Qt.Key.Key_Escape)
        assert view.drag is None
        bar.setValue(before)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton)
    rect = view.visualRect(view.entries_.index(0))
    hold(rect.center(), QPoint(width - 4, rect.center().y()))
    for _tick in range(20):
        view.drift()
    context.tasks.wait_idle()
    assert page.range()[0] == MONDAY + timedelta(days=7)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center())
    context.tasks.wait_idle()
    assert shown(context)[0].begins.date() >= MONDAY + timedelta(days=7)


def test_a_day_of_several_people_has_a_column_for_each(context: Context, qtbot: QtBot) -> None:
    with context.database.read() as session:
        me, other = [user.id for user in everybody(session)][:2]
    book(context, participants=[Participant(name="Bruno", user_id=other)])
    book(context, "Fair", responsible_id=other)
    page = page_of(context, qtbot, "day")
    assert len(view_of(page).boxes) == 1
    page.side.users[other].setChecked(True)
    context.tasks.wait_idle()
    view = view_of(page)
    assert isinstance(view, TimeGrid)
    assert [user for user, _name in view.people] == [me, other]
    titles = [(view._columns() * box.rect.x() // view.viewport().width(), view.entries_.entries[box.row].title)
              for box in view.boxes]  # fmt: skip
    assert sorted(titles) == [(0, "Offer"), (1, "Fair"), (1, "Offer")]
    view.choose(None)
    press(context, page, Qt.Key.Key_Right)
    press(context, page, Qt.Key.Key_Return)
    form = page.opener.form
    assert isinstance(form, AppointmentForm)
    assert form.fields.responsible.currentData() == other


def test_another_view_shows_the_day_of_the_cursor(context: Context, qtbot: QtBot) -> None:
    page = page_of(context, qtbot, "month")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right):
        press(context, page, key)
    digits = {each.key().toString(): each for each in page.body.findChildren(QShortcut)}
    digits["1"].activated.emit()  # a key would only be heard in the active window
    context.tasks.wait_idle()
    assert (page.view_name, page.range()[0]) == ("day", MONDAY + timedelta(days=8))
    page.tabs.setFocus()
    for _tab in range(3):
        QTest.keyClick(page.tabs, Qt.Key.Key_Right)
    context.tasks.wait_idle()
    assert (page.view_name, page.focusWidget() is page.tabs) == ("agenda", True)


def test_what_is_dragged_up_is_for_whole_days_and_back_for_hours(context: Context, qtbot: QtBot) -> None:
    book(context)
    page = page_of(context, qtbot, "week")
    view = view_of(page)
    assert isinstance(view, TimeGrid)
    across = view._column(3)[0] + 40
    drag(view, view.visualRect(view.entries_.index(0)).center(), QPoint(across, 40))
    context.tasks.wait_idle()
    (entry,) = shown(context)
    thursday = datetime(2026, 11, 26)
    assert (entry.is_all_day, entry.begins, entry.ends) == (True, thursday, thursday + timedelta(days=1))
    assert page.selected() == entry
    rect = view.visualRect(view.entries_.index(0))
    drag(view, QPoint(rect.right() - 2, rect.center().y()), QPoint(rect.right() + 60, rect.center().y()))
    context.tasks.wait_idle()
    assert shown(context)[0].ends == thursday + timedelta(days=2)
    drag(view, view.visualRect(view.entries_.index(0)).center(), QPoint(across, view._top() + 2))
    context.tasks.wait_idle()
    (entry,) = shown(context)
    assert (entry.is_all_day, entry.begins.date(), entry.ends - entry.begins) == (
        False, thursday.date(), timedelta(hours=1),
    )  # fmt: skip
    place = view.visualRect(view.entries_.index(0)).center()
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    press(context, page, Qt.Key.Key_Escape)
    assert view.drag is None


def test_the_keys_go_on_from_where_one_of_a_series_was_moved_to(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(context, rule="FREQ=DAILY;COUNT=5")
    page = page_of(context, qtbot, "week")
    for place, scope in ((1, Scope.ONE), (2, Scope.FOLLOWING), (0, Scope.ALL)):
        monkeypatch.setattr("gcrm.ui.calendar.opening.ask_scope", lambda *_words, scope=scope: scope)
        view_of(page).choose(place)
        press(context, page, Qt.Key.Key_Down, CTRL | SHIFT)
        chosen = page.selected()
        assert chosen is not None
        assert chosen.begins == at(9, 15) + timedelta(days=place)
    view_of(page).choose(0)
    for _day in range(7):
        press(context, page, Qt.Key.Key_Right, CTRL | SHIFT)
    assert page.range()[0] == MONDAY + timedelta(days=7)
    assert page.selected() is not None


def test_the_menu_belongs_to_the_entry_or_to_the_free_time_there(
    context: Context, qtbot: QtBot, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: menus.append(menu))
    window = main_window("calendar")(context, None)
    assert isinstance(window, MainWindow)
    qtbot.addWidget(window)
    window.show()
    book(context, contact_id=office.albrecht)
    page = window.stack.currentWidget()
    assert isinstance(page, CalendarPage)
    page.go_to(MONDAY)
    context.tasks.wait_idle()

    def menu_at(view: QWidget, point: QPoint | None = None) -> list[str]:
        """Return what can be chosen in the menu that comes by the mouse at a point, or by the key."""
        reason = QContextMenuEvent.Reason.Keyboard if point is None else QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(view, QContextMenuEvent(reason, point or QPoint(0, 0), QPoint(5, 5)))
        menu = menus.pop()
        texts = [action.objectName() for action in menu.actions() if action.isEnabled() and action.objectName()]
        menu.deleteLater()
        return texts

    of_entry = [
        "open_entry", "entry_contact", "answer_invitation", "send_invitation", "save_invitation", "new_appointment",
        "show_entry_day", "export_appointment", "open_in_calendar", "delete_entry",
    ]  # fmt: skip
    of_free_time = ["new_appointment", "show_entry_day", "go_to_day", "calendar_now", "import_calendar"]
    week = view_of(page)
    entry = next(box.rect.translated(-week.shift()).center() for box in week.boxes)
    assert menu_at(week.viewport(), entry) == of_entry
    assert menu_at(week) == of_entry
    assert menu_at(week.viewport(), entry + QPoint(0, entry.y() // 2)) == of_free_time
    assert menu_at(week) == of_free_time
    assert menu_at(week.viewport(), QPoint(entry.x(), 40)) == of_free_time
    window.actions_.action("new_appointment").trigger()
    assert isinstance(page.opener.form, AppointmentForm)
    context.tasks.wait_idle()
    assert page.opener.form.fields.all_day.isChecked()
    for name in ("agenda", "list"):
        page.show_view(name)
        context.tasks.wait_idle()
        assert menu_at(page.view()) == of_entry
        assert menu_at(page.view().viewport(), QPoint(60, 500)) == of_free_time
    window.actions_.action("show_entry_day").trigger()
    assert (page.view_name, page.day) == ("day", MONDAY)


def test_a_screen_reader_finds_each_entry(context: Context, qtbot: QtBot, office: Office) -> None:
    book(context, location="Room 2", contact_id=office.albrecht, status="tentative", rule="FREQ=DAILY;COUNT=2")
    for view in ("week", "month"):
        page = page_of(context, qtbot, view)
        found = QAccessible.queryAccessibleInterface(view_of(page))
        texts = [found.child(place).text(QAccessible.Text.Name) for place in range(found.childCount())]
        spoken = "Mon 23 Nov 09:00 – 10:00, Offer, Albrecht Metallbau GmbH, Room 2, anna, Tentative, repeats"
        assert spoken in texts
        child = found.child(texts.index(spoken))
        assert child.rect().width() > 20
        assert child.rect().height() > 10


@pytest.mark.parametrize("scope", [Scope.ONE, Scope.ALL])
def test_of_a_series_one_says_how_many_are_meant(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, scope: Scope
) -> None:
    book(context, rule="FREQ=DAILY;COUNT=3")
    page = page_of(context, qtbot, "month")
    monkeypatch.setattr("gcrm.ui.calendar.form.ask_scope", lambda *_words, can_be_one: scope if can_be_one else None)
    view = view_of(page)
    view.choose(1)
    press(context, page, Qt.Key.Key_Return)
    form = page.opener.form
    assert isinstance(form, AppointmentForm)
    assert form.fields.first_day.value() == date(2026, 11, 24)
    form.fields.location.setText("Room 9")
    form.save()
    context.tasks.wait_idle()
    assert [entry.location for entry in shown(context)].count("Room 9") == (1 if scope is Scope.ONE else 3)
    view.choose(2)
    press(context, page, Qt.Key.Key_Return)
    again = page.opener.form
    assert isinstance(again, AppointmentForm)
    again.fields.repeats.until.setText("2026-12-24")
    again.save()  # what changes how it repeats is not offered for one alone
    assert page.opener.form is again


def test_a_month_is_painted_anew_when_something_of_it_changes(context: Context, qtbot: QtBot) -> None:
    book(context)
    page = page_of(context, qtbot, "month")
    view = view_of(page)
    view.clearFocus()
    plain = view.viewport().grab().toImage()
    view.choose(0)
    assert view.viewport().grab().toImage() != plain
    view.choose(None)
    view.clearFocus()
    assert view.viewport().grab().toImage() == plain
    book(context, "Another one")
    page.load()
    context.tasks.wait_idle()
    assert view.viewport().grab().toImage() != plain


def test_what_the_keys_choose_is_shown_in_a_full_month_too(context: Context, qtbot: QtBot) -> None:
    for number in range(9):
        book(context, f"Number {number}")
    page = page_of(context, qtbot, "month")
    view = view_of(page)
    found = QAccessible.queryAccessibleInterface(view)
    assert found.child(8).text(QAccessible.Text.Name).endswith(", among those not shown")
    seen = {box.row for box in view.boxes}
    assert 8 not in seen
    view.choose(8)
    assert {box.row for box in view.boxes} == seen - {max(seen)} | {8}
    assert found.child(8).text(QAccessible.Text.Name).endswith("Number 8, anna")
    assert found.child(8).rect().height() > 10
    view.choose(None)
    assert {box.row for box in view.boxes} == seen


def test_entries_share_the_room() -> None:
    spans = [(at(9), at(11)), (at(9), at(10)), (at(10), at(12)), (at(13), at(14))]
    assert side_by_side(spans) == [Share(0, 2), Share(1, 2), Share(1, 2), Share(0, 1)]
    assert lanes([(0, 2), (1, 1), (2, 6), (3, 3)]) == [0, 1, 1, 0]
