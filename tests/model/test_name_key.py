from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.name_key import has_legal_form, is_near, organisation_words, sound


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Müller & Söhne GmbH & Co. KG", ("muller", "sohne")),
        ("Café Sol - Unipessoal, Lda.", ("cafe", "sol")),
        ("Silva S.A.", ("silva",)),
        ("The Acme Company Ltd.", ("acme",)),
        ("Nordlicht UG (haftungsbeschränkt)", ("nordlicht",)),
        ("GmbH", ("gmbh",)),
        ("", ()),
    ],
)
def test_legal_forms_do_not_count(name: str, words: tuple[str, ...]) -> None:
    assert organisation_words(name) == words


@pytest.mark.parametrize(
    ("name", "has"),
    [("Nordlicht AG", True), ("Silva S.A.", True), ("Acme Inc.", True), ("Anna Müller", False), ("Ag", False)],
)
def test_legal_form_is_recognised(name: str, has: bool) -> None:
    assert has_legal_form(name) is has


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("schmidt", "schmitd", True),
        ("schmidt", "schmid", True),
        ("meyer", "meier", True),
        ("kim", "kin", False),
        ("10115", "10116", False),
        ("muller", "mullmann", False),
        ("abcde", "abxye", False),
    ],
)
def test_one_typing_mistake(one: str, other: str, near: bool) -> None:
    assert is_near(one, other) is near


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_near_is_symmetric_and_never_more_than_two_letters(one: str, other: str) -> None:
    assert is_near(one, other) == is_near(other, one)
    if is_near(one, other) and len(one) == len(other):
        assert sum(a != b for a, b in zip(one, other, strict=True)) <= 2


@given(st.text(min_size=5, max_size=12, alphabet="abcdefgh"), st.data())
def test_every_single_mistake_is_near(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    assert is_near(word, word[:place] + "x" + word[place + 1 :])
    assert is_near(word, word[:place] + "x" + word[place:])
    assert is_near(word, word[:place] + word[place + 1] + word[place] + word[place + 2 :])


def test_names_that_sound_alike_share_a_key() -> None:
    assert len({sound(word) for word in ("meyer", "maier", "mayr", "meier")}) == 1
    assert sound("schmidt") == sound("schmitt")
    assert sound("muller") != sound("weber")
