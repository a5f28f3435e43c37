"""Between a record and what a form shows of it: the value of a field, its text, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from PySide6.QtCore import QLocale

from gcrm.i18n import _
from gcrm.model import user_field
from gcrm.model.base import Record
from gcrm.model.custom_field import CustomField
from gcrm.model.fields import Field, fields_of
from gcrm.services import showing
from gcrm.services.contact_page import Surroundings
from gcrm.ui.widgets.typed_edit import place

CUSTOM = "custom."
NOWHERE = user_field.Place()


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a form with its present value; `choices` are (text, value), `country` is for checks and labels.

    `definition` is there for user-defined fields: it reads, shows and checks their values.
    """

    field: Field
    value: Any = None
    label: str = ""
    stretch: int = 1
    country: str = ""
    currency: str = ""
    choices: tuple[tuple[str, Any], ...] = ()
    definition: user_field.Definition | None = None
    where: user_field.Place = NOWHERE

    @property
    def name(self) -> str:
        """Return the name of the field."""
        return self.field.name

    @property
    def shown_label(self) -> str:
        """Return the label in the language in force; labels of user-defined fields are shown as they were typed."""
        return self.label or (self.field.label if self.definition else _(self.field.label))

    def with_value(self, value: Any) -> Input:
        """Return the same input with another value."""
        return replace(self, value=value)


@cache
def field_of(cls: type[Record], name: str) -> Field:
    """Return the registry's entry of a field; KeyError when there is none."""
    return fields_of(cls)[name]


def value_of(record: Record, name: str) -> Any:
    """Return the value of a field; `custom.f12` lies in the record's user-defined values."""
    if name.startswith(CUSTOM):
        return (getattr(record, "custom", None) or {}).get(name.removeprefix(CUSTOM))
    return getattr(record, name)


def put_value(record: Record, name: str, value: Any) -> None:
    """Write a value into a record; an emptied user-defined value is taken out."""
    if not name.startswith(CUSTOM):
        setattr(record, name, value)
        return
    key = name.removeprefix(CUSTOM)
    custom = dict(getattr(record, "custom", None) or {})
    custom.pop(key, None)
    if value not in (None, "", []):
        custom[key] = value
    record.custom = custom  # type: ignore[attr-defined]  # only records with user-defined fields have names "custom."


def input_for(record: Record, name: str, around: Surroundings, **more: Any) -> Input:
    """Return the input of a field of a record."""
    told = field_of(type(record), name)
    choices = tuple((name_, user) for user, name_ in around.users.items()) if name == "responsible_id" else ()
    return Input(told, getattr(record, name), choices=choices, **more)


def custom_inputs(record: Record, owner: str, around: Surroundings) -> list[Input]:
    """Return the inputs of the user-defined fields of a record, in their order."""
    where = here(around)
    inputs = []
    for described in around.custom_fields.get(owner, ()):
        definition = definition_of(described)
        kept = (getattr(record, "custom", None) or {}).get(described.key)
        value = user_field.from_json(definition, kept)
        inputs.append(Input(described.as_field(), value, definition=definition, where=where))
    return inputs


def definition_of(described: CustomField) -> user_field.Definition:
    """Return what a user-defined field is like."""
    options = described.options or {}
    return user_field.Definition(
        described.label, described.kind, tuple(described.choices or ()), described.is_required,
        options.get("places"), str(options.get("currency") or ""),
    )  # fmt: skip


def here(around: Surroundings) -> user_field.Place:
    """Return language, country and known contacts for user-defined values."""
    language, country = place(QLocale())
    return user_field.Place(language, country, "EUR", around.contacts)


def kept_value(entry: Input, value: Any) -> Any:
    """Return what is written into the record for a value that an editor gave."""
    if entry.definition is not None:
        return user_field.to_json(entry.definition, value)
    if value is None and entry.field.kind in _TEXTS:
        return ""
    return value


_TEXTS = ("text", "long_text", "choice", "phone", "email", "link", "country", "language", "iban", "bic", "vat")


def text_of(entry: Input) -> str:
    """Return the value as people read it."""
    value = entry.value
    if entry.definition is not None:
        return user_field.show(entry.definition, value, entry.where)
    if entry.field.kind == "record":
        return next((text for text, data in entry.choices if data == value), "")
    if entry.field.kind == "iban" and value:
        from gcrm.model.checks.iban import spaced

        return spaced(str(value))
    if entry.field.kind == "percent" and value is not None:
        return f"{showing.show_number(Decimal(value).normalize())} %"
    return showing.show(value, entry.field.kind, entry.field.choices, entry.currency or "EUR")
