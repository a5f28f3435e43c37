"""Opening a record with its chronicle, against plain reads of the same rows."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import event

from tests.bench.desk import Desk, Watch, desk, turn_until
from tests.bench.lines import Goal, Line
from tests.bench.offices import Bench
from tests.bench.raw import Raw, raw
from tests.bench.timing import milliseconds, p95

ROUNDS = 60
WARM_UP = 5
# What the page and the rail show, one plain statement for each table.
BY_HAND = (
    "SELECT * FROM contact WHERE id = ?",
    "SELECT * FROM address WHERE contact_id = ?",
    "SELECT * FROM contact_point WHERE contact_id = ?",
    "SELECT r.*, p.* FROM contact_person r JOIN person p ON p.id = r.person_id WHERE r.contact_id = ?",
    "SELECT * FROM bank_account WHERE contact_id = ?",
    "SELECT c.* FROM contact_category l JOIN category c ON c.id = l.category_id WHERE l.contact_id = ?",
    "SELECT * FROM consent WHERE contact_id = ?",
    "SELECT * FROM activity WHERE contact_id = ? AND state = 'open' ORDER BY follow_up_at LIMIT 100",
    "SELECT * FROM activity WHERE contact_id = ? AND state <> 'open' ORDER BY at DESC, id DESC LIMIT 50",
    "SELECT * FROM attachment WHERE contact_id = ?",
)


def open_record(bench: Bench) -> Iterator[Line]:
    """Open contacts of the whole office one after the other, until page and chronicle are painted."""
    url = bench.office("sqlite")
    chance = random.Random(5)
    wanted = [chance.randint(1, bench.size) for _turn in range(ROUNDS + WARM_UP)]
    statements: list[int] = []
    with desk(url) as found, raw(url) as connection, counted(found.context.database.engine) as count:
        mine, theirs = [], []
        for contact in wanted:
            count[0] = 0
            mine.append(_open(found, contact))
            statements.append(count[0])
            theirs.append(milliseconds(_by_hand(connection, contact)))
    mine, theirs, trips = mine[WARM_UP:], theirs[WARM_UP:], statements[WARM_UP:]
    yield Line("open a record with chronicle, painted, p95", p95(mine), p95(theirs), "ms", Goal(most=80))
    name = "open a record with chronicle, round trips"
    yield Line(name, max(trips), len(BY_HAND), "statements", Goal(ratio=4))


class counted:
    """Counts the statements an engine carries out, while the block runs."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._count = [0]

    def __enter__(self) -> list[int]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self._count

    def __exit__(self, *_error: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, *_arguments: object) -> None:
        self._count[0] += 1


def _open(found: Desk, contact: int) -> float:
    """Open one record; return the milliseconds until nothing is left to read or to paint."""
    window = found.window
    watch = Watch(window.contacts.page, window.contacts.rail.view.viewport())
    begin = time.perf_counter()
    window.open_contact(contact)
    turn_until(lambda: watch.painted > 0 and found.program.tasks.is_idle())
    found.settle()
    return (time.perf_counter() - begin) * 1000


def _by_hand(connection: Raw, contact: int) -> Callable[[], object]:
    return lambda: [connection.rows(statement, (contact,)) for statement in BY_HAND]
