"""The command line: `python -m tests.fidelity [--json] [--files] [--drop]`, by dev.py `bench fidelity`.

Every file of the corpora is read in a process of its own, with limits of time and memory.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.bench.lines import HEAD, Goal, Line, table_row
from tests.fidelity.drop import drop
from tests.fidelity.files import read
from tests.fidelity.found import Found
from tests.fidelity.makers import MAKERS, OTHERS, is_made_to_break, maker_of

ROOT = Path(__file__).parents[2]
FOLDERS = ("contacts-csv", "vcard", "ical", "ldif", "fritzbox", "hostile")
SECONDS = 120
"""Processor time of one file; a process that needs more hangs."""
MEMORY_MB = 1500
MOST_MB = 300
PRESENT = 99.9


@dataclass(slots=True)
class Row:
    """One file: its name below the corpora, whose it is, and what became of it."""

    name: str
    maker: str = OTHERS
    is_real: bool = True
    outcome: str = "crashed"
    seconds: float = 0
    memory: float = 0
    found: Found = field(default_factory=Found)


def corpora() -> Path:
    """Return the folder of the corpora."""
    return Path(os.environ.get("GCRM_CORPORA", ROOT.parent / "shared" / "corpora"))


def rows(folder: Path) -> Iterator[Row]:
    """Yield what becomes of each file."""
    for kind in FOLDERS:
        for path in sorted(each for each in (folder / kind).rglob("*") if each.is_file()):
            yield _apart(path, str(path.relative_to(folder)))


def _apart(path: Path, name: str) -> Row:
    """Read one file in a process of its own."""
    # A fork costs no start; nothing else runs in this process.
    context = multiprocessing.get_context("fork") if sys.platform == "linux" else multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, str(path)))
    begin = time.monotonic()
    process.start()
    sender.close()
    row = Row(name)
    try:
        if receiver.poll(SECONDS * 10):
            row.outcome, row.seconds, row.memory, row.found = receiver.recv()
        else:
            row.outcome = "hung"
    except EOFError:
        row.outcome = "hung" if time.monotonic() - begin > SECONDS else "crashed"
    process.kill()
    process.join()
    row.maker = maker_of(name, row.found.product, path.read_bytes())
    row.is_real = not is_made_to_break(f"/{name}")
    return row


def _child(sender: Connection, path: str) -> None:
    """Read a file and send what became of it; an error that nobody declared ends the process and counts as a crash."""
    _limit()
    found = read(Path(path))
    outcome = "refused" if found.refused else "read"
    sender.send((outcome, time.process_time(), found.memory, found))


def _limit() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB * 1_000_000,) * 2)


def lines(found: Iterable[Row]) -> Iterator[Line]:
    """Yield the lines that have goals."""
    every = list(found)
    yield Line("files that crash", sum(row.outcome == "crashed" for row in every), None, "files", Goal(most=0))
    yield Line("files that hang", sum(row.outcome == "hung" for row in every), None, "files", Goal(most=0))
    large = sum(row.memory > MOST_MB for row in every)
    yield Line(f"files that need more than {MOST_MB} MB", large, None, "files", Goal(most=0))
    real = [row for row in every if row.is_real]
    missing = Goal(most=round(100 - PRESENT, 3))
    yield Line("properties lost, all makers", _lost(real), None, "%", missing)
    for maker in (*MAKERS, OTHERS):
        mine = [row for row in real if row.maker == maker]
        if mine:
            yield Line(f"properties lost, {maker}, {len(mine)} files", _lost(mine), None, "%", missing)


def _lost(found: list[Row]) -> float:
    """Return how many of a hundred properties are neither written back nor reported."""
    count = sum(row.found.properties for row in found)
    return 100 * sum(len(row.found.lost) for row in found) / count if count else 0.0


def _table(found: list[Row]) -> Iterator[str]:
    """Yield sums by maker, then the files that fall short, by name and with what is missing."""
    head = ("maker", "files", "properties", "mapped", "kept", "reported", "written back", "lost")
    yield "".join(["\n", head[0].ljust(26), *(each.rjust(13) for each in head[1:])])
    groups = {maker: [row for row in found if row.is_real and row.maker == maker] for maker in (*MAKERS, OTHERS)}
    groups["made to break readers"] = [row for row in found if not row.is_real]
    for name, mine in groups.items():
        sums = Counter[str]()
        for row in mine:
            sums.update(counts(row.found))
        yield name.ljust(26) + "".join(str(each).rjust(13) for each in (len(mine), *(sums[key] for key in KEYS)))
    for name, mine in groups.items():
        reasons = Counter[str]()
        for row in mine:
            reasons.update(row.found.reasons)
        yield f"\n{name}, reported:" if reasons else ""
        yield from (f"    {count:7}  {reason}" for reason, count in reasons.most_common(12))
    for row in found:
        if row.found.lost or row.outcome in ("crashed", "hung") or row.memory > MOST_MB:
            yield f"\n{row.name}: {row.outcome}, {row.memory:.0f} MB, {len(row.found.lost)} lost"
            yield from (f"    {each}" for each in row.found.lost[:20])


KEYS = ("properties", "mapped", "kept", "reported", "back", "lost")


def counts(found: Found) -> dict[str, int]:
    """Return the numbers of a file."""
    return {key: len(found.lost) if key == "lost" else int(getattr(found, key)) for key in KEYS}


def as_json(row: Row) -> dict[str, Any]:
    """Return a file as `--json` gives it."""
    plain = asdict(replace(row, found=replace(row.found, reasons=Counter())))
    return plain | {"reasons": dict(row.found.reasons)} | counts(row.found)


def main(words: list[str]) -> int:
    """Read all files and say what became of them; the status is 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="dev.py bench fidelity", description="Follow every property of real files.")
    parser.add_argument("--json", action="store_true", help="print one JSON object with a row for each file")
    parser.add_argument("--files", action="store_true", help="print a row for each file")
    parser.add_argument("--drop", action="store_true", help="import all of it as one folder into an empty office")
    chosen = parser.parse_args(words)
    if not corpora().is_dir():
        parser.error(f"there are no files in {corpora()}; GCRM_CORPORA names their folder")
    if chosen.drop:
        dropped = drop(corpora())
        print(json.dumps(dropped) if chosen.json else "\n".join(f"{name:32}{n}" for name, n in dropped.items()))
        return 0
    found = []
    for row in rows(corpora()):
        found.append(row)
        if chosen.files and not chosen.json:
            sums = "  ".join(f"{key} {value}" for key, value in counts(row.found).items())
            print(f"{row.name}  {row.maker}  {row.outcome}  {sums}  {row.memory:.0f} MB")
    told = list(lines(found))
    if chosen.json:
        files = [as_json(row) for row in found]
        print(json.dumps({"lines": [line.as_json() for line in told], "files": files}, ensure_ascii=False))
    else:
        print(*(table_row(line) for line in (HEAD, *(each.cells() for each in told))), *_table(found), sep="\n")
    return 0 if all(line.met for line in told) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
