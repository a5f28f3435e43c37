"""`gcrm backup`: make, list, prove and restore backups, and look into one."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.asking import ask_secret
from gcrm.cli.office import LineProgress, Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Group
from gcrm.errors import UserError
from gcrm.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from gcrm.services.backup.listing import Entry
    from gcrm.services.backup.lock import Secret
    from gcrm.services.backup.record import Difference

FILE = click.Path(path_type=Path)
password_file = click.option(
    "--password-file", type=FILE, metavar="FILE", help=N_("File whose first line is the password.")
)


@click.group(cls=Group)
def backup() -> None:
    """Make, list, prove and restore backups of an office."""


@backup.command()
@click.argument("file", type=FILE)
@click.option(
    "--store",
    is_flag=True,
    help=N_("Keep the contents of files beside the backup, once for all backups in that folder."),
)
@click.option(
    "--encrypt",
    is_flag=True,
    help=N_("Encrypt it, with a password that is asked for or that of --password-file."),
)
@password_file
@json_option
@pass_office
def create(office: Office, file: Path, store: bool, encrypt: bool, password_file: Path | None, as_json: bool) -> None:
    """Write the whole office into FILE, while others go on working."""
    from gcrm.services.backup import by_hand
    from gcrm.services.backup.lock import Secret, check_password

    secret = None
    if encrypt or password_file:
        typed = _read(password_file) if password_file else _ask(confirm=True)
        check_password(typed)
        secret = Secret(typed)
    progress = LineProgress(_("Making the backup"))
    made = by_hand.save(
        office.database, file, secret=secret, keeps_files_beside=store, is_thorough=False, progress=progress
    )
    if as_json:
        say_json({"file": str(file), "at": made.at.isoformat(), "contacts": made.contacts, "files": made.files,
                  "rows": made.rows, "written": made.written, "damaged": len(made.damaged),
                  "mended": list(made.mended)})  # fmt: skip
        return
    say(_("Backup made: {file}, {size}").format(file=file, size=_size(made.written)))
    if made.damaged:
        count = len(made.damaged)
        told = ngettext("{count} file in the office is damaged.", "{count} files in the office are damaged.", count)
        say(told.format(count=count))
    if made.notice:
        say(made.notice)


@backup.command("list")
@click.argument("folder", type=FILE, required=False)
@json_option
@pass_office
def list_(office: Office, folder: Path | None, as_json: bool) -> None:
    """List the backups in FOLDER; without it, where this office keeps them."""
    from gcrm.services.backup import automatic
    from gcrm.services.backup.listing import entries

    if folder is None:
        place = automatic.place_of(office.database)
        folder = place.folder
        found = entries(folder) if folder.exists() or not place.is_usual else []
    else:
        found = entries(folder)
    if as_json:
        say_json({"folder": str(folder), "backups": [_told(each) for each in found]})
        return
    for each in found:
        say(_line(each))
    say(ngettext("{count} backup", "{count} backups", len(found)).format(count=len(found)))


@backup.command()
@click.argument("file", type=FILE)
@password_file
@json_option
@click.pass_context
def verify(ctx: click.Context, file: Path, password_file: Path | None, as_json: bool) -> None:
    """Restore FILE for trial and compare; status 1 when the backup, or the office in it, is not in order."""
    from gcrm.services.backup.verify import verify as prove

    progress = LineProgress(_("Checking the backup"))
    verdict = prove(file, secret=_secret(file, password_file), progress=progress)
    if as_json:
        say_json({**asdict(verdict), "ok": verdict.ok, "at": verdict.at.isoformat()})
    else:
        for sentence in verdict.findings:
            say(sentence)
        say(_("The backup can be restored: “{office}” of {day}, {count} contacts, {files} files.").format(
            office=verdict.office, day=_day(verdict.at), count=verdict.contacts, files=verdict.files))  # fmt: skip
    ctx.exit(0 if verdict.ok else 1)


@backup.command()
@click.argument("file", type=FILE)
@click.option("--database", "target", required=True, metavar="URL", help=N_("A new file, or an empty database."))
@click.option(
    "--replace", is_flag=True, help=N_("Take the place of the office that is there, which is kept beside it.")
)
@password_file
@json_option
def restore(file: Path, target: str, replace: bool, password_file: Path | None, as_json: bool) -> None:
    """Make an office of the backup FILE."""
    from gcrm.services.backup.restore import restore as make
    from gcrm.services.backup.server_swap import is_office, replace_office

    progress, secret = LineProgress(_("Restoring")), _secret(file, password_file)
    if replace and is_office(target):
        done = replace_office(file, target, secret=secret, progress=progress)
        address, loaded, kept = done.address, done.loaded, done.kept
    else:
        restored = make(file, target, secret=secret, replace=replace, progress=progress)
        address, loaded, kept = restored.address, restored.loaded, str(restored.kept or "")
    if as_json:
        say_json({"database": address, "contacts": loaded.header["contacts"], "kept": kept})
        return
    say(_("Restored: {place}, {count} contacts").format(place=address, count=loaded.header["contacts"]))
    if kept:
        say(_("The office as it was before: {file}").format(file=kept))


@backup.command()
@json_option
@pass_office
def daily(office: Office, as_json: bool) -> None:
    """Make today's backup if it is due, and let go of those that are too old; for a timer."""
    from gcrm.services.backup import automatic
    from gcrm.services.backup.owner import as_owner

    with as_owner(office.database) as whole:
        made = automatic.run(whole) if automatic.is_due(whole) else None
    if as_json:
        say_json({"made": str(made.path) if made else ""})
    else:
        say(_("Backup made: {file}, {size}").format(file=made.path, size=_size(made.written)) if made
            else _("Nothing to do: there is a backup of today, or automatic backups are off."))  # fmt: skip


