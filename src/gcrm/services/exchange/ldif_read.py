"""Reads LDIF (RFC 2849): address books of Thunderbird and Mozilla, Evolution, LDAP servers and phones.

An entry of a person, or of an organisation that can be reached, is a contact; a group is a list of its members; any
other entry (branches, schemas, settings of a server, changes) is reported line by line. Which attribute is which
target (tables/setters.py) stands in resources/tables/ldif.json. Lines that are not blank are counted, comments too.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.services.exchange.card import Card, CardFile, LineAccount, Photo, Reported, Source
from gcrm.services.exchange.encoding import decode_value
from gcrm.services.exchange.photo import PhotoError, read_photo
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.tables.draft import Draft, card_of
from gcrm.services.exchange.tables.setters import is_kept, setter_of
from gcrm.services.exchange.tables.table_read import text_of
from gcrm.services.exchange.tables.values import Reading, Unfit
from gcrm.services.exchange.vcard_read import MAX_CARDS, check_size
from gcrm.shipped import resource

NO_LINE = N_("This is no line of an address book")
NO_ENTRY = N_("This entry is no contact")
A_CHANGE = N_("This is a change of an entry, no contact")
SECRET = N_("Passwords are not imported")
NO_BASE64 = N_("The value is damaged")
ELSEWHERE = N_("The value lies in another file, which is not read")
COMMENT = "#"
_PEOPLE = frozenset(
    [
        "person",
        "organizationalperson",
        "inetorgperson",
        "mozillaabpersonobsolete",
        "mozillaabpersonalpha",
        "evolutionperson",
        "contact",
        "residentialperson",
        "user",
        "officeperson",
        "pilotperson",
        "newpilotperson",
    ]
)
_GROUPS = frozenset(["groupofnames", "groupofuniquenames", "mozillaablist", "group", "posixgroup"])
_MEMBERS = ("member", "uniquemember")
_TELLS = frozenset(
    ("mail", "telephonenumber", "mobile", "homephone", "facsimiletelephonenumber", "workphone", "cellphone")
)
_NAMES = frozenset(("cn", "sn", "o", "givenname", "displayname", "commonname", "organizationname", "surname"))
_ONCE = ("full_name", "name", "first_name", "last_name")
"""A second value of these is another spelling and is kept."""
_MAIL = re.compile(r"(?:^|,)\s*mail=([^,]+)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([A-Za-z0-9.\-_]+)((?:;[A-Za-z0-9\-_]+)*)(::|:<|:)[ ]*")


@dataclass(slots=True)
class _Line:
    """A logical line: number and count of physical lines, attribute in small letters, value, and what is wrong."""

    line: int
    physical: int
    name: str = ""
    value: str = ""
    data: bytes = b""
    problem: str = ""


@dataclass(slots=True)
class _Account:
    """Where lines went."""

    lines: int = 0
    mapped: int = 0
    kept: int = 0
    reported: list[Reported] = field(default_factory=list)

    def report(self, line: _Line, reason: str) -> None:
        """Report each physical line."""
        self.reported += [Reported(line.line + offset, reason) for offset in range(line.physical)]


def read_ldif(
    data: bytes,
    choice: Choice,
    *,
    photo_reader: Callable[[bytes], Photo] = read_photo,
    hand_on: Callable[[Card], None] | None = None,
) -> CardFile:
    """Return the contacts of an LDIF file. Raises UserError for one beyond the limits: 50 MB, 100,000 contacts."""
    check_size(len(data))
    decoded = text_of(data, choice.encoding)
    account = _Account()
    reading = Reading(choice.where.language, choice.where.country)
    entries = list(_entries(_logical(decoded.text), account))
    if len(entries) > MAX_CARDS:
        raise UserError(_("The file holds more than 100,000 contacts. Split it into several files."))
    mails = _mails(entries)
    wanted = {line.value for entry in entries for line in entry if line.name in _MEMBERS}
    cards: list[Card] = []
    take = hand_on or cards.append
    for entry in entries:
        card = _card(entry, reading, account, photo_reader, mails)
        if card is not None:
            name = _first(entry, "dn")
            take(replace(card, uid=name) if name in wanted and name not in mails and not card.sources else card)
    told = LineAccount(account.lines, account.mapped, account.kept, tuple(sorted(account.reported)))
    return CardFile("ldif", tuple(cards), told, decoded.encoding, decoded.evidence)


def _logical(text: str) -> Iterator[_Line | None]:
    """Yield logical lines, None for what parts entries; continuations begin with a blank."""
    current: list[str] = []
    first = 0
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line[:1] in (" ", "\t") and current and line.strip():
            current.append(line[1:])
            continue
        if current:
            yield _parsed(first, current)
        current, first = ([line], number) if line.strip() else ([], number)
        if not current:
            yield None
    if current:
        yield _parsed(first, current)


def _parsed(first: int, lines: Sequence[str]) -> _Line:
    """Return a logical line with its value decoded."""
    whole, count = "".join(lines), len(lines)
    if whole.startswith(COMMENT) or whole == "-":
        return _Line(first, count, COMMENT)
    found = _ATTRIBUTE.match(whole)
    if found is None:
        return _Line(first, count, problem=NO_LINE)
    name, value = found[1].lower(), whole[found.end() :].strip()
    if found[3] == ":<":
        return _Line(first, count, name, value, problem=ELSEWHERE)
    if found[3] == ":":
        return _Line(first, count, name, value)
    try:
        data = base64.b64decode("".join(value.split()), validate=False)
    except (binascii.Error, ValueError):
        return _Line(first, count, name, problem=NO_BASE64)
    return _Line(first, count, name, decode_value(data).strip() if b"\0" not in data[:64] else "", data)


def _entries(lines: Iterable[_Line | None], account: _Account) -> Iterator[list[_Line]]:
    """Yield the lines of each entry; comments and the version belong to none."""
    entry: list[_Line] = []
    for line in lines:
        if line is None or (line.name == "dn" and entry):
            if entry:
                yield entry
            entry = []
        if line is None:
            continue
        account.lines += line.physical
        if line.name == COMMENT or (line.name == "version" and not entry):
            account.mapped += line.physical
        elif line.problem and not line.name:
            account.report(line, line.problem)
        else:
            entry.append(line)
    if entry:
        yield entry


def _first(entry: Iterable[_Line], name: str) -> str:
    return next((line.value for line in entry if line.name == name and line.value), "")


def _mails(entries: Iterable[Sequence[_Line]]) -> dict[str, str]:
    """Return the first e-mail address by the name of the entry that has it."""
    found = ((_first(entry, "dn"), _first(entry, "mail")) for entry in entries)
    return {name: mail for name, mail in found if name and mail}


def _card(
    entry: Sequence[_Line], reading: Reading, account: _Account, photo_reader: Callable[[bytes], Photo],
    mails: dict[str, str],
) -> Card | None:  # fmt: skip
    """Return the card of an entry, None for one that is no contact."""
    names = {line.name for line in entry}
    classes = {line.value.lower() for line in entry if line.name == "objectclass"}
    change = _first(entry, "changetype").lower()
    if change and change != "add":
        _reported(entry, account, A_CHANGE)
        return None
    if classes & _GROUPS and names & set(_MEMBERS):
        return _list(entry, account, mails)
    is_person = bool(classes & _PEOPLE) or (not classes and bool(names & _NAMES) and "changetype" not in names)
    if not is_person and not (names & _TELLS and names & _NAMES and not classes & _GROUPS):
        _reported(entry, account, NO_ENTRY)
        return None
    return _contact(entry, reading, account, photo_reader)


def _reported(entry: Iterable[_Line], account: _Account, reason: str) -> None:
    """Report all lines of an entry."""
    for line in entry:
        account.report(line, reason)


def _contact(
    entry: Sequence[_Line], reading: Reading, account: _Account, photo_reader: Callable[[bytes], Photo]
) -> Card | None:
    """Return the contact of an entry; an entry that names nobody is reported."""
    draft, photo = Draft(), None
    before = account.mapped, account.kept, len(account.reported)
    for line in entry:
        target = _targets().get(line.name, "keep")
        if line.problem:
            account.report(line, line.problem)
        elif target == "secret":
            account.report(line, SECRET)
        elif target == "photo" and photo is None and line.data:
            try:
                photo = photo_reader(line.data)
                account.mapped += line.physical
            except PhotoError as problem:
                account.report(line, problem.reason)
        elif target == "structure" or not line.value:
            account.mapped += line.physical
        else:
            _put(draft, line, target, reading, account)
    card = card_of(draft, entry[0].line, reading)
    if card.display_name():
        return replace(card, photo=photo)
    account.mapped, account.kept = before[0], before[1]
    del account.reported[before[2] :]
    _reported(entry, account, NO_ENTRY)
    return None


def _put(draft: Draft, line: _Line, target: str, reading: Reading, account: _Account) -> None:
    """Put a value where it belongs; one that does not fit is kept as other data."""
    setter = setter_of(target, line.name, reading) or setter_of("keep", line.name, reading)
    value = line.value.replace(" $ ", "\n").replace("$", "\n") if target.endswith(".whole") else line.value
    is_other = is_kept(target)
    try:
        if target in _ONCE and target in draft.texts:
            is_other = True
            draft.keep(line.name, value)
        elif setter is not None:
            setter(draft, value)
    except Unfit:
        is_other = True
        draft.keep(line.name, value)
    account.kept += line.physical if is_other else 0
    account.mapped += 0 if is_other else line.physical


@cache
def _targets() -> dict[str, str]:
    """Return the target of each attribute."""
    told = json.loads(resource("tables/ldif.json").read_text(encoding="utf-8"))
    return {name: target for target, names in told.items() for name in names}


def _list(entry: Sequence[_Line], account: _Account, mails: dict[str, str]) -> Card:
    """Return a list: its name and its members, by e-mail address where one is known."""
    sources = []
    for line in entry:
        account.mapped += line.physical
        if line.name in _MEMBERS:
            mail = mails.get(line.value) or next(iter(_MAIL.findall(line.value)), "")
            sources.append(Source(line.line, line.physical, "MEMBER", f"mailto:{mail}" if mail else line.value, False))
        else:
            name = "FN" if line.name == "cn" else "VERSION" if _targets().get(line.name) == "structure" else line.name
            sources.append(Source(line.line, line.physical, name, line.value, False))
    return Card(kind="group", formatted=_first(entry, "cn"), line=entry[0].line, sources=tuple(sources))
