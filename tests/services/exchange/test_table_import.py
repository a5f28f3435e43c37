"""Tables through the one import: preview, apply, undo; nothing is cleared, new fields come and go with it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from gcrm.errors import UserError
from gcrm.services import contact as contacts
from gcrm.services import custom_field
from gcrm.services.database import Database
from gcrm.services.exchange import importer, mappings
from gcrm.services.exchange.card import Card
from gcrm.services.exchange.import_plan import ImportPlan, MatchBy, Rule
from gcrm.services.exchange.tables import columns
from gcrm.services.exchange.tables.choice import Choice, Where
from gcrm.services.exchange.tables.facts import TableFacts, save_bad_rows
from gcrm.services.exchange.tables.table_read import read_table
from tests.services.exchange.importing import count, loaded
from tests.services.exchange.test_other_books import BOOK

FULL = (
    "Kundennummer;Firma;Vorname;Nachname;Straße;PLZ;Ort;Telefon;E-Mail;IBAN;Zahlungsart;Kategorien;Hobby\n"
    "4711;Werft GmbH;Eva;Neu;Am Kai 3;20457;Hamburg;+49 40 123;info@werft.example;DE02120300000000202051;"
    "Bank transfer;Messe, Presse;Segeln\n"
)

EXPORTS = Path(__file__).parents[2] / "fixtures" / "exports"
PROGRAMS = {
    "apple": "Apple", "cao": "CAO-Faktura", "espocrm_accounts": "EspoCRM", "espocrm_contacts": "EspoCRM",
    "espocrm_sheet": "EspoCRM", "fakturama": "Fakturama", "fakturama_list": "Fakturama",
    "gfm_business": "gFM-Business", "google": "Google Contacts", "gs_auftrag": "GS-Auftrag", "lexware": "Lexware",
    "lexware_office": "Lexware Office", "odoo": "Odoo", "odoo_list": "Odoo", "odoo_named": "Odoo",
    "odoo_named_de": "Odoo", "orgamax": "orgaMAX", "orgamax_import": "orgaMAX", "outlook_de": "Outlook",
    "suitecrm": "SuiteCRM", "suitecrm_accounts": "SuiteCRM", "suitecrm_de": "SuiteCRM",
    "thunderbird_en": "Thunderbird", "windows_de": "Windows-Kontakte", "windows_en": "Windows Contacts",
    "wiso": "WISO Mein Büro",
}  # fmt: skip
"""Files as these programs write them, about the same made-up people."""
WRITTEN = {
    "name": "Werft Nordlicht GmbH", "person": "Eva Neu", "number": "10023", "place": "Am Kai 3, 20457 Hamburg",
    "delivery": "Lagerweg 5, 21107 Hamburg", "phone": "040 123456", "email": "eva.neu@werft.example",
    "web": "www.werft.example", "fax": "040 123457", "vat_number": "DE136695976", "bank.bic": "BYLADEM1001",
    "bank.iban": "DE02120300000000202051", "bank.bank_name": "DKB Berlin", "note": "Liefert nur dienstags",
    "category": "Stammkunde", "birthday": "1980-3-14", "job": "Leitung Einkauf",
}  # fmt: skip
"""What the files say of the first of them, by where it belongs."""


def written(folder: Path, text: str, name: str = "table.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="")
    return file


def plan_of(
    database: Database, file: Path, rule: Rule = "skip", choice: Choice | None = None, by: MatchBy = "any"
) -> ImportPlan:
    return importer.preview(database, [file], duplicates=rule, choice=choice, by=by)


def test_a_row_becomes_a_contact_with_all_it_says(database: Database, tmp_path: Path) -> None:
    plan = plan_of(database, written(tmp_path, FULL))
    report = importer.apply(database, plan)
    werft = contacts.load(database, report.created[0]).record
    assert (werft.number, werft.name, werft.payment_type) == ("4711", "Werft GmbH", "transfer")
    assert [account.iban for account in werft.bank_accounts] == ["DE02120300000000202051"]
    assert [(person.person.full_name, [p.value for p in person.points]) for person in werft.persons] == [
        ("Eva Neu", ["info@werft.example"])
    ]
    assert "Segeln" in werft.kept[0]
    told = report.files[0].as_json()
    assert (told["lines"], told["mapped"], told["kept"], told["errors"]) == (13, 12, 1, 0)
    assert json.dumps(told)
    again = plan_of(database, written(tmp_path, FULL), "update")
    assert (again.rows[0].action, again.rows[0].why) == ("skip", "Same number")


def test_two_columns_fill_and_clear_nothing(database: Database, tmp_path: Path) -> None:
    importer.apply(database, plan_of(database, written(tmp_path, FULL)))
    before = loaded(database, "werft")
    two = written(tmp_path, "E-Mail;Zahlungsbedingung;Ort\ninfo@werft.example;14 Tage;\n")
    plan = plan_of(database, two, "update", by="email")
    assert plan.rows[0].action == "update"
    importer.apply(database, plan)
    after = loaded(database, "werft")
    assert (after.payment_terms, after.payment_type, after.number) == ("14 Tage", "transfer", "4711")
    assert [a.town for a in after.addresses] == [a.town for a in before.addresses] == ["Hamburg"]
    assert len(after.points) == len(before.points)


def test_what_a_file_says_otherwise_is_taken_over_where_that_is_chosen(database: Database, tmp_path: Path) -> None:
    importer.apply(database, plan_of(database, written(tmp_path, FULL)))
    before = loaded(database, "werft")
    head = "Kundennummer;Firma;Vorname;Nachname;Straße;Ort;Telefon;E-Mail;Zahlungsart\n"
    file = written(tmp_path, head + "4711;Werft GmbH;Eva;Neu;Neuer Kai 9;Kiel;0431 77;neu@werft.example;\n")
    assert plan_of(database, file).rows[0].action == "skip"
    plan = plan_of(database, file, "replace")
    assert set(plan.rows[0].changes) >= {"Address", "E-mail"}
    report = importer.apply(database, plan)
    after = loaded(database, "werft")
    (address,) = after.addresses
    assert (address.street, address.house_number, address.town) == ("Neuer Kai", "9", "Kiel")
    assert [[point.value for point in person.points] for person in after.persons] == [["neu@werft.example"]]
    assert [point.value for point in after.points if point.kind == "phone"] == ["0431 77"]
    assert (after.payment_type, after.notes, after.kept) == (before.payment_type, before.notes, before.kept)
    assert plan_of(database, file, "replace").rows[0].action == "skip"
    assert importer.undo_import(database, report.operation or 0) == ()
    again = loaded(database, "werft")
    assert [point.value for point in again.points] == [point.value for point in before.points]
    assert again.addresses[0].town == before.addresses[0].town


@pytest.mark.parametrize(
    ("by", "row"),
    [
        ("number", "4711;Anders AG;;;"),
        ("phone", ";Anders AG;040 123;;"),
        ("name", ";Werft GmbH;;;Hamburg"),
    ],
)
def test_one_thing_alone_can_tell_who_is_here(database: Database, tmp_path: Path, by: MatchBy, row: str) -> None:
    importer.apply(database, plan_of(database, written(tmp_path, FULL)))
    file = written(tmp_path, f"Kundennummer;Firma;Telefon;E-Mail;Ort\n{row}\n")
    assert plan_of(database, file, by=by).rows[0].match_name == "Werft GmbH"
    other: MatchBy = "email"
    assert plan_of(database, file, by=other).rows[0].match is None


def test_a_new_field_is_made_filled_and_taken_back_with_the_import(database: Database, tmp_path: Path) -> None:
    choice = Choice(targets={"Hobby": "new.text"})
    report = importer.apply(database, plan_of(database, written(tmp_path, FULL), choice=choice))
    with database.read() as session:
        (field,) = custom_field.fields(session, "contact")
    werft = loaded(database, "segeln")
    assert (field.label, werft.custom, werft.kept) == ("Hobby", {field.key: "Segeln"}, [])
    assert report.operation is not None
    assert importer.undo_import(database, report.operation) == ()
    with database.read() as session:
        assert custom_field.fields(session, "contact") == []
    assert count(database) == 0


def test_a_list_of_an_address_book_gives_its_members_a_category(database: Database, tmp_path: Path) -> None:
    report = importer.apply(database, plan_of(database, written(tmp_path, BOOK, "book.ldif")))
    assert report.files[0].records == 2
    assert [each.category_id for each in loaded(database, "neu.example segler").categories] != []


def test_folders_hold_files_of_all_kinds_and_others_are_named(database: Database, tmp_path: Path) -> None:
    written(tmp_path, FULL)
    written(tmp_path, BOOK, "book.ldif")
    written(tmp_path, "<html/>", "page.xml")
    written(tmp_path, "KdNr\tFirma\tOrt\n7\tAlt AG\tKiel\n", "old.txt")
    written(tmp_path, "Dear Eva,\nname, town and street follow.\n", "letter.txt")
    written(tmp_path, "BEGIN:VCARD\nFN:Max Alt\nEND:VCARD\n", "a.vcf")
    mail = written(tmp_path, "Subject: x\n\n", "x.eml")
    plan = importer.preview(database, [tmp_path])
    assert sorted(file.format for file in plan.files) == ["csv", "csv", "ldif", "vcard"]
    assert [path for path, _why in plan.refused] == [tmp_path]
    assert all(told in plan.refused[0][1] for told in ("1 .xml", "1 .txt"))
    assert [one.path for one in plan.others.mails] == [mail]


def test_rows_to_correct_are_saved_and_a_mapping_is_found_again(database: Database, tmp_path: Path) -> None:
    plan = plan_of(database, written(tmp_path, "Firma;Geburtstag\nA;31.02.1990\n;1.1.1990\n"))
    table = plan.files[0].table
    assert table is not None
    assert (save_bad_rows(tmp_path / "bad.csv", table), plan.file_reports()[0].errors) == (2, 1)
    again = plan_of(database, tmp_path / "bad.csv")
    assert [(row.name, row.action) for row in again.rows] == [("A", "create"), ("", "error")]
    mappings.save(database, "Alt", Choice(targets={"Firma": "name2"}))
    assert mappings.names(database) == ("Alt",)
    assert mappings.find(database, "Alt").targets == {"Firma": "name2"}
    with pytest.raises(UserError, match="no saved mapping"):
        mappings.find(database, "Neu")


def spreadsheet(path: Path, rows: list[list[str | float]]) -> Path:
    """Write a small XLSX by hand: one sheet of texts and numbers."""
    lines = []
    for row in rows:
        cells = (
            f"<c><v>{cell}</v></c>" if isinstance(cell, float) else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
            for cell in row
        )
        lines.append(f"<row>{''.join(cells)}</row>")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relations}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        out.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="Kunden" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
        )
        out.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relations}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        sheet = f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        out.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def test_a_spreadsheet_is_read_apart_and_a_bomb_is_refused(database: Database, tmp_path: Path, corpora: Path) -> None:
    rows: list[list[str | float]] = [["Firma", "PLZ", "Telefon"], ["A", 1067.0, 4930123456.0], ["B", 50667.0, 2.0]]
    rows += [["C", 20457.0, 3.0]]
    plan = plan_of(database, spreadsheet(tmp_path / "a.xlsx", rows))
    assert plan.files[0].table is not None
    assert (plan.files[0].table.sheet, [row.name for row in plan.rows]) == ("Kunden", ["A", "B", "C"])
    first = plan.rows[0].imported.contact
    assert (first.addresses[0].postcode, first.points[0].value) == ("01067", "4930123456")
    with pytest.raises(UserError, match="Split it, or save it as CSV"):
        plan_of(database, corpora / "hostile" / "files" / "xlsx_bomb_300mb.xlsx")


def test_rows_of_one_organisation_are_one_contact_with_its_persons(database: Database, tmp_path: Path) -> None:
    text = (
        "Kundennummer;Firma;Ansprechpartner;E-Mail;Ort;Notiz;Zahlungsbedingung\n"
        "7;Werft GmbH;Eva Neu;eva@w.example;Kiel;eins;\n7;Werft GmbH;Max Alt;max@w.example;Kiel;zwei;14 Tage\n"
        "8;Werft GmbH;Ina Alt;ina@w.example;Kiel;;\n7;Werft GmbH;Jan Alt;;Bonn;;\n"
    )
    plan = plan_of(database, written(tmp_path, text))
    assert [row.action for row in plan.rows] == ["create", "update", "create", "create"]
    assert plan.rows[1].reason().startswith("Joins Werft GmbH of line 2; adds Payment terms")
    report = importer.apply(database, plan)
    werft = contacts.load(database, report.created[0]).record
    assert [(person.person.full_name, person.notes) for person in werft.persons] == [
        ("Eva Neu", ""),
        ("Max Alt", "zwei"),
    ]
    assert (werft.number, werft.notes, werft.payment_terms) == ("7", "eins", "14 Tage")
    again = plan_of(database, written(tmp_path, text))
    assert [row.action for row in again.rows] == ["skip"] * 4


def said(card: Card) -> set[tuple[str, str]]:
    """Return what a card says, by where it stands."""
    places = {
        (each.purpose, f"{each.street} {each.house_number}".strip() + f", {each.postcode} {each.town}".rstrip())
        for each in card.addresses
    }
    found = {("delivery" if purpose in ("delivery", "other") else "place", place) for purpose, place in places}
    found |= {(point.kind, point.value.removeprefix("http://")) for point in card.points}
    found |= {(name, str(value)) for name, value in card.told}
    found |= {("note", note) for note in card.notes} | {("category", name) for name in card.categories}
    found |= {("name", card.organisation), ("person", f"{card.name.first} {card.name.last}"), ("job", card.job_title)}
    return found | {("birthday", f"{day.year}-{day.month}-{day.day}") for day in (card.birthday,) if day}


def read_export(data: bytes) -> tuple[TableFacts, set[tuple[str, str]]]:
    found = read_table(data, "csv", Choice(where=Where("de", "DE")))
    assert found.table is not None
    assert (found.account.is_balanced, found.account.reported, found.table.bad_rows) == (True, (), ())
    assert [column.heading for column in found.table.columns if column.filled and not column.by] == []
    return found.table, set().union(*map(said, found.cards))


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_exports_are_recognised_with_nothing_to_map(name: str) -> None:
    data = (EXPORTS / f"{name}.csv").read_bytes()
    table, told = read_export(data)
    text = data.decode(table.encoding)
    assert table.program == PROGRAMS[name]
    stands = {(where, value) for where, value in WRITTEN.items() if value.split(", ")[0].split("-")[0] in text}
    assert stands - told == set()
    rows = list(csv.reader(io.StringIO(text), delimiter=table.delimiter))
    for delimiter, codec in ((";", "cp1252"), (",", "utf-8-sig"), ("\t", "utf-16")):
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows(row[::-1] for row in rows)
        again, others = read_export(out.getvalue().encode(codec))
        assert (again.program, stands - others) == (table.program, set())


@pytest.mark.parametrize("name", ["apple", "gfm_business", "gs_auftrag", "lexware_office", "wiso"])
def test_what_nobody_publishes_is_guessed_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "recognise", lambda _headings: None)
    table, told = read_export((EXPORTS / f"{name}.csv").read_bytes())
    assert table.program == ""
    assert {("name", "Werft Nordlicht GmbH"), ("place", WRITTEN["place"]), ("email", WRITTEN["email"])} <= told


def test_rows_of_odoo_that_continue_one_become_its_persons(database: Database) -> None:
    plan = plan_of(database, EXPORTS / "odoo.csv")
    assert [row.action for row in plan.rows] == ["create", "update", "create"]
    assert plan.file_reports()[0].lines == 39
    werft = contacts.load(database, importer.apply(database, plan).created[0]).record
    assert [person.person.full_name for person in werft.persons] == ["Eva Neu", "Max Koch"]
    assert [point.value for point in werft.persons[1].points] == ["max.koch@werft.example"]
