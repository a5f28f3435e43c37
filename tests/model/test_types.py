"""Column types: the same value on both engines and out of the history."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Date, Text
from sqlalchemy.dialects import postgresql, sqlite

from gcrm.model.types import Scaled, UtcDateTime, decode

DIALECTS = (sqlite.dialect(), postgresql.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's constructors


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), DIALECTS[0])


@pytest.mark.parametrize("dialect", DIALECTS, ids=["sqlite", "postgresql"])
def test_an_instant_comes_back_in_utc(dialect: Any) -> None:
    kind, lisbon = UtcDateTime(), timezone(timedelta(hours=1))
    kept = kind.process_bind_param(datetime(2026, 3, 29, 1, 30, tzinfo=lisbon), dialect)
    assert kind.process_result_value(kept, dialect) == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert kind.process_bind_param(None, dialect) is kind.process_result_value(None, dialect) is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_money_is_exact(value: Decimal) -> None:
    kind = Scaled(2)
    kept = kind.process_bind_param(value, DIALECTS[0])
    assert isinstance(kept, int)
    assert kind.process_result_value(kept, DIALECTS[0]) == value


@pytest.mark.parametrize(("value", "kept"), [("1.005", 101), ("1.004", 100), ("-1.005", -101), ("2.675", 268)])
def test_the_last_place_is_rounded_half_up(value: str, kept: int) -> None:
    assert Scaled(2).process_bind_param(Decimal(value), DIALECTS[0]) == kept


@pytest.mark.parametrize(
    ("kind", "kept", "value"),
    [
        (UtcDateTime(), "2026-01-02 03:04:05.600000", datetime(2026, 1, 2, 3, 4, 5, 600000, tzinfo=UTC)),
        (UtcDateTime(), "2026-01-02T04:04:05.6+01:00", datetime(2026, 1, 2, 3, 4, 5, 600000, tzinfo=UTC)),
        (Scaled(2), 150, Decimal("1.50")),
        (Scaled(2), "150", Decimal("1.50")),
        (Boolean(), 1, True),
        (Boolean(), False, False),
        (Date(), "2026-02-28", date(2026, 2, 28)),
        (JSON(), '{"a": [null]}', {"a": [None]}),
        (JSON(), {"a": 1}, {"a": 1}),
        (Text(), "x", "x"),
        (Text(), None, None),
    ],
)
def test_payloads_are_read_alike_from_both_engines(kind: Any, kept: Any, value: Any) -> None:
    assert decode(kind, kept) == value
