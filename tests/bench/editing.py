"""Saving one edit, against a plain update that fires the same triggers in one transaction."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from gcrm.services import contact
from gcrm.services.database import Database
from gcrm.services.seals import seal_pending
from tests.bench.lines import Goal, Line
from tests.bench.offices import ENGINES, Bench, opened
from tests.bench.raw import Raw, raw
from tests.bench.timing import median, milliseconds

ROUNDS = 60
WARM_UP = 5
BY_HAND = "UPDATE contact SET notes = ?, version = version + 1, changed_at = changed_at, changed_by = ? WHERE id = ?"


def edit(bench: Bench) -> Iterator[Line]:
    """Change the notes of a contact; the aggregate has been read before, as on the record page."""
    for engine in ENGINES:
        url = bench.office(engine)
        with opened(url) as database, raw(url) as connection:
            mine, theirs = _measure(database, connection, bench.size)
        yield Line(f"save one edit, {engine}", median(mine), median(theirs), "ms", Goal(ratio=3))


def _measure(database: Database, connection: Raw, size: int) -> tuple[list[float], list[float]]:
    """Save and update in turn; what the update leaves unsealed is sealed outside the measured time."""
    chance = random.Random(4)
    mine, theirs = [], []
    for turn in range(ROUNDS + WARM_UP):
        took = milliseconds(_ours(database, chance.randint(1, size), turn))
        plain = milliseconds(_by_hand(connection, chance.randint(1, size), turn))
        seal_pending(database)
        if turn >= WARM_UP:
            mine.append(took)
            theirs.append(plain)
    return mine, theirs


def _ours(database: Database, record: int, turn: int) -> Callable[[], object]:
    loaded = contact.load(database, record)
    loaded.record.notes = f"Asked for a catalogue, {turn} ({random.random()})"
    return lambda: contact.save(database, loaded)


def _by_hand(connection: Raw, record: int, turn: int) -> Callable[[], object]:
    text = f"Asked for a price list, {turn} ({random.random()})"

    def run() -> None:
        connection.run("BEGIN IMMEDIATE" if connection.is_sqlite else "BEGIN")
        connection.run(BY_HAND, (text, 1, record))
        connection.run("COMMIT")

    return run
