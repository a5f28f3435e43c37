"""Which collections a user has, and what they may do in each."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.rights import Rights
from gcrm.model.user import User
from gcrm.services.dav.address_book import AddressBook
from gcrm.services.dav.book import Book
from gcrm.services.dav.calendar_book import CalendarBook
from gcrm.services.dav.colleague_book import ColleagueBook
from gcrm.services.dav.task_book import TaskBook

CONTACTS, CALENDAR, TASKS = "contacts", "calendar", "tasks"
_OF_COLLEAGUE = re.compile(r"calendar-([1-9][0-9]{0,17})", re.ASCII)
READ, WRITE = "r", "rw"


def books(session: Session, user: int, rights: Rights) -> dict[str, Book]:
    """Return the collections of a user by the name in their address."""
    found: dict[str, Book] = {}
    if rights.sees("contact"):
        found[CONTACTS] = AddressBook()
    if rights.sees("activity"):
        found |= {CALENDAR: CalendarBook(user), TASKS: TaskBook(user)}
        others = select(User.id, User.name).where(User.is_active, User.id != user).order_by(User.name, User.id)
        found |= {f"calendar-{row.id}": ColleagueBook(row.id, row.name) for row in session.execute(others)}
    return found


def allowed(name: str, rights: Rights) -> str:
    """Return what may be done in a collection: "", READ or WRITE. Which verb is allowed, the services say."""
    module = "contacts" if name == CONTACTS else "activities"
    if name not in (CONTACTS, CALENDAR, TASKS) and not _OF_COLLEAGUE.fullmatch(name):
        return ""
    if not rights.sees("contact" if name == CONTACTS else "activity"):
        return ""
    writes = any(rights.may(module, action) for action in ("create", "change", "delete"))
    return WRITE if writes and not _OF_COLLEAGUE.fullmatch(name) else READ
