"""Carrying out a cut-over: everything in one operation, so that Cancel leaves nothing and one undo takes all back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import N_, _
from gcrm.model.contact import Contact
from gcrm.model.open_item import OpenItem
from gcrm.model.registry import table_of
from gcrm.services import attachment, blob, number_range
from gcrm.services.backup import many
from gcrm.services.collector import collector_paused
from gcrm.services.database import Database
from gcrm.services.exchange.cut_over.numbers import Owner
from gcrm.services.exchange.cut_over.plan import CutOver
from gcrm.services.exchange.importer import undo_import, write_plan
from gcrm.services.progress import Progress, Silence
from gcrm.services.search import reindex
from gcrm.services.unit_of_work import UnitOfWork, bump, unit_of_work

BATCH = 500
LABEL = N_("Data taken over from “{name}”")


@collector_paused()
def carry_out(database: Database, made: CutOver, progress: Progress | None = None) -> int | None:
    """Write a plan; return the operation to undo, None where there was nothing that could be undone.

    An undo brings number ranges back where nothing was drawn since. `progress.check` may stop it: then nothing was
    written. A plan is carried out once. Raises UserError, ConflictError and EnvironmentProblem, the office
    is then as it was.
    """
    watch = progress or Silence()
    if made.attach:
        database.rights.require("files", "create")
    if not made.count:
        return None
    many.before_many(database, made.count, watch, least=many.MANY)
    plan = made.planning.plan
    places = [place for place, row in enumerate(plan.rows) if row.action == "create"]
    moved = {change.key: [change.former, change.value] for change in made.ranges}
    params = {"name": made.folder.path.name, number_range.MOVED: moved}
    with unit_of_work(database, LABEL, kind="import", params=params, index=False) as work:
        for change in made.ranges:
            number_range.raise_to(work, change.key, change.value)
        created, _filled = write_plan(work, plan, watch, made.planning.more)
        new = dict(zip(places, created, strict=True))
        _write_records(work, made, new, watch)
        _write_items(work, made, watch)
        _write_files(work, made, new, watch)
        watch.check()
        operation = work.operation_id
    return operation if made.count > len(made.ranges) else None


def take_back(database: Database, operation: int, made: CutOver) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Undo a cut-over; return the names of contacts that were edited since and stay, and of ranges that stay.

    Raises UserError when it was undone already.
    """
    kept = undo_import(database, operation)
    with database.read() as session:
        now = {each.key: each.next_value for each in number_range.ranges(session)}
    return kept, tuple(each.label for each in made.ranges if now.get(each.key) != each.former)


def _write_records(work: UnitOfWork, made: CutOver, new: Mapping[int, int], watch: Progress) -> None:
    """Write the records that waited for the ids of their contacts."""
    records = made.planning.records
    for start in range(0, len(records), BATCH):
        watch.report(start, len(records), _("Notes and follow-ups"))
        watch.check()
        some = records[start : start + BATCH]
        for owner, record in some:
            record.contact_id = _contact(owner, new)
        work.session.add_all(record for _owner, record in some)
        work.session.flush()


def _write_items(work: UnitOfWork, made: CutOver, watch: Progress) -> None:
    """Write the open items of contacts that are here, new ones and changes; those of new contacts came with them."""
    items = made.planning.items
    owners = {contact for contact, _item in items.new} | {contact for contact, _values in items.changed.values()}
    watch.report(0, 0, _("Open items"))
    for contact, item in items.new:
        item.contact_id = contact
    work.session.add_all(item for _contact, item in items.new)
    for number, (_owner, values) in items.changed.items():
        record = work.session.get_one(OpenItem, number)
        for name, value in values.items():
            setattr(record, name, value)
    work.session.flush()
    bump(work.connection, table_of(Contact), sorted(owners), work.user_id)
    reindex(work.session, owners)
    watch.check()


def _write_files(work: UnitOfWork, made: CutOver, new: Mapping[int, int], watch: Progress) -> None:
    """Attach the files."""
    for done, (owner, path) in enumerate(made.attach):
        watch.report(done, len(made.attach), path.name)
        watch.check()
        _attach(work, _contact(owner, new), path)


def _attach(work: UnitOfWork, contact: int, path: Path) -> None:
    """Attach one file. Raises EnvironmentProblem where it cannot be read any more."""
    try:
        with path.open("rb") as stream:
            content = blob.measure(stream)
            stream.seek(0)
            attachment.add(work, content, stream, path.name, contact_id=contact)
    except OSError as problem:
        sentence = _("“{name}” cannot be read; nothing was taken over. Check the file and begin again.")
        raise EnvironmentProblem(sentence.format(name=path.name), details=str(problem)) from problem


def _contact(owner: Owner, new: Mapping[int, int]) -> int:
    """Return the id of a contact, whose row has become one by now."""
    return owner.contact if owner.contact is not None else new[owner.place or 0]
