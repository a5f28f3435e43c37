"""Who works here: users, their absences, and our own company with its branches."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId


class User(Record):
    """A person who works with the program; `login` is the name of the account at the operating system or server.

    Whoever is in no group may do what administrators may: so it is as long as nobody set up groups.
    """

    __tablename__ = "user"

    login: Mapped[str] = mapped_column(Text, unique=True, info=field(N_("Login")))
    name: Mapped[str] = mapped_column(Text, info=field(N_("Name")))
    email: Mapped[str] = mapped_column(Text, default="", info=field(N_("E-mail"), kind="email"))
    language: Mapped[str] = mapped_column(Text, default="", info=field(N_("Language"), kind="language"))
    is_active: Mapped[bool] = mapped_column(default=True, info=field(N_("Active"), kind="yes_no"))
    group_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("user_group.id", ondelete="RESTRICT"), index=True, info=field(N_("Group"), kind="record")
    )


class Absence(Record):
    """A user is away from one day to another (both included); a deputy sees what falls due meanwhile."""

    __tablename__ = "absence"

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), index=True, info=field(N_("User"), kind="record")
    )
    deputy_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="SET NULL"), index=True, info=field(N_("Deputy"), kind="record")
    )
    from_on: Mapped[date] = mapped_column(info=field(N_("From"), kind="date"))
    until_on: Mapped[date] = mapped_column(info=field(N_("Until"), kind="date"))


class Company(Record):
    """Our own firm or a branch of it (`parent_id`); documents and number ranges belong to one.

    Every office has one from the first day. An empty name says that nobody has entered it yet.
    """

    __tablename__ = "company"

    parent_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("company.id", ondelete="RESTRICT"),
        index=True,
        info=field(N_("Branch of"), kind="record", group="company"),
    )
    name: Mapped[str] = mapped_column(Text, info=field(N_("Company name"), group="company", required=True))
    street: Mapped[str] = mapped_column(Text, default="", info=field(N_("Street"), group="address"))
    house_number: Mapped[str] = mapped_column(Text, default="", info=field(N_("House number"), group="address"))
    supplement: Mapped[str] = mapped_column(Text, default="", info=field(N_("Address supplement"), group="address"))
    postcode: Mapped[str] = mapped_column(Text, default="", info=field(N_("Postcode"), group="address"))
    town: Mapped[str] = mapped_column(Text, default="", info=field(N_("Town"), group="address"))
    region: Mapped[str] = mapped_column(
        Text,
        default="",
        info=field(N_("Region"), group="address", help=N_("Decides the public holidays, such as BY or SP")),
    )
    country: Mapped[str] = mapped_column(Text, default="DE", info=field(N_("Country"), kind="country", group="address"))
    area_code: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Area code"), group="reach", help=N_("Own area code for local calls"))
    )
    phone: Mapped[str] = mapped_column(Text, default="", info=field(N_("Phone"), kind="phone", group="reach"))
    email: Mapped[str] = mapped_column(Text, default="", info=field(N_("E-mail"), kind="email", group="reach"))
    web: Mapped[str] = mapped_column(Text, default="", info=field(N_("Web"), kind="link", group="reach"))
    vat_number: Mapped[str] = mapped_column(Text, default="", info=field(N_("VAT number"), kind="vat", group="tax"))
    tax_number: Mapped[str] = mapped_column(Text, default="", info=field(N_("Tax number"), group="tax"))


class NumberRange(Record):
    """A counter of a company for numbers, such as those of customers.

    It is locked in the transaction that uses the number.
    """

    __tablename__ = "number_range"
    __table_args__ = (UniqueConstraint("key", "company_id"), {"sqlite_autoincrement": True})

    key: Mapped[str] = mapped_column(Text, info=field(N_("Number range")))
    company_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("company.id", ondelete="RESTRICT"), index=True, info=field(N_("Company"), kind="record")
    )
    prefix: Mapped[str] = mapped_column(Text, default="", info=field(N_("Prefix")))
    digits: Mapped[int] = mapped_column(default=1, info=field(N_("Digits"), kind="number"))
    next_value: Mapped[int] = mapped_column(BigInteger, default=1, info=field(N_("Next number"), kind="number"))
