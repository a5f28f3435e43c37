"""A calendar on a server elsewhere, asked by CalDAV (RFC 4791): what is there, one entry, save, delete."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.dav.line import Line, Reply, refusal

DAV = "{DAV:}"
XML = {"Content-Type": "application/xml; charset=utf-8"}
_LISTED = b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
_EVENTS = b"""<?xml version="1.0"?><C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">
<D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter>
</C:filter></C:calendar-query>"""
_UNHEARD = frozenset({400, 403, 405, 415, 501})
"""What servers answer that do not know a question."""


class Late(Exception):  # noqa: N818 - it is no error, but the answer of a server
    """Somebody changed the entry there since it was read."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A calendar by its own address, and the log-in there."""

    address: str
    login: str
    password: str = field(repr=False)
    _line: Line = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_line", Line(self.address, self.login, self.password))

    def check(self) -> None:
        """Raise UserError for an address that is none, or over which a password would travel in the open."""
        self._line.check()
        if not self._path.strip("/"):
            raise UserError(_("This is no address of a calendar. Copy it from the settings of the calendar there."))

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def listing(self) -> dict[str, str]:
        """Return the states of all appointments by their names; of all entries where a server knows no difference."""
        answer = self._line.ask("REPORT", self._path, _EVENTS, {"Depth": "1", **XML})
        if answer.status in _UNHEARD:
            answer = self._line.ask("PROPFIND", self._path, _LISTED, {"Depth": "1", **XML})
        if answer.status != HTTPStatus.MULTI_STATUS:
            raise refusal(answer.status, f"{self._path}: {answer.status}")
        rows = ((one.findtext(f"{DAV}href", ""), one.findtext(f".//{DAV}getetag", "")) for one in read_xml(answer))
        names = ((_path_of(href), tag.strip()) for href, tag in rows)
        own = unquote(self._path).rstrip("/")
        return {name: tag for name, tag in names if name and tag and name.rstrip("/") != own}

    def get(self, name: str) -> bytes:
        """Return the content of an entry."""
        return self._ask("GET", name, b"", {}).content

    def put(self, name: str, data: bytes, etag: str = "") -> str:
        """Save an entry over the one of a state, or a new one; return its state, "" where the server does not tell it.

        Raises Late when it is in another state there.
        """
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        answer = self._ask("PUT", name, data, {**condition, "Content-Type": "text/calendar; charset=utf-8"})
        return answer.headers.get("ETag") or ""

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

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """Return an answer that is none of refusal. Raises EnvironmentProblem where the server cannot or will not."""
        answer = self._line.ask(method, path, body, headers)
        is_gone = answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
        if answer.status == HTTPStatus.PRECONDITION_FAILED:
            raise Late
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES and not (method == "DELETE" and is_gone):
            raise refusal(answer.status, f"{method}: {answer.status}")
        return answer


def _path_of(href: str) -> str:
    """Return the path of an address that a server tells, "" for one that is none."""
    try:
        return unquote(urlsplit(href.strip()).path)
    except ValueError:
        return ""


def read_xml(answer: Reply) -> Element:
    """Return the XML of an answer. Raises EnvironmentProblem for anything else."""
    try:
        found: Element = fromstring(answer.content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise refusal(0, str(problem)) from problem
    return found
