"""What every telephone line tells and can do, whatever device is behind it.

A line reads in a thread of its own and calls `on_event` and `on_state` from there; whoever owns a window hands them
over to it. A line only listens: it never dials and never opens anything by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gcrm.i18n import N_, _, ngettext


class CallEventKind(StrEnum):
    """What happened on the line; the values are the ones of the database, not those of a device."""

    RING = "ring"
    OUTGOING = "outgoing"
    CONNECT = "connect"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One thing that happened to a call.

    `connection` names the call among those running now; `number` is the other side as transmitted ("" if hidden);
    `own` the own number that was called or used; `trunk` the line of the device (SIP0, ISDN, "" if not told);
    `at` the device's local time without zone; `seconds` the talk, at the end of a call; `extension` the telephone.
    """

    kind: CallEventKind
    connection: int
    at: datetime
    number: str = ""
    own: str = ""
    trunk: str = ""
    seconds: int = 0
    extension: str = ""


class CallState(StrEnum):
    """How a line stands."""

    OFF = "off"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    WAITING = "waiting"


class Trouble(StrEnum):
    """Why a line is not connected."""

    NONE = ""
    REFUSED = "refused"
    NOT_FOUND = "not found"
    NO_ANSWER = "no answer"
    LOST = "lost"


_REASONS = {
    Trouble.NONE: "",
    Trouble.REFUSED: N_(
        "{device} refuses the call monitor. Dial #96*5* once on a telephone that is connected to it to switch it on."
    ),
    Trouble.NOT_FOUND: N_("{device} is not known in this network. Check its address in Settings › Telephone."),
    Trouble.NO_ANSWER: N_("{device} does not answer. Check that it is switched on and in the same network."),
    Trouble.LOST: N_("The connection to {device} was lost."),
}


@dataclass(frozen=True, slots=True)
class LineState:
    """How a line stands, with its sentence for the window; `retry_in` seconds until the next attempt."""

    state: CallState
    device: str = ""
    trouble: Trouble = Trouble.NONE
    retry_in: float = 0.0

    @property
    def sentence(self) -> str:
        """Say it in the language in force."""
        if self.state is CallState.OFF:
            return _("Calls are not watched.")
        if self.state is CallState.CONNECTED:
            return _("Calls are shown from {device}.").format(device=self.device)
        if self.state is CallState.CONNECTING:
            return _("Connecting to {device} …").format(device=self.device)
        seconds = max(1, round(self.retry_in))
        again = ngettext("Next attempt in {count} second.", "Next attempt in {count} seconds.", seconds)
        reason = _(_REASONS[self.trouble]).format(device=self.device)
        return f"{reason} {again.format(count=seconds)}".strip()


OnEvent = Callable[[CallEvent], None]
OnState = Callable[[LineState], None]


class PhoneLine(Protocol):
    """A source of call events."""

    @property
    def state(self) -> LineState:
        """How the line stands now; any thread may ask."""

    def start(self, on_event: OnEvent, on_state: OnState) -> None:
        """Begin to listen and return at once; both are called from the line's own thread, one after the other."""

    def stop(self) -> None:
        """Stop listening; after it returns neither callback is called again."""
