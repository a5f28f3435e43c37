"""A connection to a calendar server elsewhere, kept open from one question to the next; what went wrong, in words.

A password goes over https only, except to this computer itself, and to no other server than the one that was named.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, unquote, urlsplit

import certifi

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _

SECONDS = 20
MOST_BYTES = 50_000_000
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class LineProblem(EnvironmentProblem):
    """The server cannot be asked anything more at the moment."""


class LoginRefused(LineProblem):
    """The server wants another login or password: asking once more would count as another wrong one."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; `place` is where it was asked."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes
    place: str


@dataclass(slots=True)
class Line:
    """A server by its address, and the log-in there; one thread at a time speaks over it."""

    address: str
    login: str
    password: str = field(repr=False)
    _connection: http.client.HTTPConnection | None = field(default=None, init=False, repr=False)

    def check(self) -> None:
        """Raise UserError for an address that is none, or over which a password would travel in the open."""
        try:
            parts = urlsplit(self.address)
            is_name = bool((parts.hostname or "").encode("idna"))  # as connecting does
            is_usable = parts.scheme in ("http", "https") and is_name and (parts.port or 1) > 0
        except ValueError:
            is_usable = False
        if not is_usable:
            raise UserError(_("This is no address of a calendar. Copy it from the settings of the calendar there."))
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise UserError(_("Without https the password could be read on the way. Enter an address with https."))

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        """Return what the server answers.

        Raises LineProblem where it cannot be reached, EnvironmentProblem where it once told what cannot be sent back.
        """
        secret = base64.b64encode(f"{self.login}:{self.password}".encode()).decode()
        sent = {**(headers or {}), "Authorization": f"Basic {secret}", "User-Agent": "gCRM"}
        try:
            answer = self._asked(method, quoted(path), body, sent)
            content = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            raise LineProblem(self._why(problem), details=str(problem)) from problem
        except ValueError as problem:  # a state of an entry that is no header
            self.close()
            raise refusal(0, str(problem)) from problem
        if answer.will_close or not answer.isclosed():
            self.close()
        return Reply(answer.status, answer.headers, content, path)

    def _asked(self, method: str, path: str, body: bytes, sent: Mapping[str, str]) -> http.client.HTTPResponse:
        """Ask over the connection that is open; one that the server closed meanwhile is made anew."""
        if self._connection is not None:
            try:
                self._connection.request(method, path, body, dict(sent))
                return self._connection.getresponse()
            except (http.client.RemoteDisconnected, http.client.CannotSendRequest, ConnectionError, ssl.SSLError):
                self.close()
        self._connection = self._opened()
        self._connection.request(method, path, body, dict(sent))
        return self._connection.getresponse()

    def close(self) -> None:
        """Hang up; the next question makes a new connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _opened(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
        trusted = ssl.create_default_context(cafile=certifi.where())
        return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=trusted)

    def _why(self, problem: Exception) -> str:
        """Return why nothing could be asked."""
        host = urlsplit(self.address).hostname or ""
        if isinstance(problem, socket.gaierror):
            sentence = _("No server is called {host}. Check the address, and whether this computer is online.")
            return sentence.format(host=host)
        if isinstance(problem, ssl.SSLCertVerificationError):
            return _("{host} cannot prove who it is, so no password was sent. Check the address.").format(host=host)
        return _("{host} does not answer. Check whether this computer is online, and try again later.").format(
            host=host
        )


def quoted(path: str) -> str:
    """Return a path as a request has it."""
    return quote(unquote(path), safe="/@:+~!$&'()*,;=")


def refusal(status: int, details: str) -> EnvironmentProblem:
    """Return why a server refused, and what to do."""
    sentence = _("The calendar server gave no answer that can be read. Check that the address is that of a calendar.")
    if status == HTTPStatus.UNAUTHORIZED:
        sentence = _("The calendar server refuses this login. Check it; many want a password made for programs.")
        return LoginRefused(sentence, details=details)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return LineProblem(_("The calendar server is busy. The next round tries again."), details=details)
    if status == HTTPStatus.INSUFFICIENT_STORAGE:
        sentence = _("The calendar there is full. Make room there, then bring both in step again.")
        return LineProblem(sentence, details=details)
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED):
        sentence = _("The calendar server does not allow this. Choose a calendar that you may change, or only read it.")
    elif status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        sentence = _("There is no calendar at this address any more. Look for the calendars again and choose one.")
    return EnvironmentProblem(sentence, details=details)
