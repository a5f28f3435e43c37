"""The line behind the bridge: its state in words, lost and hostile boxes, and the end of the program."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from PySide6.QtWidgets import QDialog

from gcrm.services import settings
from gcrm.services.telephony.calls import CALLS_PER_MINUTE, MOST_OPEN_CALLS, CallPhase
from gcrm.services.telephony.interface import CallState, LineState, Trouble
from gcrm.services.telephony.simulator import HOSTILE, PhoneBox
from gcrm.ui.beside import is_typing
from gcrm.ui.call_stack import visible_popups
from gcrm.ui.context import Context
from gcrm.ui.phone_state import PhoneState, short_text
from gcrm.ui.telephony import MOST_POPUPS, PhoneBridge
from tests.ui.office import Office
from tests.ui.phone_desk import (
    PhoneDesk,
    calls,
    connected,
    has_ended,
    main_window,
    shown_popup,
    signals_of,
    wait_for,
)

DIRECT_LINE = "034112345611"
POOLS = ("reader", "writer", "keeper")


@pytest.fixture
def desk(context: Context) -> Iterator[PhoneDesk]:
    with main_window(context) as window:
        yield window


@pytest.fixture
def box() -> Iterator[PhoneBox]:
    with PhoneBox() as made:
        yield made


@pytest.fixture
def bridge(context: Context, desk: PhoneDesk, office: Office, box: PhoneBox) -> Iterator[PhoneBridge]:
    with connected(context, box, 600_000) as made:
        yield made


def test_what_counts_as_typing(desk: PhoneDesk) -> None:
    assert not is_typing(desk)
    desk.field.setText("a")
    assert is_typing(desk)
    desk.field.setReadOnly(True)
    assert not is_typing(desk)
    desk.notes.setFocus()
    assert not is_typing(desk)
    desk.notes.setPlainText("note")
    assert is_typing(desk)
    desk.notes.clear()
    dialog = QDialog(desk)
    dialog.open()
    assert is_typing(desk)
    dialog.close()
    dialog.deleteLater()


def test_calls_whose_end_was_never_told_end_some_day(
    bridge: PhoneBridge, context: Context, office: Office, box: PhoneBox
) -> None:
    box._now = lambda: datetime.now() - timedelta(minutes=30)
    box.ring(DIRECT_LINE)
    popup = shown_popup(bridge, context)
    bridge.expire()
    [logged] = has_ended(context, office)
    assert logged.state == "missed"
    assert popup.is_over()


@pytest.mark.parametrize("name", ["garbage", "half lines", "flood"])
def test_a_hostile_box_opens_few_windows_and_harms_nothing(
    bridge: PhoneBridge, context: Context, office: Office, box: PhoneBox, name: str
) -> None:
    assert name in HOSTILE
    box.attack(name)
    box.send(b"\r\n")
    box.hang_up_on_clients()
    box.wait_for_clients()
    time_stamp = datetime.now() + timedelta(days=1)
    box._now = lambda: time_stamp
    box.end(connection=7)
    wait_for(lambda: bridge.state().state is CallState.CONNECTED, context)
    assert len(visible_popups()) <= MOST_POPUPS
    assert len(calls(office)) <= 64


def test_a_flood_leaves_nothing_behind(bridge: PhoneBridge, context: Context, office: Office, box: PhoneBox) -> None:
    handed = signals_of(bridge, "_heard")
    box.attack("flood")

    def is_over() -> bool:
        updates = [update for (each,) in handed for update in each]
        began = sum(update.call.phase is CallPhase.RINGING for update in updates)
        return began + bridge._tracker.dropped == 20_000

    wait_for(is_over, context)
    assert len(handed) <= 3 * CALLS_PER_MINUTE
    assert len(bridge._rings) <= MOST_OPEN_CALLS + MOST_POPUPS
    assert len(bridge.popups()) <= MOST_POPUPS
    assert len(context.tasks._running) == len(context.tasks._latest) == 0


def test_a_newer_call_takes_the_place_of_one_that_is_over(
    bridge: PhoneBridge, context: Context, office: Office, box: PhoneBox
) -> None:
    for place in range(MOST_POPUPS):
        box.ring(f"0170123{place}", connection=place)
        wait_for(lambda: len(bridge.popups()) == place + 1, context)  # noqa: B023  # waited for in this very turn
    box.ring("01709990", connection=20)
    box.end(connection=20)
    has_ended(context, office)
    assert [popup.caller().number for popup in bridge.popups()] == [f"0170123{place}" for place in range(MOST_POPUPS)]
    box.end(connection=1)
    has_ended(context, office, 2)
    box.ring("01709991", connection=20)
    wait_for(lambda: bridge.popups()[-1].caller().number == "01709991", context)
    numbers = [popup.caller().number for popup in bridge.popups()]
    assert len(numbers) == MOST_POPUPS
    assert "01701231" not in numbers


def test_the_state_is_seen_in_the_status_line(
    context: Context, office: Office, desk: PhoneDesk, box: PhoneBox, bridge: PhoneBridge
) -> None:
    assert bridge.state_widget.parentWidget() is desk.status
    assert bridge.state_widget.text() == "Phone connected"
    said = signals_of(bridge, "state_changed")
    settings.set(office.database, "phone.box_enabled", False)
    wait_for(lambda: ("",) in said, context)
    assert bridge.state().state is CallState.OFF
    assert bridge.state_widget.isHidden()
    assert visible_popups() == []


def test_a_lost_box_is_counted_down_and_found_again(bridge: PhoneBridge, context: Context, box: PhoneBox) -> None:
    said = signals_of(bridge, "state_changed")
    box.hang_up_on_clients()
    wait_for(lambda: any(text.startswith("Phone: reconnecting in") for (text,) in said), context)
    box.wait_until_served(2)
    wait_for(lambda: bridge.state_widget.text() == "Phone connected", context)
    assert said[-1] == ("Phone connected",)


def test_the_words_of_the_state(theme: object) -> None:
    now = [10.0]
    shown = PhoneState(clock=lambda: now[0])
    assert short_text(LineState(CallState.OFF)) == ""
    shown.set_state(LineState(CallState.WAITING, "fritz.box", Trouble.NO_ANSWER, 8.2))
    assert shown.text() == "Phone: reconnecting in 8 s"
    now[0] += 3
    shown._show()
    assert shown.text() == "Phone: reconnecting in 5 s"
    shown.set_state(LineState(CallState.WAITING, "fritz.box", Trouble.REFUSED, 60))
    assert shown.text() == "Phone not enabled: dial #96*5*"
    assert "#96*5*" in shown.toolTip()
    shown.set_state(LineState(CallState.CONNECTED, "fritz.box"))
    assert not shown._ticker.isActive()
    shown.deleteLater()


def listening() -> set[str]:
    """Return the threads but for those that read and write for the windows, which come and go with the work."""
    return {name for name in (thread.name for thread in threading.enumerate()) if not name.startswith(POOLS)}


def test_stopping_leaves_no_thread_and_no_window(
    context: Context, desk: PhoneDesk, office: Office, box: PhoneBox
) -> None:
    settings.set(office.database, "phone.box_host", "127.0.0.1")
    settings.set(office.database, "phone.box_port", box.port)
    settings.set(office.database, "phone.box_enabled", True)
    before = listening()
    made = PhoneBridge(context)
    wait_for(lambda: made.state().state is CallState.CONNECTED, context)
    box.wait_for_clients()
    box.ring(DIRECT_LINE)
    shown_popup(made, context)
    made.stop()
    assert listening() <= before
    assert visible_popups() == []
    box.ring(DIRECT_LINE, connection=3)
    context.tasks.wait_idle()
    assert made.popups() == []
