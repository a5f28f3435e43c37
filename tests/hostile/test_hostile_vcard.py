"""Files made to harm: each gives contacts or one sentence, in bounded memory, and nothing hangs."""

from __future__ import annotations

import gzip
import random
import sys
import tracemalloc
from pathlib import Path

import pytest

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.services.exchange.card import Card, CardFile
from gcrm.services.exchange.content_line import TOO_LONG, count_lines
from gcrm.services.exchange.encoding import decode
from gcrm.services.exchange.photo import TOO_LARGE, UNREADABLE
from gcrm.services.exchange.vcard_read import EMPTY, read_vcard
from gcrm.services.exchange.vcard_write import write_vcard
from gcrm.services.exchange.worker import read_cards

# What each file gives: number of contacts, reason of the reported lines ("" for none).
EXPECTED = {
    "formula_fields.vcf": (1, ""),
    "html_name.vcf": (1, ""),
    "nested_begin.vcf": (0, EMPTY),
    "one_line_30mb.vcf.gz": (0, TOO_LONG),
    "photo_9999x9999.vcf": (1, TOO_LARGE),
    "photo_bomb_30000x30000.vcf": (1, TOO_LARGE),
    "photo_svg_file_ref.vcf": (1, UNREADABLE),
    "photo_uri.vcf": (1, ""),
    "redos_param.vcf": (1, "no name and colon"),
}


@pytest.fixture(params=EXPECTED)
def hostile(request: pytest.FixtureRequest, corpora: Path, tmp_path: Path) -> Path:
    """Give one hostile file, unpacked."""
    path = corpora / "hostile" / "files" / str(request.param)
    if path.suffix != ".gz":
        return path
    unpacked = tmp_path / path.name
    unpacked.write_bytes(gzip.decompress(path.read_bytes()))
    return unpacked


def test_no_hostile_file_is_forgotten(corpora: Path) -> None:
    assert {path.name for path in (corpora / "hostile" / "files").glob("*.vcf*")} == set(EXPECTED)


def test_each_gives_contacts_or_says_why_not(hostile: Path) -> None:
    cards, reason = EXPECTED[hostile.name]
    file = read_cards(hostile)
    assert len(file.cards) == cards
    assert file.account.is_balanced
    assert any(reason in report.reason for report in file.account.reported) == bool(reason)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_each_is_read_in_300_mb(hostile: Path, tmp_path: Path) -> None:
    padded = tmp_path / "padded.vcf"  # large enough not to be read in this process
    padded.write_bytes(
        hostile.read_bytes() + b"\r\nBEGIN:VCARD\r\nFN:z\r\n" + b"NOTE:z\r\n" * 30_000 + b"END:VCARD\r\n"
    )
    assert len(read_cards(padded, memory_mb=300).cards) == EXPECTED[hostile.name][0] + 1


def test_texts_of_strangers_stay_texts(corpora: Path) -> None:
    folder = corpora / "hostile" / "files"
    (html,) = read_cards(folder / "html_name.vcf").cards
    assert html.formatted.startswith('<img src="file:///')
    (uri,) = read_cards(folder / "photo_uri.vcf").cards
    assert uri.photo is None
    assert len(uri.kept) == 2
    (formula,) = read_cards(folder / "formula_fields.vcf").cards
    assert formula.points[0].value == "+49 30 123"


def test_a_written_value_never_becomes_a_line() -> None:
    evil = "x\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:evil"
    card = Card(formatted=evil, notes=(evil,), uid=evil, kept=())
    file = read_vcard(write_vcard([card], "4.0").encode())
    assert len(file.cards) == 1
    assert file.cards[0].notes == (evil.replace("\r\n", "\n"),)


def small_files(corpora: Path) -> list[bytes]:
    paths = sorted((corpora / "vcard").rglob("*.vcf"))
    return [data for path in paths if len(data := path.read_bytes()) < 6000]


MARKS = [
    b"\r\n",
    b"\n ",
    b"=",
    b"=\r\n",
    b":",
    b";",
    b'"',
    b"\\",
    b"^",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"BEGIN:VCARD\r\n",
    b"END:",
]
MARKS += [b"ENCODING=QUOTED-PRINTABLE", b";ENCODING=BASE64:", b"CHARSET=utf-16;", b"\xff\xfe", b"AGENT:\r\n", b"item1."]


def mutated(data: bytes, choose: random.Random) -> bytes:
    """Damage a file in a few places."""
    result = bytearray(data)
    for _time in range(choose.randint(1, 12)):
        start = choose.randrange(len(result) + 1)
        end = min(len(result), start + choose.choice((0, 0, 1, 5, 40, 400)))
        piece = choose.choice((*MARKS, bytes(result[end : end + 80]), b"A" * choose.choice((1, 80, 2000))))
        result[start:end] = piece
    return bytes(result)


def check(data: bytes) -> CardFile:
    """Read, account, write, read again: whatever the file, its contacts settle."""
    file = read_vcard(data)
    assert file.account.is_balanced
    assert file.account.lines == count_lines(decode(data).text.replace("\0", "\ufffd"))
    back = read_vcard(write_vcard(file.cards, "3.0").encode())
    assert len(back.cards) == len(file.cards)
    for card, again in zip(file.cards, back.cards, strict=True):
        assert again == card, data
    return file


@pytest.mark.parametrize("seed", range(8))
def test_damaged_files_never_break_the_reader(corpora: Path, seed: int) -> None:
    choose = random.Random(seed)
    files = small_files(corpora)
    for _file in range(150):
        check(mutated(choose.choice(files), choose))


def test_memory_is_a_small_multiple_of_the_file() -> None:
    card = b"BEGIN:VCARD\r\nN:M\xc3\xbcller;J\xc3\xb6rg\r\nTEL;TYPE=WORK:+49 221 1\r\nX-KEPT:1\r\nEND:VCARD\r\n"
    data = card * 2000
    tracemalloc.start()
    try:
        read_vcard(data)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * len(data)


def test_a_refused_file_gives_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "garbage.vcf"
    path.write_bytes(b"\n".join(b"%d" % number for number in range(300_000)))
    with pytest.raises((UserError, EnvironmentProblem)) as caught:
        read_cards(path)
    assert 1 <= caught.value.sentence.count(".") <= 2
