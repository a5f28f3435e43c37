"""The command line of the bench: which lines, how large, as a table or as one JSON object."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from tests.bench.lines import HEAD, Line, as_json, table_row

SIZES = (10_000, 100_000, 1_000_000)
# Name of a group → module and function; a function takes the Bench and yields lines.
GROUPS: Mapping[str, tuple[str, str]] = {
    "start": ("tests.bench.starting", "start"),
    "find": ("tests.bench.finding", "find"),
    "type": ("tests.bench.typing_", "typed"),
    "open": ("tests.bench.opening", "open_record"),
    "caller": ("tests.bench.calling", "caller"),
    "ring": ("tests.bench.ringing", "ring"),
    "edit": ("tests.bench.editing", "edit"),
    "write": ("tests.bench.writing", "write"),
    "move": ("tests.bench.moving", "move"),
    "team": ("tests.bench.team", "team"),
    "import": ("tests.bench.cards", "import_cards"),
    "export": ("tests.bench.cards", "export_cards"),
    "exchange": ("tests.bench.exchange", "exchange"),
    "sheets": ("tests.bench.paper", "sheets"),
    "labels": ("tests.bench.paper", "labels"),
    "lists": ("tests.bench.paper", "lists"),
    "memory": ("tests.bench.starting", "memory"),
}


def arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line; leaves with status 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description="Measure gCRM against the floor.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(GROUPS)}")
    parser.add_argument("--size", type=int, default=100_000, help="contacts: 10000, 100000 (default) or 1000000")
    parser.add_argument("--clients", type=int, default=10, help="team: how many programs work at once")
    parser.add_argument("--seconds", type=float, default=60, help="team: how long they work on each kind of line")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(words)
    for name in chosen.names:
        if name not in GROUPS:
            parser.error(f"there is no line {name!r}; there are {', '.join(GROUPS)}")
    if chosen.size < 1 or chosen.clients < 1 or chosen.seconds <= 0:
        parser.error("the size, clients and seconds must be positive numbers")
    return chosen


def measured(chosen: argparse.Namespace) -> Iterator[Line]:
    """Yield the lines as they are measured."""
    from tests.bench.offices import Bench

    with Bench(chosen.size, clients=chosen.clients, seconds=chosen.seconds) as bench:
        for name in chosen.names or GROUPS:
            module, function = GROUPS[name]
            group: Callable[[Bench], Iterator[Line]] = getattr(import_module(module), function)
            yield from group(bench)


def main(words: list[str]) -> int:
    """Measure and print; the status is 0 also where a goal is missed, for a busy machine is no fault.

    `torture` as the first word is no measurement but the long runs of tests/reliability; `fidelity` and `fuzz` follow
    the files of other programs (tests/fidelity).
    """
    if words[:1] == ["torture"]:
        from tests.reliability import torture

        return torture.main(words[1:])
    if words[:1] == ["fidelity"]:
        from tests.fidelity import __main__ as fidelity

        return fidelity.main(words[1:])
    if words[:1] == ["fuzz"]:
        from tests.fidelity import fuzz

        return fuzz.main(words[1:])
    chosen = arguments(words)
    if not chosen.json:
        print(table_row(HEAD))
    lines = []
    for line in measured(chosen):
        lines.append(line)
        print(table_row(line.cells()), file=sys.stderr if chosen.json else sys.stdout, flush=True)
    if chosen.json:
        print(as_json(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
