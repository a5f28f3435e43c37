"""What is written, and that reading it again gives the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.exchange.card import Card, CardAddress, CardDate, CardPoint, Name
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.exchange.vcard_write import Version, fold_line, write_vcard
from tests.services.exchange.cards import FULL

VERSIONS: tuple[Version, ...] = ("3.0", "4.0")


def read_back(card: Card, version: Version) -> Card:
    file = read_vcard(write_vcard([card], version).encode())
    assert file.account.is_balanced
    assert not file.account.reported
    (found,) = file.cards
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_comes_back(version: Version) -> None:
    assert read_back(FULL, version) == FULL


@pytest.mark.parametrize("version", VERSIONS)
def test_lines_are_folded_at_75_octets_and_letters_stay_whole(version: Version) -> None:
    text = write_vcard([FULL], version)
    physical = text.encode().split(b"\r\n")
    assert max(map(len, physical)) == 75
    assert all(line.decode() is not None for line in physical)
    assert "\n" not in text.replace("\r\n", "")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=400))
def test_unfolding_gives_the_line_again(line: str) -> None:
    folded = fold_line(line)
    assert folded.replace("\r\n ", "") == line
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))


def test_version_3_is_written_as_phones_read_it() -> None:
    lines = write_vcard([FULL], "3.0").replace("\r\n ", "").split("\r\n")
    assert lines[:5] == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//gCRM//gCRM//EN",
        "X-ABShowAs:COMPANY",
        "UID:urn:uuid:1",
    ]
    assert "N;LANGUAGE=de:Müller;Jörg;Max\\, Moritz;Herr Dr.;jun." in lines
    assert "TEL;TYPE=WORK,VOICE,MSG,PREF:+49 221 12345" in lines
    assert "BDAY:1970-02-28" in lines
    assert "X-ANNIVERSARY:--12-24" in lines
    assert "GEO:50.9;-6.95" in lines
    assert "ADR;TYPE=WORK:;Hinterhaus;Hauptstraße 7a;Köln;NRW;50667;Deutschland" in lines
    assert "item2.TEL;TYPE=HOME,CELL:0171/1234567" in lines
    assert "item2.X-ABLabel:iPhone" in lines or "item2.X-ABLabel:_$!<iPhone>!$_" in lines
    assert "item1.X-ABLabel:_$!<Child>!$_" in lines


def test_version_4_is_written_by_the_norm() -> None:
    lines = write_vcard([FULL], "4.0").replace("\r\n ", "").split("\r\n")
    assert "KIND:org" in lines
    assert "TEL;TYPE=work,voice,msg;PREF=1:+49 221 12345" in lines
    assert "BDAY:19700228" in lines
    assert "ANNIVERSARY:--1224" in lines
    assert "GEO:geo:50.9,-6.95" in lines
    assert "GENDER:M;er\\; ihm" in lines
    assert "ADR;TYPE=postal;LABEL=Nur ein^nAufkleber:;;;;;;" in lines


def test_a_card_with_nothing_but_a_number_has_a_name_to_show() -> None:
    card = Card(points=(CardPoint("email", "a@b.de"),))
    text = write_vcard([card], "3.0")
    assert "FN:a@b.de" in text
    assert "N:;;;;" in text


def test_a_code_without_a_name_is_written_as_a_country() -> None:
    address = CardAddress("work", "Weg", "1", town="Wien", country="AT")
    text = write_vcard([Card(formatted="x", addresses=(address,))], "3.0")
    assert "ADR;TYPE=WORK:;;Weg 1;Wien;;;Austria" in text
    odd = replace(address, country_name="Österreich und Umgebung")
    assert read_back(Card(formatted="x", addresses=(odd,)), "3.0").addresses == (odd,)


def test_what_no_vcard_knows_becomes_a_note() -> None:
    card = read_back(Card(formatted="x", points=(CardPoint("other", "4711", name="Locker"),)), "4.0")
    assert card.notes == ("Locker: 4711",)


LINE = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\ufeff\x1c\x1d\x1e\x1f\x85\u2028\u2029"), max_size=90
)
FIELD = LINE.map(str.strip).filter(lambda text: text.strip() == text)
WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8).filter(
    lambda word: (
        word not in ("pref", "work", "home", "other", "voice", "cell", "fax", "internet", "delivery", "billing")
    )
)
CARDS = st.builds(
    Card,
    formatted=FIELD.filter(bool),
    name=st.builds(Name, FIELD, FIELD, FIELD, FIELD, FIELD),
    nicknames=st.lists(FIELD.filter(bool), max_size=3).map(tuple),
    organisation=FIELD.filter(bool),
    departments=st.lists(FIELD.filter(bool), max_size=2).map(tuple),
    job_title=FIELD,
    role=FIELD,
    points=st.lists(
        st.builds(
            CardPoint,
            st.sampled_from(["phone", "mobile", "fax", "email"]),
            FIELD.filter(lambda text: bool(text) and ":" not in text),
            st.sampled_from(["", "work", "home", "other"]),
            st.integers(0, 100),
            types=st.lists(WORD, max_size=2, unique=True).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    categories=st.lists(FIELD.filter(bool), max_size=3).map(tuple),
    notes=st.lists(LINE.filter(bool), max_size=2).map(tuple),
    birthday=st.none()
    | st.dates().filter(lambda day: day.year != 1604).map(lambda d: CardDate(d.year, d.month, d.day)),
    uid=FIELD,
)


@given(CARDS, st.sampled_from(VERSIONS))
def test_any_card_comes_back(card: Card, version: Version) -> None:
    assert read_back(card, version) == card


@given(st.lists(st.tuples(FIELD, FIELD, FIELD, FIELD, FIELD), max_size=4), st.sampled_from(VERSIONS))
def test_addresses_come_back_part_by_part(parts: list[tuple[str, ...]], version: Version) -> None:
    lines = [f"ADR;TYPE=work:;;{street};{town};;{code};" for street, town, code, *_rest in parts if ";" not in street]
    first = read_vcard("\r\n".join(["BEGIN:VCARD", "FN:x", *lines, "END:VCARD"]).encode()).cards[0]
    assert read_back(first, version) == first
