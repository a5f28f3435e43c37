"""A message that Outlook saved (.msg): a compound file ([MS-CFB], read by olefile) of MAPI properties ([MS-OXMSG])."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, BinaryIO

import olefile

from gcrm.i18n import N_, _
from gcrm.services.mail.as_eml import write_eml
from gcrm.services.mail.eml import read_eml
from gcrm.services.mail.html_text import charset_of, text_of
from gcrm.services.mail.message import (
    COMPOUND,
    IN_ORIGINAL,
    IS_ENCRYPTED,
    MOST_FILES,
    MOST_PEOPLE,
    Enclosure,
    Mail,
    Mailbox,
    NoMail,
    address_in,
    one_line,
    sensible,
)
from gcrm.services.mail.mime import text_of as decoded_text
from gcrm.services.mail.rtf import text_of_rtf

INNER = N_("A message that was attached to this e-mail is in the original.")
_PROPERTIES = "__properties_version1.0"
_HEAD = {"": 32, "__attach": 8, "__recip": 8}
"""Bytes before the first property, by where the properties lie."""
_MOST_STREAMS = 20_000
_BROKEN = (
    RecursionError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    struct.error,
    OverflowError,
    MemoryError,
)
"""What olefile and a table of nonsense raise."""

# Property ids of [MS-OXPROPS].
_CLASS, _SUBJECT, _BODY, _HTML, _RTF, _HEADERS, _ID = 0x001A, 0x0037, 0x1000, 0x1013, 0x1009, 0x007D, 0x1035
_SENT, _DELIVERED, _CODE_PAGE, _HTML_CODE_PAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE
_SENDERS = ((0x0042, 0x5D02, 0x0065), (0x0C1A, 0x5D01, 0x0C1F))
"""Name, SMTP address and address of whom it was sent for, then of who sent it."""
_KIND, _NAME, _SMTP, _ADDRESS = 0x0C15, 0x3001, 0x39FE, 0x3003
_FILE, _SHORT_FILE, _DATA, _MEDIA, _CONTENT_ID, _METHOD = 0x3707, 0x3704, 0x3701, 0x370E, 0x3712, 0x3705
_EMBEDDED, _ITEM, _DEEPEST = 5, "__substg1.0_3701000D", 3
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_SMALL_PICTURE = 10_000


class _Store:
    """One storage of the file: the message, a receiver, or an attachment."""

    def __init__(self, ole: olefile.OleFileIO[Any], place: str, code_page: str = "cp1252") -> None:
        self._ole = ole
        self._place = place
        self._code_page = code_page
        self._fixed = dict(self._read_fixed())
        page = self.number(_CODE_PAGE) or self.number(_HTML_CODE_PAGE)
        if page and not place:
            self._code_page = "utf-8" if page == 65001 else f"cp{page}"

    @property
    def place(self) -> str:
        """Return where in the file it lies, "" for the message itself."""
        return self._place

    @property
    def code_page(self) -> str:
        """Return the character set of texts that are no Unicode."""
        return self._code_page

    def _path(self, name: str) -> str:
        return f"{self._place}/{name}" if self._place else name

    def stream(self, name: str) -> bytes | None:
        """Return a stream of the storage, None without it."""
        path = self._path(name)
        if not self._ole.exists(path) or self._ole.get_type(path) != olefile.STGTY_STREAM:
            return None
        return bytes(self._ole.openstream(path).read())

    def _read_fixed(self) -> Iterator[tuple[int, bytes]]:
        """Yield the properties whose values lie in the table itself."""
        table = self.stream(_PROPERTIES) or b""
        kind = self._place.rpartition("/")[2].partition("_version")[0]
        for begin in range(_HEAD.get(kind, 24), len(table) - 15, 16):
            _type, number = struct.unpack_from("<HH", table, begin)
            yield number, table[begin + 8 : begin + 16]

    def has_properties(self) -> bool:
        """Tell whether there is anything in the table of properties."""
        return bool(self._fixed)

    def number(self, prop: int) -> int:
        """Return a number, 0 without it."""
        return int.from_bytes(self._fixed.get(prop, b"")[:4], "little")

    def moment(self, prop: int) -> datetime | None:
        """Return an instant (UTC)."""
        ticks = int.from_bytes(self._fixed.get(prop, b""), "little")
        if not 0 < ticks < 1 << 60:
            return None
        return sensible(_EPOCH + timedelta(microseconds=ticks // 10))

    def text(self, prop: int) -> str:
        """Return a text, "" without it."""
        wide = self.stream(f"__substg1.0_{prop:04X}001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        narrow = self.stream(f"__substg1.0_{prop:04X}001E")
        return decoded_text(narrow, self._code_page).rstrip("\x00") if narrow is not None else ""

    def data(self, prop: int) -> bytes:
        """Return bytes, b"" without them."""
        return self.stream(f"__substg1.0_{prop:04X}0102") or b""

    def size(self, prop: int) -> int:
        """Return how many bytes there are, 0 without them."""
        path = self._path(f"__substg1.0_{prop:04X}0102")
        return int(self._ole.get_size(path)) if self._ole.exists(path) else 0

    def stores(self, kind: str) -> list[str]:
        """Return the storages in this one whose names begin so, in their order."""
        here = self._place.split("/") if self._place else []
        known = self._ole.listdir(streams=True, storages=True)
        below = [entry[len(here) :] for entry in known if entry[: len(here)] == here]
        return sorted({entry[0] for entry in below if entry and entry[0].startswith(kind)})

    def inner(self, name: str) -> _Store:
        """Return a storage in this one."""
        return _Store(self._ole, self._path(name), self._code_page)


def read_msg(data: bytes) -> Mail:
    """Return what a message file of Outlook holds. Raises NoMail for a file that is none, or broken."""
    if not data.startswith(COMPOUND):
        return read_eml(data)  # some programs give the ending .msg to mail files
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if len(ole.listdir()) > _MOST_STREAMS:
                raise NoMail(_("It has too many parts to be an e-mail."))
            return _mail(_Store(ole, ""), data)
    except _BROKEN as problem:
        raise NoMail(_("It is no Outlook message, or it is damaged."), details=str(problem)) from problem


def _mail(store: _Store, data: bytes, depth: int = 0) -> Mail:
    """Return the mail in a storage: that of the file, or of a message that is attached to one."""
    kind = store.text(_CLASS).upper()
    if not kind and not store.has_properties():  # a former Word or Excel file is a compound file, too
        raise NoMail(_("It is no Outlook message, or it is damaged."))
    if not kind.startswith(("IPM.NOTE", "IPM.SCHEDULE", "REPORT", "IPM.POST")) and kind:
        raise NoMail(_("It is an Outlook item, but no e-mail."))
    known = _heads(store.text(_HEADERS))
    mail = Mail(
        sender=_sender(store) or known.sender,
        at=known.at or store.moment(_SENT) or store.moment(_DELIVERED),
        subject=one_line(store.text(_SUBJECT))[:500],
        text=_text(store),
        message_id=(store.text(_ID) or known.message_id).strip()[:500],
    )
    people = _receivers(store)
    mail.to, mail.cc, mail.bcc = people.get(1, known.to), people.get(2, known.cc), people.get(3, ())
    if "SMIME" in kind and "MULTIPARTSIGNED" not in kind:
        mail.notes.append(IS_ENCRYPTED)
    _take_files(store, mail, data, depth)
    return mail


def _heads(headers: str) -> Mail:
    """Return what the internet headers of a message tell; an empty mail where it has none (it was never sent)."""
    try:
        return read_eml(headers.encode("utf-8", "replace"))
    except NoMail:
        return Mail()


def _sender(store: _Store) -> Mailbox | None:
    """Return who wrote it: the SMTP address where Outlook kept it, never the name inside an Exchange directory."""
    for name, smtp, address in _SENDERS:
        found = address_in(store.text(smtp)) or address_in(store.text(address))
        if found:
            return Mailbox(one_line(store.text(name))[:200], found)
    known = one_line(store.text(_SENDERS[0][0]) or store.text(_SENDERS[1][0]))
    return Mailbox(known[:200], "") if known else None


def _receivers(store: _Store) -> dict[int, tuple[Mailbox, ...]]:
    """Return who got it, by kind: 1 To, 2 Cc, 3 Bcc."""
    found: dict[int, list[Mailbox]] = {}
    for place in store.stores("__recip_version1.0_")[:MOST_PEOPLE]:
        one = store.inner(place)
        address = address_in(one.text(_SMTP)) or address_in(one.text(_ADDRESS))
        name = one_line(one.text(_NAME))[:200]
        if address or name:
            found.setdefault(one.number(_KIND) & 0xF, []).append(Mailbox(name, address))
    return {kind: tuple(people) for kind, people in found.items()}


def _text(store: _Store) -> str:
    """Return the text: the plain one, else of HTML, else of rich text."""
    plain = store.text(_BODY).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if plain.strip():
        return plain
    data = store.data(_HTML) or store.text(_HTML).encode("utf-8", "replace")
    if data:
        page = store.number(_HTML_CODE_PAGE)
        named = "utf-8" if page == 65001 else f"cp{page}" if page else charset_of(data)
        return text_of(decoded_text(data, named))
    return text_of_rtf(store.data(_RTF))


def _inner(store: _Store, data: bytes, depth: int) -> list[Enclosure]:
    """Return the message that is attached here, as a mail file; nothing for another item of Outlook."""
    try:
        mail = _mail(store.inner(_ITEM), data, depth + 1) if depth < _DEEPEST else None
    except (NoMail, *_BROKEN):
        mail = None
    if mail is None:
        return []
    return [Enclosure(f"{mail.subject[:80] or _('E-mail')}.eml", "message/rfc822", partial(write_eml, mail))]


def _take_files(store: _Store, mail: Mail, data: bytes, depth: int) -> None:
    """Take out the files; pictures that belong to the look of the text stay in the original."""
    html = store.data(_HTML)
    for place in store.stores("__attach_version1.0_"):
        if len(mail.enclosures) >= MOST_FILES:
            mail.notes.append(IN_ORIGINAL)
            return
        one = store.inner(place)
        if one.number(_METHOD) == _EMBEDDED:
            found = _inner(one, data, depth)
            mail.enclosures += found
            if not found and INNER not in mail.notes:
                mail.notes.append(INNER)
            continue
        media = one.text(_MEDIA).lower()
        content_id = one.text(_CONTENT_ID).strip(" <>").encode("utf-8", "replace")
        is_shown = bool(content_id) and b"cid:" + content_id in html
        if is_shown and one.size(_DATA) < _SMALL_PICTURE:
            continue
        if media == "text/calendar":
            mail.calendars.append(one.data(_DATA))
        name = one.text(_FILE) or one.text(_SHORT_FILE) or one.text(_NAME) or _("Attachment")
        mail.enclosures.append(Enclosure(name, media, partial(_write, data, one.place)))


def _write(data: bytes, place: str, target: BinaryIO) -> None:
    """Write the bytes of an attached file."""
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        target.write(_Store(ole, place).data(_DATA))
