"""The number ranges of the main company as they are set up: prefix, digits and the number that comes next."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.user import NumberRange
from gcrm.services.database import Database
from gcrm.services.numbering import FIRST, locked, of_main_company
from gcrm.services.unit_of_work import unit_of_work

LABELS = {
    "customer": N_("Customers"),
    "supplier": N_("Suppliers"),
    "contact": N_("Other contacts"),
}
"""Ranges that people set up; a range without a label shows its key."""
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


def set_range(database: Database, key: str, prefix: str, digits: int, next_value: int) -> None:
    """Set up a range. Numbers that are taken are passed over when drawn. Raises UserError with a sentence."""
    database.rights.require("settings", "settings")
    prefix = prefix.strip()
    _check(prefix, digits, next_value)
    with unit_of_work(database, N_("Number range changed")) as work:
        found = locked(work.session, key)
        found.prefix, found.digits, found.next_value = prefix, digits, next_value


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
