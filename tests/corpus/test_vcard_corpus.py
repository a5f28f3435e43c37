"""Real files of many makers: all contacts, all lines, the same again after writing."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import vobject

from gcrm.services.exchange.card import CardFile
from gcrm.services.exchange.encoding import decode
from gcrm.services.exchange.photo import UNREADABLE
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.exchange.vcard_write import Version, write_vcard

VERSIONS: tuple[Version, ...] = ("3.0", "4.0")
BAR = 0.99

# Files whose contacts are not all read. Entry: name and reason. None at present.
NOT_READ: dict[str, str] = {}
# Fields that do not come back from a version. Entry: (file, version, field) and reason. None at present.
NOT_EQUAL: dict[tuple[str, str, str], str] = {}
# Lines that give nothing. Entry: file, number of lines, reason.
REPORTED = {
    "ez-vcard/io/text/John_Doe_ANDROID.vcf": (17, "the picture's bytes were made unreadable"),
    "ez-vcard/io/text/John_Doe_BLACK_BERRY.vcf": (1, "the picture was cut off"),
    "FolkerKinzel-VCards/FolkerKinzel.VCards.Tests/TestFiles/Photo Outlook v2.vcf": (3, "the picture was cut off"),
    "FolkerKinzel-VCards/FolkerKinzel.VCards.Tests/TestFiles/v2_1.vcf": (3, "the picture was cut off"),
    "eds-libebook/libebook/vcard/9.vcf": (1, "the file was cut off within a line"),
    "libical/user-cal.vcf": (70, "a calendar, whatever its name says"),
}


@pytest.fixture(scope="module")
def files(corpora: Path) -> dict[str, bytes]:
    """Give the bytes of all vCard files by name."""
    folder = corpora / "vcard"
    found = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    assert len(found) > 170
    return found


@pytest.fixture(scope="module")
def read(files: dict[str, bytes]) -> dict[str, CardFile]:
    return {name: read_vcard(data) for name, data in files.items()}


def begins(data: bytes) -> int:
    """Count the contacts without any knowledge of the format."""
    lines = decode(data).text.replace("\r", "\n").split("\n")
    return sum(line.strip(" \t\ufeff").upper() == "BEGIN:VCARD" for line in lines)


def filled_lines(data: bytes) -> int:
    """Count the lines that are not blank, again without any knowledge; CR CR LF is one line end."""
    lines = decode(data).text.replace("\r", "\n").split("\n")
    return sum(bool(line.strip("\ufeff \t")) for line in lines)


def test_all_readable_contacts_are_read(files: dict[str, bytes], read: dict[str, CardFile]) -> None:
    short = {name for name, data in files.items() if len(read[name].cards) < begins(data)}
    assert short == set(NOT_READ)
    assert len(short) <= (1 - BAR) * len(files)
    assert sum(len(file.cards) for file in read.values()) >= sum(map(begins, files.values())) > 2100


def test_every_line_of_every_file_is_accounted_for(files: dict[str, bytes], read: dict[str, CardFile]) -> None:
    for name, file in read.items():
        assert file.account.is_balanced, name
        assert file.account.lines == filled_lines(files[name]), name


def test_only_these_lines_are_reported(read: dict[str, CardFile]) -> None:
    found = {name: len(file.account.reported) for name, file in read.items() if file.account.reported}
    assert found == {name: lines for name, (lines, _reason) in REPORTED.items()}
    pictures = {name for name, (_lines, reason) in REPORTED.items() if "picture" in reason}
    assert {report.reason for name in pictures for report in read[name].account.reported} == {UNREADABLE}


def test_hardly_a_line_has_no_field(read: dict[str, CardFile]) -> None:
    lines = sum(file.account.lines for file in read.values())
    assert sum(file.account.mapped for file in read.values()) > 0.98 * lines


def differences(read: dict[str, CardFile], version: Version) -> Iterator[tuple[str, str, str]]:
    """Yield file, version and field of everything that does not come back."""
    for name, file in read.items():
        back = read_vcard(write_vcard(file.cards, version).encode())
        assert back.account.is_balanced
        assert not back.account.reported
        assert not back.remarks
        assert len(back.cards) == len(file.cards), name
        for card, again in zip(file.cards, back.cards, strict=True):
            if not again.is_same(card):
                for part in fields(card):
                    if getattr(card, part.name) != getattr(again, part.name):
                        yield name, version, part.name


@pytest.mark.parametrize("version", VERSIONS)
def test_written_and_read_again_every_contact_is_the_same(read: dict[str, CardFile], version: Version) -> None:
    assert set(differences(read, version)) == {key for key in NOT_EQUAL if key[1] == version}


@pytest.mark.parametrize("version", VERSIONS)
def test_vobject_reads_every_contact_written(read: dict[str, CardFile], version: Version) -> None:
    for name, file in read.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = list(vobject.readComponents(write_vcard(file.cards, version)))
        assert [card.fn.value for card in found] == [card.formatted for card in file.cards], name
        notes = [[line.value for line in card.contents.get("note", ())] for card in found]
        assert notes == [list(card.notes) for card in file.cards], name


def folded(read: dict[str, CardFile], end: str) -> CardFile:
    (name,) = [name for name in read if name.endswith(end)]
    return read[name]


@pytest.mark.parametrize(
    ("end", "formatted"),
    [
        ("Tests/TestFiles/MultiAnsiFilterTests/German.vcf", "Sören Täve Nüßlebaum"),
        ("Tests/TestFiles/MultiAnsiFilterTests/Murks.vcf", "Sören Täve Nüßlebaum"),
        ("Tests/TestFiles/MultiAnsiFilterTests/Greek.vcf", "Βαγγέλης"),
        ("Tests/TestFiles/MultiAnsiFilterTests/Hebrew.vcf", "אפרים קישון"),
        ("Tests/TestFiles/MultiAnsiFilterTests/Ukrainian.vcf", "Віталій Володимирович Кличко"),
        ("Tests/TestFiles/MultiAnsiFilterTests/utf-8.vcf", "孔夫子"),
        ("Tests/TestFiles/MultiAnsiFilterTests/v3Utf16Bom.vcf", "Folker Kinzel"),
        ("libebook/vcard/5.vcf", "十城目管理大型知座"),
    ],
)
def test_names_in_every_encoding(read: dict[str, CardFile], end: str, formatted: str) -> None:
    assert folded(read, end).cards[0].formatted == formatted


@pytest.mark.parametrize(
    "end", ["LOTUS_NOTES.vcf", "IPHONE.vcf", "MAC_ADDRESS_BOOK.vcf", "MS_OUTLOOK.vcf", "issue153.vcf", "Library v2.vcf"]
)
def test_pictures_of_every_maker(read: dict[str, CardFile], end: str) -> None:
    assert folded(read, end).cards[0].photo is not None
