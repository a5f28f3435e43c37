"""The reconciliation sheet: what came out of each file, to be read in the window, printed, saved and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcrm.i18n import N_, _
from gcrm.services.exchange.cut_over.account import HERE, LEFT, TAKEN, Account
from gcrm.services.exchange.cut_over.kinds import KINDS, label_of
from gcrm.services.exchange.cut_over.plan import CutOver
from gcrm.services.open_item import in_words
from gcrm.services.printing.lists import ListPrint, print_list
from gcrm.services.printing.page import PrintResult
from gcrm.services.printing.table import Column

COLUMNS = (N_("Name"), N_("What"), N_("Rows"), N_("New"), N_("Filled"), N_("Left out"))
NUMBERS = range(2, 6)
"""The columns that count."""
IN_ALL = N_("In all")
BY_FILE = N_("Each file")
WHY = N_("Left out, and why")
REMARKS = N_("To know")
AMOUNTS = N_("Open amounts")
UNKNOWN = N_("Customer numbers that are not known")
FILES = N_("Files")
WITHOUT = N_("Files without a contact")
RANGES = N_("Number ranges")
NO_RIGHT = N_("The next numbers stay as they are: setting them needs the right to change settings.")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet, in words, in the language in force; `group` is the heading above it."""

    group: str
    name: str
    what: str = ""
    rows: int | None = None
    created: int | None = None
    updated: int | None = None
    left_out: int | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the columns."""
        numbers = (self.rows, self.created, self.updated, self.left_out)
        return self.name, self.what, *("" if number is None else str(number) for number in numbers)


def lines_of(made: CutOver) -> list[Line]:
    """Return the lines of the sheet, group by group."""
    return [*_totals(made), *_by_file(made), *_amounts(made), *_reasons(made), *_files(made), *_ranges(made)]


def _totals(made: CutOver) -> Iterator[Line]:
    """Yield a line for each kind, and one for the files."""
    for kind in reversed(KINDS):
        some = [each for each in made.accounts if each.kind == kind.key]
        if some:
            yield _counted(_(IN_ALL), label_of(kind.key), "", some)
    files = made.files
    if files.found:
        left = files.found - files.attached
        yield Line(_(IN_ALL), _(FILES), "", files.found, files.attached, 0, left)


def _by_file(made: CutOver) -> Iterator[Line]:
    """Yield a line for each table."""
    for each in made.accounts:
        if each.problem:
            yield Line(_(BY_FILE), each.name, each.problem)
        else:
            yield _counted(_(BY_FILE), each.name, label_of(each.kind), [each])


def _counted(group: str, name: str, what: str, some: list[Account]) -> Line:
    """Return a line with the sums of accounts."""
    sums = (sum(getattr(each, part) for each in some) for part in ("rows", "created", "updated", "left_out"))
    return Line(group, name, what, *sums)


def _amounts(made: CutOver) -> Iterator[Line]:
    """Yield the sums of open amounts of each table, by what became of them."""
    words = {TAKEN: N_("Taken over: {amount}"), HERE: N_("Here already: {amount}"), LEFT: N_("Left out: {amount}")}
    for each in made.accounts:
        for where, sentence in words.items():
            told = in_words(each.amounts.get(where, {}))
            if told:
                yield Line(_(AMOUNTS), each.name, _(sentence).format(amount=told))


def _reasons(made: CutOver) -> Iterator[Line]:
    """Yield why rows were left out, what there is to know, and the numbers of nobody."""
    for each in made.accounts:
        for reason, count in each.skipped.items():
            yield Line(_(WHY), each.name, _(reason), left_out=count)
    if made.files.here:
        yield Line(_(WHY), _(FILES), _("Are attached already"), left_out=made.files.here)
    for each in made.accounts:
        for reason, count in each.remarks.items():
            if count:
                yield Line(_(REMARKS), each.name, _(reason), rows=count)
    for each in made.accounts:
        for number, count in sorted(each.unknown.items()):
            yield Line(_(UNKNOWN), number, each.name, left_out=count)


def _files(made: CutOver) -> Iterator[Line]:
    """Yield the files that are attached nowhere."""
    for name, reason in made.files.without:
        yield Line(_(WITHOUT), name, _(reason))


def _ranges(made: CutOver) -> Iterator[Line]:
    """Yield where number ranges go on."""
    for each in made.ranges:
        told = _("Next number {after}, until now {before}").format(after=each.after, before=each.before)
        yield Line(_(RANGES), each.label, told)
    if made.without_range_right:
        yield Line(_(RANGES), _("Number ranges"), _(NO_RIGHT))


def print_sheet(path: Path, made: CutOver, *, company: str = "", is_trial: bool = False) -> PrintResult:
    """Write the sheet as a PDF. Raises EnvironmentProblem for the disk."""
    columns = [Column(_(name), align="right" if place in NUMBERS else "left") for place, name in enumerate(COLUMNS)]
    listing = ListPrint(
        title=_("Reconciliation sheet"),
        columns=columns,
        rows=[(line.group, *line.cells()) for line in lines_of(made)],
        subtitle=state_of(made, is_trial=is_trial),
        is_grouped=True,
        company=company,
        orientation="portrait",
    )
    return print_list(path, listing)


def state_of(made: CutOver, *, is_trial: bool) -> str:
    """Say what the sheet is about, and whether it has happened."""
    name = made.folder.path.name
    if is_trial:
        return _("Trial with “{name}”: nothing was changed").format(name=name)
    return _("Taken over from “{name}”").format(name=name)


def as_json(made: CutOver) -> dict[str, Any]:
    """Return what `gcrm cut-over --json` writes."""
    return {
        "folder": str(made.folder.path),
        "totals": _json_totals(made),
        "sources": [_json_account(each) for each in made.accounts],
        "files": {"found": made.files.found, "attached": made.files.attached, "here": made.files.here},
        "files_without_contact": [{"file": name, "reason": _(reason)} for name, reason in made.files.without],
        "number_ranges": [{"range": each.key, "before": each.before, "after": each.after} for each in made.ranges],
    }


def _json_totals(made: CutOver) -> dict[str, Any]:
    """Return the counts by kind."""
    totals: dict[str, Counter[str]] = {}
    for each in made.accounts:
        mine = totals.setdefault(each.kind, Counter())
        mine.update({name: getattr(each, name) for name in ("rows", "created", "updated", "left_out")})
    return {kind: dict(counts) for kind, counts in totals.items()}


def _json_account(each: Account) -> dict[str, Any]:
    """Return the account of one table."""
    return {
        "file": each.name,
        "kind": each.kind,
        "rows": each.rows,
        "created": each.created,
        "updated": each.updated,
        "left_out": {_(reason): count for reason, count in each.skipped.items()},
        "unknown_numbers": dict(each.unknown),
        "remarks": {_(reason): count for reason, count in each.remarks.items() if count},
        "problem": each.problem,
        "amounts": {
            where: {currency: str(amount) for currency, amount in sums.items()} for where, sums in each.amounts.items()
        },
    }
