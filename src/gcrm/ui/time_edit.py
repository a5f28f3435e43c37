"""Fields for a time of day and for a number of minutes, typed the way people write them."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from typing_extensions import override

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.ui.day_words import clock_time
from gcrm.ui.widgets.typed_edit import TypedEdit

_TIME = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))? ?(am|pm|a\.m\.|p\.m\.|uhr|h)?", re.IGNORECASE | re.ASCII)
_LENGTH = re.compile(r"(?:(\d{1,2}) ?(?::|h|std\.?) ?)?(?:(\d{1,4}) ?(?:min|m|')?\.?)?", re.IGNORECASE | re.ASCII)


def read_time(text: str) -> time | None:
    """Read "9", "9:12", "0912", "9.12", "9 pm"; None when it is no time of day."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower().replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_minutes(text: str) -> int | None:
    """Read "45", "45 min", "1:30", "1 h 30"; None when it is no length."""
    found = _LENGTH.fullmatch(text.strip())
    if not found or (found[1] is None and found[2] is None):
        return None
    return int(found[1] or 0) * 60 + int(found[2] or 0)


class TimeEdit(TypedEdit):
    """A line for a time of day."""

    @override
    def _read(self, typed: str) -> time:
        found = read_time(typed)
        if found is None:
            raise UserError(_("{text} is no time; type it like 14:30.").format(text=typed))
        return found

    @override
    def _show(self, value: Any) -> str:
        return clock_time(value)


class MinutesEdit(TypedEdit):
    """A line for a length in minutes."""

    @override
    def _read(self, typed: str) -> int | None:
        found = read_minutes(typed)
        if found is None:
            raise UserError(_("{text} is no length; type it like 45 or 1:30.").format(text=typed))
        return found or None
