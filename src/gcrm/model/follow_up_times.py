"""The time of day in a text: "14:00", "14 Uhr 30", "2 pm", "14h30", "às 9", "tomorrow morning"."""

from __future__ import annotations

import re
from datetime import time

from gcrm.model.follow_up_words import AT, DAY_PARTS

_AT = rf"(?:{'|'.join(AT)})"
_PART_HOURS = {part: hour for hour, parts in DAY_PARTS.items() for part in parts}
_PARTS = "|".join(sorted(map(re.escape, _PART_HOURS), key=len, reverse=True))

# One way to write a time each, tried in this order; `hour`, `minute`, `half` (a or p) or `part` tell it.
_FORMS = (
    rf"(?:{_AT} ?)?(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?: ?(?P<half>[ap])\.?m\.?| ?uhr| ?h)?",
    rf"(?:{_AT} ?)?(?P<hour>\d{{1,2}})(?:\.(?P<minute>\d\d))? ?(?P<half>[ap])\.?m\.?",
    rf"(?:{_AT} ?)?(?P<hour>\d{{1,2}})\.(?P<minute>\d\d) ?uhr",
    rf"(?:{_AT} ?)?(?P<hour>\d{{1,2}}) ?uhr(?: (?P<minute>\d\d))?",
    rf"(?:{_AT} ?)?(?P<hour>\d{{1,2}}) ?h(?: ?(?P<minute>\d\d))?",
    rf"{_AT} ?(?P<hour>\d{{1,2}})(?:\.(?P<minute>\d\d))?(?: (?:o'clock|horas?))?",
    rf"(?P<part>{_PARTS})",
)
_LAST = tuple(re.compile(rf"(?:^|(?<= )){form}$") for form in _FORMS)
_FIRST = tuple(re.compile(rf"^{form} ") for form in _FORMS)
_ISO_T = re.compile(r"(?<=\d\d-\d\d)t(?=\d\d:\d\d)")
_SECONDS = re.compile(r"(?<=\d:\d\d):\d\d(?:\.\d+)?(?=$| )")


def take_time(said: str) -> tuple[str, time | None] | None:
    """Split a folded text into the rest and its time, None without one; None for an impossible time ("25:00")."""
    text = _SECONDS.sub("", _ISO_T.sub(" ", said))
    for pattern in (*_LAST, *_FIRST):
        found = pattern.search(text)
        if found:
            at = _time(found)
            return None if at is None else (f"{text[: found.start()]} {text[found.end() :]}".strip(), at)
    return text, None


def _time(found: re.Match[str]) -> time | None:
    """Return the time of a match."""
    parts = found.groupdict()
    if parts.get("part"):
        return time(_PART_HOURS[parts["part"]])
    hour, minute = int(parts["hour"]), int(parts.get("minute") or 0)
    if parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
