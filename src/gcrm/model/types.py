"""Column types that behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""Row ids: 64 bits on both engines; SQLite only counts up by itself in a column called INTEGER."""

KeyText = Text().with_variant(Text(collation="C"), "postgresql")
"""Normalised keys (model/fold.py): compared byte by byte on both engines."""

JsonValue = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON object or array."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, always UTC in the database. A naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC, without zone for SQLite."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Scaled(TypeDecorator[Decimal]):
    """An exact number with a fixed count of places, kept as a whole number (law 8: no floating point)."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int = 2) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Scale up, rounding half up at the last place."""
        return None if value is None else self.scaled(value)

    def scaled(self, value: Decimal | int) -> int:
        """Return the whole number that is kept of a value."""
        return int(Decimal(value).scaleb(self.places).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Scale down."""
        return None if value is None else Decimal(value).scaleb(-self.places)


def read_json(text: str) -> Any:
    """Return the value of a JSON column; most lists of an office are empty."""
    return [] if text == "[]" else {} if text == "{}" else json.loads(text)


def decode(column_type: TypeEngine[Any], value: Any) -> Any:
    """Turn a value out of a change payload (JSON, from either engine) back into a Python value of the column."""
    if value is None or (type(value) is str and isinstance(column_type, Text)):
        return value
    return decoder(column_type)(value)


def decoder(column_type: TypeEngine[Any]) -> Callable[[Any], Any]:
    """Return what `decode` does with the values of a column that are there."""
    kind = column_type
    if isinstance(kind, UtcDateTime):
        return _instant
    if isinstance(kind, Scaled):
        places = -kind.places
        return lambda value: Decimal(int(value)).scaleb(places)
    if isinstance(kind, JSON):
        return _json
    known: dict[type[Any], Callable[[Any], Any]] = {date: date.fromisoformat, bool: bool}
    return known.get(kind.python_type, lambda value: value)


def _instant(text: str) -> datetime:
    """Return an instant in UTC; SQLite keeps none of the zone."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
