"""Reading tables: dialect, encoding, headings, targets and values; every cell is accounted for."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.services.exchange.card import Card, CardFile
from gcrm.services.exchange.card_residue import residue_lines
from gcrm.services.exchange.contact_card import plain_card, to_contact
from gcrm.services.exchange.plain_cards import is_plain
from gcrm.services.exchange.read_file import kind_of, read_data
from gcrm.services.exchange.tables.choice import Choice, OwnField, Where, as_mapping, from_mapping, keys_of
from gcrm.services.exchange.tables.content import date_order, target_of_values
from gcrm.services.exchange.tables.dialect import Dialect, find_dialect, rows_of
from gcrm.services.exchange.tables.facts import TableFacts
from gcrm.services.exchange.tables.heading import target_of
from gcrm.services.exchange.tables.names import split_name, split_town
from gcrm.services.exchange.tables.programs import programs
from gcrm.services.exchange.tables.setters import setter_of
from gcrm.services.exchange.tables.sheet import shown
from gcrm.services.exchange.tables.table_read import read_table
from gcrm.services.exchange.tables.values import Reading

HERE = Where("de", "DE", (OwnField("contact", "Maschine", "text"),))
CELL = st.text(st.sampled_from('ab ö,;\t|"\n1'), max_size=6)


def read(text: str | bytes, choice: Choice | None = None) -> CardFile:
    data = text if isinstance(text, bytes) else text.encode()
    found = read_table(data, "csv", choice or Choice(where=HERE))
    assert found.account.is_balanced
    return found


def one(text: str | bytes, choice: Choice | None = None) -> Card:
    (card,) = read(text, choice).cards
    return card


def facts(found: CardFile) -> TableFacts:
    assert found.table is not None
    return found.table


def targets(found: CardFile) -> list[str]:
    return [column.target for column in facts(found).columns]


@settings(max_examples=40)
@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_what_csv_writes_comes_back_cell_by_cell(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert [cells for _line, cells in rows_of(out.getvalue(), Dialect(delimiter))] == rows


@settings(max_examples=60)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_table_with_every_cell_accounted_for(data: bytes) -> None:
    assert read(data).account.is_balanced


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Firma;Ort\nA, B & C;Köln, Deutz\nD;Bonn\n", ";"),
        ("Firma\tOrt\nA;B\tKöln\n", "\t"),
        ("sep=|\nFirma|Ort\nA|Köln\n", "|"),
        ("Vorname,Nachname,Privat: Ort\nEva,Neu,Bonn\n", ","),
        ("'Firma','Ort'\n'A','Köln'\n'B, C','Bonn'\n", ","),
    ],
)
def test_the_delimiter_is_found_and_told(text: str, delimiter: str) -> None:
    assert find_dialect(text).delimiter == delimiter
    assert facts(read(text)).delimiter == delimiter


def test_a_stray_quotation_mark_swallows_nothing() -> None:
    text = 'Firma;Ort\n"Müller;Köln\n' + "".join(f"Firma {n};Bonn\n" for n in range(600))
    assert len(read(text).cards) == 601


def test_lines_are_those_of_the_file_also_after_cells_of_several_lines() -> None:
    found = read('Firma;Notiz\r\nA;"eins\r\nzwei"\r\n\r\nB;drei\r\n')
    assert [(card.line, card.organisation) for card in found.cards] == [(2, "A"), (5, "B")]
    assert found.cards[0].notes == ("eins\r\nzwei",)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "mac-roman"])
def test_encodings_are_found(codec: str) -> None:
    text = "Firma;Straße;Ort\nMüller & Söhne;Größenweg 3;Köln\nBäcker Übel;Äußere Straße 1;Nürnberg\n"
    assert [card.organisation for card in read(text.encode(codec)).cards] == ["Müller & Söhne", "Bäcker Übel"]


def test_an_encoding_and_a_delimiter_can_be_said() -> None:
    choice = Choice(encoding="cp850", delimiter=";", where=HERE)
    assert one("Firma;Ort\nM\x81ller;K\x94ln\n".encode("latin-1"), choice).organisation == "Müller"


def test_headings_below_a_title_and_ragged_rows() -> None:
    found = read("Kundenliste 2026;;\n;;\nFirma;PLZ;Ort\nA;50667\nB;50668;Köln;mehr\n")
    assert facts(found).header == 3
    assert targets(found) == ["name", "address.postcode", "address.town", "keep"]
    assert '"value":"mehr"' in found.cards[1].kept[0]


def test_a_table_without_headings_is_guessed_by_what_stands_in_it() -> None:
    found = read("Werft GmbH;anna@werft.example;20457 Hamburg;+49 40 123456;Am Kai 3\n" * 3)
    assert targets(found) == ["name", "email", "address.postcode_town", "phone", "keep"]
    assert facts(found).header == 0
    assert (found.cards[0].addresses[0].postcode, found.cards[0].addresses[0].town) == ("20457", "Hamburg")


def test_every_heading_that_is_told_has_a_target_that_exists() -> None:
    told = {(target, heading) for each in programs() for heading, target in each.headings.items()}
    told |= {(target.replace("\\1", "1"), "") for each in programs() for _pattern, target in each.patterns}
    told = {pair for pair in told if pair[0] != "leave"}
    assert [pair for pair in sorted(told) if setter_of(pair[0], "x", Reading()) is None] == []


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Straße geschäftlich", "address.street"),
        ("Privat: PLZ", "address.private.postcode"),
        ("Lieferort", "address.delivery.town"),
        ("Billing Address Postal Code", "address.invoice.postcode"),
        ("primary_address_city", "address.town"),
        ("XFirst Name", "first_name"),
        ("E-Mail 2", "email"),
        ("E-Mail2", "email"),
        ("Adresse 3 PLZ", "address.other3.postcode"),
        ("Address3Street", "address.other3.street"),
        ("Lieferadresse 2 Straße", "address.delivery2.street"),
        ("IBAN2", "bank2.iban"),
        ("Ansprechpartner 2 E-Mail", "keep"),
        ("Vorname 2", "keep"),
        ("Home Phone 2", "phone.home"),
        ("USt-IdNr.", "vat_number"),
        ("Código Postal", "address.postcode"),
        ("Lieferadresse Firma", "address.delivery.addressee"),
        ("Ansprechpartner Telefon", "phone"),
        ("Funk", "mobile"),
        ("Assistant's Name", "keep"),
        ("Lieblingsfarbe", ""),
    ],
)
def test_headings_are_read_word_by_word(heading: str, target: str) -> None:
    assert target_of(heading) == target


def test_name_means_what_the_other_columns_leave() -> None:
    assert targets(read("Vorname;Name\nEva;Neu\n")) == ["first_name", "last_name"]
    assert targets(read("Firma;Name\nA;Eva Neu\n")) == ["name", "full_name"]
    assert targets(read("Firma;Kunde;Lieferant\nA;ja;\nB;x;nein\n")) == ["name", "is_customer", "is_supplier"]
    people = read('Name;Ort\nEva Neu;Bonn\nWerft GmbH;Kiel\n"Werft GmbH, Eva Neu";Kiel\n').cards
    named = [(card.name.last, card.organisation) for card in people]
    assert named == [("Neu", ""), ("", "Werft GmbH"), ("Neu", "Werft GmbH")]


WORDS = st.lists(
    st.sampled_from(["Herr", "Dr.", "Max", "Eva", "von", "der", "Aue", "Müller,", "jr.", "Graf"]),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60)
@given(WORDS)
def test_a_split_name_has_every_word(words: list[str]) -> None:
    parts = split_name(" ".join(words))
    assert sorted(" ".join(parts).split()) == sorted(" ".join(words).replace(",", " ").split())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Herr Dr. Max von der Aue jr.", ("Herr", "Dr.", "Max", "von der Aue", "jr.")),
        ("Aue, Dr. Eva Maria", ("", "Dr.", "Eva Maria", "Aue", "")),
        ("Müller", ("", "", "", "Müller", "")),
        ("Eva Maria Neu", ("", "", "Eva Maria", "Neu", "")),
    ],
)
def test_names_are_split(text: str, parts: tuple[str, ...]) -> None:
    assert split_name(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("D-01067 Dresden", ("DE", "01067", "Dresden")),
        ("4000-123 Porto", ("", "4000-123", "Porto")),
        ("London SW1A 1AA", ("", "SW1A 1AA", "London")),
        ("Halle (Saale)", ("", "", "Halle (Saale)")),
    ],
)
def test_towns_are_split(text: str, parts: tuple[str, str, str]) -> None:
    assert split_town(text) == parts


def test_one_cell_of_several_things_and_several_cells_of_one() -> None:
    card = one(
        "Firma;Ansprechpartner;Anschrift;E-Mail;Straße 2\n"
        'Werft;"Frau Dr. Eva Neu";"Am Kai 3, 20457 Hamburg";"a@w.example; b@w.example";Halle 2\n'
    )
    assert (card.name.prefix, card.name.first, card.name.last, card.gender) == ("Dr.", "Eva", "Neu", "f")
    assert [point.value for point in card.points] == ["a@w.example", "b@w.example"]
    (address,) = card.addresses
    assert (address.street, address.house_number, address.town, address.supplement) == (
        "Am Kai", "3", "Hamburg", "Halle 2",
    )  # fmt: skip


def test_values_that_do_not_fit_are_kept_and_told() -> None:
    found = read("Firma;Geburtstag;Rabatt\nA;31.02.1990;viel\nB;28.02.1990;2,5 %\n;;\n;01.01.1990;\n")
    assert [card.organisation for card in found.cards] == ["A", "B"]
    assert len(found.cards[0].kept) == 2
    assert str(dict(found.cards[1].told)["discount"]) == "2.5"
    bad = facts(found).bad_rows
    assert [(row.line, row.is_left_out) for row in bad] == [(2, False), (5, True)]
    assert "Geburtstag: This is no date" in bad[0].reasons(facts(found).columns)
    assert len(found.account.reported) == 1


def test_a_row_that_was_corrected_is_read_as_it_stands_now() -> None:
    choice = Choice(where=HERE, corrections={2: ("A", "28.02.1990")})
    card = one("Firma;Geburtstag\nA;31.02.1990\n", choice)
    assert card.birthday is not None
    assert card.birthday.day == 28


def test_columns_can_be_kept_left_out_and_put_into_own_fields() -> None:
    choice = Choice(where=HERE, targets={"Farbe": "leave", "Hobby": "note", "Größe": "new.number"})
    found = read("Firma;Maschine;Farbe;Hobby;Größe\nA;Press 7;rot;Segeln;3\n", choice)
    (card,) = found.cards
    assert card.notes == ("Hobby: Segeln",)
    assert [line.partition('"label":')[2].split(",")[0] for line in card.kept] == ['"Maschine"', '"Größe"']
    assert (found.account.mapped, found.account.kept, len(found.account.reported)) == (4, 0, 1)


def test_postcodes_get_their_zeros_back_and_days_their_order() -> None:
    found = read("Firma;PLZ\nA;1067\nB;50667\nC;20457\n")
    assert [card.addresses[0].postcode for card in found.cards] == ["01067", "50667", "20457"]
    assert date_order(["6/3/2005", "1/20/1981"]) == "mdy"
    assert date_order(["6/3/2005", "20/1/1981"]) == "dmy"
    born = read("Name;Birthday\nEva Neu;6/3/2005\nMax Neu;1/20/1981\n").cards[0].birthday
    assert born is not None
    assert (born.month, born.day) == (6, 3)


def test_numbers_of_spreadsheets_come_as_they_are_shown() -> None:
    assert [shown(value) for value in (1067.0, 4.5, 4930123456.0, True, "x", None)] == [
        "1067", "4.5", "4930123456", "true", "x", "",
    ]  # fmt: skip


def spreadsheet() -> bytes:
    """Write a list of customers as offices have them: a title over all columns, days, percentages, truths."""
    out = io.BytesIO()
    headings = ("Kundennr", "Firma", "PLZ", "Ort", "Rabatt", "Letzter Kontakt", "Aktiv", "Ansprechpartner")
    with xlsxwriter.Workbook(out, {"default_date_format": "dd.mm.yyyy"}) as book:
        sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0.0%"})
        sheet.merge_range(0, 0, 0, 7, "Kundenliste")
        sheet.write_row(2, 0, headings)
        for row, share in ((3, 0.03), (4, 0.025)):
            sheet.write_row(row, 0, (10000 + row, f"Werft {row} GmbH", 1067 if row == 3 else 20457, "Bad\nTölz"))
            sheet.write_number(row, 4, share, percent)
            sheet.write_datetime(row, 5, datetime(2025, 3, row, 14, 30))
            sheet.write_row(row, 6, (row == 3, "Eva Neu"))
        sheet.merge_range(5, 1, 5, 2, "Verbund eG")
    return out.getvalue()


def test_a_spreadsheet_with_title_percentages_and_moments() -> None:
    file = read_table(spreadsheet(), "spreadsheet", Choice(where=Where("de", "DE")))
    assert file.table is not None
    assert (file.table.header, file.table.bad_rows) == (3, ())
    assert [c.heading for c in file.table.columns if c.target == "keep"] == ["Letzter Kontakt", "Aktiv"]
    told = [(card.organisation, str(dict(card.told).get("discount", ""))) for card in file.cards]
    assert told == [("Werft 3 GmbH", "3.00"), ("Werft 4 GmbH", "2.50"), ("Verbund eG", "")]
    assert [address.town for card in file.cards for address in card.addresses] == ["Bad Tölz", "Bad Tölz"]


def test_keys_tell_columns_of_one_name_apart_and_a_mapping_is_saved_and_read() -> None:
    assert keys_of(["Tel", "Tel", ""]) == ("Tel", "Tel#2", "#3")
    choice = Choice(delimiter=";", header=3, targets={"Tel#2": "fax"}, where=HERE)
    assert from_mapping(as_mapping(choice), HERE) == choice
    assert from_mapping({"header": "x", "targets": 3}, HERE) == Choice(where=HERE)


@pytest.mark.parametrize(
    ("values", "target"),
    [
        (["DE02120300000000202051"], "bank.iban"),
        (["DE 136 695 976", "ATU12345678"], "vat_number"),
        (["www.werft.example"], "web"),
        (["Frau", "Herr"], "salutation"),
        (["rot", "blau"], ""),
    ],
)
def test_content_tells_what_a_column_is(values: list[str], target: str) -> None:
    assert target_of_values(values) == target


PROGRAMS = {
    "Google.csv": "Google Contacts",
    "Outlook365.csv": "Outlook",
    "Outlook365 Web.csv": "Outlook",
    "ThunderbirdAnsi.csv": "Thunderbird",
    "ThunderbirdUtf8.csv": "Thunderbird",
}


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_real_files_are_recognised_with_nothing_to_map(corpora: Path, name: str) -> None:
    found = read((corpora / "contacts-csv" / name).read_bytes())
    assert facts(found).program == PROGRAMS[name]
    assert len(found.account.reported) == 0
    assert all(card.name.last and card.points for card in found.cards)


def test_content_yields_to_headings() -> None:
    text = "XNr;PLZ;Konto;Adressart\n10023;20457;DE02120300000000202051;1 - Standard\n"
    assert targets(read(text)) == ["keep", "address.postcode", "bank.iban", "keep"]
    assert targets(read("Firma;Adressart\nWerft;Lieferant\n")) == ["name", "role"]


def test_a_delivery_address_that_repeats_the_usual_one_is_none_and_payment_is_told_in_words() -> None:
    head = "Firma;Straße;PLZ;Ort;Lieferadresse Firma;Lieferstraße;Liefer-PLZ;Lieferort;Zahlungsart\n"
    row = "Werft;Am Kai 3;20457;Hamburg;{};Am Kai 3;20457;Hamburg;{}\n"
    first, second = read(head + row.format("Werft", "14 Tage") + row.format("Lager", "per Lastschrift")).cards
    assert [each.supplement for each in (*first.addresses, *second.addresses)] == ["", "", "Lager"]
    told = [dict(card.told) for card in (first, second)]
    assert (told[0]["payment_terms"], told[1]["payment_type"]) == ("14 Tage", "direct_debit")


def test_a_birthday_in_a_table_of_customers_makes_no_person_of_the_company() -> None:
    text = "Kundennummer;Firma;Ansprechpartner;Geburtstag\n7;Werft GmbH;Eva Neu;1.3.1980\n"
    assert one(text).suggested_kind == "organisation"
    assert one(text.replace("Kundennummer", "Hobby")).suggested_kind == "person"


@pytest.mark.parametrize(
    ("cells", "kind", "prefix", "gender"),
    [
        ("Herr Dr.;Hans Müller", "person", "Dr.", "m"),
        ("Frau;Müller & Söhne", "organisation", "", "f"),
        ("Firma;Hans Müller", "organisation", "", ""),
        ("Sehr geehrte Frau;Eva Müller", "person", "", "f"),
    ],
)
def test_a_salutation_tells_persons_from_companies(cells: str, kind: str, prefix: str, gender: str) -> None:
    card = one(f"Anrede;Name1\n{cells}\n", Choice(where=HERE, targets={"Name1": "name"}))
    assert (card.suggested_kind, card.name.prefix, card.gender) == (kind, prefix, gender)


def test_newer_and_shorter_exports_of_google_are_recognised() -> None:
    text = "First Name,Last Name,Labels,Phone 1 - Label,Phone 1 - Value,Address 1 - City\nEva,Neu,A,Work,1,Bonn\n"
    found = read(text)
    assert facts(found).program == "Google Contacts"
    assert found.cards[0].points[0].purpose == "work"


OUTLOOK_DE = {
    "Anrede": "title", "Vorname": "first_name", "Firma": "name", "Straße geschäftlich": "address.street",
    "Ort geschäftlich": "address.town", "Straße privat": "address.private.street", "Weiterer Ort": "address.other.town",
    "Telefon Firma": "phone.work|Firma", "Telefon privat": "phone.home", "Telefon geschäftlich": "phone.work",
    "Mobiltelefon": "mobile", "Nachname": "last_name", "E-Mail 2: Adresse": "email", "Ort": "keep",
    "Kategorien": "categories", "Geburtstag": "birthday",
}  # fmt: skip


def test_german_outlook_is_recognised() -> None:
    found = read(";".join(OUTLOOK_DE) + "\n" + ";".join("Herr Dr." if k == "Anrede" else "x" for k in OUTLOOK_DE))
    assert dict(zip(OUTLOOK_DE, targets(found), strict=True)) == OUTLOOK_DE
    assert found.cards[0].name.prefix == "Dr."


def test_what_is_plain_has_no_residue(corpora: Path) -> None:
    files = [*(corpora / "contacts-csv").iterdir(), *(corpora / "vcard" / "khard").rglob("*.vcf")]
    files += (corpora / "ldif" / "gammu").glob("*.ldif")
    plain = 0
    for file in files:
        for card in read_data(file.read_bytes(), kind_of(file, Choice()), Choice(where=HERE)).cards:
            contact = to_contact(card).contact
            if is_plain(card, contact):
                plain += 1
                assert residue_lines(card, plain_card(contact, card.categories)) == contact.kept
    assert plain > 20
