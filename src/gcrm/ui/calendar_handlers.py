"""What the commands of the calendar do: its views, its days, and calendar files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from gcrm.ui.calendar.page import CalendarPage
    from gcrm.ui.main_window import MainWindow


class CalendarHandlers:
    """A part of ui/command_handlers.py: one method per command."""

    window: MainWindow

    def _in_front(self) -> CalendarPage | None:
        """Return the calendar while it is the section that is shown; it is not imported to find out."""
        if "gcrm.ui.calendar.page" not in sys.modules:
            return None
        from gcrm.ui.calendar.page import CalendarPage

        page = self.window.stack.currentWidget()
        return page if isinstance(page, CalendarPage) else None

    def _calendar(self) -> CalendarPage:
        """Return the calendar, brought to the front."""
        from gcrm.ui.calendar.page import CalendarPage

        if self._in_front() is None:
            self.window.open_section("calendar")
        return cast(CalendarPage, self.window.stack.currentWidget())

    def is_calendar(self) -> bool:
        """Whether the calendar is the section that is shown."""
        return self._in_front() is not None

    def has_appointment(self) -> bool:
        """Whether an appointment is chosen in the calendar."""
        page = self._in_front()
        entry = page.selected() if page is not None else None
        return entry is not None and entry.kind == "appointment"

    def has_entry(self) -> bool:
        """Whether something is chosen in the calendar."""
        page = self._in_front()
        return page is not None and page.selected() is not None

    def has_entry_contact(self) -> bool:
        """Whether what is chosen in the calendar is with a contact."""
        page = self._in_front()
        entry = page.selected() if page is not None else None
        return entry is not None and entry.contact_id is not None

    def can_delete_entry(self) -> bool:
        """Whether what is chosen in the calendar is something that can be deleted there."""
        page = self._in_front()
        entry = page.selected() if page is not None else None
        return entry is not None and entry.kind in ("appointment", "follow_up")

    def open_entry(self) -> None:
        """Open what is chosen in the calendar."""
        page = self._calendar()
        entry = page.selected()
        if entry is not None:
            page.opener.open(entry)

    def entry_contact(self) -> None:
        """Show the contact of what is chosen in the calendar."""
        entry = self._calendar().selected()
        if entry is not None and entry.contact_id is not None:
            self.window.open_contact(entry.contact_id)

    def show_entry_day(self) -> None:
        """Show the day of what is chosen, or of the cursor, by itself."""
        page = self._calendar()
        page.show_day(page.day_at())

    def delete_entry(self) -> None:
        """Delete what is chosen in the calendar."""
        page = self._calendar()
        entry = page.selected()
        if entry is not None:
            page.opener.delete(entry)

    def answer_invitation(self) -> None:
        """Answer the invitation to the chosen appointment."""
        entry = self._calendar().selected()
        if entry is not None and entry.activity_id is not None:
            self._calendar().answering.ask_how(entry.activity_id)

    def show_calendar(self) -> None:
        """Show the calendar."""
        self.window.open_section("calendar")

    def calendar_day(self) -> None:
        """Show one day."""
        self._calendar().show_view("day")

    def calendar_week(self) -> None:
        """Show a week."""
        self._calendar().show_view("week")

    def calendar_month(self) -> None:
        """Show a month."""
        self._calendar().show_view("month")

    def calendar_agenda(self) -> None:
        """Show the agenda."""
        self._calendar().show_view("agenda")

    def calendar_list(self) -> None:
        """Show the list of a month."""
        self._calendar().show_view("list")

    def calendar_earlier(self) -> None:
        """Go back by what is shown."""
        self._calendar().step(-1)

    def calendar_later(self) -> None:
        """Go on by what is shown."""
        self._calendar().step(1)

    def calendar_now(self) -> None:
        """Show today in the calendar."""
        self._calendar().step(0)

    def go_to_day(self) -> None:
        """Choose a day, and show it."""
        self._calendar().ask_day()

    def import_calendar(self) -> None:
        """Choose calendar files and bring them in."""
        self._calendar().files.ask_import()

    def export_days(self) -> None:
        """Write the days that are shown into a file."""
        page = self._calendar()
        page.files.ask_export(page.range())

    def export_calendar(self) -> None:
        """Write the own calendar, with follow-ups, into a file."""
        self._calendar().files.ask_export(None)

    def send_invitation(self) -> None:
        """Send the invitation to the chosen appointment, after it was said to whom."""
        self._calendar().files.ask_to_send()

    def save_invitation(self) -> None:
        """Write an invitation to the chosen appointment."""
        self._calendar().files.ask_invitation()

    def export_appointment(self) -> None:
        """Write the chosen appointment into a file."""
        self._calendar().files.ask_export_one()

    def open_in_calendar(self) -> None:
        """Open the chosen appointment in the calendar of this computer."""
        self._calendar().files.open_elsewhere()
