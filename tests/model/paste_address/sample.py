"""What a sample is: a pasted text and what it must give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One text of our own invention, pasted in `home`, and the fields it must give.

    "phones", "mobiles", "faxes", "emails" and "webs" are lists; a field that is not named must be empty; `rest` are
    words that must be handed back unplaced.
    """

    name: str
    home: str
    text: str
    expected: dict[str, Any]
    rest: list[str] = field(default_factory=list)
