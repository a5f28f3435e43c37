"""What the commands of the menu Contact do that work on several contacts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gcrm.ui.main_window import MainWindow


class ContactCommands:
    """Commands over the contacts that are chosen in the list, else over the one that is shown."""

    window: MainWindow

    def plan_activities(self) -> None:
        """Plan several activities, by a set of the office."""
        from gcrm.ui.plan_activities import open_plan

        open_plan(self.window.office, self.window.selected_contacts())
