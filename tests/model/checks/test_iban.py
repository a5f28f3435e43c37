from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.i18n import language
from gcrm.model.checks import bic, iban


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("IBAN: at61 1904 3002 3457 3201", "AT611904300234573201"),
        ("CH93-0076-2011-6238-5295-7", "CH9300762011623852957"),
        ("PT50\u00a00002 0123 1234 5678 9015 4", "PT50000201231234567890154"),
        ("GB29NWBK60161331926819", "GB29NWBK60161331926819"),
    ],
)
def test_right_iban_is_tidied(typed: str, value: str) -> None:
    found = iban.check(typed)
    assert (found.value, found.sentence, found.level) == (value, "", "ok")
    assert iban.compact(iban.spaced(value)) == value


def test_bank_is_proposed_where_it_is_known_and_optional_elsewhere() -> None:
    known = iban.check("DE89370400440532013000").proposals
    assert known == {"bic": "COBADEFFXXX", "bank_name": "Commerzbank"}
    assert iban.check("PT50000201231234567890154").proposals == {}


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("DE8937040044053201300", "22 characters, this one has 21"),
        ("DE89370400440532013001", "check digits"),
        ("XX8937040044", "XX"),
        ("hello", "two letters and two digits"),
        ("DE8937040044053201300٣", "two letters"),
        ("X" * 5000, "two letters"),
    ],
)
def test_wrong_iban_gets_a_sentence_and_keeps_its_text(typed: str, part: str) -> None:
    found = iban.check(typed)
    assert found.level == "error"
    assert part in found.sentence
    assert found.value == typed


def test_sentence_names_the_country() -> None:
    assert "Germany" in iban.check("DE8937040044053201300").sentence
    with language("de"):
        assert "Deutschland" in iban.check("DE8937040044053201300").sentence


@given(st.integers(0, 10**18 - 1), st.integers(0, 21), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(account: int, place: int, shift: int) -> None:
    bban = f"{account:018}"
    right = f"DE{98 - int(bban + '131400') % 97:02}{bban}"
    assert iban.check(right).level == "ok"
    if place >= 2:
        wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
        assert iban.check(wrong).level == "error"


@given(st.text(max_size=60))
def test_any_text_gives_a_finding(text: str) -> None:
    for found in (iban.check(text), bic.check(text), bic.check(text, text)):
        assert (found.level == "ok") == (found.sentence == "")


@pytest.mark.parametrize("typed", ["COBADEFFXXX", "cobadeff", "BIC: DEUTDEFF", "SWIFT/BIC: BESC PT PL"])
def test_right_bic(typed: str) -> None:
    assert bic.check(typed).level == "ok"


def test_bic_of_another_country_than_the_iban_is_a_hint() -> None:
    assert bic.check("BESCPTPL", "DE89370400440532013000").level == "hint"
    assert bic.check("COBADEFF", "DE89370400440532013000").level == "ok"
    assert bic.check("DEUTDEFF").proposals == {"bank_name": "Deutsche Bank"}


@pytest.mark.parametrize("typed", ["COBADE", "ABCDXX22", "COBADEFFXX", "1234567!"])
def test_wrong_bic(typed: str) -> None:
    assert bic.check(typed).level == "error"


def test_heavy_registries_are_loaded_only_when_needed() -> None:
    modules = "gcrm.model.checks.iban, gcrm.model.checks.vat, gcrm.model.checks.postcode"
    code = f"import sys, {modules}; print({{'schwifty', 'stdnum', 'babel'}} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
