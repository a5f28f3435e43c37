"""What a field says of itself at its column is true: it is found, listed, told to others, and people can fill it in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Text

from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Home, Record
from gcrm.model.category import Category, ContactCategory
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CUSTOM_KINDS, CustomField
from gcrm.model.fields import fields_of
from gcrm.model.open_item import OpenItem
from gcrm.model.registry import RECORDS, table_of
from gcrm.services import contact as contacts
from gcrm.services import contact_data, contact_list, contact_page
from gcrm.services.contact_columns import DERIVED, all_columns
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.printing.for_contact import sheet_lines, sheet_of
from gcrm.services.search_texts import SEARCHED
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui.contact import address_rows, detail_rows, open_item_rows, person_rows, reach_rows
from gcrm.ui.contact.detail_rows import ROLE_LABELS
from gcrm.ui.contact.fields import Sheet, field_row
from gcrm.ui.settings.company_form import sections
from tests.databases import SqliteOffices
from tests.samples import make
from tests.source import ROOT
from tests.ui.office import albrecht, cardoso

LINKED: dict[type[Record], tuple[type[Record], str]] = {
    Person: (ContactPerson, "person_id"),
    Category: (ContactCategory, "category_id"),
}
"""Classes that belong to contacts through another one, and the column that points at them."""
PLAIN_KINDS = ("text", "long_text", "vat", "iban", "bic")
CUSTOM_VALUES: dict[str, Any] = {
    "text": "Kran", "long_text": "Kran\nTor", "number": 12.5, "money": 12.5, "date": "2026-05-04", "yes_no": True,
    "choice": "Steel", "choices": ["Steel", "Glass"], "link": "https://albrecht.example", "contact": 1,
}  # fmt: skip


CUSTOM_WORDS = {
    "number": "12,5",
    "money": "12.50",
    "date": "4.5.2026",
    "choices": "glass steel",
    "contact": "with field",
}
"""What people type to find these values, where it is not what is kept."""


# --- search -----------------------------------------------------------------------------------------------------
def written(session: Any, cls: type[Record], name: str, turn: int) -> tuple[str, int]:
    """Write a value nobody else has into one field; return the words to find it by and the contact it belongs to."""
    word = f"zq{cls.__tablename__}{name}qz".replace("_", "")
    values: dict[str, Any] = {name: {"f1": word} if name == "custom" else word}
    if name == "e164":
        word, values = "+49221471100", {"kind": "phone", "value": "0221 4711-00"}
    record = make(session, cls, turn, **values)
    if cls in LINKED:
        link, column = LINKED[cls]
        record = make(session, link, turn + 1, **{column: record.id})
    return word, record.id if cls is Contact else record.contact_id


def test_a_searched_field_is_found_and_no_other(database: Database) -> None:
    expected: dict[str, list[int]] = {}
    with unit_of_work(database, "Made") as work:
        for cls in RECORDS:
            for place, (name, told) in enumerate(fields_of(cls).items()):
                kind = table_of(cls).columns[name].type
                is_text = isinstance(kind, Text) and not told.choices and not table_of(cls).columns[name].foreign_keys
                if told.search or (cls in SEARCHED and is_text):
                    turn = 10_000 + 2 * (len(RECORDS) * place + RECORDS.index(cls)) + 1
                    word, contact = written(work.session, cls, name, turn)
                    expected[word] = [contact] if told.search else []
    with database.read() as session:
        found = {word: list(contact_list.ids(session, ContactQuery(words=word, include="trash"))) for word in expected}
    assert found == expected
    assert sum(map(len, expected.values())) > 15


# --- columns of the list ----------------------------------------------------------------------------------------
def test_a_field_says_whether_the_list_offers_it(database: Database) -> None:
    with database.read() as session:
        offered = {column.name for column in all_columns(session)}
    assert offered - set(DERIVED) == {
        name for name, told in fields_of(Contact).items() if told.column and name not in DERIVED
    }


def filtered(session: Any, name: str, operator: str) -> list[int]:
    """Return the contacts that a filter over one field lets through."""
    return list(contact_list.ids(session, ContactQuery(conditions={"field": name, "op": operator, "value": None})))


def test_every_column_can_be_read_sorted_and_filtered(database: Database) -> None:
    with unit_of_work(database, "Made") as work:
        made = [make(work.session, Contact, turn, deleted_at=None, archived_at=None) for turn in (1, 3)]
        both = [record.id for record in made]
    with database.read() as session:
        for column in all_columns(session):
            rows = contact_list.rows(session, both, [column.name])
            if column.name not in DERIVED:
                kept = [getattr(session.get_one(Contact, one), column.name) for one in both]
                assert [rows[one][column.name] for one in both] == kept, column.name
            rising = list(contact_list.ids(session, ContactQuery(sort=(column.name,))))
            falling = list(contact_list.ids(session, ContactQuery(sort=(f"-{column.name}",))))
            assert sorted(rising) == sorted(falling) == both, column.name
            parts = filtered(session, column.name, "filled") + filtered(session, column.name, "empty")
            assert sorted(parts) == both, column.name
            values = [rows[one][column.name] for one in rising]
            if None not in values and values[0] != values[1]:
                assert rising == falling[::-1], column.name


@pytest.mark.parametrize("kind", [kind for kind, _label in CUSTOM_KINDS])
def test_every_kind_of_user_defined_field_is_found_listed_and_told(database: Database, kind: str) -> None:
    record = contacts.empty(name="With field")
    with unit_of_work(database, "Field") as work:
        own = CustomField(owner="contact", label="Own", kind=kind, choices=["Steel", "Glass"], options={})
        work.session.add(own)
        work.session.flush()
        key = own.key
    record.custom = {key: CUSTOM_VALUES[kind]}
    made = contacts.create(database, record)
    other = contacts.create(database, contacts.empty(name="Without"))
    with database.read() as session:
        name = f"custom.{key}"
        assert name in {column.name for column in all_columns(session)}
        rows = contact_list.rows(session, [made, other], [name])
        assert rows[made][name] not in (None, "")
        assert rows[other][name] is None
        assert list(contact_list.ids(session, ContactQuery(sort=(name,)))) == [made, other]
        assert [filtered(session, name, operator) for operator in ("filled", "empty")] == [[made], [other]]
        assert contact_data.contact_data(session, made)["custom"] == {key: CUSTOM_VALUES[kind]}
        word = CUSTOM_WORDS.get(kind, str(CUSTOM_VALUES[kind]))
        assert list(contact_list.ids(session, ContactQuery(words=word))) == ([made] if own.as_field().search else [])


# --- told to others ---------------------------------------------------------------------------------------------
def test_every_exported_field_is_told_and_no_other(database: Database) -> None:
    with unit_of_work(database, "Made") as work:
        contact = make(work.session, Contact, 1, deleted_at=None).id
        for cls in (*SEARCHED, *(c for c in RECORDS if c.__tablename__ == "consent")):
            if "contact_id" in fields_of(cls) and cls is not ContactPerson:
                given = {"contact_person_id": None} if "contact_person_id" in fields_of(cls) else {}
                make(work.session, cls, 3, contact_id=contact, **given)
        role = make(work.session, ContactPerson, 5, contact_id=contact)
        point = next(cls for cls in SEARCHED if cls.__tablename__ == "contact_point")
        make(work.session, point, 7, contact_id=contact, contact_person_id=role.id)
    with database.read() as session:
        record = contacts.read(session, contact)
        data = contact_data.contact_data(session, contact)
    person = data["persons"][0]
    told = [(record, data), (record.persons[0], person), (record.persons[0].person, person)]
    told += [(record.persons[0].points[0], person["points"][0])]
    told += [(getattr(record, name)[0], data[name][0]) for name in contact_data.CHILDREN]
    for one, mine in told:
        for name, field in fields_of(type(one)).items():
            if field.exported and field.kind not in ("record", "contact"):
                assert mine[name] == contact_data.plain(getattr(one, name)), (type(one), name)
            else:
                assert name not in mine, (type(one), name)


NOT_ON_SHEET = {
    "address.house_number": "gives way to the PO box",
    "address.street": "gives way to the PO box",
    "bank_account.iban": "printed in groups of four",
    "consent.source": "permissions are for the office only",
    "consent.wording": "permissions are for the office only",
    "contact.first_name": "the heading where there is no company",
    "contact.last_name": "the heading where there is no company",
    "contact.name2": "belongs to the postal address",
    "contact.salutation_line": "belongs to letters",
    "contact.title": "the heading where there is no company",
    "contact_person.notes": "for the office only",
}
"""Texts of a contact that its printed sheet leaves out, and why."""


def marked(cls: type[Record]) -> dict[str, str]:
    """Return a word nobody else has for each field of a class in which people write text."""
    names = (name for name, told in fields_of(cls).items() if told.form and told.kind in PLAIN_KINDS)
    return {name: f"zq{cls.__tablename__}{name}qz" for name in names}


def test_the_contact_sheet_shows_every_text_or_says_why_not(database: Database) -> None:
    role = ContactPerson(person=Person(**marked(Person)), points=[], custom={}, **marked(ContactPerson))
    record = contacts.empty(**marked(Contact))
    record.addresses.append(Address(country="US", custom={}, **marked(Address)))
    record.points.append(ContactPoint(kind="other", **marked(ContactPoint)))
    record.bank_accounts.append(BankAccount(**marked(BankAccount)))
    record.consents.append(Consent(channel="mail", **marked(Consent)))
    record.persons.append(role)
    made = contacts.create(database, record)
    with database.read() as session:
        printed = "\n".join(sheet_lines(sheet_of(session, made)))
    classes = (Contact, Address, ContactPoint, BankAccount, Consent, Person, ContactPerson)
    words = {f"{cls.__tablename__}.{name}": word for cls in classes for name, word in marked(cls).items()}
    assert {name for name, word in words.items() if word not in printed} == set(NOT_ON_SHEET)


# --- forms ------------------------------------------------------------------------------------------------------
FORMS: dict[str, tuple[str, ...]] = {
    "user": ("settings/users.py", "settings/user_card.py"),
    "absence": ("settings/users.py",),
    "number_range": ("settings/numbers.py",),
    "activity_type": ("settings/activity_types.py",),
    "activity": ("activity_fields.py",),
    "appointment": ("calendar/form_fields.py", "calendar/form.py", "calendar/form_reading.py"),
    "participant": ("calendar/people_edit.py",),
    "attachment": ("files.py", "dropped_files.py"),
    "consent": ("privacy/permissions_page.py",),
    "custom_field": ("settings/custom_field_form.py", "settings/custom_fields.py"),
    "saved_filter": ("tables/saved_lists.py",),
}
"""The modules of the windows in which people fill in what does not stand on the page of a contact."""
WITHOUT_FORM = {
    "activity.contact_id": "follows from where the activity is written",
    "activity_link.activity_id": "made with what it links",
    "activity_link.record_id": "made with what it links",
    "activity_link.table_name": "made with what it links",
    "address.house_number": "typed behind the street and taken apart",
    "address.is_default": "a command of the address",
    "bank_account.is_default": "a command of the account",
    "category.name": "typed where a category is chosen",
    "company.parent_id": "made by “Add branch”",
    "contact_category.category_id": "chosen among the categories",
    "contact_person.is_default": "a command of the person",
    "contact_point.is_default": "a command of the number",
    "custom_field.position": "the order of the list",
    "notice.activity_id": "written by delegation",
    "notice.kind": "written by delegation",
    "notice.read_at": "written by delegation",
    "notice.sender_id": "written by delegation",
    "notice.user_id": "written by delegation",
    "number_range.company_id": "each company has its own ranges",
    "group_field.fields": "the page of rights comes with the windows of a team",
    "group_field.group_id": "the page of rights comes with the windows of a team",
    "group_right.action": "the page of rights comes with the windows of a team",
    "group_right.group_id": "the page of rights comes with the windows of a team",
    "group_right.module": "the page of rights comes with the windows of a team",
    "refused_login.last_at": "counted by the program",
    "refused_login.place": "counted by the program",
    "refused_login.times": "counted by the program",
    "refused_login.user_id": "counted by the program",
    "saved_filter.columns": "what the list shows when it is saved",
    "saved_filter.conditions": "what the list shows when it is saved",
    "saved_filter.icon": "given with the name",
    "saved_filter.module": "the list it is saved in",
    "saved_filter.position": "the order of the sidebar",
    "saved_filter.sort": "what the list shows when it is saved",
    "setting.key": "each setting has its page",
    "setting.user_id": "each setting has its page",
    "setting.value": "each setting has its page",
    "user_group.name": "the page of rights comes with the windows of a team",
    "user.language": "chosen at the computer, not in the office",
}
"""Fields that people fill in, but in no form, and how that comes."""


def page_fields(database: Database, contact: int) -> Iterator[tuple[str, str]]:
    """Yield table and field of every input on the page of a contact that shows all its fields."""
    sheet = Sheet(contact_page.view(database, contact), Home(), show_all=True)
    shown, rows = sheet.view.contact, []
    rows += detail_rows.detail_rows(sheet, print, print)
    rows += detail_rows.term_rows(sheet) + detail_rows.tax_rows(sheet) + detail_rows.einvoice_rows(sheet)
    rows += detail_rows.consent_rows(sheet, print)
    rows += [row for account in shown.bank_accounts for row in detail_rows.bank_rows(sheet, account, print)]
    rows += open_item_rows.item_rows(sheet, print)
    rows += reach_rows.point_rows(sheet, shown.points, print)
    rows += [row for person in shown.persons for row in person_rows.person_rows(sheet, person, print)]
    for address in shown.addresses:
        rows += address_rows.address_rows(sheet, address, {}, lambda *_given: None)
        rows += [*address_rows.more_rows(sheet, address), address_rows.heading_row(sheet, address)]
    notes = field_row(sheet, shown, "notes")
    for row in [*rows, *([notes] if notes else [])]:
        table = "consent" if ":consent:" in row.key else row.key.partition(":")[0]
        yield from ((table, entry.name) for entry in row.inputs)


def words_of(module: str) -> Iterator[str]:
    """Yield the names and texts that a module of the windows says."""
    for node in ast.walk(ast.parse((ROOT / "src/gcrm/ui" / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def filled_in(database: Database) -> set[tuple[str, str]]:
    """Return table and field of whatever has a place in a form."""
    contact = contacts.create(database, albrecht())
    loaded = contacts.load(database, contact)
    loaded.record.persons[0].points.append(ContactPoint(contact_id=contact, kind="phone", value="0221 4711"))
    for country in ("US", "IE"):
        loaded.record.addresses.append(Address(contact_id=contact, country=country, custom={}))
    loaded.record.open_items.append(OpenItem(contact_id=contact, number="INV-1"))
    contacts.save(database, loaded)
    found = {*page_fields(database, contact), *page_fields(database, contacts.create(database, cardoso()))}
    found |= {("contact", name) for name in ROLE_LABELS}
    for country in ("DE", "US", "PT"):
        found |= {("company", name) for _title, rows in sections(country) for row in rows for name in row}
    return found | {(table, word) for table, modules in FORMS.items() for each in modules for word in words_of(each)}


def test_every_field_is_in_a_form_or_says_why_not(sqlite_offices: SqliteOffices, data_folder: Path) -> None:
    with sqlite_offices.migrated(data_folder) as url, closing(open_office(url)) as database:
        found = filled_in(database)
    wanted = {(cls.__tablename__, name) for cls in RECORDS for name, told in fields_of(cls).items() if told.form}
    assert {f"{table}.{name}" for table, name in wanted - found} == set(WITHOUT_FORM)
