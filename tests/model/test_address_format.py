from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.address_format import (
    FORMATS,
    PostalAddress,
    address_format,
    join_street,
    label,
    lines,
    one_line,
    split_street,
)

FIELDS = {"street", "house_number", "supplement", "po_box", "postcode", "town", "country"}


@pytest.mark.parametrize(
    ("text", "country", "parts"),
    [
        ("Hauptstraße 7a", "DE", ("Hauptstraße", "7a")),
        ("Hauptstr. 7 a", "DE", ("Hauptstr.", "7 a")),
        ("Am Markt 12-14", "DE", ("Am Markt", "12-14")),
        ("Straße des 17. Juni 135", "DE", ("Straße des 17. Juni", "135")),
        ("Q7, 24", "DE", ("Q7", "24")),
        ("Platz der Republik", "DE", ("Platz der Republik", "")),
        ("Postfach 12 34", "DE", ("Postfach 12 34", "")),
        ("Mariahilfer Straße 12/3/14", "AT", ("Mariahilfer Straße", "12/3/14")),
        ("Bahnhofstrasse 1", "CH", ("Bahnhofstrasse", "1")),
        ("Rua da Prata 12", "PT", ("Rua da Prata", "12")),
        ("Rua da Prata, n.º 12", "PT", ("Rua da Prata", "n.º 12")),
        ("Rua Augusta, 123", "BR", ("Rua Augusta", "123")),
        ("221B Baker Street", "GB", ("Baker Street", "221B")),
        ("Flat 2, 14 High Street", "GB", ("Flat 2, 14 High Street", "")),
        ("5th Avenue", "US", ("5th Avenue", "")),
        ("350 5th Avenue", "US", ("350 5th Avenue", "")),
        ("1600 Pennsylvania Ave NW", "US", ("Pennsylvania Ave NW", "1600")),
        ("12 bis rue de la Paix", "FR", ("rue de la Paix", "12 bis")),
        ("12", "DE", ("12", "")),
        ("", "DE", ("", "")),
    ],
)
def test_street_and_number_are_split_as_the_country_writes_them(
    text: str, country: str, parts: tuple[str, str]
) -> None:
    assert split_street(text, country) == parts


@given(
    st.text(max_size=60) | st.from_regex(r"[A-Za-zß. ]{1,20}[ ,]{1,2}\d{1,3} ?[a-c]?(-\d{1,2})?", fullmatch=True),
    st.sampled_from(["", *FORMATS]),
)
def test_splitting_loses_nothing_and_is_stable(text: str, country: str) -> None:
    parts = split_street(text, country)
    joined = join_street(*parts, country)
    assert re.sub(r"[\s,]", "", joined) == re.sub(r"[\s,]", "", text)
    assert split_street(joined, country) == parts


@pytest.mark.parametrize("country", sorted(FORMATS))
def test_every_form_has_every_field_once(country: str) -> None:
    names = [name for row in address_format(country).rows() for name in row]
    assert len(names) == len(set(names))
    assert set(names) - {"region"} == FIELDS


def test_postcode_stands_where_the_country_expects_it() -> None:
    assert ("postcode", "town") in address_format("DE").rows()
    assert ("town", "region", "postcode") in address_format("US").rows()
    assert address_format("GB").rows()[-2] == ("postcode",)
    assert address_format("GB").rows()[0] == ("house_number", "street")
    assert address_format("XX") == address_format("de")


def test_labels_of_the_country() -> None:
    assert label("US", "postcode", "Postcode") == "ZIP code"
    assert label("BR", "region", "Region") == "State"
    assert label("DE", "town", "Town") == "Town"


def test_envelope_names_the_country_only_abroad() -> None:
    address = PostalAddress("Hauptstr.", "7", "", "", "10115", "Berlin", "", "DE")
    assert lines(address, "DE", "de") == ["Hauptstr. 7", "10115 Berlin"]
    assert lines(address, "AT", "pt") == ["Hauptstr. 7", "10115 Berlin", "ALEMANHA"]


def test_po_box_replaces_the_street() -> None:
    assert lines(PostalAddress("Weg", "1", po_box="Postfach 1", postcode="10115", town="Berlin"), "DE", "de") == [
        "Postfach 1",
        "10115 Berlin",
    ]


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (PostalAddress("Main St", "7", "Suite 5", "", "62701", "Springfield", "IL", "US"), "Springfield, IL 62701"),
        (PostalAddress("Main St", "7", "", "", "62701", "Springfield", "", "US"), "Springfield, 62701"),
        (PostalAddress("Main St", "7", "", "", "", "Springfield", "", "US"), "7 Main St, Springfield"),
        (PostalAddress("Av. X", "1000", "", "", "01310-100", "São Paulo", "SP", "BR"), "São Paulo - SP, 01310-100"),
        (PostalAddress("Downing St", "10", "", "", "SW1A 2AA", "London", "", "GB"), "London, SW1A 2AA"),
    ],
)
def test_one_line(address: PostalAddress, line: str) -> None:
    assert line in one_line(address, "US" if address.country == "US" else "DE")


@given(
    st.builds(PostalAddress, *[st.sampled_from(["", "Alpha", "12"])] * 7, st.sampled_from(["", *FORMATS])),
    st.sampled_from(["DE", "US"]),
)
def test_lines_hold_every_part_and_no_stray_marks(address: PostalAddress, home: str) -> None:
    block = lines(address, home, "en")
    assert all(line == line.strip(" ,-") for line in block)
    assert address.town in "\n".join(block)
    assert address.postcode in "\n".join(block)
