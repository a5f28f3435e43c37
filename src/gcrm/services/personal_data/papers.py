"""A business paper that stays when somebody is erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Paper = tuple[str, int]
"""A paper that is kept: its table and id."""


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A business paper that the law may want kept: what it is, of which day, until when, and by which law."""

    paper: Paper
    label: str
    on: date
    until: date
    source: str
