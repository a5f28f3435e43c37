"""Undo and redo of operations: edits, deletes, merges and whole imports alike.

What an operation did is read from the change table and turned round. Undo refuses, with names, where somebody changed
the same field since; nothing is then written. An undo is an operation of its own, so it can be undone: that is redo.
What the program itself noted about a contact (a print, an export, a call) is nobody's edit: it goes along.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from gcrm.errors import ConflictError, FieldConflict, UserError
from gcrm.i18n import N_, _, ngettext
from gcrm.model.activity import Activity
from gcrm.model.base import Base, now
from gcrm.model.change import Change, Operation
from gcrm.model.dav_name import DavName
from gcrm.model.fields import fields_of
from gcrm.model.registry import class_of, table_of, tracked_columns
from gcrm.services.changed import Latest
from gcrm.services.changes import last_author, operation_label, payload
from gcrm.services.collector import collector_paused
from gcrm.services.database import Database
from gcrm.services.dav.names import rename_taken
from gcrm.services.number_range import MOVED, give_back
from gcrm.services.program_notes import program_notes
from gcrm.services.unit_of_work import ERASED_MARK, NOT_UNDOABLE, UnitOfWork, unit_of_work

BATCH = 400
MOST_NAMED = 3
"""Fields that a refusal names."""


@dataclass(frozen=True, slots=True)
class Step:
    """An operation that can be undone or redone now, with its label in the user's language."""

    operation: int
    label: str


@dataclass(slots=True)
class _Net:
    """What an operation did to one record, all its changes taken together."""

    first: str = ""
    last: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def next_undo(session: Session, user: int) -> Step | None:
    """Return the user's newest operation that is in effect."""
    found = _newest(session, Operation.user_id == user, Operation.kind.not_in(NOT_UNDOABLE))
    return Step(found.id, operation_label(found.label, found.params)) if found else None


def _newest(session: Session, *conditions: ColumnElement[bool]) -> Row[Any] | None:
    """Return the newest operation that was not undone and of which nothing was erased for good."""
    undoing, before = aliased(Operation), None
    while True:
        wanted = select(Operation.id, Operation.label, Operation.params).where(*conditions)
        wanted = wanted.where(~select(undoing.id).where(undoing.undoes_id == Operation.id).exists())
        if before is not None:
            wanted = wanted.where(Operation.id < before)
        rows = session.execute(wanted.order_by(Operation.id.desc()).limit(1 if before is None else BATCH)).all()
        whole = next((row for row in rows if not (row.params or {}).get(ERASED_MARK)), None)
        if whole is not None or not rows:
            return whole
        before = rows[-1].id


def done_since(database: Database, before: Latest | None) -> Step | None:
    """Return what this program did since its latest operation was `before`, as the step to undo; None for nothing.

    It is known without a trip to the database.
    """
    latest = database.latest
    if latest is None or latest is before:
        return None
    return Step(latest.operation, operation_label(latest.label, latest.params))


def next_redo(session: Session, user: int) -> Step | None:
    """Return the user's newest undo that was not redone and after which nothing else was done."""
    found = _newest(session, Operation.user_id == user, Operation.kind == "undo")
    if found is None:
        return None
    done_since = select(Operation.id).where(
        Operation.user_id == user, Operation.id > found.id, Operation.kind.not_in((*NOT_UNDOABLE, "redo"))
    )
    if session.scalar(done_since.limit(1)) is not None:
        return None
    return Step(found.id, operation_label(found.label, found.params))


def is_import(session: Session, operation: int) -> bool:
    """Tell whether an operation was an import, or brought one back: of it what was edited since stays."""
    found = session.get(Operation, operation)
    while found is not None and found.undoes_id is not None:
        found = session.get(Operation, found.undoes_id)
        if found is not None and found.kind == "undo":
            found = session.get(Operation, found.undoes_id)
    return found is not None and found.kind == "import"


def undo_last(database: Database) -> Step | None:
    """Undo the user's newest operation; None when there is none. Raises ConflictError as `undo` does.

    Of an import, the contacts that were edited since stay.
    """
    with database.read() as session:
        step = next_undo(session, database.user_id)
        keeps = step is not None and is_import(session, step.operation)
    if step is not None:
        undo(database, step.operation, keep_edited=keeps)
    return step


