"""User-defined fields: made, changed, hidden and deleted while the program runs.

A field is a row; its values lie in the `custom` column of their records. Deleting a field takes its values out of the
records in the same operation: the history keeps them, and one undo brings field and values back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, cast, func, select, update
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model import user_field
from gcrm.model.base import now
from gcrm.model.custom_field import CUSTOM_KINDS, OWNERS, CustomField
from gcrm.model.fields import Field, fields_of
from gcrm.model.fold import clean, fold
from gcrm.model.registry import class_of, table_of
from gcrm.model.user_field import Definition, Place
from gcrm.services.database import Database
from gcrm.services.showing import here
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

HIDDEN = "hidden"
ALIKE = ({"text", "long_text", "link", "choice"}, {"number", "money"})
"""Kinds among which a field with values may change: what is kept can be read as the other."""


def fields(session: Session, owner: str = "", *, hidden: bool = False) -> list[CustomField]:
    """Return the fields of an owner ("" for all) in their order, hidden ones only when asked for."""
    wanted = select(CustomField).order_by(CustomField.owner, CustomField.position, CustomField.id)
    if owner:
        wanted = wanted.where(CustomField.owner == owner)
    return [found for found in session.scalars(wanted) if hidden or not found.options.get(HIDDEN)]


def registry(session: Session, owner: str) -> list[Field]:
    """Return every field of a record: those of the program, then the user-defined ones, named `custom.f<id>`."""
    return [*fields_of(class_of(owner)).values(), *(found.as_field() for found in fields(session, owner))]


def definition(found: CustomField) -> Definition:
    """Return what a field is like, for reading and showing its values."""
    places, currency = found.options.get("places"), found.options.get("currency", "")
    return Definition(found.label, found.kind, tuple(found.choices), found.is_required, places, currency)


def read_value(found: CustomField, text: str, place: Place | None = None) -> Any:
    """Return what is kept for a typed text, None for an empty one. Raises UserError with a sentence."""
    told = definition(found)
    value = user_field.parse(told, text, place or Place())
    verdict = user_field.check(told, value)
    if value is None and told.is_required:
        raise UserError(verdict.sentence, field=found.as_field().name)
    return user_field.to_json(told, value)


def show_value(found: CustomField, kept: Any, place: Place | None = None) -> str:
    """Return a kept value as people read it."""
    told = definition(found)
    return user_field.show(told, user_field.from_json(told, kept), place or Place())


def place_of(contacts: Mapping[int, str] | None = None) -> Place:
    """Return where values are shown: in the language in force, with these names of contacts."""
    language, country = here()
    return Place(language, country, contacts=contacts or {})


def shown_values(found: Iterable[CustomField], kept: Mapping[str, Any] | None, place: Place) -> list[tuple[str, str]]:
    """Return label and text of the values that a record has; hidden fields are left out."""
    shown = [(one.label, show_value(one, (kept or {}).get(one.key), place)) for one in found if not is_hidden(one)]
    return [(label, text) for label, text in shown if text]


def is_hidden(found: CustomField) -> bool:
    """Tell whether a field was taken out of forms and lists."""
    return bool((found.options or {}).get(HIDDEN))


def create(database: Database, found: CustomField) -> int:
    """Add a field at the end of its owner's and return its id. Raises UserError with a sentence."""
    with unit_of_work(database, N_("Field “{name}” added"), kind="create", params={"name": found.label}) as work:
        add(work, found)
    return found.id


def add(work: UnitOfWork, found: CustomField) -> None:
    """Add a field at the end of its owner's inside a unit of work. Raises UserError with a sentence."""
    found.choices, found.options = list(found.choices or []), dict(found.options or {})
    _check(work.session, found)
    last = select(func.max(CustomField.position)).where(CustomField.owner == found.owner)
    found.position = (work.session.scalar(last) or 0) + 1
    work.session.add(found)
    work.session.flush()


