"""Tables of open items: what each row says is still to be paid by the contact of its number.

Rows of which nothing is open are left out; where the same document is here and open, it is settled then. A negative
amount is a credit note. What has no field goes into the note.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from re import fullmatch
from typing import TYPE_CHECKING

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.fold import clean, fold
from gcrm.model.open_item import CREDIT_NOTE, CURRENCY, INVOICE, NOTHING, OpenItem
from gcrm.model.parse import Money, parse_money
from gcrm.services.exchange.cut_over import account as reasons
from gcrm.services.exchange.cut_over.told_row import ToldRow, told_row
from gcrm.services.exchange.cut_over.words import value_of
from gcrm.services.exchange.tables.content import date_order
from gcrm.services.exchange.tables.values import Reading, Unfit, read_day, read_money

if TYPE_CHECKING:
    from gcrm.services.exchange.card import CardFile
    from gcrm.services.exchange.cut_over.account import Account
    from gcrm.services.exchange.cut_over.planning import Planning

_DAYS = ("document_on", "due", "settled_on")
_PROBE = 400
_FINER = r"-?\d+\.\d{4,}"
"""A number as spreadsheets keep it, with more places than any amount has."""
_NAMES = {"euro": "EUR", "euros": "EUR", "franken": "CHF", "us-dollar": "USD"}


def take(planning: Planning, account: Account, file: CardFile) -> None:
    """Let each row become an open item of the contact of its number, or bring the one that is here up to date."""
    rows = [told_row(card) for card in file.cards]
    if not planning.sees_items:
        account.skipped[reasons.NOT_SEEN] += len(rows)
        return
    days = (row.parts.get(part, "").partition(" ")[0] for row in rows for part in _DAYS)
    order = date_order(islice(filter(None, days), _PROBE))
    reading = Reading(planning.where.language, planning.where.country, order)
    planning.items.get_ready(row.number for row in rows)
    for done, row in enumerate(rows):
        planning.watch.report(done, len(rows), account.name)
        _take(planning, account, _Bill(row, reading))


def _take(planning: Planning, account: Account, bill: _Bill) -> None:
    """Take one row, and count it with its open amount."""
    item = bill.item()
    owner = planning.owner_of(bill.row.number, account)
    if owner is None or item is None or not item.number:
        if owner is not None:
            account.skip(reasons.NO_AMOUNT if item is None else reasons.NO_DOCUMENT)
        if item is not None:
            account.add_amount(reasons.LEFT, item.currency or CURRENCY, item.signed_rest)
        return
    item.currency = item.currency or planning.items.currency_of(owner) or CURRENCY
    outcome = planning.items.add(owner, item)
    where = reasons.TAKEN if outcome in ("created", "updated") else reasons.LEFT
    where = reasons.HERE if outcome == reasons.SAME else where
    if outcome == "created":
        account.created += 1
    elif outcome == "updated":
        account.updated += 1
    else:
        account.skip(outcome)
    if item.rest:
        account.add_amount(where, item.currency, item.signed_rest)
    if where == reasons.TAKEN:
        account.remarks += Counter(bill.remarks)


@dataclass(slots=True)
class _Bill:
    """A row that is read: `left` are cells that no field takes, `remarks` what there is to know."""

    row: ToldRow
    reading: Reading
    left: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    _currency: str = ""

    def item(self) -> OpenItem | None:
        """Return the open item, None where no amount can be read; what is settled has no rest."""
        parts = self.row.parts
        self.left = list(self.row.others)
        self._currency = _currency(parts.get("currency", ""))
        if parts.get("currency") and not self._currency:
            self.left.append((_("Currency"), parts["currency"]))
        amount, rest = self._amount("amount"), self._rest()
        amount = rest if amount is None else amount
        if amount is None:
            return None
        settled_on = self._day("settled_on")
        rest = NOTHING if settled_on is not None else amount if rest is None else rest
        kind, amount, rest = self._signed(amount, rest)
        item = OpenItem(
            number=clean(" ".join(parts.get("document", "").split())), kind=kind, document_on=self._day("document_on"),
            due_on=self._day("due"), amount=amount, rest=rest, currency=self._currency, settled_on=settled_on,
        )  # fmt: skip
        if item.due_on is None and parts.get("due"):
            self.remarks.append(reasons.NO_DUE_DATE)
        words = [clean(parts.get("text", "")), *(f"{label}: {value}" for label, value in self.left)]
        item.note = " · ".join(filter(None, (" ".join(word.split()) for word in words)))
        return item

    def _rest(self) -> Decimal | None:
        """Return what is open by the row, None where it says nothing."""
        rest = self._amount("rest")
        paid = self._amount("paid") if rest is None else None
        amount = self._amount("amount") if paid is not None else None
        return rest if amount is None or paid is None else amount - paid

    def _signed(self, amount: Decimal, rest: Decimal) -> tuple[str, Decimal, Decimal]:
        """Return kind, amount and rest without signs, and no more open than the amount."""
        word = self.row.parts.get("type", "")
        kind = value_of(word, (INVOICE, CREDIT_NOTE))
        is_credit = kind == CREDIT_NOTE
        if word and not kind:
            self.left.append((_("Kind"), word))
        if not is_credit and amount >= 0 and rest < 0:
            self.remarks.append(reasons.PAID_TOO_MUCH)
            self.left.append((_("Amount"), self.row.parts.get("amount", "")))
            return CREDIT_NOTE, -rest, -rest
        is_credit = is_credit or amount < 0
        amount, rest = abs(amount), abs(rest)
        if rest > amount:
            self.remarks.append(reasons.MORE_OPEN)
            self.left.append((_("Amount"), self.row.parts.get("amount", "")))
            amount = rest
        return CREDIT_NOTE if is_credit else INVOICE, amount, rest

    def _amount(self, part: str) -> Decimal | None:
        """Return an amount of the row, None for none; the currency that stands with it counts where none was told."""
        cell = self.row.parts.get(part, "").strip()
        if fullmatch(_FINER, cell):
            cell = str(Decimal(cell).quantize(Decimal("0.01"), ROUND_HALF_UP))
        try:
            found = read_money(cell, self.reading, self._currency) if cell else None
        except Unfit:
            found = None
        if isinstance(found, Money):
            self._currency = self._currency or found.currency
        return found.amount if found else None

    def _day(self, part: str) -> date | None:
        """Return a day of the row; words that are none go into the note."""
        cell = self.row.parts.get(part, "").replace("T", " ")
        try:
            told = read_day(cell, self.reading) if cell.strip() else None
        except Unfit:
            told = None
        day = told.as_date() if told else None
        if day is None and cell.strip():
            labels = {"document_on": _("Document date"), "due": _("Due on"), "settled_on": _("Settled on")}
            self.left.append((labels[part], cell))
        return day


def _currency(text: str) -> str:
    """Return the ISO code of a currency, "" for none that is known."""
    word = _NAMES.get(fold(text), text.strip())
    try:
        return parse_money(f"1 {word}", "en", "", "").currency if word else ""
    except UserError:
        return ""
