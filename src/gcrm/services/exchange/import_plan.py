"""What an import would do: per file the account of its lines, per card what becomes of it and why.

A plan is made by importer.preview, looked at (and changed) by a person, and carried out by importer.apply.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gcrm.i18n import N_, _
from gcrm.model.fold import fold
from gcrm.services.exchange.card import CardFile
from gcrm.services.exchange.contact_card import Imported
from gcrm.services.exchange.import_others import Others, OthersReport
from gcrm.services.exchange.tables.facts import BadRow, ColumnFacts, TableFacts
from gcrm.services.progress import Progress as Progress
from gcrm.services.progress import Silence as Silence

Line = tuple[Path, int]
"""Where a row stands: its file, and the line there."""
Action = Literal["create", "update", "skip", "error"]
MatchBy = Literal["any", "number", "email", "phone", "name"]
MATCHES: tuple[MatchBy, ...] = ("any", "number", "email", "phone", "name")
"""By what contacts are known again: whatever tells, or one thing alone."""
Rule = Literal["skip", "update", "replace", "add"]
RULES: tuple[Rule, ...] = ("skip", "update", "replace", "add")
"""What happens to who is here: left out, filled where empty, changed to what the file says, or added again."""
_WRITTEN = ("create", "update", "skip")

NEW = N_("New")
NOTHING_NEW = N_("{name} is here already with all of this")
LEFT_OUT = N_("{name} seems to be the same; left out")
NOTHING_EMPTY = N_("{name} says something else; nothing empty to fill")
FILLED = N_("{name} seems to be the same; adds {fields}")
REPLACED = N_("{name} seems to be the same; takes over {fields}")
ADDED = N_("Added beside {name}")
TWICE = N_("Stands in the file already, in line {line}")
JOINED = N_("Joins {name} of line {line}; adds {fields}")
UNWANTED = N_("Left out by hand")
NUMBER_TAKEN = N_("number {number} is taken, it gets another one")
IS_LIST = N_("A list: its members get the category “{name}”")
CATEGORY = N_("Category")


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file; lines = mapped + kept + the number of reported."""

    file: str
    format: str
    records: int
    created: int
    updated: int
    skipped: int
    lines: int
    mapped: int
    kept: int
    reported: tuple[tuple[int, str], ...] = ()
    encoding: str = ""
    table: TableFacts | None = None

    @property
    def errors(self) -> int:
        """Return how many rows of a table give no contact."""
        return sum(row.is_left_out for row in self.table.bad_rows) if self.table else 0

    def as_json(self) -> dict[str, Any]:
        """Return what `gcrm import --json` writes of it."""
        names = ("file", "format", "records", "created", "updated", "skipped", "lines", "mapped", "kept")
        reported = [{"line": line, "reason": reason} for line, reason in self.reported]
        told = {name: getattr(self, name) for name in names} | {"reported": reported}
        if self.table is None:
            return told
        rows = [{"line": row.line, "reason": row.reasons(self.table.columns)} for row in self.table.bad_rows]
        return told | {"errors": self.errors, "rows_to_correct": rows, "table": self.table.as_json()}


