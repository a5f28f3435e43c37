"""The list of the rail: order and words, keys, unfolding, older pages, filter, files, and the activity beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from gcrm.model.activity import Activity
from gcrm.model.follow_up import Step, When
from gcrm.model.recurrence import Unit
from gcrm.services import activity, attachment, follow_up
from gcrm.services.chronicle import chronicle
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui.chronicle import ChronicleRail
from gcrm.ui.chronicle.entries import PAGE
from gcrm.ui.chronicle.painting import break_lines
from gcrm.ui.context import Context
from gcrm.ui.theme import Theme, px, role_font
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle

LONG = "\n".join(f"Line {number} of a text that goes on for a while and needs more room." for number in range(8))


def titles(rail: ChronicleRail) -> list[str]:
    return [rail.model.words(rail.model.index(row)).title for row in range(rail.model.rowCount())]


def go_to(rail: ChronicleRail, activity_id: int) -> None:
    place = rail.model.place(activity_id)
    assert place is not None
    rail.view.setCurrentIndex(rail.model.index(place))
    rail.view.setFocus()


def stored(context: Context, activity_id: int) -> Activity:
    with context.database.read() as session:
        found = session.get(Activity, activity_id)
        assert found is not None
        return found


def open_one(rail: ChronicleRail) -> int:
    return rail.model.row(rail.model.index(0)).id


def test_what_is_due_stands_on_top_in_red(rail: ChronicleRail) -> None:
    first = rail.model.words(rail.model.index(0))
    assert first.title.startswith("Follow-up overdue since")
    assert first.tone == "bad"
    assert first.is_due
    assert "Call back about offer" in first.text
    second = rail.model.words(rail.model.index(1))
    assert second.title == "Incoming call"
    assert second.meta.startswith("Today")


def test_every_row_is_spoken_whole(rail: ChronicleRail) -> None:
    spoken = rail.model.index(0).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert "Follow-up overdue" in spoken
    assert "Call back about offer" in spoken


def test_space_is_done_and_offers_the_next_one(rail: ChronicleRail, context: Context, office: Office) -> None:
    due = open_one(rail)
    go_to(rail, due)
    QTest.keyClick(rail.view, Qt.Key.Key_Space)
    settle(context)
    assert stored(context, due).state == "done"
    assert rail.bar.is_asking() == "next"
    assert rail.bar.when.hasFocus()
    QTest.keyClicks(rail.bar.when, "in 2w")
    QTest.keyClick(rail.bar.when, Qt.Key.Key_Return)
    settle(context)
    assert rail.bar.is_asking() == ""
    follower = stored(context, open_one(rail))
    assert follower.follows_id == due
    assert follower.subject == "Call back about offer"
    assert follower.follow_up_at is not None
    assert rail.view.hasFocus()


def test_a_recurring_one_brings_its_next_by_itself(rail: ChronicleRail, context: Context, office: Office) -> None:
    when = When(datetime(2025, 1, 31), all_day=True)
    monthly = activity.repeat_every(when, 1, Unit.MONTH)
    made = activity.log(context.database, office.albrecht, "Invoice", type="task", follow_up=when, recurrence=monthly)
    settle(context)
    go_to(rail, made)
    assert "repeats" in rail.model.words(rail.view.currentIndex()).meta
    QTest.keyClick(rail.view, Qt.Key.Key_Space)
    settle(context)
    assert rail.bar.is_asking() == ""
    assert any(rail.model.row(rail.model.index(row)).recurrence for row in range(rail.model.rowCount()))


def test_keys_postpone_by_a_day_a_week_and_to_a_date(rail: ChronicleRail, context: Context) -> None:
    due = open_one(rail)
    go_to(rail, due)
    seen = [stored(context, due).follow_up_at]
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_W):
        QTest.keyClick(rail.view, key)
        settle(context)
        seen.append(stored(context, due).follow_up_at)
        go_to(rail, due)
    QTest.keyClick(rail.view, Qt.Key.Key_D)
    QTest.keyClicks(rail.bar.when, "2030-05-02")
    QTest.keyClick(rail.bar.when, Qt.Key.Key_Return)
    settle(context)
    seen.append(stored(context, due).follow_up_at)
    moments = [moment for moment in seen if moment is not None]
    assert moments == sorted(set(moments))
    assert len(moments) == 4
    assert seen[-1] == datetime(2030, 5, 2, 12, tzinfo=UTC)


def test_keys_for_follow_ups_leave_what_is_done_alone(rail: ChronicleRail, context: Context) -> None:
    call = rail.model.row(rail.model.index(1))
    go_to(rail, call.id)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Plus, Qt.Key.Key_W, Qt.Key.Key_D, Qt.Key.Key_G):
        QTest.keyClick(rail.view, key)
    settle(context)
    assert stored(context, call.id).version == call.version
    assert rail.bar.is_asking() == ""


def test_delete_can_be_undone(rail: ChronicleRail, context: Context) -> None:
    from gcrm.services.undo import undo_last

    call = rail.model.row(rail.model.index(1)).id
    go_to(rail, call)
    QTest.keyClick(rail.view, Qt.Key.Key_Delete)
    settle(context)
    assert rail.model.place(call) is None
    undo_last(context.database)
    settle(context)
    assert rail.model.place(call) is not None


def test_a_long_text_unfolds_by_click_and_key(rail: ChronicleRail, context: Context, office: Office) -> None:
    made = activity.log(context.database, office.albrecht, LONG)
    settle(context)
    go_to(rail, made)
    index = rail.view.currentIndex()
    folded = rail.view.visualRect(index).height()
    QTest.keyClick(rail.view, Qt.Key.Key_Return)
    settle(context)
    unfolded = rail.view.visualRect(index).height()
    assert unfolded > folded
    QTest.mouseClick(rail.view.viewport(), Qt.MouseButton.LeftButton, pos=rail.view.visualRect(index).center())
    settle(context)
    assert rail.view.visualRect(index).height() == folded
    QTest.keyClick(rail.view, Qt.Key.Key_Right)
    settle(context)
    assert rail.view.visualRect(index).height() == unfolded
    activity.log(context.database, office.albrecht, "Another one")
    settle(context)
    place = rail.model.place(made)
    assert place is not None
    assert rail.model.is_expanded(rail.model.index(place))


def test_f2_opens_beside_and_never_leaves_the_customer(
    rail: ChronicleRail, context: Context, office: Office, window: FakeWindow
) -> None:
    due = open_one(rail)
    go_to(rail, due)
    QTest.keyClick(rail.view, Qt.Key.Key_F2)
    settle(context)
    form = rail.body.currentWidget()
    assert isinstance(form, QWidget)
    assert form is not rail.list_page
    assert rail.box.isVisible()
    assert rail.contact_id() == office.albrecht
    assert window.calls == []
    QTest.keyClick(form, Qt.Key.Key_Escape)
    settle(context)
    assert rail.body.currentWidget() is rail.list_page
    assert rail.view.hasFocus()
    assert rail.view.current_activity() == due


def test_older_pages_come_when_scrolled_to(rail: ChronicleRail, context: Context, office: Office) -> None:
    begin = datetime.now(UTC) - timedelta(days=400)
    with unit_of_work(context.database, "many", kind="system") as work:
        for number in range(PAGE * 2 + 7):
            item = Activity(contact_id=office.becker, type="note", at=begin + timedelta(hours=number), custom={})
            item.text = f"Note {number}"
            work.session.add(item)
    rail.show_contact(office.becker)
    settle(context)
    assert rail.model.rowCount() < PAGE * 2
    for _page in range(3):
        rail.view.scrollToBottom()
        settle(context)
    assert rail.model.rowCount() == PAGE * 2 + 7
    assert len({rail.model.row(rail.model.index(row)).id for row in range(rail.model.rowCount())}) == PAGE * 2 + 7


def test_selection_and_place_survive_reading_anew(rail: ChronicleRail, context: Context, office: Office) -> None:
    for number in range(40):
        activity.log(context.database, office.albrecht, f"Note {number}")
    settle(context)
    chosen = rail.model.row(rail.model.index(20)).id
    go_to(rail, chosen)
    top = rail.view.verticalScrollBar().value()
    assert top > 0
    follow_up.postpone(context.database, [open_one(rail)], Step.DAY)
    settle(context)
    assert rail.view.current_activity() == chosen
    assert rail.view.verticalScrollBar().value() == top


def test_types_can_be_filtered(rail: ChronicleRail, context: Context) -> None:
    rail.filter_types(frozenset({"call"}))
    settle(context)
    assert titles(rail) == ["Incoming call"]
    assert rail.filter_button.text() == "Call"
    rail.filter_types(None)
    settle(context)
    assert len(titles(rail)) == 2


def test_an_empty_chronicle_says_so(rail: ChronicleRail, context: Context, office: Office) -> None:
    rail.show_contact(office.cardoso)
    settle(context)
    assert rail.list_page.currentWidget() is rail.empty
    assert rail.empty.sentence.full_text()


def test_files_are_attached_to_the_entry_they_fall_on(
    rail: ChronicleRail, context: Context, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "drawing.pdf"
    file.write_bytes(b"%PDF-1.7 drawing")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    entry = rail.model.row(rail.model.index(1)).id
    point = rail.view.viewport().mapTo(rail, rail.view.visualRect(rail.model.index(1)).center())
    kinds = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    rail.dragEnterEvent(enter := QDragEnterEvent(point, *kinds))
    assert enter.isAccepted()
    assert rail.drop_area.isVisible()
    assert rail.drop_area.size() == rail.size()
    rail.dropEvent(QDropEvent(QPointF(point), *kinds))
    settle(context)
    assert not rail.drop_area.isVisible()
    with context.database.read() as session:
        kept = attachment.rows(session, office.albrecht, activity_id=entry, user=context.database.user_id)
    assert [row.name for row in kept] == ["drawing.pdf"]
    assert "1 file" in rail.model.words(rail.model.index(1)).meta


def test_private_entries_of_others_never_come(rail: ChronicleRail, context: Context, office: Office) -> None:
    from gcrm.services.opening import open_office

    other = open_office(context.database.url.render_as_string(hide_password=False), user="bruno")
    activity.log(other, office.albrecht, "Nobody's business", is_private=True)
    other.close()
    rail._load()
    settle(context)
    assert all("business" not in text for text in (rail.model.words(rail.model.index(r)).text
                                                   for r in range(rail.model.rowCount())))  # fmt: skip


def test_hostile_text_is_shown_as_it_is(rail: ChronicleRail, context: Context, office: Office) -> None:
    text = "<img src=file:///etc/passwd> & \x01 " + "x" * 300_000
    activity.log(context.database, office.albrecht, text)
    settle(context)
    rail.grab()
    with context.database.read() as session:
        newest = next(row for row in chronicle(session, office.albrecht) if not row.is_pinned)
    place = rail.model.place(newest.id)
    assert place is not None
    assert rail.model.words(rail.model.index(place)).text.startswith("<img src=file")
    rail.model.toggle(rail.model.index(place))
    rail.grab()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_controls_are_named_and_large_enough(rail: ChronicleRail, context: Context, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    rail.resize(round(316 * scale), 820)
    settle(context)
    for button in rail.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.accessibleName() or button.text()
            assert button.height() >= 24 or button.parentWidget() is rail.box.follow_up
            inside = button.mapTo(rail, QPoint(0, 0)).x() + button.width()
            assert inside <= rail.width()


def test_larger_text_is_not_clipped(rail: ChronicleRail, context: Context, theme: Theme) -> None:
    theme.set_scale(1.5)
    rail.resize(474, 1100)
    settle(context)
    edit = rail.box.follow_up
    room = edit.width() - edit.textMargins().left() - edit.textMargins().right() - 24
    assert QFontMetrics(edit.font()).horizontalAdvance(edit.placeholderText()) <= room
    for row in range(rail.model.rowCount()):
        words = rail.model.words(rail.model.index(row))
        lines, _more = break_lines(words.text, role_font("small"), 300, 2)
        needed = (
            QFontMetrics(role_font("body", semibold=True)).height()
            + len(lines) * QFontMetrics(role_font("small")).height()
        )
        assert rail.view.visualRect(rail.model.index(row)).height() > needed


def test_longer_words_move_the_button_below(rail: ChronicleRail, context: Context) -> None:
    assert rail.box.button.y() == rail.box.type.y()
    rail.box.follow_up.setPlaceholderText("Keine Wiedervorlage vorgesehen")
    rail.box.type.setItemText(0, "Telefongespräch")
    rail.box.button.setText("Eintragen")
    rail.box._arrange()
    settle(context)
    assert rail.box.button.y() > rail.box.type.y()
    assert rail.box.follow_up.geometry().right() <= rail.box.width()


def test_the_focus_never_gets_lost(rail: ChronicleRail) -> None:
    rail.focus_log()
    seen = set()
    for _step in range(12):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert {rail.box.text, rail.box.follow_up, rail.box.type, rail.box.button, rail.view} <= seen


def test_entries_are_measured_anew_when_the_scroll_bar_takes_width(
    rail: ChronicleRail, context: Context, office: Office
) -> None:
    for count in range(10, 80):
        activity.log(context.database, office.albrecht, "i " * count, type="note")
    rail.show_contact(office.becker)
    settle(context)
    rail.show_contact(office.albrecht)
    settle(context)
    assert rail.view.verticalScrollBar().isVisible()
    for row in range(1, rail.model.rowCount()):
        above, below = (rail.view.visualRect(rail.model.index(place)) for place in (row - 1, row))
        assert above.bottom() < below.top(), rail.model.words(rail.model.index(row - 1)).text


def test_a_question_grows_with_the_text_while_it_is_asked(rail: ChronicleRail, context: Context, theme: Theme) -> None:
    rail.bar.ask_date([1, 2])
    settle(context)
    theme.set_scale(1.5)
    settle(context)
    label = rail.bar.label
    assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())
    assert rail.bar.when.width() == px(190)
