"""vCards in and out, 10 000 of them, against the usual parser and against text streamed by hand."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import vobject

from gcrm.services import contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.services.exchange import exporter, importer
from tests.bench.lines import Goal, Line
from tests.bench.offices import Bench, opened
from tests.bench.raw import Raw, raw
from tests.bench.timing import interleaved, median

CARDS = 10_000
ROUNDS = 3


def import_cards(bench: Bench) -> Iterator[Line]:
    """Read a file, look for duplicates and write the contacts; the floor only takes the file apart."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cards.vcf"
        _export(bench, path)
        mine, theirs = [], []
        for _turn in range(ROUNDS):
            with bench.empty("sqlite") as url, opened(url) as database:
                begin = time.perf_counter()
                report = importer.apply(database, importer.preview(database, [path]))
                mine.append(time.perf_counter() - begin)
            theirs.append(_parse(path, len(report.created)))
    yield Line(f"vCard import, {CARDS} cards", median(mine), median(theirs), "s", Goal(ratio=1))


def _parse(path: Path, count: int) -> float:
    """Return the seconds vobject needs to take the file apart."""
    begin = time.perf_counter()
    with path.open(encoding="utf-8") as stream:
        found = sum(1 for _card in vobject.readComponents(stream))
    took = time.perf_counter() - begin
    if found != count:
        raise ValueError(f"{found} cards were parsed and {count} imported")
    return took


def _export(bench: Bench, path: Path) -> None:
    with opened(bench.office("sqlite")) as database:
        with database.read() as session:
            wanted = contact_list.ids(session, ContactQuery(), CARDS)
        exporter.export_contacts(database, wanted, path)


def export_cards(bench: Bench) -> Iterator[Line]:
    """Write contacts into one file; the floor reads the same rows and streams text that escapes and folds."""
    url = bench.office("sqlite")
    with tempfile.TemporaryDirectory() as folder, opened(url) as database, raw(url) as connection:
        with database.read() as session:
            wanted = contact_list.ids(session, ContactQuery(), CARDS)
        ours, floor = Path(folder) / "ours.vcf", Path(folder) / "floor.vcf"
        mine, theirs = interleaved(
            [lambda: exporter.export_contacts(database, wanted, ours)] * (ROUNDS + 1),
            [lambda: stream_by_hand(connection, list(wanted), floor)] * (ROUNDS + 1),
        )
        sizes = ours.stat().st_size, floor.stat().st_size
    if not 0.5 < sizes[0] / sizes[1] < 2:
        raise ValueError(f"the files are not alike: {sizes[0]} and {sizes[1]} bytes")
    name = f"vCard export, {len(wanted)} cards"
    yield Line(name, median(mine) / 1000, median(theirs) / 1000, "s", Goal(ratio=4))


def stream_by_hand(connection: Raw, contacts: list[int], path: Path) -> None:
    """Write vCards straight from the rows: what a small script would do that escapes, folds and leaves out nothing."""
    with path.open("w", encoding="utf-8", newline="") as out:
        for begin in range(0, len(contacts), 500):
            batch = contacts[begin : begin + 500]
            marks = ", ".join("?" * len(batch))
            heads = connection.rows(f"{_HEAD} IN ({marks})", batch)
            places, ways, people = (_by_contact(connection, table, marks, batch) for table in _CHILDREN)
            for contact, *head in heads:
                mine = (rows.get(contact, []) for rows in (places, ways, people))
                out.write("".join(_folded(line) for line in _card_by_hand(contact, head, *mine)))


def _card_by_hand(
    contact: int,
    head: list[str],
    places: list[tuple[str, ...]],
    ways: list[tuple[str, ...]],
    people: list[tuple[str, ...]],
) -> Iterator[str]:
    """Yield the lines of one card; what vCard has no line for stands in one of our own."""
    name, first, last, *values, number, vat, changed = head
    yield from ("BEGIN:VCARD", "VERSION:3.0", "PRODID:-//by hand//by hand//EN")
    person = people[0] if people else ("",) * 5
    first, last = (first or person[0], last or person[1])
    yield f"FN:{_escaped(name or f'{first} {last}')}"
    yield f"N:{_escaped(last)};{_escaped(first)};;;"
    yield f"ORG:{_escaped(name)}"
    yield f"TITLE:{_escaped(person[2])}"
    yield from (f"ADR;TYPE=WORK:;;{';'.join(map(_escaped, row))}" for row in places)
    yield from (f"{_WAYS.get(row[0], 'URL')}:{_escaped(row[1])}" for row in ways)
    yield from (f"{line}:{_escaped(str(value))}" for line, value in zip(("LANG", "NOTE"), values, strict=True) if value)
    yield f"UID:contact-{contact}"
    yield f"REV:{changed}"
    yield f"X-OWN:{json.dumps({'number': number, 'vat': vat, 'people': people, 'ways': ways}, ensure_ascii=False)}"
    yield "END:VCARD"


_HEAD = "SELECT id, name, first_name, last_name, language, notes, number, vat_number, changed_at FROM contact WHERE id"
_CHILDREN = (
    "SELECT contact_id, street || ' ' || house_number, town, region, postcode, country FROM address WHERE contact_id",
    "SELECT contact_id, kind, value FROM contact_point WHERE contact_id",
    "SELECT r.contact_id, p.first_name, p.last_name, r.function, p.salutation, p.birthday FROM contact_person r "
    "JOIN person p ON p.id = r.person_id WHERE r.contact_id",
)
_WAYS = {"phone": "TEL;TYPE=WORK", "mobile": "TEL;TYPE=CELL", "email": "EMAIL"}


def _by_contact(connection: Raw, select: str, marks: str, batch: list[int]) -> dict[int, list[tuple[str, ...]]]:
    found: dict[int, list[tuple[str, ...]]] = {}
    for contact, *values in connection.rows(f"{select} IN ({marks})", batch):
        found.setdefault(contact, []).append(tuple(value or "" for value in values))
    return found


def _escaped(text: str) -> str:
    for letter in ("\\", ";", ","):
        text = text.replace(letter, f"\\{letter}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line folded at 75 octets, letters whole."""
    octets = line.encode()
    if len(octets) <= 75:
        return f"{line}\r\n"
    pieces, piece, width = [], "", 0
    for letter in line:
        size = len(letter.encode())
        if width + size > 74:
            pieces.append(piece)
            piece, width = "", 0
        piece += letter
        width += size
    return "\r\n ".join([*pieces, piece]) + "\r\n"
