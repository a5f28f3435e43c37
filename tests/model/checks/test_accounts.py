from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.checks import accounts


def test_ranges_of_the_usual_four_ledger_digits() -> None:
    debtors, creditors = accounts.numbers("debtor"), accounts.numbers("creditor")
    assert (debtors[0], debtors[-1], creditors[0], creditors[-1]) == (10000, 69999, 70000, 99999)


@given(st.integers(4, 8), st.integers(0, 10**9))
def test_every_number_of_right_length_is_on_exactly_one_side(digits: int, number: int) -> None:
    sides = [number in accounts.numbers("debtor", digits), number in accounts.numbers("creditor", digits)]
    assert sum(sides) == (len(str(number)) == digits + 1)


@pytest.mark.parametrize(
    ("typed", "side", "level"),
    [
        ("10001", "debtor", "ok"),
        ("10 001", "debtor", "ok"),
        ("70000", "debtor", "hint"),
        ("70000", "creditor", "ok"),
        ("K-17", "debtor", "hint"),
        ("010001", "debtor", "hint"),
        ("", "debtor", "ok"),
    ],
)
def test_unusual_account_is_a_hint(typed: str, side: accounts.Side, level: str) -> None:
    assert accounts.check(typed, side).level == level


def test_longer_accounts() -> None:
    assert accounts.check("700000", "creditor", 5).level == "ok"
    assert "100000" in accounts.check("10001", "debtor", 5).sentence
