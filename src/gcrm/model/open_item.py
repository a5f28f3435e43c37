"""Open items of a contact: invoices and credit notes with what is not paid of them yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId, Scaled

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
OPEN_ITEM_KINDS = ((INVOICE, N_("Invoice")), (CREDIT_NOTE, N_("Credit note")))
CURRENCY = "EUR"
"""What amounts are in where nothing else is said."""
NOTHING = Decimal(0)


class OpenItem(Record):
    """A claim on a contact: `amount` is what the paper says, `rest` what is not paid of it yet, both never negative.

    A credit note counts against the contact's invoices in every sum. What was settled on some day has no rest.
    """

    __tablename__ = "open_item"
    __table_args__ = (
        Index("ix_open_item_due", "settled_on", "due_on"),
        {"sqlite_autoincrement": True},
    )

    contact_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Contact"), kind="record", form=False, column=False),
    )
    number: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Document number"), group="open_items", search=True)
    )
    kind: Mapped[str] = mapped_column(
        Text, default=INVOICE, info=field(N_("Kind"), kind="choice", choices=OPEN_ITEM_KINDS, group="open_items")
    )
    document_on: Mapped[date | None] = mapped_column(info=field(N_("Document date"), kind="date", group="open_items"))
    due_on: Mapped[date | None] = mapped_column(info=field(N_("Due on"), kind="date", group="open_items"))
    amount: Mapped[Decimal] = mapped_column(
        Scaled(2), default=NOTHING, info=field(N_("Amount"), kind="money", group="open_items")
    )
    rest: Mapped[Decimal] = mapped_column(
        Scaled(2), default=NOTHING, info=field(N_("Open amount"), kind="money", group="open_items")
    )
    currency: Mapped[str] = mapped_column(Text, default="", info=field(N_("Currency"), group="open_items"))
    settled_on: Mapped[date | None] = mapped_column(info=field(N_("Settled on"), kind="date", group="open_items"))
    note: Mapped[str] = mapped_column(Text, default="", info=field(N_("Note"), group="open_items"))

    @property
    def is_open(self) -> bool:
        """Tell whether something of it is not paid yet."""
        return self.settled_on is None and bool(self.rest)

    @property
    def signed_rest(self) -> Decimal:
        """Return what it adds to a sum: a credit note takes away."""
        return -(self.rest or NOTHING) if self.kind == CREDIT_NOTE else self.rest or NOTHING

    def is_overdue(self, today: date | None = None) -> bool:
        """Tell whether the contact should have paid it before today."""
        return self.is_open and self.kind != CREDIT_NOTE and self.is_past(today)

    def is_past(self, today: date | None = None) -> bool:
        """Tell whether the day on which it is due is over."""
        return self.due_on is not None and self.due_on < (today or date.today())


def check_open_item(item: OpenItem, currency: str = "") -> None:
    """Put an open item in order before it is kept; `currency` is that of its contact. Raises UserError."""
    item.number = " ".join((item.number or "").split())
    item.currency = (item.currency or currency or CURRENCY).strip().upper()
    item.amount, item.rest = item.amount or NOTHING, item.rest or NOTHING
    if not item.number:
        raise UserError(_("Enter the number of the invoice or credit note."), field="number")
    named = {"number": item.number}
    if not (len(item.currency) == 3 and item.currency.isascii() and item.currency.isalpha()):
        sentence = _("{number}: write the currency with three letters, such as EUR.")
        raise UserError(sentence.format(**named), field="currency")
    if item.amount < 0 or item.rest < 0:
        sentence = _("{number}: amounts have no minus sign. Choose “Credit note” where money goes back.")
        raise UserError(sentence.format(**named), field="amount" if item.amount < 0 else "rest")
    if item.settled_on is not None:
        item.rest = NOTHING
    if item.rest > item.amount:
        sentence = _("{number}: no more can be open than the amount of the document.")
        raise UserError(sentence.format(**named), field="rest")