@dataclass(slots=True)
class ImportRow:
    """One card of a file. `match` is the contact it seems to be, `twin` the row of this import it repeats.

    `news` are the labels (marked) of what it would add to the match beside categories, `changes` of what it says
    otherwise, `carried` the folded names of
    the categories that are there, `extra` the categories all contacts of the import get. A list has a `list_name`;
    its `members` are rows of this import, `here` contacts of the office that do not carry its category yet. `bad` is
    what does not fit in a row of a table, with the columns of that: such a row may be an error, which gives no contact.
    One that `is_joined` adds its person to the organisation of its twin. `is_apart`: a person looked at this one row
    and said that it is no duplicate. `is_number_taken`: somebody else has its number, or brings it along before.
    `is_unwanted`: a person looked at this one row and left it out.
    `known` is the contact that it became or filled when it was imported before.
    """

    file: int
    line: int
    name: str
    imported: Imported
    match: int | None = None
    match_name: str = ""
    why: str = ""
    twin: int | None = None
    news: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    action: Action = "create"
    list_name: str = ""
    group_categories: tuple[str, ...] = ()
    twin_line: int = 0
    carried: frozenset[str] = frozenset()
    extra: tuple[str, ...] = ()
    rule: Rule = "skip"
    members: tuple[int, ...] = ()
    here: tuple[int, ...] = ()
    bad: tuple[BadRow, tuple[ColumnFacts, ...]] | None = None
    is_joined: bool = False
    is_apart: bool = False
    is_number_taken: bool = False
    is_unwanted: bool = False
    known: int | None = None

    @property
    def is_error(self) -> bool:
        """Tell whether the row gives no contact."""
        return self.bad is not None and self.bad[0].is_left_out

    @property
    def is_contact(self) -> bool:
        """Tell whether the row stands for a contact: it is no list and no error."""
        return not self.list_name and not self.is_error

    @property
    def is_duplicate(self) -> bool:
        """Tell whether there is a choice between leaving out, filling and adding."""
        return self.is_contact and not self.is_joined and (self.match is not None or self.twin is not None)

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the names of the categories the contact gets: its own, those of lists, those for all."""
        return tuple(dict.fromkeys((*self.imported.categories, *self.group_categories, *self.extra)))

    @property
    def lacking(self) -> tuple[str, ...]:
        """Return the categories that the contact it seems to be does not carry; a repeated card's has those for all."""
        carried = self.carried if self.match is not None else self.carried | frozenset(map(fold, self.extra))
        return tuple(name for name in self.categories if fold(name) not in carried)

    @property
    def additions(self) -> tuple[str, ...]:
        """Return the labels (marked) of all it would add; none: it says nothing new."""
        return (*self.news, CATEGORY) if (self.is_duplicate or self.is_joined) and self.lacking else self.news

    @property
    def is_replacing(self) -> bool:
        """Tell whether the row changes what is there."""
        return self.rule == "replace" and self.action == "update" and not self.is_joined and not self.list_name

    def offers(self, rule: Rule) -> bool:
        """Tell whether a person can decide the row by a rule: filling and replacing need something to do."""
        if not self.is_duplicate:
            return self.is_contact and not self.is_joined and rule == ("add" if self.is_unwanted else "skip")
        is_something = {"update": bool(self.additions), "replace": bool(self.additions or self.changes)}
        return is_something.get(rule, True)

    def decide(self, rule: Rule, *, is_apart: bool = False) -> None:
        """Follow a rule for duplicates; what says nothing new is left out unless it shall be added again."""
        self.rule = rule
        self.is_apart = is_apart and rule == "add"
        if self.is_error:
            self.action = "error"
        elif self.is_unwanted:
            self.action = "skip"
        elif self.is_joined:
            self.action = "update" if self.additions else "skip"
        elif not self.is_duplicate or rule == "add":
            self.action = "create"
        elif rule != "skip" and self.offers(rule):
            self.action = "update"
        else:
            self.action = "skip"

    def reason(self) -> str:
        """Say why this happens, and what does not fit, in the language in force."""
        wrong = [self.bad[0].reasons(self.bad[1])] if self.bad is not None else []
        if self.is_error:
            return "; ".join(wrong)
        if self.is_number_taken and self.action == "create":
            wrong.insert(0, _(NUMBER_TAKEN).format(number=self.imported.contact.number))
        reason = self._reason()
        for each in wrong:
            reason = _("{reason}; {wrong}").format(reason=reason, wrong=each)
        return reason

    def _reason(self) -> str:
        """Say why this happens."""
        if self.list_name:
            return _(IS_LIST).format(name=self.list_name)
        if self.is_unwanted:
            return _(UNWANTED)
        if self.is_joined and self.additions:
            return _(JOINED).format(name=self.match_name, line=self.twin_line, fields=", ".join(map(_, self.additions)))
        if not self.is_duplicate and not self.is_joined:
            return _(NEW)
        if self.twin is not None and self.action == "skip":
            return _(TWICE).format(line=self.twin_line)
        name = self.match_name
        if self.action == "create":
            return _(ADDED).format(name=name)
        if not self.additions and not self.changes:
            return _(NOTHING_NEW).format(name=name)
        if self.action == "skip":
            sentence = NOTHING_EMPTY if self.rule == "update" else LEFT_OUT
            return _(sentence).format(name=name)
        if self.rule == "replace":
            fields = dict.fromkeys((*self.changes, *self.additions))
            return _(REPLACED).format(name=name, fields=", ".join(map(_, fields)))
        return _(FILLED).format(name=name, fields=", ".join(map(_, self.additions)))


