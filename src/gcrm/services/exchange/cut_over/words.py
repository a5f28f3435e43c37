"""What headings and values of another program's notes mean: folded phrases in resources/tables/cut_over.json.

To add a spelling: a phrase behind its part. Parts that begin with "is " are values, all others headings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache

from gcrm.model.fold import fold
from gcrm.shipped import resource

PARTS = ("at", "time", "due", "due_time", "subject", "text", "type", "direction", "responsible", "done")
"""What a table of notes or follow-ups can say beside the customer number."""
_WORD = re.compile(r"[a-z0-9]+")


@cache
def _phrases() -> Mapping[str, frozenset[str]]:
    """Return the phrases of each part."""
    told = json.loads(resource("tables/cut_over.json").read_text(encoding="utf-8"))
    return {part: frozenset(some) for part, some in told.items()}


def plain(text: str) -> str:
    """Return a text as phrases are written: folded, words apart by one blank."""
    return " ".join(_WORD.findall(fold(text)))


def part_of(heading: str) -> str:
    """Return the part that a heading names ("at", "due"), "" for none."""
    words = plain(heading)
    return next((part for part in PARTS if words in _phrases()[part]), "")


def heading_for(part: str) -> str:
    """Return a heading that names a part, or the customer number."""
    return min(_phrases()[part])


def is_number(heading: str) -> bool:
    """Tell whether a heading names the number of a customer, and not that of the row."""
    return plain(heading) in _phrases()["number"]


def is_of_bill(heading: str) -> bool:
    """Tell whether a heading names the amount of a bill, or its number."""
    return plain(heading) in _phrases()["bill"]


def value_of(text: str, among: tuple[str, ...]) -> str:
    """Return which of the words a value stands for ("call"), "" for none."""
    words = plain(text)
    return next((each for each in among if words in _phrases()[f"is {each}"]), "")
