"""What can be done with kept files wherever they are listed: with a contact, with an activity."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from gcrm.i18n import _
from gcrm.services import attachment
from gcrm.services.attachment import AttachmentRow
from gcrm.ui.allowed import say_why_not, why_not
from gcrm.ui.contact.header import add_action
from gcrm.ui.contact.name_dialog import ask_name
from gcrm.ui.context import Context
from gcrm.ui.file_copies import FileCopies
from gcrm.ui.file_versions import FileVersions

CALENDARS = (".ics", ".ical")


class FileActions(FileCopies):
    """Opens, saves, renames and removes files."""

    def fill(self, menu: QMenu, chosen: Sequence[AttachmentRow]) -> None:
        """Put what can be done with the chosen files into a menu."""
        no = partial(why_not, self._context)
        if len(chosen) == 1:
            row = chosen[0]
            add_action(menu, _("Open"), "external-link", lambda: self.look(row))
            if not row.is_link and row.name.lower().endswith(CALENDARS):
                add_action(menu, _("Bring into calendar"), "calendar-plus", lambda: self.bring_in(row),
                           no("exchange.create"))  # fmt: skip
            if not row.is_link:
                add_action(menu, _("Open for editing"), "pencil", lambda: self.opener.edit(row), no("files.create"))
                add_action(menu, _("Save as…"), "download", lambda: self.save_as(row), no("files.export"))
            if row.replaces_id is not None:
                add_action(menu, _("Earlier versions…"), "history", lambda: self.show_versions(row))
            add_action(menu, _("Rename…"), "text-cursor-input", lambda: self.rename(row), no("files.change"))
        if chosen:
            add_action(menu, _("Remove"), "trash-2", lambda: self.remove(chosen), no("files.delete"))

    def bring_in(self, row: AttachmentRow) -> None:
        """Bring the appointments, or the answer to an invitation, of a calendar file in."""
        from gcrm.services.exchange.ical_tree import MOST_BYTES
        from gcrm.ui.calendar.files import CalendarFiles

        database = self._context.database

        def read() -> list[tuple[str, bytes]]:
            with database.read() as session:
                return [(row.name, attachment.read_bytes(session, row.id, MOST_BYTES))]

        CalendarFiles(self._context, self._parent).take(read, row.contact_id)

    def show_versions(self, row: AttachmentRow) -> None:
        """List the earlier versions of a file."""
        FileVersions(self._context, row, self._parent).open()

    def rename(self, row: AttachmentRow) -> None:
        """Ask for another name."""
        database = self._context.database

        def rename(name: str) -> None:
            self._context.window.write(lambda: attachment.rename(database, row.id, name))

        ask_name(self._parent, _("Rename file"), _("File name"), _("Rename"), rename, row.name)

    def remove(self, chosen: Sequence[AttachmentRow]) -> None:
        """Take files off their record; undo brings them back."""
        ids, database = [row.id for row in chosen], self._context.database
        if ids and not say_why_not(self._context, "files.delete"):
            self._context.window.write(lambda: attachment.remove(database, ids))


def popup(menu: QMenu, anchor: QWidget) -> None:
    """Open a menu below a button; it goes when it is closed."""
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(anchor.mapToGlobal(anchor.rect().bottomLeft()))


def link_file(context: Context, contact: int) -> None:
    """Ask for the place of a file on a share and keep it with a contact."""
    window, database = context.window, context.database

    def link(place: str) -> None:
        window.write(lambda: attachment.attach_link(database, place, contact_id=contact))

    parent = window if isinstance(window, QWidget) else None
    ask_name(parent, _("Link to a file"), _("Path or address of the file"), _("Add link"), link)
