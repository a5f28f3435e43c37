"""A row of notes or open items as the reader hands it over.

It is read as a card whose organisation is the customer number; its parts stand in the kept lines under `HEAD` and their
name, all other columns under their headings.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gcrm.model.fold import clean
from gcrm.services.exchange.own_fields import HEAD as FIELD

if TYPE_CHECKING:
    from gcrm.services.exchange.card import Card

HEAD = "cut-over:"


@dataclass(slots=True)
class ToldRow:
    """What a row says: its parts by name, and the cells that have none, by heading."""

    number: str
    parts: dict[str, str] = field(default_factory=dict)
    others: list[tuple[str, str]] = field(default_factory=list)


def told_row(card: Card) -> ToldRow:
    """Return what a card says that was read as a note or an open item."""
    row = ToldRow(clean(card.organisation))
    for line in card.kept:
        if not line.startswith(FIELD):
            continue
        told = json.loads(line[len(FIELD) :])
        label, value = str(told["label"]), str(told["value"])
        if label.startswith(HEAD):
            row.parts[label[len(HEAD) :]] = value
        else:
            row.others.append((label, value))
    return row
