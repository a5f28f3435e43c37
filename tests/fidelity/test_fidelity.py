"""The measurement misses nothing: what a reader loses is named as lost, what it takes or reports is counted so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcrm.services.exchange.card import Card
from tests.fidelity import files
from tests.fidelity.__main__ import Row, as_json, lines
from tests.fidelity.found import Found
from tests.fidelity.makers import is_made_to_break, maker_of
from tests.fidelity.words import CALENDAR, DIRECTORY, PHONE_BOOK, samples

CARD = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8:Müller;Jörg
TEL;PAGER:+49 351 1
ADR;WORK:;;Kai 1;Dresden;;01067;Deutschland
BDAY:19800229
X-OWN:to be kept
END:VCARD
"""


def found(folder: Path, name: str, data: bytes) -> Found:
    path = folder / name
    path.write_bytes(data)
    return files.read(path)


def test_every_property_goes_back(tmp_path: Path) -> None:
    told = found(tmp_path, "a.vcf", CARD.encode())
    assert (told.properties, told.back, told.kept, told.lost) == (8, 8, 1, [])


def test_what_the_way_through_the_office_loses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "to_card", lambda *_all: Card(formatted="Jörg Müller"))
    told = found(tmp_path, "a.vcf", CARD.encode())
    assert [each.split(":")[0] for each in told.lost] == ["4 TEL", "5 ADR", "6 BDAY", "7 X-OWN"]


def test_calendars_directories_phone_books_and_tables_are_followed_too(tmp_path: Path) -> None:
    for name, data in {
        "a.ics": CALENDAR,
        "a.ldif": DIRECTORY,
        "a.xml": PHONE_BOOK,
        "a.csv": next(samples("csv")),
    }.items():
        told = found(tmp_path, name, data)
        assert (told.properties - told.back - told.reported, told.lost) == (0, []), name
        assert told.back >= 5, name


def test_lines_of_tasks_without_a_field_are_kept_and_go_back(tmp_path: Path) -> None:
    told = found(tmp_path, "a.ics", CALENDAR.replace(b"SUMMARY:Call", b"SUMMARY:Call\nLOCATION:Kitchen"))
    assert (told.properties - told.back, told.reported, told.lost) == (0, 0, [])


def test_a_file_that_hangs_or_loses_misses_its_goal() -> None:
    good = Row("a.vcf", outcome="read", found=Found(properties=9, back=9))
    bad = Row("b.vcf", outcome="hung", found=Found(properties=1, lost=["1 N: 'x'"]))
    assert all(line.met for line in lines([good]))
    assert [line.met for line in lines([good, bad])] == [True, False, True, False, False]


def test_makers_are_told_by_what_files_say() -> None:
    assert maker_of("a.ics", "-//Google Inc//Google Calendar//EN", b"") == "Google"
    assert maker_of("x/Photo Outlook v2.vcf", "", b"") == "Outlook"
    assert is_made_to_break("ical/fuzz42.ics")


def test_a_row_is_a_json_object() -> None:
    found = Found(properties=2, back=1, reported=1)
    found.reasons["no place for it"] += 1
    told = json.loads(json.dumps(as_json(Row("a.ics", outcome="read", found=found))))
    assert (told["reasons"], told["back"], told["lost"]) == ({"no place for it": 1}, 1, 0)
