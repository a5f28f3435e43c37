"""The contact: any person or organisation the office deals with, in whatever role."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gcrm.i18n import N_
from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Home, Record
from gcrm.model.category import ContactCategory
from gcrm.model.consent import Consent
from gcrm.model.contact_person import SALUTATIONS, ContactPerson
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fields import field
from gcrm.model.fold import sort_key
from gcrm.model.open_item import OpenItem
from gcrm.model.types import BigId, JsonValue, KeyText, Scaled, UtcDateTime

CONTACT_KINDS = (("organisation", N_("Organisation")), ("person", N_("Person")))
ROLES = ("is_customer", "is_supplier", "is_prospect", "is_other")
PRIORITIES = (("", N_("No priority")), ("A", "A"), ("B", "B"), ("C", "C"))
PAYMENT_TYPES = (
    ("", ""),
    ("transfer", N_("Bank transfer")),
    ("direct_debit", N_("Direct debit")),
    ("cash", N_("Cash")),
    ("card", N_("Card")),
    ("prepayment", N_("Prepayment")),
)


class Contact(Record):
    """A customer, supplier, prospect or other contact; an organisation or a person.

    `name_key` sorts the list, `number` comes from a number range and is unique. A deleted contact keeps its row
    (trash, `deleted_at`) until it is purged; an archived one is hidden from lists but found when asked for. Of a
    restricted one only what the law wants kept is left, until that day (model/erasure.py); it counts as deleted, so
    that nothing shows or finds it, but is no part of the trash.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_name", "name_key", "id"),
        Index("ix_contact_listed", "deleted_at", "archived_at", "name_key", "id"),
        {"sqlite_autoincrement": True},
    )

    kind: Mapped[str] = mapped_column(
        Text,
        default="organisation",
        info=field(N_("Kind"), kind="choice", choices=CONTACT_KINDS, group="name"),
    )
    number: Mapped[str | None] = mapped_column(Text, unique=True, info=field(N_("Number"), group="name", search=True))
    name: Mapped[str] = mapped_column(Text, default="", info=field(N_("Company"), group="name", search=True))
    name2: Mapped[str] = mapped_column(Text, default="", info=field(N_("Name supplement"), group="name", search=True))
    salutation: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Salutation"), kind="choice", choices=SALUTATIONS, group="name")
    )
    title: Mapped[str] = mapped_column(Text, default="", info=field(N_("Title"), group="name"))
    first_name: Mapped[str] = mapped_column(Text, default="", info=field(N_("First name"), group="name", search=True))
    last_name: Mapped[str] = mapped_column(Text, default="", info=field(N_("Last name"), group="name", search=True))
    name_key: Mapped[str] = mapped_column(KeyText, default="", server_default="")
    salutation_line: Mapped[str] = mapped_column(
        Text,
        default="",
        info=field(N_("Salutation line"), group="name", help=N_("Empty: built from the name")),
    )
    is_customer: Mapped[bool] = mapped_column(default=False, info=field(N_("Customer"), kind="yes_no", group="roles"))
    is_supplier: Mapped[bool] = mapped_column(default=False, info=field(N_("Supplier"), kind="yes_no", group="roles"))
    is_prospect: Mapped[bool] = mapped_column(default=False, info=field(N_("Prospect"), kind="yes_no", group="roles"))
    is_other: Mapped[bool] = mapped_column(default=False, info=field(N_("Other contact"), kind="yes_no", group="roles"))
    priority: Mapped[str] = mapped_column(
        Text,
        default="",
        index=True,
        info=field(N_("Priority"), kind="choice", choices=PRIORITIES, group="roles"),
    )
    responsible_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("user.id", ondelete="SET NULL"),
        index=True,
        info=field(N_("Responsible"), kind="record", group="roles", column=False),  # the list shows the name
    )
    language: Mapped[str] = mapped_column(Text, default="", info=field(N_("Language"), kind="language", group="name"))
    birthday: Mapped[date | None] = mapped_column(info=field(N_("Birthday"), kind="date", group="name"))
    anniversary: Mapped[date | None] = mapped_column(info=field(N_("Anniversary"), kind="date", group="name"))
    payment_type: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Payment type"), kind="choice", choices=PAYMENT_TYPES, group="terms")
    )
    payment_terms: Mapped[str] = mapped_column(Text, default="", info=field(N_("Payment terms"), group="terms"))
    currency: Mapped[str] = mapped_column(Text, default="", info=field(N_("Currency"), group="terms"))
    price_group: Mapped[str] = mapped_column(Text, default="", info=field(N_("Price group"), group="terms"))
    discount: Mapped[Decimal | None] = mapped_column(
        Scaled(2), info=field(N_("Discount"), kind="percent", group="terms")
    )
    credit_limit: Mapped[Decimal | None] = mapped_column(
        Scaled(2), info=field(N_("Credit limit"), kind="money", group="terms")
    )
    debtor_number: Mapped[str] = mapped_column(Text, default="", info=field(N_("Debtor number"), group="accounting"))
    creditor_number: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Creditor number"), group="accounting")
    )
    vat_number: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("VAT number"), kind="vat", group="tax", search=True)
    )
    tax_number: Mapped[str] = mapped_column(Text, default="", info=field(N_("Tax number"), group="tax"))
    tax_number2: Mapped[str] = mapped_column(Text, default="", info=field(N_("Second tax number"), group="tax"))
    einvoice_address: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("E-invoice address"), group="einvoice", help=N_("BT-49 of EN 16931"))
    )
    einvoice_scheme: Mapped[str] = mapped_column(
        Text,
        default="",
        info=field(N_("E-invoice scheme"), group="einvoice", help=N_("EAS code, such as EM or 0204")),
    )
    buyer_reference: Mapped[str] = mapped_column(
        Text,
        default="",
        info=field(N_("Buyer reference"), group="einvoice", help=N_("BT-10, such as a Leitweg-ID")),
    )
    notes: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Notes"), kind="long_text", group="notes", column=False, search=True)
    )
    kept: Mapped[list[str]] = mapped_column(
        JsonValue,
        default=list,
        info=field(N_("Other data from imports"), kind="json", group="notes", column=False, form=False),
    )
    uid: Mapped[str] = mapped_column(
        Text, default="", index=True, info=field(N_("Exchange id"), group="notes", column=False, form=False)
    )
    archived_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=field(N_("Archived"), kind="instant", group="state", form=False)
    )
    deleted_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=field(N_("Deleted"), kind="instant", group="state", form=False, column=False)
    )
    restricted_until: Mapped[date | None] = mapped_column(
        info=field(
            N_("Restricted until"),
            kind="date",
            group="state",
            form=False,
            column=False,
            exported=False,
            help=N_("Personal data was erased; what the law wants kept is only kept"),
        )
    )
    custom: Mapped[dict[str, Any]] = mapped_column(
        JsonValue,
        default=dict,
        info=field(N_("User-defined fields"), kind="json", column=False, search=True, form=False),
    )

    addresses: Mapped[list[Address]] = relationship(lazy="raise", order_by=Address.id, passive_deletes=True)
    points: Mapped[list[ContactPoint]] = relationship(
        lazy="raise",
        order_by=ContactPoint.id,
        primaryjoin="and_(ContactPoint.contact_id == Contact.id, ContactPoint.contact_person_id.is_(None))",
        overlaps="points",
        passive_deletes=True,
    )
    bank_accounts: Mapped[list[BankAccount]] = relationship(lazy="raise", order_by=BankAccount.id, passive_deletes=True)
    open_items: Mapped[list[OpenItem]] = relationship(lazy="raise", order_by=OpenItem.id, passive_deletes=True)
    persons: Mapped[list[ContactPerson]] = relationship(lazy="raise", order_by=ContactPerson.id, passive_deletes=True)
    categories: Mapped[list[ContactCategory]] = relationship(
        lazy="raise", order_by=ContactCategory.id, passive_deletes=True
    )
    consents: Mapped[list[Consent]] = relationship(lazy="raise", order_by=Consent.id, passive_deletes=True)

    def derive(self, home: Home) -> None:
        """Fill the key to sort by."""
        self.name_key = sort_key(self.sort_name)

    @property
    def display_name(self) -> str:
        """Return the name that stands in lists and titles."""
        if self.name:
            return self.name
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)

    @property
    def sort_name(self) -> str:
        """Return the name to sort by: the company, or last name before first name."""
        if self.name:
            return f"{self.name} {self.name2 or ''}"
        return f"{self.last_name or ''} {self.first_name or ''}"
