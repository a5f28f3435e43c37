"""`gcrm import` and `gcrm export`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from gcrm.cli.office import LineProgress, Office, count_words, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Command, Group
from gcrm.errors import UserError
from gcrm.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from gcrm.services.exchange.import_plan import FileReport, ImportPlan, ImportReport, ImportRow, MatchBy, Rule
    from gcrm.services.exchange.out.cells import Purpose
    from gcrm.services.exchange.out.export import Format
    from gcrm.services.exchange.vcard_write import Version

MOST_TOLD = 20
"""Contacts that are named one by one when they are not new."""


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=N_("Say what would happen and change nothing."))
@click.option(
    "--duplicates",
    type=click.Choice(["skip", "update", "replace", "add"]),
    default="skip",
    show_default=True,
    help=N_(
        "Contacts that seem to be there: leave out, fill their empty fields, take the file's values, or add again."
    ),
)
@click.option(
    "--match",
    "by",
    type=click.Choice(["any", "number", "email", "phone", "name"]),
    default="any",
    show_default=True,
    help=N_("What tells that a contact is there: whatever does, or one thing alone (name: with the town)."),
)
@click.option(
    "--as",
    "kind",
    type=click.Choice(["vcard", "csv", "spreadsheet", "ldif", "fritzbox"]),
    help=N_("Kind of the files; without it that is found out."),
)
@click.option("--mapping", metavar="NAME", help=N_("Saved mapping of columns; without it columns are recognised."))
@click.option("--category", "categories", multiple=True, metavar="NAME", help=N_("Category for all contacts."))
@click.option(
    "--to", "number", metavar="NUMBER", help=N_("Contact that gets the mails; found by addresses without it.")
)
@json_option
@pass_office
def import_files(
    office: Office,
    files: tuple[Path, ...],
    dry_run: bool,
    duplicates: Rule,
    by: MatchBy,
    kind: str | None,
    mapping: str | None,
    categories: tuple[str, ...],
    number: str | None,
    as_json: bool,
) -> None:
    """Import contacts, calendars and mails from FILES or folders: vCard, tables, LDIF, FRITZ!Box, iCalendar, EML.

    A whole office that `gcrm export everything` wrote makes an office of an empty one.
    """
    from gcrm.cli.everything import import_office, is_office
    from gcrm.services.exchange import importer, mappings
    from gcrm.services.exchange.tables.choice import Choice

    if is_office(files):
        import_office(office, files[0], dry_run, as_json)
        return
    database = office.database
    choice = replace(mappings.find(database, mapping) if mapping else Choice(), kind=kind or "")
    to = _number_of(office, number)
    progress = LineProgress(_("Reading"))
    plan = importer.preview(database, files, progress, duplicates=duplicates, by=by, choice=choice, mails_to=to)
    if not plan.files and not plan.others and plan.refused:
        raise UserError(plan.refused[0][1])
    if dry_run:
        plan.set_categories(categories)
        report = importer.trial(database, plan)
    else:
        report = importer.apply(database, plan, LineProgress(_("Importing")), categories=categories)
    _tell(plan, report, dry_run, as_json)


def _number_of(office: Office, number: str | None) -> int | None:
    """Return the contact with a number, None where none was named."""
    if number is None:
        return None
    with office.database.read() as session:
        return office.contact(session, number)


def _tell(plan: ImportPlan, report: ImportReport, dry_run: bool, as_json: bool) -> None:
    """Say what an import did, or would do."""
    from gcrm.cli.calendar import tell_calendars
    from gcrm.cli.mail import tell_mails

    more: dict[str, Any] = {}
    if report.others.calendars:
        more["calendars"] = tell_calendars(report.others.calendars, as_json)
    if report.others.looked:
        more["mails"] = tell_mails(report.others.looked, report.others.mails, dry_run, as_json)
    if as_json:
        refused = [{"file": str(path), "reason": sentence} for path, sentence in plan.refused]
        say_json({"files": [each.as_json() for each in report.files], "refused": refused, **more})
        return
    for _path, sentence in plan.refused:
        say(sentence)
    for place, each in enumerate(report.files):
        _say_report(each, [row for row in plan.rows if row.file == place and row.action in ("update", "skip")])


def _say_report(report: FileReport, told: list[ImportRow]) -> None:
    """Say what became of one file: of the contacts that are not new, of the lines without meaning."""
    counts = {"created": report.created, "updated": report.updated, "skipped": report.skipped}
    records = ngettext("{count} contact", "{count} contacts", report.records).format(count=report.records)
    say(f"{report.file}: {records}; {count_words(counts)}")
    _say_rows(report)
    for row in told[:MOST_TOLD]:
        say(_("  line {line}, {name}: {reason}").format(line=row.line, name=row.name, reason=row.reason()))
    if len(told) > MOST_TOLD:
        more = len(told) - MOST_TOLD
        say(ngettext("  and {count} contact more", "  and {count} contacts more", more).format(count=more))
    for line, reason in report.reported if report.table is None else ():
        say(_("  line {line}: {reason}").format(line=line, reason=reason))


def _say_rows(report: FileReport) -> None:
    """Name the rows of a table that somebody should look at."""
    if report.table is None:
        return
    rows = report.table.bad_rows
    for row in rows[:MOST_TOLD]:
        reason = row.reasons(report.table.columns)
        say(_("  line {line}: {reason}").format(line=row.line, reason=reason))
    if len(rows) > MOST_TOLD:
        more = len(rows) - MOST_TOLD
        say(ngettext("  and {count} row more", "  and {count} rows more", more).format(count=more))


@click.group(cls=Group)
def export() -> None:
    """Write contacts, calendars, or everything into files for other programs."""


@export.command("contacts")
@click.option("--filter", "saved", metavar="LIST", help=N_("Name of a saved list; all contacts without it."))
@click.option(
    "--format",
    "form",
    type=click.Choice(["vcard", "csv", "xlsx", "ods", "json", "ldif"]),
    default="vcard",
    show_default=True,
    help=N_("Kind of file to write."),
)
@click.option(
    "--version",
    type=click.Choice(["2.1", "3.0", "4.0"]),
    default="3.0",
    show_default=True,
    help=N_("Version of vCard; 2.1 is for old phones."),
)
@click.option("--split", is_flag=True, help=N_("One vCard file for each contact; --output names a folder."))
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["spreadsheet", "exchange"]),
    default="spreadsheet",
    show_default=True,
    help=N_("A table for people with a spreadsheet, or an exact one for a program."),
)
@click.option(
    "--columns",
    metavar="A,B|all",
    help=N_("Columns of a table or of JSON, or all; without it those of the list."),
)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("File to write, or folder with --split."),
)
@pass_office
def export_contacts(
    office: Office,
    saved: str | None,
    form: Literal["vcard"] | Format,
    version: Version,
    split: bool,
    purpose: Purpose,
    columns: str | None,
    output: Path,
) -> None:
    """Export contacts as vCards, tables, JSON or LDIF; importing vCards or a table of all fields changes nothing."""
    from gcrm.services.exchange.exporter import export_query
    from gcrm.services.exchange.out.export import Form, export_list

    query = office.query(saved)
    if form == "vcard":
        written = export_query(office.database, query, output, version=version, split=split)
    else:
        told = Form(form, purpose, _columns(office, saved, columns))
        written = export_list(office.database, query, output, told, LineProgress(_("Exporting")))
    sentence = ngettext("{count} contact written to {place}", "{count} contacts written to {place}", written)
    say(sentence.format(count=written, place=output))


@export.command("calendar")
@click.option("--from", "first", metavar="DAY", help=N_("First day, such as 2026-11-23; everything without it."))
@click.option("--until", "last", metavar="DAY", help=N_("Last day."))
@click.option("--tasks", is_flag=True, help=N_("Open follow-ups as tasks, too."))
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="FILE", help=N_("File to write."))
@pass_office
def export_calendar(office: Office, first: str | None, last: str | None, tasks: bool, output: Path) -> None:
    """Export your own calendar as iCalendar; importing it again changes nothing."""
    from gcrm.cli.calendar import write_calendar

    write_calendar(office, output, first, last, tasks)


@export.command("everything")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--with-private", is_flag=True, help=N_("Also what is private to others; for the owner of the office."))
@json_option
@pass_office
def export_everything(office: Office, target: Path, with_private: bool, as_json: bool) -> None:
    """Export the whole office as open files into the folder TARGET, or into a zip; `gcrm import` makes it again."""
    from gcrm.cli.everything import write_everything

    write_everything(office, target, with_private, as_json)


def _columns(office: Office, saved: str | None, told: str | None) -> tuple[str, ...] | None:
    """Return the columns that were named, else those of the list; None for all fields."""
    from gcrm.services import contact_list
    from gcrm.services.contact_columns import DEFAULT_COLUMNS

    if told is not None:
        names = tuple(name.strip() for name in told.split(",") if name.strip())
        return None if names == ("all",) else names
    if not saved:
        return DEFAULT_COLUMNS
    with office.database.read() as session:
        found = contact_list.filter_named(session, saved, office.database.user_id)
        return tuple(found.columns or ()) or DEFAULT_COLUMNS
