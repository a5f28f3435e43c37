"""Where somebody is named in the records of others: in what stands there now, and in what their history tells.

Nobody but people can judge what such a text says, and whether it means this person: all of it is listed only. A name
that was taken out of a text by hand stands in its history still, which an erasure takes out where people say so.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, Text, cast, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.base import Base
from gcrm.model.change import Change, Operation
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.fields import field_of_column
from gcrm.model.registry import RECORDS, table_of
from gcrm.services.personal_data.belongings import Belongings, Rows, batches
from gcrm.services.personal_data.papers import Paper
from gcrm.services.personal_data.register import RULES
from gcrm.services.privacy import viewer, visible_to
from gcrm.services.private_history import hidden_changes
from gcrm.services.search_shape import like
from gcrm.services.showing import show_date

MOST = 100
AROUND = 30
"""Letters before and behind a name that show what a former text said."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A row of somebody else in which the name or an address stands; nobody but people can judge what it says.

    `about` is the day and the beginning of an activity, by which it is found among many.
    """

    table: str
    id: int
    title: str
    contact: int | None
    label: str
    about: str = ""

    def where(self) -> str:
        """Return where it stands, in words."""
        return " · ".join(part for part in (self.label, self.about) if part)


def present(session: Session, found: Belongings, wanted: Collection[str]) -> Iterator[Mention]:
    """Yield rows of others in which one of these words stands."""
    left = MOST
    for cls in RECORDS:
        name, table = cls.__tablename__, table_of(cls)
        texts = [table.c[column] for column in _texts(name)]
        if name not in RULES or name in ("change", "erasure") or not texts or not wanted:
            continue
        hits = or_(*(_holds(text, word) for text in texts for word in wanted))
        for record_id in session.scalars(select(table.c.id).where(hits).limit(left + len(found.of(name)))):
            if record_id not in found.of(name) and left:
                left -= 1
                yield _mention(session, name, record_id)


def seen(session: Session, named: Collection[Mention]) -> tuple[Mention, ...]:
    """Return those of these rows that are no private activity of somebody else, and hang on none."""
    one, shown = aliased(Activity), set[Paper]()
    for name, ids in rows_of((each.table, each.id) for each in named).items():
        table = Base.metadata.tables[name]
        owner = table.c.id if name == Activity.__tablename__ else table.c.get("activity_id")
        wanted = select(table.c.id)
        if owner is not None:
            visible = select(one.id).where(one.id == owner, visible_to(viewer(session), one))
            wanted = wanted.where(or_(owner.is_(None), visible.exists()))
        for batch in batches(ids):
            shown.update((name, record) for record in session.scalars(wanted.where(table.c.id.in_(batch))))
    return tuple(each for each in named if (each.table, each.id) in shown)


def _texts(name: str) -> Iterator[str]:
    """Yield the columns of a table in which people write."""
    table = Base.metadata.tables[name]
    for column in table.columns:
        told = field_of_column(table, column.name)
        if told is not None and isinstance(column.type, (Text, JSON)) and not told.choices and column.name != "sha256":
            yield column.name


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    """Return the condition that a text holds a word, upper and lower case of ASCII alike."""
    text = cast(column, Text) if isinstance(column.type, JSON) else column
    return func.lower(text).like(func.lower(like(word)), escape="\\")


def _mention(session: Session, name: str, record: int) -> Mention:
    """Return what is told of a row that names the subject."""
    table = Base.metadata.tables[name]
    found = session.execute(select(table).where(table.c.id == record)).mappings().one()
    contact = record if name == "contact" else found.get("contact_id")
    if contact is None and name == "person":
        contact = session.scalar(select(ContactPerson.contact_id).where(ContactPerson.person_id == record).limit(1))
    if contact is None and found.get("activity_id"):
        contact = session.scalar(select(Activity.contact_id).where(Activity.id == found["activity_id"]))
    owner = session.get(Contact, contact) if contact is not None else None
    label = owner.display_name if owner is not None else str(found.get("name") or record)
    title = RULES[name].title
    about = _beginning(found) if name == Activity.__tablename__ else ""
    return Mention(name, record, _(title) if title else name, contact, label, about)


def _beginning(row: Any) -> str:
    """Return when an activity was, and how it begins."""
    return f"{show_date(row['at'].astimezone().date())}, {' '.join((row['subject'] or row['text']).split())[:60]}"


# --- former texts -------------------------------------------------------------------------------------------------
def former(
    session: Session, found: Belongings, words: Collection[str], present: Iterable[Mention]
) -> Iterator[Mention]:
    """Yield records of others whose history has one of these words, while nothing of what is `present` has any more.

    What is private to others is named without a word of it.
    """
    if not words:
        return
    known, left = {(each.table, each.id) for each in present}, MOST
    newest = func.max(Change.id)
    wanted = select(Change.table_name, Change.record_id, newest).where(_told(words), Change.table_name.in_(RULES))
    grouped = wanted.group_by(Change.table_name, Change.record_id).order_by(newest.desc())
    changes: list[Change] = []
    for table, record, change in session.execute(grouped).all():
        if left and record not in found.all_of(table) and (table, record) not in known:
            left -= 1
            changes.append(session.get_one(Change, change))
    hidden = hidden_changes(session, changes, viewer(session))
    for told in changes:
        yield _former(session, told, () if told.id in hidden else words)


def take_out(session: Session, chosen: Collection[Paper], words: Collection[str]) -> tuple[set[int], int]:
    """Empty the changes of chosen records that have one of these words; return their operations, and how many."""
    operations: set[int] = set()
    count = 0
    for table, ids in rows_of(chosen).items():
        for batch in batches(ids):
            mine = (Change.table_name == table, Change.record_id.in_(batch), _told(words))
            operations |= set(session.scalars(select(Change.operation_id).where(*mine).distinct()))
            empty = update(Change).where(*mine).values(salt=None, old=None, new=None)
            done: Any = session.execute(empty.execution_options(synchronize_session=False))
            count += done.rowcount
    return operations, count


def rows_of(chosen: Iterable[Paper]) -> Rows:
    """Return records by their table."""
    found: Rows = {}
    for table, record in chosen:
        found.setdefault(table, set()).add(record)
    return found


def _told(words: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a change tells one of these words, as it is or as JSON writes it."""
    forms = sorted({form for word in words for form in (word, json.dumps(word)[1:-1])})
    return or_(*(_holds(text, form) for text in (Change.old, Change.new) for form in forms))


