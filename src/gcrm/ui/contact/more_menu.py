"""The menu behind the three dots of the record: every entry is a command of the menu bar too."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from gcrm.i18n import _
from gcrm.model.contact import Contact
from gcrm.services import contact as contacts
from gcrm.ui.contact.header import add_action
from gcrm.ui.contact.rows import Page
from gcrm.ui.context import Context


def fill_more_menu(context: Context, menu: QMenu, contact: Contact, page: Page) -> None:
    """Put what can be done with a contact into a menu."""
    contact_id, database = contact.id, context.database

    def print_sheet() -> None:
        from gcrm.ui.printing import print_contact_sheets

        print_contact_sheets(context, [contact_id])

    def copy() -> None:
        from gcrm.ui.exchange import copy_contacts

        copy_contacts(context, [contact_id])

    def export() -> None:
        from gcrm.ui.exchange import open_export

        open_export(context, [contact_id])

    def merge() -> None:
        from gcrm.ui.merge import open_merge

        open_merge(context, [contact_id])

    def attach() -> None:
        from gcrm.ui.files import choose_and_attach

        choose_and_attach(context, contact_id)

    def archive() -> None:
        context.window.write(lambda: contacts.archive(database, [contact_id], contact.archived_at is None))

    def trash() -> None:
        act = contacts.trash if contact.deleted_at is None else contacts.restore
        context.window.write(lambda: act(database, [contact_id]))

    add_action(menu, _("Print contact sheet"), "printer", print_sheet)
    add_action(menu, _("Copy"), "copy", copy)
    add_action(menu, _("Export…"), "upload", export)
    add_action(menu, _("Attach files…"), "paperclip", attach)
    add_action(menu, _("History"), "history", lambda: page.open_tab("history"))
    add_action(menu, _("Merge with a duplicate…"), "merge", merge)
    menu.addSeparator()
    add_action(menu, _("Take out of the archive") if contact.archived_at else _("Archive"), "archive", archive)
    add_action(menu, _("Restore") if contact.deleted_at else _("Move to the trash"), "trash-2", trash)
