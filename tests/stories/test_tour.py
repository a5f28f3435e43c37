"""The tour: every step of it works, in a process of its own as `dev.py run` starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.printing.preview import page_count, page_text
from gcrm.tour import phone_file

STEPS = 12


def take(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Take the tour."""
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    return subprocess.run(
        [sys.executable, "-m", "gcrm", *words, "tour", "--folder", str(folder)],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_the_tour_does_what_it_says_and_can_be_taken_again_in_the_same_folder(tmp_path: Path) -> None:
    folder = tmp_path / "my tour"
    does_what_it_says(folder, "en")
    does_what_it_says(folder, "de")


def does_what_it_says(folder: Path, language: str) -> None:
    done = take(folder, "--language", language)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = done.stdout.splitlines()
    assert [line.split(".")[0] for line in lines[:STEPS]] == [str(number) for number in range(1, STEPS + 1)]
    assert str(folder / "pictures") in lines[STEPS]
    assert str(folder / "prints") in lines[STEPS + 1]
    assert len(list((folder / "pictures").glob("*.png"))) >= 10
    prints = {file.stem: file for file in (folder / "prints").glob("*.pdf")}
    assert set(prints) == {"contact_sheet", "list", "labels"}
    assert phone_file.NAME in page_text(prints["contact_sheet"])
    assert page_count(prints["labels"]) == 3  # 30 labels on sheets of 14


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = take(tmp_path / "file" / "folder")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_the_file_of_the_phone_is_as_phones_write_it(tmp_path: Path) -> None:
    file = tmp_path / "phone.vcf"
    phone_file.write_phone_file(file)
    assert file.read_bytes().isascii()
    read = read_vcard(file.read_bytes())
    assert len(read.cards) == phone_file.CONTACTS
    assert read.account.is_balanced
    assert not read.account.reported
    assert read.cards[0].notes == ("Ruft gern früh an;\nmag keine E-Mails",)
