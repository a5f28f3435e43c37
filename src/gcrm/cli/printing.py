"""`gcrm print`: the prints of the windows as PDF."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcrm.cli.office import Office, pass_office, say
from gcrm.cli.speaking import Group
from gcrm.errors import UserError
from gcrm.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from gcrm.services.printing.page import PrintResult

_output = click.option(
    "--output", required=True, type=click.Path(path_type=Path), metavar="FILE", help=N_("PDF file to write.")
)
_filter = click.option("--filter", "saved", metavar="LIST", help=N_("Name of a saved list; all contacts without it."))
_limit = click.option("--limit", type=click.IntRange(min=1), metavar="N", help=N_("Only the first N contacts."))


@click.group("print", cls=Group)
def print_group() -> None:
    """Print into a PDF file."""


def _say_pages(result: PrintResult, output: Path) -> None:
    """Say how many pages were written, and where."""
    say(ngettext("{count} page: {file}", "{count} pages: {file}", result.pages).format(count=result.pages, file=output))
    _say_replaced(result.replaced)


def _say_replaced(replaced: str) -> None:
    """Say which characters could not be printed."""
    from gcrm.services.printing.page import without_font

    if replaced:
        say(without_font(replaced))


@print_group.command("contact-sheet")
@click.argument("number")
@click.option(
    "--section",
    "sections",
    multiple=True,
    metavar="NAME",
    help=N_("Only this section, such as addresses or chronicle."),
)
@_output
@pass_office
def contact_sheet(office: Office, number: str, sections: tuple[str, ...], output: Path) -> None:
    """Print all that is known of the contact with this NUMBER."""
    from gcrm.services.printing.for_contact import log_printed, sheet_of
    from gcrm.services.printing.contact_sheet import print_contact_sheet  # isort: skip

    office.database.rights.require("contacts", "print")
    with office.database.read() as session:
        contact = office.contact(session, number)
        sheet = sheet_of(session, contact, user=office.database.user_id, sections=sections)
    result = print_contact_sheet(output, sheet)
    log_printed(office.database, [contact])
    _say_pages(result, output)


@print_group.command("list")
@_filter
@_limit
@click.option("--columns", metavar="A,B", help=N_("Columns, such as display_name,town; without it those of the table."))
@click.option("--group", default="", metavar="NAME", help=N_("Column whose values make groups."))
@click.option("--title", default="", metavar="TEXT", help=N_("Title of the list."))
@_output
@pass_office
def print_list(
    office: Office, saved: str | None, limit: int | None, columns: str | None, group: str, title: str, output: Path
) -> None:
    """Print contacts as a list."""
    from gcrm.services.printing import lists
    from gcrm.services.printing.for_contact import list_columns
    from gcrm.services.printing.sources import list_of

    query = office.query(saved)
    with office.database.read() as session:
        chosen = list_columns(session, columns)
        if group and list_columns(session, group) != (group,):
            raise UserError(_("There is no column “{name}”.").format(name=group))
        listing = list_of(session, query, chosen, title=title or saved or "", group=group, limit=limit)
        _say_pages(lists.print_list(output, listing), output)


@print_group.command("labels")
@_filter
@_limit
@click.option("--sheet", default="L7163", show_default=True, metavar="NAME", help=N_("Label sheet, by its number."))
@click.option(
    "--first",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help=N_("First free label, counted row by row from 1."),
)
@click.option("--per", type=click.Choice(["organisation", "person", "household"]), default="organisation",
              show_default=True, help=N_("For whom one label is printed."))  # fmt: skip
@click.option("--sender", is_flag=True, default=None, help=N_("Print your own address above each address."))
@_output
@pass_office
def print_labels(
    office: Office,
    saved: str | None,
    limit: int | None,
    sheet: str,
    first: int,
    per: str,
    sender: bool | None,
    output: Path,
) -> None:
    """Print address labels."""
    from gcrm.services import contact_list
    from gcrm.services.printing.for_contact import LABELS_LOGGED, label_options, log_printed
    from gcrm.services.printing.label_sheets import find_sheet
    from gcrm.services.printing.labels import print_labels, shortened_labels
    from gcrm.services.printing.sources import recipients

    database, found = office.database, find_sheet(sheet)
    query = office.query(saved)
    with database.read() as session:
        wanted = contact_list.ids(session, query, limit)
        everyone = recipients(session, wanted, every_person=per == "person")
        options = label_options(session, database.home, first=first, with_sender=sender)
        options = replace(options, per_household=per == "household")
    run = print_labels(output, found, everyone, options)
    log_printed(database, run.placed, LABELS_LOGGED)
    say(ngettext("{count} label: {file}", "{count} labels: {file}", run.labels).format(
        count=run.labels, file=output))  # fmt: skip
    _say_replaced(run.replaced)
    if run.shortened:
        say(shortened_labels(run.shortened))
    if run.without_address:
        say(_("Without an address: {count}").format(count=len(run.without_address)))
    if run.skipped_no_mail:
        say(_("Want no mail: {count}").format(count=len(run.skipped_no_mail)))
