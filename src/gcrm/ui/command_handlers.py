"""What the commands do: a few lines each over one window. Windows are imported when they are first needed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from gcrm import __version__
from gcrm.i18n import N_, _
from gcrm.ui import focus_mode
from gcrm.ui.allowed import why_not
from gcrm.ui.calendar_handlers import CalendarHandlers
from gcrm.ui.contact_commands import ContactCommands
from gcrm.ui.outward_handlers import OutwardHandlers

if TYPE_CHECKING:
    from gcrm.ui.main_window import MainWindow


class CommandHandlers(ContactCommands, OutwardHandlers, CalendarHandlers):
    """One method per command of ui/commands.py; a command may also name a method of the window itself."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    # --- what can be done now -----------------------------------------------------------------------------------
    def lacks(self, needs: tuple[str, ...]) -> str:
        """Return which of some rights the person who works has not, and who can give it; "" where none is missing."""
        context = self.window.context
        return why_not(context, *needs) if context is not None else ""

    def has_office(self) -> bool:
        """Whether an office is open."""
        return self.window.context is not None

    def has_contact(self) -> bool:
        """Whether a contact is shown."""
        return self.window.context is not None and self.window.current_contact() is not None

    def has_activity(self) -> bool:
        """Whether an activity is open in the chronicle, or the cursor is on one."""
        return self.has_contact() and self.window.contacts.rail.activity_at_hand() is not None

    def has_picture(self) -> bool:
        """Whether the contact shown has a photo or logo."""
        return self.has_contact() and self.window.contacts.page.has_picture()

    def is_sidebar_wide(self) -> bool:
        """Whether the sidebar shows names."""
        return not self.window.sidebar.is_rail()

    def is_dark(self) -> bool:
        """Whether the dark look is in force."""
        return self.window.theme.is_dark

    def is_focus_mode(self) -> bool:
        """Whether reminders stay silent."""
        return focus_mode.is_on(self.window.state, date.today())

    # --- file ---------------------------------------------------------------------------------------------------
    def new_contact(self) -> None:
        """Open the form for a new contact."""
        from gcrm.ui.new_contact import open_new_contact

        open_new_contact(self.window.office)

    def import_files(self) -> None:
        """Choose files to import."""
        from gcrm.ui.exchange import open_import

        open_import(self.window.office, [])

    def export_contacts(self) -> None:
        """Export the chosen contacts, or the list."""
        from gcrm.ui.exchange import open_export

        open_export(self.window.office, self.window.selected_contacts())

    def print_sheet(self) -> None:
        """Print the sheet of the chosen contacts."""
        from gcrm.ui.printing import print_contact_sheets

        print_contact_sheets(self.window.office, self.window.selected_contacts())

    def print_list(self) -> None:
        """Print the list as it is shown."""
        from gcrm.ui.printing import print_list

        print_list(self.window.office)

    def print_labels(self) -> None:
        """Print labels for the chosen contacts."""
        from gcrm.ui.printing import print_labels

        print_labels(self.window.office, self.window.selected_contacts())

    def open_office(self) -> None:
        """Choose another office."""
        from gcrm.ui.office_chooser import choose_office

        if self.window.tasks is not None:
            choose_office(self.window, self.window.tasks)

    def show_backups(self) -> None:
        """Show the backups, to make, check and restore one."""
        from gcrm.ui.settings import open_settings

        open_settings(self.window.office, "backup")

    def save_backup(self) -> None:
        """Save a backup to a file of one's choice."""
        from gcrm.ui.backup import open_save

        open_save(self.window.office)

    def look_into_backup(self) -> None:
        """Look at a contact as it is in a backup, and take over what was lost."""
        from gcrm.ui.backup import open_look

        open_look(self.window.office)

    def share_team(self) -> None:
        """Move the office to the server of a team."""
        from gcrm.ui.team import open_share

        open_share(self.window.office)

    def invite(self) -> None:
        """Make a code for a colleague."""
        from gcrm.ui.team import open_invite

        open_invite(self.window.office)

    def join_team(self) -> None:
        """Join an office with the code of an invitation."""
        from gcrm.ui.team import open_join

        if self.window.tasks is not None:
            open_join(self.window.tasks, self.window.state, self.window)

    def check_office(self) -> None:
        """Check the office and show what was found."""
        from gcrm.ui.check_dialog import open_check

        open_check(self.window.office)

    def settings(self) -> None:
        """Open the settings."""
        from gcrm.ui.settings import open_settings

        open_settings(self.window.office)

    # --- edit ---------------------------------------------------------------------------------------------------
    def undo(self) -> None:
        """Undo the last operation of this user."""
        from gcrm.services import undo

        self.window.step(undo.undo_last, N_("Undone: {label}"), N_("There is nothing to undo."))

    def redo(self) -> None:
        """Do again what was undone last."""
        from gcrm.services import undo

        self.window.step(undo.redo_last, N_("Done again: {label}"), N_("There is nothing to redo."))

    def find_in_list(self) -> None:
        """Go to the search field of the list that is in front, else of the contacts."""
        self.window.list_in_front().focus_search()

    def select_all(self) -> None:
        """Select every row of the list that is in front, else of the contacts."""
        self.window.list_in_front().select_all()

    # --- view ---------------------------------------------------------------------------------------------------
    def show_today(self) -> None:
        """Show what is due."""
        self.window.open_section("today")

    def show_contacts(self) -> None:
        """Show the contacts."""
        self.window.open_section("contacts")

    def show_table(self) -> None:
        """Show the list as a table with columns."""
        self.window.open_section("table")

    def save_list(self) -> None:
        """Give the present filter and columns a name."""
        from gcrm.ui.tables.saved_lists import save_list

        save_list(self.window.office)

    def manage_lists(self) -> None:
        """Rename, order and remove saved lists."""
        from gcrm.ui.tables.saved_lists import manage_lists

        manage_lists(self.window.office)

    def edit_filter(self) -> None:
        """Open the filter of the list."""
        from gcrm.ui.tables.filters import open_filter

        open_filter(self.window.office)

    def show_trash(self) -> None:
        """List what was deleted."""
        from gcrm.ui.trash import open_trash

        open_trash(self.window.office, "trash")

    def show_archive(self) -> None:
        """List what was archived."""
        from gcrm.ui.trash import open_trash

        open_trash(self.window.office, "archived")

    def toggle_sidebar(self) -> None:
        """Pin the sidebar wide, or let the width of the window decide."""
        self.window.pin_sidebar(self.window.sidebar.is_rail())

    def list_wider(self) -> None:
        """Give the list of contacts more room."""
        self.window.contacts.widen_list(1)

    def list_narrower(self) -> None:
        """Give the list of contacts less room."""
        self.window.contacts.widen_list(-1)

    def chronicle_wider(self) -> None:
        """Give the chronicle more room."""
        self.window.contacts.widen_chronicle(1)

    def chronicle_narrower(self) -> None:
        """Give the chronicle less room."""
        self.window.contacts.widen_chronicle(-1)

    def toggle_dark(self) -> None:
        """Switch between light and dark."""
        self.window.theme.set_mode("light" if self.window.theme.is_dark else "dark")

    def toggle_focus_mode(self) -> None:
        """Let reminders wait until the end of the day, or show those that waited."""
        wanted = not self.is_focus_mode()
        focus_mode.switch(self.window.state, date.today(), wanted)
        self.window.say(_("Focus mode: reminders wait until tomorrow.") if wanted else _("Focus mode ended."))
        self.window.refresh_actions()

    # --- contact ------------------------------------------------------------------------------------------------
    def log_activity(self) -> None:
        """Go to the log box of the contact that is shown."""
        self.window.contacts.focus_log()

    def new_appointment(self) -> None:
        """Make an appointment: in the calendar where its cursor is, else with the contact that is shown."""
        from gcrm.ui.calendar.form import next_hour, open_appointment
        from gcrm.ui.calendar.page import CalendarPage

        page = self.window.stack.currentWidget()
        if isinstance(page, CalendarPage):
            page.new_appointment()
        else:
            open_appointment(self.window.office, start=next_hour(self.window.current_contact()))

    def call_contact(self) -> None:
        """Hand the contact's number to the telephone of this computer."""
        from gcrm.ui.reach import call

        call(self.window.office, self.window.shown())

    def write_email(self) -> None:
        """Open the mail program with the contact's address."""
        from gcrm.ui.reach import write_email

        write_email(self.window.office, self.window.shown())

    def show_on_map(self) -> None:
        """Open the contact's address on the map in the browser."""
        from gcrm.ui.reach import show_on_map

        show_on_map(self.window.office, self.window.shown())

    def attach_file(self) -> None:
        """Choose files to keep with the contact."""
        from gcrm.ui.dropped_files import choose_and_attach

        choose_and_attach(self.window.office, self.window.shown())

    def choose_picture(self) -> None:
        """Choose the contact's photo or logo."""
        from gcrm.ui.files import choose_picture

        choose_picture(self.window.office, self.window.shown())

    def link_file(self) -> None:
        """Keep the place of a file on a share with the contact."""
        from gcrm.ui.file_actions import link_file

        link_file(self.window.office, self.window.shown())

    def attach_to_activity(self) -> None:
        """Choose files to keep with the activity at hand."""
        self.window.contacts.rail.attach_to_activity()

    def remove_picture(self) -> None:
        """Take the contact's photo or logo off."""
        from gcrm.ui.files import remove_picture

        if self.has_picture():
            remove_picture(self.window.office, self.window.shown())

    def show_history(self) -> None:
        """Show who changed what."""
        from gcrm.ui.history import open_history

        open_history(self.window.office, self.window.shown())

    def merge(self) -> None:
        """Join the chosen contacts, or the shown one with a duplicate."""
        from gcrm.ui.merge import open_merge

        open_merge(self.window.office, self.window.selected_contacts())

    def archive_contact(self) -> None:
        """Archive the chosen contacts."""
        from gcrm.services import contact

        database, chosen = self.window.office.database, self.window.selected_contacts()
        self.window.write(lambda: contact.archive(database, chosen))

    def delete_contact(self) -> None:
        """Move the chosen contacts to the trash; undo brings them back."""
        from gcrm.services import contact

        database, chosen = self.window.office.database, self.window.selected_contacts()
        self.window.write(lambda: contact.trash(database, chosen))

    # --- tools, help --------------------------------------------------------------------------------------------
    def find_duplicates(self) -> None:
        """Look for duplicates in the whole office."""
        from gcrm.ui.merge import open_duplicates

        open_duplicates(self.window.office)

    def custom_fields(self) -> None:
        """Describe own fields."""
        from gcrm.ui.settings import open_settings

        open_settings(self.window.office, "custom_fields")

    def show_unfinished(self) -> None:
        """List texts that were typed and not saved."""
        from gcrm.ui.unfinished import open_unfinished

        open_unfinished(self.window.office)

    def try_popup(self) -> None:
        """Let the shown contact ring."""
        from gcrm.ui.telephony import ring_for_trial

        ring_for_trial(self.window.office, self.window.shown())

    def open_caller(self) -> None:
        """Open the record of who is calling now."""
        from gcrm.ui.call_stack import newest_popup

        popup = newest_popup()
        if popup is None:
            self.window.say(_("Nobody is calling."))
        else:
            popup.open_shown()

    def show_shortcuts(self) -> None:
        """List the keys."""
        from gcrm.ui.help import open_shortcuts

        open_shortcuts(self.window, self.window.actions_)

    def show_guide(self) -> None:
        """Open the user guide."""
        from gcrm.ui.help import open_guide

        open_guide(self.window)

    def about(self) -> None:
        """Say what this is."""
        from gcrm.ui.widgets.message import tell

        tell(self.window, _("About gCRM"), _("gCRM {version}. Free software under the GPL 3 or later.").format(
            version=__version__))  # fmt: skip
