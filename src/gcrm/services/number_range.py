"""The number ranges of the companies as they are set up: prefix, digits and the number that comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.user import Company, NumberRange
from gcrm.services.database import Database
from gcrm.services.home import of_main
from gcrm.services.numbering import FIRST, locked, of_main_company
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

LABELS = {
    "customer": N_("Customers"),
    "supplier": N_("Suppliers"),
    "contact": N_("Other contacts"),
}
"""Ranges that people set up; a range without a label shows its key."""
MOVED = "ranges"
"""Among the params of an operation: the ranges it moved."""
LONGEST_PREFIX = 12
MOST_DIGITS = 12
HIGHEST = 10**MOST_DIGITS - 1


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A range: the next number is `prefix` and `next_value` with at least `digits` digits."""

    key: str
    prefix: str
    digits: int
    next_value: int

    @property
    def label(self) -> str:
        """Return the name in the language in force."""
        return _(LABELS.get(self.key, self.key))

    @property
    def sample(self) -> str:
        """Return the next number as it will be drawn, unless it is taken already."""
        return f"{self.prefix}{self.next_value:0{max(self.digits, 1)}d}"


@dataclass(frozen=True, slots=True)
class CompanyRanges:
    """The ranges of one company; the main one comes first and has all of them, also those that were never used."""

    company: int
    name: str
    ranges: tuple[RangeRow, ...]


def all_ranges(session: Session) -> list[CompanyRanges]:
    """Return the ranges of every company, the main one first; the others have those that are their own."""
    main = session.scalar(of_main(Company.id))
    companies = session.execute(select(Company.id, Company.name).order_by(Company.id)).all()
    rows: dict[int, list[RangeRow]] = {}
    for row in session.scalars(select(NumberRange).order_by(NumberRange.id)):
        rows.setdefault(row.company_id, []).append(RangeRow(row.key, row.prefix, row.digits, row.next_value))
    others = [CompanyRanges(each.id, each.name, tuple(rows.get(each.id, ()))) for each in companies if each.id != main]
    names = {each.id: each.name for each in companies}
    first = CompanyRanges(main or 0, names.get(main or 0, ""), tuple(ranges(session)))
    return [first, *others]


def ranges(session: Session) -> list[RangeRow]:
    """Return the ranges of the main company, also those that were never used."""
    mine = select(NumberRange).where(of_main_company()).order_by(NumberRange.id)
    found = {row.key: row for row in session.scalars(mine)}
    keys = [*FIRST, *(key for key in found if key not in FIRST)]
    return [
        RangeRow(key, found[key].prefix, found[key].digits, found[key].next_value)
        if key in found
        else RangeRow(key, "", 1, FIRST[key])
        for key in keys
    ]


def set_range(
    database: Database, key: str, prefix: str, digits: int, next_value: int, company: int | None = None
) -> None:
    """Set up a range of the main company, or of another one. Raises UserError with a sentence.

    Numbers that are taken are passed over when drawn.
    """
    database.rights.require("settings", "settings")
    prefix = prefix.strip()
    _check(prefix, digits, next_value)
    with unit_of_work(database, N_("Number range changed")) as work:
        found = locked(work.session, key) if company is None else _of(work.session, key, company)
        found.prefix, found.digits, found.next_value = prefix, digits, next_value


def raise_to(work: UnitOfWork, key: str, next_value: int) -> None:
    """Let a range of the main company go on at a number, never at one below what is there. Raises UserError."""
    work.database.rights.require("settings", "settings")
    found = locked(work.session, key)
    _check(found.prefix, found.digits, next_value)
    found.next_value = max(found.next_value, next_value)
    work.session.flush()


def give_back(work: UnitOfWork, moved: Mapping[str, Sequence[int]], numbers: Sequence[str]) -> None:
    """Let ranges that an operation moved (by key: from, to) go back when it is undone, where nothing was drawn since.

    `numbers` are those of the contacts that the operation created. Where somebody may not, ranges stay.
    """
    if not work.database.rights.may("settings", "settings"):
        return
    for key, (before, after) in moved.items():
        found = locked(work.session, key)
        row = RangeRow(found.key, found.prefix, found.digits, found.next_value)
        if found.next_value == max(after, highest_of(row, numbers) + 1):
            found.next_value = before
    work.session.flush()


def highest_of(row: RangeRow, numbers: Sequence[str]) -> int:
    """Return the highest of the numbers that are written as those of a range, 0 without one."""
    counted = (number.removeprefix(row.prefix) for number in numbers if number.startswith(row.prefix))
    return max(
        (int(each) for each in counted if each.isascii() and each.isdigit() and len(each) <= MOST_DIGITS), default=0
    )


def _of(session: Session, key: str, company: int) -> NumberRange:
    """Return a range of a company, locked until the transaction ends. Raises UserError where it is gone."""
    mine = NumberRange.key == key, NumberRange.company_id == company
    found = session.scalar(select(NumberRange).where(*mine).with_for_update())
    if found is None:
        raise UserError(_("This number range is not there any more. Open the settings again."))
    return found


def _check(prefix: str, digits: int, next_value: int) -> None:
    """Refuse what no number could be made of."""
    if len(prefix) > LONGEST_PREFIX or not prefix.isprintable():
        sentence = _("A prefix has at most {count} characters.").format(count=LONGEST_PREFIX)
        raise UserError(sentence, field="prefix")
    if not 1 <= digits <= MOST_DIGITS:
        sentence = _("A number has from 1 to {count} digits.").format(count=MOST_DIGITS)
        raise UserError(sentence, field="digits")
    if not 1 <= next_value <= HIGHEST:
        raise UserError(_("The next number is a whole number from 1 on."), field="next_value")
