"""The columns of a table: where its headings stand, what each column holds, and which target is proposed for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from gcrm.model.fold import fold
from gcrm.services.exchange.tables.choice import Choice, keys_of
from gcrm.services.exchange.tables.content import are_addresses, is_no_name, target_of_values
from gcrm.services.exchange.tables.dialect import Row
from gcrm.services.exchange.tables.heading import target_of
from gcrm.services.exchange.tables.names import is_person
from gcrm.services.exchange.tables.program import Program
from gcrm.services.exchange.tables.programs import recognise
from gcrm.services.exchange.tables.setters import roles_of
from gcrm.services.exchange.tables.values import NO, YES

_FLAGS = {
    **dict.fromkeys(("kunde", "customer", "cliente"), "is_customer"),
    **dict.fromkeys(("lieferant", "supplier", "vendor", "fornecedor"), "is_supplier"),
    **dict.fromkeys(("interessent", "prospect", "lead"), "is_prospect"),
}
"""Headings that mean a role where nothing but yes and no stands below them, a name elsewhere."""
_YES_NO = YES | NO
_NAMES = ("any_name", "full_name", "name", "first_name", "last_name")
_ONCE = frozenset(("address.postcode", "address.postcode_town", "vat_number", "salutation", "birthday", "name"))
"""Targets that the content names for one column of a table only."""
_TOWNS = ("postcode", "town", "postcode_town")
SAMPLES = 5
_PROBE = 25
_VALUES = 400
_LONGEST = 1000
"""Letters of a value that are looked at to guess what a column holds; a heading is shorter."""
_LONGEST_SAMPLE = 80
MOST_COLUMNS = 500
"""Columns of a table; whatever stands further right has no heading anywhere."""


@dataclass(slots=True)
class Column:
    """One column: its key (choice.py), heading, what it holds, and its target with who said so.

    `by` is "choice", "program", "heading", "content", "own" (a user-defined field of that name) or "" (nobody).
    """

    key: str
    heading: str
    target: str = ""
    by: str = ""
    filled: int = 0
    values: list[str] = field(default_factory=list)

    @property
    def samples(self) -> tuple[str, ...]:
        """Return some values, each once."""
        short = (" ".join(value.split())[:_LONGEST_SAMPLE] for value in self.values)
        return tuple(islice(dict.fromkeys(short), SAMPLES))

    @property
    def name(self) -> str:
        """Return what the column is called in reports."""
        return self.heading or self.key

    def note(self, value: str) -> None:
        """Take note of a value that is not empty."""
        self.filled += 1
        if len(self.values) < _VALUES:
            self.values.append(value[:_LONGEST])


def find_header(rows: Sequence[Row]) -> int:
    """Return the line of the headings, 0 when there are none."""
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)][:_PROBE]
    best, most = 0, 0
    for line, cells in filled:
        known = sum(bool(target_of(cell)) for cell in cells if cell.strip() and len(cell) < _LONGEST)
        if known > most:
            best, most = line, known
    width = max((len(cells) for _line, cells in filled), default=0)
    if most >= min(2, width):
        return best
    return filled[0][0] if filled and _looks_like_headings(filled) else 0


def _looks_like_headings(rows: Sequence[Row]) -> bool:
    """Tell whether the first row is made of words while the others are not."""
    first = [cell.strip() for cell in rows[0][1]]
    told = [cell for cell in first if cell]
    if len(told) < 2 or len(set(told)) < len(told) or any(_is_value(cell) for cell in told):
        return False
    return any(_is_value(cell) for _line, cells in rows[1:] for cell in cells)


def _is_value(cell: str) -> bool:
    """Tell whether a cell cannot be a heading."""
    return "@" in cell or any(letter.isdigit() for letter in cell) or len(cell) > 60


def make_columns(headings: Sequence[str], width: int) -> list[Column]:
    """Return the columns of a table."""
    names = [*headings, *[""] * (width - len(headings))][:MOST_COLUMNS]
    return [Column(key, " ".join(name.split())) for key, name in zip(keys_of(names), names, strict=True)]


def propose(columns: Sequence[Column], choice: Choice) -> Program | None:
    """Give every column its target, and return the program that wrote the table, None where nobody tells."""
    program = recognise([column.heading for column in columns if column.heading])
    own = {fold(each.label): each.label for each in choice.where.own_fields if each.owner == "contact"}
    for column in columns:
        column.target, column.by = _proposal(column, program, own)
    _settle_guesses(columns)
    _settle_places(columns)
    _settle_names(columns)
    for column in columns:
        if column.key in choice.targets:
            column.target, column.by = choice.targets[column.key], "choice"
    return program


def _proposal(column: Column, program: Program | None, own: dict[str, str]) -> tuple[str, str]:
    """Return the target of one column, and who said so."""
    if fold(column.heading) in own:
        return f"own.{own[fold(column.heading)]}", "own"
    flag = _FLAGS.get(fold(column.heading), "")
    if flag and column.values and all(fold(value) in _YES_NO for value in column.values):
        return flag, "content"
    target = program.target_of(column.heading) if program else ""
    if target:
        return target, "program"
    target, told = target_of(column.heading), target_of_values(column.values)
    is_account = target == "keep" and told == "bank.iban"
    if target == "role" and column.values and not any(map(roles_of, column.values)):
        return "keep", "heading"
    if target and not is_account and not (target in _NAMES and is_no_name(column.values)):
        return target, "heading"
    return (told, "content") if told else ("keep", "")


def _settle_guesses(columns: Sequence[Column]) -> None:
    """Take back what the content alone says of a second postcode and the like: customer numbers look like them."""
    known = {column.target for column in columns if column.by != "content"}
    for column in (each for each in columns if each.by == "content" and each.target in _ONCE):
        if column.target in known:
            column.target, column.by = "keep", ""
        known.add(column.target)


def _settle_places(columns: Sequence[Column]) -> None:
    """Take what a heading calls a street for the whole address where only its own cells have the town."""
    known = {column.target for column in columns}
    for column in (each for each in columns if each.by == "heading"):
        slot, _dot, part = column.target.rpartition(".")
        is_alone = part == "street" and known.isdisjoint(f"{slot}.{other}" for other in _TOWNS)
        if is_alone and are_addresses(column.values):
            column.target = f"{slot}.whole"


def _settle_names(columns: Iterable[Column]) -> None:
    """Decide what "Name" means beside the other columns, where no program says that it holds both kinds."""
    by_target: dict[str, list[Column]] = {}
    for column in columns:
        by_target.setdefault(column.target, []).append(column)
    for column in (each for each in by_target.get("any_name", []) if each.by != "program"):
        if "first_name" in by_target and "last_name" not in by_target:
            column.target = "last_name"
            by_target["last_name"] = [column]
        elif "name" in by_target and "full_name" not in by_target and "last_name" not in by_target:
            people = sum(map(is_person, column.values))
            column.target = "full_name" if 2 * people >= len(column.values) else "name2"
        elif "last_name" in by_target and "name" not in by_target:
            column.target = "full_name"
