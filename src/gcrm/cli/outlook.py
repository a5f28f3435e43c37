"""`gcrm outlook`: contacts and appointments kept in step with Outlook on this computer."""

from __future__ import annotations

import click

from gcrm.cli.office import LineProgress, Office, json_option, pass_office, say, say_error, say_json
from gcrm.cli.speaking import Group
from gcrm.i18n import N_, _


@click.group(cls=Group)
def outlook() -> None:
    """Exchange contacts and appointments with Outlook (classic) on this computer."""


@outlook.command()
@click.option("--dry-run", is_flag=True, help=N_("Only say what would happen."))
@click.option(
    "--category", default="", metavar="NAME", help=N_("Only contacts of this category go; what comes gets it.")
)
@click.option("--contacts", is_flag=True, help=N_("Only contacts; without this and --appointments both."))
@click.option("--appointments", is_flag=True, help=N_("Only appointments of your calendar."))
@click.option("--delete", "deletes", is_flag=True, help=N_("Delete on one side what was deleted on the other."))
@json_option
@pass_office
def sync(
    office: Office, dry_run: bool, category: str, contacts: bool, appointments: bool, deletes: bool, as_json: bool
) -> None:
    """Bring the office and Outlook in step; only what changed since the last time is written."""
    from gcrm.services.outlook import com
    from gcrm.services.outlook import sync as exchange
    from gcrm.services.outlook.words import cells, remarks, summary

    choice = exchange.Choice(contacts or not appointments, appointments or not contacts, category, deletes)
    with com.outlook() as link:
        progress = None if as_json else LineProgress(_("Exchanging with Outlook"))
        outcome = exchange.sync(office.database, link, choice, progress, dry_run=dry_run)
    if as_json:
        say_json(outcome.as_json())
        return
    for line in outcome.lines if dry_run else ():
        say("  ".join(filter(None, cells(line))))
    say(summary(outcome))
    for sentence in remarks(outcome):
        say_error(sentence)
