"""Files on disk: whole or as before, with names every system takes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.errors import EnvironmentProblem
from gcrm.services.exchange.card import Card
from gcrm.services.exchange.vcard_file import safe_name, write_one_file, write_split
from gcrm.services.exchange.worker import read_cards
from tests.services.exchange.cards import FULL

CARDS = [FULL, Card(formatted="B"), Card(formatted="b"), Card(formatted="../../etc/passwd")]


def test_all_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "all.vcf"
    path.write_text("old")
    assert write_one_file(path, CARDS) == 4
    assert read_cards(path).cards == tuple(CARDS)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == ["all.vcf"]


def test_one_file_for_each(tmp_path: Path) -> None:
    folder = tmp_path / "split"
    written = write_split(folder, CARDS, "4.0")
    assert [path.name for path in written] == ["Müller & Söhne GmbH.vcf", "B.vcf", "b (2).vcf", "etc passwd.vcf"]
    assert [read_cards(path).cards[0] for path in written] == CARDS
    assert write_split(folder, [Card(formatted="B")])[0].name == "B (3).vcf"
    assert sorted(folder.iterdir()) == sorted({*written, folder / "B (3).vcf"})


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "all.vcf"
    path.write_text("old")

    def broken() -> object:
        yield FULL
        raise OSError(28, "No space left on device")

    with pytest.raises(EnvironmentProblem, match="The disk is full"):
        write_one_file(path, broken())  # type: ignore[arg-type]  # an iterator of cards that breaks
    assert path.read_text() == "old"
    assert len([entry for entry in tmp_path.iterdir() if entry.is_file()]) == 1


def test_a_new_file_has_the_rights_of_any_other_and_a_replaced_one_keeps_them(tmp_path: Path) -> None:
    usual, path = tmp_path / "usual", tmp_path / "all.vcf"
    usual.write_text("")
    write_one_file(path, CARDS)
    assert path.stat().st_mode == usual.stat().st_mode
    path.chmod(0o640)
    write_one_file(path, CARDS)
    assert path.stat().st_mode & 0o777 == (0o640 if os.name != "nt" else path.stat().st_mode & 0o777)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"all\.vcf"):
        write_one_file(tmp_path / "missing" / "all.vcf", CARDS)
    (tmp_path / "folder.vcf").mkdir()
    with pytest.raises(EnvironmentProblem, match=r"“folder\.vcf” was not saved because a folder"):
        write_one_file(tmp_path / "folder.vcf", CARDS)
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem, match="file"):
        write_split(tmp_path / "file", CARDS)


@pytest.mark.parametrize("name", ["CON", "nul", "Com1.txt", "", "...", " ", "\u202egnp.exe", "a/b\\c:d", "x" * 300])
def test_names_that_systems_refuse(name: str) -> None:
    made = safe_name(name)
    assert 0 < len(made) <= 80
    assert not set(made) & set('<>:"/\\|?*\u202e')
    assert made.split(".")[0].lower() not in ("con", "nul", "com1")


@given(st.text(max_size=100))
def test_any_name_stays_in_the_folder(name: str) -> None:
    made = safe_name(name)
    assert made
    assert Path(made).name == made
    assert made == made.strip(" .")
