"""Saving a record with its children: a detached aggregate, a snapshot of how it was read, and a field by field merge.

A window loads an aggregate (`Loaded`), edits the detached objects, and saves. What it changed is the difference to the
snapshot; what somebody else changed meanwhile is the difference between snapshot and database. Different fields merge
by themselves, the same field raises ConflictError with both values and the other's name. The root is always touched,
so that its version guards the children too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, inspect, select
from sqlalchemy.orm import Session, make_transient

from gcrm.errors import ConflictError, FieldConflict
from gcrm.i18n import _
from gcrm.model.base import BOOKKEEPING, Record
from gcrm.model.registry import class_of, table_of
from gcrm.services.changes import last_author
from gcrm.services.unit_of_work import UnitOfWork, bump

R = TypeVar("R", bound=Record)
Key = tuple[str, int]
Walk = Callable[[Any], Iterator[Record]]
Force = frozenset[tuple[Key, str]]
Find = Callable[[Key], Record | None]


def values_of(record: Record) -> dict[str, Any]:
    """Return the plain columns of a record, without id and bookkeeping."""
    loaded = vars(record)
    return {name: loaded[name] if name in loaded else getattr(record, name) for name in plain_columns(type(record))}


@cache
def plain_columns(cls: type[Record]) -> tuple[str, ...]:
    """Return the names of the plain columns of a class, without id and bookkeeping."""
    left_out = {*BOOKKEEPING, "id"}
    return tuple(attribute.key for attribute in inspect(cls).column_attrs if attribute.key not in left_out)


@dataclass(slots=True)
class Loaded(Generic[R]):
    """A detached aggregate: the root, how to walk it, and the values and version it was read with."""

    record: R
    walk: Walk
    base: dict[Key, dict[str, Any]] = field(default_factory=dict)
    version: int = 0

    def remember(self) -> Loaded[R]:
        """Take the present values as those that were read."""
        self.base = {(r.__tablename__, r.id): _copied(r) for r in self.walk(self.record) if r.id}
        self.version = self.record.version
        return self


def _copied(record: Record) -> dict[str, Any]:
    """Return the values of a record, of JSON as copies: it could be edited in place."""
    values = values_of(record)
    for name in _json_columns(type(record)):
        value = values[name]
        values[name] = dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else value
    return values


@cache
def _json_columns(cls: type[Record]) -> tuple[str, ...]:
    """Return the plain columns of a class that hold JSON."""
    columns = table_of(cls).columns
    return tuple(name for name in plain_columns(cls) if isinstance(columns[name].type, JSON))


@dataclass(slots=True)
class Patch:
    """What was edited: fields per record as (before, after), records to add and to remove."""

    root: Key
    fields: dict[Key, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    added: list[Record] = field(default_factory=list)
    removed: dict[Key, dict[str, Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.fields or self.added or self.removed)


def difference(loaded: Loaded[Any]) -> Patch:
    """Return what was edited since the aggregate was read."""
    patch = Patch((loaded.record.__tablename__, loaded.record.id))
    seen = set()
    for record in loaded.walk(loaded.record):
        if not record.id:
            patch.added.append(record)
            continue
        key = (record.__tablename__, record.id)
        seen.add(key)
        base = loaded.base.get(key, {})
        edited = {n: (base.get(n), v) for n, v in values_of(record).items() if base.get(n) != v}
        if edited:
            patch.fields[key] = edited
    patch.removed = {key: values for key, values in loaded.base.items() if key not in seen}
    return patch


def apply(work: UnitOfWork, patch: Patch, *, force: Force = frozenset()) -> None:
    """Write a patch over whatever the database holds now.

    `force` names the fields for which the person chose the own value over the other's. Raises ConflictError when the
    same field was changed by somebody else, or the record is gone.
    """
    session = work.session
    root = session.get(class_of(patch.root[0]), patch.root[1], with_for_update=True, populate_existing=True)
    if root is None:
        raise gone(session, patch.root)

    def find(key: Key) -> Record | None:
        return session.get(class_of(key[0]), key[1])

    merge(session, patch, find, force)
    for record in filter(None, map(find, patch.removed)):
        session.delete(record)
    for record in patch.added:
        session.add(record)
    touched = root in session.dirty and session.is_modified(root)
    session.flush()
    if patch and not touched:
        bump(work.connection, table_of(class_of(patch.root[0])), [patch.root[1]], work.user_id)


def merge(session: Session, patch: Patch, find: Find, force: Force) -> None:
    """Set the edited fields on the present records, which `find` gives.

    Raises ConflictError when the same field was changed by somebody else, or a record is gone; records that were
    removed must be as they were read.
    """
    conflicts: list[FieldConflict] = []
    for key, edited in patch.fields.items():
        record = find(key)
        if record is None:
            raise gone(session, key)
        conflicts.extend(_merge_fields(session, key, record, edited, force))
    for key, values in patch.removed.items():
        conflicts.extend(_changed_since(session, key, find(key), values, force))
    if conflicts:
        names = ", ".join(sorted({conflict.who for conflict in conflicts}))
        raise ConflictError(
            _("{names} changed the same data meanwhile. Choose which value stays.").format(names=names),
            tuple(conflicts),
        )


def gone(session: Session, key: Key) -> ConflictError:
    """Say who deleted a record that was being edited."""
    author = last_author(session, key[0], key[1], "id")
    conflict = FieldConflict(key, "id", None, None, None, author)
    return ConflictError(
        _("{name} deleted this record meanwhile; what you typed is kept.").format(name=author), (conflict,)
    )


def _merge_fields(
    session: Session, key: Key, record: Record, edited: dict[str, tuple[Any, Any]], force: Force
) -> Iterator[FieldConflict]:
    """Set the edited fields of one record; yield those that somebody else changed to something else."""
    for name, (before, after) in edited.items():
        current = getattr(record, name)
        if isinstance(after, dict) and isinstance(current, dict) and isinstance(before, dict | None):
            merged, clashing = _merge_json(before or {}, after, current)
            if not clashing or (key, name) in force:
                setattr(record, name, after if (key, name) in force else merged)
                continue
        elif current in (before, after) or (key, name) in force:
            setattr(record, name, after)
            continue
        yield FieldConflict(key, name, before, after, current, last_author(session, key[0], key[1], name))


def _merge_json(
    before: dict[str, Any], after: dict[str, Any], current: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Merge user-defined fields one by one; return the result and the keys both sides changed differently."""
    merged, clashing = dict(current), []
    for name in {*before, *after}:
        mine, base, theirs = after.get(name), before.get(name), current.get(name)
        if mine == base:
            continue
        if theirs not in (base, mine):
            clashing.append(name)
        elif mine is None:
            merged.pop(name, None)
        else:
            merged[name] = mine
    return merged, clashing


def _changed_since(
    session: Session, key: Key, record: Record | None, values: dict[str, Any], force: Force
) -> Iterator[FieldConflict]:
    """Yield a conflict where somebody changed a record, which is to be removed, since it was read."""
    for name, value in values_of(record).items() if record is not None else ():
        if value != values.get(name) and (key, name) not in force and not name.endswith("_key"):
            author = last_author(session, key[0], key[1], name)
            yield FieldConflict(key, name, values.get(name), None, value, author)
            return


def detach(session: Any, record: Record) -> None:
    """Make a copy-ready object: it belongs to no session and will be inserted as a new record."""
    session.expunge(record)
    make_transient(record)


def exists(work: UnitOfWork, key: Key) -> bool:
    """Tell whether a record is there."""
    table = table_of(class_of(key[0]))
    return work.session.scalar(select(table.c.id).where(table.c.id == key[1])) is not None
