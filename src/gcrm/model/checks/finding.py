"""What a check found out about one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["ok", "hint", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The tidy `value`, a `sentence` for the person ("" when all is well) and `proposals` for other fields.

    Level "hint": unusual but legal. Level "error": it cannot be right (a check digit is wrong); also such a value
    may be saved, because the paper in front of the person may say so. `proposals` maps field name to value.
    """

    value: str
    sentence: str = ""
    level: Level = "ok"
    proposals: Mapping[str, str] = field(default_factory=dict, hash=False)


def hint(value: str, sentence: str, proposals: Mapping[str, str] | None = None) -> Finding:
    """Return a finding that says: unusual, but it may be right."""
    return Finding(value, sentence, "hint", proposals or {})


def error(value: str, sentence: str, proposals: Mapping[str, str] | None = None) -> Finding:
    """Return a finding that says: this cannot be right as it stands."""
    return Finding(value, sentence, "error", proposals or {})
