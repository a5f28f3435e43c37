"""Open items: what falls due between two days, and what contacts owe, by currency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, case, func, select, type_coerce
from sqlalchemy.orm import Session

from gcrm.model.contact import Contact
from gcrm.model.open_item import CREDIT_NOTE, CURRENCY, NOTHING, OpenItem
from gcrm.model.types import Scaled
from gcrm.services.column import shown_name
from gcrm.services.privacy import rights_of
from gcrm.services.showing import show_money

MOST = 20_000
"""Items of a range at most."""
BATCH = 400


@dataclass(frozen=True, slots=True)
class DueItem:
    """An open item with its contact; `rest` is negative for a credit note."""

    id: int
    contact_id: int
    contact: str
    number: str
    due_on: date
    rest: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Sums:
    """What is open in one currency, and what of it should have been paid by now."""

    currency: str
    open: Decimal = NOTHING
    overdue: Decimal = NOTHING


def is_open() -> ColumnElement[bool]:
    """Return the condition for items of which something is not paid."""
    return and_(OpenItem.settled_on.is_(None), OpenItem.rest != 0)


def signed_rest() -> ColumnElement[Decimal]:
    """Return the rest as it counts in a sum: that of a credit note takes away."""
    return case((OpenItem.kind == CREDIT_NOTE, -OpenItem.rest), else_=OpenItem.rest)


def due_items(session: Session, first: date, last: date) -> Iterator[DueItem]:
    """Yield the open items due from `first` to `last`, both included, by day; none to whoever may not see them."""
    if rights_of(session).sees(OpenItem.__tablename__):
        yield from _read(session, OpenItem.due_on.between(first, last), MOST)


def overdue_items(session: Session, today: date, most: int) -> tuple[tuple[DueItem, ...], int]:
    """Return the invoices that should have been paid before a day, the longest due first, and how many there are."""
    if not rights_of(session).sees(OpenItem.__tablename__):
        return (), 0
    late = and_(OpenItem.due_on < today, OpenItem.kind != CREDIT_NOTE)
    rows = tuple(_read(session, late, most))
    if len(rows) < most:
        return rows, len(rows)
    counted = select(func.count(OpenItem.id)).join(Contact, Contact.id == OpenItem.contact_id)
    return rows, session.scalar(counted.where(is_open(), late, Contact.deleted_at.is_(None))) or 0


def _read(session: Session, condition: ColumnElement[bool], most: int) -> Iterator[DueItem]:
    """Yield open items of contacts that are not in the trash, by day."""
    rest = type_coerce(signed_rest(), Scaled(2)).label("rest")
    about = (OpenItem.id, OpenItem.contact_id, shown_name(), OpenItem.number, OpenItem.due_on, rest, OpenItem.currency)
    wanted = select(*about).join(Contact, Contact.id == OpenItem.contact_id)
    wanted = wanted.where(is_open(), condition, Contact.deleted_at.is_(None))
    for row in session.execute(wanted.order_by(OpenItem.due_on, OpenItem.number, OpenItem.id).limit(most)):
        yield DueItem(*row)


def sums(session: Session, contacts: Iterable[int], today: date | None = None) -> dict[int, tuple[Sums, ...]]:
    """Return what is open and overdue of contacts, by currency; nothing of those of whom nothing is open."""
    if not rights_of(session).sees(OpenItem.__tablename__):
        return {}
    overdue = case((OpenItem.due_on < (today or date.today()), signed_rest()), else_=0)
    wanted = select(
        OpenItem.contact_id, OpenItem.currency,
        type_coerce(func.sum(signed_rest()), Scaled(2)), type_coerce(func.sum(overdue), Scaled(2)),
    )  # fmt: skip
    wanted = wanted.where(is_open()).group_by(OpenItem.contact_id, OpenItem.currency)
    ids, found = sorted(set(contacts)), dict[int, tuple[Sums, ...]]()
    for start in range(0, len(ids), BATCH):
        mine = wanted.where(OpenItem.contact_id.in_(ids[start : start + BATCH]))
        for contact, currency, total, late in session.execute(mine.order_by(OpenItem.currency)):
            found[contact] = (*found.get(contact, ()), Sums(currency, total, late))
    return found


def sums_of(items: Iterable[OpenItem], today: date | None = None) -> tuple[Sums, ...]:
    """Return what is open and overdue of items that were read, by currency."""
    found: dict[str, Sums] = {}
    for item in items:
        if item.is_open:
            currency = item.currency or CURRENCY
            before = found.get(currency, Sums(currency))
            late = item.signed_rest if item.is_past(today) else NOTHING
            found[currency] = replace(before, open=before.open + item.signed_rest, overdue=before.overdue + late)
    return tuple(found[currency] for currency in sorted(found))


def in_words(amounts: Mapping[str, Decimal]) -> str:
    """Return amounts by currency in one line, "" for nothing."""
    return " + ".join(show_money(amount, currency) for currency, amount in sorted(amounts.items()) if amount)


def open_text(found: Sequence[Sums]) -> str:
    """Return what is open in words, of at least one currency; zero where credit notes make up for invoices."""
    return in_words({each.currency: each.open for each in found}) or show_money(NOTHING, found[0].currency)


def overdue_text(found: Iterable[Sums]) -> str:
    """Return what is overdue in words, "" where nothing is or the contact has more to get."""
    return in_words({each.currency: each.overdue for each in found if each.overdue > 0})
