"""The lexer: folding, parameters, encodings of version 2.1, garbage, and linear time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.exchange.content_line import MAX_LINE, TOO_LONG, ContentLine, content_lines, count_lines, parse_head
from gcrm.services.exchange.vcard_read import read_vcard


def lines(*physical: str, end: str = "\r\n") -> list[ContentLine]:
    return list(content_lines(end.join(physical)))


def values(*physical: str) -> list[str]:
    return [line.value for line in lines(*physical)]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_every_line_end_and_every_fold_is_read(end: str) -> None:
    found = lines("FN:A", "NOTE:one ", "  two", "\tthree", "", "TEL:1", end=end)
    assert [(line.value, line.line, line.physical) for line in found] == [
        ("A", 1, 1),
        ("one  twothree", 2, 3),
        ("1", 6, 1),
    ]


def test_line_ends_may_differ_within_a_file() -> None:
    text = "A:1\r\nB:2\nC:3\rD:4\r\r\nE:5\x0b\x85\u2028still 5"
    assert [line.value for line in content_lines(text)] == ["1", "2", "3", "4", "5\x0b\x85\u2028still 5"]


def test_parameters_of_all_versions() -> None:
    head = parse_head(
        'item1.Tel;WORK;type=Voice,"cell,x:y";PREF=2;X-A="b;c";X-N=a^nb^^c^\'d^e;QUOTED-PRINTABLE;CHARSET=UTF-8'
    )
    assert head is not None
    assert (head.group, head.name, head.types) == ("item1", "TEL", ("work", "voice", "cell", "x:y"))
    assert (head.preference, head.encoding, head.charset) == (2, "QUOTED-PRINTABLE", "UTF-8")
    assert head.extra == (("X-A", "b;c"), ("X-N", 'a\nb^c"d^e'))


def test_a_colon_between_quotes_does_not_end_the_head() -> None:
    (line,) = lines('ADR;LABEL="a: b";TYPE=home:;;c')
    assert line.head is not None
    assert (line.head.types, line.value) == (("home",), ";;c")


def test_a_quote_that_is_never_closed_is_a_letter() -> None:
    (line,) = lines('ADR;LABEL="a:b')
    assert line.value == "b"


def test_preference_is_only_what_the_norm_allows() -> None:
    for text, preference in (("1", 1), ("100", 100), ("0", 0), ("101", 0), ("9" * 5000, 0), ("²", 0), ("x", 0)):
        head = parse_head(f"TEL;PREF={text}")
        assert head is not None
        assert head.preference == preference
        assert head.extra == (() if preference else (("PREF", text),))


def test_soft_line_ends_of_quoted_printable() -> None:
    assert values("NOTE;QUOTED-PRINTABLE:a=", "Ulm;b=", " c=", "", "TEL:1") == ["aUlm;b c=", "1"]


def test_blank_lines_between_soft_line_ends() -> None:
    assert values("NOTE;ENCODING=QUOTED-PRINTABLE:=C3=", "", "=A4=", "", "END:VCARD") == ["=C3=A4=", "VCARD"]


def test_a_soft_line_end_never_swallows_the_frame() -> None:
    assert values("NOTE;QUOTED-PRINTABLE:a=", "END:VCARD") == ["a=", "VCARD"]


def test_base64_of_version_2_is_not_indented() -> None:
    assert values("PHOTO;ENCODING=BASE64;JPEG:AAAA", "BBBB", "", "  CCCC", "DD==", "FN:x") == [
        "AAAABBBB CCCCDD==",
        "x",
    ]


def test_version_2_folds_at_blanks_and_keeps_them() -> None:
    assert values("VERSION:2.1", "NOTE:one", " two", "NOTE:" + "x" * 70, " y")[1:] == ["one two", "x" * 70 + "y"]


def test_a_frame_is_never_continued() -> None:
    assert values("BEGIN:VCARD", " FN:x", " END:VCARD") == ["VCARD", "x", "VCARD"]


@pytest.mark.parametrize("garbage", ["no colon", "two words: x", ":x", "; :x", "Ünicode:x", "a.b c.TEL:x", "# comment"])
def test_garbage_is_told_from_lines(garbage: str) -> None:
    (line,) = lines(garbage)
    assert line.head is None
    assert line.problem


def test_a_line_beyond_the_limit_is_reported_not_kept() -> None:
    found = lines("BEGIN:VCARD", "NOTE:" + "x" * MAX_LINE, " y", "FN:z")
    assert [(line.problem, line.physical) for line in found] == [("", 1), (TOO_LONG, 2), ("", 1)]
    assert found[1].raw == ""


@given(st.text(st.sampled_from('AB:;=,."^ \t\r\n\\\0ä'), max_size=300))
def test_every_line_is_counted_once(text: str) -> None:
    found = list(content_lines(text))
    assert sum(line.physical for line in found) == count_lines(text)
    assert [line.line for line in found] == sorted({line.line for line in found})


# What could make a reader try again and again: each is built for a size and read whole.
SHAPES: dict[str, Callable[[int], str]] = {
    "parameters of equal signs": lambda n: "EMAIL;TYPE=" + "x=x" * n + ":a",
    "parameters without a colon": lambda n: "EMAIL;TYPE=" + "x=xx" * n,
    "quotes": lambda n: 'EMAIL;X="' + '";"' * n + ":a",
    "quotes that stay open": lambda n: 'A;X="' + 'a:"' * n,
    "folds": lambda n: "NOTE:" + "a\r\n " * n,
    "folds without a colon": lambda n: "NOTE" + "a\r\n " * n,
    "folds with an encoding": lambda n: "NOTE;QUOTED-PRINTABLE:" + "a\r\n " * n,
    "soft line ends": lambda n: "NOTE;QUOTED-PRINTABLE:" + "a=\r\n" * n,
    "soft line ends and blank lines": lambda n: "NOTE;QUOTED-PRINTABLE:" + "a=\r\n\r\n\r\n" * n,
    "blank lines": lambda n: "NOTE;QUOTED-PRINTABLE:a=" + "\r\n" * 4 * n,
    "carriage returns": lambda n: "\r" * 4 * n,
    "base64": lambda n: "PHOTO;ENCODING=BASE64:" + "AAAA\r\n" * n,
    "backslashes": lambda n: "N:" + "\\" * 4 * n + ";" + "\\;\\\\" * n,
    "semicolons": lambda n: "N:" + ";" * 4 * n,
    "commas": lambda n: "CATEGORIES:" + "a," * 2 * n,
    "carets": lambda n: "ADR;LABEL=" + "^n^^" * n + ":a",
    "types": lambda n: "TEL;TYPE=" + ",".join(f"t{i}" for i in range(n)) + ":1",
    "begins": lambda n: "BEGIN:VCARD\r\n" * (n // 4),
    "agents": lambda n: "BEGIN:VCARD\r\nAGENT:\r\n" * (n // 8),
    "foreign frames": lambda n: "".join(f"BEGIN:X{i}\r\n" for i in range(n // 4)) + "END:X0\r\n" * (n // 4),
    "addresses and labels": lambda n: "FN:a\r\n" + "ADR:;;b 1\r\n" * (n // 8) + "LABEL:c\r\n" * (n // 8),
    "labels and addresses": lambda n: "FN:a\r\n" + "LABEL:c\r\n" * (n // 8) + "ADR:;;b 1\r\n" * (n // 8),
    "groups": lambda n: "FN:a\r\n" + "".join(f"i{i}.TEL:1\r\ni{i}.X-ABLabel:b\r\n" for i in range(n // 8)),
    "categories": lambda n: "FN:a\r\n" + "CATEGORIES:b\r\n" * (n // 4),
    "notes": lambda n: "FN:a\r\n" + "NOTE:b\r\n" * (n // 4),
    "values of another code page": lambda n: "FN:a\r\n" + "NOTE;QUOTED-PRINTABLE:=E4=F6\r\n" * (n // 16),
    "kept lines": lambda n: "FN:a\r\n" + "X-A;QUOTED-PRINTABLE:=41\r\n" * (n // 8),
    "distinct heads": lambda n: "FN:a\r\n" + "".join(f"X-{i};A{i}=b:c\r\n" for i in range(n // 8)),
}
GROWTH = 6
SMALL_SIZE = 12_000
_LINEAR = GROWTH * 5  # linear work grows sixfold, quadratic thirty-six-fold


def seconds(data: bytes, times: int) -> float:
    """Return the processor time of the fastest of so many readings."""
    fastest = float("inf")
    for _attempt in range(times):
        start = time.process_time()
        read_vcard(data)
        fastest = min(fastest, time.process_time() - start)
    return fastest


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_size_and_not_with_its_square(shape: str) -> None:
    build = SHAPES[shape]
    small, large = build(SMALL_SIZE).encode(), build(GROWTH * SMALL_SIZE).encode()
    ratios = []
    for _attempt in range(12):  # another program may take the processor's cache meanwhile
        ratios.append(seconds(large, 1) / max(seconds(small, 2), 1e-4))
        if ratios[-1] < _LINEAR:
            return
    pytest.fail(f"six times the text took {min(ratios):.0f} times as long")
