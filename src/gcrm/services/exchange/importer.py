"""Importing contacts: look first (`preview`), then carry out (`apply`) in one operation that can be undone whole.

Nothing is created silently that seems to be there: such cards are left out unless somebody chooses to fill the empty
fields of the contact that is there, or to add it all the same. Every line of every file is accounted for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import N_, current_language
from gcrm.model.base import Home
from gcrm.model.change import Change
from gcrm.model.contact import Contact
from gcrm.model.fold import clean, fold
from gcrm.services import contact_list, custom_field
from gcrm.services.backup import many
from gcrm.services.collector import collector_paused
from gcrm.services.database import Database
from gcrm.services.exchange import own_fields
from gcrm.services.exchange.card import Card, CardFile
from gcrm.services.exchange.contact_card import Imported, to_contact
from gcrm.services.exchange.import_fill import missing
from gcrm.services.exchange.import_join import join_rows, part_rows
from gcrm.services.exchange.import_lists import MemberList, find_here, find_members, is_list, list_name, told_files
from gcrm.services.exchange.import_match import PICTURE, all_points, match_rows
from gcrm.services.exchange.import_others import read_others, write_others
from gcrm.services.exchange.import_plan import (
    ImportPlan,
    ImportReport,
    ImportRow,
    Line,
    MatchBy,
    Progress,
    Rule,
    Silence,
)
from gcrm.services.exchange.import_write import Writer
from gcrm.services.exchange.plain_records import plain_maker, slim
from gcrm.services.exchange.sort_files import SortedFiles, check_found, sort_files
from gcrm.services.exchange.tables.choice import Choice, OwnField, Where
from gcrm.services.exchange.tables.facts import TableFacts
from gcrm.services.exchange.tables.sheets import other_sheets
from gcrm.services.exchange.worker import TAKEN, Reader
from gcrm.services.search import reindex
from gcrm.services.undo import undo
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

BATCH = 500
ONE, MANY = N_("{count} contact imported"), N_("{count} contacts imported")
FILES = N_("“{name}” and other files imported")


@collector_paused()
def preview(
    database: Database,
    paths: Iterable[Path],
    progress: Progress | None = None,
    *,
    duplicates: Rule = "skip",
    by: MatchBy = "any",
    choice: Choice | None = None,
    choices: Mapping[Path, Choice] | None = None,
    mails_to: int | None = None,
    without: Collection[Path] = frozenset(),
    every_sheet: bool = True,
    known: Mapping[Line, int] | None = None,
) -> ImportPlan:
    """Read files and say what an import would do; nothing is written.

    `choice` says how files are read, `choices` how single ones are; what they leave open is found. Calendars and mails
    are `others` of the plan; `mails_to` is the contact that gets the mails, `without` are files of folders to leave
    out, `every_sheet` of a spreadsheet is read; `known` are contacts that lines became before. Of several files those
    that cannot be read are named in `refused`; a single one raises UserError, or EnvironmentProblem when reading it
    hit the limits.
    """
    database.rights.require("exchange", "create")
    watch = progress or Silence()
    usual = choice or Choice()
    files = sort_files(paths, is_told=bool(usual.kind), without=without)
    with database.read() as session:
        where = where_of(session, database.home)

    def how(path: Path) -> Choice:
        return replace((choices or {}).get(path, usual), where=where)

    reading = _Reading(files, how, watch)
    plan = reading.plan(without, every_sheet=every_sheet)
    plan.others, refused = read_others(database, files.calendars, files.mails, watch, mails_to)
    plan.refused += (*refused, *files.refused)
    if files.is_single and plan.refused and not plan.files:
        raise UserError(plan.refused[0][1])
    _match(database, plan, reading.lists, watch, by, known or {})
    plan.set_duplicates(duplicates)
    return plan


def _match(
    database: Database,
    plan: ImportPlan,
    lists: Sequence[MemberList],
    watch: Progress,
    by: MatchBy,
    known: Mapping[Line, int],
) -> None:
    """Find for each row of a plan the contact that it seems to be."""
    find_members(lists, plan.rows)
    _find_twins(plan.rows)
    join_rows(plan.rows, (place for place, file in enumerate(plan.files) if file.table is not None))
    fresh = [row for row in plan.rows if row.is_contact]
    for row in fresh if known else ():
        row.known = known.get(plan.line_of(row))
    with database.read() as session:
        own_fields.settle(session, (row.imported.contact for row in fresh))
        for start in range(0, len(fresh), BATCH):
            watch.report(len(fresh) + start, len(fresh) * 2)
            match_rows(session, fresh[start : start + BATCH], database.home, by)
        find_here(session, lists)
    plan.files = told_files(plan.files, lists)
    part_rows(plan.rows)
    _note_twin_additions(plan.rows)
    _note_numbers(plan.rows)


def where_of(session: Session, home: Home) -> Where:
    """Return where the office is, and its user-defined fields of contacts."""
    own = (OwnField(each.owner, each.label, each.kind) for each in custom_field.fields(session, "contact"))
    return Where(current_language(), home.country, tuple(own))


class _Reading:
    """Reads the files of an import, one after the other; a row is made of each card, which is then let go."""

    def __init__(self, files: SortedFiles, how: Callable[[Path], Choice], watch: Progress) -> None:
        self._files = files
        self._how = how
        self._watch = watch
        self._rows: list[ImportRow] = []
        self.lists: list[MemberList] = []
        self._read: list[tuple[Path, CardFile]] = []
        self._refused: list[tuple[Path, str]] = []

    def plan(self, without: Collection[Path], *, every_sheet: bool) -> ImportPlan:
        """Read all files, and of spreadsheets every sheet."""
        wanted = self._files.contacts
        with Reader() as reader:
            for place, path in enumerate(wanted):
                self._watch.report(place, len(wanted) * 2, path.name)
                self._watch.check()
                how = self._how(path)
                file = self._one(reader, path, how, is_found=path in self._files.found)
                sheets = other_sheets(path, file) if file is not None and every_sheet else ()
                for other, name in sheets:
                    if other not in without:
                        self._one(reader, other, replace(self._how(other), sheet=name), is_found=True)
        read = self._read
        paths, files = tuple(path for path, _file in read), tuple(file for _path, file in read)
        return ImportPlan(paths, files, self._rows, refused=tuple(self._refused))

    def _one(self, reader: Reader, path: Path, how: Choice, *, is_found: bool) -> CardFile | None:
        """Read a file or a sheet; return None, or raise for the only one, where it cannot be taken."""
        taking = _Taking(len(self._read))
        file = None
        try:
            file = reader.read(path, how, partial(_is_stopped, self._watch), taking.take)
            if is_found:
                check_found(path, file, len(taking.rows))
        except (UserError, EnvironmentProblem) as problem:
            if self._files.is_single and path in self._files.contacts:
                raise
            self._refused.append((path, problem.sentence))
        else:
            self._read.append((path, file))
            self._rows += taking.in_order(file.table)
            self.lists += taking.lists
        return file


class _Taking:
    """Makes rows of the cards of one file while the next ones are read; `place` is that of the file."""

    def __init__(self, place: int) -> None:
        self._place = place
        self._plain = plain_maker()
        self.rows: list[ImportRow] = []
        self.lists: list[MemberList] = []

    def take(self, card: Card) -> object:
        """Make a row of a card: a contact, or a list of contacts."""
        row = ImportRow(self._place, card.line, card.display_name(), self._imported(card))
        if is_list(card):
            row.action, row.list_name = "skip", list_name(card)
            self.lists.append(MemberList(row, card))
        self.rows.append(row)
        return TAKEN

    def _imported(self, card: Card) -> Imported:
        made = Imported(self._plain.empty_contact()) if is_list(card) else to_contact(card, self._plain)
        slim(made.contact)
        return made

    def in_order(self, table: TableFacts | None) -> list[ImportRow]:
        """Return the rows in the order of their lines; of a table also those that give no contact."""
        if table is not None:
            self._add_bad(table)
        self.rows.sort(key=attrgetter("line"))
        self.lists.sort(key=attrgetter("row.line"))
        return self.rows

    def _add_bad(self, table: TableFacts) -> None:
        """Name the rows of a table as their contacts are called, and say which do not fit."""
        for row in self.rows:
            row.name = row.imported.contact.display_name or row.name
        nobody = Imported(self._plain.empty_contact())
        bad = {row.line: row for row in table.bad_rows}
        self.rows += (ImportRow(self._place, line, "", nobody, action="error") for line in bad if bad[line].is_left_out)
        for row in self.rows if bad else ():
            row.bad = (bad[row.line], table.columns) if row.line in bad else None


def _is_stopped(watch: Progress) -> bool:
    """Let a reader that waits for another process hear of Cancel."""
    watch.check()
    return False


def _find_twins(rows: Sequence[ImportRow]) -> None:
    """Note the rows that repeat an earlier one: the same exchange id, or all the same."""
    by_uid: dict[str, int] = {}
    by_content: dict[int, int] = {}
    for place, row in enumerate(rows):
        if not row.is_contact:
            continue
        contact = row.imported.contact
        content = _content(contact)
        alike = by_content.setdefault(hash(content), place)  # all contents at once would take as much as the contacts
        twin = by_uid.get(contact.uid) if contact.uid else alike
        if twin is not None and twin != place and (contact.uid or _content(rows[twin].imported.contact) == content):
            row.twin, row.twin_line, row.match_name = twin, rows[twin].line, rows[twin].name
        elif contact.uid:
            by_uid[contact.uid] = place


def _content(contact: Contact) -> tuple[object, ...]:
    """Return what makes two cards of a file say the same."""
    names = (contact.kind, contact.name, contact.name2, contact.title, contact.first_name, contact.last_name)
    points = frozenset((point.kind, point.value) for point in all_points(contact))
    places = frozenset((a.street, a.house_number, a.postcode, a.town, a.country) for a in contact.addresses)
    persons = frozenset((person.person.full_name, person.function) for person in contact.persons)
    more = (contact.birthday, contact.notes, tuple(contact.kept))
    return (*names, points, places, persons, *more)


def _note_twin_additions(rows: Sequence[ImportRow]) -> None:
    """Say what a repeated card adds to the first one of its kind."""
    for row in rows:
        if row.twin is not None and row.match is None:
            first = rows[row.twin]
            row.carried = frozenset(map(fold, first.categories))
            row.news = missing(first.imported.contact, row.imported.contact)
            if row.imported.photo is not None and first.imported.photo is None:
                row.news += (PICTURE,)


def _note_numbers(rows: Sequence[ImportRow]) -> None:
    """Note the rows whose number an earlier one of this import brings along."""
    brought: set[str] = set()
    for row in rows:
        number = row.imported.contact.number
        if row.is_contact and number and row.twin is None:
            row.is_number_taken = row.is_number_taken or number in brought
            brought.add(number)


@collector_paused()
def apply(
    database: Database, plan: ImportPlan, progress: Progress | None = None, *, categories: Iterable[str] = ()
) -> ImportReport:
    """Carry out a plan in one operation; `categories` are given to every contact that is created or updated.

    `progress.check` may stop it: then nothing was written. Raises ConflictError when a contact to be filled is gone.
    """
    watch = progress or Silence()
    plan.set_categories(name for name in map(clean, categories) if name)
    create = list(plan.planned("create"))
    update = list(plan.planned("update"))
    reports = plan.file_reports()
    if not create and not update and not plan.others:
        return ImportReport(reports)
    lists = (len(plan.list_contacts(row)) if row.list_name else 1 for row in update if not row.is_joined)
    count = len(create) + sum(lists)
    label, params = _label(plan, count)
    many.before_many(database, count + plan.others.count, watch, least=many.MANY)
    with unit_of_work(database, label, kind="import", params=params, index=False) as work:
        created, updated = write_plan(work, plan, watch)
        others = write_others(work, plan.others, watch)
        is_change = bool(created or updated or any(others.counts().values()))
        operation = work.operation_id if is_change else None
    return ImportReport(reports, operation, tuple(created), tuple(updated), others=others)


def trial(database: Database, plan: ImportPlan) -> ImportReport:
    """Say what `apply` would do; nothing is written."""
    with database.read() as session:
        return ImportReport(plan.file_reports(), others=plan.others.told(session, database))


def _label(plan: ImportPlan, count: int) -> tuple[str, dict[str, object]]:
    """Return what the operation is called, and what the words are filled with."""
    if not plan.others:
        return ONE if count == 1 else MANY, {"count": count}
    paths = [*plan.paths, *(path for path, _file in plan.others.calendars), *(one.path for one in plan.others.mails)]
    return FILES, {"name": paths[0].name, "count": len(paths) - 1}


def write_plan(
    work: UnitOfWork, plan: ImportPlan, watch: Progress, more: Sequence[ImportRow] = ()
) -> tuple[list[int], list[int]]:
    """Write what a plan says, and what `more` adds to contacts that are here, with the search index.

    Return the ids of the new contacts, in the order of their rows, and of those that were filled.
    """
    create, update = list(plan.planned("create")), [*plan.planned("update"), *more]
    own_fields.make_new(work, plan.new_fields(), (row.imported.contact for row in (*create, *update)))
    created, updated = Writer(work, plan, watch).write(create, update)
    count = len(create) + len(update)
    watch.report(count, count)
    reindex(work.session, {*updated, *_with_own(work.session, create, created, update)})
    watch.check()
    return created, updated


def _with_own(
    session: Session, create: Sequence[ImportRow], created: Sequence[int], update: Sequence[ImportRow]
) -> set[int]:
    """Return the contacts that got user-defined values, after those that point to others found them."""
    written = [(row.imported.contact, contact) for row, contact in zip(create, created, strict=True)]
    written += [(row.imported.contact, row.match) for row in update if row.match is not None]
    pointing = {contact for imported, contact in written if own_fields.points_elsewhere(imported)}
    own_fields.link(session, sorted(pointing))
    return pointing | {contact for imported, contact in written if own_fields.has_values(imported)}


def undo_import(database: Database, operation: int) -> tuple[str, ...]:
    """Take an import back; contacts that somebody edited since stay whole. Return their names.

    Raises UserError when it was undone already.
    """
    kept = undo(database, operation, keep_edited=True)
    with database.read() as session:
        of_record = select(Change.contact_id).where(Change.operation_id == operation)
        ids: set[int] = set()
        for name, record in {conflict.record for conflict in kept}:
            found = session.scalar(of_record.where(Change.table_name == name, Change.record_id == record).limit(1))
            ids |= {found} if found is not None else set()
        rows = contact_list.rows(session, sorted(ids), ("display_name",))
    return tuple(str(row["display_name"]) for row in rows.values())
