"""The line over real sockets: it hears, survives what is thrown at it, comes back for ever and stops at once."""

from __future__ import annotations

import socket
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcrm.i18n import language
from gcrm.services.telephony.calls import POP_UPS_PER_MINUTE, CallTracker
from gcrm.services.telephony.fritzbox import FritzBoxLine
from gcrm.services.telephony.interface import CallEvent, CallEventKind, CallState, LineState, PhoneLine, Trouble
from gcrm.services.telephony.reconnect import (
    KEEPALIVE_IDLE,
    KEEPALIVE_INTERVAL,
    KEEPALIVE_PROBES,
    LONGEST_PAUSE,
    Pauses,
    keep_alive,
)
from gcrm.services.telephony.simulator import HOSTILE, PhoneBox
from tests.services.telephony.listening import PATIENCE, Desk

GOOD = "030123456"


class Waits:
    """Stands in for time between attempts: remembers the pauses, lets them pass at once, stops after some."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.seconds: list[float] = []
        self._stop_after = stop_after

    def __call__(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        return self._stop_after is not None and len(self.seconds) >= self._stop_after


@pytest.fixture
def box() -> Iterator[PhoneBox]:
    with PhoneBox() as made:
        yield made


@pytest.fixture
def line(box: PhoneBox) -> Iterator[FritzBoxLine]:
    made = FritzBoxLine(box.host, box.port, wait=Waits())
    yield made
    made.stop()


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def connect(desk: Desk, line: FritzBoxLine, box: PhoneBox, served: int = 1) -> None:
    desk.listen(line)
    assert box.wait_until_served(served, PATIENCE)


def test_a_line_is_a_phone_line(line: FritzBoxLine) -> None:
    as_any_line: PhoneLine = line
    assert as_any_line.state == LineState(CallState.OFF, "127.0.0.1")


def test_a_whole_call_is_heard(line: FritzBoxLine, box: PhoneBox) -> None:
    desk = Desk()
    connect(desk, line, box)
    sent = [box.ring(GOOD), box.answer(GOOD), box.end(seconds=12), box.dial("0170", connection=1)]
    desk.wait_for_events(4)
    assert [(event.kind, event.number, event.seconds) for event in desk.events] == [
        (event.kind, event.number, event.seconds) for event in sent
    ]
    assert line.state.state is CallState.CONNECTED
    assert [state.state for state in desk.states] == [CallState.CONNECTING, CallState.CONNECTED]


def test_six_desks_hear_the_same_ring_and_make_one_call_of_it(box: PhoneBox) -> None:
    lines = [FritzBoxLine(box.host, box.port) for _desk in range(6)]
    desks = [Desk() for _line in lines]
    for desk, line in zip(desks, lines, strict=True):
        desk.listen(line)
    assert box.wait_for_clients(6, PATIENCE)
    box.ring("")
    for desk, line in zip(desks, lines, strict=True):
        desk.wait_for_events(1)
        line.stop()
    assert len({CallTracker().feed(desk.events[0])[0].call.key for desk in desks}) == 1


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "flood"])
def test_after_hostile_bytes_the_next_call_is_heard_and_only_that(name: str, line: FritzBoxLine, box: PhoneBox) -> None:
    desk = Desk()
    connect(desk, line, box)
    box.attack(name)
    box.send(b"\r\n")
    box.ring(GOOD)
    desk.wait_for_events(1)
    assert [event.number for event in desk.events] == [GOOD]
    assert line.state.state is CallState.CONNECTED


def test_a_flood_is_heard_to_its_end_and_pops_up_twenty_times(line: FritzBoxLine, box: PhoneBox) -> None:
    tracker, last = CallTracker(clock=lambda: 0.0), threading.Event()
    pop_ups: list[str] = []

    def on_event(event: CallEvent) -> None:
        pop_ups.extend(update.call.number for update in tracker.feed(event) if update.pop_up)
        if event.kind is CallEventKind.CONNECT:
            last.set()

    line.start(on_event, lambda state: None)
    assert box.wait_for_clients(1, PATIENCE)
    box.attack("flood")
    box.answer(GOOD)
    assert last.wait(PATIENCE)
    assert len(pop_ups) == POP_UPS_PER_MINUTE


def test_the_hostile_files_leave_no_memory_behind(corpora: Path, line: FritzBoxLine, box: PhoneBox) -> None:
    files = corpora / "hostile" / "files"
    tracker, done = CallTracker(), threading.Event()

    def on_event(event: CallEvent) -> None:
        tracker.feed(event)
        if event.number == GOOD:
            done.set()

    line.start(on_event, lambda state: None)
    assert box.wait_for_clients(1, PATIENCE)
    data = [(files / name).read_bytes() for name in ("callmonitor_flood.txt", "callmonitor_garbage.txt")]
    tracemalloc.start()
    try:
        for _round in range(3):
            for content in data:
                box.send(content)
        box.ring(GOOD, connection=99)
        assert done.wait(PATIENCE)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000  # bytes, of 18 MB that were received


def test_a_line_comes_back_when_the_box_restarts(line: FritzBoxLine, box: PhoneBox) -> None:
    desk = Desk()
    connect(desk, line, box)
    for times in range(2, 15):  # more often than the ten attempts after which others give up
        box.hang_up_on_clients()
        assert box.wait_until_served(times, PATIENCE)
    box.ring(GOOD)
    desk.wait_for_events(1)
    lost = [state for state in desk.states if state.state is CallState.WAITING]
    assert {state.trouble for state in lost} == {Trouble.LOST}


def test_half_a_line_before_a_restart_is_forgotten(line: FritzBoxLine, box: PhoneBox) -> None:
    desk = Desk()
    connect(desk, line, box)
    box.send(b"23.11.26 10:00:00;RING;0;0999")
    box.hang_up_on_clients()
    assert box.wait_until_served(2, PATIENCE)
    box.send(b";123;SIP0;\r\n")
    box.ring(GOOD)
    desk.wait_for_events(1)
    assert [event.number for event in desk.events] == [GOOD]


def test_a_refused_line_says_what_to_dial_and_tries_for_ever(free_port: int) -> None:
    waits, desk = Waits(stop_after=200), Desk()
    line = FritzBoxLine("127.0.0.1", free_port, wait=waits, pauses=Pauses(chance=lambda: 0.0))
    line.start(desk.on_event, desk.on_state)
    desk.wait_for_state(CallState.WAITING, 200)
    line.stop()
    assert waits.seconds[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert set(waits.seconds[6:]) == {LONGEST_PAUSE}
    first = next(state for state in desk.states if state.state is CallState.WAITING)
    assert first.trouble is Trouble.REFUSED
    assert "#96*5*" in first.sentence
    assert line.state.state is CallState.OFF


def test_the_pauses_begin_anew_only_after_a_steady_connection(box: PhoneBox) -> None:
    times = iter([0.0, 5.0, 100.0, 105.0, 200.0, 265.0, 300.0, 301.0])
    waits, desk = Waits(stop_after=4), Desk()
    line = FritzBoxLine(box.host, box.port, wait=waits, pauses=Pauses(chance=lambda: 0.0), clock=lambda: next(times))
    line.start(desk.on_event, desk.on_state)
    for count in range(1, 5):
        desk.wait_for_state(CallState.CONNECTED, count)
        assert box.wait_until_served(count, PATIENCE)
        box.hang_up_on_clients()
    desk.wait_for_state(CallState.WAITING, 4)
    line.stop()
    assert waits.seconds == [1, 2, 1, 2]  # the third connection lived 65 s


def test_an_unknown_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_arguments: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "create_connection", nobody)
    desk = Desk()
    line = FritzBoxLine("fritz.box", wait=Waits(stop_after=1))
    line.start(desk.on_event, desk.on_state)
    desk.wait_for_state(CallState.WAITING)
    line.stop()
    assert desk.states[-1].trouble is Trouble.NOT_FOUND
    assert "fritz.box" in desk.states[-1].sentence


def test_stopping_wakes_a_quiet_line_and_a_waiting_one(box: PhoneBox, free_port: int) -> None:
    for port, state in ((box.port, CallState.CONNECTED), (free_port, CallState.WAITING)):
        desk, line = Desk(), FritzBoxLine("127.0.0.1", port, pauses=Pauses(chance=lambda: 0.0))
        line.start(desk.on_event, desk.on_state)
        desk.wait_for_state(state)
        thread = next(t for t in threading.enumerate() if t.name == "call monitor 127.0.0.1")
        line.stop()
        assert not thread.is_alive()
        assert line.state.state is CallState.OFF


def test_after_stop_nothing_is_heard_and_the_line_can_start_again(line: FritzBoxLine, box: PhoneBox) -> None:
    before, after = Desk(), Desk()
    connect(before, line, box)
    line.stop()
    line.stop()
    connect(after, line, box, served=2)
    box.ring(GOOD)
    after.wait_for_events(1)
    assert before.events == []
    assert [state.state for state in before.states] == [CallState.CONNECTING, CallState.CONNECTED]


def test_a_line_may_be_stopped_from_its_own_callback(line: FritzBoxLine, box: PhoneBox) -> None:
    done = threading.Event()

    def on_event(_event: CallEvent) -> None:
        line.stop()
        done.set()

    line.start(on_event, lambda state: None)
    assert box.wait_for_clients(1, PATIENCE)
    box.ring(GOOD)
    assert done.wait(PATIENCE)
    assert line.state.state is CallState.OFF


def test_an_error_of_a_callback_is_reported_and_the_line_goes_on(
    line: FritzBoxLine, box: PhoneBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda arguments: reported.append(arguments.exc_type))
    desk = Desk()

    def on_event(event: CallEvent) -> None:
        desk.on_event(event)
        if event.number != GOOD:
            raise LookupError

    line.start(on_event, desk.on_state)
    desk.wait_for_state(CallState.CONNECTED)
    assert box.wait_for_clients(1, PATIENCE)
    box.ring("0999")
    desk.wait_for_state(CallState.CONNECTED, 2)
    assert box.wait_until_served(2, PATIENCE)
    box.ring(GOOD)
    desk.wait_for_events(2)
    assert desk.events[-1].number == GOOD
    assert reported == [LookupError]


def test_a_vanished_box_is_noticed_within_a_minute(box: PhoneBox) -> None:
    with socket.create_connection((box.host, box.port)) as opened:
        keep_alive(opened)
        assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        told = {
            name: opened.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
            for name in ("TCP_KEEPIDLE", "TCP_KEEPALIVE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
            if hasattr(socket, name)
        }
    wanted = {
        "TCP_KEEPIDLE": KEEPALIVE_IDLE,
        "TCP_KEEPALIVE": KEEPALIVE_IDLE,
        "TCP_KEEPINTVL": KEEPALIVE_INTERVAL,
        "TCP_KEEPCNT": KEEPALIVE_PROBES,
    }
    assert told == {name: wanted[name] for name in told}
    assert KEEPALIVE_IDLE + KEEPALIVE_INTERVAL * KEEPALIVE_PROBES < 60


def test_every_state_has_a_sentence_in_every_language() -> None:
    for code in ("en", "de", "pt"):
        with language(code):
            for state in CallState:
                for trouble in Trouble:
                    sentence = LineState(state, "fritz.box", trouble, 4.0).sentence
                    assert sentence.endswith((".", "…"))
                    assert "{" not in sentence


def test_jitter_only_shortens() -> None:
    pauses = Pauses(chance=lambda: 0.999)
    seconds = [pauses.next() for _attempt in range(20)]
    assert max(seconds) < LONGEST_PAUSE
    assert min(seconds) > 0.79
