"""Reading apart: limits that hold, sentences that tell, and nothing left behind."""

from __future__ import annotations

import base64
import multiprocessing
import os
import sys
import time
from dataclasses import replace
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from PIL import Image

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import language
from gcrm.services.exchange import worker
from gcrm.services.exchange.card import Card
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.exchange.worker import SMALL, TAKEN, ReadingStoppedError, read_cards

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jörg {n}\r\nTEL:{n}\r\nEND:VCARD\r\n"


@pytest.fixture(autouse=True)
def nothing_left() -> object:
    yield
    assert multiprocessing.active_children() == []


def written(folder: Path, text: str) -> Path:
    path = folder / "contacts.vcf"
    path.write_bytes(text.encode())
    return path


def large(folder: Path) -> Path:
    return written(folder, "".join(CARD.format(n=n) for n in range(SMALL // 50)))


def test_a_small_file_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.Reader, "_read_apart", None)
    assert [card.formatted for card in read_cards(written(tmp_path, CARD.format(n=1))).cards] == ["Jörg 1"]


def test_a_large_file_is_read_apart_with_the_same_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = large(tmp_path)
    monkeypatch.setattr(worker, "read_data", None)  # of this process; the other one imports its own
    assert read_cards(path) == read_vcard(path.read_bytes())


AGENT = "BEGIN:VCARD\r\nFN:Chief {n}\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:Agent {n}\r\nEND:VCARD\r\nEND:VCARD\r\n"


@pytest.mark.parametrize("count", [3, SMALL // 50])
def test_whoever_waits_hears_of_each_contact_once(tmp_path: Path, count: int) -> None:
    told: list[Card] = []
    path = written(tmp_path, "".join(AGENT.format(n=n) for n in range(count)))
    file = read_cards(path, each=told.append)
    assert [card.formatted for card in file.cards[:4]] == ["Chief 0", "Agent 0", "Chief 1", "Agent 1"]
    assert len(told) == len(file.cards) == 2 * count
    assert {id(card) for card in told} == {id(card) for card in file.cards}
    assert file == read_vcard(path.read_bytes())
    assert read_cards(path, each=lambda _card: TAKEN) == replace(file, cards=())


@pytest.mark.parametrize("head", ["PHOTO;ENCODING=b:", "PHO\r\n TO;ENCODING=b:", "PHOTO:data:image/png;base64,"])
def test_a_small_file_with_a_picture_is_read_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    out = BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    line = head + base64.b64encode(out.getvalue()).decode()
    path = written(tmp_path, CARD.format(n=1).replace("TEL:1", line))
    monkeypatch.setattr(Image, "open", None)
    assert read_cards(path).cards[0].photo is not None


def test_a_file_beyond_the_limits_is_refused_in_the_users_language(tmp_path: Path) -> None:
    path = written(tmp_path, "x\n" * (worker.SMALL + 1))
    with pytest.raises(UserError, match="does not look like a file of contacts"):
        read_cards(path)
    with (tmp_path / "huge.vcf").open("wb") as huge:
        huge.truncate(50_000_001)
    with language("en"), pytest.raises(UserError, match="larger than 50 MB"):
        read_cards(tmp_path / "huge.vcf")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nobody\.vcf"):
        read_cards(tmp_path / "nobody.vcf")


def hang(_pipe: Connection, _memory: int, _language: str) -> None:
    time.sleep(600)


def die(_pipe: Connection, _memory: int, _language: str) -> None:
    os._exit(1)


def test_a_reader_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_serve", hang)
    with pytest.raises(EnvironmentProblem, match="could not be read in the time allowed"):
        read_cards(large(tmp_path), seconds=0.3)


def test_a_reader_that_dies_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_serve", die)
    with pytest.raises(EnvironmentProblem, match="broke off"):
        read_cards(large(tmp_path))


def test_the_user_may_stop_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_serve", hang)
    with pytest.raises(ReadingStoppedError):
        read_cards(large(tmp_path), is_cancelled=lambda: True)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_a_file_that_needs_too_much_memory_gives_a_sentence(tmp_path: Path) -> None:
    path = written(tmp_path, "BEGIN:VCARD\r\nNOTE:" + "x" * 40_000_000)
    with pytest.raises(EnvironmentProblem, match=r"more memory than allowed|broke off"):
        read_cards(path, memory_mb=150)
