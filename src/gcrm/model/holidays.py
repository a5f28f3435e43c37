"""Workdays of the office: weekends and public holidays of its country and region.

Facts come from the library `holidays`; it takes 35 ms to import and is therefore loaded on the first question. Where it
knows no country, region or year, only the weekend (Saturday and Sunday) is free: nothing fails because of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_SATURDAY_SUNDAY = frozenset({5, 6})
_LONGEST_REST = 60
"""Days in a row that are never all free; ends a search that a strange calendar would make endless."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country with public holidays of its own: code without country ("BE") and name in its language."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class _Year:
    """What is free in one year: holidays with their names, and the weekdays (Monday is 0) of the weekend."""

    holidays: dict[date, str]
    weekend: frozenset[int]


def is_workday(day: date, country: str, region: str = "") -> bool:
    """Tell whether people work on `day`; `region` is "BE" or "DE-BE", "" for what holds in the whole country."""
    year = _year(country, region, day.year)
    return day.weekday() not in year.weekend and day not in year.holidays


def holiday_name(day: date, country: str, region: str = "") -> str:
    """Return the name of the public holiday as the library has it, "" if `day` is none."""
    return _year(country, region, day.year).holidays.get(day, "")


def next_workday(day: date, country: str, region: str = "") -> date:
    """Return `day` if it is a workday, else the first workday after it."""
    return first_workday(day, workdays(country, region))


def workdays(country: str, region: str = "") -> Callable[[date], bool]:
    """Return the rule of an office for `parse_when` and its kin."""
    return partial(is_workday, country=country, region=region)


def first_workday(day: date, rule: Callable[[date], bool]) -> date:
    """Return `day` or the first day after it for which `rule` holds; `day` itself if there is none for 60 days."""
    for ahead in range(_LONGEST_REST):
        if day > date.max - timedelta(ahead):
            break
        if rule(day + timedelta(ahead)):
            return day + timedelta(ahead)
    return day


@lru_cache(maxsize=64)
def regions(country: str) -> tuple[Region, ...]:
    """Return the regions of a country by name, none if it has no differences or is not known."""
    calendar = _calendar(country, "", None)
    if calendar is None:
        return ()
    longest: dict[str, str] = {code: code for code in calendar.subdivisions}
    for name, code in calendar.subdivisions_aliases.items():
        if len(name) > len(longest.get(code, "")) or longest.get(code) == code:
            longest[code] = name
    return tuple(sorted((Region(code, name) for code, name in longest.items()), key=lambda region: region.name))


@lru_cache(maxsize=256)
def _year(country: str, region: str, year: int) -> _Year:
    calendar = _calendar(country, region, year) or _calendar(country, "", year)
    if calendar is None:
        return _Year({}, _SATURDAY_SUNDAY)
    return _Year(dict(calendar.items()), frozenset(calendar.weekend))


def _calendar(country: str, region: str, year: int | None) -> HolidayBase | None:
    """Ask the library; None for a country or region it does not know."""
    import holidays

    code = region.upper().removeprefix(f"{country.upper()}-") if "-" in region else region
    try:
        return holidays.country_holidays(country.upper(), subdiv=code or None, years=year)
    except NotImplementedError:  # what the library raises for unknown countries and regions
        return None
