"""What is known of one program's export: by which headings it is told, and where each of them goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gcrm.model.fold import fold

_NUMBERED = 3


@dataclass(frozen=True, slots=True)
class Program:
    """What is known of one program's export."""

    name: str
    signature: frozenset[str]
    headings: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    defaults: frozenset[str]
    continued: re.Pattern[str] | None = None

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
        """Say how many of the telling headings are there, from 0 to 1; numbered headings of its own tell as well."""
        numbered = sum(any(pattern.fullmatch(key) for pattern, _target in self.patterns) for key in keys)
        return 1.0 if numbered >= _NUMBERED else len(self.signature & keys) / len(self.signature)


def heading_key(heading: str) -> str:
    """Return what headings are compared by: folded, blanks joined."""
    return fold(heading)
