"""The line that says: this looks like a contact you have. It never stops anybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.model.contact import Contact
from gcrm.services import duplicates
from gcrm.services.database import Database
from gcrm.services.duplicates import DuplicateRow
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel, announce


def find_alike(database: Database, readings: Sequence[Contact]) -> list[DuplicateRow]:
    """Return the contacts that one being typed may be already, best first. Any thread.

    `readings` are unsaved contacts, one for each way to read what was typed: as a person, as an organisation.
    """
    found: dict[int, DuplicateRow] = {}
    with database.read() as session:
        for contact in readings:
            for point in contact.points:
                point.derive(database.home)
            for row in duplicates.radar(session, duplicates.candidate_of(contact), 3):
                if row.contact not in found or found[row.contact].score < row.score:
                    found[row.contact] = row
    return sorted(found.values(), key=lambda row: -row.score)


class DuplicateHint(QFrame):
    """Icon, sentence, "Open it" and "Not a duplicate"; hidden while there is nothing to say.

    `others` are contacts of which the person at the desk said that they are not the one being typed.
    """

    settled = Signal()
    """Emitted when the last one was told apart by key: whoever shows the hint takes the focus."""

    def __init__(self, open_it: Callable[[int], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._found: DuplicateRow | None = None
        self._open_it = open_it
        self._text = PlainLabel("", wrap=True)
        self.button = Button(_("Open it"), "flat", on_click=self._open)
        self.others_button = Button(_("Not a duplicate"), "flat", on_click=self._tell_apart)
        self.others: set[int] = set()
        self._all: list[DuplicateRow] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(7), px(8), px(7))
        row.setSpacing(px(8))
        row.addWidget(IconLabel("copy-check", "warn"))
        row.addWidget(self._text, 1)
        row.addWidget(self.others_button)
        row.addWidget(self.button)
        self.hide()

    def show_found(self, found: list[DuplicateRow]) -> None:
        """Show the likeliest of what was found, nothing when the list is empty."""
        self._all = found
        best = next((row for row in found if row.contact not in self.others), None)
        is_news = best is not None and (self._found is None or best.contact != self._found.contact)
        self._found = best
        self.setVisible(best is not None)
        if best is None:
            return
        name = ", ".join(part for part in (best.name, best.town) if part)
        sentence = _("Looks like an existing contact: {name}").format(name=name)
        self._text.setText(sentence)
        self.button.setAccessibleDescription(", ".join(best.reasons))
        if is_news:
            announce(self, sentence)

    def sentence(self) -> str:
        """Return what is shown."""
        return self._text.full_text() if not self.isHidden() else ""

    def _open(self) -> None:
        if self._found is not None:
            self._open_it(self._found.contact)

    def _tell_apart(self) -> None:
        """Take this one for somebody else, and show the next."""
        if self._found is not None:
            self.others.add(self._found.contact)
            had_focus = self.others_button.hasFocus()
            self.show_found(self._all)
            if had_focus and self.isHidden():
                self.settled.emit()
