"""Events become calls: once each, answered or missed, whatever the line loses, repeats or floods."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.telephony.calls import (
    CALLS_PER_MINUTE,
    MOST_OPEN_CALLS,
    POP_UPS_PER_MINUTE,
    Call,
    CallPhase,
    CallTracker,
    Direction,
    call_key,
)
from gcrm.services.telephony.interface import CallEvent, CallEventKind
from tests.services.telephony.test_lines import EVENTS

TEN = datetime(2026, 11, 23, 10, 0, 0)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def at(seconds: int) -> datetime:
    return TEN + timedelta(seconds=seconds)


def ring(connection: int = 0, second: int = 0, number: str = "030123456") -> CallEvent:
    return CallEvent(CallEventKind.RING, connection, at(second), number, "123", "SIP0")


def dial(connection: int = 0, second: int = 0, number: str = "030123456") -> CallEvent:
    return CallEvent(CallEventKind.OUTGOING, connection, at(second), number, "123", "SIP0", extension="11")


def answer(connection: int = 0, second: int = 0, number: str = "030123456", extension: str = "11") -> CallEvent:
    return CallEvent(CallEventKind.CONNECT, connection, at(second), number, extension=extension)


def end(connection: int = 0, second: int = 0, talk: int = 0) -> CallEvent:
    return CallEvent(CallEventKind.DISCONNECT, connection, at(second), seconds=talk)


def calls(tracker: CallTracker, *events: CallEvent) -> list[Call]:
    return [update.call for event in events for update in tracker.feed(event)]


def test_a_call_is_answered_and_has_a_length() -> None:
    rings, talks, over = calls(CallTracker(), ring(), answer(second=5), end(second=65, talk=60))
    assert (rings.phase, rings.direction, rings.number, rings.own) == (
        CallPhase.RINGING,
        Direction.IN,
        "030123456",
        "123",
    )
    assert (talks.phase, talks.answered_at, talks.extension) == (CallPhase.TALKING, at(5), "11")
    assert (over.phase, over.seconds, over.ended_at, over.is_missed) == (CallPhase.ENDED, 60, at(65), False)
    assert rings.key == talks.key == over.key


def test_a_call_nobody_takes_is_missed() -> None:
    over = calls(CallTracker(), ring(), end(second=20))[-1]
    assert over.is_missed
    assert over.seconds == 0


def test_a_call_the_answering_machine_takes_is_missed() -> None:
    over = calls(CallTracker(), ring(), answer(second=20, extension="40"), end(second=50, talk=30))[-1]
    assert over.is_answered_by_machine
    assert over.is_missed


def test_an_outgoing_call_is_never_missed_and_never_pops_up() -> None:
    tracker = CallTracker()
    (begun,) = tracker.feed(dial())
    (over,) = tracker.feed(end(second=9))
    assert not begun.pop_up
    assert over.call.direction is Direction.OUT
    assert not over.call.is_missed


def test_a_hidden_number_is_a_call_like_any_other() -> None:
    rings, talks = calls(CallTracker(), ring(number=""), answer(second=3, number=""))
    assert (rings.number, talks.is_answered) == ("", True)


def test_calls_at_the_same_time_do_not_mix() -> None:
    tracker = CallTracker()
    events = [
        ring(0, 0, "0301"),
        ring(1, 1, "0302"),
        dial(2, 2, "0303"),
        answer(1, 5, "0302"),
        end(0, 9),
        answer(2, 10, "0303"),
    ]
    told = calls(tracker, *events, end(1, 35, 30), end(2, 70, 60))
    over = {call.number: call for call in told if call.phase is CallPhase.ENDED}
    assert over["0301"].is_missed
    assert (over["0302"].seconds, over["0303"].seconds) == (30, 60)
    assert not tracker.open_calls


def test_a_lost_disconnect_ends_when_the_connection_is_used_again() -> None:
    tracker = CallTracker()
    calls(tracker, ring(0, 0), answer(0, 5))
    lost, new = tracker.feed(ring(0, 500, "0999"))
    assert (lost.call.phase, lost.call.seconds, lost.call.is_missed) == (CallPhase.ENDED, None, False)
    assert (new.call.number, new.pop_up) == ("0999", True)


def test_a_lost_connect_is_seen_from_the_length() -> None:
    over = calls(CallTracker(), ring(), end(second=65, talk=60))[-1]
    assert over.answered_at == at(5)
    assert not over.is_missed


def test_calls_without_an_end_expire() -> None:
    tracker = CallTracker()
    calls(tracker, ring(0, 0, "0301"), ring(1, 0, "0302"), answer(1, 3, "0302"))
    assert not tracker.expire(at(600))
    assert [update.call.number for update in tracker.expire(at(601))] == ["0301"]
    assert [update.call.seconds for update in tracker.expire(at(13 * 3600))] == [None]
    assert not tracker.open_calls


def test_repeated_and_stray_lines_change_nothing() -> None:
    tracker = CallTracker()
    assert calls(tracker, answer(), end(), end(3)) == []
    calls(tracker, ring())
    assert calls(tracker, ring()) == []
    calls(tracker, answer(second=2))
    assert calls(tracker, answer(second=2), ring()) == []
    calls(tracker, end(second=9, talk=7))
    assert calls(tracker, end(second=9, talk=7), ring(), answer(second=2)) == []


def test_a_connect_of_another_call_is_not_taken() -> None:
    tracker = CallTracker()
    calls(tracker, ring(number="030123456"))
    assert calls(tracker, answer(number="0891111111")) == []
    assert calls(tracker, answer(number="4930123456")) == []
    assert len(calls(tracker, answer(number="123456"))) == 1  # without area code: the same


def test_six_desks_find_one_key_and_two_calls_find_two() -> None:
    assert len({calls(CallTracker(), ring())[0].key for _desk in range(6)}) == 1
    different = [ring(), ring(1), ring(0, 1), ring(number="0309"), ring(number=""), dial()]
    assert len({call_key(event) for event in different}) == len(different)
    assert len(call_key(ring())) == 32


def test_a_flood_pops_up_twenty_times_a_minute_and_is_not_logged() -> None:
    clock = Clock()
    tracker = CallTracker(clock)
    updates = [u for i in range(20_000) for u in tracker.feed(ring(i % 10, i // 10, f"0170{i:07d}"))]
    assert sum(update.pop_up for update in updates) == POP_UPS_PER_MINUTE
    assert len({update.call.key for update in updates}) == CALLS_PER_MINUTE
    assert tracker.dropped == 20_000 - CALLS_PER_MINUTE
    clock.seconds = 60.0
    assert tracker.feed(ring(0, 9000))[-1].pop_up


def test_no_more_calls_are_kept_open_than_a_box_can_have() -> None:
    clock = Clock()
    tracker = CallTracker(clock)
    for connection in range(200):
        clock.seconds += 2
        tracker.feed(ring(connection, connection))
    assert len(tracker.open_calls) == MOST_OPEN_CALLS


@given(st.lists(EVENTS, max_size=60))
def test_every_call_begins_once_and_ends_at_most_once(events: list[CallEvent]) -> None:
    tracker = CallTracker(Clock())
    phases: dict[str, list[CallPhase]] = {}
    for event in [*events, *events]:
        for update in tracker.feed(event):
            phases.setdefault(update.call.key, []).append(update.call.phase)
    order = [CallPhase.RINGING, CallPhase.TALKING, CallPhase.ENDED]
    for told in phases.values():
        assert told == sorted(set(told), key=order.index)
        assert told[0] is CallPhase.RINGING
    still_open = {call.key for call in tracker.open_calls}
    assert still_open == {key for key, told in phases.items() if told[-1] is not CallPhase.ENDED}


@given(st.permutations([ring(0), answer(0, 2), end(0, 9, 7), ring(1, 1, "0999"), end(1, 5)]))
def test_any_order_of_lines_is_survived(events: list[CallEvent]) -> None:
    tracker = CallTracker(Clock())
    for event in events:
        tracker.feed(event)
    tracker.expire(at(13 * 3600))
    assert not tracker.open_calls
