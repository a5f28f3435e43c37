"""Where postcodes come from: an installed package, or files of GeoNames that somebody has downloaded.

The package is `countrystatecity-postal-codes` (ODbL 1.0); only its files are read, it is not imported. A file of
GeoNames is a text of a country with tabs, or the zip that holds it (https://www.geonames.org, "Postal codes").
docs/decisions/0018-postcodes.md says what of it is shipped.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.model.name_key import LEGAL_FORMS

COUNTRIES = ("DE", "AT", "CH", "LI", "PT")
"""Countries whose postcodes are taken out of the package."""
PACKAGE = "countrystatecity_postal_codes"
MOST_BYTES = 400_000_000
_NUMBERED = re.compile(r"\s+\d+$")
_WORD = re.compile(r"[^\W\d_]+")
_SMALL = frozenset({"a", "à", "ao", "aos", "as", "da", "das", "de", "do", "dos", "e", "em", "o", "os"})
_THREE = "boa bom chã côa dez dão foz luz mar mel meã mós olo pau rei rio rol sal sol sul ver via são"
_SHORT_WORDS = frozenset(_THREE.split())
"""Portuguese words of three letters at the end of names; other groups of three are marks of a municipality (TVD)."""


class Place(NamedTuple):
    """A postcode, as it is written, and a town it belongs to."""

    country: str
    postcode: str
    town: str


def has_package() -> bool:
    """Tell whether the package with postcodes is installed."""
    return find_spec(PACKAGE) is not None


def from_package(countries: Iterable[str] = COUNTRIES) -> Iterator[Place]:
    """Yield the places of the installed package. Raises EnvironmentProblem without it."""
    found = find_spec(PACKAGE)
    roots = list(found.submodule_search_locations or ()) if found is not None else []
    if not roots:
        raise EnvironmentProblem(
            _("The package with postcodes is not installed. Install it, or name files of GeoNames."), details=PACKAGE
        )
    for country in countries:
        file = Path(roots[0]) / "data" / "by-country" / country / "postcodes.json"
        if file.exists():
            for row in json.loads(file.read_text(encoding="utf-8")):
                yield Place(country, str(row["code"]).strip(), tidy(country, str(row["localityName"] or "")))


def about_package() -> dict[str, str]:
    """Return source and licence of the package's data."""
    name = PACKAGE.replace("_", "-")
    try:
        number = version(name)
    except PackageNotFoundError:
        number = "?"
    return {
        "source": f"{name} {number}, countries-states-cities-database (https://countrystatecity.in)",
        "licence": "Open Database License 1.0 (https://opendatacommons.org/licenses/odbl/1-0/)",
    }


def about_geonames(paths: Iterable[Path]) -> dict[str, str]:
    """Return source and licence of files of GeoNames."""
    names = ", ".join(path.name for path in paths)
    return {
        "source": f"GeoNames postal codes ({names}, https://www.geonames.org)",
        "licence": "Creative Commons Attribution 4.0 (https://creativecommons.org/licenses/by/4.0/)",
    }


def from_geonames(path: Path) -> Iterator[Place]:
    """Yield the places of a file of GeoNames, zipped or not. Raises UserError for any other file."""
    wrong = UserError(_("“{name}” is no file of postcodes by GeoNames. Choose another file.").format(name=path.name))
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.infolist():
                    is_country = re.fullmatch(r"([A-Z]{2}(_full)?|allCountries)\.txt", member.filename)
                    if is_country and member.file_size <= MOST_BYTES:
                        with archive.open(member) as stream:
                            yield from _lines(io.TextIOWrapper(stream, encoding="utf-8", errors="replace"), wrong)
            return
        with path.open(encoding="utf-8", errors="replace") as stream:
            yield from _lines(stream, wrong)
    except (OSError, zipfile.BadZipFile) as problem:
        sentence = _("“{name}” cannot be read. Check that it is there and not locked by another program.")
        raise EnvironmentProblem(sentence.format(name=path.name), details=str(problem)) from problem


def _lines(stream: Iterable[str], wrong: UserError) -> Iterator[Place]:
    """Yield the places of a text: country, postcode, town, and more that nobody asks for here, with tabs between."""
    for line in stream:
        row = line.rstrip("\n").split("\t")
        if len(row) < 12 or not re.fullmatch(r"[A-Z]{2}", row[0]) or len(row[1]) > 20:
            raise wrong
        town = tidy(row[0], row[2])
        if row[1].strip() and town and not _is_firm(town):
            yield Place(row[0], row[1].strip(), town)


def _is_firm(name: str) -> bool:
    """Tell a firm with a postcode of its own from a town."""
    return any(word in LEGAL_FORMS for word in name.casefold().replace(".", "").split()[1:])


def tidy(country: str, name: str) -> str:
    """Return the name of a town as it stands in an address."""
    town = " ".join(name.split())[:120]
    if country == "AT":
        town = town.partition(", ")[0]  # "Wien, Innere Stadt"
    if country == "CH":
        town = _NUMBERED.sub("", town)  # "Lausanne 25"
    return _written_small(town) if town.isupper() and len(town) > 3 else town


def _written_small(name: str) -> str:
    """Return a name in capitals as people write it: "VILA NOVA DE GAIA" → "Vila Nova de Gaia"."""
    last = len(name.split()) - 1
    words = []
    for place, word in enumerate(name.split()):
        low = word.lower()
        is_mark = place == last > 0 and len(word) == 3 and low not in _SHORT_WORDS
        if is_mark or (place and low in _SMALL):
            words.append(word if is_mark else low)
        else:
            words.append(_WORD.sub(lambda found: found.group().capitalize(), word))
    return " ".join(words)
