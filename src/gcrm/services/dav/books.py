"""Which collections a user has, and what they may do in each."""

from __future__ import annotations

import re

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gcrm.model.rights import Rights
from gcrm.model.user import User
from gcrm.services.dav.address_book import AddressBook
from gcrm.services.dav.apple_book import AppleBook
from gcrm.services.dav.book import Book
from gcrm.services.dav.calendar_book import CalendarBook
from gcrm.services.dav.colleague_book import ColleagueBook
from gcrm.services.dav.task_book import TaskBook

CONTACTS, CALENDAR, TASKS = "contacts", "calendar", "tasks"
_OF_COLLEAGUE = re.compile(r"calendar-([1-9][0-9]{0,17})", re.ASCII)
READ, WRITE = "r", "rw"


def books(session: Session, user: int, rights: Rights, *, groups: bool = False) -> dict[str, Book]:
    """Return the collections of a user by the name in their address; `groups`: categories are groups of contacts."""
    found = _own(user, rights, groups)
    if rights.sees("activity"):
        rows = session.execute(_others(user).order_by(User.name, User.id))
        found |= {f"calendar-{row.id}": ColleagueBook(row.id, row.name) for row in rows}
    return found


def book_named(session: Session, user: int, rights: Rights, name: str, *, groups: bool = False) -> Book | None:
    """Return the collection of a user with this name in its address, None without one."""
    of_colleague = _OF_COLLEAGUE.fullmatch(name)
    if not of_colleague or not rights.sees("activity"):
        return _own(user, rights, groups).get(name)
    row = session.execute(_others(user).where(User.id == int(of_colleague[1]))).first()
    return ColleagueBook(row.id, row.name) if row is not None else None


def _own(user: int, rights: Rights, groups: bool) -> dict[str, Book]:
    found: dict[str, Book] = {}
    if rights.sees("contact"):
        found[CONTACTS] = AppleBook(user) if groups and rights.sees("category") else AddressBook()
    return {**found, CALENDAR: CalendarBook(user), TASKS: TaskBook(user)} if rights.sees("activity") else found


def _others(user: int) -> Select[int, str]:
    """Return the select of those whose calendars can be looked at."""
    return select(User.id, User.name).where(User.is_active, User.id != user)


def allowed(name: str, rights: Rights) -> str:
    """Return what may be done in a collection: "", READ or WRITE. Which verb is allowed, the services say."""
    module = "contacts" if name == CONTACTS else "activities"
    if name not in (CONTACTS, CALENDAR, TASKS) and not _OF_COLLEAGUE.fullmatch(name):
        return ""
    if not rights.sees("contact" if name == CONTACTS else "activity"):
        return ""
    writes = any(rights.may(module, action) for action in ("create", "change", "delete"))
    return WRITE if writes and not _OF_COLLEAGUE.fullmatch(name) else READ
