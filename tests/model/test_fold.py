"""Folding: one key for every spelling, equal on every database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.fold import (
    clean,
    collapse,
    compact,
    digits,
    expand,
    fold,
    index_text,
    number_digits,
    query_terms,
    words,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Müller", "muller"),
        ("MÜLLER", "muller"),
        ("Mu\u0308ller", "muller"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("ẞ", "ss"),
        ("Łódź", "lodz"),
        ("Ångström", "angstrom"),
        ("İzmir", "izmir"),
        ("ISTANBUL", "istanbul"),
        ("ılık", "ilik"),
        ("Øresund", "oresund"),
        ("Æra", "aera"),
        ("ça và ñu", "ca va nu"),
        ("ĲSSEL", "ijssel"),
        ("ﬁn", "fin"),
        ("  a \t b\nc ", "a b c"),
        ("", ""),
        ("Ωmega Привет", "ωmega привет"),
    ],
)
def test_keys(text: str, key: str) -> None:
    assert fold(text) == key


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_makes_no_difference_in_plain_letters(text: str) -> None:
    plain = "".join(letter for letter in text if letter.isascii())
    assert fold(plain.upper()) == fold(plain.lower())


@given(st.text(alphabet="aeouäöüßÄÖÜ mlr"))
def test_written_out_umlauts_meet(text: str) -> None:
    written = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    written = written.replace("Ä", "Ae").replace("Ö", "Oe").replace("Ü", "Ue")
    assert expand(text) == fold(written)
    assert collapse(expand(text)) == collapse(fold(written))


def test_words_keep_their_punctuation_inside() -> None:
    assert words("info@a-b.example, 0341/12 (Köln)") == ["info@a-b.example", "0341", "12", "Köln"]


@pytest.mark.parametrize("query", ["Müller", "Mueller", "Muller", "mueller köln", "KOELN muller", "üller", "uelle"])
def test_every_spelling_of_a_query_is_in_the_index_text(query: str) -> None:
    text = index_text(["Müller & Söhne", "", "Köln"])
    assert all(any(spelling in text for spelling in term) for term in query_terms(query))


@given(st.lists(st.text(alphabet="abäöüßé -,.&"), max_size=5))
def test_every_word_is_found_in_its_own_index_text(parts: list[str]) -> None:
    text = index_text(parts)
    for part in parts:
        for term in query_terms(part):
            assert any(spelling in text for spelling in term)


def test_an_index_text_says_nothing_twice() -> None:
    assert index_text(["Ada Ada", "ada"]) == "ada ada ada"
    assert index_text(["Köln", "Köln"]) == "koln koln koeln"
    assert index_text([]) == ""


def test_nul_and_blanks_are_cleaned() -> None:
    assert clean(" a\0b ") == "ab"
    assert digits("+49 (0) ٣ 341") == "490341"


@pytest.mark.parametrize(
    ("text", "joined", "number"),
    [
        ("2024-0017", "20240017", "20240017"),
        ("1000-205", "1000205", "1000205"),
        ("110 00", "11000", "11000"),
        ("10.234", "10234", "10234"),
        ("PT 501 964 843", "pt501964843", ""),
        ("SW1A 1AA", "sw1a1aa", ""),
        ("CHE-123.456.789 MWST", "che123456789mwst", ""),
        ("+49 (0)221 / 4711-815", "492214711815", "492214711815"),
        ("0049 (0)221 4711815", "00492214711815", "492214711815"),
        ("0221–4711815", "02214711815", "02214711815"),
        ("0049", "0049", "0049"),
        ("123", "123", ""),
        ("Am Bach 7", "", ""),
        ("info24@example.org", "", ""),
        ("", "", ""),
        ("1" * 41, "", "1" * 41),
    ],
)
def test_numbers_lose_what_separates_their_digits(text: str, joined: str, number: str) -> None:
    assert (compact(text), number_digits(text)) == (joined, number)


def test_the_index_keeps_a_number_once() -> None:
    assert index_text(["PT 501 964 843"]) == "pt 501 964 843 pt501964843"
    assert index_text(["0221 4711", "+492214711", "02214711"]) == "0221 4711 +492214711 02214711"


@given(st.text(max_size=60))
def test_any_text_may_be_no_number(text: str) -> None:
    assert compact(text) == fold(compact(text))
    assert number_digits(text).isdigit() or number_digits(text) == ""