def _former(session: Session, change: Change, words: Collection[str]) -> Mention:
    """Return what a change told of the subject: in whose record, on which day, and around the name."""
    title = RULES[change.table_name].title
    contact = change.record_id if change.table_name == "contact" else change.contact_id
    owner = session.get(Contact, contact) if contact is not None else None
    label = owner.display_name if owner is not None else str(change.record_id)
    day = show_date(session.get_one(Operation, change.operation_id).at.astimezone().date())
    texts = (value for told in (change.new, change.old) for value in _values(told) if isinstance(value, str))
    said = next((around for text in texts if (around := _around(text, words))), "")
    about = ", ".join(part for part in (day, said) if part)
    name = change.table_name
    return Mention(name, change.record_id, _(title) if title else name, contact, label, about)


def _values(told: str | None) -> Iterable[Any]:
    """Return the values that one side of a change tells."""
    values = json.loads(told) if told else {}
    return values.values() if isinstance(values, dict) else ()


def _around(text: str, words: Collection[str]) -> str:
    """Return what stands around the first of these words, "" where none is there."""
    plain = " ".join(text.split())
    for word in words:
        place = plain.lower().find(word.lower())
        if place >= 0:
            begin, end = max(0, place - AROUND), place + len(word) + AROUND
            return f"{'…' if begin else ''}{plain[begin:end]}{'…' if end < len(plain) else ''}"
    return ""
