"""Taking over what a contact lost since a backup, in one operation that can be undone; what was added since stays.

Whether somebody may is asked before it is offered, and named where not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert, select, update

from gcrm.errors import UserError
from gcrm.i18n import N_, ngettext
from gcrm.model.activity import ActivityLink
from gcrm.model.attachment import Attachment, Blob, BlobChunk
from gcrm.model.base import Base, Record, now
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.registry import class_of, table_of
from gcrm.model.rights import Rights
from gcrm.services import numbering
from gcrm.services.backup.record import Compared, Difference, Scratch
from gcrm.services.backup.restore import opened
from gcrm.services.database import Database
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over: how many differences, and those that could not be, because what they belong to is gone."""

    count: int = 0
    left: tuple[Difference, ...] = ()

    @property
    def notice(self) -> str:
        """Return the sentence about what could not come back, "" for nothing."""
        links = sum(each.table == ActivityLink.__tablename__ for each in self.left)
        others = len(self.left) - links
        told = []
        if links:
            one = ngettext(
                "{count} link of activities did not come back: what it led to is not there any more.",
                "{count} links of activities did not come back: what they led to is not there any more.",
                links,
            )
            told.append(one.format(count=links))
        if others:
            one = ngettext(
                "{count} record did not come back: what it belongs to is not there any more.",
                "{count} records did not come back: what they belong to is not there any more.",
                others,
            )
            told.append(one.format(count=others))
        return " ".join(told)


def why_not_take(rights: Rights, compared: Compared, places: Iterable[int]) -> str:
    """Return which right is missing to take over differences, by their place in `compared`; "" where none is."""
    chosen = [compared.differences[place] for place in places]
    fields: dict[tuple[str, int], set[str]] = {}
    for each in chosen:
        if each.field:
            fields.setdefault((each.table, each.record), set()).add(each.field)
    try:
        for table in {each.table for each in chosen if not each.field}:
            rights.require_write(table, "insert")
        for (table, _record), names in fields.items():
            rights.require_write(table, "update", names)
    except UserError as problem:
        return problem.sentence
    return ""


def take_over(database: Database, old: Scratch, compared: Compared, wanted: frozenset[int] | None = None) -> Taken:
    """Take over differences, by their place in `compared` (all without it), in one operation; return what came back.

    What hangs on something that is not there any more, and was not chosen with it, stays in the backup. Raises
    ConflictError or EnvironmentProblem when it cannot be written.
    """
    chosen = [each for place, each in enumerate(compared.differences) if wanted is None or place in wanted]
    if not chosen:
        return Taken()
    left: list[Difference] = []
    day = compared.at.astimezone().strftime("%Y-%m-%d %H:%M")
    label = N_("“{name}” taken over from the backup of {day}")
    with unit_of_work(database, label, params={"name": compared.name, "day": day}) as work:
        for table in Base.metadata.sorted_tables:
            mine = [each for each in chosen if each.table == table.name]
            for each in mine:
                if each.field == "" and not _has_ground(work, table, each.then):
                    left.append(each)
                elif each.field == "":
                    _insert(work, old, table, each)
            for record in {each.record for each in mine if each.field}:
                _update(work, old, table, record, {e.field: e.then for e in mine if e.record == record and e.field})
    return Taken(len(chosen) - len(left), tuple(left))


# --- writing ------------------------------------------------------------------------------------------------------


def _update(work: UnitOfWork, old: Scratch, table: Table, record: int, values: dict[str, Any]) -> None:
    """Give fields of one record their former values."""
    stamp = {"version": table.c.version + 1, "changed_at": now(), "changed_by": work.user_id}
    fitting = _fitting(work, old, table, record, values)
    work.session.execute(update(table).where(table.c.id == record).values(**fitting, **stamp))
    _derive(work, class_of(table.name), record)


def _derive(work: UnitOfWork, cls: type[Record], record: int) -> None:
    """Let keys follow from the fields of which some were taken over; written at the next flush where they differ."""
    written = work.session.get(cls, record, populate_existing=True)
    if written is not None:
        written.derive(work.database.home)
        work.session.flush()


def _insert(work: UnitOfWork, old: Scratch, table: Table, each: Difference) -> None:
    """Bring back a record under its id; its version is one that nobody has read."""
    stamp = {"created_at": now(), "created_by": work.user_id, "changed_at": now(), "changed_by": work.user_id}
    fitting = _fitting(work, old, table, each.record, dict(each.then))
    version = 1000 + work.operation_id
    work.session.execute(insert(table).values(id=each.record, version=version, **stamp, **fitting))


def _has_ground(work: UnitOfWork, table: Table, values: Mapping[str, Any]) -> bool:
    """Tell whether everything is there that a record cannot be without: what it belongs to, and what a link leads to.

    What a contact person said is nothing that the contact said.
    """
    for key in table.foreign_keys:
        value, is_said = values.get(key.parent.name), table.name == Consent.__tablename__
        if value is None or (key.parent.nullable and not is_said):
            continue
        if not _exists(work, key.column.table, key.column, value):
            return False
    if table.name != ActivityLink.__tablename__:
        return True
    led_to = Base.metadata.tables.get(str(values["table_name"]))
    return led_to is not None and _exists(work, led_to, led_to.c.id, values["record_id"])


def _fitting(work: UnitOfWork, old: Scratch, table: Table, record: int, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without what points to nothing any more, and with a number that is free."""
    for key in table.foreign_keys:
        name, wanted = key.parent.name, values.get(key.parent.name)
        if wanted is None:
            continue
        if table.name == Attachment.__tablename__ and name == "sha256":
            _bring_content(work, old, str(wanted))
        elif key.parent.nullable and not _exists(work, key.column.table, key.column, wanted):
            values[name] = None
    if table.name == Contact.__tablename__ and values.get("number"):
        taken = select(Contact.id).where(Contact.number == values["number"], Contact.id != record)
        if work.session.scalar(taken) is not None:
            found = work.session.get(Contact, record) or Contact(is_customer=bool(values.get("is_customer", True)))
            values["number"] = numbering.draw(work.session, numbering.range_of(found))
    return values


def _exists(work: UnitOfWork, table: Table, column: Any, value: Any) -> bool:
    return work.session.scalar(select(column).select_from(table).where(column == value).limit(1)) is not None


def _bring_content(work: UnitOfWork, old: Scratch, sha256: str) -> None:
    """Take the bytes of a file out of the backup where the office has dropped them."""
    if _exists(work, table_of(Blob), Blob.sha256, sha256):
        return
    pieces: list[dict[str, Any]] = []
    with opened(old.path, old.secret) as loading:
        for position, data in enumerate(loading.content(sha256)):
            pieces.append({"sha256": sha256, "position": position, "data": data})
    size = sum(len(each["data"]) for each in pieces)
    work.session.execute(insert(table_of(Blob)).values(sha256=sha256, size=size))
    if pieces:
        work.session.execute(insert(table_of(BlobChunk)), pieces)
