"""Rules of repetition give what dateutil gives, at a bounded price."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gcrm.model.rrule import DAYS, Rule, last_of, occurrences, parse
from gcrm.services.series_edit import ended, moved_end, moved_rule, rest_of

START = datetime(2026, 1, 30, 9, 30)
FAR = START + timedelta(days=900)


def ours(text: str, start: datetime = START, first: datetime = START, last: datetime = FAR) -> list[datetime]:
    rule = parse(text)
    assert rule is not None
    return list(occurrences(rule, start, first, last))


def theirs(text: str, start: datetime = START, last: datetime = FAR) -> list[datetime]:
    return list(takewhile(lambda moment: moment <= last, rrulestr(text, dtstart=start)))


numbers = st.lists(st.integers(-5, 5).filter(bool), min_size=1, max_size=3, unique=True)
weekdays = st.lists(st.sampled_from(DAYS), min_size=1, max_size=4, unique=True)


@st.composite
def rules(draw: st.DrawFn) -> str:
    unit = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [f"FREQ={unit}", f"INTERVAL={draw(st.integers(1, 4))}"]
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(st.integers(1, 12))}")
    kind = draw(st.sampled_from(("", "BYMONTHDAY", "BYDAY")))
    if kind == "BYMONTHDAY" and unit != "WEEKLY":
        parts.append(f"BYMONTHDAY={','.join(map(str, draw(numbers)))}")
    elif kind == "BYDAY":
        ordinal = draw(st.sampled_from(("", "1", "-1", "2"))) if unit in ("MONTHLY", "YEARLY") else ""
        parts.append(f"BYDAY={','.join(ordinal + day for day in draw(weekdays))}")
        if unit in ("MONTHLY", "YEARLY") and not ordinal and draw(st.booleans()):
            parts.append(f"BYSETPOS={draw(st.sampled_from((1, -1, 2)))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(('MO', 'SU')))}")
    return ";".join(parts)


@settings(max_examples=150)
@given(rules(), st.integers(0, 20))
def test_rules_give_what_dateutil_gives(text: str, count: int) -> None:
    expected = theirs(text)
    assume(expected)  # one that never comes costs dateutil the whole calendar
    assert ours(text) == expected
    middle = expected[len(expected) // 2]
    assert ours(text, first=middle) == [moment for moment in expected if moment >= middle]
    if count:
        assert ours(f"{text};COUNT={count}") == expected[:count]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
        "FREQ=YEARLY;INTERVAL=9999;COUNT=99999999", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6",
    ],
)  # fmt: skip
def test_a_rule_that_never_comes_true_ends(text: str) -> None:
    assert [moment for moment in ours(text) if moment > START] == []


def test_an_endless_rule_costs_what_is_looked_at() -> None:
    last = datetime(9000, 1, 1)
    assert len(ours("FREQ=DAILY;BYHOUR=8,12;BYMINUTE=0", first=last, last=last + timedelta(days=1))) == 2
    rule = parse("FREQ=WEEKLY;COUNT=99999999")
    assert isinstance(rule, Rule)
    assert last_of(rule, START) is not None


@pytest.mark.parametrize("text", ["FREQ=OFTEN", "FREQ=DAILY;INTERVAL=0", "DAILY", "FREQ=WEEKLY;BYDAY=XX",
                                  "FREQ=YEARLY;BYMONTH=13", "FREQ=DAILY;UNTIL=tomorrow"])  # fmt: skip
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_more_often_than_daily_comes_once_here() -> None:
    assert parse("FREQ=SECONDLY") is None
    assert parse("") is None


def test_a_series_is_cut_in_two() -> None:
    zone = "Europe/Berlin"
    assert ended("FREQ=WEEKLY;COUNT=9", zone, "2026-07-06T09:00:00") == "FREQ=WEEKLY;UNTIL=20260706T065959Z"
    assert ended("FREQ=DAILY", zone, "2026-07-06") == "FREQ=DAILY;UNTIL=20260705"
    assert rest_of("FREQ=DAILY;COUNT=9", zone, START, START + timedelta(days=4)) == "FREQ=DAILY;COUNT=5"
    moved = moved_rule("FREQ=WEEKLY;BYDAY=FR", START, START + timedelta(days=1))
    assert moved == "FREQ=WEEKLY;BYDAY=SA"
    assert moved_rule("FREQ=WEEKLY;BYDAY=FR,SU", START, START + timedelta(days=1)) == "FREQ=WEEKLY;BYDAY=SA,MO"
    assert moved_rule("FREQ=MONTHLY;BYDAY=-1FR", START, START + timedelta(days=1)) == "FREQ=MONTHLY;BYDAY=-1SA"
    for kept in ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY;BYDAY=1FR,3FR"):
        assert moved_rule(kept, START, START + timedelta(days=1)) == kept


@pytest.mark.parametrize(
    ("until", "begin", "zone", "expected"),
    [
        ("20260706T065959Z", "2026-06-16T09:30:00", "Europe/Berlin", "20260707T072959Z"),  # last one a second before
        ("20260706T215959Z", "2026-06-16T14:00:00", "Europe/Berlin", "20260707T215959Z"),  # the end of a day stays one
        ("20260706T215959Z", "2026-06-15T14:00:00", "Europe/Berlin", "20260706T215959Z"),
        ("20260706T065959Z", "2026-06-15", "", "20260705"),  # now for whole days: the sixth did not take place
        ("20260706", "2026-06-13T09:00:00", "Europe/Berlin", "20260704T215959Z"),  # no zone before: a day counts whole
        ("20260706T065959Z", "2026-06-15T09:00:00", "Europe/Berlin", "20260706T065959Z"),
    ],
)
def test_the_end_of_a_series_goes_with_it(until: str, begin: str, zone: str, expected: str) -> None:
    rule = f"FREQ=DAILY;UNTIL={until}"
    assert moved_end(rule, "Europe/Berlin", "2026-06-15T09:00:00", begin, zone) == f"FREQ=DAILY;UNTIL={expected}"
