"""A new office file out of an export of everything: whole under its name, or not there."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.atomic_file import problem_of, sync_folder
from gcrm.services.exchange.everything.load import Loaded, import_everything
from gcrm.services.exchange.everything.rules import MANIFEST
from gcrm.services.exchange.everything.source import is_export
from gcrm.services.opening import open_office
from gcrm.services.progress import Progress


def office_of_export(chosen: Path, target: Path, progress: Progress | None = None) -> Loaded:
    """Make an office file of an export: a zip, a folder, or the office.json in one.

    Raises UserError for a name that is taken and for what is no export, and as the import does; nothing is left then.
    """
    path = chosen.parent if chosen.name == MANIFEST else chosen
    if not is_export(path):
        sentence = _("“{name}” is no export of an office. Choose its ZIP file, or the office.json in its folder.")
        raise UserError(sentence.format(name=chosen.name))
    if target.exists():
        raise UserError(_("“{file}” exists already. Choose another name.").format(file=target.name))
    try:
        with TemporaryDirectory(prefix=".import-", dir=target.parent, ignore_cleanup_errors=True) as folder:
            built = Path(folder) / target.name
            with closing(open_office(str(built))) as database:
                loaded = import_everything(database, path, progress)
            os.replace(built, target)
            sync_folder(target.parent)
    except OSError as problem:
        raise problem_of(problem, target.name) from problem
    return loaded
