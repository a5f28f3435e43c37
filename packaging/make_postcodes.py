"""Make resources/postcodes.sqlite, which fills in towns, from the package that brings the data.

`python packaging/make_postcodes.py` uses the installed package `countrystatecity-postal-codes`; with files of GeoNames
after it (https://download.geonames.org/export/zip, downloaded by hand) it uses those. The file is not kept in the
repository: it is other people's data, under their licence, which stands in it. See docs/decisions/0018-postcodes.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def make_postcodes(root: Path, files: list[Path], *, again: bool = False) -> int:
    """Write the file, `again` also where it is there already; return how many entries were written."""
    sys.path.insert(0, str(root / "src"))
    from gcrm.services.geo import book, sources

    target = root / "resources" / book.NAME
    if files:
        places = (place for file in files for place in sources.from_geonames(file))
        return book.make_book(target, places, sources.about_geonames(files))
    if (target.exists() and not again) or not sources.has_package():
        return 0
    return book.make_book(target, sources.from_package(), sources.about_package())


if __name__ == "__main__":
    make_postcodes(ROOT, [Path(name) for name in sys.argv[1:]], again=True)
