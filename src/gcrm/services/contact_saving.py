"""Saving what was edited on a contact, in two trips to the database.

The first opens the operation, locks the contact with those children that are edited, and reads all of it as it is now.
Then the edits are merged over that in memory. The second writes what differs, keeps the search index in step, asks
what the triggers noted, and commits. What was written is what is returned: nothing is read a second time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection, String, Text, bindparam, cast, literal, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from gcrm.errors import ConflictError, FieldConflict
from gcrm.i18n import _
from gcrm.model.address import Address
from gcrm.model.base import Record
from gcrm.model.category import Category, ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.registry import class_of, table_of
from gcrm.services import landing, row_writing
from gcrm.services.aggregate import Force, Key, Loaded, Patch, gone, merge, plain_columns
from gcrm.services.changed import Changed
from gcrm.services.changes import last_author
from gcrm.services.contact_rows import CHILDREN, Rows, aggregate_parts, joined, part, record_of, records_of
from gcrm.services.contact_rules import DEFAULTS, IN_TRASH, one_default, refuse_number_of, walk
from gcrm.services.database import Database
from gcrm.services.exchange.import_index import text_of
from gcrm.services.search import is_touched
from gcrm.services.search_custom import value_texts
from gcrm.services.trip import Asked, Prepared, ask
from gcrm.services.unit_of_work import UnitOfWork, begun, finished, opening, told, writing, written
from gcrm.services.unseen import blanked

NAMES = ("name", "first_name", "last_name")
"""What a contact is called where a user-defined field of another one names it."""
ELSEWHERE, TAKEN = "elsewhere", "taken"
ASIDE = (ELSEWHERE, TAKEN)
"""What stands in place of a table where a row tells something else."""
MORE = ("category", "custom_field")
R = TypeVar("R", bound=Record)


def write(database: Database, loaded: Loaded[Contact], patch: Patch, *, force: Force, label: str) -> Loaded[Contact]:
    """Write a patch of a contact over whatever the database holds now; return the aggregate as it is then.

    Raises what services/contact.py says of `save`.
    """
    name = loaded.record.display_name
    _require(database, patch)
    with writing(database) as session:
        saving = _Saving(database, session, loaded, patch)
        opened = opening(database, label, params={"name": name})
        saving.read(opened)
        saving.refuse(force)
        merge(session, patch, saving.present.get, force)
        changed = saving.write(opened[1]["its_key"])
    told(database, saving.operation, changed, opened)
    return Loaded(blanked(saving.merged, database.rights), walk).remember()


def _require(database: Database, patch: Patch) -> None:
    """Refuse, with the right that is missing, what a server would refuse without words."""
    rights = database.rights
    for (table, _id), edited in patch.fields.items():
        rights.require_write(table, "update", edited)
    for record in patch.added:
        rights.require_write(record.__tablename__, "insert")
    for table, _id in patch.removed:
        rights.require_write(table, "delete")


@dataclass(slots=True)
class _Saving:
    """One save: what was edited, and what the database holds of the contact.

    `rows` are the present records by table, `present` the same by key, `before` their values as they were read, `more`
    what else was read, `elsewhere` the persons who have roles at others too. `ids` are for new records, `asked` is what
    the second trip does, `touched` are the columns by table that it writes, `merged` is the contact as it is then.
    """

    database: Database
    session: Session
    loaded: Loaded[Contact]
    patch: Patch
    operation: int = 0
    rows: Rows = field(default_factory=dict)
    present: dict[Key, Record] = field(default_factory=dict)
    before: dict[Key, dict[str, Any]] = field(default_factory=dict)
    more: Rows = field(default_factory=dict)
    elsewhere: set[int] = field(default_factory=set)
    ids: dict[str, list[int]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    touched: dict[str, set[str]] = field(default_factory=dict)
    merged: Contact = field(default_factory=Contact)
    connection: Connection = field(init=False)
    engine: str = ""

    def __post_init__(self) -> None:
        self.connection = self.session.connection()
        self.engine = self.connection.dialect.name

    @property
    def contact(self) -> int:
        """Return the id of the contact."""
        return self.patch.root[1]

    def read(self, opened: Asked) -> None:
        """Make the first trip: open the operation, lock, read. Raises ConflictError when the contact is gone."""
        new: Counter[type[Record]] = Counter(type(record) for record in self.patch.added)
        draws = [] if self.engine == "sqlite" else [row_writing.ids_drawn(cls, count) for cls, count in new.items()]
        locks, reads = list(self._locks()), list(self._reads())
        self.operation, answers = begun(self.connection, opened, [*draws, *locks, *reads])
        for cls, rows in zip(new if draws else {}, answers, strict=False):
            self.ids[table_of(cls).name] = [row[0] for row in rows]
        found: dict[str, list[str]] = {}
        for name, row in chain.from_iterable(answers[-len(reads) :]):
            found.setdefault(name, []).append(row)
        self.elsewhere = set(map(int, found.get(ELSEWHERE, ())))
        for person in self.elsewhere:  # only the role ends here; the person stays
            self.patch.removed.pop((Person.__tablename__, person), None)
        refuse_number_of(*(record_of(Contact, json.loads(row)) for row in found.get(TAKEN, ())))
        self.rows = records_of((name, row) for name, rows in found.items() if name not in ASIDE for row in rows)
        self.more = {name: self.rows.pop(name, []) for name in MORE}
        self.present = {(name, record.id): record for name, records in self.rows.items() for record in records}
        self.before = {key: dict(vars(record)) for key, record in self.present.items()}
        if self.patch.root not in self.present:
            raise gone(self.session, self.patch.root)

    def _reads(self) -> Iterator[Asked]:
        """Yield what reads the contact as it is now, and what else decides how it is written."""
        engine, mine = self.engine, {"contact": self.contact}
        yield _present_rows(engine), mine
        number = self.patch.fields.get(self.patch.root, {}).get("number", (None, None))[1]
        if number:
            yield _taken(engine), {**mine, "its_number": number}
        categories = [record.category_id for record in self.patch.added if isinstance(record, ContactCategory)]
        if categories:
            yield Prepared(part(Category, engine).where(Category.id.in_(categories)), engine), {}
        roles = [record for record in self.patch.added if isinstance(record, ContactPerson)]
        known = {person for role in roles if (person := role.person.id if role.person else role.person_id)}
        if known:
            here = select(ContactPerson.person_id).where(ContactPerson.contact_id == self.contact)
            yield Prepared(part(Person, engine).where(Person.id.in_(known), Person.id.not_in(here)), engine), {}

    def _locks(self) -> Iterator[Asked]:
        """Yield what locks, on a server, the contact and those of its children that are edited."""
        if self.engine == "sqlite":
            return
        tables = {name for name, _id in (*self.patch.fields, *self.patch.removed)}
        tables |= {record.__tablename__ for record in self.patch.added}
        lockable: tuple[type[Record], ...] = (Contact, *CHILDREN, Person)
        for cls in lockable:
            if cls is Contact or table_of(cls).name in tables:
                yield _lock(cls, self.engine), {"contact": self.contact}

    def refuse(self, force: Force) -> None:
        """Say who moved the contact to the trash that was not there when it was read."""
        key, contact = self.patch.root, self.rows["contact"][0]
        since = getattr(contact, IN_TRASH)
        if since is None or (key, IN_TRASH) in force or self.loaded.base.get(key, {}).get(IN_TRASH) is not None:
            return
        author = last_author(self.session, *key, IN_TRASH)
        sentence = _("{name} moved this contact to the trash. Restore it to save what you typed.")
        raise ConflictError(sentence.format(name=author), (FieldConflict(key, IN_TRASH, None, None, since, author),))

    def write(self, key: str | None) -> frozenset[Changed]:
        """Write what differs after the merge and commit; return what the triggers noted."""
        self._remove()
        added = self._add()
        self._keep_one_default(added)
        self._update()
        self.merged = joined(self.rows)
        if not self.touched:
            self.session.rollback()
            return frozenset()
        work = UnitOfWork(self.database, self.session, self.operation, key)
        if not self._is_searched():
            return written(work, self.asked)
        if self._concerns_others():
            ask(self.connection, self.asked)
            changed = finished(work, index=True)
            landing.commit(self.session, self.database, key)
            return changed
        return written(work, [*self.asked, row_writing.text_kept(self.contact, self._text(), self.engine)])

    def _remove(self) -> None:
        """Delete what was removed, children of children first; what the database deletes with them goes, too."""
        gone_now = [key for key in self.patch.removed if key in self.present]
        for key in sorted(gone_now, key=lambda key: row_writing.place_of(class_of(key[0])), reverse=True):
            self.asked.append(row_writing.deleted(key, self.engine))
            self._note(key[0], plain_columns(class_of(key[0])))
        links = {key[1] for key in gone_now if key[0] == "contact_person"}
        lost = {key for key, record in self.present.items() if getattr(record, "contact_person_id", None) in links}
        for name, record in {*gone_now, *lost}:
            self.rows[name].remove(self.present.pop((name, record)))

    def _add(self) -> list[Record]:
        """Insert what was added, as copies: what a window holds stays as it was until it is shown what is saved."""
        person_of = {id(link): link.person for link in self.loaded.record.persons}
        link_of = {id(point): link for link in self.loaded.record.persons for point in link.points}
        copies: dict[int, Record] = {}
        for record in self.patch.added:
            copy = copies[id(record)] = row_writing.copied(record, self.database.home, self.engine)
            if person_of.get(id(record)) is not None:
                person = person_of[id(record)]
                set_committed_value(copy, "person_id", copies.get(id(person), person).id)
            if id(record) in link_of:
                link = link_of[id(record)]
                set_committed_value(copy, "contact_person_id", copies.get(id(link), link).id)
            self._insert(copy)
        return list(copies.values())

    def _insert(self, record: Record) -> None:
        """Insert a record: on a server with an id that was drawn, in a file at once, which tells its id."""
        name = record.__tablename__
        self._note(name, plain_columns(type(record)))
        if name in self.ids:
            set_committed_value(record, "id", self.ids[name].pop(0))
            self.asked.append(row_writing.inserted(record, self.database.user_id, self.engine))
        else:
            self._send()
            asked = row_writing.inserted(record, self.database.user_id, self.engine)
            set_committed_value(record, "id", ask(self.connection, [asked])[0][0][0])
        self.rows.setdefault(name, []).append(record)
        self.present[name, record.id], self.before[name, record.id] = record, dict(vars(record))

    def _send(self) -> None:
        """Carry out what is to be done before the next statement, where there is no trip to save."""
        ask(self.connection, self.asked)
        self.asked.clear()

    def _keep_one_default(self, added: list[Record]) -> None:
        """Keep exactly one default also where somebody else chose another meanwhile: the one chosen last wins."""
        chosen = {key for key, edited in self.patch.fields.items() if edited.get("is_default", (None, False))[1]}
        chosen |= {(record.__tablename__, record.id) for record in added if getattr(record, "is_default", False)}
        edited = {name for name, _id in (*self.patch.fields, *self.patch.removed)}
        edited |= {record.__tablename__ for record in added}
        for cls, _counts, per in DEFAULTS:
            groups: dict[tuple[Any, ...], list[Any]] = {}
            rows: list[Any] = self.rows.get(cls.__tablename__, []) if cls.__tablename__ in edited else []
            for row in sorted(filter(_counts_as_default, rows), key=lambda row: row.id):
                groups.setdefault(tuple(getattr(row, name) for name in per), []).append(row)
            for group in groups.values():
                one_default(sorted(group, key=lambda row: (row.__tablename__, row.id) in chosen))

    def _update(self) -> None:
        """Write the columns that differ; the contact is touched also where only its children do."""
        home, user = self.database.home, self.database.user_id
        for key, record in self.present.items():
            names = row_writing.settle(record, self.before[key], home, self.engine)
            if names:
                self._note(key[0], names)
            if key != self.patch.root and names:
                self.asked.append(row_writing.updated(record, names, user, self.engine))
        root = tuple(sorted(self.touched.get("contact", ())))
        if self.touched:
            self.asked.append(row_writing.updated(self.present[self.patch.root], root, user, self.engine))

    def _note(self, table: str, names: Iterable[str]) -> None:
        self.touched.setdefault(table, set()).update(names)

    def _is_searched(self) -> bool:
        """Tell whether what is written is in the search index."""
        return any(is_touched(class_of(name), columns) for name, columns in self.touched.items())

    def _concerns_others(self) -> bool:
        """Tell whether the index of other contacts may be touched, or that of this one has names of others in it."""
        if self.elsewhere and "person" in self.touched:
            return True
        linking: list[Any] = self.more["custom_field"]
        if linking and not self.touched.get("contact", set()).isdisjoint(NAMES):
            return True
        return any(
            one.key in (getattr(record, "custom", None) or ())
            for one in linking
            for record in self.rows.get(one.owner, ())
        )

    def _text(self) -> str:
        """Return what the contact is found by from now on."""
        names = {category.id: category.name for category in self._more(Category)}
        mine = [names[link.category_id] for link in self.merged.categories]
        points: list[Any] = self.rows.get("contact_point", [])

        def kept(_owner: str, values: Mapping[str, Any]) -> Iterator[str]:
            return chain.from_iterable(map(value_texts, values.values()))

        hidden = self.database.rights.unindexed
        return text_of(self.merged, sorted(points, key=lambda point: point.id), mine, kept, hidden)

    def _more(self, cls: type[R]) -> list[R]:
        """Return the records of a class that were read beside the contact."""
        return [record for record in self.more[cls.__tablename__] if isinstance(record, cls)]


def _counts_as_default(record: Any) -> bool:
    """Tell whether a record is one of those of which one is the default: what DEFAULTS says to the database."""
    if isinstance(record, Address):
        return record.is_present()
    return not isinstance(record, ContactPoint) or record.contact_person_id is None


@cache
def _present_rows(engine: str) -> Prepared:
    """Return the statement for the rows of :contact, and for what its index text depends on besides.

    These are its categories, the user-defined fields that name other contacts, and those of its people who have roles
    at others.
    """
    wanted = bindparam("contact", type_=Contact.id.type)
    links = select(ContactCategory.category_id).where(ContactCategory.contact_id == wanted)
    mine = select(ContactPerson.person_id).where(ContactPerson.contact_id == wanted)
    person = cast(ContactPerson.person_id, Text)
    roles = select(literal(ELSEWHERE, String).label("t"), person.label("j")).where(
        ContactPerson.person_id.in_(mine), ContactPerson.contact_id != wanted
    )
    return Prepared(
        union_all(
            *aggregate_parts(engine),
            part(Category, engine).where(Category.id.in_(links)),
            part(CustomField, engine).where(CustomField.kind == "contact"),
            roles,
        ),
        engine,
    )


@cache
def _taken(engine: str) -> Prepared:
    """Return the statement for another contact than :contact that has a number."""
    number, wanted = bindparam("its_number", type_=Text), bindparam("contact", type_=Contact.id.type)
    found = part(Contact, engine, TAKEN).where(Contact.number == number, Contact.id != wanted)
    return Prepared(found.limit(1), engine)


@cache
def _lock(cls: type[Record], engine: str) -> Prepared:
    """Return the statement that locks the rows of a class which belong to :contact."""
    wanted = bindparam("contact", type_=Contact.id.type)
    columns = table_of(cls).c
    if cls is Contact:
        mine = columns.id == wanted
    elif cls is Person:
        mine = columns.id.in_(select(ContactPerson.person_id).where(ContactPerson.contact_id == wanted))
    else:
        mine = columns.contact_id == wanted
    return Prepared(select(columns.id).where(mine).order_by(columns.id).with_for_update(), engine)
