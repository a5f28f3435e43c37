from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.checks import postcode


@pytest.mark.parametrize(
    ("typed", "country", "value"),
    [
        ("10115", "DE", "10115"),
        ("D-10115", "DE", "10115"),
        ("A-1010", "AT", "1010"),
        ("CH-8001", "CH", "8001"),
        ("1100148", "PT", "1100-148"),
        ("1100-148", "PT", "1100-148"),
        ("01310100", "BR", "01310-100"),
        ("sw1a1aa", "GB", "SW1A 1AA"),
        ("M1 1AE", "GB", "M1 1AE"),
        ("902101234", "US", "90210-1234"),
        ("90210", "US", "90210"),
        ("75008", "FR", "75008"),
        ("1012js", "NL", "1012 JS"),
        ("00950", "PL", "00-950"),
        ("k1a0b1", "CA", "K1A 0B1"),
        ("LV1010", "LV", "LV-1010"),
        ("as typed", "VU", "as typed"),
        ("", "DE", ""),
    ],
)
def test_right_postcode_is_written_as_in_its_country(typed: str, country: str, value: str) -> None:
    found = postcode.check(typed, country)
    assert (found.value, found.level) == (value, "ok")


@pytest.mark.parametrize(
    ("typed", "country"), [("1011", "DE"), ("1000", "PT"), ("0123", "AT"), ("ABC", "GB"), ("9000", "LI")]
)
def test_unusual_postcode_is_a_hint_with_an_example(typed: str, country: str) -> None:
    found = postcode.check(typed, country)
    assert (found.value, found.level) == (typed, "hint")
    assert postcode.SHAPES[country].example in found.sentence


@pytest.mark.parametrize("country", sorted(postcode.SHAPES))
def test_example_of_each_country_is_right(country: str) -> None:
    example = postcode.SHAPES[country].example
    assert postcode.check(example, country).value == example
    assert postcode.check(example, country).level == "ok"


@given(st.text(max_size=25), st.sampled_from(sorted(postcode.SHAPES)))
def test_checking_twice_changes_nothing(text: str, country: str) -> None:
    once = postcode.check(text, country)
    assert postcode.check(once.value, country) == once
