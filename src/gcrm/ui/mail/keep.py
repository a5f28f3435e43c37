"""From mail files to the chronicle: look, ask where that is needed, then write (written.py)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from gcrm.i18n import _
from gcrm.services.mail.message import is_mail
from gcrm.ui.allowed import say_why_not, why_not
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import attach_files
from gcrm.ui.mail.written import NEEDS, write
from gcrm.ui.tasks import Progress

if TYPE_CHECKING:
    from gcrm.services.mail.filing import Found


def mails_in(files: Sequence[Path]) -> list[Path]:
    """Return those of some files that are mails, by their names."""
    return [file for file in files if is_mail(file.name)]


def take_files(context: Context, files: Sequence[Path], contact: int, activity: int | None = None) -> None:
    """Keep files with a contact: mails in its chronicle, others as files of it, or of an activity."""
    mails = [] if why_not(context, *NEEDS) else mails_in(files)
    if mails:
        keep_mails(context, mails, contact)
    others = [file for file in files if file not in mails]
    if others:
        attach_files(context, others, contact, activity)


def keep_mails(context: Context, files: Sequence[Path], contact: int | None = None) -> None:
    """Keep mails with a contact, or with those whose addresses are in them; where nobody or several have, ask."""
    if say_why_not(context, *NEEDS):
        return
    database, wanted = context.database, list(files)

    def look(progress: Progress) -> list[Found]:
        from gcrm.services.mail import filing

        return filing.look(database, wanted, contact_id=contact, progress=progress)

    context.tasks.read(look, lambda found: _decide(context, found), context.window.fail, label=_("Reading e-mails"))


def _decide(context: Context, found: list[Found]) -> None:
    """Write what has a contact; ask about the rest first."""
    if all(one.contact is not None for one in found):
        write(context, found)
        return
    from gcrm.ui.mail.dialog import MailDialog

    parent = context.window if isinstance(context.window, QWidget) else None
    MailDialog(context, found, parent).open()
