"""Which rows belong to a contact or a person, now and in the history, by the rules of the register."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select
from sqlalchemy.orm import Session

from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.attachment import Attachment, Blob
from gcrm.model.base import Base
from gcrm.model.change import Change
from gcrm.model.contact_person import ContactPerson
from gcrm.model.contact_point import ContactPoint
from gcrm.model.registry import RECORDS
from gcrm.services.changes import merged_into
from gcrm.services.personal_data.register import RULES, erased_tables

BATCH = 400
_TRACKED = frozenset(cls.__tablename__ for cls in RECORDS)
Rows = dict[str, set[int]]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: a contact or a person (`table`), by the id of its row."""

    table: str
    id: int


@dataclass(slots=True)
class Belongings:
    """Ids by table: rows that belong to the subject, rows of others that name it, and what the history knows besides.

    `contents` are the checksums of files that nobody else has, `past` also holds rows that are gone by now.
    """

    subject: Subject
    mine: Rows = field(default_factory=dict)
    naming: Rows = field(default_factory=dict)
    past: Rows = field(default_factory=dict)
    contents: set[str] = field(default_factory=set)

    def of(self, table: str) -> set[int]:
        """Return the ids of the rows of a table that belong to the subject now."""
        return self.mine.get(table, set())

    def all_of(self, table: str) -> set[int]:
        """Return the ids of the rows of a table that belong or belonged to the subject."""
        return self.of(table) | self.past.get(table, set())


def find(session: Session, subject: Subject) -> Belongings:
    """Find everything of a contact or a person."""
    found = Belongings(subject)
    found.mine[subject.table] = {subject.id}
    for name in erased_tables():
        if name not in _TRACKED:
            continue
        ids = found.mine.setdefault(name, set())
        ids |= _rows(session, Base.metadata.tables[name], RULES[name].by, found.mine)
        if name == "contact_person":
            found.mine["person"] = found.of("person") | _own_persons(session, ids)
        elif name == "activity":
            ids |= _calls(session, found)
        elif name == "activity_link":
            ids |= _links(session, found)
        found.naming[name] = _rows(session, Base.metadata.tables[name], RULES[name].names, found.mine) - ids
    _find_past(session, found)
    found.contents = _contents(session, found)
    return found


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield ids in pieces that one statement takes."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]


def _rows(session: Session, table: Table, ways: Mapping[str, str], known: Rows) -> set[int]:
    """Return the ids of rows that one of these ways leads to."""
    found: set[int] = set()
    for column, owner in ways.items():
        for batch in batches(known.get(owner, ())):
            found |= set(session.scalars(select(table.c.id).where(table.c[column].in_(batch))))
    return found


def _own_persons(session: Session, roles: Collection[int]) -> set[int]:
    """Return the persons who have no role elsewhere: others live on with the contacts they work for."""
    found: set[int] = set()
    for batch in batches(roles):
        found |= set(session.scalars(select(ContactPerson.person_id).where(ContactPerson.id.in_(batch))))
    for batch in batches(found):
        rows = session.execute(
            select(ContactPerson.id, ContactPerson.person_id).where(ContactPerson.person_id.in_(batch))
        )
        found -= {row.person_id for row in rows if row.id not in roles}
    return found


def _calls(session: Session, found: Belongings) -> set[int]:
    """Return calls of somebody unknown whose number is one of the subject's."""
    numbers: set[str] = set()
    for batch in batches(found.of("contact_person") if found.subject.table == "person" else found.of("contact")):
        owner = ContactPoint.contact_person_id if found.subject.table == "person" else ContactPoint.contact_id
        numbers |= set(
            session.scalars(select(ContactPoint.e164).where(owner.in_(batch), ContactPoint.e164.is_not(None)))
        )
    wanted = select(Activity.id).where(Activity.contact_id.is_(None), Activity.phone.in_(sorted(numbers)))
    return set(session.scalars(wanted)) if numbers else set()


