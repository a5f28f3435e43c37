"""What the comparison of a backup with today shows, read in one go: every record and field in words, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from gcrm.i18n import N_, _
from gcrm.model.activity import BUILT_IN_TYPES
from gcrm.model.address_format import PostalAddress, one_line
from gcrm.model.contact import Contact
from gcrm.model.fields import Field, fields_of
from gcrm.model.registry import class_of
from gcrm.services import contact_data, contact_page, custom_field, showing
from gcrm.services.backup.record import Compared, Difference, Key, Scratch, compare, past
from gcrm.services.contact_page import Surroundings
from gcrm.services.database import Database
from gcrm.ui.forms.binding import here

State = Literal["same", "changed", "gone", "added"]
SECTIONS = (
    ("contact", N_("Contact")), ("address", N_("Addresses")), ("contact_point", N_("Phone, e-mail, web")),
    ("contact_person", N_("Contact persons")), ("bank_account", N_("Bank accounts")),
    ("open_item", N_("Open items")), ("contact_category", N_("Categories")), ("consent", N_("Permissions")),
    ("activity", N_("Activities")), ("attachment", N_("Files")),
)  # fmt: skip
_BELONGS = (
    ("contact_point", "contact_person_id", "contact_person"), ("consent", "contact_person_id", "contact_person"),
    ("attachment", "activity_id", "activity"), ("activity_link", "activity_id", "activity"),
    ("appointment", "activity_id", "activity"), ("participant", "activity_id", "activity"),
)  # fmt: skip
"""Rows that come back together with what they hang on."""
_QUIET = frozenset(
    {"uid", "sha256", "media_type", "size", "call_key", "follows_id", "replaces_id", "kept", "is_picture"}
)
SHORTEST = 240
MOST = 60
"""Lines of one section; what is beyond comes back with the last of them."""
_ADDRESS = ("street", "house_number", "supplement", "po_box", "postcode", "town", "region", "country")


@dataclass(frozen=True, slots=True)
class SideRow:
    """A line: what it is about, as it was, as it is, and which differences are taken over with it."""

    label: str
    detail: str
    then: str
    now: str
    state: State
    places: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one kind of records; those that differ first."""

    title: str
    rows: tuple[SideRow, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """Everything that the window shows of one contact."""

    compared: Compared
    sections: tuple[Section, ...]

    @property
    def places(self) -> frozenset[int]:
        """Return all differences that can be taken over."""
        return frozenset(place for section in self.sections for row in section.rows for place in row.places)


def read_sides(database: Database, old: Scratch, contact: int) -> Sides:
    """Compare a contact with today. Raises UserError where the backup is of another office."""
    compared = compare(database, old, contact)
    with past(old) as session:
        before = contact_page.surroundings(session)
        before = replace(before, contacts=contact_data.names_of(session, _pointed(compared)))
    with database.read() as session:
        after = contact_page.surroundings(session)
        after = replace(after, contacts=contact_data.names_of(session, _pointed(compared)))
    words = _Words(compared, before, after, database.home.country)
    found = ((title, tuple(_rows_of(table, compared, words))) for table, title in SECTIONS)
    return Sides(compared, tuple(Section(_(title), rows) for title, rows in found if rows))


def _pointed(compared: Compared) -> set[int]:
    """Return the contacts that rows belong to, and the whole numbers among user-defined values, which may be some."""
    found = {compared.contact}
    for rows in (compared.then, compared.now):
        for row in rows.values():
            custom = row.get("custom") or {}
            found |= {value for value in (row.get("contact_id"), *custom.values()) if type(value) is int}
    return found


# --- lines --------------------------------------------------------------------------------------------------------


def _rows_of(table: str, compared: Compared, words: _Words) -> Iterator[SideRow]:
    """Yield the lines of one kind of records, the different ones first."""
    made = [row for key in _keys(table, compared) for row in _record_rows(key, compared, words)]
    rows = sorted(made, key=lambda row: row.state == "same")
    yield from rows[:MOST]
    if beyond := rows[MOST:]:
        places = frozenset(place for row in beyond for place in row.places)
        label = _("{count} more").format(count=showing.show_number(len(beyond)))
        yield SideRow(label, "", "", "", "gone" if places else "same", places)


def _keys(table: str, compared: Compared) -> list[Key]:
    return [key for key in dict.fromkeys([*compared.then, *compared.now]) if key[0] == table]


def _record_rows(key: Key, compared: Compared, words: _Words) -> Iterator[SideRow]:
    """Yield the lines of one record: one for all of it where it is whole or gone, else one for each field."""
    then, current = compared.then.get(key), compared.now.get(key)
    if _is_part(key, compared):
        return
    if key[0] == "contact":
        yield from _contact_rows(key, compared, words)
        return
    kind = words.kind(key, then or current or {})
    if then is None:
        yield SideRow(kind, "", "", words.line(key, is_now=True), "added")
    elif current is None:
        yield SideRow(kind, "", words.line(key), "", "gone", _whole(key, compared))
    else:
        changed = list(_field_rows(key, compared, words))
        yield from changed
        if not changed:
            yield SideRow(kind, "", words.line(key), words.line(key, is_now=True), "same")


def _contact_rows(key: Key, compared: Compared, words: _Words) -> Iterator[SideRow]:
    """Yield a line for each field of the contact itself that is filled in on either side."""
    then, current = compared.then.get(key) or {}, compared.now.get(key) or {}
    places = {each.field: place for place, each in enumerate(compared.differences) if each.table == "contact"}
    for name, told in fields_of(Contact).items():
        if name in _QUIET:
            continue
        before, after = words.text(told, then.get(name)), words.text(told, current.get(name), is_now=True)
        state: State = "gone" if compared.is_gone else "changed" if name in places else "same"
        label = _(told.label)
        if name == "deleted_at":
            label, before = _("In the trash"), before or (_("No") if after else "")
        if before or after:
            chosen = {places[name]} if name in places else {places[""]} if "" in places else set()
            yield SideRow(label, "", before, after, state, frozenset(chosen))


def _field_rows(key: Key, compared: Compared, words: _Words) -> Iterator[SideRow]:
    """Yield the fields of a record, also of the person behind a contact person, that are not as they were."""
    for place, each in enumerate(compared.differences):
        if each.field and each.label and each.field not in _QUIET and _home(each, compared) == key:
            told = fields_of(class_of(each.table))[each.field]
            before, after = words.text(told, each.then), words.text(told, each.now, is_now=True)
            if before != after:
                yield SideRow(_(told.label), words.line(key, is_now=True), before, after, "changed", frozenset({place}))


def _home(each: Difference, compared: Compared) -> Key:
    """Return the record under which a difference is shown."""
    if each.table == "person":
        for (table, record), row in compared.then.items():
            if table == "contact_person" and row["person_id"] == each.record:
                return table, record
    return each.table, each.record


def _whole(key: Key, compared: Compared) -> frozenset[int]:
    """Return the places of a record that is gone and of all that comes back with it."""
    row = compared.then[key]
    wanted = {key, ("person", row.get("person_id")), ("category", row.get("category_id"))}
    for table, column, parent in _BELONGS:
        if parent == key[0]:
            wanted |= {other for other, each in compared.then.items() if other[0] == table and each[column] == key[1]}
    gone = enumerate(compared.differences)
    return frozenset(place for place, each in gone if not each.field and (each.table, each.record) in wanted)


def _is_part(key: Key, compared: Compared) -> bool:
    """Tell whether a record is gone together with one that it hangs on, and is shown with that."""
    row = compared.then.get(key)
    if row is None or key in compared.now:
        return False
    parents = ((parent, row[column]) for table, column, parent in _BELONGS if table == key[0])
    return any(parent in compared.then and parent not in compared.now for parent in parents)


# --- words --------------------------------------------------------------------------------------------------------


class _Words:
    """Rows and values of both sides as people read them."""

    def __init__(self, compared: Compared, before: Surroundings, after: Surroundings, country: str) -> None:
        self._compared = compared
        self._around = (before, after)
        self._country = country
        self._lines: dict[str, Callable[[Mapping[str, Any], bool], str]] = {
            "address": lambda row, now: self._address(row),
            "contact_point": lambda row, now: " ".join(
                part for part in (row.get("value"), row.get("label") or "") if part
            ),
            "contact_person": self._person,
            "bank_account": lambda row, now: str(row.get("iban") or row.get("bank_name") or ""),
            "open_item": lambda row, now: str(row.get("number") or ""),
            "contact_category": self._category,
            "consent": lambda row, now: _("Allowed") if row["is_allowed"] else _("Not allowed"),
            "activity": self._activity,
            "attachment": lambda row, now: str(row["name"]),
        }

    def kind(self, key: Key, row: Mapping[str, Any]) -> str:
        """Return what a record is called, such as "Delivery" for an address."""
        field = {"address": "purpose", "contact_point": "kind", "consent": "channel"}.get(key[0], "")
        if field and row.get(field):
            return _(fields_of(class_of(key[0]))[field].choice_label(row[field]))
        if key[0] == "activity":
            return self._type(row.get("type"), 0)
        names = {"contact_person": N_("Contact person"), "bank_account": N_("Bank account"),
                 "open_item": N_("Open item"), "activity": N_("Activity"),
                 "contact_category": N_("Category"), "attachment": N_("File")}  # fmt: skip
        return _(names.get(key[0], N_("Record")))

    def line(self, key: Key, *, is_now: bool = False) -> str:
        """Return a record in one line."""
        rows = self._compared.now if is_now else self._compared.then
        return _short(self._lines[key[0]](rows[key], is_now)) if key in rows else ""

    def text(self, told: Field, value: Any, *, is_now: bool = False) -> str:
        """Return the value of a field in words."""
        around = self._around[is_now]
        if told.name == "custom":
            return self._custom(value or {}, around)
        if told.name == "type" and value is not None:
            return self._type(value, int(is_now))
        names: Mapping[int, str] = {}
        if told.name in ("contact_id",):
            names = around.contacts
        elif told.name in ("responsible_id", "done_by", "delegated_by"):
            names = around.users
        elif told.name == "category_id":
            names = around.categories
        if names and value is not None:
            return names.get(value, "")
        return "" if told.kind in ("record", "json") else _short(showing.show(value, told.kind, told.choices))

    def _custom(self, values: Mapping[str, Any], around: Surroundings) -> str:
        told = {field.key: field for field in around.every_field}
        shown = (
            (told[key].label, custom_field.show_value(told[key], value, here(around)))
            for key, value in values.items()
            if key in told
        )
        return "\n".join(f"{label}: {_short(text)}" for label, text in shown if text)

    def _address(self, row: Mapping[str, Any]) -> str:
        return one_line(PostalAddress(**{name: row.get(name) or "" for name in _ADDRESS}), self._country)

    def _person(self, row: Mapping[str, Any], is_now: bool) -> str:
        rows = self._compared.now if is_now else self._compared.then
        human = rows.get(("person", row["person_id"])) or self._compared.then.get(("person", row["person_id"])) or {}
        name = " ".join(str(human[part]) for part in ("title", "first_name", "last_name") if human.get(part))
        return ", ".join(part for part in (name, row.get("function") or "") if part)

    def _category(self, row: Mapping[str, Any], is_now: bool) -> str:
        return self._around[is_now].categories.get(row["category_id"], "")

    def _activity(self, row: Mapping[str, Any], is_now: bool) -> str:
        said = row.get("subject") or row.get("text") or self._type(row.get("type"), int(is_now))
        return f"{showing.show_instant(row['at'])} · {said}"

    def _type(self, key: Any, side: int) -> str:
        built_in = {known: name for known, name, _icon, _colour in BUILT_IN_TYPES}
        return _(built_in[key]) if key in built_in else str(key or "")


def _short(text: str) -> str:
    """Return a text in one paragraph, cut where two of them could not be compared on a screen."""
    line = " ".join(text.split())
    return line if len(line) <= SHORTEST else f"{line[:SHORTEST]}…"
