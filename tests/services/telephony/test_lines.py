"""Exactly the lines of a box are events; everything else is nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.telephony.interface import CallEvent, CallEventKind
from gcrm.services.telephony.lines import LONGEST_LINE, LineReader, at_a_true_time, format_line, parse_line

NUMBERS = st.from_regex(r"\A[0-9+*#]{1,20}\Z")
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(lambda at: at.replace(microsecond=0))
CONNECTIONS = st.integers(0, 9999)
EXTENSIONS = st.from_regex(r"\A[0-9]{1,3}\Z")
TRUNKS = st.sampled_from(["", "SIP0", "SIP12", "ISDN", "POTS"])
EVENTS = st.one_of(
    st.builds(CallEvent, st.just(CallEventKind.RING), CONNECTIONS, MOMENTS, st.just("") | NUMBERS, NUMBERS, TRUNKS),
    st.builds(
        CallEvent,
        st.just(CallEventKind.OUTGOING),
        CONNECTIONS,
        MOMENTS,
        NUMBERS,
        NUMBERS,
        TRUNKS,
        extension=EXTENSIONS,
    ),
    st.builds(
        CallEvent,
        st.just(CallEventKind.CONNECT),
        CONNECTIONS,
        MOMENTS,
        st.just("") | NUMBERS,
        extension=EXTENSIONS,
    ),
    st.builds(CallEvent, st.just(CallEventKind.DISCONNECT), CONNECTIONS, MOMENTS, seconds=st.integers(0, 604800)),
)


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            "12.10.15 20:24:22;RING;0;01715478654;6547841;SIP2;",
            CallEvent(CallEventKind.RING, 0, datetime(2015, 10, 12, 20, 24, 22), "01715478654", "6547841", "SIP2"),
        ),
        (
            "28.08.10 10:22:07;RING;0;;123;ISDN;",
            CallEvent(CallEventKind.RING, 0, datetime(2010, 8, 28, 10, 22, 7), "", "123", "ISDN"),
        ),
        (
            "15.07.06 00:39:22;RING;0;0171000000;123456;",
            CallEvent(CallEventKind.RING, 0, datetime(2006, 7, 15, 0, 39, 22), "0171000000", "123456"),
        ),
        (
            "09.09.06 15:59:41;CALL;0;0;1234567;01237654321;SIP0",
            CallEvent(
                CallEventKind.OUTGOING,
                0,
                datetime(2006, 9, 9, 15, 59, 41),
                "01237654321",
                "1234567",
                "SIP0",
                extension="0",
            ),
        ),
        (
            "28.08.10 10:24:37;CONNECT;0;4;;",
            CallEvent(CallEventKind.CONNECT, 0, datetime(2010, 8, 28, 10, 24, 37), extension="4"),
        ),
        (
            "17.06.20 10:37:34;DISCONNECT;1;312;",
            CallEvent(CallEventKind.DISCONNECT, 1, datetime(2020, 6, 17, 10, 37, 34), seconds=312),
        ),
        (
            "01.01.99 00:00:00;DISCONNECT;1;0;",
            CallEvent(CallEventKind.DISCONNECT, 1, datetime(2099, 1, 1)),
        ),
        (
            "23.11.26 10:00:00;RING;0;08001234567 (0301234567);123;SIP0;",
            CallEvent(CallEventKind.RING, 0, datetime(2026, 11, 23, 10), "08001234567 (0301234567)", "123", "SIP0"),
        ),
    ],
)
def test_every_kind_of_line_is_read(line: str, event: CallEvent) -> None:
    assert parse_line(line) == event
    assert parse_line(line.encode() + b"\r") == event
    assert parse_line(line + "\r\n") == event


def test_all_published_lines_are_read_and_nothing_else(corpora: Path) -> None:
    text = (corpora / "fritzbox" / "public-lines" / "callmonitor_lines.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    unread = [line for line in lines if parse_line(line) is None]
    assert len(lines) > 30
    assert [line[:4] for line in unread] == ["CID:", "CID:"]  # another maker's box


@pytest.mark.parametrize(
    "line",
    [
        "",
        ";",
        "RING;;;;;;;",
        "23.11.26;RING",
        ";;;;;",
        "23.11.26 10:00:00;RING;2;",
        "23.11.26 10:00:00;RING;2;0170",
        "23.11.26 10:00:00;RING;2;0170;",
        "23.11.26 10:00:00;ring;2;0170;123;SIP0;",
        "23.11.26 10:00:00;RANG;2;0170;123;SIP0;",
        "31.02.26 10:00:00;RING;2;0170;123;SIP0;",
        "23.11.26 25:61:61;RING;2;0170;123;SIP0;",
        "23.11.2026 10:00:00;RING;2;0170;123;SIP0;",
        " 23.11.26 10:00:00;RING;2;0170;123;SIP0;",
        "23.11.26 10:00:00;RING;x;0170;123;SIP0;",
        "23.11.26 10:00:00;RING;-1;0170;123;SIP0;",
        "23.11.26 10:00:00;RING;٣;0170;123;SIP0;",
        "23.11.26 10:00:00;RING;99999;0170;123;SIP0;",
        "23.11.26 10:00:00;RING;0;<b>1</b>;123;SIP0;",
        "23.11.26 10:00:00;RING;0;Müller;123;SIP0;",
        "23.11.26 10:00:00;RING;0;0170\x00;123;SIP0;",
        "23.11.26 10:00:00;RING;0;0170;123;SIP0\n;",
        "23.11.26 10:00:00;CALL;0;11;123;;SIP0;",
        "23.11.26 10:00:00;CALL;0;11;123;",
        "23.11.26 10:00:00;CONNECT;0;eleven;0170;",
        "23.11.26 10:00:00;DISCONNECT;7;99999999999999999999;",
        "23.11.26 10:00:00;DISCONNECT;7;604801;",
        "23.11.26 10:00:00;DISCONNECT;7;-1;",
        "23.11.26 10:00:00;DISCONNECT;7;;",
        "23.11.26 10:00:00;RING;0;0170;123;SIP0;" + "x;" * 20,
        "23.11.26 10:00:00;RING;0;" + "1" * 1000 + ";123;SIP0;",
    ],
)
def test_a_broken_line_is_nothing(line: str) -> None:
    assert parse_line(line) is None
    assert parse_line(line.encode()) is None


@given(EVENTS)
def test_what_is_written_is_read_back(event: CallEvent) -> None:
    assert parse_line(format_line(event)) == event


@given(st.text(max_size=200) | st.binary(max_size=600))
def test_anything_can_be_read(line: str | bytes) -> None:
    parse_line(line)


@given(EVENTS, st.integers(0, 60), st.text(alphabet=";0123456789RINGCALLx \x00<>", max_size=3))
def test_a_damaged_line_is_read_without_an_error(event: CallEvent, where: int, damage: str) -> None:
    line = format_line(event).decode()
    parse_line(line[:where] + damage + line[where + 1 :])


@given(st.lists(EVENTS, max_size=8), st.lists(st.integers(1, 40), max_size=60))
def test_lines_are_the_same_however_they_are_cut(events: list[CallEvent], sizes: list[int]) -> None:
    stream = b"".join(map(format_line, events))
    reader, read, position = LineReader(), [], 0
    for size in [*sizes, len(stream) + 1]:
        read += [parse_line(line) for line in reader.feed(stream[position : position + size])]
        position += size
    assert read == events


@given(st.lists(st.binary(max_size=1200), max_size=12))
def test_a_reader_never_gives_a_long_line(chunks: list[bytes]) -> None:
    reader = LineReader()
    lines = [line for chunk in chunks for line in reader.feed(chunk)]
    expected = [line for line in b"".join(chunks).split(b"\n")[:-1] if line.strip() and len(line) <= LONGEST_LINE]
    assert lines == [line.rstrip(b"\r") for line in expected]


def test_after_a_line_that_is_too_long_the_next_one_is_read() -> None:
    reader = LineReader()
    good = b"23.11.26 10:00:00;RING;0;0170;123;SIP0;\r\n"
    for _part in range(1000):
        assert list(reader.feed(b"A" * 5000)) == []
    assert list(reader.feed(b"end\n" + good)) == [good.rstrip()]


def test_a_line_of_just_the_allowed_length_is_given_and_one_byte_more_is_not() -> None:
    for cut in (1, LONGEST_LINE):
        for length, lines in ((LONGEST_LINE, 1), (LONGEST_LINE + 1, 0)):
            stream, reader = b"x" * length + b"\n", LineReader()
            given_lines = [*reader.feed(stream[:cut]), *reader.feed(stream[cut:])]
            assert len(given_lines) == lines


def test_the_hostile_files_hold_no_event_but_the_flood(corpora: Path) -> None:
    files = corpora / "hostile" / "files"
    garbage = list(LineReader().feed((files / "callmonitor_garbage.txt").read_bytes()))
    assert [parse_line(line) for line in garbage] == [None] * len(garbage)
    flood = list(LineReader().feed((files / "callmonitor_flood.txt").read_bytes()))
    assert len(flood) == 20_000
    assert all(parse_line(line) for line in flood)


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        (datetime(2026, 3, 29, 9, 0), datetime(2026, 3, 29, 9, 0)),
        (datetime(2026, 3, 29, 8, 0), datetime(2026, 3, 29, 8, 0)),
        (datetime(2070, 1, 1, 0, 1), datetime(2026, 3, 29, 9, 5)),
        (datetime(2026, 3, 20, 9, 0), datetime(2026, 3, 29, 9, 5)),
    ],
)
def test_a_box_without_a_clock_gets_the_time_of_the_computer(box: datetime, kept: datetime) -> None:
    event = CallEvent(CallEventKind.RING, 0, box, "0301234567", "7654321")
    assert at_a_true_time(event, datetime(2026, 3, 29, 9, 5, 0, 12)).at == kept
