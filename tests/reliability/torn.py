"""An office at work whose programs are killed one after the other, and what must be true of it afterwards."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from gcrm.services import contact
from gcrm.services.check import check
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from tests.bench.raw import Raw, raw
from tests.reliability.clerks import COUNTERS, FIELDS

ROOT = Path(__file__).parents[2]
MOST_TURNS = 240


@dataclass
class Ledger:
    """What the desks said: by (kind, token) how often it was done, and how often nobody knows; what went wrong."""

    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    doubtful: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kills: int = 0

    def read(self, notes: Path) -> None:
        """Read the notes; what a killed desk tried last is in doubt."""
        trying: dict[str, tuple[str, str]] = {}
        text = notes.read_text(encoding="utf-8")
        for line in text[: text.rfind("\n") + 1].splitlines():  # the last one may just be written
            name, word, *rest = line.split(" ")
            if word == "try":
                trying[name] = (rest[0], rest[1])
            elif word == "wrong":
                self.wrong.append(line)
            elif name in trying:  # "not" alone: the reading before failed
                {"done": self.done, "not": self.refused, "unknown": self.doubtful}[word][trying[name]] += 1
            if word != "try":
                trying.pop(name, None)
        self.doubtful.update(trying.values())

    def of(self, kind: str) -> tuple[set[str], set[str]]:
        """Return the tokens of a kind that were done, and those of which nobody knows."""
        done, doubtful = ({token for name, token in found if name == kind} for found in (self.done, self.doubtful))
        return done, doubtful

    def sum(self) -> str:
        """Return what happened in a few words."""
        saved, refused, doubtful = self.done.total(), self.refused.total(), self.doubtful.total()
        return f"{self.kills} kills; {saved} saves acknowledged, 0 lost; {refused} refused, {doubtful} in doubt"


def prepare(office: str) -> None:
    """Make the contacts into whose fields everybody counts."""
    with closing(open_office(office, user="first")) as database:
        for number in COUNTERS:
            made = contact.empty(name=f"Counter {number}", is_customer=True, **dict.fromkeys(FIELDS, "0"))
            assert contact.create(database, made) == number


def tear(
    office: str,
    notes: Path,
    *,
    desks: int,
    seconds: float,
    blows: Sequence[Callable[[], object]] = (),
    every: float = 0.5,
    kinds: Collection[str] = (),
) -> Ledger:
    """Let so many desks work so long while one is killed every so many seconds and each blow falls on the server.

    On a slow machine the last ones go on until each of `kinds` was done by somebody.
    """
    dice, ledger = random.Random(desks), Ledger()
    command = [sys.executable, "-m", "tests.reliability.clerks", office, str(notes)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        names = (f"clerk{number % desks}.{number // desks}" for number in range(1 << 30))

        def sit_down() -> int:
            assert program.stdin is not None
            assert program.stdout is not None
            print(next(names), file=program.stdin, flush=True)
            return int(program.stdout.readline())

        present = [sit_down() for _each in range(desks)]
        begin = time.monotonic()
        for at in moments(seconds, every, len(blows)):
            time.sleep(max(0.0, begin + at[0] - time.monotonic()))
            if at[1] is not None:
                blows[at[1]]()
                continue
            _kill(present.pop(dice.randrange(desks)))
            ledger.kills += 1
            present.append(sit_down())
        for _turn in range(MOST_TURNS):
            if _done(notes).issuperset(kinds):
                break
            time.sleep(every)
        for desk in present:
            _kill(desk)
        ledger.kills += desks
        program.stdin.close()
    ledger.read(notes)
    return ledger


def _done(notes: Path) -> set[str]:
    """Return what kinds of work were done so far."""
    seen = Ledger()
    seen.read(notes)
    return {kind for kind, _token in seen.done}


def _kill(desk: int) -> None:
    """Kill a desk; one that ended by itself said in the notes what went wrong."""
    with suppress(ProcessLookupError):
        os.kill(desk, signal.SIGKILL)


def moments(seconds: float, every: float, blows: int) -> Iterator[tuple[float, int | None]]:
    """Yield when to do what: kill a desk (None), or let the blow of a number fall; the blows spread over the time."""
    kills: list[tuple[float, int | None]] = [(every * turn, None) for turn in range(1, int(seconds / every))]
    falls = [(seconds * (blow + 1) / (blows + 1), blow) for blow in range(blows)]
    yield from sorted([*kills, *falls, (seconds, None)], key=lambda moment: moment[0])


def complaints(office: str, ledger: Ledger) -> list[str]:
    """Return everything that is not as the desks said, or not whole."""
    found = list(ledger.wrong)
    with closing(open_office(office, user="first")) as database:
        seal_pending(database)  # what the killed ones left, as the next window does when it opens
        found += [finding.sentence for finding in check(database, full=True).findings]
    with raw(office) as connection:
        found += [*_counters(connection, ledger), *_once(connection, ledger), *_halves(connection)]
    return found


def _counters(connection: Raw, ledger: Ledger) -> Iterator[str]:
    """Compare the fields with what was counted."""
    for name in FIELDS:
        for record, value in connection.rows(f"SELECT id, {name} FROM contact WHERE id <= {max(COUNTERS)}"):
            key = ("count", f"{record}.{name}")
            least = ledger.done[key]
            most = least + ledger.doubtful[key]
            if not least <= int(value.partition(" ")[0]) <= most:
                yield f"{key[1]} is {value}, and {least} to {most} were counted"


def _once(connection: Raw, ledger: Ledger) -> Iterator[str]:
    """Compare what was logged and created: once each if it was done, never if it was refused."""
    for kind, statement in (
        ("log", "SELECT text FROM activity WHERE text LIKE 'clerk%'"),
        ("create", "SELECT name FROM contact WHERE name LIKE 'clerk%'"),
    ):
        done, doubtful = ledger.of(kind)
        there = Counter(row[0] for row in connection.rows(statement))
        yield from (f"{kind} {token} is lost" for token in done - there.keys())
        yield from (f"{kind} {token} is there, but was not done" for token in there.keys() - done - doubtful)
        yield from (f"{kind} {token} is there {often} times" for token, often in there.items() if often > 1)


def _halves(connection: Raw) -> Iterator[str]:
    """Find operations of which only a part is there, and numbers that are missing or used twice."""
    for child in ("address", "contact_point"):
        has_one = f"1 = (SELECT count(*) FROM {child} WHERE contact_id = c.id)"
        statement = f"SELECT name FROM contact c WHERE name LIKE 'clerk%' AND NOT {has_one}"
        yield from (f"{name} has not one {child}" for (name,) in connection.rows(statement))
    values = connection.rows(f"SELECT DISTINCT priority FROM contact WHERE id <= {max(COUNTERS)}")
    if len(values) > 1:
        yield f"an operation over many contacts was done for some of them: {values}"
    numbers = sorted(int(row[0]) for row in connection.rows("SELECT number FROM contact"))
    following = connection.rows("SELECT next_value FROM number_range WHERE key = 'customer'")[0][0]
    if numbers != list(range(following - len(numbers), following)):
        yield f"numbers have gaps before {following}"
