"""Towns and postcodes: taken out of files of others, tidied, and offered with what the office knows first."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from gcrm.errors import UserError
from gcrm.model.address import Address
from gcrm.paths import data_folder
from gcrm.services import contact
from gcrm.services.database import Database
from gcrm.services.geo import book, sources
from gcrm.services.geo.sources import tidy
from gcrm.services.geo.suggest import Offer, suggest

PLACES = (
    ("DE", "04103", "Leipzig"), ("DE", "04109", "Leipzig"), ("DE", "88131", "Lindau (Bodensee)"),
    ("DE", "88131", "Bodolz"), ("DE", "20095", "Hamburg"), ("DE", "20095", "Hamburg Altstadt"),
    ("AT", "1010", "Wien, Innere Stadt"),
    ("DE", "10875", "Daimler Insurance Services GmbH"), ("CH", "1000", "Lausanne 25"), ("PT", "1250-096", "LISBOA"),
)  # fmt: skip


@pytest.fixture
def geonames(tmp_path: Path) -> Path:
    """Give a zipped file as GeoNames gives it."""
    rows = ["\t".join((*place, "State", "S", "", "", "", "", "1.0", "2.0", "4")) for place in PLACES]
    file = tmp_path / "DE.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "no postcodes")
        archive.writestr("DE.txt", "\n".join(rows) + "\n")
    return file


@pytest.fixture
def shelved(geonames: Path, data_folder: Path) -> book.Book:
    """Give a book in the data folder."""
    book.make_book(data_folder / book.NAME, sources.from_geonames(geonames), sources.about_geonames([geonames]))
    found = book.find_book()
    assert found is not None
    return found


def address(database: Database, postcode: str, town: str, country: str = "") -> None:
    made = contact.empty(name=f"{town} GmbH")
    made.addresses.append(Address(postcode=postcode, town=town, country=country, custom={}))
    contact.create(database, made)


def test_a_file_of_geonames_becomes_a_book(shelved: book.Book) -> None:
    assert shelved.path == data_folder() / book.NAME
    assert (shelved.towns("DE", "88131"), shelved.towns("DE", "20095")) == (
        ["Bodolz", "Lindau (Bodensee)"],
        ["Hamburg"],
    )
    assert (shelved.towns("AT", "1010"), shelved.towns("CH", "1000")) == (["Wien"], ["Lausanne"])
    assert (shelved.postcodes("DE", "leipzig", 5), shelved.postcodes("DE", "Lindau", 5)) == (
        ["04103", "04109"],
        ["88131"],
    )
    about = shelved.about()
    assert (about.counts, "GeoNames" in about.source, "Creative Commons" in about.licence) == (
        {"AT": 1, "CH": 1, "DE": 4, "PT": 1}, True, True,
    )  # fmt: skip


def test_the_package_brings_towns_source_and_licence(tmp_path: Path) -> None:
    book.make_book(tmp_path / "ch.sqlite", sources.from_package(["CH", "LI"]), sources.about_package())
    made = book.Book(tmp_path / "ch.sqlite")
    assert (made.towns("CH", "8001"), made.towns("LI", "9490")) == (["Zürich"], ["Vaduz"])
    assert "Open Database License" in made.about().licence


def test_another_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "customers.txt"
    file.write_text("Number\tName\n1\tWerft\n", encoding="utf-8")
    with pytest.raises(UserError, match="GeoNames"):
        list(sources.from_geonames(file))


@pytest.mark.parametrize(
    ("country", "name", "town"),
    [
        ("PT", "VILA NOVA DE GAIA", "Vila Nova de Gaia"), ("PT", "MACEIRA TVD", "Maceira TVD"),
        ("PT", "SERRA D'EL REI", "Serra D'El Rei"), ("PT", "FIGUEIRA DA FOZ", "Figueira da Foz"),
        ("PT", "MACEDO-CÃO", "Macedo-Cão"), ("DE", "Ulm", "Ulm"), ("CH", "Kappel SO", "Kappel SO"),
    ],
)  # fmt: skip
def test_towns_are_written_as_in_an_address(country: str, name: str, town: str) -> None:
    assert tidy(country, name) == town


def test_the_office_goes_before_the_book(database: Database, shelved: book.Book) -> None:
    assert suggest(database, "town", "DE", "04109") == Offer("Leipzig", ("Leipzig",))
    assert suggest(database, "town", "", "88131") == Offer("", ("Bodolz", "Lindau (Bodensee)"))
    address(database, "88131", "Lindau (Bodensee)")
    address(database, "99999", "Neudorf", "DE")
    assert suggest(database, "town", "DE", "88131") == Offer("Lindau (Bodensee)", ("Lindau (Bodensee)", "Bodolz"))
    assert suggest(database, "town", "DE", "99999").fill == "Neudorf"
    address(database, "88131", "BODOLZ", "DE")
    assert suggest(database, "town", "DE", "88131") == Offer("", ("BODOLZ", "Lindau (Bodensee)"))
    for known in ("0410", "A4109", ""):
        assert suggest(database, "town", "DE", known) == Offer()
    assert suggest(database, "town", "CH", "9999") == Offer()


def test_a_town_gives_its_postcode_only_where_it_has_one(database: Database, shelved: book.Book) -> None:
    assert suggest(database, "postcode", "DE", "Bodolz") == Offer("88131", ("88131",))
    address(database, "04109", "Leipzig", "DE")
    assert suggest(database, "postcode", "DE", "LEIPZIG") == Offer("", ("04109", "04103"))
    address(database, "99999", "Neudorf", "DE")
    assert suggest(database, "postcode", "DE", "Neudorf") == Offer("", ("99999",))


def test_a_damaged_book_says_nothing(database: Database, data_folder: Path) -> None:
    (data_folder / book.NAME).write_bytes(b"no book at all")
    assert suggest(database, "town", "DE", "04109") == Offer()
