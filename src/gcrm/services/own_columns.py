"""The columns of user-defined fields: values inside the `custom` column of contacts, addresses and contact persons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, Text, case, cast, func, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from gcrm.i18n import _
from gcrm.model.address import Address, present
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.custom_field import OWNERS, CustomField
from gcrm.services.column import Column, of_address, of_person, shown_name, sorted_by

LISTED = ("contact", "address", "contact_person")
"""What the list shows and filters user-defined fields of."""


class elements(FunctionElement[Any]):  # noqa: N801 - reads as the function it stands for
    """The rows of a JSON array: of a value inside a JSON column."""

    inherit_cache = True


@compiles(elements)
def _on_sqlite(element: elements, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(func.json_each(*element.clauses), **options)


@compiles(elements, "postgresql")
def _on_postgres(element: elements, compiler: SQLCompiler, **options: Any) -> str:
    (value,) = element.clauses
    array = case((func.jsonb_typeof(value) == "array", value))
    return compiler.process(func.jsonb_array_elements_text(array), **options)


def own_column(found: CustomField) -> Column:
    """Return the column of a user-defined field; of addresses and persons it shows the default one's value."""
    if found.owner not in _CHILDREN:
        return _column(found, Contact.__table__.c.custom)
    table, of_default, rows = _CHILDREN[found.owner]
    inner = _column(found, table.__table__.c.custom)
    label = _("{field} ({owner})").format(field=found.label, owner=_(dict(OWNERS)[found.owner]))
    return replace(
        inner, label=label, value=of_default(inner.value), sort=of_default(inner.sort), anywhere=(inner, rows())
    )


def _column(found: CustomField, custom: ColumnElement[Any]) -> Column:
    """Return the column of a field over the row that holds its value."""
    told = found.as_field()
    value, sort, single = _expressions(found, custom)
    return Column(
        told.name, told.label, told.kind, value, sort, told.choices, is_custom=True, elements=single
    )  # fmt: skip


def _expressions(found: CustomField, custom: Any) -> tuple[ColumnElement[Any], ColumnElement[Any], Any]:
    """Return what a field shows, what it is sorted by, and its single values where it has several."""
    kept = custom[found.key]
    if found.kind in ("number", "money"):
        return kept.as_string(), cast(kept.as_string(), Float()), None
    if found.kind == "yes_no":
        return kept.as_boolean(), kept.as_boolean(), None
    if found.kind == "contact":
        other = aliased(Contact)
        named = select(shown_name(other)).where(other.id == kept.as_integer()).correlate_except(other)
        return named.scalar_subquery(), sorted_by("contact", named.scalar_subquery()), None
    if found.kind == "choices":
        single = elements(kept).table_valued("value")
        texts = cast(single.c.value, Text())
        joined = select(func.aggregate_strings(texts, "; ")).select_from(single).scalar_subquery()
        return joined, sorted_by("choices", joined), single
    return kept.as_string(), sorted_by(found.kind, kept.as_string()), None


def _addresses() -> Select[Any]:
    """Return the present addresses of a contact."""
    rows: Select[Any] = select(literal_column("1")).select_from(Address)
    return rows.where(Address.contact_id == Contact.id, present()).correlate(Contact)


def _persons() -> Select[Any]:
    """Return the contact persons of a contact."""
    rows: Select[Any] = select(literal_column("1")).select_from(ContactPerson)
    return rows.where(ContactPerson.contact_id == Contact.id).correlate(Contact)


_Child = tuple[Any, Callable[[Any], ColumnElement[Any]], Callable[[], Select[Any]]]
_CHILDREN: Mapping[str, _Child] = {
    "address": (Address, of_address, _addresses),
    "contact_person": (ContactPerson, of_person, _persons),
}
