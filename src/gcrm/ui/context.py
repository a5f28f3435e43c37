"""What every window is given: the open office, background tasks, look, change feed, and the way to other windows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from gcrm.errors import GcrmError
    from gcrm.services.contact_list import ContactQuery
    from gcrm.services.database import Database
    from gcrm.ui.changes import ChangeFeed
    from gcrm.ui.state import WindowState
    from gcrm.ui.tasks import Tasks
    from gcrm.ui.theme import Theme


class Navigator(Protocol):
    """What a window may ask of the main window."""

    def open_contact(self, contact: int, *, tab: str = "", focus_log: bool = False) -> None:
        """Show a contact in the contacts section."""

    def open_kindly(self, contact: int, name: str, *, focus_log: bool = False) -> None:
        """Show a contact, in a window beside this one while somebody types here."""

    def resume_typing(self, contact: int, tab: str, row: str) -> None:
        """Show a contact with the editor of a row open, in which an unsaved text comes back."""

    def open_section(self, key: str) -> None:
        """Show a section: "today", "contacts" or "calendar"."""

    def current_contact(self) -> int | None:
        """Return the contact on the record page."""

    def selected_contacts(self) -> list[int]:
        """Return the contacts chosen in the list, in its order."""

    def current_query(self) -> ContactQuery:
        """Return what the list of contacts shows."""

    def current_columns(self) -> tuple[str, ...]:
        """Return the columns of the list, in their order."""

    def say(self, text: str, *, undo: bool = False) -> None:
        """Show a sentence in the status line, with Undo beside it if wanted."""

    def fail(self, error: GcrmError) -> None:
        """Show an error in the banner at the top of the pane."""

    def write(self, function: Callable[[], Any], done: Callable[[Any], None] | None = None, *, label: str = "") -> None:
        """Run a service that writes, off the GUI thread; then say what was done and offer Undo."""


@dataclass(slots=True)
class Context:
    """The surroundings of a window."""

    database: Database
    tasks: Tasks
    theme: Theme
    feed: ChangeFeed
    state: WindowState
    window: Navigator
