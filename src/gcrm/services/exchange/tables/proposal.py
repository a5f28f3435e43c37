"""One column of a table, and what is proposed for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

SAMPLES = 5
_VALUES = 400
LONGEST = 1000
"""Letters of a value that are looked at to guess what a column holds; a heading is shorter."""
_LONGEST_SAMPLE = 80


@dataclass(slots=True)
class Column:
    """One column: its key (choice.py), heading, what it holds, and its target with who said so.

    `by` is "choice", "program", "heading", "content", "own" (a user-defined field of that name) or "" (nobody).
    """

    key: str
    heading: str
    target: str = ""
    by: str = ""
    filled: int = 0
    values: list[str] = field(default_factory=list)

    @property
    def samples(self) -> tuple[str, ...]:
        """Return some values, each once."""
        short = (" ".join(value.split())[:_LONGEST_SAMPLE] for value in self.values)
        return tuple(islice(dict.fromkeys(short), SAMPLES))

    @property
    def name(self) -> str:
        """Return what the column is called in reports."""
        return self.heading or self.key

    def note(self, value: str) -> None:
        """Take note of a value that is not empty."""
        self.filled += 1
        if len(self.values) < _VALUES:
            self.values.append(value[:LONGEST])
