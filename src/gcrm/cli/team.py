"""`gcrm team`: the office of a team, from a file to a server and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcrm.cli.office import LineProgress, Office, pass_office, say, say_json
from gcrm.cli.team_users import WithUsers
from gcrm.i18n import _, ngettext

if TYPE_CHECKING:
    from gcrm.services.team.move import Report


@click.group(cls=WithUsers, no_args_is_help=False)
def team() -> None:
    """Work in one office with a team."""


@team.command()
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_office
def share(office: Office, url: str, as_json: bool) -> None:
    """Move the office from its file into the empty database URL of a server.

    The file is kept and can only be read afterwards.
    """
    from gcrm.services.team.move import share as move

    _say(move(office.database, url, LineProgress(_("Moving the office"))), as_json)


@team.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_office
def unshare(office: Office, file: Path, as_json: bool) -> None:
    """Move the office from its server into a new FILE.

    The database is kept and can only be read afterwards.
    """
    from gcrm.services.team.move import unshare as move

    _say(move(office.database, file, LineProgress(_("Moving the office"))), as_json)


def _say(report: Report, as_json: bool) -> None:
    """Say what was moved, and what became of the old place."""
    if as_json:
        say_json({"place": report.place, "records": report.total, "tables": dict(report.rows)})
        return
    rows = report.rows
    contacts = ngettext("{count} contact", "{count} contacts", rows["contact"]).format(count=rows["contact"])
    activities = ngettext("{count} activity", "{count} activities", rows["activity"]).format(count=rows["activity"])
    files = ngettext("{count} file", "{count} files", rows["attachment"]).format(count=rows["attachment"])
    say(", ".join((contacts, activities, files)))
    say(_("The office is now in {place}; every record was compared.").format(place=report.place))
    say(_("Where it was, it is kept and can only be read."))
