"""Addresses as the posts want them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.i18n import language
from gcrm.services.printing.address_block import (
    Recipient,
    address_lines,
    country_name,
    household_recipient,
    households,
)
from gcrm.services.printing.address_rules import RULES

FIRM: dict[str, Any] = {"organisation": "Firma", "department": "Einkauf", "person": "Eva Muster"}


def lines(home: str, country: str, **parts: Any) -> list[str]:
    return address_lines(Recipient(country=country, **parts), home)


@pytest.mark.parametrize(
    ("country", "parts", "expected"),
    [
        ("DE", ("Hauptstraße", "7", "", "04103", "Leipzig", ""), ["Hauptstraße 7", "04103 Leipzig"]),
        ("AT", ("Solvaystraße", "5/2/9", "", "1100", "Wien", ""), ["Solvaystraße 5/2/9", "1100 Wien"]),
        ("CH", ("Grimmelweg", "31", "", "4123", "Allschwil", ""), ["Grimmelweg 31", "4123 Allschwil"]),
        ("PT", ("Rua da Cruz", "12", "3.º Esq.", "1000-010", "Lisboa", ""),
         ["Rua da Cruz, 12, 3.º Esq.", "1000-010 Lisboa"]),
        ("BR", ("Rua Afonso Canargo", "805", "ap. 3", "85070-200", "Guarapuava", "PR"),
         ["Rua Afonso Canargo, 805 - ap. 3", "85070-200 Guarapuava - PR"]),
        ("GB", ("Baker Street", "221b", "Flat 3", "NW1 6XE", "London", ""),
         ["Flat 3", "221b Baker Street", "LONDON", "NW1 6XE"]),
        ("US", ("Main Street", "12", "", "10001", "New York", "NY"), ["12 Main Street", "NEW YORK NY 10001"]),
        ("FR", ("rue de l’Église", "12", "Bâtiment B", "75008", "Paris", ""),
         ["Bâtiment B", "12 rue de l’Église", "75008 PARIS"]),
        ("NL", ("Kerkstraat", "9", "", "1017 GA", "Amsterdam", ""), ["Kerkstraat 9", "1017 GA  AMSTERDAM"]),
        ("HU", ("Honvéd utca", "13-15", "", "1054", "Budapest", ""), ["Budapest", "Honvéd utca 13-15", "1054"]),
        ("IT", ("Via Roma", "4", "", "00144", "Roma", "RM"), ["Via Roma 4", "00144 ROMA RM"]),
        ("ES", ("Calle Mayor", "7", "2.º A", "28013", "Madrid", "Madrid"), ["Calle Mayor, 7, 2.º A", "28013 Madrid"]),
        ("CA", ("Elm St", "10", "", "K1A 0B1", "Ottawa", "ON"), ["10 Elm St", "OTTAWA ON K1A 0B1"]),
        ("LU", ("rue du Fort", "71", "", "2099", "Luxembourg", ""), ["71, rue du Fort", "2099 Luxembourg"]),
        ("SE", ("Storgatan", "1", "", "111 22", "Stockholm", ""), ["Storgatan 1", "111 22 Stockholm"]),
        ("ZZ", ("Street", "1", "", "99", "Town", ""), ["Street 1", "99 Town"]),
    ],
)  # fmt: skip
def test_each_country_has_its_order(country: str, parts: tuple[str, ...], expected: list[str]) -> None:
    names = ("street", "house_number", "supplement", "postcode", "town", "region")
    assert lines(country, country, **dict(zip(names, parts, strict=True))) == expected


@pytest.mark.parametrize(
    ("home", "country", "last"),
    [
        ("DE", "FR", "FRANKREICH"),
        ("DE", "PT", "PORTUGAL"),
        ("AT", "DE", "DEUTSCHLAND"),
        ("FR", "DE", "ALLEMAGNE"),
        ("PT", "DE", "ALEMANHA"),
        ("BR", "DE", "ALEMANHA"),
        ("GB", "DE", "GERMANY"),
        ("US", "PT", "PORTUGAL"),
        ("GR", "DE", "GERMANY"),
        ("RU", "DE", "GERMANY"),
        ("DE", "HK", "SONDERVERWALTUNGSREGION HONGKONG"),
    ],
)
def test_the_country_stands_last_in_capitals_in_the_language_of_posting(home: str, country: str, last: str) -> None:
    assert lines(home, country, street="Street", town="Town")[-1] == last


def test_at_home_there_is_no_country_line() -> None:
    assert lines("DE", "DE", street="Weg", town="Ort") == ["Weg", "Ort"]
    assert lines("DE", "", street="Weg", town="Ort") == ["Weg", "Ort"]
    assert lines("de", "De", street="Weg", town="Ort") == ["Weg", "Ort"]


def test_the_country_line_can_speak_another_language_or_be_left_out() -> None:
    abroad = Recipient(street="Weg", town="Ort", country="DE")
    assert address_lines(abroad, "CH", language="fr")[-1] == "ALLEMAGNE"
    assert address_lines(abroad, "CH", country_line=False)[-1] == "Ort"


def test_an_unknown_country_is_not_lost() -> None:
    assert country_name("Q9", "DE") == "Q9"


def test_the_person_stands_below_the_firm_or_above_as_the_country_has_it() -> None:
    assert lines("DE", "DE", **FIRM) == ["Firma", "Einkauf", "Eva Muster"]
    assert lines("GB", "GB", **FIRM) == ["Eva Muster", "Einkauf", "Firma"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("organisation_person", ["Firma", "Einkauf", "Eva Muster"]),
        ("organisation", ["Firma", "Einkauf"]),
        ("person", ["Eva Muster"]),
    ],
)
def test_content_variants(content: str, expected: list[str]) -> None:
    assert address_lines(Recipient(**FIRM), "DE", content=content) == expected


def test_where_the_wanted_name_is_missing_the_other_stands_in() -> None:
    assert address_lines(Recipient(person="Eva"), "DE", content="organisation") == ["Eva"]
    assert address_lines(Recipient(organisation="Firma"), "DE", content="person") == ["Firma"]


def test_a_post_office_box_takes_the_place_of_the_street() -> None:
    assert lines("DE", "DE", street="Weg", po_box="12 34", postcode="10001", town="Berlin") == [
        "Postfach 12 34",
        "10001 Berlin",
    ]
    assert lines("US", "US", po_box="P.O. Box 9", town="Troy")[0] == "P.O. Box 9"


def test_care_of_stands_above_the_street_everywhere() -> None:
    assert lines("PT", "PT", street="Rua A", house_number="1", supplement="c/o Silva", town="Faro") == [
        "c/o Silva",
        "Rua A, 1",
        "Faro",
    ]


words = st.text(st.sampled_from("abcXÄß12 -,'"), max_size=12)
recipients = st.builds(
    Recipient,
    organisation=words, department=words, person=words, street=words, house_number=words, supplement=words,
    po_box=words, postcode=words, town=words, region=words, country=st.sampled_from(["", "DE", "ZZ", *RULES]),
)  # fmt: skip


@given(recipients, st.sampled_from(["DE", "PT", "US", "GR", "HU"]))
def test_lines_are_never_empty_and_lose_nothing_but_the_region(recipient: Recipient, home: str) -> None:
    result = address_lines(recipient, home)
    assert all(line == line.strip() and line for line in result)
    joined = "\n".join(result).casefold()
    kept = [recipient.supplement, recipient.town, recipient.postcode]
    kept += [recipient.po_box] if recipient.po_box.strip() else [recipient.street, recipient.house_number]
    assert all(part.strip().casefold() in joined for part in kept)


@given(recipients)
def test_the_last_line_abroad_is_a_country_in_capitals(recipient: Recipient) -> None:
    result = address_lines(replace(recipient, country="FR"), "DE")
    assert result[-1] == "FRANKREICH"
    assert "FRANKREICH" not in address_lines(replace(recipient, country="FR"), "FR")


def person(first: str, last: str, key: int, **changes: Any) -> Recipient:
    base = Recipient(person=f"{first} {last}", first_name=first, last_name=last, street="Weg", town="Ort", key=key)
    return replace(base, **changes)


def test_a_household_gets_one_name() -> None:
    eva, ben, kim = person("Eva", "Muster", 1), person("Ben", "Muster", 2), person("Kim", "Muster", 3)
    assert household_recipient([eva]).person == "Eva Muster"
    assert household_recipient([eva, ben]).person == "Eva and Ben Muster"
    assert household_recipient([eva, ben, kim]).person == "Family Muster"
    assert household_recipient([eva, person("Jo", "Lima", 4)]).person == "Eva Muster, Jo Lima"


def test_households_share_a_door_not_only_a_town() -> None:
    people = [
        person("Eva", "Muster", 1),
        person("Ben", "Muster", 2, street="WEG "),
        person("Jo", "Lima", 3, street="Other"),
        person("No", "Address", 4, street=""),
        person("Nor", "Address", 5, street=""),
        person("Im", "Büro", 6, organisation="Firma"),
    ]
    assert [[p.key for p in group] for group in households(people)] == [[1, 2], [3], [4], [5], [6]]


def test_the_country_line_does_not_follow_the_language_of_the_window() -> None:
    with language("pt"):
        assert lines("DE", "FR", town="Paris")[-1] == "FRANKREICH"
