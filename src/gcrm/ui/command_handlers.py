"""What the commands do: a few lines each over one window. Windows are imported when they are first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import __version__
from gcrm.i18n import N_, _

if TYPE_CHECKING:
    from gcrm.ui.main_window import MainWindow
else:
    MainWindow = object


class CommandHandlers:
    """Mixed into the main window: one method per command of ui/commands.py."""

    # --- what can be done now -----------------------------------------------------------------------------------
    def has_office(self: MainWindow) -> bool:
        """Whether an office is open."""
        return self.context is not None

    def has_contact(self: MainWindow) -> bool:
        """Whether a contact is shown."""
        return self.context is not None and self.current_contact() is not None

    def is_sidebar_wide(self: MainWindow) -> bool:
        """Whether the sidebar shows names."""
        return not self.sidebar.is_rail()

    def is_dark(self: MainWindow) -> bool:
        """Whether the dark look is in force."""
        return self.theme.is_dark

    # --- file ---------------------------------------------------------------------------------------------------
    def new_contact(self: MainWindow) -> None:
        """Open the form for a new contact."""
        from gcrm.ui.new_contact import open_new_contact

        open_new_contact(self.office)

    def import_files(self: MainWindow) -> None:
        """Choose files to import."""
        from gcrm.ui.exchange import open_import

        open_import(self.office, [])

    def export_contacts(self: MainWindow) -> None:
        """Export the chosen contacts, or the list."""
        from gcrm.ui.exchange import open_export

        open_export(self.office, self.selected_contacts())

    def print_sheet(self: MainWindow) -> None:
        """Print the sheet of the chosen contacts."""
        from gcrm.ui.printing import print_contact_sheets

        print_contact_sheets(self.office, self.selected_contacts())

    def print_list(self: MainWindow) -> None:
        """Print the list as it is shown."""
        from gcrm.ui.printing import print_list

        print_list(self.office)

    def print_labels(self: MainWindow) -> None:
        """Print labels for the chosen contacts."""
        from gcrm.ui.printing import print_labels

        print_labels(self.office, self.selected_contacts())

    def open_office(self: MainWindow) -> None:
        """Choose another office file."""
        from gcrm.ui.office_chooser import choose_office

        choose_office(self)

    def check_office(self: MainWindow) -> None:
        """Check the office and show what was found."""
        from gcrm.ui.check_dialog import open_check

        open_check(self.office)

    def settings(self: MainWindow) -> None:
        """Open the settings."""
        from gcrm.ui.settings import open_settings

        open_settings(self.office)

    # --- edit ---------------------------------------------------------------------------------------------------
    def undo(self: MainWindow) -> None:
        """Undo the last operation of this user."""
        from gcrm.services import undo

        self.step(undo.undo_last, N_("Undone: {label}"), N_("There is nothing to undo."))

    def redo(self: MainWindow) -> None:
        """Do again what was undone last."""
        from gcrm.services import undo

        self.step(undo.redo_last, N_("Done again: {label}"), N_("There is nothing to redo."))

    def copy_contact(self: MainWindow) -> None:
        """Copy the contact as address block and vCard."""
        from gcrm.ui.exchange import copy_contacts

        copy_contacts(self.office, self.selected_contacts())

    def find_in_list(self: MainWindow) -> None:
        """Go to the search field of the list."""
        self.open_section("contacts")
        self.contacts.pane.focus_search()

    def select_all(self: MainWindow) -> None:
        """Select every row of the list."""
        self.open_section("contacts")
        self.contacts.pane.select_all()

    # --- view ---------------------------------------------------------------------------------------------------
    def show_today(self: MainWindow) -> None:
        """Show what is due."""
        self.open_section("today")

    def show_contacts(self: MainWindow) -> None:
        """Show the contacts."""
        self.open_section("contacts")

    def show_table(self: MainWindow) -> None:
        """Show the list as a table with columns."""
        self.open_section("table")

    def save_list(self: MainWindow) -> None:
        """Give the present filter and columns a name."""
        from gcrm.ui.tables.saved_lists import save_list

        save_list(self.office)

    def edit_filter(self: MainWindow) -> None:
        """Open the filter of the list."""
        from gcrm.ui.tables.filters import open_filter

        open_filter(self.office)

    def show_trash(self: MainWindow) -> None:
        """List what was deleted."""
        from gcrm.ui.trash import open_trash

        open_trash(self.office, "trash")

    def show_archive(self: MainWindow) -> None:
        """List what was archived."""
        from gcrm.ui.trash import open_trash

        open_trash(self.office, "archived")

    def toggle_sidebar(self: MainWindow) -> None:
        """Pin the sidebar wide, or let the width of the window decide."""
        self.pin_sidebar(self.sidebar.is_rail())

    def toggle_dark(self: MainWindow) -> None:
        """Switch between light and dark."""
        self.theme.set_mode("light" if self.theme.is_dark else "dark")

    # --- contact ------------------------------------------------------------------------------------------------
    def log_activity(self: MainWindow) -> None:
        """Go to the log box of the contact that is shown."""
        self.contacts.focus_log()

    def call_contact(self: MainWindow) -> None:
        """Hand the contact's number to the telephone of this computer."""
        from gcrm.ui.reach import call

        call(self.office, self.shown())

    def write_email(self: MainWindow) -> None:
        """Open the mail program with the contact's address."""
        from gcrm.ui.reach import write_email

        write_email(self.office, self.shown())

    def show_on_map(self: MainWindow) -> None:
        """Open the contact's address on the map in the browser."""
        from gcrm.ui.reach import show_on_map

        show_on_map(self.office, self.shown())

    def attach_file(self: MainWindow) -> None:
        """Choose files to keep with the contact."""
        from gcrm.ui.files import choose_and_attach

        choose_and_attach(self.office, self.shown())

    def show_history(self: MainWindow) -> None:
        """Show who changed what."""
        from gcrm.ui.history import open_history

        open_history(self.office, self.shown())

    def merge(self: MainWindow) -> None:
        """Join the chosen contacts, or the shown one with a duplicate."""
        from gcrm.ui.merge import open_merge

        open_merge(self.office, self.selected_contacts())

    def archive_contact(self: MainWindow) -> None:
        """Archive the chosen contacts."""
        from gcrm.services import contact

        database, chosen = self.office.database, self.selected_contacts()
        self.write(lambda: contact.archive(database, chosen))

    def delete_contact(self: MainWindow) -> None:
        """Move the chosen contacts to the trash; undo brings them back."""
        from gcrm.services import contact

        database, chosen = self.office.database, self.selected_contacts()
        self.write(lambda: contact.trash(database, chosen))

    # --- tools, help --------------------------------------------------------------------------------------------
    def find_duplicates(self: MainWindow) -> None:
        """Look for contacts like the shown one."""
        from gcrm.ui.merge import open_duplicates

        open_duplicates(self.office)

    def custom_fields(self: MainWindow) -> None:
        """Describe own fields."""
        from gcrm.ui.settings import open_settings

        open_settings(self.office, "custom_fields")

    def show_unfinished(self: MainWindow) -> None:
        """List texts that were typed and not saved."""
        from gcrm.ui.unfinished import open_unfinished

        open_unfinished(self.office)

    def try_popup(self: MainWindow) -> None:
        """Let the shown contact ring."""
        from gcrm.ui.telephony import ring_for_trial

        ring_for_trial(self.office, self.shown())

    def show_shortcuts(self: MainWindow) -> None:
        """List the keys."""
        from gcrm.ui.help import open_shortcuts

        open_shortcuts(self, self.actions)

    def show_guide(self: MainWindow) -> None:
        """Open the user guide."""
        from gcrm.ui.help import open_guide

        open_guide(self)

    def about(self: MainWindow) -> None:
        """Say what this is."""
        from gcrm.ui.widgets.message import tell

        tell(self, _("About gCRM"), _("gCRM {version}. Free software under the GPL 3 or later.").format(
            version=__version__))  # fmt: skip
