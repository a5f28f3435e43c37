from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.checks import einvoice

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(
    "typed",
    ["04011000-1234512345-06", "992-90009-96", "09564000-NUE0001-49", "Leitweg-ID: 04011000-900x999-08", ""],
)
def test_right_leitweg_id(typed: str) -> None:
    assert einvoice.check_leitweg_id(typed).level == "ok"


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("04011000-1234512345-07", "error"),
        ("04011000 1234512345 06", "error"),
        ("x", "error"),
        ("0" * 100, "error"),
        ("55011000-85", "hint"),
    ],
)
def test_doubtful_leitweg_id(typed: str, level: str) -> None:
    found = einvoice.check_leitweg_id(typed)
    assert found.level == level
    assert found.sentence


@given(st.text("0123456789", min_size=2, max_size=12), st.text(ALPHANUMERIC, max_size=30))
def test_check_digits_are_those_that_pass(coarse: str, fine: str) -> None:
    parts = [part for part in (coarse, fine, einvoice.check_digits(coarse, fine)) if part]
    assert einvoice.check_leitweg_id("-".join(parts)).level != "error"
    digits = "".join(str(int(char, 36)) for char in "".join(parts))
    assert int(digits) % 97 == 1


@pytest.mark.parametrize(
    ("typed", "scheme"),
    [
        ("rechnung@example.de", "EM"),
        ("992-90009-96", "0204"),
        ("4012345000009", "0088"),
        ("DE136695976", "9930"),
        ("PT501964843", "9946"),
        ("something", ""),
    ],
)
def test_scheme_is_proposed(typed: str, scheme: str) -> None:
    found = einvoice.check(typed, "")
    assert found.level == "hint"
    assert found.proposals == ({"scheme": scheme} if scheme else {})


def test_address_is_checked_by_its_scheme() -> None:
    assert einvoice.check("rechnung@example.de", "EM").level == "ok"
    assert einvoice.check("rechnung", "EM").level == "error"
    assert einvoice.check("4012345000008", "0088").level == "error"
    assert einvoice.check("anything", "9957").level == "ok"
    assert einvoice.check("anything", "1234").level == "hint"


def test_code_list_holds_what_is_proposed() -> None:
    assert {einvoice.scheme_for(text) for text in ("a@b.de", "992-90009-96")} <= set(einvoice.SCHEMES)
    assert all(code in einvoice.CODES for code in ("EM", "0204", "9930", "9946", "0225"))


@given(st.text(max_size=60), st.sampled_from(["", "EM", "0204", "0088", "9930", "zz"]))
def test_any_text_gives_a_finding(text: str, scheme: str) -> None:
    found = einvoice.check(text, scheme)
    assert (found.level == "ok") == (found.sentence == "")
