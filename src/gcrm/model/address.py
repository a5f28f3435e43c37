"""Postal addresses, kept in parts for their four consumers: window letter, e-invoice, SEPA and map.

EN 16931 BG-8 and SEPA's structured `PstlAdr` want street, postcode, town and ISO 3166-1 country apart; SEPA also
wants the house number apart (BldgNb). Lines for an envelope are built from the parts (services/printing).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, ForeignKey, Index, Text, and_, bindparam, or_
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Home, Record
from gcrm.model.fields import field
from gcrm.model.fold import sort_key
from gcrm.model.types import BigId, JsonValue, KeyText

PURPOSES = (
    ("postal", N_("Postal")),
    ("delivery", N_("Delivery")),
    ("invoice", N_("Invoice")),
    ("private", N_("Private")),
    ("other", N_("Other")),
)


class Address(Record):
    """One address of a contact; `is_default` marks the first choice for its purpose.

    `from_on` is its first day, `until_on` its last. An address that was left ("moved on") stays readable; it is no
    default any more. One that begins later waits: it is used from its first day on, without anybody doing anything.
    """

    __tablename__ = "address"
    __table_args__ = (
        Index("ix_address_town", "town_key"),
        Index("ix_address_postcode", "postcode"),
        {"sqlite_autoincrement": True},
    )

    contact_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Contact"), kind="record", form=False, column=False),
    )
    purpose: Mapped[str] = mapped_column(
        Text, default="postal", info=field(N_("Purpose"), kind="choice", choices=PURPOSES, group="address")
    )
    is_default: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Default address"), kind="yes_no", group="address", column=False)
    )
    street: Mapped[str] = mapped_column(Text, default="", info=field(N_("Street"), group="address", search=True))
    house_number: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("House number"), group="address", search=True)
    )
    supplement: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Address supplement"), group="address", search=True)
    )
    po_box: Mapped[str] = mapped_column(Text, default="", info=field(N_("PO box"), group="address", search=True))
    postcode: Mapped[str] = mapped_column(Text, default="", info=field(N_("Postcode"), group="address", search=True))
    town: Mapped[str] = mapped_column(Text, default="", info=field(N_("Town"), group="address", search=True))
    town_key: Mapped[str] = mapped_column(KeyText, default="", server_default="")
    region: Mapped[str] = mapped_column(Text, default="", info=field(N_("Region"), group="address"))
    country: Mapped[str] = mapped_column(Text, default="", info=field(N_("Country"), kind="country", group="address"))
    from_on: Mapped[date | None] = mapped_column(
        info=field(N_("Valid from"), kind="date", group="address", column=False)
    )
    until_on: Mapped[date | None] = mapped_column(
        info=field(N_("Valid until"), kind="date", group="address", column=False)
    )
    custom: Mapped[dict[str, Any]] = mapped_column(
        JsonValue,
        default=dict,
        info=field(N_("User-defined fields"), kind="json", column=False, search=True, form=False),
    )

    def derive(self, home: Home) -> None:
        """Fill the key to sort and filter by town."""
        self.town_key = sort_key(self.town or "")

    def is_former(self, day: date | None = None) -> bool:
        """Tell whether the address was left before a day (today)."""
        return self.until_on is not None and self.until_on < (day or date.today())

    def is_coming(self, day: date | None = None) -> bool:
        """Tell whether the address begins after a day (today)."""
        return self.from_on is not None and self.from_on > (day or date.today())

    def is_present(self, day: date | None = None) -> bool:
        """Tell whether the address holds on a day (today)."""
        return not self.is_former(day) and not self.is_coming(day)


def present() -> ColumnElement[bool]:
    """Return the condition that an address holds on the day on which the statement is run."""
    today: ColumnElement[date] = bindparam(None, callable_=date.today, type_=Date(), unique=True)
    begun = or_(Address.from_on.is_(None), Address.from_on <= today)
    return and_(begun, or_(Address.until_on.is_(None), Address.until_on >= today))