def redo_last(database: Database) -> Step | None:
    """Do again what was undone last; None when there is nothing."""
    with database.read() as session:
        step = next_redo(session, database.user_id)
    if step is not None:
        undo(database, step.operation, kind="redo")
    return step


@collector_paused()
def undo(
    database: Database, operation: int, *, kind: str = "undo", keep_edited: bool = False
) -> tuple[FieldConflict, ...]:
    """Turn an operation round in one transaction.

    `keep_edited` leaves out the contacts that were edited since, with all that belongs to them, and returns the edits
    (undo of an import); otherwise any such record, and with it nothing that would be left to undo, raises ConflictError
    and nothing is written. Raises UserError when the payload of the operation was erased, or it was undone already.
    """
    with database.read() as session:
        found = session.get(Operation, operation)
        label, params = (found.label, found.params) if found else ("", {})
        if session.scalar(select(Operation.id).where(Operation.undoes_id == operation).limit(1)) is not None:
            raise UserError(_("This was undone already."))
    if (params or {}).get(ERASED_MARK):
        raise UserError(_("This cannot be undone: personal data in it was erased for good."))
    with unit_of_work(database, label or N_("Undo"), kind=kind, params=params, undoes=operation) as work:
        if not database.is_owner:
            _refuse_unseen(work.session, operation)
        nets = _nets(work.session, operation)
        made = [str(net.after.get("number") or "") for (name, _id), net in nets.items() if name == "contact"]
        noted = _take_along(work.session, nets)
        conflicts = _conflicts(work.session, nets)
        if conflicts and keep_edited:
            _keep_whole(work.session, nets, conflicts, operation, noted)
        if conflicts and not (keep_edited and nets):
            raise ConflictError(_sentence(conflicts), tuple(conflicts))
        _turn_round(work, nets, operation)
        give_back(work, (params or {}).get(MOVED, {}), made)
    return tuple(conflicts)


def _refuse_unseen(session: Session, operation: int) -> None:
    """Refuse an operation of which something may not be seen: half of it would be undone."""
    seen = session.scalar(select(func.count()).where(Change.operation_id == operation))
    if seen != session.scalar(select(func.gcrm_changes(operation))):
        raise UserError(_("This is about data that you may not see. Ask an administrator to undo it."))


def _take_along(session: Session, nets: dict[tuple[str, int], _Net]) -> dict[tuple[str, int], int]:
    """Add what the program noted about the contacts that were created, and return whose it is.

    Prints and exports go with the contact; a call stays in the journal, as one of somebody unknown.
    """
    created = [r for (name, r), net in nets.items() if name == "contact" and net.first == "I" and net.last != "D"]
    owners: dict[tuple[str, int], int] = {}
    for record, row in program_notes(session, created).items():
        owner = {name: row[name] for name in ("contact_id", "contact_person_id")}
        if row["type"] == "call":
            net = _Net(first="U", last="U", before=dict.fromkeys(owner), after=owner)
        else:
            net = _Net(first="I", last="I", after={name: row[name] for name in tracked_columns(table_of(Activity))})
        if ("activity", record) not in nets:
            nets["activity", record] = net
            owners["activity", record] = row["contact_id"]
    return owners


def _keep_whole(
    session: Session,
    nets: dict[tuple[str, int], _Net],
    conflicts: list[FieldConflict],
    operation: int,
    noted: dict[tuple[str, int], int],
) -> None:
    """Leave out whatever belongs to a contact of which anything was edited since: it stays with its children."""
    rows = session.execute(
        select(Change.table_name, Change.record_id, Change.contact_id).where(Change.operation_id == operation)
    )
    owner: dict[tuple[str, int], int | None] = {(row.table_name, row.record_id): row.contact_id for row in rows}
    owner |= noted
    for (name, record), net in nets.items():
        person = net.after.get("person_id") or net.before.get("person_id")
        if name == "contact_person" and person is not None:
            owner["person", person] = owner.get((name, record))
    edited = {conflict.record for conflict in conflicts}
    contacts = {owner.get(record) for record in edited} - {None}
    for key in [key for key in nets if key in edited or owner.get(key) in contacts]:
        nets.pop(key)
    for needed in _needed(session, nets):
        nets.pop(needed)


