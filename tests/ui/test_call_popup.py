"""The call pop-up: it tells who calls, never takes the keyboard, and goes by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QEventLoop, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gcrm.i18n import set_language
from gcrm.services import contact, settings
from gcrm.services.open_item import Sums
from gcrm.services.telephony.calls import CallPhase
from gcrm.ui.call_popup import CallPopup
from gcrm.ui.call_stack import newest_popup, places, visible_popups
from gcrm.ui.caller import MOST_CARDS, Caller, chips, clock_text, look_up, without_office
from gcrm.ui.context import Context
from tests.ui.office import Office, point
from tests.ui.phone_desk import PhoneDesk, call, main_window, signals_of

DIRECT_LINE = "0341 123456-11"

Make = Callable[..., CallPopup]


@pytest.fixture
def desk(context: Context) -> Iterator[PhoneDesk]:
    with main_window(context) as window:
        yield window


@pytest.fixture
def make(context: Context, desk: PhoneDesk, office: Office) -> Iterator[Make]:
    """Give what shows a pop-up for a number."""
    made: list[CallPopup] = []

    def pop_up(number: str = DIRECT_LINE, **options: Any) -> CallPopup:
        caller = look_up(office.database, number, "7654321")
        popup = CallPopup(context, caller, **options)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        made.append(popup)
        popup.show_call(call(number=number))
        popup.pop_up()
        return popup

    yield pop_up
    context.tasks.wait_idle()
    for popup in made:
        popup.close()
        popup.deleteLater()


def test_it_shows_person_company_number_priority_follow_ups_and_the_last_activity(make: Make) -> None:
    popup = make()
    assert popup.name_label.full_text() == "Anna Albrecht"
    assert popup.company_label.full_text() == "Albrecht Metallbau GmbH · 0341 12345611"
    assert popup.last_label.full_text().endswith("incoming call: Wants 2 % cash discount")
    assert popup.own_label.full_text() == "Called: 7654321"
    assert popup.state_chip.text() == "Ringing"
    card = popup.card()
    assert card is not None
    assert chips(card) == [("Priority A", "info"), ("1 follow-up overdue", "bad")]
    owing = replace(card, owed=(Sums("EUR", Decimal(500), Decimal(119)), Sums("CHF", Decimal(7))))
    assert chips(owing)[1] == ("€119.00 overdue", "bad")
    assert popup.open_button.isVisible()
    assert not popup.create_button.isVisible()
    assert "Anna Albrecht" in popup.accessibleName()


def test_it_never_takes_the_keyboard(make: Make, desk: PhoneDesk, qapp: QApplication) -> None:
    desk.field.setText("half typ")
    desk.field.setCursorPosition(4)
    QTest.qWaitForWindowActive(desk)
    before = (qapp.focusWidget(), qapp.activeWindow())
    assert before == (desk.field, desk)
    popup = make()
    QTest.qWaitForWindowExposed(popup)
    assert (qapp.focusWidget(), qapp.activeWindow()) == before
    popup.show_call(call(CallPhase.TALKING))
    assert (qapp.focusWidget(), qapp.activeWindow()) == before
    QTest.keyClick(desk.field, Qt.Key.Key_X)
    assert desk.field.text() == "halfx typ"
    flags = popup.windowFlags()
    assert flags & Qt.WindowType.FramelessWindowHint
    assert flags & Qt.WindowType.WindowStaysOnTopHint
    assert (flags & Qt.WindowType.WindowType_Mask) == Qt.WindowType.Tool
    assert popup.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert not popup.testAttribute(Qt.WidgetAttribute.WA_QuitOnClose)


def test_it_counts_the_talk_and_goes_half_a_minute_after_its_end(make: Make) -> None:
    now = [100.0]
    popup = make(clock=lambda: now[0], linger_ms=30)
    popup.show_call(call(CallPhase.TALKING))
    assert popup.state_chip.text() == "Connected 0:00"
    now[0] += 65
    popup._tick()
    assert popup.state_chip.text() == "Connected 1:05"
    popup.show_call(call(CallPhase.ENDED, 66))
    assert popup.state_chip.text() == "Ended 1:06"
    assert popup.is_over()
    assert not popup._ticker.isActive()
    loop = QEventLoop()
    popup.closed.connect(loop.quit)
    loop.exec()
    assert not popup.isVisible()


def test_while_they_talk_it_stays(make: Make) -> None:
    popup = make(linger_ms=0)
    popup.show_call(call(CallPhase.TALKING))
    assert not popup._linger.isActive()
    assert popup.isVisible()


def test_the_usual_lingering_is_thirty_seconds(make: Make) -> None:
    assert make()._linger.interval() == 30_000


def test_several_owners_of_a_number_are_offered(make: Make, office: Office) -> None:
    other = contact.empty(name="Zweitfirma <i>GmbH</i>")
    other.points.append(point("phone", "+49 341 123456-11"))
    second = contact.create(office.database, other)
    popup = make()
    assert popup.matches.isVisible()
    assert popup.matches.caption.full_text() == "2 contacts have this number"
    assert [popup.matches.list.item(row).text() for row in range(2)] == [
        "Anna Albrecht · Albrecht Metallbau GmbH · Leipzig", "Zweitfirma <i>GmbH</i>",
    ]  # fmt: skip
    opened = signals_of(popup, "open_requested")
    QTest.keyClick(popup.matches.list, Qt.Key.Key_Down)
    assert popup.name_label.full_text() == "Zweitfirma <i>GmbH</i>"
    popup.open_button.click()
    assert opened[0][0].contact_id == second


def test_more_owners_than_fit_are_counted(make: Make, office: Office) -> None:
    for number in range(MOST_CARDS + 2):
        other = contact.empty(name=f"Firma {number}")
        other.points.append(point("phone", "+49 341 123456-11"))
        contact.create(office.database, other)
    popup = make()
    rows = popup.matches.list
    assert popup.matches.caption.full_text() == f"{MOST_CARDS + 3} contacts have this number"
    assert rows.count() == MOST_CARDS + 1
    assert rows.item(MOST_CARDS).text() == "and 3 more"
    name = popup.name_label.full_text()
    rows.setCurrentRow(MOST_CARDS)
    assert popup.name_label.full_text() == name


def test_an_unknown_number_can_be_created_or_assigned(make: Make, context: Context, office: Office) -> None:
    popup = make("0177 99887766")
    assert popup.name_label.full_text() == "Unknown caller"
    assert popup.company_label.full_text() == "0177 99887766"
    created, assigned = signals_of(popup, "create_requested"), signals_of(popup, "assigned")
    popup.create_button.click()
    assert created == [("0177 99887766",)]
    popup.assign_button.click()
    assert popup.assign_box.isVisible()
    QTest.keyClicks(popup.assign_box.search, "soehne")
    context.tasks.wait_idle()
    assert popup.assign_box.list.item(0).text().startswith("Becker & Söhne <b>KG</b>")
    QTest.keyClick(popup.assign_box.search, Qt.Key.Key_Return)
    assert assigned == [(office.becker,)]


def test_the_pop_up_grows_with_what_is_found(make: Make, context: Context) -> None:
    popup = make("0177 99887766")
    popup.assign_button.click()
    context.tasks.wait_idle()
    before = popup.height()
    QTest.keyClicks(popup.assign_box.search, "soehne")
    context.tasks.wait_idle()
    found = popup.assign_box.list
    assert found.isVisible()
    assert popup.height() >= before
    lower = found.mapTo(popup, found.rect().bottomLeft()).y()
    assert lower < popup.create_button.mapTo(popup, popup.create_button.rect().topLeft()).y()
    assert popup.assign_box.search.geometry().bottom() < found.geometry().top()
    assert popup.assign_box.height() >= popup.assign_box.sizeHint().height()


def test_a_hidden_number_is_said_in_words(make: Make) -> None:
    popup = make("")
    assert popup.name_label.full_text() == "Hidden number"
    assert popup.company_label.full_text() == "The caller shows no number"
    assert not popup.create_button.isVisible()
    assert not popup.open_button.isVisible()


def test_a_missed_call_offers_to_call_back(make: Make) -> None:
    popup = make()
    wanted = signals_of(popup, "call_back_requested")
    assert not popup.back_button.isVisible()
    popup.show_call(call(CallPhase.ENDED))
    assert popup.state_chip.text() == "Missed"
    assert popup.back_button.isVisible()
    menu = popup.back_button.menu()
    assert [action.text() for action in menu.actions()] == [
        "Remind me today", "Remind me tomorrow", "Remind me next week",
    ]  # fmt: skip
    menu.actions()[1].trigger()
    assert wanted == [("tomorrow",)]
    assert not popup.back_button.isEnabled()


def test_a_trial_says_so(make: Make) -> None:
    popup = make(is_trial=True)
    words = [child.text() for child in popup._chips.children() if hasattr(child, "text")]
    assert "Trial: nothing is logged" in words


def test_an_office_that_cannot_be_reached_still_shows_the_number(context: Context, desk: PhoneDesk) -> None:
    caller = without_office(context.database, "0341 998877", trouble="The office cannot be reached.")
    popup = CallPopup(context, caller)
    popup.pop_up()
    assert popup.company_label.full_text() == "0341 998877"
    assert popup.trouble_label.isVisible()
    popup.close()


def test_pop_ups_stand_above_each_other_in_the_lower_right_corner(make: Make, desk: PhoneDesk) -> None:
    first, second = make(), make("0177 99887766")
    screen = desk.screen().availableGeometry()
    assert visible_popups() == [first, second]
    assert newest_popup() is second
    assert (first.geometry().right(), first.geometry().bottom()) == (screen.right(), screen.bottom())
    assert second.geometry().bottom() < first.geometry().top() + 1
    assert second.geometry().right() == screen.right()
    first.close()
    assert second.geometry().bottom() == screen.bottom()


@pytest.mark.parametrize("count", [1, 3, 12])
def test_no_pop_up_lies_outside_the_screen_or_over_another(count: int) -> None:
    screen = QRect(100, 50, 1280, 700)
    found = places(screen, [200 + 10 * index for index in range(count)], 400)
    assert all(screen.left() <= place.left() and place.right() <= screen.right() for place in found[:6])
    shown = found[:6]
    assert all(not one.intersects(other) for one in shown for other in shown if one is not other)


def test_esc_and_dismiss_close_it(make: Make, desk: PhoneDesk) -> None:
    popup = make()
    popup.dismiss_button.click()
    assert not popup.isVisible()
    other = make()
    QTest.keyClick(other, Qt.Key.Key_Escape)
    assert not other.isVisible()


def test_every_control_has_a_name_and_room(make: Make) -> None:
    set_language("de")
    popup = make()
    popup.show_call(call(CallPhase.ENDED))
    for part in popup.findChildren(QWidget):
        if part.isVisible() and part.focusPolicy() != Qt.FocusPolicy.NoFocus:
            interface = QAccessible.queryAccessibleInterface(part)
            assert interface.text(QAccessible.Text.Name), part
            assert part.height() >= 24, part
    assert popup.width() == popup._frame.width() + 32


def test_the_clock(qtbot: QtBot) -> None:
    assert [clock_text(seconds) for seconds in (0, 42, 61, 3790)] == ["0:00", "0:42", "1:01", "1:03:10"]


def test_the_own_number_is_written_in_full_where_the_area_is_known(office: Office) -> None:
    settings.set(office.database, "office.area_code", "0341")
    caller: Caller = look_up(office.database, "12345611", "7654321")
    assert caller.own == "0341 7654321"
    assert [card.name for card in caller.cards] == ["Anna Albrecht"]
