"""Keys of many records at once: the rules of the model (`derive`), each text worked out only once.

Telephone numbers cost most, so a number that is clean (a plus, digits, blanks and hyphens) in a country with one
numbering plan of its own is read without the whole machinery of `model/phone.py`; the tests hold both to the same
result. Everything in doubt takes the long way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from gcrm.model.base import Home
from gcrm.model.contact_point import DIALLED
from gcrm.model.fold import sort_key
from gcrm.model.phone import normalise, suffix_key

_CLEAN = re.compile(r"\+[1-9][0-9]*(?:[ -][0-9]+)*")
_LONGEST = 30
_TRUNK_PREFIXES = (None, "0")
Keys = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a country's numbering plan says about a number of it: its lengths, and which are free for the caller."""

    lengths: frozenset[int]
    is_free: Callable[[str], object]


class PointKeys:
    """Fills the keys of numbers and addresses as someone at `home` writes them."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[tuple[bool, str], Keys] = {}

    def derive(self, point: Any) -> None:
        """Fill the keys of one number or address, mapped or plain."""
        value = point.value or ""
        known = self._known.get((point.kind in DIALLED, value))
        if known is None:
            known = self._known[point.kind in DIALLED, value] = self._keys(point.kind in DIALLED, value)
        point.value_key, point.e164, point.suffix = known

    def _keys(self, is_dialled: bool, value: str) -> Keys:
        """Return folded value (the value itself where it is the same), international form and digits backwards."""
        folded = sort_key(value)
        folded = value if folded == value else folded
        if not is_dialled:
            return folded, None, None
        e164 = clean_e164(value)
        if e164:
            return folded, e164, e164[:0:-1]
        e164 = normalise(value, self._home.country, self._home.area_code)
        return folded, e164, suffix_key(e164 or value) or None


def clean_e164(text: str) -> str | None:
    """Return the E.164 form of a clean international number, None where only `normalise` can tell."""
    if len(text) > _LONGEST or not _CLEAN.fullmatch(text):
        return None
    figures = text[1:].replace(" ", "").replace("-", "")
    code, plan = _plan_of(figures[:3])
    if plan is None:
        return None
    national = figures[len(code) :]
    if national.startswith("0") or len(national) not in plan.lengths or plan.is_free(national):
        return None
    return f"+{figures}"


@cache
def _plan_of(start: str) -> tuple[str, _Plan | None]:
    """Return the country code that digits begin with, and its plan where it is one of the simple ones."""
    import phonenumbers

    code = next((start[:n] for n in (1, 2, 3) if int(start[:n]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), "")
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ()) if code else ()
    if len(regions) != 1:
        return code, None
    told: Any = phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None)
    if told is None or told.national_prefix_for_parsing not in _TRUNK_PREFIXES:
        return code, None
    if told.national_prefix_transform_rule or not told.general_desc.possible_length:
        return code, None
    pattern = told.toll_free.national_number_pattern if told.toll_free else None
    is_free = re.compile(pattern).match if pattern else _never
    return code, _Plan(frozenset(told.general_desc.possible_length), is_free)


def _never(_text: str) -> None:
    """Say that a number costs something: the plan knows no free ones."""
