"""An office of many desks on one server, against the same statements sent by the driver alone.

Each desk is a program of its own. All work through our services for a while, then all send the recorded statements,
and so on in turn. A line with a delay lies between desks and server in the later lines of the table.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from gcrm.services.seals import seal_pending
from tests.bench.clerk import FIELDS, Desk, Shift
from tests.bench.finding import letters_inside
from tests.bench.lines import Goal, Line
from tests.bench.memory import private
from tests.bench.offices import ROOT, Bench, opened
from tests.bench.timing import p95
from tests.line import Line as Wire

COUNTERS = 10
"""Contacts into whose fields all desks count; more are for the raw statements, one of each desk to record them with."""
DELAYS = (0.005, 0.04)
"""Seconds that a message needs in each direction."""
SLICE = 2.5
"""Seconds of one turn."""
CROWD = 50
MOST_GROWTH = 5.0
"""MB by which a desk may grow while it works."""


@dataclass
class Office:
    """Desks at work, and what came of it: the shifts of "ours" and of "raw", and all that was counted."""

    desks: list[subprocess.Popen[str]]
    shifts: dict[str, list[list[Shift]]] = field(default_factory=lambda: {"ours": [], "raw": []})
    told: Counter[str] = field(default_factory=Counter)

    def work(self, kind: str, seconds: float) -> list[Shift]:
        """Let all desks work at once; return what each did."""
        for desk in self.desks:
            _tell(desk, f"{kind} {seconds}")
        done = [Shift(**json.loads(_heard(desk))) for desk in self.desks]
        self.shifts[kind].append(done)
        for shift in done:
            self.told.update(shift.counted)
        return done

    def in_turn(self, seconds: float) -> None:
        """Work A B B A …; the first turn of each does not count."""
        for kind in self.shifts:
            self.work(kind, SLICE)
        for done in self.shifts.values():
            done.clear()
        turns = max(2, round(seconds / SLICE))
        for kind in islice(cycle(("ours", "raw", "raw", "ours")), turns):
            self.work(kind, seconds / turns)

    def rate(self, kind: str) -> float:
        """Return the steps of all desks in a second."""
        return sum(_rate(shifts) for shifts in self.shifts[kind]) / len(self.shifts[kind])

    def saves(self, kind: str) -> list[float]:
        """Return the milliseconds of all saves."""
        return [took for shifts in self.shifts[kind] for shift in shifts for took in shift.saves]

    def errors(self) -> list[str]:
        """Return everything that went wrong."""
        return [error for done in self.shifts.values() for shifts in done for shift in shifts for error in shift.errors]


def _rate(shifts: Sequence[Shift]) -> float:
    return sum(shift.steps / shift.seconds for shift in shifts)


def _tell(desk: subprocess.Popen[str], line: str) -> None:
    assert desk.stdin is not None
    print(line, file=desk.stdin, flush=True)


def _heard(desk: subprocess.Popen[str]) -> str:
    assert desk.stdout is not None
    return desk.stdout.readline()


@contextmanager
def working(desk: Desk, clients: int) -> Iterator[Office]:
    """Start so many desks and wait until they are ready."""
    pipe, desks = subprocess.PIPE, []
    try:
        for number in range(clients):
            command = [sys.executable, "-m", "tests.bench.clerk", str(number)]
            desks.append(subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True))
        for one in desks:
            _tell(one, json.dumps(asdict(desk)))
        for one in desks:
            assert _heard(one) == "ready\n"
        yield Office(desks)
        for one in desks:
            one.communicate()
    finally:
        for one in desks:
            if one.poll() is None:
                one.kill()
                one.communicate()


def team(bench: Bench) -> Iterator[Line]:
    """Desks at the server, over two slow lines, and a crowd of them."""
    with bench.copy() as url:
        desk = _desk(url, bench)
        for delay in (0.0, *DELAYS):
            yield from _compared(desk, bench, delay)
        yield from _crowd(replace(desk, has_raw=False), max(CROWD, bench.clients), bench.seconds)


def _desk(url: str, bench: Bench) -> Desk:
    """Choose what the desks work on, and set the counters to nothing."""
    taken = COUNTERS + max(COUNTERS, bench.clients)
    last = list(range(bench.size, bench.size - taken, -1))
    with psycopg.connect(url, autocommit=True) as server:
        names = [row[0] for row in server.execute("SELECT name_key FROM contact ORDER BY id LIMIT 5000")]
        for name in FIELDS:
            cleared = sql.SQL("UPDATE contact SET {} = '0' WHERE id = ANY(%s)").format(sql.Identifier(name))
            server.execute(cleared, (last,))
        server.execute("SELECT setval('operation_id_seq', 10000000)")  # an id that no other value of a statement is
        server.execute("VACUUM ANALYZE")
    return Desk(url, bench.size - taken, letters_inside(names, 8), last[:COUNTERS], last[COUNTERS:])


def _compared(desk: Desk, bench: Bench, delay: float) -> Iterator[Line]:
    """Measure over a line with so many seconds of delay in each direction."""
    where = f"team, {bench.clients} clients" + (f", {delay * 1000:g} ms each way" if delay else "")
    address = make_url(desk.url)
    before = _counted(desk)
    with Wire(address.host or "", address.port or 5432, delay=delay) as wire:
        there = replace(desk, url=wire.url(desk.url)) if delay else desk
        with working(there, bench.clients) as office:
            office.in_turn(bench.seconds)
            lost, acknowledged = _lost(desk, before, office)
    ours, raw = office.rate("ours"), office.rate("raw")
    yield Line(f"{where}: steps of an office", ours, raw, "steps/s", Goal(ratio=2), is_rate=True)
    most = None if delay else 100
    yield Line(f"{where}: save, p95", p95(office.saves("ours")), p95(office.saves("raw")), "ms", Goal(2, most))
    yield Line(f"{where}: updates lost of {acknowledged}", lost, None, "updates", Goal(most=0))
    yield Line(f"{where}: errors", len(office.errors()), None, "errors", Goal(most=0))


def _counted(desk: Desk) -> Counter[str]:
    """Return what the counters hold."""
    found: Counter[str] = Counter()
    with psycopg.connect(desk.url, autocommit=True) as server:
        for name in FIELDS:
            asked = sql.SQL("SELECT id, {} FROM contact WHERE id = ANY(%s)").format(sql.Identifier(name))
            found.update(
                {f"{row[0]}.{name}": int(row[1].partition(" ")[0]) for row in server.execute(asked, (desk.counters,))}
            )
    return found


def _lost(desk: Desk, before: Counter[str], office: Office) -> tuple[int, int]:
    """Return how many acknowledged updates are not there (or there twice), and how many were acknowledged."""
    with opened(desk.url) as database:
        seal_pending(database)
    told, after = office.told, _counted(desk)
    places = after.keys() | told.keys()
    return sum(abs(before[place] + told[place] - after[place]) for place in places), told.total()


def _crowd(desk: Desk, clients: int, seconds: float) -> Iterator[Line]:
    """Measure whether many desks work without error and without growing."""
    where = f"team, {clients} clients"
    with working(desk, clients) as office:
        office.work("ours", max(seconds / 4, SLICE))
        first = office.work("ours", SLICE)
        before = _sessions(desk.url)
        office.work("ours", seconds)
        last = office.work("ours", SLICE)
        after = _sessions(desk.url)
    errors = office.errors()
    yield Line(f"{where}: errors", len(errors), None, "errors", Goal(most=0))
    growth = [end.memory - begin.memory for begin, end in zip(first, last, strict=True)]
    yield Line(f"{where}: growth of the largest", max(growth), None, "MB", Goal(most=MOST_GROWTH))
    yield Line(f"{where}: connections", len(after), len(before), "connections", Goal(above=0))
    if sum(before):
        name = f"{where}: memory of their sessions on the server"
        yield Line(name, sum(after), sum(before), "MB", Goal(ratio=1.2))
    yield Line(f"{where}: save, p95", p95(office.saves("ours")), None, "ms", Goal())


def _sessions(url: str) -> list[float]:
    """Return the memory in MB of each process in which the server works for this office."""
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(url, autocommit=True) as server:
        return [private(Path("/proc") / str(row[0])) for row in server.execute(asked)]
