"""`gcrm export everything` and the import of what it wrote."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gcrm.cli.office import LineProgress, Office, say, say_json
from gcrm.errors import UserError
from gcrm.i18n import _


def write_everything(office: Office, target: Path, with_private: bool, as_json: bool) -> None:
    """Export everything, and say what is where and what was left out."""
    from gcrm.services.exchange.everything.export import export_everything
    from gcrm.services.exchange.everything.scope import left_out_words

    made = export_everything(office.database, target, LineProgress(_("Exporting")), with_private=with_private)
    if as_json:
        say_json({"target": str(target), "contacts": made.contacts, "files": made.files, "rows": made.rows,
                  "size": made.size, "left_out": list(made.left_out), "damaged": len(made.damaged),
                  "mended": list(made.mended)})  # fmt: skip
        return
    told = _("Everything written to {place}: {contacts} contacts, {files} files")
    say(told.format(place=target, contacts=made.contacts, files=made.files))
    for sentence in (left_out_words(made.left_out), made.damage, made.notice):
        if sentence:
            say(sentence)


def is_office(files: Sequence[Path]) -> bool:
    """Tell whether the one file or folder to import is an export of everything. Raises UserError beside others."""
    from gcrm.services.exchange.everything.source import is_export

    found = [path for path in files if is_export(path)]
    if found and len(files) > 1:
        sentence = _("“{name}” is an export of a whole office. Name it alone.")
        raise UserError(sentence.format(name=found[0].name))
    return bool(found)


def import_office(office: Office, path: Path, dry_run: bool, as_json: bool) -> None:
    """Make an office of an export, or only try it."""
    from gcrm.services.exchange.everything.load import import_everything
    from gcrm.services.exchange.everything.scope import left_out_words

    loaded = import_everything(office.database, path, LineProgress(_("Importing")), is_trial=dry_run)
    contacts, files = loaded.rows["contact"], loaded.files
    if as_json:
        say_json({"office": loaded.office, "contacts": contacts, "files": files, "rows": sum(loaded.rows.values()),
                  "left_out": list(loaded.left_out)})  # fmt: skip
        return
    if dry_run:
        told = _("“{office}” can be imported: {contacts} contacts, {files} files. Nothing was changed.")
    else:
        told = _("“{office}” was imported: {contacts} contacts, {files} files")
    say(told.format(office=loaded.office, contacts=contacts, files=files))
    if loaded.left_out:
        say(left_out_words(loaded.left_out))
