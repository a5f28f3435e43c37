"""What the merge shows, read in one go: fields in words, children brought together, what moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gcrm.i18n import N_, _, ngettext
from gcrm.model.address_format import PostalAddress, one_line
from gcrm.model.base import Record
from gcrm.model.contact import Contact
from gcrm.model.fields import fields_of
from gcrm.model.fold import fold
from gcrm.model.registry import class_of, table_of
from gcrm.services import contact, contact_page, merge
from gcrm.services.contact_page import Surroundings
from gcrm.services.database import Database
from gcrm.services.merge import MergeField, MergePreview
from gcrm.services.showing import show_money
from gcrm.ui.forms.binding import Input, definition_of, here, text_of

SHORTEST = 240
"""Longer texts are cut: two letters side by side cannot be compared on a screen."""
UNITED = (
    ("addresses", N_("Addresses")),
    ("points", N_("Phone, e-mail, web")),
    ("persons", N_("Contact persons")),
    ("bank_accounts", N_("Bank accounts")),
    ("open_items", N_("Open items")),
    ("categories", N_("Categories")),
)
_SHOWN_ABOVE = ("address", "contact_point", "contact_person", "bank_account", "open_item", "contact_category",
                "consent", "duplicate_verdict")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One of the contacts: what stands above its column."""

    id: int
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Row:
    """A field with its value in each contact, in words; `proposal` is the contact whose value is proposed."""

    name: str
    label: str
    texts: Mapping[int, str]
    proposal: int
    is_equal: bool


@dataclass(frozen=True, slots=True)
class United:
    """A kind of children as they will be: each text once, with the number of contacts that have it."""

    title: str
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the window shows."""

    keep: int
    sides: tuple[Side, ...]
    rows: tuple[Row, ...]
    united: tuple[United, ...]
    moving: tuple[str, ...]

    def side(self, contact_id: int) -> Side:
        """Return one of the contacts; KeyError when it is not among them."""
        return {side.id: side for side in self.sides}[contact_id]


def read_facts(database: Database, ids: Sequence[int], keep: int | None = None) -> Facts:
    """Read what is shown. Raises UserError when there are not two contacts (any more)."""
    with database.read() as session:
        shown = merge.preview(session, ids, keep)
        found = {each: contact.read(session, each) for each in dict.fromkeys(ids)}
        arounds = [contact_page.surroundings(session, each) for each in found.values()]
        session.expunge_all()
    around = _joined(arounds)
    country = database.home.country
    return Facts(
        shown.keep,
        tuple(_side(each, country) for each in found.values()),
        tuple(_rows(shown, around)),
        tuple(_united(list(found.values()), around, country)),
        tuple(_moving(shown)),
    )


def _joined(arounds: list[Surroundings]) -> Surroundings:
    """Put the surroundings of several contacts together: only the contacts they point to differ."""
    pointed = {key: name for around in arounds for key, name in around.contacts.items()}
    first = arounds[0]
    return Surroundings(first.users, first.categories, first.custom_fields, pointed, first.every_field)


def _side(found: Contact, country: str) -> Side:
    address = next((one for one in found.addresses if one.is_present()), None)
    parts = (found.number or "", address.town if address else "")
    return Side(found.id, found.display_name, " · ".join(part for part in parts if part))


# --- fields -----------------------------------------------------------------------------------------------------
def _rows(shown: MergePreview, around: Surroundings) -> Iterator[Row]:
    """Yield the fields that somebody filled in; the number first."""
    fields = sorted(shown.fields, key=lambda each: each.name != "number")
    for each in fields:
        texts = {key: _text(each, value, around) for key, value in each.values.items()}
        told = fields_of(Contact).get(each.name)
        if any(texts.values()) and (told is None or told.form):
            label = each.label if each.name.startswith("custom.") else _(each.label)
            yield Row(each.name, label, texts, each.proposal, each.is_equal)


def _text(each: MergeField, value: Any, around: Surroundings) -> str:
    """Return a value in words, shortened."""
    text = " ".join(text_of(_input(each, value, around)).split())
    return text if len(text) <= SHORTEST else f"{text[:SHORTEST]}…"


def _input(each: MergeField, value: Any, around: Surroundings) -> Input:
    from gcrm.model import user_field

    for described in around.every_field:
        if described.owner == "contact" and each.name == f"custom.{described.key}":
            definition = definition_of(described)
            kept = user_field.from_json(definition, value)
            return Input(described.as_field(), kept, definition=definition, where=here(around))
    choices = tuple((name, key) for key, name in around.users.items()) if each.kind == "record" else ()
    return Input(fields_of(Contact)[each.name], value, choices=choices)


# --- children ---------------------------------------------------------------------------------------------------
def _united(found: list[Contact], around: Surroundings, country: str) -> Iterator[United]:
    """Yield what hangs on the contacts, each text once."""
    for name, title in UNITED:
        count: dict[str, int] = {}
        texts: dict[str, str] = {}
        for each in found:
            mine = {_child_key(child, text): text for child, text in _children(each, name, around, country)}
            for key, text in mine.items():
                texts.setdefault(key, text)
                count[key] = count.get(key, 0) + 1
        lines = tuple((text, count[key]) for key, text in texts.items() if text)
        if lines:
            yield United(_(title), lines)


def _children(each: Contact, name: str, around: Surroundings, country: str) -> Iterator[tuple[Any, str]]:
    """Yield the children of one kind, each in one line."""
    for child in getattr(each, name):
        yield child, _child_text(child, around, country)


def _child_key(child: Any, text: str) -> str:
    """Return what is shown once: a telephone number also in another spelling, for it stays only once."""
    number = getattr(child, "e164", None)
    return f"{child.kind} {number} {child.purpose} {child.label}" if number else fold(text)


def _child_text(child: Any, around: Surroundings, country: str) -> str:
    """Return a child in one line."""
    cls: type[Record] = type(child)
    table = table_of(cls).name
    if table == "address":
        names = ("street", "house_number", "supplement", "po_box", "postcode", "town", "region", "country")
        line = one_line(PostalAddress(**{name: getattr(child, name) or "" for name in names}), country)
        purpose = _(fields_of(cls)["purpose"].choice_label(child.purpose))
        return f"{purpose}: {line}" if line else ""
    if table == "contact_point":
        return f"{_(fields_of(cls)['kind'].choice_label(child.kind))}: {child.value}"
    if table == "contact_person":
        name = child.person.full_name if child.person is not None else ""
        return f"{name}, {child.function}" if child.function else name
    if table == "bank_account":
        return str(child.iban or child.bank_name or "")
    if table == "open_item":
        return f"{child.number} · {show_money(child.amount, child.currency)}"
    return str(around.categories.get(child.category_id, ""))


# --- what moves -------------------------------------------------------------------------------------------------
def _moving(shown: MergePreview) -> Iterator[str]:
    """Yield what the contacts that go hand over, in words, besides what is listed already."""
    totals: dict[str, int] = {}
    for contact_id, counts in shown.children.items():
        if contact_id != shown.keep:
            for table, count in counts.items():
                totals[table] = totals.get(table, 0) + count
    for table, count in totals.items():
        if table not in _SHOWN_ABOVE and count:
            yield count_text(table, count)


def count_text(table: str, count: int) -> str:
    """Return "12 activities" for a table and a number of its records."""
    if table == "activity":
        return ngettext("{count} activity", "{count} activities", count).format(count=count)
    if table == "attachment":
        return ngettext("{count} file", "{count} files", count).format(count=count)
    name = class_of(table).__name__
    return _("{count} × {name}").format(count=count, name=name)
