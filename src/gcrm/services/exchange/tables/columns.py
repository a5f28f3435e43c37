"""The columns of a table: where its headings stand, what each column holds, and which target is proposed for it."""

from __future__ import annotations

from collections.abc import Sequence

from gcrm.model.fold import fold
from gcrm.services.exchange.tables.choice import Choice, keys_of
from gcrm.services.exchange.tables.content import is_no_name, target_of_values
from gcrm.services.exchange.tables.dialect import Row
from gcrm.services.exchange.tables.heading import target_of
from gcrm.services.exchange.tables.program import Program
from gcrm.services.exchange.tables.programs import recognise
from gcrm.services.exchange.tables.proposal import LONGEST, Column
from gcrm.services.exchange.tables.setters import roles_of
from gcrm.services.exchange.tables.settle import settle
from gcrm.services.exchange.tables.values import NO, YES

_FLAGS = {
    **dict.fromkeys(("kunde", "customer", "cliente"), "is_customer"),
    **dict.fromkeys(("lieferant", "supplier", "vendor", "fornecedor"), "is_supplier"),
    **dict.fromkeys(("interessent", "prospect", "lead"), "is_prospect"),
}
"""Headings that mean a role where nothing but yes and no stands below them, a name elsewhere."""
_YES_NO = YES | NO
_NAMES = ("any_name", "full_name", "name", "first_name", "last_name")
_PROBE = 25
MOST_COLUMNS = 500
"""Columns of a table; whatever stands further right has no heading anywhere."""


def find_header(rows: Sequence[Row]) -> int:
    """Return the line of the headings, 0 when there are none."""
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)][:_PROBE]
    best, most = 0, 0
    for line, cells in filled:
        known = sum(bool(target_of(cell)) for cell in cells if cell.strip() and len(cell) < LONGEST)
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
    settle(columns)
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
