"""Any list out of the program: all fields come back by our own import, spreadsheets get types and no formulas."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from gcrm.errors import UserError
from gcrm.i18n import LANGUAGES, language
from gcrm.model.parse import Money
from gcrm.model.rights import Rights
from gcrm.services.contact_data import contact_data
from gcrm.services.contact_list import ContactQuery, ids
from gcrm.services.database import Database
from gcrm.services.demo import create
from gcrm.services.exchange import importer
from gcrm.services.exchange.card import Card
from gcrm.services.exchange.ldif_read import read_ldif
from gcrm.services.exchange.out.cells import OutColumn, OutTable, harmless, without_apostrophe
from gcrm.services.exchange.out.csv_file import write_csv
from gcrm.services.exchange.out.export import FORMATS, Form, Format, export_list
from gcrm.services.exchange.out.ldif_file import write_ldif
from gcrm.services.exchange.out.ods_file import write_ods
from gcrm.services.exchange.out.whole import wholes
from gcrm.services.exchange.out.xlsx_file import write_xlsx
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.tables.own_headings import own_program, point_parts
from gcrm.services.exchange.tables.target_names import name_of
from gcrm.services.opening import open_office
from gcrm.services.progress import Silence

EVERYTHING = ContactQuery()
LEFT_OUT = ("uid", "consents", "open_items", "kept")
IN_A_SHEET = ("name", "first_name", "kind", "birthday", "addresses", "bank_accounts", "credit_limit", "salutation")
HOSTILE = ('=HYPERLINK("http://x.example")', "+49 30 123", "@SUM(A1)", "-1", "http://x.example", "0815")
TABLE = OutTable(
    (
        OutColumn("Text"), OutColumn("Day", "date"), OutColumn("Limit", "money"), OutColumn("Discount", "percent"),
        OutColumn("Customer", "yes_no"),
    ),
    [(text, date(2026, 2, 1), Money(Decimal("-1234.50"), "CHF"), "2.5", True) for text in HOSTILE],
)  # fmt: skip
LOOKS = {
    ("en", "xlsx"): ('numFmtId="14"', "[$CHF-809]\u00a0#,##0.00"),
    ("de", "xlsx"): ('numFmtId="14"', "#,##0.00\u00a0[$CHF-407]"),
    ("en", "ods"): (">/<", "<number:currency-symbol>CHF</number:currency-symbol><number:text>"),
    ("de", "ods"): (">.<", "<number:text>\u00a0</number:text><number:currency-symbol>CHF</number:currency-symbol>"),
}
"""What of days and amounts stands in the styles, by language and kind of file."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give a demo office, the same for all tests of this file: none of them changes it but for its chronicle."""
    database = open_office(str(tmp_path_factory.mktemp("out") / "office.gcrm"))
    create(database, 60, seed=11, activities=0)
    yield database
    database.close()


def everything(database: Database) -> dict[str, Any]:
    """Return all contacts by number, without what a table leaves out; children in an order of their own."""
    with database.read() as session:
        found = [contact_data(session, contact) for contact in ids(session, EVERYTHING)]
    for data in found:
        for name in LEFT_OUT:
            data.pop(name, None)
        for record in (data, *data["persons"]):
            record["points"].sort(key=lambda point: (point["kind"], str(point)))
            for point in record["points"]:
                point.pop("e164", None)
    return {data["number"]: data for data in found}


def imported(file: Path) -> dict[str, Any]:
    """Return what a new office has of a file."""
    database = open_office(str(file.with_suffix(".gcrm")))
    plan = importer.preview(database, [file])
    importer.apply(database, plan)
    found = everything(database)
    database.close()
    return found


@pytest.mark.parametrize("form", FORMATS[:3])
def test_all_fields_for_exchange_make_an_equal_office(office: Database, tmp_path: Path, form: Format) -> None:
    file = tmp_path / f"all.{form}"
    assert export_list(office, EVERYTHING, file, Form(form, "exchange", None)) == 60
    here, there = everything(office), imported(file)
    assert here.keys() == there.keys()
    for number, data in here.items():
        assert there[number] == data


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_a_spreadsheet_of_any_language_is_recognised(office: Database, tmp_path: Path, code: str) -> None:
    file = tmp_path / "all.csv"
    with language(code):
        export_list(office, EVERYTHING, file, Form("csv", "spreadsheet", None))
    found, here = imported(file), everything(office)
    for number, data in here.items():
        told = found[number]
        assert {name: told[name] for name in IN_A_SHEET} == {name: data[name] for name in IN_A_SHEET}
    text = file.read_text(encoding="utf-8-sig")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "'+49" in text
    assert text.splitlines()[0].count("," if code == "en" else ";") > 30


def test_every_heading_of_ours_is_known_in_every_language() -> None:
    for code in LANGUAGES:
        with language(code):
            for target in ("name", "birthday", "credit_limit", "address:1.town", "bank.iban", *point_parts("email")):
                assert own_program().target_of(name_of(target).replace("1", "12")) == target.replace("1", "12")


