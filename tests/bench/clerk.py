"""One desk of an office as a program of its own: `python -m tests.bench.clerk SEED`.

The first line of standard input is a `Desk` as JSON. Each further line, "ours SECONDS" or "raw SECONDS", makes it work
so long, by the services or by the recorded statements in plain psycopg; the answer is a `Shift` as one line of JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial

import psycopg

from gcrm.errors import ConflictError, GcrmError
from gcrm.services import activity, attachment, contact, contact_list
from gcrm.services.chronicle import chronicle
from gcrm.services.contact_list import ContactQuery
from gcrm.services.opening import open_office
from tests.bench.memory import resident
from tests.bench.recording import Recording, recorded
from tests.bench.timing import milliseconds

MIX = ("find",) * 3 + ("open",) * 3 + ("list",) * 2 + ("log", "edit")
"""Of ten steps in an office; two of them save."""
FIELDS = ("notes", "payment_terms", "buyer_reference")
PAGE = 50
MARK = "7777777"
"""What a recorded save writes; each time it is sent again it is another number."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a desk works on: `counters` are contacts into whose FIELDS it counts, `spare` those of the raw work.

    Each desk records the statements with a spare one of its own.
    """

    url: str
    contacts: int
    words: list[str]
    counters: list[int]
    spare: list[int]
    has_raw: bool = True


@dataclass(slots=True)
class Shift:
    """What was done in a stretch of time: steps, milliseconds of saves, what was counted where, what went wrong."""

    steps: int = 0
    seconds: float = 0.0
    saves: list[float] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)
    memory: float = 0.0


class Clerk:
    """Works through the services."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.seed, self.dice = desk, seed, random.Random(seed)
        self.database = open_office(desk.url, user=f"clerk {seed}")
        self.shift = Shift()

    def step(self) -> None:
        """Do one step of the mix."""
        getattr(self, f"_{self.dice.choice(MIX)}")()
        self.shift.steps += 1

    def find(self, word: str) -> None:
        """Find what the list shows first."""
        with self.database.read() as session:
            contact_list.rows(session, list(contact_list.ids(session, ContactQuery(words=word), PAGE)))

    def list_page(self) -> None:
        """Show the first page of the list."""
        with self.database.read() as session:
            contact_list.rows(session, list(contact_list.ids(session, ContactQuery(sort=("display_name",)), PAGE)))

    def open_record(self, record: int) -> None:
        """Open a record with its chronicle and its files."""
        contact.load(self.database, record)
        with self.database.read() as session:
            chronicle(session, record, user=self.database.user_id)
            attachment.rows(session, contact_id=record, user=self.database.user_id)

    def log(self, record: int) -> None:
        """Log that somebody was called."""
        activity.log(self.database, record, "Called about the delivery", type="call")

    def count(self, record: int, name: str, value: str = "") -> Callable[[], object]:
        """Return the save that counts one up in a field, or writes a value there."""
        loaded = contact.load(self.database, record)
        number = int(getattr(loaded.record, name).partition(" ")[0])
        # Two who write the very same words agree, which is no conflict: so nobody writes the same.
        setattr(loaded.record, name, value or f"{number + 1} {self.dice.random()}")
        return lambda: contact.save(self.database, loaded)

    def _find(self) -> None:
        self.find(self.dice.choice(self.desk.words))

    def _list(self) -> None:
        self.list_page()

    def _open(self) -> None:
        self.open_record(self.dice.randint(1, self.desk.contacts))

    def _log(self) -> None:
        record = self.dice.randint(1, self.desk.contacts)
        self.shift.saves.append(milliseconds(lambda: self.log(record)))

    def _edit(self) -> None:
        record, name = self.dice.choice(self.desk.counters), self.dice.choice(FIELDS)
        try:
            self.shift.saves.append(milliseconds(self.count(record, name)))
        except ConflictError:
            self.shift.conflicts += 1
            return
        place = f"{record}.{name}"
        self.shift.counted[place] = self.shift.counted.get(place, 0) + 1


class Raw:
    """Does the same by the recorded statements."""

    def __init__(self, clerk: Clerk) -> None:
        self.clerk, self.desk, self.dice, self.shift = clerk, clerk.desk, clerk.dice, Shift()
        self._mine = self.desk.spare[clerk.seed]
        plain = self.desk.url.replace("postgresql+psycopg:", "postgresql:")
        self.connection = psycopg.connect(plain, autocommit=True)
        self.tapes = dict(self._record())

    def _record(self) -> Iterator[tuple[str, Recording]]:
        """Yield the recordings of every step by name; what is read once only, the first time, is not part of them."""
        clerk, record = self.clerk, self._mine
        works: dict[str, Callable[[], object]] = {"list": clerk.list_page}
        works |= {f"find {word}": partial(clerk.find, word) for word in self.desk.words}
        works |= {"open": partial(clerk.open_record, record), "log": partial(clerk.log, record)}
        works["load"] = partial(contact.load, clerk.database, record)
        for name, work in works.items():
            work()
            yield name, self._tape(work)
        for name in FIELDS:
            clerk.count(record, name)()
            yield f"save {name}", self._tape(clerk.count(record, name, MARK))

    def _tape(self, work: Callable[[], object]) -> Recording:
        with recorded(self.clerk.database.engine, self._mine) as tape:
            work()
        for row in self.connection.execute("SELECT id FROM operation WHERE key = %s", (tape.key,)):
            tape.operation = row[0]
        made = "SELECT record_id FROM change WHERE operation_id = %s AND action = 'I' ORDER BY id"
        tape.drawn = [row[0] for row in self.connection.execute(made, (tape.operation,))]
        return tape

    def step(self) -> None:
        """Do one step of the mix."""
        kind = self.dice.choice(MIX)
        record = self.dice.randint(1, self.desk.contacts)
        if kind == "edit":
            record, name = self.dice.choice(self.desk.spare), self.dice.choice(FIELDS)
            self._play("load", record)
            self.shift.saves.append(milliseconds(lambda: self._play(f"save {name}", record)))
        elif kind == "log":
            self.shift.saves.append(milliseconds(lambda: self._play("log", record)))
        else:
            self._play(f"find {self.dice.choice(self.desk.words)}" if kind == "find" else kind, record)
        self.shift.steps += 1

    def _play(self, name: str, record: int) -> None:
        self.tapes[name].play(self.connection, record, {MARK: str(self.dice.randrange(1_000_000))})


def work(worker: Clerk | Raw, seconds: float) -> Shift:
    """Work so long and return what was done; an error is kept in words."""
    shift = worker.shift = Shift()
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        try:
            worker.step()
        except (GcrmError, psycopg.Error) as problem:
            shift.errors.append(f"{type(problem).__name__}: {problem}")
    shift.seconds, shift.memory = time.perf_counter() - begin, resident()
    return shift


def main(seed: int) -> None:
    """Get ready, and work whenever told."""
    clerk = Clerk(Desk(**json.loads(sys.stdin.readline())), seed)
    workers: dict[str, Clerk | Raw] = {"ours": clerk}
    if clerk.desk.has_raw:
        workers["raw"] = Raw(clerk)
    print("ready", flush=True)
    for line in sys.stdin:
        kind, seconds = line.split()
        print(json.dumps(asdict(work(workers[kind], float(seconds)))), flush=True)
    clerk.database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
