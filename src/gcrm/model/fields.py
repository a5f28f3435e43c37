"""The registry of fields: each is told once, at its column, and read everywhere else.

To add a field: one `mapped_column(..., info=field(N_("Label"), kind=..., group=...))` in its class, one revision in
model/migrations, and its name in a form (ui/<domain>.py). Form, list column, filter, search, `gcrm show`, history and
translation read it here; contact sheet and vCard name the fields they know. User-defined fields join at run time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import DeclarativeBase

KINDS = (
    "text",
    "long_text",
    "number",
    "money",
    "percent",
    "duration",
    "date",
    "instant",
    "yes_no",
    "choice",
    "choices",
    "phone",
    "email",
    "link",
    "country",
    "language",
    "iban",
    "bic",
    "vat",
    "record",
    "json",
    "contact",
)


@dataclass(frozen=True, slots=True)
class Field:
    """What the program knows about one field: its name, label (English, marked), kind and group.

    `column`: the list of the records of its class offers it, where there is such a list. `search`: its text is in the
    search index of the contact it belongs to (services/search_texts.py). `exported`: it is told to other programs.
    `form`: people fill it in; the program fills the others.
    """

    name: str
    label: str
    kind: str = "text"
    group: str = ""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    column: bool = True
    search: bool = False
    exported: bool = True
    form: bool = True
    required: bool = False
    custom_id: int | None = None

    def choice_label(self, value: object) -> str:
        """Return the (untranslated) label of a choice, or the value itself when it is not one of the choices."""
        return dict(self.choices).get(str(value), str(value))


def field(
    label: str,
    *,
    kind: str = "text",
    group: str = "",
    help: str = "",
    choices: tuple[tuple[str, str], ...] = (),
    column: bool = True,
    search: bool = False,
    exported: bool = True,
    form: bool = True,
    required: bool = False,
) -> dict[str, Any]:
    """Describe a field for `mapped_column(info=...)`; `label` is marked with N_()."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of field: {kind}")
    told = Field("", label, kind, group, help, choices, column, search, exported, form, required)
    return {"field": told}


@cache
def fields_of(cls: type[Any]) -> Mapping[str, Field]:
    """Return the fields of a mapped class by attribute name, in the order they are declared."""
    found: dict[str, Field] = {}
    for attribute in inspect(cls).column_attrs:
        told = attribute.columns[0].info.get("field")
        if told is not None:
            found[attribute.key] = replace(told, name=attribute.key)
    return found


def searched_fields(cls: type[DeclarativeBase]) -> tuple[str, ...]:
    """Return the names of the fields that search reads, in the order they are declared."""
    return tuple(told.name for told in fields_of(cls).values() if told.search)


def field_of_column(table: Any, name: str) -> Field | None:
    """Return the field of a table's column, None for bookkeeping columns."""
    column = table.columns.get(name)
    told = column.info.get("field") if column is not None else None
    return replace(told, name=name) if told is not None else None
