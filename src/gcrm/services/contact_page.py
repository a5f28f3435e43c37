"""What the record page shows of one contact, read in at most four round trips whatever hangs on it.

The aggregate comes in one statement (services/contact_rows.py). Figures and surroundings (users, categories,
user-defined fields) are one statement each, the picture another where there is one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.base import now
from gcrm.model.category import Category
from gcrm.model.contact import Contact
from gcrm.model.custom_field import CustomField
from gcrm.model.registry import class_of
from gcrm.model.user import User
from gcrm.services import attachment
from gcrm.services.aggregate import Loaded
from gcrm.services.contact_rows import part, record_of, rows_asked, whole
from gcrm.services.contact_rules import walk
from gcrm.services.custom_field import HIDDEN
from gcrm.services.database import Database
from gcrm.services.in_touch import was_in_touch
from gcrm.services.privacy import file_visible_to, rights_of, visible_to
from gcrm.services.trip import Asked, Prepared, ask, bound


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures and the counts of the tabs; `last_contact` is UTC."""

    open_follow_ups: int = 0
    overdue: int = 0
    this_year: int = 0
    last_contact: datetime | None = None
    files: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a contact refers to: names of users and categories by id, user-defined fields by owner.

    `custom_fields` are those that are shown, `every_field` also the hidden ones: the history and a merge know them.
    """

    users: Mapping[int, str] = field(default_factory=dict)
    categories: Mapping[int, str] = field(default_factory=dict)
    custom_fields: Mapping[str, tuple[CustomField, ...]] = field(default_factory=dict)
    contacts: Mapping[int, str] = field(default_factory=dict)
    every_field: tuple[CustomField, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact as the page shows it; `loaded` can be edited and saved."""

    loaded: Loaded[Contact]
    figures: Figures
    surroundings: Surroundings
    picture: bytes | None = None

    @property
    def contact(self) -> Contact:
        """Return the contact."""
        return self.loaded.record


def view(database: Database, contact_id: int) -> ContactView:
    """Read everything the page shows. Raises UserError when the contact does not exist (any more)."""
    with database.read() as session:
        asked = [rows_asked(session, contact_id), _figures_asked(session, contact_id, database.user_id, now())]
        rows, figures = ask(session.connection(), asked)
        contact = whole(session, rows)
        shown, has_picture = _figures_of(figures[0])
        around = surroundings(session, contact)
        picture = attachment.picture(session, contact_id) if has_picture else None
    return ContactView(Loaded(contact, walk).remember(), shown, around, picture)


def read_figures(
    session: Session, contact_id: int, user: int | None, at: datetime | None = None
) -> tuple[Figures, bool]:
    """Return the key figures of a contact at an instant (now), and whether it has a picture."""
    asked = _figures_asked(session, contact_id, user, at or now())
    return _figures_of(ask(session.connection(), [asked])[0][0])


def _figures_of(row: tuple[Any, ...]) -> tuple[Figures, bool]:
    return Figures(row[0], row[1], row[2], row[3], row[4]), bool(row[5])


def _figures_asked(session: Session, contact_id: int, user: int | None, moment: datetime) -> Asked:
    """Return the statement for the key figures with its values; whole days are kept as 12:00 UTC (moment.py)."""
    today = moment.astimezone().date()
    values = {
        "contact": contact_id,
        "who": user,
        "moment": moment,
        "today": datetime.combine(today, time(), UTC),
        "year": datetime.combine(date(today.year, 1, 1), time()).astimezone(UTC),
    }
    rights = rights_of(session)
    seen = rights.sees(Activity.__tablename__), rights.sees(Attachment.__tablename__)
    return _figures(session.get_bind().dialect.name, user is None, *seen), values


@cache
def _figures(engine: str, is_anybody: bool, sees_activities: bool, sees_files: bool) -> Prepared:
    """Return the statement for the key figures of :contact as :who may see them; made once.

    No session stands between it and the rows, so what a person may see nothing of is left out here.
    """
    moment, today, year = (bound(name, Activity.at.type) for name in ("moment", "today", "year"))
    contact = bound("contact", Contact.id.type)
    who = None if is_anybody else bound("who", Activity.created_by.type)
    mine = (Activity.contact_id == contact, visible_to(who), literal(sees_activities))
    is_open = Activity.state == "open"
    newer = aliased(Attachment)
    latest = ~select(newer.id).where(newer.replaces_id == Attachment.id).exists()
    of_contact = (Attachment.contact_id == contact, file_visible_to(who), literal(sees_files))
    files = select(func.count(Attachment.id)).where(*of_contact)
    is_over = or_(
        and_(Activity.follow_up_all_day.is_(True), Activity.follow_up_at < today),
        and_(Activity.follow_up_all_day.is_(False), Activity.follow_up_at < moment),
    )
    statement = select(
        _count(*mine, is_open),
        _count(*mine, is_open, is_over),
        _count(*mine, Activity.at >= year, Activity.at <= moment, Activity.type.not_in(("print", "export"))),
        select(func.max(Activity.at)).where(*mine, was_in_touch(moment)).scalar_subquery(),
        files.where(latest, Attachment.is_picture.is_(False)).scalar_subquery(),
        files.where(Attachment.is_picture.is_(True)).scalar_subquery(),
    )
    return Prepared(statement, engine)


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count(Activity.id)).where(*conditions).scalar_subquery()


def surroundings(session: Session, contact: Contact | None = None) -> Surroundings:
    """Return users, categories, user-defined fields, and the names of contacts that those fields point to."""
    found: dict[str, list[Any]] = {}
    statement = _surrounding_rows(session.get_bind().dialect.name)
    for name, row in session.connection().execute(statement, {"pointed": pointed_to(contact)}):
        found.setdefault(name, []).append(record_of(class_of(name), json.loads(row)))
    every = tuple(sorted(found.get("custom_field", []), key=lambda row: (row.position, row.id)))
    fields: dict[str, list[CustomField]] = {}
    for described in every:
        if not (described.options or {}).get(HIDDEN):
            fields.setdefault(described.owner, []).append(described)
    categories = sorted(found.get("category", []), key=lambda row: row.name_key)
    users = sorted(found.get("user", []), key=lambda row: row.name.casefold())
    return Surroundings(
        {user.id: user.name for user in users},
        {category.id: category.name for category in categories},
        {owner: tuple(rows) for owner, rows in fields.items()},
        {other.id: other.display_name for other in found.get("contact", [])},
        every,
    )


@lru_cache
def _surrounding_rows(dialect: str) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the statement that gives users, categories, user-defined fields and the contacts :pointed; made once."""
    return union_all(
        part(User, dialect).where(User.is_active.is_(True)),
        part(Category, dialect),
        part(CustomField, dialect),
        part(Contact, dialect).where(Contact.id.in_(bindparam("pointed", expanding=True))),
    )


def pointed_to(contact: Contact | None) -> list[int]:
    """Return the whole numbers among the user-defined values: those of the kind "contact" are ids."""
    if contact is None:
        return []
    records: list[Any] = [contact, *contact.addresses, *contact.persons]
    values = [value for record in records for value in (record.custom or {}).values()]
    return sorted({value for value in values if isinstance(value, int) and not isinstance(value, bool)})[:200]
