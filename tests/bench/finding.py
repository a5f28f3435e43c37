"""Finding contacts: three letters inside names, against the same index asked by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from gcrm.services import contact_list
from gcrm.services.contact_list import ContactQuery
from tests.bench.lines import Goal, Line
from tests.bench.offices import ENGINES, Bench, opened
from tests.bench.raw import Raw, raw
from tests.bench.timing import interleaved, median

FIRST = 50
WORDS = 25
GOAL = Goal(ratio=2)
ROWS = (
    "SELECT h.id, h.name, h.title, h.first_name, h.last_name, h.number, h.kind, h.priority, "
    "(SELECT a.town FROM address a WHERE a.contact_id = h.id AND a.until_on IS NULL "
    "ORDER BY a.is_default DESC, a.id LIMIT 1), "
    "(SELECT p.first_name || ' ' || p.last_name FROM contact_person r JOIN person p ON p.id = r.person_id "
    "WHERE r.contact_id = h.id ORDER BY r.is_default DESC, r.id LIMIT 1), "
    "(SELECT t.value FROM contact_point t WHERE t.contact_id = h.id AND t.kind IN ('phone', 'mobile') "
    "ORDER BY t.is_default DESC, t.id LIMIT 1) FROM h ORDER BY h.name_key, h.id"
)
SHOWN = "c.deleted_at IS NULL AND c.archived_at IS NULL ORDER BY c.name_key, c.id LIMIT 50"
BY_HAND = {
    "sqlite": "WITH h AS (SELECT c.* FROM contact_search_fts f JOIN contact c ON c.id = f.rowid "
    f"WHERE f.text MATCH ? AND {SHOWN}) {ROWS}",
    "postgresql": "WITH h AS (SELECT c.* FROM contact_search f JOIN contact c ON c.id = f.contact_id "
    f"WHERE f.text LIKE ? AND {SHOWN}) {ROWS}",
}


def letters_inside(names: list[str], count: int = WORDS) -> list[str]:
    """Return three letters each out of the middle of names, the same ones at every run."""
    chance = random.Random(1)
    found: dict[str, None] = {}
    while len(found) < count and names:
        words = [word for word in chance.choice(names).split() if len(word) >= 6 and word.isalpha()]
        if words:
            word = chance.choice(words)
            begin = chance.randint(1, len(word) - 4)
            found[word[begin : begin + 3]] = None
    return list(found)


def find(bench: Bench) -> Iterator[Line]:
    """First 50 rows by name, and with the best match first as the list shows them; both engines."""
    for engine in ENGINES:
        url = bench.office(engine)
        with opened(url) as database, raw(url) as connection, database.read() as session:
            names = [row[0] for row in connection.rows("SELECT name_key FROM contact ORDER BY id LIMIT 5000")]
            words = letters_inside(names)
            floor = [_by_hand(connection, engine, word) for word in words]
            for order, sort in (("by name", ("display_name",)), ("best first", ())):
                ours = [_ours(session, word, sort) for word in words]
                mine, theirs = interleaved(ours, floor, warm_up=3)
                name = f"find 3 letters inside names, first {FIRST} {order}, {engine}"
                yield Line(name, median(mine), median(theirs), "ms", GOAL)


def _ours(session: Session, word: str, sort: tuple[str, ...]) -> Callable[[], object]:
    """Return the search that the list makes: ids, then the rows that are seen."""

    def run() -> object:
        found = contact_list.ids(session, ContactQuery(words=word, sort=sort), FIRST)
        rows = contact_list.rows(session, list(found))
        session.rollback()
        return rows

    return run


def _by_hand(connection: Raw, engine: str, word: str) -> Callable[[], object]:
    """Return the same search in plain SQL."""
    pattern = f'"{word}"' if engine == "sqlite" else f"%{word}%"
    return lambda: connection.rows(BY_HAND[engine], (pattern,))
