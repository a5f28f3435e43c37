"""Which calendars an account has, from nothing but the address of its server (RFC 6764, RFC 5397, RFC 4791).

The address may be that of the server, of the account or of one calendar. A server may send on to another one of the
same house (iCloud does); the password goes to no stranger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.dav.line import Line, LoginRefused, Reply, refusal
from gcrm.services.dav.peer import DAV, XML, read_xml

MOST_HOPS = 5
_CALDAV = "{urn:ietf:params:xml:ns:caldav}"
_MOVED = frozenset({301, 302, 303, 307, 308})
_WHO = b"""<?xml version="1.0"?><propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop>
<current-user-principal/><C:calendar-home-set/><resourcetype/></prop></propfind>"""
_LISTED = b"""<?xml version="1.0"?><propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop>
<displayname/><resourcetype/><C:supported-calendar-component-set/><current-user-privilege-set/></prop></propfind>"""
_WRITES = frozenset({f"{DAV}{name}" for name in ("all", "write", "write-content", "bind")})


@dataclass(frozen=True, slots=True)
class Found:
    """A calendar that an account has."""

    address: str
    name: str
    is_writable: bool = True


def calendars(address: str, login: str, password: str) -> list[Found]:
    """Return the calendars for appointments of an account, in the order of the server.

    Raises UserError for an address that is none, or without a calendar there; EnvironmentProblem where the server
    cannot be reached or refuses.
    """
    told = address.strip()
    search = _Search(told if "://" in told else f"https://{told}", login.strip(), password)
    try:
        found = list(dict.fromkeys(search.run()))
    except ValueError as problem:  # the server names an address that is none
        raise refusal(0, str(problem)) from problem
    finally:
        search.close()
    if not found:
        raise UserError(_("There is no calendar for appointments in this account. Make one there, then look again."))
    return found


class _Search:
    """One search; it may speak with several servers of the same house."""

    def __init__(self, address: str, login: str, password: str) -> None:
        self._start = address
        self._login = login
        self._password = password
        self._lines: dict[str, Line] = {}
        self._line_to(address)

    def close(self) -> None:
        """Hang up."""
        for line in self._lines.values():
            line.close()

    def run(self) -> Iterator[Found]:
        """Yield the calendars at the address, else those of whoever logs in."""
        place, first = self._first()
        own = [one for one in first if _is_calendar(one)]
        if own:
            yield from self._listed(place, "0")
            return
        for home in self._homes(place, first):
            yield from self._listed(home, "1")

    def _first(self) -> tuple[str, Element]:
        """Return where the account begins: the address as it was typed, else where servers have it by agreement."""
        refused: EnvironmentProblem | None = None
        for path in (self._start, urljoin(self._start, "/.well-known/caldav"), urljoin(self._start, "/")):
            try:
                place, found = self._asked(path, "0", _WHO)
            except LoginRefused:
                raise
            except EnvironmentProblem as problem:
                refused = refused or problem
                continue
            if _hrefs(found, f"{DAV}current-user-principal") or _hrefs(found, f"{_CALDAV}calendar-home-set"):
                return place, found
            if any(_is_calendar(one) for one in found):
                return place, found
        raise refused or refusal(0, "no principal")

    def _homes(self, place: str, first: Element) -> list[str]:
        """Return the folders of calendars of whoever logs in."""
        homes = [urljoin(place, href) for href in _hrefs(first, f"{_CALDAV}calendar-home-set")]
        for href in [] if homes else _hrefs(first, f"{DAV}current-user-principal"):
            at, found = self._asked(urljoin(place, href), "0", _WHO)
            homes += [urljoin(at, one) for one in _hrefs(found, f"{_CALDAV}calendar-home-set")]
        return homes

    def _listed(self, home: str, depth: str) -> Iterator[Found]:
        """Yield the calendars of a folder."""
        place, found = self._asked(home, depth, _LISTED)
        for one in found:
            address = urljoin(place, one.findtext(f"{DAV}href", "").strip())
            if _is_calendar(one) and _holds_events(one):
                path = unquote(urlsplit(address).path).rstrip("/")
                name = (one.findtext(f".//{DAV}displayname") or "").strip() or path.rpartition("/")[2]
                yield Found(address, name, _is_writable(one))

    def _asked(self, address: str, depth: str, body: bytes) -> tuple[str, Element]:
        """Return where a question was answered, and the answer."""
        for _hop in range(MOST_HOPS):
            path = urlsplit(address).path or "/"
            answer = self._line_to(address).ask("PROPFIND", path, body, {"Depth": depth, **XML})
            if answer.status not in _MOVED:
                return address, _understood(answer)
            address = urljoin(address, answer.headers.get("Location") or "")
        raise refusal(0, "sent on too often")

    def _line_to(self, address: str) -> Line:
        """Return the connection to the server of an address. Raises for one that is not of this house."""
        line = Line(address, self._login, self._password)
        line.check()
        parts = urlsplit(address)
        key = f"{parts.scheme}://{parts.netloc}"
        if not _is_same_house(urlsplit(self._start).hostname or "", parts.hostname or ""):
            sentence = _(
                "{host} sends on to {other}, which may be a stranger. Enter the address of that one if it is not."
            )
            told = sentence.format(host=urlsplit(self._start).hostname, other=parts.hostname)
            raise EnvironmentProblem(told, details=address)
        return self._lines.setdefault(key, line)


def _is_same_house(host: str, other: str) -> bool:
    """Tell whether two names are of one house: the same, one below the other, or both below a name of their own."""
    if host == other or other.endswith(f".{host}"):
        return True
    house = host.partition(".")[2]
    labels = house.split(".")
    is_of_many = len(labels) < 2 or (len(labels) == 2 and len(labels[1]) == 2 and len(labels[0]) <= 3)  # as in co.uk
    return not is_of_many and (other == house or other.endswith(f".{house}"))


def _understood(answer: Reply) -> Element:
    if answer.status != HTTPStatus.MULTI_STATUS:
        raise refusal(answer.status, f"PROPFIND {answer.place}: {answer.status}")
    return read_xml(answer)


def _hrefs(found: Element, name: str) -> list[str]:
    """Return the addresses in a property."""
    return [href.text.strip() for one in found.iter(name) for href in one.iter(f"{DAV}href") if href.text]


def _is_calendar(one: Element) -> bool:
    return any(True for kind in one.iter(f"{DAV}resourcetype") for _part in kind.iter(f"{_CALDAV}calendar"))


def _holds_events(one: Element) -> bool:
    """Tell whether a calendar takes appointments; one that does not say what it takes does."""
    names = [part.get("name", "").upper() for part in one.iter(f"{_CALDAV}comp")]
    return not names or "VEVENT" in names


def _is_writable(one: Element) -> bool:
    """Tell whether a calendar may be changed; one that does not say may."""
    told: Iterable[Element] = list(one.iter(f"{DAV}privilege"))
    return not told or any(part.tag in _WRITES for privilege in told for part in privilege)
