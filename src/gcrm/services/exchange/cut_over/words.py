"""What headings and values of another program's tables mean: folded phrases in resources/tables/cut_over.json.

To add a spelling: a phrase behind its part. Parts that begin with "is " are values, all others headings; those that
begin with "bill " are headings of open items.
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
BILL_PARTS = (
    "document", "document_on", "due", "amount", "rest", "paid", "currency", "settled_on", "type", "text",
)  # fmt: skip
"""What a table of open items can say beside the customer number."""
_BILL = "bill "
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


def bill_part_of(heading: str) -> str:
    """Return the part of an open item that a heading names, "" for none."""
    words = plain(heading)
    return next((part for part in BILL_PARTS if words in _phrases()[_BILL + part]), "")


def may_be_bill(heading: str) -> str:
    """Return the part of an open item that a heading names where none names it more clearly, "" for none."""
    words = plain(heading)
    doubtful = {"maybe document": "document", "net": "amount"}
    return next((part for name, part in doubtful.items() if words in _phrases()[_BILL + name]), "")


def heading_for(part: str, *, is_of_bill: bool = False) -> str:
    """Return a heading that names a part of a note or of an open item, or the customer number."""
    return min(_phrases()[_BILL + part if is_of_bill and part in BILL_PARTS else part])


def is_number(heading: str) -> bool:
    """Tell whether a heading names the number of a customer, and not that of the row."""
    return plain(heading) in _phrases()["number"]


def may_be_name(heading: str) -> bool:
    """Tell whether a heading that names the number of a customer may as well name the customer."""
    return plain(heading) in _phrases()["maybe number"]


def is_of_bill(heading: str) -> bool:
    """Tell whether a heading names the amount of a bill, or its number."""
    names = ("bill", *(_BILL + part for part in ("document", "amount", "net", "rest")))
    words = plain(heading)
    return any(words in _phrases()[name] for name in names)


def value_of(text: str, among: tuple[str, ...]) -> str:
    """Return which of the words a value stands for ("call"), "" for none."""
    words = plain(text)
    return next((each for each in among if words in _phrases()[f"is {each}"]), "")
