"""Real calendar files of many makers: every component is there, and goes back as it came."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.services.booking import check
from gcrm.services.exchange.encoding import decode
from gcrm.services.exchange.ical_event import Event, event_lines, fingerprint
from gcrm.services.exchange.ical_export import event_of
from gcrm.services.exchange.ical_fill import fill
from gcrm.services.exchange.ical_read import Incoming, read_calendar
from gcrm.services.exchange.ical_tree import Component, parse_lines, read_tree, write_lines
from gcrm.services.exchange.ical_zone import zone_lines

BAR = 0.97
BEGIN = re.compile(r"(?im)^[ \t\ufeff]*BEGIN:([A-Z0-9-]+)[ \t]*\r?$")
MOMENT = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def files(corpora: Path) -> dict[str, bytes]:
    """Give the bytes of all calendar files that were not made to break readers."""
    folder = corpora / "ical"
    found = {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    kept = {name: data for name, data in found.items() if "fuzz" not in name and b"BEGIN:V" in data.upper()}
    assert len(kept) > 250
    return kept


def shown(part: Component) -> tuple[Counter[tuple[str, str, str]], list[object]]:
    """Return what a component says, whatever the order of its lines."""
    lines = Counter((line.name, str(sorted(line.params.items())), line.value) for line in part.lines)
    return lines, sorted(map(shown, part.parts), key=str)


def taken(each: Incoming) -> Event:
    """Return an appointment as it stands here after it was taken in."""
    activity, appointment = Activity(), Appointment(original="")
    fill(activity, appointment, each)
    people = [Participant(name=g.name, email=g.email, role=g.role, answer=g.answer) for g in each.event.guests]
    event = event_of(activity, appointment, people)
    event.original, event.uid = each.event.original, each.event.uid
    return event


def back(each: Incoming, event: Event) -> Component | None:
    """Return an appointment as it goes out after it was taken in."""
    zones = {name: found for name, lines in each.zones.items() if (found := parse_lines(lines)) is not None}
    written = write_lines(event_lines(event, each.kept, zones, MOMENT))
    parts = read_tree(written).parts
    return parts[0] if parts else None


def test_every_component_is_read_and_goes_back_as_it_came(files: dict[str, bytes]) -> None:
    lost, changed, refused = {}, {}, {}
    quick = slow = 0
    for name, data in files.items():
        begun = Counter(found.upper() for found in BEGIN.findall(decode(data).text))
        there = Counter(part.name for part in read_tree(data).walk())
        if begun - there:
            lost[name] = begun - there
        found = read_calendar(data)
        if len(found.incoming) + len(found.problems) < begun["VEVENT"]:
            lost[name] = Counter({"VEVENT": begun["VEVENT"] - len(found.incoming)})
        for each in found.incoming:
            came = parse_lines(each.kept) if each.kept else None
            try:
                event = taken(each)
                went = back(each, event)
            except UserError as error:
                refused[name] = error.sentence
                continue
            is_quick = each.told == fingerprint(event)
            quick, slow = quick + is_quick, slow + (not is_quick)
            if came is not None and (went is None or shown(went) != shown(came)):
                changed[name] = each.event.subject
    assert len(lost) + len(changed) + len(refused) <= (1 - BAR) * len(files), (lost, changed, refused)
    assert changed == {}
    assert quick > 0.95 * (quick + slow)  # goes out as it came, without being read once more


def test_other_calendars_understand_our_zones() -> None:
    """python-dateutil reads a VTIMEZONE by rules of its own."""
    from io import StringIO
    from zoneinfo import ZoneInfo

    from dateutil.tz import tzical

    for name in ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Tokyo", "UTC", "America/Santiago"):
        text = "\r\n".join(line for line in zone_lines(name, 2024) if not line.startswith("X-"))
        read = tzical(StringIO(f"BEGIN:VCALENDAR\r\n{text}\r\nEND:VCALENDAR\r\n")).get(name)
        for month in range(1, 13):
            for day in (1, 15, 28):
                wall = datetime(2026, month, day, 12)
                assert wall.replace(tzinfo=read).utcoffset() == wall.replace(tzinfo=ZoneInfo(name)).utcoffset(), wall
        assert "STANDARD" in text


def test_hostile_files_end(corpora: Path) -> None:
    hostile = list((corpora / "hostile").rglob("*.ics"))
    fuzzed = [path for path in (corpora / "ical").rglob("*fuzz*") if path.is_file() and path.stat().st_size < 60_000]
    for path in sorted(hostile + fuzzed):
        if path.is_file():
            for each in read_calendar(path.read_bytes()).incoming:
                appointment = Appointment(starts=each.event.starts, ends=each.event.ends, rule=each.event.rule)
                check(appointment)
