"""Folding: one key for every spelling, equal on every database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.fold import clean, collapse, digits, expand, fold, index_text, query_terms, words


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
