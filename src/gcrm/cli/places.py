"""`gcrm postcodes`."""

from __future__ import annotations

from pathlib import Path

import click

from gcrm.cli.office import json_option, say, say_json
from gcrm.cli.speaking import Command
from gcrm.i18n import N_, _, ngettext


@click.command(cls=Command)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--from-package", is_flag=True, help=N_("Take the postcodes of the installed package."))
@json_option
def postcodes(files: tuple[Path, ...], from_package: bool, as_json: bool) -> None:
    """Say which postcodes fill in towns, or take them from FILES of GeoNames (DE.zip, allCountries.txt)."""
    from gcrm.paths import data_folder
    from gcrm.services.geo import book, sources

    if files or from_package:
        target = data_folder() / book.NAME
        if files:
            places = (place for file in files for place in sources.from_geonames(file))
            book.make_book(target, places, sources.about_geonames(files))
        else:
            book.make_book(target, sources.from_package(), sources.about_package())
    found = book.find_book()
    about = found.about() if found is not None else book.About()
    if as_json:
        told = {"source": about.source, "licence": about.licence, "countries": dict(about.counts)}
        say_json({"file": str(found.path) if found is not None else None, **told})
        return
    if found is None:
        say(_("There are no postcodes; only those of the office's own addresses fill in towns."))
        return
    for country, count in about.counts.items():
        line = ngettext("{country}: {count} postcode", "{country}: {count} postcodes", count)
        say(line.format(country=country, count=count))
    say(_("Source: {source}").format(source=about.source))
    say(_("Licence: {licence}").format(licence=about.licence))
