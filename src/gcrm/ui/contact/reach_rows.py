"""Rows of numbers, e-mail and web addresses, of the contact or of one of its persons."""

from __future__ import annotations

import re
from collections.abc import Callable

from gcrm.i18n import _
from gcrm.model.base import Home
from gcrm.model.checks.finding import Finding
from gcrm.model.contact import Contact
from gcrm.model.contact_point import DIALLED, POINT_KINDS, ContactPoint
from gcrm.ui.contact.changes_of import add_to, make_default, remove, set_values
from gcrm.ui.contact.fields import Sheet, row_key
from gcrm.ui.contact.rows import RowCommand, RowSpec, Values
from gcrm.ui.contact.saving import Change, find, key_of
from gcrm.ui.forms import Input, field_of
from gcrm.ui.forms.hints import check_point, international

Commit = Callable[[Change], None]
_PARTS = ("kind", "value", "purpose", "label")
_ORDER = {kind: place for place, (kind, _label) in enumerate(POINT_KINDS)}
_WEB = re.compile(r"^(?:https?://|www\.)|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?$", re.IGNORECASE)
_GERMAN_MOBILE = re.compile(r"^(?:\+49|0049|0)\W*1[567]")
_PORTUGUESE_MOBILE = re.compile(r"^(?:\+351|00351)?\W*9[1236]\d")


def guess_kind(value: str, home: Home) -> str:
    """Return what a typed number or address most likely is: email, web, mobile or phone."""
    text = value.strip()
    if "@" in text:
        return "email"
    if _WEB.search(text):
        return "web"
    is_portuguese = home.country == "PT" or text.startswith(("+351", "00351"))
    if _GERMAN_MOBILE.match(text) or (is_portuguese and _PORTUGUESE_MOBILE.match(text)):
        return "mobile"
    return "phone"


def kind_label(kind: str) -> str:
    """Return the word for a kind of number or address."""
    return _(dict(POINT_KINDS).get(kind, kind))


def sorted_points(points: list[ContactPoint]) -> list[ContactPoint]:
    """Return numbers and addresses in the order of the card: phones, mail, web; the default of each kind first."""
    return sorted(points, key=lambda point: (_ORDER.get(point.kind, 99), not point.is_default, point.id or 0))


def point_rows(sheet: Sheet, points: list[ContactPoint], commit: Commit) -> list[RowSpec]:
    """Return the rows of some numbers and addresses."""
    return [_point_row(sheet, point, commit, len(points)) for point in sorted_points(points)]


def _point_row(sheet: Sheet, point: ContactPoint, commit: Commit, count: int) -> RowSpec:
    key = key_of(point)
    inputs = (
        Input(field_of(ContactPoint, "kind"), point.kind, stretch=3),
        Input(field_of(ContactPoint, "value"), point.value, label=kind_label(point.kind), stretch=5),
        *_use_inputs(point.purpose, point.label),
    )

    def change(values: Values) -> Change | None:
        return set_values(key, dict(zip(_PARTS, values, strict=True))) if values[1] else remove(key)

    commands = [RowCommand(_("Remove"), "trash-2", lambda: commit(remove(key)))]
    if not point.is_default and count > 1:
        commands.insert(0, RowCommand(_("Make default"), "star", lambda: commit(make_default(key))))
    label = point.label or kind_label(point.kind)
    use = _(field_of(ContactPoint, "purpose").choice_label(point.purpose)) if point.purpose else ""
    note = " · ".join(part for part in (use, international(point.value, point.e164)) if part)
    return RowSpec(
        row_key(key, "value"), label, point.value, inputs, change, tuple(commands),
        note=note, judge=_judge(sheet), focus_input=1, first_line=2,
    )  # fmt: skip


def _use_inputs(purpose: str = "", label: str = "") -> tuple[Input, Input]:
    """Return the inputs of use (work, home) and label of a number; they stand in the second line."""
    return (
        Input(field_of(ContactPoint, "purpose"), purpose, stretch=3),
        Input(field_of(ContactPoint, "label"), label, stretch=5),
    )


def _judge(sheet: Sheet) -> Callable[[Values], Finding]:
    def judge(values: Values) -> Finding:
        found = check_point(values[0] or "phone", values[1] or "", sheet.home)
        if found.sentence or values[0] not in DIALLED:
            return found
        return Finding(found.value, international(found.value, found.proposals.get("e164")), "hint")

    return judge


def new_point_row(sheet: Sheet, person_id: int | None = None) -> RowSpec:
    """Return the row in which a new number or address is typed; the cursor stands in its value."""
    inputs = (
        Input(field_of(ContactPoint, "kind"), "", label=_("Kind"), stretch=3, choices=()),
        Input(field_of(ContactPoint, "value"), "", label=_("Number or address"), stretch=5),
        *_use_inputs(),
    )

    def change(values: Values) -> Change | None:
        value = values[1]
        kind = values[0] or guess_kind(value, sheet.home)
        more = {"purpose": values[2] or "", "label": values[3] or ""}
        return add_point(kind, value, person_id, **more) if value else None

    def judge(values: Values) -> Finding:
        return _judge(sheet)([values[0] or guess_kind(values[1] or "", sheet.home), values[1]])

    return RowSpec(
        f"new:point:{person_id or 0}", _("New"), "", inputs, change, blank=_("Number or address"), judge=judge,
        focus_input=1, first_line=2,
    )  # fmt: skip


def add_point(kind: str, value: str, person_id: int | None, **more: str) -> Change:
    """Return the change that adds a number or address to the contact or to one of its persons; `more`: use, label."""
    if person_id is None:
        return add_to("points", lambda contact: ContactPoint(contact_id=contact.id, kind=kind, value=value, **more))

    def change(contact: Contact) -> None:
        person = find(contact, ("contact_person", person_id))
        person.points.append(
            ContactPoint(contact_id=contact.id, contact_person_id=person_id, kind=kind, value=value, **more)
        )

    return change
