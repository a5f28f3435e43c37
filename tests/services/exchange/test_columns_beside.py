"""Columns beside each other: which program they tell, what comes again, area codes, and values that cannot be right."""

from __future__ import annotations

import pytest

from gcrm.services.exchange.card import CardFile
from gcrm.services.exchange.tables.choice import Choice, Where
from gcrm.services.exchange.tables.programs import recognise
from gcrm.services.exchange.tables.table_read import read_table


def read(text: str) -> CardFile:
    found = read_table(text.encode(), "csv", Choice(where=Where("de", "DE")))
    assert found.account.is_balanced
    return found


def targets(found: CardFile) -> list[str]:
    assert found.table is not None
    return [column.target for column in found.table.columns]


@pytest.mark.parametrize(
    "headings",
    [
        "Name;E-Mail 1;E-Mail 2;E-Mail 3;Telefon 1;Ort", "id;name;street;zip;city;email;phone",
        "Name;Straße;PLZ;Stadt;E-Mail;Telefon", "Kundennummer;Firma;Straße;PLZ;Ort;Telefon1",
        "Kunden-Nr.;Anrede;Firma;Vorname;Nachname;Straße;PLZ;Ort",
        "Name;Email;Website;Billing Address;Shipping Address",
        "Freies Feld 1;Freies Feld 2;Freies Feld 3;Name",
    ],
)  # fmt: skip
def test_a_list_that_anybody_could_have_written_is_of_no_program(headings: str) -> None:
    assert recognise(headings.split(";")) is None


def test_a_short_name_is_no_company_beside_its_name() -> None:
    row = "WERFT;Werft Nordlicht GmbH;Hamburg\n"
    assert targets(read("Kurzname;Name1;Ort\n" + row)) == ["keep", "any_name", "address.town"]
    assert targets(read("Kurzname;Firma;Ort\n" + row)) == ["keep", "name", "address.town"]
    assert targets(read("Kurzname;Ort\nWERFT;Hamburg\n")) == ["any_name", "address.town"]


def test_what_comes_again_is_another_one_and_not_joined_to_the_first() -> None:
    head = "ID;Kundennr;Firma;Straße;Straße 2;PLZ;Ort;Straße;PLZ;Ort;Straße 4;PLZ 4;Ort 4;Adresse 5;"
    head += "IBAN;IBAN;Kontakt;Kontakt\n"
    found = read(
        head + "7;1001;A;S 1;Hof;01067;X;T 2;20457;Y;U 3;50667;Z;Seeweg 4, 80331 Ulm;DE1;DE2;Eva Neu;Max Alt\n"
    )
    (card,) = found.cards
    assert dict(card.told) == {"number": "1001", "bank.iban": "DE1", "bank2.iban": "DE2", "is_customer": True}
    assert [(a.street, a.house_number, a.supplement, a.postcode, a.town) for a in card.addresses] == [
        ("S", "1", "Hof", "01067", "X"), ("T", "2", "", "20457", "Y"), ("U", "3", "", "50667", "Z"),
        ("Seeweg", "4", "", "80331", "Ulm"),
    ]  # fmt: skip
    assert (card.name.full, len(card.kept)) == ("Eva Neu", 2)


def test_an_area_code_goes_before_the_numbers_that_follow() -> None:
    found = read("Firma;Vorwahl;Telefon;Fax\nA;341;55;0341 66\nB;0341;77;88\nC;030;;\n")
    assert [[point.value for point in card.points] for card in found.cards] == [
        ["0341 55", "0341 66"],
        ["0341 77", "0341 88"],
        [],
    ]
    assert [len(card.kept) for card in found.cards] == [0, 0, 1]


def test_numbers_and_addresses_that_cannot_be_right_are_told() -> None:
    found = read(
        "Firma;Telefon;E-Mail;IBAN\nA;keins;x;DE89370400440532013001\n"
        "B;/;Eva <e@a.example>;\nC;030 1, 030 2;a b@c.example;\n"
    )
    assert found.table is not None
    values = [[(point.value, point.name) for point in card.points] for card in found.cards]
    assert values == [
        [("keins", ""), ("x", "")],
        [("e@a.example", "Eva")],
        [("030 1", ""), ("030 2", ""), ("a b@c.example", "")],
    ]
    assert [(row.line, [place for place, _why in row.flaws]) for row in found.table.bad_rows] == [
        (2, [1, 2, 3]),
        (4, [2]),
    ]
    assert dict(found.cards[0].told)["bank.iban"]
