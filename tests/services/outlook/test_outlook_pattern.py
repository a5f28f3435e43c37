"""Rules of repetition and Outlook's patterns: the same days on both sides, or no pattern at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

import pytest

from gcrm.model.rrule import occurrences, parse
from gcrm.services.outlook.merge import compare, digests, meet
from gcrm.services.outlook.pattern import of_rule, rule_of
from gcrm.services.outlook.windows_zone import windows_name, zone_of

START = datetime(2026, 1, 31, 9, 30)
KNOWN = (
    "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "FREQ=WEEKLY;COUNT=7", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20270101", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=1",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
)  # fmt: skip
FOREIGN = (
    "FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=3,17", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYDAY=1MO,3MO",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO", "FREQ=YEARLY;BYWEEKNO=5", "FREQ=DAILY;BYHOUR=9,14", "FREQ=YEARLY;BYMONTH=1,7",
    "FREQ=YEARLY;BYDAY=1MO", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=MONTHLY;BYDAY=5MO",
)  # fmt: skip


def days(text: str) -> list[datetime]:
    rule = parse(text)
    assert rule is not None
    return list(islice(occurrences(rule, START, START, START + timedelta(days=4000)), 40))


@pytest.mark.parametrize("text", KNOWN)
def test_a_pattern_takes_place_when_its_rule_does(text: str) -> None:
    rule = parse(text)
    assert rule is not None
    pattern = of_rule(rule, START)
    assert pattern is not None
    back = rule_of(pattern, START.isoformat())
    assert days(back) == days(text)
    again = parse(back)
    assert again is not None
    assert of_rule(again, START) == pattern


def test_what_outlook_would_do_on_other_days_has_no_pattern() -> None:
    rules = {text: parse(text) for text in FOREIGN}
    assert [text for text, rule in rules.items() if rule is None or of_rule(rule, START) is not None] == []


def test_zones_have_the_windows_name_of_the_same_clocks() -> None:
    assert windows_name("Europe/Berlin", 2026) == windows_name("Europe/Vienna", 2026) == "W. Europe Standard Time"
    assert windows_name("Nowhere/Here", 2026) == ""
    assert zone_of("W. Europe Standard Time", "Europe/Vienna", 2026) == "Europe/Vienna"
    assert zone_of("W. Europe Standard Time", "Asia/Tokyo", 2026) == "Europe/Berlin"


def test_each_field_goes_where_it_did_not_change() -> None:
    seen = digests({"A": "1", "B": "1", "C": "1", "D": "1"}, {"A": "1", "B": "+1", "C": "1"})
    merged = compare(seen, {"A": "2", "B": "1", "C": "3", "D": "1"}, {"A": "1", "B": "+2", "C": "4"})
    assert (merged.to_there, merged.to_here, merged.both) == ({"A": "2", "C": "3"}, {"B": "+2"}, {"C": "4"})
    met = meet({"A": "0171 5550001", "B": "x", "Categories": ["a"]}, {"A": "0171/5550001", "B": "y", "C": "z"})
    floating, berlin = ({"starts": "2026-11-30T09:00:00", "zone": zone} for zone in ("", "W. Europe Standard Time"))
    assert meet({"Times": floating}, {"Times": berlin}).differing == []
    assert (met.differing, met.to_here, met.to_there) == (["B"], {"C": "z"}, {"Categories": ["a"]})
