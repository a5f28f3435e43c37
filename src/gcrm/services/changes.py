"""Reading the change table: the history of a record, and who changed a field last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.change import Change, Operation, merges_of
from gcrm.model.contact_person import ContactPerson
from gcrm.model.fields import field_of_column
from gcrm.model.registry import class_of, table_of
from gcrm.model.types import decode
from gcrm.model.user import User
from gcrm.services.privacy import rights_of
from gcrm.services.private_history import hidden_changes


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One field that changed: when, by whom, in which operation, on which record, from what to what."""

    change_id: int
    operation_id: int
    at: datetime
    who: str
    operation: str
    table: str
    record: int
    action: str
    field: str
    label: str
    old: Any
    new: Any
    is_erased: bool = False


def operation_label(label: str, params: Mapping[str, Any] | None) -> str:
    """Return the translated label of an operation with its values filled in."""
    text = _(label)
    return text.format_map(_Missing(params or {})) if "{" in text else text


def by_count(one: str, many: str, count: int) -> str:
    """Return the label of an operation by how many records it is about; both are marked texts, `many` with {count}.

    Labels are stored and translated when they are shown, so that singular and plural are two texts of their own.
    """
    return one if count == 1 else many


class _Missing(dict[str, Any]):
    """Values for a label; one that is missing shows as an ellipsis rather than failing."""

    def __missing__(self, key: str) -> str:
        return "…"


def who(name: str | None, database_user: str, kind: str) -> str:
    """Return the name to show for an operation's author."""
    if name:
        return name
    return _("outside gCRM ({user})").format(user=database_user) if kind == "outside" else _("gCRM")


def payload(table_name: str, text: str | None) -> dict[str, Any]:
    """Return the decoded payload of a change: column → Python value; empty when there is none."""
    if not text:
        return {}
    columns = table_of(class_of(table_name)).columns
    raw = json.loads(text)
    return {name: decode(columns[name].type, value) for name, value in raw.items() if name in columns}


def _selected() -> Select[Any]:
    """Return the select of changes with their operation and author, newest first."""
    return (
        select(
            Change, Operation.at, Operation.label, Operation.params, Operation.kind, Operation.database_user, User.name
        )
        .join(Operation, Operation.id == Change.operation_id)
        .outerjoin(User, User.id == Operation.user_id)
        .order_by(Change.id.desc())
    )


def contact_history(session: Session, contact: int, limit: int = 500, *, user: int | None = None) -> list[HistoryEntry]:
    """Return the newest changes of a contact with all that belongs to it, also of persons linked to it.

    The history of contacts that were merged into it is part of it. `user` is who looks: what tells of private
    activities of others stays out, without it that of all.
    """
    persons = select(ContactPerson.person_id).where(ContactPerson.contact_id == contact)
    mine = or_(
        Change.contact_id.in_(merged_into(session, contact)),
        and_(Change.table_name == "person", Change.record_id.in_(persons)),
    )
    return _entries_of(session, _seen(session, mine, limit, user))


def _entries_of(session: Session, rows: Iterable[Row[Any]]) -> list[HistoryEntry]:
    """Return the entries of changes, without fields that the person for whom a session reads may not see."""
    rights = rights_of(session)
    found = (entry for row in rows for entry in _entries(row))
    return [entry for entry in found if rights.sees(entry.table, entry.field)]


def _seen(session: Session, mine: ColumnElement[bool], limit: int, user: int | None) -> list[Row[Any]]:
    """Return the newest of some changes that `user` may see, at most `limit`."""
    found: list[Row[Any]] = []
    wanted = _selected().where(mine).limit(limit)
    page = session.execute(wanted).all()
    while page:
        hidden = hidden_changes(session, [row[0] for row in page], user)
        found += [row for row in page if row[0].id not in hidden]
        is_last = len(page) < limit or len(found) >= limit
        page = [] if is_last else session.execute(wanted.where(Change.id < page[-1][0].id)).all()
    return found[:limit]


def merged_into(session: Session, contact: int) -> list[int]:
    """Return a contact and all that were merged into it, also by way of others."""
    found = [contact]
    for one in found:
        mine = select(Change.operation_id).where(Change.contact_id == one)
        merges = select(Operation.params).where(Operation.kind == "merge", Operation.id.in_(mine))
        for params in session.scalars(merges.order_by(Operation.id)):
            others = [other for keep, gone in merges_of(params) if keep == one for other in gone]
            found.extend(other for other in others if other not in found)
    return found


def record_history(
    session: Session, table: str, record: int, limit: int = 500, *, user: int | None = None
) -> list[HistoryEntry]:
    """Return the newest changes of one record that `user` may see, without it those that anybody may."""
    mine = and_(Change.table_name == table, Change.record_id == record)
    return _entries_of(session, _seen(session, mine, limit, user))


def _entries(row: Row[Any]) -> list[HistoryEntry]:
    """Turn one change into an entry per field; columns that are no fields stay out."""
    change: Change = row[0]
    head = (change.id, change.operation_id, row.at, who(row.name, row.database_user, row.kind))
    about = (operation_label(row.label, row.params), change.table_name, change.record_id, change.action)
    if change.old is None and change.new is None:
        return [HistoryEntry(*head, *about, "", "", None, None, is_erased=True)]
    old, new = payload(change.table_name, change.old), payload(change.table_name, change.new)
    table = table_of(class_of(change.table_name))
    entries = []
    for name in dict.fromkeys([*old, *new]):
        told = field_of_column(table, name)
        before, after = old.get(name), new.get(name)
        if told is None or (change.action != "U" and before in _EMPTY and after in _EMPTY):
            continue
        entries.append(HistoryEntry(*head, *about, name, _(told.label), before, after))
    return entries


_EMPTY: tuple[Any, ...] = (None, "", False, [], {})


def last_author(session: Session, table: str, record: int, name: str) -> str:
    """Return who changed a field of a record last, for the sentence that refuses."""
    rows = session.execute(_selected().where(Change.table_name == table, Change.record_id == record).limit(50)).all()
    for row in rows:
        if name in payload(table, row[0].new) or name in payload(table, row[0].old) or row[0].action == "D":
            return who(row.name, row.database_user, row.kind)
    return who(rows[0].name, rows[0].database_user, rows[0].kind) if rows else _("somebody")


def latest_change(session: Session) -> int:
    """Return the id of the newest change, 0 when there is none."""
    return session.scalar(select(func.max(Change.id))) or 0