def _needed(session: Session, nets: dict[tuple[str, int], _Net]) -> set[tuple[str, int]]:
    """Return what the operation created and what stays hangs on now, such as a category."""
    made: dict[str, list[int]] = {}
    for (name, record), net in nets.items():
        if net.first == "I" and net.last != "D":
            made.setdefault(name, []).append(record)
    return {
        (name, conflict.record[1])
        for name, records in made.items()
        for conflict in _dependants(session, table_of(class_of(name)), records, nets)
    }


def _nets(session: Session, operation: int) -> dict[tuple[str, int], _Net]:
    """Take the changes of an operation together, record by record."""
    nets: dict[tuple[str, int], _Net] = {}
    columns = (Change.table_name, Change.record_id, Change.action, Change.old, Change.new)
    rows = session.execute(select(*columns).where(Change.operation_id == operation).order_by(Change.id))
    for table, record, action, old, new in rows:
        if old is None and new is None:
            raise UserError(_("This cannot be undone: personal data in it was erased for good."))
        net = nets.get((table, record))
        if net is None:
            net = nets[table, record] = _Net(first=action)
        net.last = action
        for name, value in payload(table, old).items():
            net.before.setdefault(name, value)
        net.after = {} if action == "D" else {**net.after, **payload(table, new)}
    return nets


