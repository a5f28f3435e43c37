"""Speaking with Outlook: each question is asked again while it is busy, and what it says goes through two hands.

*Dates.* Outlook's dates are wall times without a zone. pywin32 labels those that it reads as UTC, and turns those that
it writes into UTC first; a naive one it takes for the time of this computer and shifts (pywin32, PyTime.cpp,
`PyWinObject_AsSYSTEMTIME`). So every wall time is labelled as UTC on its way there and loses the label on its way here.

*Busy.* While a window of Outlook waits for an answer it rejects calls (RPC_E_CALL_REJECTED,
RPC_E_SERVERCALL_RETRYLATER): they are repeated, as the page "IMessageFilter::RetryRejectedCall" asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services.outlook.object_model import NO_YEAR, Application

BUSY_RESULTS = frozenset({-2147418111, -2147417846})
"""RPC_E_CALL_REJECTED (0x80010001) and RPC_E_SERVERCALL_RETRYLATER (0x8001010A) as pywin32 tells them."""
GONE_RESULTS = frozenset({-2147023174, -2147023170, -2147417848})
"""RPC_S_SERVER_UNAVAILABLE (0x800706BA), RPC_S_CALL_FAILED (0x800706BE), RPC_E_DISCONNECTED (0x80010108)."""
TRIES = 40
SECONDS = 0.25
T = TypeVar("T")


class OutlookGone(EnvironmentProblem):
    """Outlook was closed, or waits for an answer: nothing more can be asked of it now."""


@dataclass(frozen=True, slots=True)
class Link:
    """Outlook, the exceptions that it raises, what stands between categories, and how one waits for it."""

    application: Application
    errors: tuple[type[Exception], ...]
    separator: str
    wait: Callable[[float], object]

    def ask(self, question: Callable[[], T]) -> T:
        """Return what Outlook answers. Raises EnvironmentProblem, OutlookGone where it answers nobody."""
        for left in reversed(range(TRIES)):
            try:
                return question()
            except self.errors as problem:
                result = getattr(problem, "hresult", None)
                if result in GONE_RESULTS:
                    sentence = _("Outlook was closed meanwhile. Open it, then exchange again.")
                    raise OutlookGone(sentence, details=str(problem)) from problem
                if result not in BUSY_RESULTS:
                    sentence = _("Outlook refuses an item. Open it there, then exchange again.")
                    raise EnvironmentProblem(sentence, details=str(problem)) from problem
                if not left:
                    sentence = _("A window of Outlook waits for an answer. Close it, then exchange again.")
                    raise OutlookGone(sentence, details=str(problem)) from problem
                self.wait(SECONDS)
        raise AssertionError("the last try returns or raises")

    def get(self, thing: Any, name: str) -> Any:
        """Return a field of an item."""
        return self.ask(lambda: getattr(thing, name))

    def text(self, thing: Any, name: str) -> str:
        """Return a field of text with the line ends of this program."""
        return str(self.get(thing, name) or "").replace("\r\n", "\n").replace("\r", "\n")

    def moment(self, thing: Any, name: str) -> datetime | None:
        """Return a field of time as a naive wall time, None where no date was entered."""
        return wall_of(self.get(thing, name))

    def set(self, thing: Any, name: str, value: Any) -> None:
        """Set a field of an item."""
        self.ask(lambda: setattr(thing, name, value))


def wall_of(told: Any) -> datetime | None:
    """Return the naive wall time that Outlook tells, None for the year that stands for no date."""
    if not isinstance(told, datetime) or told.year >= NO_YEAR:
        return None
    return datetime(told.year, told.month, told.day, told.hour, told.minute, told.second)


def told_of(wall: datetime | date | None) -> datetime:
    """Return a naive wall time, a day or None as Outlook wants to be told."""
    if wall is None:
        return datetime(NO_YEAR, 1, 1, tzinfo=UTC)
    moment = wall if isinstance(wall, datetime) else datetime(wall.year, wall.month, wall.day)
    return moment.replace(tzinfo=UTC)


@contextmanager
def skipping(problems: list[str], name: str) -> Iterator[None]:
    """Let one item fail for itself: it is told by name. That Outlook is gone goes on."""
    try:
        yield
    except OutlookGone:
        raise
    except EnvironmentProblem as problem:
        problems.append(f"{name}: {problem.sentence}" if name else problem.sentence)