def change(database: Database, field_id: int, **values: Any) -> None:
    """Change label, kind, group, help, choices, options or whether it is required. Raises UserError with a sentence.

    A field with values keeps its kind, except where the values can be read as the other kind.
    """
    with unit_of_work(database, N_("Field changed")) as work:
        found = _found(work.session, field_id)
        if "owner" in values:
            raise UserError(_("A field stays with what it was made for."), field="owner")
        kind = values.get("kind", found.kind)
        alike = any({kind, found.kind} <= group for group in ALIKE)
        if kind != found.kind and not alike and uses(work.session, field_id):
            raise UserError(
                _("“{name}” has values and cannot become another kind. Add a new field.").format(name=found.label),
                field="kind",
            )
        for name, value in values.items():
            setattr(found, name, value)
        _check(work.session, found)


def hide(database: Database, field_id: int, hidden: bool = True) -> None:
    """Take a field out of forms and lists, or show it again; its values stay."""
    with unit_of_work(database, N_("Field hidden") if hidden else N_("Field shown again")) as work:
        found = _found(work.session, field_id)
        found.options = {name: value for name, value in found.options.items() if name != HIDDEN} | (
            {HIDDEN: True} if hidden else {}
        )


def arrange(database: Database, field_ids: Sequence[int]) -> None:
    """Put the fields of an owner into this order."""
    with unit_of_work(database, N_("Fields arranged")) as work:
        for position, field_id in enumerate(field_ids, 1):
            _found(work.session, field_id).position = position


def uses(session: Session, field_id: int) -> int:
    """Return how many records have a value in a field; ask before such a field is deleted."""
    found = _found(session, field_id)
    table = table_of(class_of(found.owner))
    return session.scalar(select(func.count()).select_from(table).where(_has(session, table, found.key))) or 0


def remove(database: Database, field_id: int) -> int:
    """Delete a field with its values and return how many records had one; undo brings all back."""
    with unit_of_work(database, N_("Field deleted"), kind="delete") as work:
        found = _found(work.session, field_id)
        count = _drop_values(work, table_of(class_of(found.owner)), found.key)
        work.session.delete(found)
    return count


def _has(session: Session, table: Table, key: str) -> ColumnElement[bool]:
    """Return the condition that a record has a value under a key."""
    if session.get_bind().dialect.name == "sqlite":
        return func.json_type(table.c.custom, f"$.{key}").is_not(None)
    return func.jsonb_exists(table.c.custom, key).is_(True)


def _drop_values(work: UnitOfWork, table: Table, key: str) -> int:
    """Take the values under a key out of all records; return of how many."""
    without: ColumnElement[Any]
    if work.database.is_sqlite:
        without = func.json_remove(table.c.custom, f"$.{key}", type_=table.c.custom.type)
    else:
        without = table.c.custom.op("-", return_type=table.c.custom.type)(cast(key, Text))
    stamp = {"version": table.c.version + 1, "changed_at": now(), "changed_by": work.user_id}
    statement = update(table).where(_has(work.session, table, key)).values(custom=without, **stamp)
    return work.connection.execute(statement).rowcount


def _found(session: Session, field_id: int) -> CustomField:
    """Return a field, or say that it is gone."""
    found = session.get(CustomField, field_id)
    if found is None:
        raise UserError(_("This field does not exist any more."))
    return found


def _check(session: Session, found: CustomField) -> None:
    """Refuse a field that could not be used."""
    found.label = clean(found.label or "")
    if not found.label:
        raise UserError(_("Give the field a name."), field="label")
    if found.owner not in dict(OWNERS) or found.kind not in dict(CUSTOM_KINDS):
        raise UserError(_("This kind of field does not exist."), field="kind")
    found.choices = list(dict.fromkeys(clean(str(choice)) for choice in found.choices if clean(str(choice))))
    if found.kind in ("choice", "choices") and not found.choices:
        raise UserError(_("Enter at least one choice for “{name}”.").format(name=found.label), field="choices")
    others = [other for other in fields(session, found.owner, hidden=True) if other.id != found.id]
    taken = {fold(other.label) for other in others}
    taken |= {fold(_(told.label)) for told in fields_of(class_of(found.owner)).values() if told.form}
    if fold(found.label) in taken:
        raise UserError(_("There is a field called “{name}” already.").format(name=found.label), field="label")