def _rows(session: Session, table: Table, records: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return the rows as they are now, by id."""
    found: dict[int, dict[str, Any]] = {}
    wanted = sorted(records)
    for start in range(0, len(wanted), BATCH):
        rows = session.execute(select(table).where(table.c.id.in_(wanted[start : start + BATCH])).with_for_update())
        found.update({row.id: dict(row._mapping) for row in rows})
    return found


def _conflicts(session: Session, nets: dict[tuple[str, int], _Net]) -> list[FieldConflict]:
    """Return the fields that are no longer as the operation left them."""
    conflicts: list[FieldConflict] = []
    by_table: dict[str, list[int]] = {}
    for name, record in nets:
        by_table.setdefault(name, []).append(record)
    for name, records in by_table.items():
        table = table_of(class_of(name))
        rows = _rows(session, table, records)
        blank = dict.fromkeys(tracked_columns(table))
        for record in records:
            net, row = nets[name, record], rows.get(record)
            expected = blank | net.after if net.first == "I" else net.after
            conflicts.extend(_record_conflicts(session, (name, record), net, expected, row))
        conflicts.extend(_dependants(session, table, [r for r in records if nets[name, r].first == "I"], nets))
    return conflicts


def _record_conflicts(
    session: Session, key: tuple[str, int], net: _Net, expected: dict[str, Any], row: dict[str, Any] | None
) -> list[FieldConflict]:
    """Compare one record with how the operation left it (`expected`)."""
    if net.last == "D":
        return []
    if row is None:
        if net.first == "I":
            return []
        author = last_author(session, *key, "id")
        return [FieldConflict(key, "id", net.before, net.after, None, author)]
    return [
        FieldConflict(key, column, net.before.get(column), value, row[column], last_author(session, *key, column))
        for column, value in expected.items()
        if row[column] != value
    ]


def _dependants(
    session: Session, table: Table, created: list[int], nets: dict[tuple[str, int], _Net]
) -> list[FieldConflict]:
    """Find records that came to hang on a record the operation created; deleting it would take them along."""
    conflicts = []
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is not table or "id" not in other.c or key.ondelete == "SET NULL":
                continue
            for start in range(0, len(created), BATCH):
                batch = created[start : start + BATCH]
                rows = session.execute(select(other.c.id, key.parent).where(key.parent.in_(batch)))
                for child, parent in rows:
                    if (other.name, child) not in nets:
                        author = last_author(session, other.name, child, "id")
                        conflicts.append(FieldConflict((table.name, parent), "id", None, None, other.name, author))
    return conflicts


def _sentence(conflicts: list[FieldConflict]) -> str:
    """Say who stands in the way of the undo, and with what."""
    people = sorted({conflict.who for conflict in conflicts})
    names = ", ".join(people)
    told = (fields_of(class_of(conflict.record[0])).get(conflict.field) for conflict in conflicts)
    labels = list(dict.fromkeys(_(field.label) for field in told if field is not None))
    if not labels:
        return _("This cannot be undone: {names} changed the same data since. Change it by hand.").format(names=names)
    shown = ", ".join(labels[:MOST_NAMED]) + (" …" if len(labels) > MOST_NAMED else "")
    sentence = ngettext(
        "This cannot be undone: {names} has changed {fields} since. Change it by hand.",
        "This cannot be undone: {names} have changed {fields} since. Change it by hand.", len(people),
    )  # fmt: skip
    return sentence.format(names=names, fields=shown)


def _turn_round(work: UnitOfWork, nets: dict[tuple[str, int], _Net], operation: int) -> None:
    """Write the opposite: bring back what was deleted, set back what was changed, delete what was created."""
    touched = {name for name, _id in nets}
    tables = [table for table in Base.metadata.sorted_tables if table.name in touched]
    for table in tables:
        _free_unique(work, table, nets)
    for table in tables:
        gone = {r: n for (name, r), n in nets.items() if name == table.name and n.last == "D" and n.first != "I"}
        _bring_back(work, table, gone)
    changed = [(name, record, net) for (name, record), net in nets.items() if net.first == net.last == "U"]
    for table in tables:
        for name, record, net in changed:
            if name == table.name:
                _set_back(work, table, record, net)
    for table in reversed(tables):
        made = [r for (name, r), n in nets.items() if name == table.name and n.first == "I" and n.last != "D"]
        for start in range(0, len(made), BATCH):
            work.session.execute(delete(table).where(table.c.id.in_(sorted(made, reverse=True)[start : start + BATCH])))


def _free_unique(work: UnitOfWork, table: Table, nets: dict[tuple[str, int], _Net]) -> None:
    """Empty the unique columns that move between records, so that no value stands twice on the way."""
    mine = {record: net for (name, record), net in nets.items() if name == table.name}
    if {net.first for net in mine.values()} <= {"U"} and len(mine) < 2:
        return
    for column in table.columns:
        if not (column.unique and column.nullable):
            continue
        moved = {value for n in mine.values() if n.first == "U" and (value := n.before.get(column.name)) is not None}
        moved |= {value for n in mine.values() if n.last == "D" and (value := n.before.get(column.name)) is not None}
        held = [r for r, n in mine.items() if n.last != "D" and n.after.get(column.name) in moved]
        if held:
            work.session.execute(update(table).where(table.c.id.in_(held)).values({column.name: None}))


def _set_back(work: UnitOfWork, table: Table, record: int, net: _Net) -> None:
    """Give the changed fields of one record their values from before."""
    values = {name: net.before.get(name) for name in net.after}
    stamp = {"version": table.c.version + 1, "changed_at": now(), "changed_by": work.user_id}
    work.session.execute(update(table).where(table.c.id == record).values(**values, **stamp))


def _bring_back(work: UnitOfWork, table: Table, gone: dict[int, _Net]) -> None:
    """Insert deleted records again under their ids; version goes on, origin is read from the history."""
    if not gone:
        return
    origins = {
        row.record_id: row
        for row in work.session.execute(
            select(Change.record_id, Operation.at, Operation.user_id, func.count().label("n"))
            .join(Operation, Operation.id == Change.operation_id)
            .where(and_(Change.table_name == table.name, Change.record_id.in_(sorted(gone)[:30000])))
            .group_by(Change.record_id, Operation.at, Operation.user_id)
            .order_by(Operation.at.desc())
        )
    }
    rows = []
    for record in sorted(gone):
        origin = origins.get(record)
        born, author = (origin.at, origin.user_id) if origin else (now(), work.user_id)
        stamp = {"created_at": born, "created_by": author, "changed_at": now(), "changed_by": work.user_id}
        values = {name: gone[record].before.get(name) for name in gone[record].before}
        rows.append({"id": record, "version": 1000 + work.operation_id, **stamp, **values})
    names = {name for row in rows for name in row}
    for row in rows:
        for name in names - row.keys():
            row[name] = None
    if table.name == DavName.__tablename__:
        rename_taken(work.session, rows)
    work.session.execute(insert(table), rows)
