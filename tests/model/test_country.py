from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.i18n import LANGUAGES
from gcrm.model.country import countries, country_code, country_name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Germany", "DE"),
        ("Alemanha", "DE"),
        ("DEUTSCHLAND", "DE"),
        ("D", "DE"),
        ("Österreich", "AT"),
        ("Oesterreich", "AT"),
        ("Suíça", "CH"),
        ("Suisse", "CH"),
        ("U.S.A.", "US"),
        ("uk", "GB"),
        ("Great Britain", "GB"),
        ("Grossbritannien", "GB"),
        ("The Netherlands", "NL"),
        ("Ελλάδα", "GR"),
        ("Czech Republic", "CZ"),
        ("Brasil", "BR"),
        ("nowhere", ""),
        ("", ""),
    ],
)
def test_country_is_found_by_name(typed: str, code: str) -> None:
    assert country_code(typed) == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_leads_back_to_its_country(language: str) -> None:
    wrong = [(code, name) for code, name in countries(language) if country_code(name) != code]
    assert wrong == []


def test_codes_are_countries() -> None:
    codes = {code for code, _name in countries("en")}
    assert {"DE", "AT", "CH", "PT", "BR", "XK"} <= codes
    assert not {"EU", "UN", "ZZ", "419"} & codes
    assert 245 < len(codes) < 252


def test_names_in_a_language_and_unknown_ones() -> None:
    assert [country_name("DE", language) for language in ("de", "en", "pt", "xx")] == [
        "Deutschland",
        "Germany",
        "Alemanha",
        "Germany",
    ]
    assert (country_name("at", "de"), country_name("XQ", "de"), country_name("", "de")) == ("Österreich", "XQ", "")


@given(st.text(max_size=100))
def test_any_text_gives_a_code_or_nothing(text: str) -> None:
    assert len(country_code(text)) in (0, 2)
