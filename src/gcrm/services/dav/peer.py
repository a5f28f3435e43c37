"""A calendar on a server elsewhere, asked by CalDAV (RFC 4791): what is there, one entry, save, delete."""

from __future__ import annotations

import base64
import http.client
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import ParseError

import certifi
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _

SECONDS = 60
MOST_BYTES = 50_000_000
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_DAV = "{DAV:}"
_LISTED = b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'


class Late(Exception):  # noqa: N818 - it is no error, but the answer of a server
    """Somebody changed the entry there since it was read."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A calendar by its own address, and the log-in there."""

    address: str
    login: str
    password: str

    def check(self) -> None:
        """Raise UserError for an address that is none, or over which a password would travel in the open."""
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname or not parts.path.strip("/"):
            raise UserError(_("This is no address of a calendar. Copy it from the settings of the calendar there."))
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise UserError(_("Without https the password could be read on the way. Enter an address with https."))

    def listing(self) -> dict[str, str]:
        """Return the states of all entries by their names."""
        answer = self._ask("PROPFIND", self._path, _LISTED, {"Depth": "1", "Content-Type": "application/xml"})
        try:
            found = fromstring(answer[1])
        except (ParseError, DefusedXmlException, ValueError) as problem:
            raise _not_understood(str(problem)) from problem
        rows = ((one.findtext(f"{_DAV}href", ""), one.findtext(f".//{_DAV}getetag")) for one in found)
        names = ((unquote(urlsplit(href.strip()).path), tag) for href, tag in rows)
        return {name: tag for name, tag in names if tag and name.rstrip("/") != unquote(self._path).rstrip("/")}

    def get(self, name: str) -> bytes:
        """Return the content of an entry."""
        return self._ask("GET", name, b"", {})[1]

    def put(self, name: str, data: bytes, etag: str = "") -> str:
        """Save an entry over the one of a state, or a new one; return its state, "" where the server does not tell it.

        Raises Late when it is in another state there.
        """
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        return self._ask("PUT", name, data, {**condition, "Content-Type": "text/calendar; charset=utf-8"})[0]

    def delete(self, name: str, etag: str) -> None:
        """Delete the entry of a state; one that is gone is so. Raises Late when it is in another state there."""
        self._ask("DELETE", name, b"", {"If-Match": etag})

    def name_of(self, uid: str) -> str:
        """Return the name for a new entry."""
        kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in uid)[:120]
        return f"{unquote(self._path).rstrip('/')}/{kept}.ics"

    @property
    def _path(self) -> str:
        return urlsplit(self.address).path

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[str, bytes]:
        """Return state and content of an answer. Raises EnvironmentProblem where the server cannot or will not."""
        secret = base64.b64encode(f"{self.login}:{self.password}".encode()).decode()
        connection = self._connection()
        try:
            sent = {**headers, "Authorization": f"Basic {secret}", "User-Agent": "gCRM"}
            connection.request(method, _quoted(path), body, sent)
            answer = connection.getresponse()
            content, status = answer.read(MOST_BYTES), answer.status
        except (OSError, http.client.HTTPException) as problem:
            sentence = _("The calendar server cannot be reached. Try again when it is there.")
            raise EnvironmentProblem(sentence, details=str(problem)) from problem
        finally:
            connection.close()
        if status == HTTPStatus.PRECONDITION_FAILED:
            raise Late
        if method == "DELETE" and status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            return "", b""
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise EnvironmentProblem(_("The calendar server refuses this login. Check login, password and address."))
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise _not_understood(f"{method}: {status}")
        return answer.headers.get("ETag") or "", content

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
        trusted = ssl.create_default_context(cafile=certifi.where())
        return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=trusted)


def _quoted(path: str) -> str:
    """Return a path as a request has it."""
    from urllib.parse import quote

    return quote(unquote(path), safe="/@:+~!$&'()*,;=")


def _not_understood(details: str) -> EnvironmentProblem:
    sentence = _("The calendar server gave no answer that can be read. Check that the address is that of a calendar.")
    return EnvironmentProblem(sentence, details=details)
