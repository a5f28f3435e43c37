"""Do the records say what their history says? A program that went round the triggers is found here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Table, case, func, select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.change import Change
from gcrm.model.registry import RECORDS, table_of, tracked_columns
from gcrm.services.changes import payload
from gcrm.services.check.report import Finding
from gcrm.services.check.structure import count_of

SAMPLE = 400
"""Records of each table that are compared when not all are."""
BATCH = 400


def counts(session: Session) -> Iterator[Finding]:
    """Compare how many records there are with how many were made and deleted."""
    sign = case((Change.action == "I", 1), (Change.action == "D", -1), else_=0)
    rows = session.execute(select(Change.table_name, func.sum(sign)).group_by(Change.table_name)).all()
    told = {row[0]: int(row[1]) for row in rows}
    for cls in RECORDS:
        name = cls.__tablename__
        there, noted = count_of(session, name), told.get(name, 0)
        if there != noted:
            sentence = _("“{table}” has {there} records, but the history knows {noted}.")
            yield Finding("state", name, sentence.format(table=name, there=there, noted=noted))


def records(session: Session, *, full: bool = False) -> Iterator[Finding]:
    """Compare records with what their changes add up to; a sample over all ids, or all."""
    for cls in RECORDS:
        table = table_of(cls)
        wanted = _chosen(session, table, full)
        for start in range(0, len(wanted), BATCH):
            yield from _compare(session, table, wanted[start : start + BATCH])


def _chosen(session: Session, table: Table, full: bool) -> Sequence[int]:
    """Return the ids to compare."""
    if full:
        return session.execute(select(table.c.id).order_by(table.c.id)).scalars().all()
    last = session.scalar(select(func.max(table.c.id))) or 0
    step = max(1, last // SAMPLE)
    return session.execute(select(table.c.id).where(table.c.id % step == 0).order_by(table.c.id)).scalars().all()


def _compare(session: Session, table: Table, ids: Sequence[int]) -> Iterator[Finding]:
    """Compare some records of one table."""
    names = tracked_columns(table)
    rows = session.execute(select(table.c.id, *(table.c[name] for name in names)).where(table.c.id.in_(ids))).all()
    told = _replayed(session, table.name, ids)
    for row in rows:
        values = told.get(row.id, {})
        if values is None:
            continue
        wrong = [name for name in names if row._mapping[name] != values.get(name)]
        if wrong:
            sentence = _("A record in “{table}” is not what its history says ({fields}).")
            fields = ", ".join(wrong)
            yield Finding("state", f"{table.name}:{row.id}", sentence.format(table=table.name, fields=fields))


def _replayed(session: Session, name: str, ids: Sequence[int]) -> dict[int, dict[str, Any] | None]:
    """Return what the changes of these records add up to; None where a payload was erased."""
    found: dict[int, dict[str, Any] | None] = {}
    changes = session.execute(
        select(Change.record_id, Change.action, Change.old, Change.new)
        .where(Change.table_name == name, Change.record_id.in_(ids))
        .order_by(Change.id)
    )
    for record, action, old, new in changes:
        if action == "D":
            found[record] = {}
        elif old is None and new is None:
            found[record] = None
        elif (known := found.setdefault(record, {})) is not None:
            known.update(payload(name, new))
    return found
