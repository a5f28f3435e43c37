"""A main window that only remembers: what tests of windows give them as `context.window`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gcrm.errors import GcrmError
from gcrm.services.contact_list import ContactQuery
from gcrm.ui.tasks import Tasks


class FakeWindow:
    """A navigator that carries out writes and remembers everything it was asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.said: list[str] = []
        self.undoable: list[str] = []
        self.errors: list[GcrmError] = []
        self.tasks: Tasks | None = None

    def open_contact(self, contact: int, *, tab: str = "", focus_log: bool = False) -> None:
        self.calls.append(("open_contact", contact, tab, focus_log))

    def open_kindly(self, contact: int, name: str, *, focus_log: bool = False) -> None:
        self.calls.append(("open_kindly", contact, name, focus_log))

    def resume_typing(self, contact: int, tab: str, row: str) -> None:
        self.calls.append(("resume_typing", contact, tab, row))

    def open_section(self, key: str) -> None:
        self.calls.append(("open_section", key))

    def current_contact(self) -> int | None:
        return None

    def selected_contacts(self) -> list[int]:
        return []

    def current_query(self) -> ContactQuery:
        return ContactQuery()

    def current_columns(self) -> tuple[str, ...]:
        return ("display_name", "town")

    def say(self, text: str, *, undo: bool = False) -> None:
        self.said.append(text)
        if undo:
            self.undoable.append(text)

    def fail(self, error: GcrmError) -> None:
        self.errors.append(error)

    def write(self, function: Callable[[], Any], done: Callable[[Any], None] | None = None, *, label: str = "") -> None:
        assert self.tasks is not None
        self.tasks.write(function, done or (lambda _result: None), self.fail, label)
