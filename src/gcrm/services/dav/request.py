"""What belongs to one request, for all that takes part in answering it: each is answered by one thread."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from gcrm.errors import ConflictError, EnvironmentProblem, GcrmError, UserError
from gcrm.services.dav.book import Mark

_APPLE = re.compile(r"(iOS|iPadOS|macOS|Mac.OS.X)/", re.ASCII)
"""What devices of Apple call themselves."""


@dataclass(slots=True)
class Request:
    """A request: its body, whoever it is from, the entries that were looked at, and why it is refused."""

    method: str
    path: str
    body: bytes = b""
    user: str = ""
    agent: str = ""
    seen: dict[str, Mark] = field(default_factory=dict)
    refusal: tuple[HTTPStatus, str] | None = None

    @property
    def wants_texts(self) -> bool:
        """Tell whether contents are asked for; Radicale would read them for states alone, too."""
        return self.method != "REPORT" or b"-data" in self.body

    @property
    def shows_groups(self) -> bool:
        """Tell whether the device shows groups of contacts as Apple's do; others would take them for people."""
        return bool(_APPLE.match(self.agent))

    def refuse(self, problem: GcrmError) -> None:
        """Note why it is refused."""
        self.refusal = (_status(problem), problem.sentence)


def _status(problem: GcrmError) -> HTTPStatus:
    """Return the status of an error."""
    if isinstance(problem, ConflictError):
        return HTTPStatus.PRECONDITION_FAILED
    if isinstance(problem, EnvironmentProblem):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.FORBIDDEN if isinstance(problem, UserError) else HTTPStatus.INTERNAL_SERVER_ERROR


class Here(threading.local):
    """The request that this thread answers."""

    request: Request = Request("", "")

    @contextmanager
    def answering(self, request: Request) -> Iterator[Request]:
        """Answer a request."""
        self.request = request
        try:
            yield request
        finally:
            self.request = Request("", "")

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Note an error of the office as the reason of a refusal, and let Radicale give up."""
        try:
            yield
        except GcrmError as problem:
            self.request.refuse(problem)
            raise ValueError(type(problem).__name__) from problem