def _secret(file: Path, password_file: Path | None) -> Secret | None:
    """Return what opens a backup: a file with the password, the store of passwords, or whoever sits there."""
    from gcrm.services.backup import password

    found = password.opening(file, _read(password_file) if password_file else "")
    if found is None and password.lock_of(file) is not None and sys.stdin.isatty():
        found = password.opening(file, _ask(confirm=False))
    return found


def _ask(*, confirm: bool) -> str:
    if not sys.stdin.isatty():
        raise UserError(_("Nobody is there to type the password. Name a file that holds it with --password-file."))
    return ask_secret(_("Password of the backup"), confirm=confirm)


def _read(path: Path) -> str:
    """Return the first line of a file."""
    try:
        return path.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as problem:
        raise UserError(
            _("The password cannot be read from {file}. Name a text file with one line.").format(file=path),
            details=str(problem),
        ) from problem


def _told(each: Entry) -> dict[str, Any]:
    return {
        "file": each.path.name, "at": each.at.isoformat(), "size": each.size, "office": each.office,
        "contacts": each.contacts, "files": each.files, "whole": each.is_whole, "encrypted": each.is_encrypted,
        "problem": each.problem,
    }  # fmt: skip


def _line(each: Entry) -> str:
    told = each.problem or _("“{office}”, {count} contacts").format(office=each.office, count=each.contacts)
    return f"{each.path.name}  {_day(each.at)}  {_size(each.size)}  {told}"


def _day(at: Any) -> str:
    return str(at.astimezone().strftime("%Y-%m-%d %H:%M"))


def _size(count: int) -> str:
    """Return bytes as people read them."""
    return f"{count / 1_000_000:.1f} MB"


@backup.command()
@click.argument("file", type=FILE)
@click.argument("number")
@click.option(
    "--take-over", is_flag=True, help=N_("Bring back what is gone and set back what was changed; undo undoes it.")
)
@password_file
@json_option
@pass_office
def show(office: Office, file: Path, number: str, take_over: bool, password_file: Path | None, as_json: bool) -> None:
    """Compare the contact NUMBER as it is in FILE with today."""
    from gcrm.services.backup import record, taking
    from gcrm.services.contact_data import plain

    database = office.database
    with record.scratch(file, secret=_secret(file, password_file), progress=LineProgress(_("Reading"))) as old:
        found = record.compare(database, old, old.find(number))
        taken = taking.take_over(database, old, found) if take_over else taking.Taken()
    if as_json:
        told = [{"table": each.table, "record": each.record, "field": each.field, "then": plain(each.then),
                 "now": plain(each.now)} for each in found.differences]  # fmt: skip
        say_json({"name": found.name, "at": found.at.isoformat(), "gone": found.is_gone, "added": found.added,
                  "taken_over": taken.count, "left": len(taken.left), "differences": told})  # fmt: skip
        return
    say(_("“{name}” as of {day}").format(name=found.name, day=_day(found.at)))
    for each in found.differences:
        say("  " + _difference(each))
    if not found.differences:
        say(_("Everything of that day is here today."))
    if taken.count:
        one = ngettext("{count} difference taken over", "{count} differences taken over", taken.count)
        say(one.format(count=taken.count))
    if taken.notice:
        say(taken.notice)


def _difference(each: Difference) -> str:
    """Say one difference in one line; what follows from others has no name."""
    from gcrm.model.personal import RULES
    from gcrm.services.contact_data import plain

    title = RULES[each.table].title if each.table in RULES else ""
    where = f"{_(title) or each.table} {each.record}"
    if not each.field:
        return _("{record} is gone").format(record=where)
    name = _(each.label) if each.label else each.field
    return _("{record}, {field}: {then} (today: {now})").format(
        record=where, field=name, then=plain(each.then), now=plain(each.now)
    )
