"""What the commands do that hand the office, or a contact, to other programs, or take it over from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gcrm.ui.main_window import MainWindow


class OutwardHandlers:
    """A part of ui/command_handlers.py: one method per command."""

    window: MainWindow

    def cut_over(self) -> None:
        """Take over the data of another program."""
        from gcrm.ui.exchange import open_cut_over

        open_cut_over(self.window.office)

    def export_everything(self) -> None:
        """Export the whole office as open files."""
        from gcrm.ui.exchange import open_everything

        open_everything(self.window.office)

    def exchange_outlook(self) -> None:
        """Keep contacts and appointments in step with Outlook."""
        from gcrm.ui.exchange import open_outlook

        open_outlook(self.window.office)

    def why_no_outlook(self) -> str:
        """Return why there is no Outlook to exchange with on this computer, "" where there is."""
        from gcrm.services.outlook.com import why_not

        return why_not()

    def open_elsewhere(self) -> None:
        """Open the chosen contacts in the address book of this computer."""
        from gcrm.ui.exchange.hand_over import open_contacts

        open_contacts(self.window.office, self.window.selected_contacts())

    def copy_contact(self) -> None:
        """Copy the chosen contacts as address block and vCard; out of the table as rows."""
        from gcrm.ui.exchange import copy_contacts
        from gcrm.ui.tables.page import TablePage

        is_table = isinstance(self.window.stack.currentWidget(), TablePage)
        copy_contacts(self.window.office, self.window.selected_contacts(), as_rows=is_table)
