"""The menu behind the three dots of the record: every entry is a command of the menu bar too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QMenu

from gcrm.i18n import _
from gcrm.model.contact import Contact
from gcrm.model.rights import EVERY_FIELD
from gcrm.services import contact as contacts
from gcrm.ui.allowed import why_not
from gcrm.ui.contact.header import add_action
from gcrm.ui.contact.rows import Page
from gcrm.ui.context import Context


def fill_more_menu(context: Context, menu: QMenu, contact: Contact, page: Page, has_picture: bool) -> None:
    """Put what can be done with a contact into a menu."""
    actions = ContactActions(context, contact)
    archive = _("Take out of the archive") if contact.archived_at else _("Archive")
    trash = _("Restore") if contact.deleted_at else _("Move to the trash")
    no = partial(why_not, context)
    add_action(menu, _("Plan activities…"), "list-todo", actions.plan, no("activities.create"))
    add_action(menu, _("Print contact sheet"), "printer", actions.print_sheet, no("contacts.print"))
    add_action(menu, _("Copy"), "copy", actions.copy, no("contacts.export"))
    add_action(menu, _("Export…"), "upload", actions.export, no("contacts.export"))
    add_action(menu, _("Open in another address book"), "external-link", actions.open_elsewhere, no("contacts.export"))
    add_action(menu, _("Attach files…"), "paperclip", actions.attach, no("files.create"))
    add_action(menu, _("Link to a file on a share…"), "link", actions.link_file, no("files.create"))
    add_action(menu, _("Photo or logo…"), "image", actions.choose_picture, no("files.create", "files.delete"))
    if has_picture:
        add_action(menu, _("Remove photo or logo"), "image-off", actions.remove_picture, no("files.delete"))
    add_action(menu, _("History"), "history", lambda: page.open_tab("history"))
    add_action(menu, _("Merge with a duplicate…"), "merge", actions.merge, no("contacts.delete", EVERY_FIELD))
    add_action(menu, _("Privacy…"), "shield", actions.privacy, no("contacts.see"))
    menu.addSeparator()
    add_action(menu, archive, "archive", actions.archive, no("contacts.change"))
    add_action(menu, trash, "trash-2", actions.trash, no("contacts.delete"))


@dataclass(frozen=True, slots=True)
class ContactActions:
    """What can be done with one contact; windows are imported when they are first needed."""

    context: Context
    contact: Contact

    def plan(self) -> None:
        """Plan several activities with it."""
        from gcrm.ui.plan_activities import open_plan

        open_plan(self.context, [self.contact.id])

    def print_sheet(self) -> None:
        """Print its sheet."""
        from gcrm.ui.printing import print_contact_sheets

        print_contact_sheets(self.context, [self.contact.id])

    def copy(self) -> None:
        """Copy it as address block and vCard."""
        from gcrm.ui.exchange import copy_contacts

        copy_contacts(self.context, [self.contact.id])

    def export(self) -> None:
        """Export it."""
        from gcrm.ui.exchange import open_export

        open_export(self.context, [self.contact.id])

    def open_elsewhere(self) -> None:
        """Open it in the address book of this computer."""
        from gcrm.ui.exchange.hand_over import open_contacts

        open_contacts(self.context, [self.contact.id])

    def merge(self) -> None:
        """Join it with a duplicate."""
        from gcrm.ui.merge import open_merge

        open_merge(self.context, [self.contact.id])

    def privacy(self) -> None:
        """Show what is kept about it, and erase it."""
        from gcrm.ui.privacy import open_privacy

        open_privacy(self.context, self.contact.id)

    def attach(self) -> None:
        """Choose files to keep with it."""
        from gcrm.ui.dropped_files import choose_and_attach

        choose_and_attach(self.context, self.contact.id)

    def choose_picture(self) -> None:
        """Choose its photo or logo."""
        from gcrm.ui.files import choose_picture

        choose_picture(self.context, self.contact.id)

    def link_file(self) -> None:
        """Keep the place of a file on a share with it."""
        from gcrm.ui.file_actions import link_file

        link_file(self.context, self.contact.id)

    def remove_picture(self) -> None:
        """Take its photo or logo off."""
        from gcrm.ui.files import remove_picture

        remove_picture(self.context, self.contact.id)

    def archive(self) -> None:
        """Hide it from the lists, or show it again."""
        database, contact = self.context.database, self.contact
        self.context.window.write(lambda: contacts.archive(database, [contact.id], contact.archived_at is None))

    def trash(self) -> None:
        """Move it to the trash, or take it out."""
        database, contact = self.context.database, self.contact
        act = contacts.trash if contact.deleted_at is None else contacts.restore
        self.context.window.write(lambda: act(database, [contact.id]))
