"""What changed since last time on either side, field by field, and what becomes of it. Nothing here asks anybody.

Both sides are told in the same words but seldom in the same spelling: Outlook writes a telephone number as it likes.
So a digest of each side is kept, and a field changed where its own side says something else than last time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]
UNITED = frozenset({"Categories"})
"""Lists of names that are brought together; a name is added on the other side, and never taken away there."""
WISHES = frozenset({"Reminder"})
"""Fields whose absence says something, too: at a first meeting each side keeps its own."""


@dataclass(slots=True)
class Merged:
    """What goes where. `both` are fields that changed on both sides, with what Outlook said; ours goes there.

    `differing` are fields in which both sides differed when they met for the first time: each keeps its own.
    """

    to_here: dict[str, Any] = field(default_factory=dict)
    to_there: dict[str, Any] = field(default_factory=dict)
    both: dict[str, Any] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)


def digest(value: Any) -> str:
    """Return a short digest of a value, "" of none: enough to see that it changed, and no words."""
    if not value:
        return ""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def digests(here: Values, there: Values) -> dict[str, list[str]]:
    """Return the digests of both sides by field."""
    names = sorted(here.keys() | there.keys())
    return {name: [digest(here.get(name)), digest(there.get(name))] for name in names}


def meet(here: Values, there: Values) -> Merged:
    """Return what becomes of two that seem to be the same: what one of them lacks it gets."""
    merged = Merged()
    for name in sorted(here.keys() | there.keys()):
        mine, theirs = here.get(name), there.get(name)
        if name in UNITED:
            _unite(merged, name, mine, theirs)
        elif name in WISHES:
            continue
        elif not mine:
            merged.to_here[name] = theirs
        elif not theirs:
            merged.to_there[name] = mine
        elif not _is_alike(mine, theirs):
            merged.differing.append(name)
    return merged


def compare(seen: Mapping[str, Any], here: Values, there: Values) -> Merged:
    """Return what becomes of two that were in step; `seen` are the digests of then."""
    merged = Merged()
    for name in sorted(here.keys() | there.keys() | seen.keys()):
        mine, theirs = here.get(name), there.get(name)
        was_mine, was_theirs = seen.get(name) or ("", "")
        is_new_here, is_new_there = digest(mine) != was_mine, digest(theirs) != was_theirs
        if mine == theirs or not (is_new_here or is_new_there):
            continue
        if name in UNITED:
            _unite(merged, name, mine, theirs, is_new_here=is_new_here, is_new_there=is_new_there)
        elif is_new_here:
            merged.to_there[name] = mine
            if is_new_there:
                merged.both[name] = theirs
        else:
            merged.to_here[name] = theirs
    return merged


def _unite(
    merged: Merged, name: str, mine: Any, theirs: Any, *, is_new_here: bool = True, is_new_there: bool = True
) -> None:
    """Let names that are new on one side join those of the other."""
    if is_new_there and set(theirs or ()) - set(mine or ()):
        merged.to_here[name] = theirs
    if is_new_here and set(mine or ()) - set(theirs or ()):
        merged.to_there[name] = mine


def _is_alike(mine: Any, theirs: Any) -> bool:
    """Tell whether two values are only written differently: blanks, dashes, case, a zone that one leaves out."""

    def plain(value: Any) -> str:
        text = json.dumps(value, sort_keys=True, ensure_ascii=False).casefold()
        return "".join(letter for letter in text if letter.isalnum() or letter in "@+")

    if isinstance(mine, dict) and isinstance(theirs, dict) and "" in (mine.get("zone"), theirs.get("zone")):
        mine, theirs = {**mine, "zone": ""}, {**theirs, "zone": ""}
    return mine == theirs or plain(mine) == plain(theirs)
