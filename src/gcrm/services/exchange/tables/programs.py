"""Programs whose exports are recognised by their headings: one file each in resources/tables/programs.

To add one: `name`, `source` (where the headings come from), `signature` (headings that tell it, most of which must be
there), `telling` (where words that anybody uses make up the signature: headings of which two must be there besides),
`headings` (target by heading, where the words of the heading do not tell it, words.json), `patterns` (the same
by regular expression), `defaults` (values by which the program says "nothing") and `continued` (headings, by regular
expression, of what the program writes in rows of its own below the one it belongs to), `is_numbered` (its patterns are
nobody else's: three headings by them tell it).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from gcrm.services.exchange.tables.own_headings import own_program
from gcrm.services.exchange.tables.program import Program, heading_key
from gcrm.shipped import resource

_ENOUGH = 0.8


@cache
def programs() -> tuple[Program, ...]:
    """Return the programs that are known."""
    files = sorted(resource("tables/programs").glob("*.json"))
    return (own_program(), *(_read(json.loads(file.read_text(encoding="utf-8"))) for file in files))


def _read(told: dict[str, Any]) -> Program:
    """Return the program a file tells of."""
    patterns = tuple((re.compile(pattern), target) for pattern, target in told.get("patterns", {}).items())
    return Program(
        name=told["name"],
        signature=frozenset(map(heading_key, told["signature"])),
        headings={heading_key(heading): target for heading, target in told.get("headings", {}).items()},
        patterns=patterns,
        defaults=frozenset(told.get("defaults", ())),
        continued=re.compile(told["continued"]) if "continued" in told else None,
        telling=frozenset(map(heading_key, told.get("telling", ()))),
        numbered=tuple(pattern for pattern, _target in patterns) if told.get("is_numbered") else (),
    )


def recognise(headings: Sequence[str]) -> Program | None:
    """Return the program that wrote these headings, None where nobody tells."""
    keys = frozenset(map(heading_key, headings))
    ranked = max(programs(), key=lambda each: (each.likeness(keys), _known(each, keys), len(each.signature)))
    return ranked if ranked.likeness(keys) >= _ENOUGH else None


def _known(program: Program, keys: Iterable[str]) -> int:
    """Count the headings that a program names itself."""
    return sum(key in program.headings or key in program.signature for key in keys)
