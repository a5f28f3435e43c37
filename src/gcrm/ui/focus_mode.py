"""Focus mode: reminders wait. It ends by itself at midnight, so that nobody stays without reminders by mistake."""

from __future__ import annotations

from datetime import date

from gcrm.ui.state import WindowState

_KEY = "focus_day"


def is_on(state: WindowState, day: date) -> bool:
    """Tell whether focus mode was chosen on this day and not ended since."""
    return state.recall(_KEY) == day.toordinal()


def switch(state: WindowState, day: date, wanted: bool) -> None:
    """Begin focus mode for the rest of the day, or end it."""
    state.remember(_KEY, day.toordinal() if wanted else None)