def test_ldif_brings_back_what_its_schema_has(office: Database) -> None:
    file = BytesIO()
    with office.read() as session:
        cards = [whole.card for whole in wholes(session, ids(session, EVERYTHING))]
    assert write_ldif(file, cards) == 60
    read = read_ldif(file.getvalue(), Choice(kind="ldif")).cards
    assert max(map(len, file.getvalue().splitlines())) <= 76
    for card, again in zip(cards, read, strict=True):
        assert again.display_name() == card.display_name()
        assert (again.name, again.organisation, again.birthday) == (card.name, card.organisation, card.birthday)
        assert [point.value for point in again.points] == [point.value for point in card.points]
        assert (again.notes, again.categories, again.language) == (card.notes, card.categories, card.language)
        assert places(again)[:1] == places(card)[:1]


def places(card: Card) -> list[tuple[str, ...]]:
    return [(a.street, a.house_number, a.postcode, a.town, a.country) for a in card.addresses]


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_a_sheet_has_types_and_no_formula(write: Any) -> None:
    file = BytesIO()
    assert write(file, TABLE) == len(HOSTILE)
    head, *rows = CalamineWorkbook.from_filelike(BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()
    assert head == ["Text", "Day", "Limit", "Discount", "Customer"]
    assert [row[0] for row in rows] == list(HOSTILE)
    assert rows[0][1:] == [date(2026, 2, 1), -1234.5, 2.5, "Yes"]
    assert b"<f>" not in file.getvalue()


@pytest.mark.parametrize(("code", "form"), LOOKS)
def test_days_and_amounts_look_as_the_country_writes_them(code: str, form: str) -> None:
    file = BytesIO()
    with language(code):
        (write_xlsx if form == "xlsx" else write_ods)(file, TABLE)
    with ZipFile(file) as book:
        styles = book.read("xl/styles.xml" if form == "xlsx" else "content.xml").decode()
    for look in LOOKS[code, form]:
        assert look in styles


def test_libreoffice_keeps_the_headings_of_a_sheet_in_sight() -> None:
    file = BytesIO()
    write_ods(file, TABLE)
    told_settings = ZipFile(file).read("settings.xml")
    for told in (b'xmlns:ooo="http://openoffice.org/2004/office"', b'"ViewId" config:type="string">view1<'):
        assert told in told_settings  # it reads nothing of a view without them


def test_a_sheet_for_people_is_neutral_and_one_for_exchange_exact() -> None:
    sheet, exchange = BytesIO(), BytesIO()
    with language("de"):
        write_csv(sheet, TABLE, "spreadsheet")
        write_csv(exchange, TABLE, "exchange")
    lines = sheet.getvalue().decode("utf-8-sig").splitlines()
    assert lines[2] == "'+49 30 123;01.02.2026;-1234,50;2,5;Ja"
    assert harmless(" =1+1") == "' =1+1"
    assert exchange.getvalue().decode().splitlines()[2] == "+49 30 123,2026-02-01,-1234.50,2.5,yes"


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12), min_size=1))
def test_csv_gives_every_text_back(texts: list[str]) -> None:
    file = BytesIO()
    write_csv(file, OutTable((OutColumn("A"), OutColumn("B")), [(text, "b") for text in texts]), "exchange")
    read = list(csv.reader(StringIO(file.getvalue().decode(), newline="")))
    assert [row[0] for row in read[1:]] == texts
    assert all(without_apostrophe(harmless(text)) == text for text in texts if not text.startswith("'"))


class Stopped(Exception):
    """Somebody does not want to wait."""


def test_a_sheet_that_breaks_off_leaves_the_former_file(office: Database, tmp_path: Path) -> None:
    class Impatient(Silence):
        def check(self) -> None:
            raise Stopped

    folder = tmp_path / "lists"
    folder.mkdir()
    file = folder / "list.xlsx"
    file.write_text("before", encoding="utf-8")
    with pytest.raises(Stopped):
        export_list(office, EVERYTHING, file, Form("xlsx"), Impatient())
    assert [(each.name, each.read_text(encoding="utf-8")) for each in folder.iterdir()] == [("list.xlsx", "before")]


def test_json_has_every_field_or_the_columns(office: Database, tmp_path: Path) -> None:
    export_list(office, EVERYTHING, tmp_path / "all.json", Form("json", "exchange", None))
    export_list(office, EVERYTHING, tmp_path / "some.json", Form("json", "exchange", ("number", "town")))
    whole, some = (json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("all.json", "some.json"))
    assert (whole["format"], whole["version"], len(whole["contacts"])) == ("gcrm-contacts", 1, 60)
    with office.read() as session:
        assert whole["contacts"] == [contact_data(session, contact) for contact in ids(session, EVERYTHING)]
    assert set(some["contacts"][0]) == {"number", "town"}


def test_rights_rule_what_goes_out(office: Database, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    rights = Rights()
    try:
        office.rights = replace(rights, hidden=frozenset({"terms", "bank", "notes"}))
        export_list(office, EVERYTHING, file, Form("csv", "exchange", None))
        head = file.read_text(encoding="utf-8").splitlines()[0]
        assert "Address 1: Town" in head
        assert not any(word in head for word in ("IBAN", "Notes", "Currency"))
        office.rights = replace(rights, actions=rights.actions - {"contacts.export"})
        with pytest.raises(UserError):
            export_list(office, EVERYTHING, file, Form())
    finally:
        office.rights = rights
