"""What a person may say about a file that is imported; whatever is empty is found.

A column is known by its key: the heading, with "#2" behind the second one of the same name; "#4" alone is the fourth
column of a table without headings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

KINDS = ("vcard", "csv", "spreadsheet", "ldif", "fritzbox")
"""What a file can be read as (`gcrm import --as`)."""


@dataclass(frozen=True, slots=True)
class OwnField:
    """A user-defined field of the office that a column can go into."""

    owner: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Where:
    """Where the office is, and which user-defined fields it has: what dates, numbers and headings mean there."""

    language: str = "en"
    country: str = ""
    own_fields: tuple[OwnField, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """How one file is read.

    `header` is the line of the headings, 0 for none, None to find it. `targets` are targets by key of column,
    `corrections` the cells of lines that somebody corrected.
    """

    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int | None = None
    targets: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    where: Where = Where()

    def with_target(self, key: str, target: str) -> Choice:
        """Return the choice with another target of one column."""
        return replace(self, targets={**self.targets, key: target})


def as_mapping(choice: Choice) -> dict[str, Any]:
    """Return what is saved of a choice under a name: what fits the next file of the same kind, too."""
    told = {"encoding": choice.encoding, "delimiter": choice.delimiter, "header": choice.header}
    return {name: value for name, value in told.items() if value not in ("", None)} | {"targets": dict(choice.targets)}


def from_mapping(saved: Mapping[str, Any], where: Where) -> Choice:
    """Return the choice that was saved; what does not fit is as if it had not been said."""
    targets, header = saved.get("targets"), saved.get("header")
    told = targets.items() if isinstance(targets, dict) else ()
    return Choice(
        encoding=str(saved.get("encoding", "")),
        delimiter=str(saved.get("delimiter", ""))[:1],
        header=header if isinstance(header, int) and not isinstance(header, bool) else None,
        targets={str(key): str(target) for key, target in told},
        where=where,
    )


def keys_of(headings: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of columns by their headings."""
    seen: dict[str, int] = {}
    keys = []
    for place, heading in enumerate(headings, 1):
        name = " ".join(heading.split())
        seen[name] = seen.get(name, 0) + 1
        keys.append(f"#{place}" if not name else name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(keys)
