"""The open items that contacts have by now, in the office and in the plan, and what a cut-over makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.contact import Contact
from gcrm.model.fold import fold
from gcrm.model.open_item import OpenItem
from gcrm.services.exchange.cut_over.account import SAME, SETTLED, SETTLED_HERE
from gcrm.services.exchange.cut_over.numbers import Numbers, Owner
from gcrm.services.exchange.import_plan import ImportPlan

BATCH = 400
_TOLD = ("amount", "rest", "due_on", "document_on", "currency")


@dataclass(slots=True)
class _Known:
    """An item that is here or came before; `is_told`: a row of this cut-over spoke of it."""

    item: OpenItem
    is_told: bool = False


@dataclass(slots=True)
class PlannedItems:
    """What is to be written: `new` for contacts that are here, `changed` values by id; new contacts carry theirs."""

    session: Session
    plan: ImportPlan
    numbers: Numbers
    new: list[tuple[int, OpenItem]] = field(default_factory=list)
    changed: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    _known: dict[Owner, list[_Known]] = field(default_factory=dict)
    _currencies: dict[int, str] = field(default_factory=dict)

    def get_ready(self, numbers: Iterable[str]) -> None:
        """Read the open items of the contacts of these numbers, in few statements."""
        owners = set(filter(None, map(self.numbers.find, dict.fromkeys(filter(None, numbers))))) - self._known.keys()
        self._known |= {owner: [] for owner in owners}
        by_contact = {owner.contact: owner for owner in owners if owner.contact is not None}
        ids = sorted(by_contact)
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            for item in self.session.scalars(select(OpenItem).where(OpenItem.contact_id.in_(batch))).all():
                self.session.expunge(item)
                self._known[by_contact[item.contact_id]].append(_Known(item))
            wanted = select(Contact.id, Contact.currency).where(Contact.id.in_(batch))
            self._currencies |= {row.id: row.currency or "" for row in self.session.execute(wanted)}

    def currency_of(self, owner: Owner) -> str:
        """Return the currency of a contact, "" where none is told."""
        if owner.contact is not None:
            return self._currencies.get(owner.contact, "")
        return self.plan.rows[owner.place or 0].imported.contact.currency or ""

    def add(self, owner: Owner, item: OpenItem) -> str:
        """Take an item for a contact; return "created", "updated", or the reason why nothing is to be done."""
        mates = [each for each in self._known.setdefault(owner, []) if _is_mate(each.item, item)]
        before = [each for each in mates if not each.is_told]
        if not before and any(_differences(each.item, item) == {} for each in mates):
            return SAME
        if not before:
            return self._create(owner, item) if item.rest else SETTLED
        known = next((each for each in before if each.item.due_on == item.due_on), before[0])
        known.is_told = True
        return self._update(owner, known.item, item)

    def _create(self, owner: Owner, item: OpenItem) -> str:
        self._known[owner].append(_Known(item, is_told=True))
        if owner.contact is not None:
            self.new.append((owner.contact, item))
        else:
            self.plan.rows[owner.place or 0].imported.contact.open_items.append(item)
        return "created"

    def _update(self, owner: Owner, here: OpenItem, told: OpenItem) -> str:
        """Bring an item that is here up to date; what is settled here stays so."""
        if not here.is_open:
            return SETTLED_HERE if told.rest else SAME
        values = _differences(here, told)
        if not told.rest:
            values = {"rest": told.rest, "settled_on": told.settled_on or date.today()}
        if not values:
            return SAME
        for name, value in values.items():
            setattr(here, name, value)
        self.changed[here.id] = owner.contact or 0, values
        return "updated"


def _is_mate(one: OpenItem, other: OpenItem) -> bool:
    """Tell whether two items are of the same document."""
    return (fold(one.number), one.kind) == (fold(other.number), other.kind)


def _differences(here: OpenItem, told: OpenItem) -> dict[str, Any]:
    """Return what a row says otherwise than an item that is here; what it does not say stays."""
    said = {name: getattr(told, name) for name in _TOLD}
    return {name: value for name, value in said.items() if value not in (None, "") and value != getattr(here, name)}
