"""Numbers from the number ranges of the main company, drawn in the transaction that uses them.

A server draws them by a function that locks the counter row; SQLite writes one at a time anyway. So two desks never get
the same number, and a failed save uses none up.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gcrm.model.base import now
from gcrm.model.contact import Contact
from gcrm.model.user import Company, NumberRange
from gcrm.services.home import of_main

FIRST = {"customer": 10001, "supplier": 70001, "contact": 50001}
"""Where the ranges begin: customers as debtors and suppliers as creditors usually do, all others apart."""
BATCH = 500


def draw(session: Session, key: str) -> str:
    """Return the next free number of a range, making the range when it is used for the first time."""
    if session.get_bind().dialect.name != "sqlite":
        return _drawn(session, key, 1)[0]
    found = locked(session, key)
    number = _format(found)
    while session.scalar(select(Contact.id).where(Contact.number == number)) is not None:
        found.next_value += 1
        number = _format(found)
    found.next_value += 1
    session.flush()
    return number


def of_main_company() -> ColumnElement[bool]:
    """Return the condition that a range belongs to the main company."""
    return NumberRange.company_id == of_main(Company.id).scalar_subquery()


def locked(session: Session, key: str) -> NumberRange:
    """Return a range, locked until the transaction ends; it is made when nobody used it before."""
    wanted = select(NumberRange).where(NumberRange.key == key, of_main_company()).with_for_update()
    found = session.scalar(wanted)
    if found is None:
        _make(session, key)
        found = session.scalars(wanted).one()
    return found


def _drawn(session: Session, key: str, count: int) -> list[str]:
    """Let the server draw numbers: nobody but its function counts, and what it drew must be used at the commit."""
    mine = select(NumberRange.id).where(NumberRange.key == key, of_main_company()).scalar_subquery()
    wanted = select(func.gcrm_draw(mine, count))
    numbers: list[str] | None = session.scalar(wanted)
    if numbers is None:
        _make(session, key)
        numbers = session.execute(wanted).scalar_one()
    return list(numbers)


def make_ranges(session: Session) -> None:
    """Make the ranges every office has, outside of any operation that could be undone and take one along."""
    for key in FIRST:
        _make(session, key)


def _make(session: Session, key: str) -> None:
    """Make a range; where somebody else makes it at this moment, wait for that and take it."""
    writer = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    author = {"created_at": now(), "changed_at": now()}
    owner = {"company_id": of_main(Company.id).scalar_subquery()}
    values = {"key": key, "next_value": FIRST.get(key, 1), "digits": 1, "prefix": "", "version": 1, **owner, **author}
    session.execute(writer.insert(NumberRange).values(**values).on_conflict_do_nothing())


def draw_many(session: Session, key: str, count: int) -> list[str]:
    """Return the next free numbers of a range at once, for imports."""
    if count <= 0:
        return []
    if session.get_bind().dialect.name != "sqlite":
        return _drawn(session, key, count)
    drawn = [draw(session, key)]
    found = locked(session, key)
    while len(drawn) < count:
        wanted = min(BATCH, count - len(drawn))
        numbers = [_numbered(found, found.next_value + step) for step in range(wanted)]
        taken = set(session.scalars(select(Contact.number).where(Contact.number.in_(numbers))))
        drawn += [number for number in numbers if number not in taken]
        found.next_value += wanted
    session.flush()
    return drawn


def _format(found: NumberRange) -> str:
    """Write the counter as a number."""
    return _numbered(found, found.next_value)


def _numbered(found: NumberRange, value: int) -> str:
    """Write a value of the counter as a number."""
    return f"{found.prefix}{value:0{max(found.digits, 1)}d}"


def range_of(contact: Contact) -> str:
    """Return the range a contact's number comes from: customers before suppliers before all others."""
    if contact.is_customer:
        return "customer"
    return "supplier" if contact.is_supplier else "contact"
