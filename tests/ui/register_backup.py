"""The windows of backups for the register: saving one, a contact out of one, and the whole restored beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from gcrm.paths import data_folder
from gcrm.services import contact
from gcrm.services.backup.create import create
from gcrm.ui.context import Context

Make = Callable[[Context, QWidget | None], QWidget]


def save_backup(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.backup import SaveDialog

    dialog = SaveDialog(context, parent)
    dialog.password.switch.setChecked(True)
    return dialog


def _backup_before_changes(context: Context) -> tuple[Path, int]:
    """Make a backup, then change and remove something of the first contact; return both."""
    from tests.ui.register import first_contact

    path, number = data_folder() / "Monday.gcrmbackup", first_contact(context)
    create(context.database.engine, path)
    loaded = contact.load(context.database, number)
    loaded.record.payment_terms = "At once"
    loaded.record.addresses[0].town = "Dresden"
    del loaded.record.points[0], loaded.record.persons[-1]
    contact.save(context.database, loaded)
    return path, number


def contact_of_a_backup(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.backup import LookDialog

    path, number = _backup_before_changes(context)
    dialog = LookDialog(context, path, parent)
    context.tasks.wait_idle()
    dialog.go_on()
    context.tasks.wait_idle()
    dialog.contacts.list.choose(number)
    dialog.go_on()
    context.tasks.wait_idle()
    return dialog


def restored(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.backup import RestoreDialog

    path, number = _backup_before_changes(context)
    contact.trash(context.database, [number])
    dialog = RestoreDialog(context, path, data_folder() / "restored.gcrm", parent)
    dialog.go_on()
    context.tasks.wait_idle()
    return dialog


WINDOWS_OF_BACKUPS: dict[str, Make] = {
    "save a backup": save_backup,
    "contact of a backup": contact_of_a_backup,
    "restored beside": restored,
}
