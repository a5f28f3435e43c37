"""What an import would do: per file the account of its lines, per card what becomes of it and why.

A plan is made by importer.preview, looked at (and changed) by a person, and carried out by importer.apply.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from gcrm.i18n import N_, _
from gcrm.services.exchange.card import CardFile, Reported
from gcrm.services.exchange.contact_card import Imported

Action = Literal["create", "update", "skip"]
Rule = Literal["skip", "update", "add"]
RULES: tuple[Rule, ...] = ("skip", "update", "add")

NEW = N_("New")
NOTHING_NEW = N_("{name} is here already with all of this")
LEFT_OUT = N_("{name} seems to be the same; left out")
FILLED = N_("{name} seems to be the same; adds {fields}")
ADDED = N_("Added beside {name}")
TWICE = N_("Stands in the file already, in line {line}")
IS_LIST = N_("A list: its members get the category “{name}”")


class Progress(Protocol):
    """Hears how far the work is; `check` may raise to stop it, nothing is then written."""

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        """Say that `done` of `total` are done."""

    def check(self) -> None:
        """Stop here when somebody wants to."""


class Silence:
    """A progress that nobody watches."""

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        """Say nothing."""

    def check(self) -> None:
        """Go on."""


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

    def as_json(self) -> dict[str, Any]:
        """Return what `gcrm import --json` writes of it."""
        names = ("file", "format", "records", "created", "updated", "skipped", "lines", "mapped", "kept")
        reported = [{"line": line, "reason": reason} for line, reason in self.reported]
        return {name: getattr(self, name) for name in names} | {"reported": reported}


@dataclass(slots=True)
class ImportRow:
    """One card of a file. `match` is the contact it seems to be, `twin` the row of this import it repeats.

    `additions` are the labels (marked) of what it would add to the match; none: it says nothing new.
    """

    file: int
    line: int
    name: str
    imported: Imported
    match: int | None = None
    match_name: str = ""
    why: str = ""
    twin: int | None = None
    additions: tuple[str, ...] = ()
    action: Action = "create"
    list_name: str = ""
    group_categories: tuple[str, ...] = ()
    twin_line: int = 0

    @property
    def is_duplicate(self) -> bool:
        """Tell whether there is a choice between leaving out, filling and adding."""
        return not self.list_name and (self.match is not None or self.twin is not None)

    def decide(self, rule: Rule) -> None:
        """Follow a rule for duplicates; what says nothing new is left out unless it shall be added again."""
        if self.list_name:
            self.action = "skip"
        elif not self.is_duplicate or rule == "add":
            self.action = "create"
        elif rule == "update" and self.additions:
            self.action = "update"
        else:
            self.action = "skip"

    def reason(self) -> str:
        """Say why this happens, in the language in force."""
        if self.list_name:
            return _(IS_LIST).format(name=self.list_name)
        if not self.is_duplicate:
            return _(NEW)
        if self.twin is not None and self.action == "skip":
            return _(TWICE).format(line=self.twin_line)
        name = self.match_name
        if self.action == "create":
            return _(ADDED).format(name=name)
        if not self.additions:
            return _(NOTHING_NEW).format(name=name)
        if self.action == "skip":
            return _(LEFT_OUT).format(name=name)
        return _(FILLED).format(name=name, fields=", ".join(map(_, self.additions)))


@dataclass(slots=True)
class ImportPlan:
    """What would happen to each card of each file."""

    paths: tuple[Path, ...] = ()
    files: tuple[CardFile, ...] = ()
    rows: list[ImportRow] = field(default_factory=list)
    rule: Rule = "skip"
    refused: tuple[tuple[Path, str], ...] = ()

    def set_duplicates(self, rule: Rule) -> None:
        """Decide all duplicates in the same way."""
        self.rule = rule
        for row in self.rows:
            row.decide(rule)

    def counts(self) -> Counter[str]:
        """Return how many cards are created, updated and skipped."""
        return Counter(row.action for row in self.rows)

    def planned(self, action: Action) -> Iterable[ImportRow]:
        """Return the rows with an action."""
        return (row for row in self.rows if row.action == action)

    def file_reports(self) -> tuple[FileReport, ...]:
        """Return the account of each file."""
        counts: Counter[tuple[int, str]] = Counter((row.file, row.action) for row in self.rows)
        return tuple(
            _file_report(path, file, {action: counts[place, action] for action in ("create", "update", "skip")})
            for place, (path, file) in enumerate(zip(self.paths, self.files, strict=True))
        )


def _file_report(path: Path, file: CardFile, counts: dict[str, int]) -> FileReport:
    """Return the account of one file."""
    account = file.account
    return FileReport(
        file=str(path),
        format=file.format,
        records=len(file.cards),
        created=counts["create"],
        updated=counts["update"],
        skipped=counts["skip"],
        lines=account.lines,
        mapped=account.mapped,
        kept=account.kept,
        reported=tuple((said.line, _(said.reason)) for said in account.reported),
        encoding=file.encoding,
    )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: its files, the operation to undo (None when nothing was written), the new contacts."""

    files: tuple[FileReport, ...]
    operation: int | None = None
    created: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    remarks: tuple[Reported, ...] = ()
