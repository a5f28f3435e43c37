"""One contact out of a backup: look at it as it was, and compare it with today; taking.py takes over what was lost.

The backup becomes a scratch office beside everything else. Records are told by their ids, which are never used twice;
so the backup must be of the same office.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, exists, or_, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.address import Address
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.base import Base
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.fields import field_of_column
from gcrm.model.personal import RULES
from gcrm.model.registry import RECORDS, table_of, tracked_columns
from gcrm.model.rights import Rights
from gcrm.services.backup.create import identity
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.restore import opened, quick_engine, scratch_folder
from gcrm.services.column import of_address, shown_name
from gcrm.services.contact_data import contact_by_number, names_of
from gcrm.services.database import Database
from gcrm.services.personal_data.erased import erased_records
from gcrm.services.privacy import visible_to
from gcrm.services.progress import Progress
from gcrm.services.search import in_name, terms_of
from gcrm.services.search_shape import like

Key = tuple[str, int]
Rows = dict[Key, dict[str, Any]]
FAMILY = tuple(table_of(cls) for cls in RECORDS if "contact_id" in RULES[cls.__tablename__].by)
"""The tables whose rows belong to a contact; how far a program elsewhere is in step with it is no part of it."""
HANGING = tuple(table_of(cls) for cls in (ActivityLink, Appointment, Participant))
"""The tables whose rows hang on activities of a contact."""
PARENTS = (("contact_person", "person_id", "person"), ("contact_category", "category_id", "category"))
"""What rows of a contact hang on besides it: table, column, and the table that has to be there first."""
BATCH = 400


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was: a field ("" for a whole record that is gone), as it was and as it is now."""

    table: str
    record: int
    field: str
    label: str
    then: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Compared:
    """A contact in a backup against today: `is_gone` tells that today has none; `added` counts records that are new.

    `then` and `now` are all rows of it that the person who asks may see. What is private to others stays out, in the
    backup too; `private` counts it.
    """

    contact: int
    name: str
    at: datetime
    is_gone: bool
    differences: tuple[Difference, ...]
    added: int
    private: int = 0
    then: Rows = field(default_factory=dict, repr=False)
    now: Rows = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A contact in a backup: who it is, and what became of it: "gone", "trash", "changed", or "" for nothing."""

    contact: int
    name: str
    town: str
    number: str
    became: str


@dataclass(slots=True)
class Scratch:
    """A backup that was opened as an office of its own, to be read only."""

    path: Path
    secret: Secret | None
    header: Mapping[str, Any]
    engine: Engine

    @property
    def at(self) -> datetime:
        """Return the moment it shows."""
        return datetime.fromisoformat(self.header["at"])

    def check_office(self, database: Database) -> None:
        """Raise UserError where this is a backup of another office."""
        with database.read() as session:
            mine = identity(session.connection())
        if mine != self.header.get("identity"):
            raise UserError(_("This backup is of another office. Restore it into a new file to look into it."))

    def find(self, number: str) -> int:
        """Return the id of the contact with this number, as it was then. Raises UserError for none."""
        with Session(self.engine) as session:
            return contact_by_number(session, number)


@contextmanager
def scratch(path: Path, *, secret: Secret | None = None, progress: Progress | None = None) -> Iterator[Scratch]:
    """Open a backup as a scratch office, without its files. Raises as restoring it does."""
    with scratch_folder("gcrm-look-") as folder:
        engine = quick_engine(folder / "scratch")
        try:
            with (
                opened(path, secret, progress) as loading,
                engine.connect().execution_options(gcrm_write=True) as connection,
                connection.begin(),
            ):
                loaded = loading.into(connection, with_files=False)
                loading.upgrade(connection)
            yield Scratch(path, secret, loaded.header, engine)
        finally:
            engine.dispose()


@contextmanager
def past(old: Scratch) -> Iterator[Session]:
    """Give a session on the office as it was."""
    with Session(old.engine) as session:
        yield session


def search(database: Database, old: Scratch, words: str, limit: int) -> list[Found]:
    """Find contacts in a backup by parts of names, also of contact persons, and by number; those with names first."""
    name, own = table_of(Contact).c.name_key, table_of(Person).c.name_key
    persons = exists().where(ContactPerson.contact_id == Contact.id, ContactPerson.person_id == Person.id)
    each = [
        or_(in_name(name, term, "%{}%"), persons.where(in_name(own, term, "%{}%")), Contact.number.like(like(term[0])))
        for term in terms_of(words)
    ]
    columns = (Contact.id, shown_name().label("name"), Contact.number, Contact.version, Contact.deleted_at)
    wanted = select(*columns, of_address(Address.town).label("town")).where(
        and_(True, *each), Contact.deleted_at.is_(None)
    )
    with past(old) as before:
        rows = before.execute(wanted.order_by(Contact.name_key, Contact.id).limit(limit)).all()
    with database.read() as session:
        mine = select(Contact.id, Contact.version, Contact.deleted_at).where(Contact.id.in_([row.id for row in rows]))
        today = {row.id: row for row in session.execute(mine)}
    return [Found(row.id, row.name, row.town or "", row.number or "", _became(row, today.get(row.id))) for row in rows]


def _became(then: Any, current: Any) -> str:
    """Say what became of a contact; its version counts every change of it and of what belongs to it."""
    if current is None:
        return "gone"
    if current.deleted_at is not None:
        return "trash"
    return "changed" if current.version != then.version else ""


def compare(database: Database, old: Scratch, contact: int) -> Compared:
    """Compare a contact in a backup with today, record by record and field by field.

    What was erased for good since is left out. Raises UserError when the backup is of another office or has no such
    contact, and where the contact itself was erased.
    """
    old.check_office(database)
    with past(old) as before:
        then, private = _seen(before, _rows(before.connection(), contact), database.user_id, database.rights)
        name = names_of(before, [contact]).get(contact, "")
    with database.read() as session:
        today, erased = session.connection(), erased_records(session)
        current = _rows(today, contact)
        current, _hidden = _seen(
            session, current | _there(today, then.keys() - current.keys()), database.user_id, database.rights
        )
    if ("contact", contact) not in then:
        raise UserError(_("This contact is not in the backup. Look in an older one, or in a newer one."))
    if ("contact", contact) in erased:
        raise UserError(_("This contact was erased for good, and nothing brings it back. Make a new contact instead."))
    then = {key: row for key, row in then.items() if key not in erased}
    gone = [Difference(*key, "", key[0], row, None) for key, row in then.items() if key not in current]
    changed = [each for key, row in then.items() if key in current for each in _fields(key, row, current[key])]
    is_gone = ("contact", contact) not in current
    added = len(current.keys() - then.keys())
    return Compared(contact, name, old.at, is_gone, (*gone, *changed), added, private, then, current)


# --- reading ------------------------------------------------------------------------------------------------------


def _rows(connection: Connection, contact: int) -> Rows:
    """Return the rows of a contact with what they hang on, by table and id."""
    found = _selected(connection, table_of(Contact), table_of(Contact).c.id == contact)
    for table in FAMILY:
        found |= _selected(connection, table, table.c.contact_id == contact)
    activities = sorted(record for name, record in found if name == Activity.__tablename__)
    for start in range(0, len(activities), BATCH):
        for table in HANGING:
            found |= _selected(connection, table, table.c.activity_id.in_(activities[start : start + BATCH]))
    for child, column, parent in PARENTS:
        ids = {row[column] for (name, _id), row in found.items() if name == child}
        found |= _there(connection, {(parent, record) for record in ids})
    return found


def _selected(connection: Connection, table: Table, condition: Any) -> Rows:
    wanted = [table.c[name] for name in ("id", *tracked_columns(table))]
    rows = connection.execute(select(*wanted).where(condition)).mappings()
    return {(table.name, row["id"]): {name: row[name] for name in tracked_columns(table)} for row in rows}


def _seen(session: Session, rows: Rows, user: int | None, rights: Rights) -> tuple[Rows, int]:
    """Return the rows that a user may see without the columns that are hidden, and how many are private to others."""
    of_others = {row["activity_id"] for row in rows.values() if row.get("activity_id") is not None}
    activities = sorted({record for table, record in rows if table == Activity.__tablename__} | of_others)
    hidden: set[int] = set()
    for start in range(0, len(activities), BATCH):
        batch = activities[start : start + BATCH]
        hidden |= set(session.scalars(select(Activity.id).where(Activity.id.in_(batch), ~visible_to(user))))
    kept = {
        key: {name: value for name, value in row.items() if rights.sees(key[0], name)}
        for key, row in rows.items()
        if rights.sees(key[0])
        and not (key[0] == Activity.__tablename__ and key[1] in hidden)
        and row.get("activity_id") not in hidden
    }
    return kept, len(hidden)


def _there(connection: Connection, keys: set[Key]) -> Rows:
    """Return those of these rows that are there, wherever they belong now."""
    found: Rows = {}
    for name, record in sorted(keys):
        table = Base.metadata.tables[name]
        found |= _selected(connection, table, table.c.id == record)
    return found


def _fields(key: Key, then: dict[str, Any], current: dict[str, Any]) -> Iterator[Difference]:
    """Yield the fields of a record that are not as they were; what follows from others goes with them."""
    table = Base.metadata.tables[key[0]]
    for name, value in then.items():
        if name in current and current[name] != value:
            told = field_of_column(table, name)
            yield Difference(*key, name, told.label if told else "", value, current[name])
