"""Where every row and file of a cut-over went: the account that the reconciliation sheet is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from gcrm.i18n import N_

NO_NUMBER = N_("No customer number in the row")
UNKNOWN = N_("The customer number is not known")
NOTHING_NEW = N_("Is here already with all of this")
SAME = N_("Is here already")
TWICE = N_("Stands in the file already")
NOBODY = N_("Nothing in this row names a contact")
NO_WORDS = N_("The row has no words")
NO_DATE = N_("No date that can be read: today was taken")
NO_DUE = N_("No day that can be read: open without a day")
OLD_NUMBER_TAKEN = N_("The customer number was taken: the contact got another one")
LEFT_OUT = N_("Cells of columns that are left out")
DOUBTFUL = N_("Rows with values that do not fit or cannot be right")
NO_DOCUMENT = N_("No document number in the row")
NO_AMOUNT = N_("No amount that can be read")
SETTLED = N_("Nothing is open any more")
SETTLED_HERE = N_("Is settled here already")
NOT_SEEN = N_("Your group may not see open items")
NO_DUE_DATE = N_("No day that can be read: open without a due date")
MORE_OPEN = N_("More is open than the amount: the open amount was taken for both")
PAID_TOO_MUCH = N_("Too much was paid: taken as a credit note")
NOT_WANTED = N_("The file is left out")
NO_NUMBER_IN_NAME = N_("No customer number in the name of file or folder")
NUMBER_NOT_KNOWN = N_("The number in the name is not known")
SEVERAL_NUMBERS = N_("The name holds several customer numbers")
CANNOT_BE_READ = N_("The file cannot be opened")

TAKEN, HERE, LEFT = "taken", "here", "left_out"
"""What became of an open amount: it came in, was here already, or stays out."""


@dataclass(slots=True)
class Account:
    """One source file: `rows` = created + updated + skipped, by reason (marked). `unknown` are numbers by rows.

    `remarks` are things to know about rows that were taken all the same; `problem` says why a file was not read.
    `amounts` are open amounts by what became of them (TAKEN, HERE, LEFT) and currency.
    """

    name: str
    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    problem: str = ""
    amounts: dict[str, dict[str, Decimal]] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """Return how many rows gave nothing."""
        return self.skipped.total()

    def skip(self, reason: str, number: str = "") -> None:
        """Count a row that gives nothing; `number` is that of nobody known."""
        self.skipped[reason] += 1
        if number:
            self.unknown[number] += 1

    def add_amount(self, where: str, currency: str, amount: Decimal) -> None:
        """Add an open amount to those of which the same became."""
        sums = self.amounts.setdefault(where, {})
        sums[currency] = sums.get(currency, Decimal(0)) + amount

    def settle(self, rows: int) -> None:
        """Say how many rows the table has; those that no reader saw name nobody."""
        self.rows = rows
        missing = rows - self.created - self.updated - self.left_out
        if missing > 0:
            self.skipped[NO_NUMBER if self.kind != "contact" else NOBODY] += missing
        self.rows = self.created + self.updated + self.left_out


@dataclass(slots=True)
class FilesAccount:
    """The files of the folder: how many were attached or are here, and which have no contact, with the reason."""

    found: int = 0
    attached: int = 0
    here: int = 0
    without: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RangeChange:
    """The next number of a number range: what it was, and what it becomes (never less); `former` and `value` count."""

    key: str
    label: str
    before: str
    after: str
    value: int
    former: int