def _links(session: Session, found: Belongings) -> set[int]:
    """Return the links by which activities of others point at what belongs to the subject."""
    links: set[int] = set()
    for table, ids in list(found.mine.items()):
        for batch in batches(ids):
            wanted = select(ActivityLink.id).where(ActivityLink.table_name == table, ActivityLink.record_id.in_(batch))
            links |= set(session.scalars(wanted))
    return links


def _contents(session: Session, found: Belongings) -> set[str]:
    """Return the contents of files, also of former ones, that no file of anybody else uses."""
    told: set[str] = set()
    for batch in batches(found.of("attachment")):
        told |= {sha for sha in session.scalars(select(Attachment.sha256).where(Attachment.id.in_(batch))) if sha}
    for batch in batches(found.all_of("attachment")):
        changes = select(Change.old, Change.new).where(Change.table_name == "attachment", Change.record_id.in_(batch))
        for row in session.execute(changes):
            told |= {values["sha256"] for values in map(_values, row) if values.get("sha256")}
    mine, kept = found.of("attachment"), set[str]()
    for sha256 in told:
        users = set(session.scalars(select(Attachment.id).where(Attachment.sha256 == sha256)))
        if users <= mine and session.get(Blob, sha256) is not None:
            kept.add(sha256)
    return kept


# --- the history ------------------------------------------------------------------------------------------------
def _find_past(session: Session, found: Belongings) -> None:
    """Find the rows that belonged to the subject and are gone, or only their history is left."""
    roots = merged_into(session, found.subject.id) if found.subject.table == "contact" else []
    told = select(Change.table_name, Change.record_id).where(Change.contact_id.in_(roots)).distinct()
    for name, record in session.execute(told) if roots else ():
        if name in RULES and RULES[name].by:
            found.past.setdefault(name, set()).add(record)
    if roots:
        found.past.setdefault("contact", set()).update(roots)
        found.past["person"] = _past_persons(session, found)
    for name in erased_tables():
        if name in _TRACKED and name not in ("contact", "person"):
            found.past.setdefault(name, set()).update(_hanging(session, name, found))
    for name, ids in found.past.items():
        ids -= found.of(name)
        ids -= _alive(session, Base.metadata.tables[name], ids)


def _past_persons(session: Session, found: Belongings) -> set[int]:
    """Return the persons who had a role at the contact."""
    persons: set[int] = set()
    for batch in batches(found.all_of("contact_person")):
        told = select(Change.old, Change.new).where(
            Change.table_name == "contact_person", Change.record_id.in_(batch), Change.action.in_(("I", "D"))
        )
        for row in session.execute(told):
            persons |= {values["person_id"] for values in map(_values, row) if values.get("person_id")}
    return persons


def _hanging(session: Session, name: str, found: Belongings) -> set[int]:
    """Return the rows of a table whose history says that they hung on something of the subject's.

    Their changes name no contact, so each that made or deleted a row is read.
    """
    ways = {column: owner for column, owner in RULES[name].by.items() if owner != "contact"}
    wanted = {column: found.all_of(owner) for column, owner in ways.items()}
    if not any(wanted.values()):
        return set()
    hanging: set[int] = set()
    told = select(Change.record_id, Change.old, Change.new).where(_whole(name))
    for record, *texts in session.execute(told):
        for values in map(_values, texts):
            if any(values.get(column) in ids for column, ids in wanted.items()):
                hanging.add(record)
    return hanging


def _whole(name: str) -> ColumnElement[bool]:
    """Return the condition for the changes of a table that tell whole rows."""
    return and_(
        Change.table_name == name, Change.action.in_(("I", "D")), or_(Change.old.is_not(None), Change.new.is_not(None))
    )


def _alive(session: Session, table: Table, ids: Collection[int]) -> set[int]:
    """Return those rows that exist: they went over to somebody else, with their history."""
    alive: set[int] = set()
    for batch in batches(ids):
        alive |= set(session.scalars(select(table.c.id).where(table.c.id.in_(batch))))
    return alive


def _values(text: str | None) -> dict[str, Any]:
    """Return a payload as it is written; empty where there is none, or it was erased."""
    return dict(json.loads(text)) if text else {}
