"""Keys made in masses are those the model makes one by one."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.base import Home
from gcrm.model.contact_point import POINT_KINDS, ContactPoint
from gcrm.model.phone import normalise
from gcrm.services.exchange.point_keys import PointKeys, clean_e164

CODES = st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
NATIONAL = st.text("0123456789", min_size=1, max_size=14)
FREE = st.sampled_from(["", "", "800", "0800", "0"])
GAPS = st.sampled_from(["", " ", "-", " - ", "/", " (0)"])
HOME = Home("DE", "030")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Return what may be a number of any country."""
    figures = draw(FREE) + draw(NATIONAL)
    return f"+{draw(CODES)}{draw(GAPS)}{figures[:3]}{draw(GAPS)}{figures[3:]}"


def keys_of(point: ContactPoint) -> tuple[str, str | None, str | None]:
    return point.value_key, point.e164, point.suffix


@given(st.sampled_from([kind for kind, _label in POINT_KINDS]), st.one_of(numbers(), st.text(max_size=40)))
def test_keys_are_those_of_the_model(kind: str, value: str) -> None:
    mine, models = ContactPoint(kind=kind, value=value), ContactPoint(kind=kind, value=value)
    keys = PointKeys(HOME)
    keys.derive(mine)
    models.derive(HOME)
    assert keys_of(mine) == keys_of(models)
    again = ContactPoint(kind=kind, value=value)
    keys.derive(again)
    assert keys_of(again) == keys_of(models)


@given(numbers())
def test_the_short_way_never_differs_from_the_long_one(text: str) -> None:
    short = clean_e164(text)
    assert short is None or short == normalise(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+49 69 9000947-0", "+496990009470"),
        ("+43 1 5550100", "+4315550100"),
        ("+49 800 3301000", None),
        ("+49 (0)69 9000947", None),
        ("+49 069 9000947", None),
        ("+1 202 5550100", None),
        ("+49 1", None),
        ("069 9000947", None),
    ],
)
def test_only_clean_numbers_take_the_short_way(text: str, expected: str | None) -> None:
    assert clean_e164(text) == expected
