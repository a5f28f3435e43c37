"""Words of a query as values of a statement that is made once for all queries of the same shape.

Most searches are one word. Their statements differ in the word only, so that making them anew would take longer than
carrying them out. `Literals` puts the word into the statement, `Named` gives names to what stands for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Text

from gcrm.services.trip import bound

WAYS_OF_NUMBER = 3


def like(term: str) -> str:
    """Return a LIKE pattern that looks for `term` anywhere; the escape character is a backslash."""
    return f"%{_escaped(term)}%"


def _escaped(term: str) -> str:
    """Return a word in which nothing is a wildcard."""
    return term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def numbers_of(typed: str) -> tuple[str, ...]:
    """Return the ways in which something typed may be written as a contact's number."""
    return typed, typed.upper(), typed.lower()


@dataclass(slots=True)
class Literals:
    """What a statement compares with is part of it."""

    engine: str = "sqlite"

    def like(self, column: ColumnElement[str], word: str, form: str) -> ColumnElement[bool]:
        """Return the condition that a text has a word where `form` says: "{}%" is its beginning.

        PostgreSQL takes the backslash without being told; told, it would look through the pattern again for each row.
        """
        return column.like(self.pattern(word, form), escape=None if self.engine == "postgresql" else "\\")

    def pattern(self, word: str, form: str) -> Any:
        """Return the LIKE pattern of a word: "{}%" is a beginning."""
        return form.format(_escaped(word))

    def match(self, text: str) -> Any:
        """Return what the full-text table is asked for."""
        return text

    def numbers(self, typed: str) -> Sequence[Any]:
        """Return the ways to write a number."""
        return sorted(set(numbers_of(typed)))


LITERALS = Literals()


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the form of a statement for one word: equal ones share it. `roles` are the spellings of the word."""

    signature: tuple[Any, ...]
    typed: str = field(compare=False)
    roles: tuple[str, ...] = field(compare=False)
    match: str = field(compare=False)


@dataclass(slots=True)
class Named(Literals):
    """What a statement compares with has names; `used` are the spellings and forms in the order of these names."""

    shape: Shape = field(kw_only=True)
    used: list[tuple[int, str]] = field(default_factory=list)

    def pattern(self, word: str, form: str) -> Any:
        """Return a name for the pattern of a spelling."""
        self.used.append((self.shape.roles.index(word), form))
        return bound(f"word{len(self.used) - 1}", Text())

    def match(self, text: str) -> Any:
        """Return the name of what the full-text table is asked for."""
        return bound("match", Text())

    def numbers(self, typed: str) -> Sequence[Any]:
        """Return names for the ways to write a number."""
        return [bound(f"number{place}", Text()) for place in range(WAYS_OF_NUMBER)]

    def given(self, shape: Shape) -> dict[str, Any]:
        """Return the values for another word of the same shape."""
        values = {
            f"word{place}": form.format(_escaped(shape.roles[role])) for place, (role, form) in enumerate(self.used)
        }
        values |= {f"number{place}": number for place, number in enumerate(numbers_of(shape.typed))}
        return {**values, "match": shape.match}
