"""User-defined fields: described in rows, kept in the `custom` column of their record under the field's id."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import Field, field
from gcrm.model.types import JsonValue

OWNERS = (
    ("contact", N_("Contact")),
    ("contact_person", N_("Contact person")),
    ("activity", N_("Activity")),
    ("address", N_("Address")),
)
CUSTOM_KINDS = (
    ("text", N_("Text")),
    ("long_text", N_("Long text")),
    ("number", N_("Number")),
    ("money", N_("Amount of money")),
    ("date", N_("Date")),
    ("yes_no", N_("Yes or no")),
    ("choice", N_("Choice")),
    ("choices", N_("Several choices")),
    ("link", N_("Link")),
    ("contact", N_("Contact")),
)


class CustomField(Record):
    """A field that the office added by itself; its values lie in `custom` under `key` ("f" and the id)."""

    __tablename__ = "custom_field"

    owner: Mapped[str] = mapped_column(Text, info=field(N_("Field of"), kind="choice", choices=OWNERS, required=True))
    label: Mapped[str] = mapped_column(Text, info=field(N_("Label"), required=True))
    kind: Mapped[str] = mapped_column(
        Text,
        default="text",
        info=field(N_("Kind of field"), kind="choice", choices=CUSTOM_KINDS, required=True),
    )
    group_name: Mapped[str] = mapped_column(Text, default="", info=field(N_("Group")))
    position: Mapped[int] = mapped_column(default=0, info=field(N_("Order"), kind="number"))
    help: Mapped[str] = mapped_column(Text, default="", info=field(N_("Help text")))
    is_required: Mapped[bool] = mapped_column(default=False, info=field(N_("Required"), kind="yes_no"))
    choices: Mapped[list[str]] = mapped_column(JsonValue, default=list, info=field(N_("Choices"), kind="json"))
    options: Mapped[dict[str, Any]] = mapped_column(
        JsonValue, default=dict, info=field(N_("Options"), kind="json", form=False)
    )

    @property
    def key(self) -> str:
        """Return the name of the value inside `custom`."""
        return f"f{self.id}"

    def as_field(self) -> Field:
        """Return the entry of this field in the registry; its name is `custom.f<id>`.

        Yes or no is found by a filter; activities are in no search index.
        """
        return Field(
            name=f"custom.{self.key}",
            label=self.label,
            kind=self.kind,
            group=self.group_name or "custom",
            help=self.help,
            choices=tuple((choice, choice) for choice in self.choices),
            search=self.kind != "yes_no" and self.owner != "activity",
            required=self.is_required,
            custom_id=self.id,
        )
