"""The rows of a table as lines of JSON, and back: every value exact, whatever engine it comes from or goes to.

Both ways go through the lines of services/table_rows.py, which are the same on both engines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any

from sqlalchemy import JSON, Table

from gcrm.model.base import Base
from gcrm.model.types import Scaled
from gcrm.services.backup.plan import kind_of
from gcrm.services.sqlite_lines import NULL
from gcrm.services.table_rows import escaped, jsonb, unescaped
from gcrm.services.unseen import empty_value

_DECIMAL = re.compile(r"-?\d+(?:\.(\d+))?", re.ASCII)
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,6})?Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LARGEST = 1 << 63


@dataclass(frozen=True, slots=True)
class Fact:
    """A column as an export tells it; `places` are those of a decimal. A column that is left out says what is empty."""

    name: str
    kind: str
    is_key: bool
    is_optional: bool
    places: int = 0
    is_left_out: bool = False
    empty: Any = None

    def as_json(self) -> dict[str, Any]:
        """Return what office.json says."""
        told: dict[str, Any] = {"name": self.name, "kind": self.kind, "key": self.is_key, "optional": self.is_optional}
        told |= {"places": self.places} if self.kind == "decimal" else {}
        return told | ({"left_out": True, "empty": self.empty} if self.is_left_out else {})

    @staticmethod
    def of_json(told: Any) -> Fact:
        """Read what office.json says. Raises ValueError."""
        fact = Fact(str(told["name"]), str(told["kind"]), told["key"] is True, told["optional"] is True,
                    int(told.get("places", 0)), told.get("left_out") is True, told.get("empty"))  # fmt: skip
        if fact.kind not in READ or not 0 <= fact.places <= 9:
            raise ValueError(f"column {fact.name}")
        return fact

    @property
    def shape(self) -> list[Any]:
        """Return what a column of the schema must be like, as a backup tells it."""
        return [self.name, "whole" if self.kind == "decimal" else self.kind, self.is_key, self.is_optional]


def facts_of(table: Table, hidden: Iterable[str] = ()) -> tuple[Fact, ...]:
    """Return the columns of a table in their order."""
    gone = frozenset(hidden)
    found = []
    for column in table.columns:
        is_scaled = isinstance(column.type, Scaled)
        places = column.type.places if isinstance(column.type, Scaled) else 0
        is_gone = column.name in gone
        found.append(
            Fact(column.name, "decimal" if is_scaled else kind_of(column), column.primary_key, bool(column.nullable),
                 places, is_gone, empty_value(column) if is_gone else None)
        )  # fmt: skip
    return tuple(found)


# Out


def json_line(facts: Sequence[Fact]) -> Callable[[Sequence[str], Mapping[str, str]], str]:
    """Return what makes a line of JSON of the texts of a line, and of texts that are added."""
    shown = [(place, f"{json.dumps(fact.name)}: ", _shower(fact)) for place, fact in enumerate(facts)
             if not fact.is_left_out]  # fmt: skip

    def line(texts: Sequence[str], added: Mapping[str, str]) -> str:
        parts = [f"{head}{'null' if texts[place] == NULL else show(texts[place])}" for place, head, show in shown]
        parts += [f"{json.dumps(name)}: {_quoted(text)}" for name, text in added.items()]
        return "{" + ", ".join(parts) + "}\n"

    return line


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _shower(fact: Fact) -> Callable[[str], str]:
    """Return what writes a value of a line as JSON."""
    if fact.kind == "decimal":
        return lambda text: f'"{Decimal(text).scaleb(-fact.places):f}"'
    kinds: Mapping[str, Callable[[str], str]] = {
        "yes_no": lambda text: "true" if text == "t" else "false",
        "whole": str,
        "instant": lambda text: f'"{text.removesuffix("+00").replace(" ", "T")}Z"',
        "day": _quoted,
        "bytes": lambda text: f'"{text[3:]}"',
        "json": _checked,
        "text": lambda text: _quoted(unescaped(text)),
    }
    return kinds[fact.kind]


def _checked(text: str) -> str:
    """Return JSON as it is kept, on one line. Raises ValueError where it is none."""
    plain = unescaped(text)
    if plain not in ("{}", "[]"):
        json.loads(plain)
    return plain


# In


def line_reader(name: str, facts: Sequence[Fact]) -> Callable[[bytes], str]:
    """Return what makes a line (without its end) of a line of JSON. Raises ValueError for what no export writes."""
    readers = [(fact, READ[fact.kind]) for fact in facts]
    forms = _forms(name)

    def line(raw: bytes) -> str:
        row = json.loads(raw.decode(), parse_float=Decimal, parse_constant=_refused)
        if not isinstance(row, dict):
            raise ValueError("no object")
        for column, form in forms.items():
            if type(row.get(column, form())) not in (form, NoneType):
                raise ValueError(f"{column} is no {form.__name__}")
        return "\t".join([_text(row, fact, read) for fact, read in readers])

    return line


def _forms(name: str) -> dict[str, type[Any]]:
    """Return which columns of a table hold an object, and which a list: what their default is."""
    table = Base.metadata.tables.get(name)
    columns = [each for each in table.columns if isinstance(each.type, JSON)] if table is not None else []
    defaults: dict[str, Any] = {each.name: each.default for each in columns if each.default is not None}
    return {column: type(default.arg(None)) for column, default in defaults.items()}


def _refused(text: str) -> Any:
    raise ValueError(text)


def _text(row: Mapping[str, Any], fact: Fact, read: Callable[[Any, Fact], str]) -> str:
    """Return the text of one column in a line."""
    value = fact.empty if fact.is_left_out else row.get(fact.name, row)
    if value is row:
        raise ValueError(f"{fact.name} is missing")
    if value is None:
        if not fact.is_optional:
            raise ValueError(f"{fact.name} is empty")
        return NULL
    return read(value, fact)


def _as(kind: type[Any], value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{value!r} is not a {kind.__name__}")
    return value


def _read_whole(value: Any, fact: Fact) -> str:
    if not -_LARGEST <= _as(int, value) < _LARGEST:
        raise ValueError(f"{fact.name} is too large")
    return str(value)


def _read_decimal(value: Any, fact: Fact) -> str:
    found = _DECIMAL.fullmatch(_as(str, value))
    if found is None or len(found[1] or "") > fact.places:
        raise ValueError(f"{fact.name}: {value}")
    return _read_whole(int(Decimal(value).scaleb(fact.places)), fact)


def _read_instant(value: Any, fact: Fact) -> str:
    found = _INSTANT.fullmatch(_as(str, value))
    if found is None:
        raise ValueError(f"{fact.name}: {value}")
    datetime.fromisoformat(f"{found[1]}T{found[2]}")
    fraction = (found[3] or "").rstrip("0").rstrip(".")
    return f"{found[1]} {found[2]}{fraction}+00"


def _read_day(value: Any, fact: Fact) -> str:
    if not _DAY.fullmatch(_as(str, value)):
        raise ValueError(f"{fact.name}: {value}")
    return date.fromisoformat(value).isoformat()


def _read_text(value: Any, fact: Fact) -> str:
    text: str = _as(str, value)
    text.encode()
    if "\0" in text:
        raise ValueError(f"{fact.name} has a character that does not exist")
    return escaped(text)


READ: Mapping[str, Callable[[Any, Fact], str]] = {
    "yes_no": lambda value, fact: "t" if _as(bool, value) else "f",
    "whole": _read_whole,
    "decimal": _read_decimal,
    "instant": _read_instant,
    "day": _read_day,
    "bytes": lambda value, fact: "\\\\x" + bytes.fromhex(_as(str, value)).hex(),
    "json": lambda value, fact: _read_text(jsonb(value), fact),
    "text": _read_text,
}
"""Kinds of columns → what makes the text of a line of a value of JSON."""
