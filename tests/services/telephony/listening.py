"""A desk for tests: remembers what a line tells and lets a test wait for it, never for time to pass."""

from __future__ import annotations

import threading
from collections.abc import Callable

from gcrm.services.telephony.fritzbox import FritzBoxLine
from gcrm.services.telephony.interface import CallEvent, CallState, LineState

PATIENCE = 60.0
"""Seconds after which a test gives up waiting; nothing is measured by it."""


class Desk:
    """Listens to one line."""

    def __init__(self) -> None:
        self.events: list[CallEvent] = []
        self.states: list[LineState] = []
        self._changed = threading.Condition()

    def on_event(self, event: CallEvent) -> None:
        """Take an event."""
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def on_state(self, state: LineState) -> None:
        """Take a state."""
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something is true of what was heard."""
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), (self.states[-3:], self.events[-3:])

    def wait_for_events(self, count: int) -> None:
        """Wait until so many events were heard."""
        self.wait(lambda: len(self.events) >= count)

    def wait_for_state(self, state: CallState, times: int = 1) -> None:
        """Wait until the line told a state so often."""
        self.wait(lambda: sum(told.state is state for told in self.states) >= times)

    def listen(self, line: FritzBoxLine) -> None:
        """Start a line and wait until it is connected."""
        line.start(self.on_event, self.on_state)
        self.wait_for_state(CallState.CONNECTED)
