"""A mail as both formats give it: who, when, what, and the files that came with it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import BinaryIO

from gcrm.errors import UserError
from gcrm.i18n import N_, _

ENDINGS = (".eml", ".msg")
"""Endings of mail files."""
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a message of Outlook begins, as other compound files do."""
MOST_BYTES = 150_000_000
"""Bytes of a mail file that is read; larger ones are kept as files."""
MOST_TEXT = 400_000
"""Characters of a text in the chronicle; the original keeps the rest."""
MOST_FILES = 300
MOST_PEOPLE = 2000
_NO_ADDRESS = r"\s@<>\",;:()\[\]\x00-\x1f\x7f\ud800-\udfff"
_ADDRESS = re.compile(f"[^{_NO_ADDRESS}]{{1,128}}@[^{_NO_ADDRESS}]{{1,255}}")

_MOMENT = re.compile(r"\n[^:\n]{1,20}: \d{4}-\d\d-\d\d \d\d:\d\d (?:UTC|[+-]\d\d:\d\d)\Z")


class NoMail(UserError):  # noqa: N818 - the word of the house for what is not our fault
    """A file is no mail that can be read; its sentence says why."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody a mail names; `address` is "" where only a name is known."""

    name: str
    address: str

    def shown(self) -> str:
        """Return name and address as people write them."""
        if not self.address or not self.name or self.name == self.address:
            return self.address or self.name
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came with a mail; `write` puts its content into a stream, piece by piece."""

    name: str
    media_type: str
    write: Callable[[BinaryIO], object] = field(repr=False)

    def read(self) -> bytes:
        """Return the whole content."""
        stream = io.BytesIO()
        self.write(stream)
        return stream.getvalue()


@dataclass(slots=True)
class Mail:
    """What a mail file holds.

    `at` is aware and keeps the time zone of whoever sent it; None where the file does not tell. `calendars` are
    invitations in it (iCalendar), `notes` marked sentences on what is not here.
    """

    sender: Mailbox | None = None
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    at: datetime | None = None
    subject: str = ""
    text: str = ""
    message_id: str = ""
    enclosures: list[Enclosure] = field(default_factory=list)
    calendars: list[bytes] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def receivers(self) -> tuple[Mailbox, ...]:
        """Return everybody it was sent to."""
        return (*self.to, *self.cc, *self.bcc)

    def people(self) -> tuple[Mailbox, ...]:
        """Return everybody it names."""
        return (*((self.sender,) if self.sender else ()), *self.receivers())

    def body(self) -> str:
        """Return the text for the chronicle: who and when in words, then what was written."""
        heads = [
            (_("From"), shown_all([self.sender] if self.sender else [])),
            (_("To"), shown_all(self.to)),
            (_("Cc"), shown_all(self.cc)),
            (_("Bcc"), shown_all(self.bcc)),
            (_("Date"), shown_moment(self.at)),
        ]
        lines = [f"{label}: {value}" for label, value in heads if value]
        notes = [_(note) for note in self.notes]
        text = self.text.strip("\n")
        if len(text) > MOST_TEXT:
            text = text[:MOST_TEXT].rstrip()
            notes.append(_("The text is longer; the original has all of it."))
        return "\n\n".join(part for part in ("\n".join(lines), text, "\n".join(notes)) if part)


MOST_SHOWN = 30
IN_ORIGINAL = N_("Not all files of this e-mail were taken out; the original has them.")
IS_ENCRYPTED = N_("This e-mail is encrypted; the original can be opened with a mail program.")


def shown_all(people: Sequence[Mailbox]) -> str:
    """Return people in a line; of very many the first ones."""
    shown = ", ".join(one.shown() for one in people[:MOST_SHOWN])
    return f"{shown}, …" if len(people) > MOST_SHOWN else shown


def shown_moment(at: datetime | None) -> str:
    """Return a moment with the time zone it was written in: 2026-11-27 14:03 +01:00."""
    if at is None:
        return ""
    zone = f"{at:%z}"
    return f"{at:%Y-%m-%d %H:%M} {zone[:3]}:{zone[3:5]}" if at.utcoffset() else f"{at:%Y-%m-%d %H:%M} UTC"


def below_head(text: str) -> str:
    """Return a text without the lines that `Mail.body` set above it, which end with the moment; any other as it is."""
    head, gap, rest = text.partition("\n\n")
    return rest if gap and rest.strip() and _MOMENT.search(head) else text


def sensible(at: datetime | None) -> datetime | None:
    """Return a moment when mails were sent; None for one that a broken file invents."""
    if at is None:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return at if 1970 < at.year < 2200 else None


def address_in(text: str) -> str:
    """Return the first e-mail address in a text, "" without one."""
    found = _ADDRESS.search(text)
    return found.group().strip(".'") if found else ""


def people_in(text: str) -> tuple[Mailbox, ...]:
    """Return the people of a header such as `"Neu, Eva" <eva@werft.example>, info@werft.example`; never fails."""
    found: list[Mailbox] = []
    for entry in _entries(text):
        before, is_angled, rest = entry.rpartition("<")
        address = address_in(rest.partition(">")[0] if is_angled else entry)
        name = before if is_angled else entry.replace(address, "").strip("() ") if address else entry
        name = _unquoted(name.rpartition(":")[2] if '"' not in name else name)
        if address or name:
            found.append(Mailbox(" ".join(name.split())[:200], address))
        if len(found) >= MOST_PEOPLE:
            break
    return tuple(found)


def _entries(text: str) -> list[str]:
    """Cut a header at the commas and semicolons that stand in no quotation marks and no angle brackets."""
    entries, begin, is_quoted, is_angled, place = [], 0, False, False, 0
    while place < len(text):
        char = text[place]
        if char == "\\" and is_quoted:
            place += 1
        elif char == '"':
            is_quoted = not is_quoted
        elif not is_quoted and char in "<>":
            is_angled = char == "<"
        elif char in ",;" and not is_quoted and not is_angled:
            entries.append(text[begin:place])
            begin = place + 1
        place += 1
    return [entry.strip() for entry in (*entries, text[begin:]) if entry.strip()]


def _unquoted(name: str) -> str:
    """Return a name without its quotation marks."""
    plain = name.strip()
    if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'":
        plain = plain[1:-1]
    return re.sub(r"\\(.)", r"\1", plain).strip()


def is_mail(name: str) -> bool:
    """Tell a mail file by its name."""
    return PurePath(name).suffix.lower() in ENDINGS


def one_line(text: str) -> str:
    """Return a text without line breaks and control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
