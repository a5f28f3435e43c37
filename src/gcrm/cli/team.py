"""`gcrm team`: the office of a team, from a file to a server and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from gcrm.cli.office import LineProgress, Office, json_option, pass_office, say, say_json
from gcrm.cli.team_join import COMMANDS
from gcrm.cli.team_users import WithUsers
from gcrm.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from gcrm.services.team.move import Report


@click.group(cls=WithUsers)
def team() -> None:
    """Work in one office with a team."""


@team.command()
@click.argument("url", required=False)
@click.option("--here", is_flag=True, help=N_("Make a server on this computer, in place of URL."))
@click.option(
    "--name", default="", metavar="NAME", help=N_("Your name: a login is made for you, and rights are enforced.")
)
@click.option(
    "--host", "hosts", multiple=True, metavar="NAME", help=N_("Name or address of this computer for the desks.")
)
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    default=5433,
    show_default=True,
    metavar="N",
    help=N_("Port with --here."),
)
@click.option(
    "--certificate",
    type=click.File(encoding="ascii", errors="replace"),
    metavar="FILE",
    help=N_("Certificate of the authority of the server at URL."),
)
@json_option
@pass_office
def share(
    office: Office, url: str | None, here: bool, name: str, hosts: tuple[str, ...], port: int,
    certificate: TextIO | None, as_json: bool,
) -> None:  # fmt: skip
    """Move the office from its file into the empty database URL of a server, or to a server on this computer.

    The file is kept and can only be read afterwards. With --name all is ready for colleagues: the server enforces the
    rights, and you have a login, whose password is asked for, or is the first line of standard input.
    """
    from gcrm.cli.team_share import share_all
    from gcrm.services.team.move import share as move

    if bool(url) == here or (here and not name):
        raise click.UsageError(_("Name the URL of an empty database, or --here with --name."))
    progress = LineProgress(_("Moving the office"))
    if name:
        pem = certificate.read() if certificate is not None else ""
        share_all(office.database, url, name, hosts, port, pem, progress, as_json=as_json)
    else:
        _say(move(office.database, str(url), progress), as_json)


@team.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@pass_office
def unshare(office: Office, file: Path, as_json: bool) -> None:
    """Move the office from its server into a new FILE.

    The database is kept and can only be read afterwards.
    """
    from gcrm.services.team.move import unshare as move

    _say(move(office.database, file, LineProgress(_("Moving the office"))), as_json)


@team.command()
@json_option
@pass_office
@click.pass_context
def check(ctx: click.Context, office: Office, as_json: bool) -> None:
    """Say what the server does not guard of the office; status 1 when there is something."""
    from gcrm.services.team.hardening import weaknesses

    found = weaknesses(office.database)
    if as_json:
        told = [{"sentence": each.sentence, "remedy": each.remedy} for each in found]
        say_json({"ok": not found, "findings": told})
    else:
        for each in found:
            say(each.sentence)
            if each.remedy:
                say(f"  {each.remedy}")
        if not found:
            say(_("The server guards the office against its own logins."))
    ctx.exit(1 if found else 0)


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


for _command in COMMANDS:
    team.add_command(_command)
