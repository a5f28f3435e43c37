"""The properties of LDIF, phone books and tables, read in the plainest way: nothing here is shared with the readers."""

from __future__ import annotations

import base64
import csv
import re
from collections.abc import Iterator
from io import StringIO

from defusedxml.ElementTree import fromstring

from tests.fidelity.said import Told

OF_DIRECTORY = frozenset(("dn", "objectclass", "version", "changetype", "luid", "userpassword;binary"))
"""What a directory says of its own entries."""
OF_BOX = frozenset(("mod_time", "uniqueid", "setup", "features"))
"""What a FRITZ!Box says of its own entries; `category` 0 is the usual one."""


def told_by_ldif(text: str) -> Iterator[Told]:
    """Yield the attributes, with the number of the line where each begins."""
    lines = re.split(r"\r\n|\r|\n", text)
    place = 0
    while place < len(lines):
        first, whole = place + 1, lines[place]
        place += 1
        while place < len(lines) and lines[place][:1] in (" ", "\t") and lines[place].strip() and whole.strip():
            whole += lines[place][1:]
            place += 1
        name, colon, value = whole.partition(":")
        if not whole.strip() or whole.startswith("#") or whole == "-" or name.lower() in OF_DIRECTORY:
            continue
        if value.startswith(":"):
            data = base64.b64decode("".join(value[1:].split()))
            yield Told(first, name.upper(), _text(data), is_binary=_text(data) == "" != value)
        else:
            yield Told(first, name.upper() if colon else "", value.strip() if colon else whole)


def _text(data: bytes) -> str:
    try:
        return data.decode() if b"\0" not in data else ""
    except UnicodeDecodeError:
        return ""


def told_by_xml(data: bytes) -> Iterator[Told]:
    """Yield the texts and the attributes that say something, with the number of the entry."""
    for number, entry in enumerate(fromstring(data).iter("contact"), 1):
        for element in entry.iter():
            if element.tag in OF_BOX or (element.tag == "category" and element.text == "0"):
                continue
            if (element.text or "").strip():
                yield Told(number, element.tag, (element.text or "").strip())
            for name, value in element.attrib.items():
                if value.strip() and name not in ("nid", "id", "prio", "type", "classifier", "doorphone"):
                    yield Told(number, name, value.strip())


def told_by_cells(text: str, delimiter: str, header: int) -> Iterator[Told]:
    """Yield the filled cells below the headings."""
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    headings: list[str] = []
    before = 0
    for row in rows:
        first, before = before + 1, rows.line_num
        if first == header:
            headings = row
        elif first > header:
            for place, cell in enumerate(row):
                if cell.strip():
                    yield Told(first, headings[place] if place < len(headings) else str(place + 1), cell.strip())
