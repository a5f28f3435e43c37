"""Everything that is kept about a contact or a person, in words: what an answer by GDPR Art. 15 has to tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.base import Base, now
from gcrm.model.category import Category
from gcrm.model.change import Change, Operation
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.custom_field import OWNERS
from gcrm.model.erasure import Erasure
from gcrm.model.fields import Field, fields_of
from gcrm.model.registry import class_of
from gcrm.model.rights import Rights
from gcrm.model.user import Company, User
from gcrm.services.activity_types import built_in, types
from gcrm.services.changes import payload
from gcrm.services.contact_data import names_of, plain
from gcrm.services.custom_field import fields as custom_fields
from gcrm.services.database import Database
from gcrm.services.exchange.kept_words import in_words
from gcrm.services.home import of_main
from gcrm.services.personal_data.belongings import Belongings, Subject, batches, find
from gcrm.services.personal_data.plan import name_of, subject_of
from gcrm.services.personal_data.register import RULES, erased_tables
from gcrm.services.privacy import viewer, visible_to
from gcrm.services.private_history import hidden_changes
from gcrm.services.showing import show

UNSPOKEN = frozenset({"record", "contact", "json"})
"""Kinds of fields that are told by what they point to, or only in the file for machines."""
INSIDE = frozenset({"id", "name_key", "town_key", "value_key", "suffix"})
"""Columns that say nothing that another one does not say; the file for machines leaves them out."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is kept, with its label in the language in force."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: what it is about, when it was made, and its facts. `file` is the id of an attachment with content."""

    facts: tuple[Fact, ...]
    made_at: datetime | None = None
    file: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table."""

    table: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is kept about somebody. `rows` are the plain records by table and `history` the former values, for machines.

    `is_whole`: whoever reads it sees all of the office; else something may be missing.
    """

    subject: Subject
    name: str
    number: str
    taken_at: datetime
    office: str
    is_whole: bool
    sections: tuple[Section, ...]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    history: Sequence[Mapping[str, Any]]
    restricted_until: str = ""

    @property
    def files(self) -> tuple[int, ...]:
        """Return the ids of the files whose contents are kept."""
        return tuple(entry.file for section in self.sections for entry in section.entries if entry.file is not None)


def dossier(database: Database, subject: Subject) -> Dossier:
    """Collect everything about a contact or a person that whoever works may see. UserError where it is gone."""
    rights = database.rights
    with database.read() as session:
        record = subject_of(session, subject)
        found = find(session, subject)
        seen = _Seen(session, rights)
        sections, rows = [], {}
        for name in (*erased_tables(), Erasure.__tablename__):
            if name not in Base.metadata.tables or name == "contact_search" or not rights.sees(name):
                continue
            told = list(seen.rows(name, _ids(session, name, found, subject)))
            if told:
                rows[name] = [seen.data(name, row) for row in told]
                sections.append(Section(name, _(RULES[name].title), tuple(seen.entry(name, row) for row in told)))
        history = list(_history(session, found, rights))
        until = getattr(record, "restricted_until", None)
        return Dossier(
            subject,
            name_of(record),
            (record.number or "") if isinstance(record, Contact) else "",
            now(),
            seen.office(),
            database.is_owner and not rights.hidden and not seen.has_hidden,
            tuple(sections),
            rows,
            history,
            show(until, "date"),
        )


def _ids(session: Session, name: str, found: Belongings, subject: Subject) -> set[int]:
    """Return the rows of a table to tell: those that belong to the subject and those that name it."""
    if name == Erasure.__tablename__:
        column = Erasure.contact_id if subject.table == "contact" else Erasure.person_id
        return set(session.scalars(select(Erasure.id).where(column == subject.id)))
    return found.of(name) | found.naming.get(name, set())


class _Seen:
    """Reads rows for the eyes of somebody, and says them in words."""

    def __init__(self, session: Session, rights: Rights) -> None:
        self._session = session
        self._rights = rights
        self._names: dict[str, dict[int, str]] = {}
        self._types: dict[str, str] = {}
        self.has_hidden = False
        self._custom = {
            owner: {field.key: field.as_field() for field in custom_fields(session, owner, hidden=True)}
            for owner, _label in OWNERS
        }

    def office(self) -> str:
        """Return the name of the office, "" where nobody entered one."""
        return self._session.scalar(of_main(Company.name)) or ""

    def rows(self, name: str, ids: Iterable[int]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a table by id; private activities of others, and what hangs on them, stay out."""
        table = Base.metadata.tables[name]
        for batch in batches(ids):
            wanted = select(table).where(table.c.id.in_(batch)).order_by(table.c.id)
            found: list[dict[str, Any]] = [dict(row._mapping) for row in self._session.execute(wanted)]
            hidden = self._hidden({row["id"] if name == "activity" else row.get("activity_id") for row in found})
            key = "id" if name == "activity" else "activity_id"
            yield from (row for row in found if row.get(key) not in hidden)

    def _hidden(self, activities: set[int | None]) -> set[int]:
        """Return those activities that may not be seen."""
        wanted = {each for each in activities if each is not None}
        if viewer(self._session) is None or not wanted:
            return set()
        seen: set[int] = set()
        for batch in batches(wanted):
            mine = select(Activity.id).where(Activity.id.in_(batch), visible_to(viewer(self._session)))
            seen |= set(self._session.scalars(mine))
        self.has_hidden = self.has_hidden or bool(wanted - seen)
        return wanted - seen

    def data(self, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row for machines: all columns that may be seen."""
        return {
            column: plain(value)
            for column, value in row.items()
            if (column not in INSIDE or column == "id") and self._rights.sees(name, column)
        }

    def entry(self, name: str, row: Mapping[str, Any]) -> Entry:
        """Return a row in words."""
        has_file = name == "attachment" and row["sha256"]
        return Entry(tuple(self._facts(name, row)), row.get("created_at"), row["id"] if has_file else None)

    def _facts(self, name: str, row: Mapping[str, Any]) -> Iterator[Fact]:
        for column, told in fields_of(class_of(name)).items():
            if not self._rights.sees(name, column):
                continue
            if column == "custom":
                yield from self._custom_facts(name, row[column] or {})
                continue
            text = "" if _says_nothing(name, column, row) else self._text(column, told, row[column])
            if text:
                yield Fact(_(told.label), text)

    def _custom_facts(self, name: str, values: Mapping[str, Any]) -> Iterator[Fact]:
        known = self._custom.get(name, {})
        for key, value in values.items():
            told = known.get(key)
            text = show(value, told.kind, told.choices) if told else str(value)
            if text:
                yield Fact(told.label if told else key, text)

    def _text(self, column: str, told: Field, value: Any) -> str:
        """Return a value in words: what a reference points to by its name."""
        if value in (None, "", [], {}, False):
            return ""
        if told.kind == "record" and column == "type":
            return self._type(value)
        if column in ("category_id", "responsible_id", "delegated_by", "done_by", "user_id", "sender_id"):
            return self._name("category" if column == "category_id" else "user", value)
        if column in ("person_id", "contact_person_id"):
            return self._person(column, value)
        if column == "contact_id" and told.kind == "contact":
            return names_of(self._session, [value]).get(value, "")
        if told.kind == "json":
            return "; ".join(_told(value) if column == "kept" and isinstance(value, list) else _words(value))
        return "" if told.kind in UNSPOKEN else show(value, told.kind, told.choices)

    def _person(self, column: str, record: int) -> str:
        """Return the name of a person, or of who has a role."""
        role = self._session.get(ContactPerson, record) if column == "contact_person_id" else None
        person = self._session.get(Person, role.person_id if role is not None else record)
        return person.full_name if person is not None and (role is not None or column == "person_id") else ""

    def _type(self, key: str) -> str:
        """Return what kind of activity it is."""
        self._types = self._types or {row.key: row.label for row in types(self._session)}
        return self._types.get(key) or built_in(key).label

    def _name(self, table: str, record: int) -> str:
        if table not in self._names:
            cls: Any = Category if table == "category" else User
            self._names[table] = {row.id: row.name for row in self._session.execute(select(cls.id, cls.name))}
        return self._names[table].get(record, "")


def _says_nothing(name: str, column: str, row: Mapping[str, Any]) -> bool:
    """Tell whether a column only says how another one is meant that is empty."""
    return name == "activity" and column == "follow_up_all_day" and row["follow_up_at"] is None


def _told(lines: Sequence[Any]) -> Iterator[str]:
    """Yield what an import kept, line by line."""
    yield from (f"{label}: {text}" if label else text for label, text in in_words(lines))


def _words(value: Any) -> Iterator[str]:
    """Yield the plain values inside a JSON value."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from (f"{key}: {word}" for word in _words(each))
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif value not in (None, ""):
        yield str(value)


def _history(session: Session, found: Belongings, rights: Rights) -> Iterator[dict[str, Any]]:
    """Yield what the history tells of the subject, change by change, the oldest first."""
    told = []
    for name in erased_tables():
        ids = found.all_of(name) if name != "contact_search" and rights.sees(name) else ()
        for batch in batches(ids):
            mine = (Change.table_name == name, Change.record_id.in_(batch))
            wanted = select(Change, Operation.at).join(Operation, Operation.id == Change.operation_id).where(*mine)
            rows = session.execute(wanted).all()
            hidden = hidden_changes(session, [row[0] for row in rows], viewer(session))
            told += [row for row in rows if row[0].id not in hidden]
    for change, at in sorted(told, key=lambda row: int(row[0].id)):
        yield {
            "at": plain(at),
            "table": change.table_name,
            "record": change.record_id,
            "action": change.action,
            "old": _payload(change.table_name, change.old, rights),
            "new": _payload(change.table_name, change.new, rights),
        }


def _payload(name: str, text: str | None, rights: Rights) -> dict[str, Any]:
    return {key: plain(value) for key, value in payload(name, text).items() if rights.sees(name, key)}