@dataclass(slots=True)
class ImportPlan:
    """What would happen to each card of each file. `files` are without their cards: a row has what one stands for."""

    paths: tuple[Path, ...] = ()
    files: tuple[CardFile, ...] = ()
    rows: list[ImportRow] = field(default_factory=list)
    rule: Rule = "skip"
    refused: tuple[tuple[Path, str], ...] = ()
    others: Others = field(default_factory=Others)

    @property
    def every(self) -> list[Path]:
        """Return all files, in the order in which they are shown: those read, then those refused."""
        others = (*(path for path, _calendar in self.others.calendars), *(one.path for one in self.others.mails))
        return [*self.paths, *others, *(path for path, _why in self.refused)]

    def set_duplicates(self, rule: Rule) -> None:
        """Decide all duplicates in the same way."""
        self.rule = rule
        for row in self.rows:
            row.decide(rule)
        self._decide_lists()

    def decide(self, places: Iterable[int], rule: Rule) -> None:
        """Decide single rows, looked at one by one; one that is new can be left out. Lists follow their members."""
        for place in places:
            row = self.rows[place]
            if row.offers(rule) and not row.is_duplicate:
                row.is_unwanted = rule == "skip"
            row.decide(rule, is_apart=True)
        for row in self.rows:
            if row.is_joined and row.twin is not None:
                row.is_unwanted = self.rows[row.twin].is_unwanted
                row.decide(row.rule)
        self._decide_lists()

    def line_of(self, row: ImportRow) -> Line:
        """Return where a row stands."""
        return self.paths[row.file], row.line

    def places_of(self, lines: Collection[Line]) -> list[int]:
        """Return the places of the rows that stand in some lines."""
        return [place for place, row in enumerate(self.rows) if self.line_of(row) in lines] if lines else []

    def contacts_of(self, report: ImportReport) -> dict[Line, int]:
        """Return which contact each line became or filled, by the report of carrying the plan out."""
        found = dict(zip(map(self.line_of, self.planned("create")), report.created, strict=False))
        filled = {self.line_of(row): row.match for row in self.planned("update") if row.match is not None}
        return found | filled

    def unwanted(self) -> set[Line]:
        """Return the lines that somebody left out by hand."""
        return {self.line_of(row) for row in self.rows if row.is_unwanted and not row.is_joined}

    def set_categories(self, names: Iterable[str]) -> None:
        """Give categories to all contacts; what was decided stays, as far as it depends on nothing else."""
        extra = tuple(dict.fromkeys(names))
        for row in self.rows:
            row.extra = extra
            if row.is_duplicate:
                row.decide(row.rule, is_apart=row.is_apart)
        self._decide_lists()

    def _decide_lists(self) -> None:
        """A list changes something where its members are in the office and do not carry its category."""
        for row in self.rows:
            if row.list_name:
                row.action = "update" if self.list_contacts(row) else "skip"

    def list_contacts(self, row: ImportRow) -> list[int]:
        """Return the contacts of the office that a list gives its category: those that are not written anyway."""
        members = [self.rows[place] for place in row.members]
        left_out = (each.match for each in members if each.action == "skip" and row.list_name in each.lacking)
        return list(dict.fromkeys((*row.here, *(match for match in left_out if match is not None))))

    def counts(self) -> Counter[str]:
        """Return how many cards are created, updated and skipped."""
        return Counter(row.action for row in self.rows)

    def written(self) -> int:
        """Return how many contacts would be created or filled."""
        return sum(row.action in ("create", "update") and not row.is_joined for row in self.rows)

    def planned(self, action: Action) -> Iterable[ImportRow]:
        """Return the rows with an action."""
        return (row for row in self.rows if row.action == action)

    def new_fields(self) -> tuple[tuple[str, str], ...]:
        """Return label and kind of the user-defined fields that columns ask for."""
        columns = (column for file in self.files if file.table for column in file.table.columns)
        asked = ((c.heading or c.key, c.target[4:]) for c in columns if c.target.startswith("new.") and c.filled)
        return tuple(dict.fromkeys(asked))

    def file_reports(self) -> tuple[FileReport, ...]:
        """Return the account of each file."""
        counts: Counter[tuple[int, str]] = Counter((row.file, row.action) for row in self.rows)
        records = Counter(row.file for row in self.rows if not row.is_error)
        return tuple(
            _file_report(path, file, records[place], {action: counts[place, action] for action in _WRITTEN})
            for place, (path, file) in enumerate(zip(self.paths, self.files, strict=True))
        )


def _file_report(path: Path, file: CardFile, records: int, counts: dict[str, int]) -> FileReport:
    """Return the account of one file."""
    account = file.account
    return FileReport(
        file=str(path),
        format=file.format,
        records=records,
        created=counts["create"],
        updated=counts["update"],
        skipped=counts["skip"],
        lines=account.lines,
        mapped=account.mapped,
        kept=account.kept,
        reported=tuple((said.line, _(said.reason)) for said in account.reported),
        encoding=file.encoding,
        table=file.table,
    )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: its files, the operation to undo (None when nothing was written), the new contacts."""

    files: tuple[FileReport, ...]
    operation: int | None = None
    created: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    others: OthersReport = field(default_factory=OthersReport)
