"""`gcrm cut-over`."""

from __future__ import annotations

from pathlib import Path

import click

from gcrm.cli.office import LineProgress, Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Command
from gcrm.i18n import N_, _, ngettext


@click.command("cut-over", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=N_("Say what would happen and change nothing."))
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("Mapping file; cut-over.json in the folder without it."),
)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("Also write the reconciliation sheet as this PDF."),
)
@json_option
@pass_office
def cut_over(
    office: Office, folder: Path, dry_run: bool, mapping: Path | None, sheet: Path | None, as_json: bool
) -> None:
    """Take over the data of another program from FOLDER: tables joined by customer number, and files named by it."""
    from gcrm.services.exchange.cut_over.carry_out import carry_out
    from gcrm.services.exchange.cut_over.plan import make_plan
    from gcrm.services.exchange.cut_over.sheet import as_json as sheet_json
    from gcrm.services.exchange.cut_over.sheet import lines_of, print_sheet, state_of
    from gcrm.services.exchange.cut_over.sources import look

    database = office.database
    found = look(database, folder, LineProgress(_("Reading")), mapping)
    made = make_plan(database, found, LineProgress(_("Reading")))
    operation = None if dry_run else carry_out(database, made, LineProgress(_("Taking over")))
    if sheet is not None:
        print_sheet(sheet, made, is_trial=dry_run)
    if as_json:
        say_json(sheet_json(made) | {"operation": operation})
        return
    say(state_of(made, is_trial=dry_run))
    group = ""
    for line in lines_of(made):
        if line.group != group:
            group = line.group
            say(group)
        say("  " + _line_words(line.cells()))


def _line_words(cells: tuple[str, ...]) -> str:
    """Return a line of the sheet in words."""
    name, what, rows, created, updated, left_out = cells
    counts = (
        (rows, ngettext("{count} row", "{count} rows", int(rows or 0))),
        (created, _("{count} created")),
        (updated, _("{count} updated")),
        (left_out, _("{count} left out")),
    )
    told = ", ".join(words.format(count=count) for count, words in counts if count)
    return "; ".join(filter(None, (f"{name}: {what}" if what else name, told)))
