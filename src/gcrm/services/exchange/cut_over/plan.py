"""What a cut-over would do: the account of every file, and all that is to be written; nothing is written here.

First the contacts, by the import that everything else uses; then what belongs to them, by customer number; then the
files, by the number in their name; then where the number ranges go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.model.attachment import Attachment
from gcrm.services import blob
from gcrm.services.collector import collector_paused
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.exchange.card import CardFile
from gcrm.services.exchange.cut_over import account as reasons
from gcrm.services.exchange.cut_over.account import Account, FilesAccount, RangeChange
from gcrm.services.exchange.cut_over.kinds import CONTACT, FILE, kind_named, targets_for
from gcrm.services.exchange.cut_over.numbers import Numbers, Owner, office_numbers
from gcrm.services.exchange.cut_over.planning import Planning
from gcrm.services.exchange.cut_over.sources import Folder, Source, files_of
from gcrm.services.exchange.import_plan import ImportPlan, ImportRow
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.tables.table_read import LEFT_OUT
from gcrm.services.exchange.worker import Reader, ReadingStoppedError
from gcrm.services.file_safety import safe_name
from gcrm.services.number_range import HIGHEST, RangeRow, highest_of, ranges
from gcrm.services.numbering import range_of
from gcrm.services.progress import Progress, Silence


@dataclass(slots=True)
class CutOver:
    """A plan, which is carried out once (carry_out.py), and the accounts that the sheet shows (sheet.py)."""

    folder: Folder
    planning: Planning
    accounts: list[Account] = field(default_factory=list)
    files: FilesAccount = field(default_factory=FilesAccount)
    attach: list[tuple[Owner, Path]] = field(default_factory=list)
    ranges: list[RangeChange] = field(default_factory=list)
    without_range_right: bool = False

    @property
    def count(self) -> int:
        """Return how many records are written."""
        written = sum(each.created + each.updated for each in self.accounts)
        return written + len(self.attach) + len(self.ranges)


@collector_paused()
def make_plan(database: Database, folder: Folder, progress: Progress | None = None) -> CutOver:
    """Return what a cut-over of a folder would do. Raises UserError, also when `progress` stops it."""
    database.rights.require("exchange", "create")
    watch = progress or Silence()
    imports = _contacts(database, folder, watch)
    with database.read() as session, Reader() as reader:
        office = office_numbers(session)
        planning = Planning(
            session, imports, Numbers(imports, office), importer.where_of(session, database.home), database.home,
            database.user_id, watch,
        )  # fmt: skip
        made = CutOver(folder, planning)
        places = {path: place for place, path in enumerate(imports.paths)}
        refused = dict(imports.refused)
        for source in folder.sources:
            if source.kind == FILE:
                continue
            account = Account(source.name, source.kind, problem=source.problem or refused.get(source.path, ""))
            made.accounts.append(account)
            if source.path in places:
                _count_contacts(account, imports, places[source.path])
            elif not account.problem:
                _take(planning, account, source, reader)
        _plan_files(made, session, watch)
        made.ranges = list(_plan_ranges(session, imports, folder.next_numbers))
    if not database.rights.may("settings", "settings"):
        made.without_range_right, made.ranges = bool(made.ranges), []
    return made


def _contacts(database: Database, folder: Folder, watch: Progress) -> ImportPlan:
    """Plan the import of the tables of contacts; contacts that are here are filled, never overwritten."""
    wanted = [each for each in folder.sources if each.kind == CONTACT and not each.problem]
    if not wanted:
        return ImportPlan()
    told = {
        each.path: Choice(sheet=each.sheet, targets=targets_for(CONTACT, each.columns, each.said)) for each in wanted
    }
    return importer.preview(database, told, watch, duplicates="update", choices=told, every_sheet=False)


def _count_contacts(account: Account, plan: ImportPlan, place: int) -> None:
    """Count what becomes of the rows of a table of contacts."""
    for row in plan.rows:
        if row.file == place:
            _count_contact(account, row)
    file = plan.files[place]
    _note_cells(account, file)
    account.settle(file.table.rows if file.table else 0)


def _count_contact(account: Account, row: ImportRow) -> None:
    """Count one row."""
    if row.action == "create":
        account.created += 1
        account.remarks[reasons.OLD_NUMBER_TAKEN] += row.is_number_taken
    elif row.action == "update":
        account.updated += 1
    elif row.action == "error":
        account.skip(reasons.NOBODY)
    else:
        account.skip(reasons.TWICE if row.twin is not None else reasons.NOTHING_NEW)


def _note_cells(account: Account, file: CardFile) -> None:
    """Remark cells of columns that are left out, and rows with values that do not fit or cannot be right."""
    account.remarks[reasons.LEFT_OUT] += sum(said.reason == LEFT_OUT for said in file.account.reported)
    rows = file.table.bad_rows if file.table else ()
    account.remarks[reasons.DOUBTFUL] += sum(not row.is_left_out for row in rows)


def _take(planning: Planning, account: Account, source: Source, reader: Reader) -> None:
    """Read a table of what belongs to contacts, and let its kind take the rows."""
    kind = kind_named(source.kind)
    if kind is None or kind.take is None:
        account.rows = source.rows
        account.skipped[reasons.NOT_WANTED] = source.rows
        return
    targets = targets_for(source.kind, source.columns, source.said)
    choice = Choice(sheet=source.sheet, targets=targets, where=planning.where)
    try:
        file = reader.read(source.path, choice, partial(_is_stopped, planning.watch))
    except ReadingStoppedError:
        raise
    except (UserError, EnvironmentProblem) as problem:
        account.problem = problem.sentence
        return
    kind.take(planning, account, file)
    _note_cells(account, file)
    account.settle(file.table.rows if file.table else 0)


def _is_stopped(watch: Progress) -> bool:
    """Let a reader that waits for another process hear of Cancel."""
    watch.check()
    return False


# --- files --------------------------------------------------------------------------------------------------------


def _plan_files(made: CutOver, session: Session, watch: Progress) -> None:
    """Find whose each file is; one that its contact has already, is not attached again."""
    wanted = files_of(made.folder)
    made.files.found = len(wanted)
    for done, path in enumerate(wanted):
        watch.report(done, len(wanted), path.name)
        watch.check()
        inner = path.relative_to(made.folder.path)
        owner, reason = made.planning.numbers.of_path(inner)
        if owner is None:
            made.files.without.append((inner.as_posix(), reason))
            continue
        try:
            is_here = owner.contact is not None and _is_attached(session, owner.contact, path)
            with path.open("rb"):
                pass
        except OSError:
            made.files.without.append((inner.as_posix(), reasons.CANNOT_BE_READ))
            continue
        if is_here:
            made.files.here += 1
        else:
            made.files.attached += 1
            made.attach.append((owner, path))


def _is_attached(session: Session, contact: int, path: Path) -> bool:
    """Tell whether a contact has a file of this name and content."""
    same = (Attachment.contact_id == contact, Attachment.name == safe_name(path.name))
    wanted = select(Attachment.sha256).where(*same, Attachment.size == path.stat().st_size)
    found = set(session.scalars(wanted))
    if not found:
        return False
    with path.open("rb") as stream:
        return blob.measure(stream).sha256 in found


# --- number ranges ------------------------------------------------------------------------------------------------


def _plan_ranges(session: Session, plan: ImportPlan, said: Mapping[str, int]) -> Iterator[RangeChange]:
    """Yield the ranges that go on further on: as the mapping file says, else behind the highest number that came."""
    numbers: dict[str, list[str]] = {}
    for row in plan.planned("create"):
        contact = row.imported.contact
        if contact.number:
            numbers.setdefault(range_of(contact), []).append(contact.number)
    for each in ranges(session):
        value = said.get(each.key) or highest_of(each, numbers.get(each.key, ())) + 1
        if each.next_value < value <= HIGHEST:
            after = RangeRow(each.key, each.prefix, each.digits, value)
            yield RangeChange(each.key, each.label, each.sample, after.sample, value, each.next_value)
