"""What a row of a card is, told by the card and drawn by value_row.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from gcrm.errors import GcrmError
from gcrm.model.checks.finding import Finding
from gcrm.model.contact import Contact
from gcrm.services.aggregate import Loaded
from gcrm.ui.contact.saving import Change
from gcrm.ui.forms import Handle, Input, text_of
from gcrm.ui.forms.town_help import AskPlace

Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class RowCommand:
    """Something that can be done with a row: text of the menu, icon, what happens."""

    text: str
    icon: str
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class RowSpec:
    """One row: name, text, and how it is edited.

    `key` stays the same as long as it speaks of the same value, so that an open editor outlives a refresh. `change`
    turns the values of the inputs into a change, None when nothing is to be saved. `opens` is there for rows that lead
    elsewhere. `judge` looks at the values while they are typed (any thread). `blank` stands where there is no value,
    `help` below the open editor. The first `first_line` inputs stand in a line above the others (0: all in one). A
    heading begins a group of rows. `is_link`: `opens` only leads somewhere and changes nothing. `assist` gets the
    editors when they are opened, to let them help each other. `tone` colours the note: bad, or nothing.
    """

    key: str
    label: str
    text: str
    inputs: tuple[Input, ...] = ()
    change: Callable[[Values], Change | None] | None = None
    commands: tuple[RowCommand, ...] = ()
    note: str = ""
    blank: str = ""
    opens: Callable[[], object] | None = None
    judge: Callable[[Values], Finding] | None = None
    role: str = "body"
    focus_input: int = 0
    first_line: int = 0
    is_heading: bool = False
    help: str = ""
    is_link: bool = False
    assist: Callable[[Sequence[Handle]], object] | None = None
    tone: str = ""

    @property
    def can_edit(self) -> bool:
        """Tell whether a click opens an editor."""
        return bool(self.inputs) and self.change is not None

    def fixed(self) -> RowSpec:
        """Return the row as it is shown to whoever may not change it."""
        opens = self.opens if self.is_link else None
        return replace(self, inputs=(), change=None, commands=(), blank="", opens=opens, help="")


class RowRights(Protocol):
    """What may be seen and changed, as rows ask for it."""

    def lock(self) -> str:
        """Return why nothing may be changed, "" where it may."""

    def sees(self, table: str, column: str = "") -> bool:
        """Tell whether a column may be seen, or anything of a table."""


class Host(Protocol):
    """The page, as its rows see it."""

    @property
    def rights(self) -> RowRights:
        """Return what may be seen and changed on the page."""

    def seen(self) -> Loaded[Contact] | None:
        """Return the contact as it is shown now, for who begins to edit it: what others write comes in meanwhile."""

    def commit(
        self, change: Change, done: Callable[[], object], failed: Callable[[GcrmError], object],
        seen: Loaded[Contact] | None = None,
    ) -> None:  # fmt: skip
        """Save a change of the contact on the page; `seen` is what was shown when somebody began to type it."""

    def pick_contact(self, title: str, take: Callable[[int | None], object]) -> None:
        """Let the person choose a contact."""

    def keep_typed(self, part: QWidget, row: str, label: str, texts: Sequence[str], more: Mapping[str, Any]) -> str:
        """Keep what is being typed into `row`, shown by `part`, on the disk; return the name of the draft."""

    def forget_typed(self, draft: str) -> None:
        """Take a draft away: its text was saved or given up."""

    def typed_before(self, row: str, take: Callable[[Mapping[str, Any]], object]) -> None:
        """Hand over what was typed into a row of the contact shown and never saved, if there is something."""

    def run_check(self, function: Callable[[], Finding], done: Callable[[Finding], object], key: object) -> None:
        """Look at a value off the GUI thread."""

    @property
    def ask_place(self) -> AskPlace:
        """Return what looks for the town of a postcode and the other way round, off the GUI thread."""


def joined_text(inputs: Sequence[Input], between: str = " ") -> str:
    """Return the values of several inputs in one line."""
    return between.join(text for entry in inputs if (text := text_of(entry)))


class Page(Protocol):
    """The page, as its menus see it."""

    def open_tab(self, key: str) -> None:
        """Show a tab."""
