"""People at organisations: a person exists once and may have a role at several organisations."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gcrm.i18n import N_
from gcrm.model.base import Home, Record
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fields import field
from gcrm.model.fold import sort_key
from gcrm.model.types import BigId, JsonValue, KeyText

SALUTATIONS = (
    ("", N_("No salutation")),
    ("mr", N_("Mr")),
    ("ms", N_("Ms")),
    ("mx", N_("Neutral")),
)


class Person(Record):
    """A human being behind one or more contact persons: the name and what does not depend on the organisation."""

    __tablename__ = "person"

    salutation: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Salutation"), kind="choice", choices=SALUTATIONS, group="person")
    )
    title: Mapped[str] = mapped_column(Text, default="", info=field(N_("Title"), group="person"))
    first_name: Mapped[str] = mapped_column(Text, default="", info=field(N_("First name"), group="person", search=True))
    last_name: Mapped[str] = mapped_column(Text, default="", info=field(N_("Last name"), group="person", search=True))
    name_key: Mapped[str] = mapped_column(KeyText, default="", server_default="", index=True)
    birthday: Mapped[date | None] = mapped_column(info=field(N_("Birthday"), kind="date", group="person"))

    @property
    def full_name(self) -> str:
        """Return title, first and last name in reading order."""
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)

    def derive(self, home: Home) -> None:
        """Fill the key to sort by: last name before first name."""
        self.name_key = sort_key(f"{self.last_name or ''} {self.first_name or ''}")


class ContactPerson(Record):
    """A person at an organisation, with the function and the own numbers there."""

    __tablename__ = "contact_person"

    contact_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Contact"), kind="record", form=False, column=False),
    )
    person_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("person.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Person"), kind="record", form=False, column=False),
    )
    function: Mapped[str] = mapped_column(Text, default="", info=field(N_("Function"), group="person", search=True))
    department: Mapped[str] = mapped_column(Text, default="", info=field(N_("Department"), group="person"))
    is_default: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Default contact person"), kind="yes_no", group="person", column=False)
    )
    notes: Mapped[str] = mapped_column(Text, default="", info=field(N_("Notes"), kind="long_text", group="person"))
    custom: Mapped[dict[str, Any]] = mapped_column(
        JsonValue,
        default=dict,
        info=field(N_("User-defined fields"), kind="json", column=False, search=True, form=False),
    )

    person: Mapped[Person] = relationship(lazy="raise")
    points: Mapped[list[ContactPoint]] = relationship(
        lazy="raise",
        order_by=ContactPoint.id,
        primaryjoin="and_(ContactPoint.contact_person_id == ContactPerson.id, "
        "ContactPoint.contact_id == ContactPerson.contact_id)",
        foreign_keys="[ContactPoint.contact_person_id, ContactPoint.contact_id]",
        overlaps="points",
        passive_deletes=True,
    )
