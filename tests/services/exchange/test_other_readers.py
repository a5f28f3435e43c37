"""What other programs read in the files gCRM writes: vobject, khard (and gammu, a phone's reader, where installed)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import vobject

from gcrm.services.exchange.card import Card, CardAddress, CardDate, CardPoint, Name
from gcrm.services.exchange.vcard_file import write_one_file, write_split
from gcrm.services.exchange.vcard_write import Version, write_vcard
from tests.services.exchange.cards import FULL

CARD = Card(
    formatted="Jörg Müller",
    name=Name("Müller", "Jörg"),
    organisation="Söhne; KG",
    addresses=(
        CardAddress("home", "Weg", "1a", postcode="50667", town="Köln", country_name="Deutschland", country="DE"),
    ),
    points=(
        CardPoint("phone", "+49 221 12345", "work"),
        CardPoint("mobile", "+49 171 1234567", "home", 1),
        CardPoint("email", "joerg@example.com", "work"),
    ),
    birthday=CardDate(1970, 2, 28),
    categories=("Kunde",),
    notes=("Zeile 1, mit Komma;\n" + "ß€ " * 60 + "Ende",),
    uid="urn:uuid:7",
)
VERSIONS: tuple[Version, ...] = ("3.0", "4.0")


@pytest.mark.parametrize("version", VERSIONS)
def test_vobject_reads_everything(version: Version) -> None:
    (found,) = vobject.readComponents(write_vcard([FULL], version))
    assert found.fn.value == FULL.formatted
    assert (found.n.value.family, found.n.value.given, found.n.value.prefix) == ("Müller", "Jörg", "Herr Dr.")
    assert found.org.value == ["Müller & Söhne; GmbH", "Einkauf", "Süd"]
    assert [line.value for line in found.note_list] == list(FULL.notes)
    assert [line.value for line in found.tel_list] == [point.value for point in FULL.points[:3]]
    assert found.adr.value.street == "Hauptstraße 7a"
    assert found.categories.value == list(FULL.categories)


def khard(folder: Path, *arguments: str) -> list[list[str]]:
    """Run khard on a folder of cards and return its fields line by line."""
    program = shutil.which("khard", path="/usr/bin:/usr/local/bin")
    assert program is not None, "khard is not installed: apt-get install khard"
    settings = folder.parent / "khard.conf"
    settings.write_text(f"[addressbooks]\n[[office]]\npath = {folder}\n[general]\ndefault_action = list\n")
    command = [program, "-c", str(settings), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.mark.skipif(sys.platform != "linux", reason="khard is a program of Linux")
@pytest.mark.parametrize("version", VERSIONS)
def test_khard_reads_names_numbers_addresses_and_birthdays(tmp_path: Path, version: Version) -> None:
    folder = tmp_path / "cards"
    write_split(folder, [CARD], version)
    assert sorted(row[0] for row in khard(folder, "phone", "--parsable")) == ["+49 171 1234567", "+49 221 12345"]
    assert [row[:2] for row in khard(folder, "email", "--parsable", "--remove-first-line")] == [
        ["joerg@example.com", "Jörg Müller"]
    ]
    assert khard(folder, "birthdays", "--parsable")[0][0] == "1970.02.28"
    text = "\n".join("\t".join(row) for row in khard(folder, "show", "uid:urn:uuid:7"))
    for word in ("Söhne; KG", "Weg 1a", "50667 Köln", "Kunde", "Zeile 1, mit Komma;", "Ende"):
        assert word in text


@pytest.mark.skipif(shutil.which("gammu") is None, reason="gammu is not installed; it is not needed to run gCRM")
def test_a_phones_reader_takes_names_and_numbers(tmp_path: Path) -> None:
    source, backup = tmp_path / "all.vcf", tmp_path / "all.backup"
    write_one_file(source, [CARD, CARD], "3.0")
    subprocess.run(["gammu", "convertbackup", str(source), str(backup)], capture_output=True, check=True)
    text = backup.read_text(encoding="utf-8", errors="replace")
    for words in ('"Müller"', '"Jörg"', '"+49 171 1234567"', "NumberMobile", '"joerg@example.com"', '"Köln"'):
        assert text.count(words) >= 2, words
