from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.checks import vat


@pytest.mark.parametrize(
    ("typed", "country", "value"),
    [
        ("DE136695976", "DE", "DE136695976"),
        ("de 136 695 976", "DE", "DE136695976"),
        ("USt-IdNr.: DE136695976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("ATU13585627", "AT", "ATU13585627"),
        ("U13585627", "AT", "ATU13585627"),
        ("NIF: 501 964 843", "PT", "PT501964843"),
        ("CHE-107.787.577 MWST", "CH", "CHE107787577MWST"),
        ("CHE-107.787.577", "CH", "CHE107787577"),
        ("GB980780684", "GB", "GB980780684"),
        ("XI980780684", "GB", "XI980780684"),
        ("GR094259216", "GR", "EL094259216"),
        ("16.727.230/0001-97", "BR", "16727230000197"),
        ("390.533.447-05", "BR", "39053344705"),
        ("whatever 12", "US", "WHATEVER12"),
        ("", "DE", ""),
    ],
)
def test_right_number_is_tidied(typed: str, country: str, value: str) -> None:
    found = vat.check(typed, country)
    assert (found.value, found.sentence, found.level) == (value, "", "ok")


@pytest.mark.parametrize(
    ("typed", "country", "level", "part"),
    [
        ("DE136695977", "DE", "error", "check digit"),
        ("DE12", "DE", "error", "Germany"),
        ("GB980780685", "GB", "error", "check digit"),
        ("12/345/67890", "DE", "hint", "tax number"),
        ("2893081508152", "DE", "hint", "tax number"),
        ("FR40303265045", "DE", "hint", "France"),
        ("D€136695976", "DE", "hint", "letters and digits"),
        ("9" * 400, "PT", "hint", "letters and digits"),
    ],
)
def test_doubtful_number_gets_a_sentence(typed: str, country: str, level: str, part: str) -> None:
    found = vat.check(typed, country)
    assert found.level == level
    assert part in found.sentence


def test_number_tells_its_country() -> None:
    told = ("EL094259216", "CHE107787577", "XI980780684", "DE136695976", "123")
    assert [vat.country_of(value) for value in told] == ["GR", "CH", "GB", "DE", ""]


@given(st.text(max_size=70), st.sampled_from(["", "DE", "AT", "CH", "PT", "GB", "BR", "GR", "US"]))
def test_any_text_gives_a_finding_that_stays(text: str, country: str) -> None:
    found = vat.check(text, country)
    assert (found.level == "ok") == (found.sentence == "")
    if found.level == "ok":
        assert vat.check(found.value, country).value == found.value
