"""What no database can keep is taken out before a write, and what no index can hold is refused in words.

NUL and lone halves of letters beyond the basic plane (surrogates) come from broken files and clipboards; neither
engine stores both. An index entry has room for about 2700 bytes on PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Text, inspect

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.base import Record
from gcrm.model.fields import field_of_column
from gcrm.model.registry import table_of
from gcrm.model.types import KeyText

LONGEST = 500
"""Characters of a text that stands in an index."""
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def tidy(record: Record) -> None:
    """Take out of a record's texts what cannot be kept. Raises UserError for an indexed text that is too long."""
    indexed = _indexed(type(record))
    for name in _names(type(record)):
        value = vars(record).get(name)
        if isinstance(value, str):
            if _UNKEPT.search(value):
                setattr(record, name, _UNKEPT.sub("", value))
            if name in indexed and len(value) > LONGEST:
                sentence = _("{label} is too long: at most {most} characters.")
                raise UserError(sentence.format(label=_(indexed[name]), most=LONGEST), field=name)
        elif isinstance(value, (dict, list)) and value:
            cleaned = tidied(value)
            if cleaned != value:
                setattr(record, name, cleaned)


def tidied(value: Any) -> Any:
    """Return a JSON value without what cannot be kept in its texts."""
    if isinstance(value, str):
        return _UNKEPT.sub("", value)
    if isinstance(value, Mapping):
        return {tidied(name): tidied(each) for name, each in value.items()}
    return [tidied(each) for each in value] if isinstance(value, (list, tuple)) else value


@cache
def _names(cls: type[Record]) -> tuple[str, ...]:
    """Return the attributes of a class that are columns."""
    return tuple(attribute.key for attribute in inspect(cls).column_attrs)


@cache
def _indexed(cls: type[Record]) -> Mapping[str, str]:
    """Return the plain texts of a class that stand in an index, with their labels; keys are short by themselves."""
    table = table_of(cls)
    columns = {column for index in table.indexes for column in index.columns}
    columns |= {column for column in table.columns if column.unique or column.index}
    found = {}
    for column in columns:
        told = field_of_column(table, column.name)
        if isinstance(column.type, Text) and column.type is not KeyText:
            found[column.name] = told.label if told else column.name
    return found
