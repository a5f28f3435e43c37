"""`gcrm demo`, `check`, `undo` and `tour`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcrm.cli.office import LineProgress, Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Command
from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from gcrm.services.check import Report


@click.command(cls=Command)
@click.option(
    "--contacts",
    type=click.IntRange(min=1),
    default=300,
    show_default=True,
    metavar="N",
    help=N_("How many contacts to add."),
)
@click.option(
    "--activities",
    type=click.IntRange(min=0),
    metavar="N",
    help=N_("How many activities; three for each contact without it."),
)
@click.option(
    "--seed", type=int, default=7, show_default=True, metavar="N", help=N_("The same number makes the same office.")
)
@pass_office
def demo(office: Office, contacts: int, activities: int | None, seed: int) -> None:
    """Fill the office with believable contacts and a chronicle."""
    from gcrm.services.demo import create
    from gcrm.services.unreachable import translated

    progress = LineProgress(_("Making the office")).report
    with translated(office.database.url):
        create(office.database, contacts, seed=seed, activities=activities, progress=progress)
    say(ngettext("{count} contact added", "{count} contacts added", contacts).format(count=contacts))


@click.command(cls=Command)
@click.option("--repair", is_flag=True, help=N_("Repair what can be repaired, after a backup."))
@click.option(
    "--backup-made", is_flag=True, help=N_("The server was backed up another way; repair without a backup of our own.")
)
@json_option
@click.pass_context
def check(ctx: click.Context, repair: bool, backup_made: bool, as_json: bool) -> None:
    """Check records, history, files and search index; status 1 when something is wrong."""
    if backup_made and not repair:
        raise click.UsageError(_("--backup-made goes with --repair."))
    report = _checked(ctx.obj, repair, backup_made)
    if as_json:
        repaired = {"repaired": report.repaired, "backup": report.backup} if repair else {}
        say_json({"ok": report.ok, "findings": [asdict(finding) for finding in report.findings], **repaired})
    else:
        _say_findings(report)
    ctx.exit(0 if report.ok else 1)


def _checked(office: Office, repair: bool, backup_made: bool) -> Report:
    """Check an office; a file that is too damaged to be opened is a finding too."""
    from gcrm.services.check import Finding, NoBackup, Report, check
    from gcrm.services.check.structure import damaged
    from gcrm.services.unreachable import is_damage

    try:
        return check(office.database, repair=repair, has_backup=backup_made)
    except NoBackup as problem:
        sentence = _(
            "No backup could be made here, so nothing was repaired. When the server was backed up another way, say so "
            "with --backup-made."
        )
        raise EnvironmentProblem(sentence, details=problem.details) from problem
    except EnvironmentProblem as problem:
        if not is_damage(problem.details):
            raise
        return Report(False, (Finding("integrity", "", damaged(problem.details)),))


def _say_findings(report: Report) -> None:
    """Say what was found, what of it was repaired, and where the backup lies."""
    for finding in report.findings:
        say(finding.outcome)
    if report.repaired:
        sentence = ngettext("{count} finding was repaired.", "{count} findings were repaired.", report.repaired)
        say(sentence.format(count=report.repaired))
    if report.backup:
        say(_("The office as it was before: {file}").format(file=report.backup))
    if report.ok:
        say(_("Everything is in order: records, history, files and search index."))


@click.command(cls=Command)
@pass_office
def undo(office: Office) -> None:
    """Undo what you did last; of an import, contacts that were edited since stay and are named."""
    from gcrm.services.exchange.importer import undo_import
    from gcrm.services.undo import is_import, next_undo, undo_last

    database = office.database
    with database.read() as session:
        step = next_undo(session, database.user_id)
        imported = step is not None and is_import(session, step.operation)
    if step is None:
        raise UserError(_("There is nothing to undo."))
    kept = undo_import(database, step.operation) if imported else ()
    if not imported:
        undo_last(database)
    say(_("Undone: {label}").format(label=step.label))
    for name in kept:
        say(_("  kept, because it was edited since: {name}").format(name=name))


@click.command(cls=Command)
@click.option(
    "--folder", required=True, type=click.Path(path_type=Path), metavar="FOLDER", help=N_("Where pictures and PDFs go.")
)
@click.pass_context
def tour(ctx: click.Context, folder: Path) -> None:
    """Walk through the program without a display and say what was found."""
    from gcrm.tour import take_tour

    ctx.exit(take_tour(folder, language=ctx.obj.language))
