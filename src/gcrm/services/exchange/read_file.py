"""Which kind of file something is, and reading it as that: the one place that knows all formats.

To add a format: its kind in tables/choice.py, its suffixes in SUFFIXES, and its reader in `read_data`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.exchange.card import Card, CardFile, Photo
from gcrm.services.exchange.photo import read_photo
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.vcard_read import MAX_BYTES, read_vcard

SUFFIXES: Mapping[str, str] = {
    **dict.fromkeys((".vcf", ".vcard"), "vcard"),
    **dict.fromkeys((".csv", ".tsv", ".tab"), "csv"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), "spreadsheet"),
    **dict.fromkeys((".ldif", ".ldi"), "ldif"),
    ".xml": "fritzbox",
}
"""What is looked for in folders, and what it is then."""

MAILS = (".eml", ".msg")
APPOINTMENTS = (".ics", ".ical", ".ifb", ".vcs")
FOREIGN = (*MAILS, *APPOINTMENTS)
"""Endings of files that people have beside their contacts."""
TEXT = ".txt"
"""The ending that tables of older programs have, and letters too."""
PACKED = (".zip", ".gz", ".7z", ".rar", ".tar")
"""Endings of files that hold others; a zip may be the export of an office."""

_HEAD = 4000
_HEADINGS = 3
"""Headings that are understood, from which on a text is a table."""
MOST_TABLE = 200_000_000


def kind_of(path: Path, choice: Choice) -> str:
    """Return what a file is: as it was said, by its suffix, by its beginning; raises UserError for a foreign one."""
    if choice.kind:
        return choice.kind
    suffix = path.suffix.lower()
    if suffix in MAILS:
        raise UserError(_("“{name}” is a mail. Attach it to a contact to keep it.").format(name=path.name))
    if suffix in APPOINTMENTS:
        sentence = _("“{name}” holds appointments and no contacts. Open the calendar and import it there.")
        raise UserError(sentence.format(name=path.name))
    return _by_content(path, SUFFIXES.get(suffix, ""), suffix)


def _by_content(path: Path, kind: str, suffix: str) -> str:
    """Return the kind by the beginning of a file where its suffix does not tell, or tells wrong."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if b"BEGIN:VCARD" in head.upper():
        return "vcard"
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "spreadsheet"
    if kind == "fritzbox" and b"<phonebook" not in head:
        raise UserError(
            _("“{name}” is no phone book of a FRITZ!Box. Choose a file of contacts.").format(name=path.name)
        )
    if kind in ("", "vcard") and head.lstrip().startswith((b"dn:", b"version: 1")):
        return "ldif"
    return kind or ("csv" if suffix == ".txt" else "vcard")


def is_wanted(path: Path) -> bool:
    """Tell whether a file of a folder is imported; XML only where it is a phone book."""
    kind = SUFFIXES.get(path.suffix.lower(), "")
    if not kind or not path.is_file():
        return False
    if kind != "fritzbox":
        return True
    try:
        with path.open("rb") as stream:
            return b"<phonebook" in stream.read(_HEAD)
    except OSError:
        return False


def is_table(path: Path) -> bool:
    """Tell whether a text file is a table of an office: its headings say so."""
    from gcrm.services.exchange.encoding import decode
    from gcrm.services.exchange.tables.heading import target_of

    try:
        with path.open("rb") as stream:
            head = decode(stream.read(_HEAD)).text
    except OSError:
        return False
    lines = [line for line in head.splitlines() if line.strip()]
    cells = max((lines[0].split(mark) for mark in "\t;,|"), key=len) if len(lines) > 1 else []
    return sum(bool(target_of(cell.strip(' "'))) for cell in cells) >= _HEADINGS


def most_bytes(kind: str) -> int:
    """Return how large a file of a kind may be."""
    return MOST_TABLE if kind in ("csv", "spreadsheet") else MAX_BYTES


def read_data(
    data: bytes,
    kind: str,
    choice: Choice,
    *,
    photo_reader: Callable[[bytes], Photo] = read_photo,
    hand_on: Callable[[Card], None] | None = None,
) -> CardFile:
    """Return the contacts of a file; with `hand_on` each is given to it as soon as it is read. Raises UserError."""
    if kind == "vcard":
        return read_vcard(data, photo_reader=photo_reader, hand_on=hand_on)
    if kind == "ldif":
        from gcrm.services.exchange.ldif_read import read_ldif

        return read_ldif(data, choice, photo_reader=photo_reader, hand_on=hand_on)
    if kind == "fritzbox":
        from gcrm.services.exchange.fritzbox_read import read_fritzbox

        return read_fritzbox(data, choice, hand_on=hand_on)
    from gcrm.services.exchange.tables.table_read import read_table

    return read_table(data, kind, choice, hand_on=hand_on)
