"""Erasing somebody for good: the rows, what the history told of them, the files; one operation that nobody undoes.

What goes leaves two traces that name nobody: the changes without their content, each still a link of the chain, and a
record of the erasure (model/erasure.py) with the ids of what was erased, by which the check knows that all is well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Text, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from gcrm.i18n import N_, _
from gcrm.model.appointment import Appointment
from gcrm.model.attachment import Attachment, Blob
from gcrm.model.base import Base, now
from gcrm.model.change import Change, ContactSearch, Operation
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.erasure import Erasure
from gcrm.model.guards.erasing import blanks
from gcrm.model.registry import table_of
from gcrm.services.database import Database
from gcrm.services.personal_data import by_server, mentions
from gcrm.services.personal_data.belongings import Belongings, Rows, Subject, batches, find
from gcrm.services.personal_data.papers import KeptPaper, Paper
from gcrm.services.personal_data.plan import (
    kept_papers,
    name_of,
    needles,
    plan,
    refuse_blind,
    rows_kept,
    subject_of,
)
from gcrm.services.personal_data.register import RULES, erased_tables
from gcrm.services.personal_data.sweep import SWEPT, Swept, is_due, sweep
from gcrm.services.progress import Progress, Silence
from gcrm.services.unit_of_work import ERASED_MARK, UnitOfWork, unit_of_work

KIND = "erase"
"""The kind of the operation; it is no step of undo."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: the number of the erasure, rows and changes that went, until when the rest is kept, and how
    clean the database is (`swept`).
    """

    erasure: int
    rows: int
    changes: int
    kept: int
    kept_until: date | None
    swept: Swept


def erase(
    database: Database,
    subject: Subject,
    *,
    release: Collection[Paper] = (),
    former: Collection[Paper] = (),
    reason: str = "request",
    asked_on: date | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Erased:
    """Erase a contact or a person. Nobody can take it back.

    Papers that the law wants kept stay, but for those in `release`, of which people say that the law does not. `former`
    are records of others that named the subject, as the plan told them: what their history says of it goes as well.
    Raises UserError for whoever may not delete, or does not see everything.
    """
    refuse_blind(database)
    watched, day = progress or Silence(), today or date.today()
    watched.report(0, 0, _("Erasing personal data"))
    if not database.is_owner:
        return _by_server(database, subject, release, reason, asked_on or day)
    with unit_of_work(database, N_("Personal data erased"), kind=KIND) as work:
        record = subject_of(work.session, subject)
        found = find(work.session, subject)
        papers = [each for each in kept_papers(work.session, found, day) if each.paper not in release]
        words = needles(work.session, found, record), name_of(record)
        named = set(former) & _named_once(work.session, found, words[0]) if former else set[Paper]()
        work.session.expunge_all()
        told = {"reason": reason, "asked_on": asked_on or day}
        done = _carry_out(work, found, papers, named, words, told)
    database.latest = None
    watched.report(0, 0, _("Cleaning the database"))
    swept = sweep(database, {name: found.all_of(name) for name in SWEPT})
    return Erased(*done, max((each.until for each in papers), default=None), swept)


def _named_once(session: Session, found: Belongings, words: Collection[str]) -> set[Paper]:
    """Return the records of others that named the subject once, and do no more."""
    present = list(mentions.present(session, found, words))
    return {(each.table, each.id) for each in mentions.former(session, found, words, present)}


def _by_server(database: Database, subject: Subject, release: Collection[Paper], reason: str, asked_on: date) -> Erased:
    """Let the server erase, for an administrator who does not own the office."""
    papers = [each for each in plan(database, subject).papers if each.paper not in release]
    with unit_of_work(database, N_("Personal data erased"), kind=KIND) as work:
        done = by_server.erase(work.session, subject, [_as_json(each) for each in papers], reason, asked_on)
    database.latest = None
    gone = {name: {*done["gone"].get(name, ()), *done["past"].get(name, ())} for name in SWEPT}
    until = max((each.until for each in papers), default=None)
    return Erased(done["erasure"], done["rows"], done["changes"], done["kept"], until, sweep(database, gone))


def _carry_out(
    work: UnitOfWork,
    found: Belongings,
    papers: list[KeptPaper],
    former: Collection[Paper],
    words: tuple[tuple[str, ...], str],
    told: dict[str, Any],
) -> tuple[int, int, int, int]:
    """Erase inside an operation; return the erasure, and how many rows and changes went and rows stayed."""
    session = work.session
    stays = rows_kept(session, found, [each.paper for each in papers])
    told_of = _loosen(session, found, stays, words[0])
    employers = _employers(session, found.of("contact_person"))
    gone = _delete_rows(session, found, stays)
    if found.subject.table == "person":
        _new_defaults(session, employers)
    if stays:
        _reduce(work, found.subject.id, max(each.until for each in papers))
    _delete_contents(session, found, stays)
    erased = _erased_records(found, stays, told_of)
    operations, changes = _take_out(session, erased)
    of_others, emptied = mentions.take_out(session, former, words[0])
    for name in stays.keys() - {"contact"}:
        operations |= _operations(session, name, stays[name])
    _take_names_out(session, operations | of_others, words[1])
    for name, ids in mentions.rows_of(former).items():
        erased[name] = erased.get(name, set()) | ids
    contact = found.subject.id if found.subject.table == "contact" else None
    made = Erasure(
        contact_id=contact,
        person_id=found.subject.id if contact is None else None,
        records={name: sorted(ids) for name, ids in erased.items() if ids},
        kept=[_as_json(each) for each in papers],
        kept_until=max((each.until for each in papers), default=None),
        **told,
    )
    session.add(made)
    session.flush()
    return made.id, gone, changes + emptied, sum(len(ids) for ids in stays.values())


def _as_json(paper: KeptPaper) -> dict[str, Any]:
    """Return what is noted of a kept paper: no word of it."""
    return {
        "table": paper.paper[0], "id": paper.paper[1], "until": paper.until.isoformat(), "law": paper.source,
    }  # fmt: skip


def _loosen(session: Session, found: Belongings, stays: Rows, words: Iterable[str]) -> Rows:
    """Take the names out of rows that stay, those of others and files of activities that go.

    Returns the rows of others whose history tells of the subject all the same.
    """
    for name, ids in found.naming.items():
        table = Base.metadata.tables[name]
        for column, owner in RULES[name].names.items():
            for batch in batches(ids):
                for mine in batches(found.of(owner)):
                    named = (table.c.id.in_(batch), table.c[column].in_(mine))
                    session.execute(update(table).where(*named).values({column: None}))
    for batch in batches(stays.get("attachment", ())):
        of_others = Attachment.activity_id.not_in(sorted(stays["activity"]))
        loose = update(Attachment).where(Attachment.id.in_(batch), of_others).values(activity_id=None)
        session.execute(loose.execution_options(synchronize_session=False))
    mails = sorted({word.lower() for word in words if "@" in word})
    theirs = func.lower(Appointment.organizer).in_(mails)
    invited = set(session.scalars(select(Appointment.id).where(theirs))) if mails else set()
    for batch in batches(invited - found.of("appointment")):
        loose = update(Appointment).where(Appointment.id.in_(batch)).values(organizer="")
        session.execute(loose.execution_options(synchronize_session=False))
    return {"appointment": invited}


def _delete_rows(session: Session, found: Belongings, stays: Rows) -> int:
    """Delete what belongs to the subject, children first; return how many rows."""
    gone = 0
    order = [table.name for table in reversed(Base.metadata.sorted_tables) if table.name in erased_tables()]
    for name in order:
        table = Base.metadata.tables[name]
        if name == ContactSearch.__tablename__:
            for batch in batches(found.of("contact")):
                session.execute(delete(table).where(table.c.contact_id.in_(batch)))
            continue
        for batch in batches(found.of(name) - stays.get(name, set())):
            session.execute(delete(table).where(table.c.id.in_(batch)))
            gone += len(batch)
    return gone


def _employers(session: Session, roles: set[int]) -> set[int]:
    """Return the contacts at which these roles are."""
    found: set[int] = set()
    for batch in batches(roles):
        found |= set(session.scalars(select(ContactPerson.contact_id).where(ContactPerson.id.in_(batch))))
    return found


def _new_defaults(session: Session, contacts: set[int]) -> None:
    """Make the first of the persons who are left the default where the default one went."""
    for contact in sorted(contacts):
        mine = select(ContactPerson.id, ContactPerson.is_default).where(ContactPerson.contact_id == contact)
        left = session.execute(mine.order_by(ContactPerson.id)).all()
        if left and not any(row.is_default for row in left):
            first = update(ContactPerson).where(ContactPerson.id == left[0].id).values(is_default=True)
            session.execute(first.execution_options(synchronize_session=False))


def _reduce(work: UnitOfWork, contact: int, until: date) -> None:
    """Leave of a contact who it was, and let nobody work with it until the day on which the rest goes."""
    table, values = table_of(Contact), dict(blanks())
    values |= {"restricted_until": until, "archived_at": None, "deleted_at": now()}
    values |= {"version": table.c.version + 1, "changed_at": now(), "changed_by": work.user_id}
    work.session.execute(update(table).where(table.c.id == contact).values(**values))


def _delete_contents(session: Session, found: Belongings, stays: Rows) -> None:
    """Delete the contents of files that nobody has any more; undo does not get them back either."""
    kept: set[str] = set()
    for batch in batches(stays.get("attachment", ())):
        kept |= {each for each in session.scalars(select(Attachment.sha256).where(Attachment.id.in_(batch))) if each}
    for sha256 in sorted(found.contents - kept):
        session.execute(delete(Blob).where(Blob.sha256 == sha256).execution_options(synchronize_session=False))


# --- the history ------------------------------------------------------------------------------------------------
def _erased_records(found: Belongings, stays: Rows, told_of: Rows) -> dict[str, set[int]]:
    """Return the records whose history is taken out: all but kept papers; of a reduced contact what it was, too."""
    tables = [name for name in erased_tables() if name != ContactSearch.__tablename__]
    kept = {name: ids for name, ids in stays.items() if name != "contact"}
    return {name: (found.all_of(name) | told_of.get(name, set())) - kept.get(name, set()) for name in tables}


def _take_out(session: Session, erased: dict[str, set[int]]) -> tuple[set[int], int]:
    """Take the content out of all changes of these records; return their operations, and how many changes they are."""
    operations: set[int] = set()
    count = 0
    for name, ids in erased.items():
        operations |= _operations(session, name, ids)
        for batch in batches(ids):
            mine = (Change.table_name == name, Change.record_id.in_(batch))
            told = or_(Change.salt.is_not(None), Change.old.is_not(None), Change.new.is_not(None))
            empty = update(Change).where(*mine, told).values(salt=None, old=None, new=None)
            done: Any = session.execute(empty.execution_options(synchronize_session=False))
            count += done.rowcount
    return operations, count


def _operations(session: Session, name: str, ids: Iterable[int]) -> set[int]:
    """Return the operations that changed these records of a table."""
    found: set[int] = set()
    for batch in batches(ids):
        mine = (Change.table_name == name, Change.record_id.in_(batch))
        found |= set(session.scalars(select(Change.operation_id).where(*mine).distinct()))
    return found


def _take_names_out(session: Session, operations: set[int], name: str) -> None:
    """Take the texts out of what operations on these records say they did, and out of any other that says the name.

    It says the name where that stands as whole words, also with an s: of one named “Rot” nothing is said by
    “Protokoll”. Nobody undoes the operations: of kept papers neither, or undo would take away what the law keeps.
    """
    texts, says = cast(Operation.params, Text), {name, json.dumps(name)[1:-1]} - {""}
    whole = re.compile(rf"(?<!\w){re.escape(name)}s?(?!\w)")
    named = or_(*(texts.contains(word, autoescape=True) for word in sorted(says)))
    others = set(session.scalars(select(Operation.id).where(named))) if says else set()
    for batch in batches(operations | others):
        for operation, params in session.execute(
            select(Operation.id, Operation.params).where(Operation.id.in_(batch))
        ).all():
            if operation not in operations and not any(whole.search(text) for text in _strings(params)):
                continue
            plain = {key: value for key, value in (params or {}).items() if not isinstance(value, str)}
            if operation in operations:
                plain[ERASED_MARK] = True
            marked = update(Operation).where(Operation.id == operation).values(params=plain)
            session.execute(marked.execution_options(synchronize_session=False))


def _strings(params: dict[str, Any] | None) -> Iterator[str]:
    """Yield the texts of what an operation says."""
    return (value for value in (params or {}).values() if isinstance(value, str))


def erase_due(database: Database, today: date | None = None) -> int:
    """Erase what was only kept by law and has been kept long enough; return of how many contacts.

    What could not be cleaned after an erasure is cleaned too.

    Whoever may not erase leaves it to those who do.
    """
    if not database.is_owner or database.rights.hidden or not database.rights.may("contacts", "delete"):
        return 0
    day = today or date.today()
    with database.read() as session:
        due = _due(session, day)
    for contact in due:
        erase(database, Subject("contact", contact), reason="period", today=day)
    if is_due(database):
        sweep(database)
    return len(due)


def _due(session: Session, day: date) -> list[int]:
    """Return the restricted contacts of which some paper has been kept long enough."""
    restricted = set(session.scalars(select(Contact.id).where(Contact.restricted_until.is_not(None))))
    latest: dict[int, list[Any]] = {}
    for row in session.execute(select(Erasure.contact_id, Erasure.kept).order_by(Erasure.id)):
        latest[row.contact_id] = row.kept
    over = {
        contact
        for contact in restricted
        if any(date.fromisoformat(paper["until"]) < day for paper in latest.get(contact, ()))
    }
    return sorted(over)
