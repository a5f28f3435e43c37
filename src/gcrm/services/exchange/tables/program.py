"""What is known of one program's export: by which headings it is told, and where each of them goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gcrm.model.fold import fold

_NUMBERED = 3
"""Numbered headings of its own that tell a program without its signature."""
_TELLING = 2
"""Headings that few others have, of which so many have to be there: a list that anybody wrote is of no program."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is known of one program's export; `telling` headings few others have, `numbered` some by pattern."""

    name: str
    signature: frozenset[str]
    headings: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    defaults: frozenset[str]
    continued: re.Pattern[str] | None = None
    telling: frozenset[str] = frozenset()
    numbered: tuple[re.Pattern[str], ...] = ()

    def is_continued(self, heading: str) -> bool:
        """Tell whether a row that has cells under such headings alone belongs to the row above."""
        return self.continued is not None and self.continued.fullmatch(heading_key(heading)) is not None

    def target_of(self, heading: str) -> str:
        """Return the target of a heading, "" where the words of the heading tell it."""
        key = heading_key(heading)
        if key in self.headings:
            return self.headings[key]
        for pattern, target in self.patterns:
            found = pattern.fullmatch(key)
            if found:
                return found.expand(target)
        return ""

    def likeness(self, keys: frozenset[str]) -> float:
        """Say how many of the headings of its signature are there, from 0 to 1; 0 where too few of them tell it."""
        if sum(any(pattern.fullmatch(key) for pattern in self.numbered) for key in keys) >= _NUMBERED:
            return 1.0
        telling = self.telling or self.signature
        if len(telling & keys) < min(_TELLING, len(telling)):
            return 0.0
        return len(self.signature & keys) / len(self.signature)


def heading_key(heading: str) -> str:
    """Return what headings are compared by: folded, blanks joined."""
    return fold(heading)
