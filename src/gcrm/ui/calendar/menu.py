"""The menus of the calendar: of an entry, and of free time; they offer nothing that the menu bar has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from gcrm.ui.calendar.page import CalendarPage

OF_ENTRY = (
    ("open_entry", "entry_contact"),
    ("answer_invitation", "send_invitation", "save_invitation"),
    ("new_appointment", "show_entry_day"),
    ("export_appointment", "open_in_calendar"),
    ("delete_entry",),
)
OF_FREE_TIME = (("new_appointment", "show_entry_day"), ("go_to_day", "calendar_now"), ("import_calendar",))


def make_menu_of(page: CalendarPage) -> QMenu | None:
    """Return the menu of the chosen entry, or of the time where the cursor is; None outside of the main window."""
    actions = getattr(page.window(), "actions_", None)
    if actions is None:
        return None
    actions.refresh()
    menu = QMenu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    for group in OF_ENTRY if page.selected() is not None else OF_FREE_TIME:
        for command in group:
            menu.addAction(actions.action(command))
        menu.addSeparator()
    return menu


def open_menu_of(page: CalendarPage, at: QPoint) -> None:
    """Open the menu at a point of the screen."""
    menu = make_menu_of(page)
    if menu is not None:
        menu.popup(at)
