"""From events of a line to calls: who called whom, answered or missed, how long.

Six desks hear the same box; `Call.key` is made only of what the box says at the beginning of a call, so that all of
them find the same key and one call is logged once. Pure: no clock of its own, no thread, no database.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gcrm.services.telephony.interface import CallEvent, CallEventKind

POP_UPS_PER_MINUTE = 20
CALLS_PER_MINUTE = 60
"""More new calls than this are no telephone system but a flood; they are counted, not logged."""

MOST_OPEN_CALLS = 64
REMEMBERED_KEYS = 512
LONGEST_RINGING = timedelta(minutes=10)
LONGEST_TALK = timedelta(hours=12)

_MACHINES = frozenset({"6", "40", "41", "42", "43", "44"})
"""Extensions of the box's own answering machines, as FHEM's FB_CALLMONITOR lists them."""


class Direction(StrEnum):
    """Who began the call."""

    IN = "in"
    OUT = "out"


class CallPhase(StrEnum):
    """How far a call is."""

    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as far as it is known.

    `number` is the other side as transmitted ("" if hidden), `own` the own number, all times the box's local time;
    `seconds` is the talk, None while it lasts or if its end was never told.
    """

    key: str
    direction: Direction
    number: str
    own: str
    trunk: str
    began_at: datetime
    phase: CallPhase = CallPhase.RINGING
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: int | None = None
    extension: str = ""

    @property
    def is_answered(self) -> bool:
        """Somebody, or a machine, took the call."""
        return self.answered_at is not None

    @property
    def is_answered_by_machine(self) -> bool:
        """The box's own answering machine took the call."""
        return self.is_answered and self.direction is Direction.IN and self.extension in _MACHINES

    @property
    def is_missed(self) -> bool:
        """It came in, is over, and no person spoke with the caller."""
        over = self.direction is Direction.IN and self.phase is CallPhase.ENDED
        return over and (not self.is_answered or self.is_answered_by_machine)


@dataclass(frozen=True, slots=True)
class CallUpdate:
    """What an event changed: the call as it is now, and whether a pop-up is due for it."""

    call: Call
    pop_up: bool = False


class CallTracker:
    """Keeps the calls that run now; memory is bounded whatever comes in.

    `clock` gives seconds for the flood limits, because the times in the lines can be forged.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._open: OrderedDict[int, Call] = OrderedDict()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._new_calls = _PerMinute(CALLS_PER_MINUTE, clock)
        self._pop_ups = _PerMinute(POP_UPS_PER_MINUTE, clock)
        self.dropped = 0
        """New calls not logged because there were too many in a minute."""

    @property
    def open_calls(self) -> tuple[Call, ...]:
        """The calls that ring or talk, oldest first."""
        return tuple(self._open.values())

    def feed(self, event: CallEvent) -> list[CallUpdate]:
        """Take an event and return what changed, oldest first; duplicates and strays change nothing."""
        if event.kind is CallEventKind.CONNECT:
            return self._answer(event)
        if event.kind is CallEventKind.DISCONNECT:
            return self._end(event)
        return self._begin(event)

    def expire(self, box_time: datetime) -> list[CallUpdate]:
        """End the calls whose end was never told: ringing for 10 minutes, talking for 12 hours."""
        late = [c for c, call in self._open.items() if box_time - _last_sign(call) > _patience(call)]
        return [self._lose(connection) for connection in late]

    def _begin(self, event: CallEvent) -> list[CallUpdate]:
        key = call_key(event)
        if key in self._seen:
            return []
        lost = [self._lose(event.connection)] if event.connection in self._open else []
        if not self._new_calls.allows():
            self.dropped += 1
            return lost
        self._remember(key)
        direction = Direction.IN if event.kind is CallEventKind.RING else Direction.OUT
        call = Call(key, direction, event.number, event.own, event.trunk, event.at, extension=event.extension)
        if len(self._open) >= MOST_OPEN_CALLS:
            lost.append(self._lose(next(iter(self._open))))
        self._open[event.connection] = call
        return [*lost, CallUpdate(call, direction is Direction.IN and self._pop_ups.allows())]

    def _answer(self, event: CallEvent) -> list[CallUpdate]:
        call = self._open.get(event.connection)
        if call is None or call.is_answered or not _same_number(call, event):
            return []
        answered = replace(call, phase=CallPhase.TALKING, answered_at=event.at, extension=event.extension)
        self._open[event.connection] = answered
        return [CallUpdate(answered)]

    def _end(self, event: CallEvent) -> list[CallUpdate]:
        """End a call; talk without CONNECT means that this line was lost, so the talk began `seconds` ago."""
        call = self._open.pop(event.connection, None)
        if call is None:
            return []
        answered_at = call.answered_at
        if answered_at is None and event.seconds:
            answered_at = event.at - timedelta(seconds=event.seconds)
        ended = replace(call, phase=CallPhase.ENDED, answered_at=answered_at, ended_at=event.at, seconds=event.seconds)
        return [CallUpdate(ended)]

    def _lose(self, connection: int) -> CallUpdate:
        """End a call whose DISCONNECT never came; how long they talked is not known."""
        call = self._open.pop(connection)
        seconds = None if call.is_answered else 0
        return CallUpdate(replace(call, phase=CallPhase.ENDED, ended_at=_last_sign(call), seconds=seconds))

    def _remember(self, key: str) -> None:
        self._seen[key] = None
        if len(self._seen) > REMEMBERED_KEYS:
            self._seen.popitem(last=False)


class _PerMinute:
    """Allows so many in any 60 seconds."""

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most, self._clock = most, clock
        self._times: deque[float] = deque()

    def allows(self) -> bool:
        """Count one more, if there is room."""
        now = self._clock()
        while self._times and now - self._times[0] >= 60:
            self._times.popleft()
        if len(self._times) >= self._most:
            return False
        self._times.append(now)
        return True


def call_key(event: CallEvent) -> str:
    """Return the key of the call that begins with `event`: 32 hexadecimal digits, equal on every desk.

    Made of the box's time, the connection and both numbers; not of the box's address, which desks write differently.
    """
    parts = (event.kind, event.at.isoformat(), str(event.connection), event.number, event.own, event.trunk)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _same_number(call: Call, event: CallEvent) -> bool:
    """Tell whether a CONNECT belongs to the call; it tells no number, the own one, or one with area code added."""
    told, known = event.number, (call.number, call.own)
    return not told or not call.number or any(told.endswith(n) or n.endswith(told) for n in known if n)


def _last_sign(call: Call) -> datetime:
    return call.answered_at or call.began_at


def _patience(call: Call) -> timedelta:
    return LONGEST_TALK if call.is_answered else LONGEST_RINGING
