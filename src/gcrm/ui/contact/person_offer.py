"""The offer below a new person's name: somebody of this name is known, take this person. It never stops anybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services import known_person
from gcrm.services.known_person import KnownPerson
from gcrm.ui.contact.value_row import CHECK_AFTER_MS, ValueRow
from gcrm.ui.context import Context
from gcrm.ui.known_line import known_line, known_words, said
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import announce

Take = Callable[[KnownPerson, str], object]


class PersonOffer(QWidget):
    """One line for each known person of the name that is typed into `row`; lives as long as its editor is open.

    It stands inside the row, so that going to a button does not save what was typed as a new person. Tab goes there
    from the last field, Enter on a button takes the person with the function typed, Esc gives up.
    """

    def __init__(self, context: Context, row: ValueRow, here: int, take: Take) -> None:
        super().__init__(row)
        self._context = context
        self._row = row
        self._here = here
        self._take = take
        self.buttons: list[Button] = []
        self._lines: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, px(4), 0, 0)
        self._column.setSpacing(px(4))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CHECK_AFTER_MS)
        self._timer.timeout.connect(self.look)
        self._edits = row.findChildren(QLineEdit)
        for edit in self._edits:
            edit.textChanged.connect(self._timer.start)
        if self._edits:
            self._edits[-1].installEventFilter(self)
        outer = row.layout()
        if outer is not None:
            outer.addWidget(self)
        row.closed.connect(self._end)
        self.hide()

    def _values(self) -> list[Any]:
        return self._row.values() if self._row.is_editing() else ["", "", ""]

    def look(self) -> None:
        """Look up who is known by the name as it stands, off the GUI thread."""
        database = self._context.database
        first, last, _function = self._values()

        def find() -> list[KnownPerson]:
            with database.read() as session:
                return known_person.named(session, first, last)

        self._context.tasks.read(find, self._show, key=("person offer", id(self)), owner=self)

    def _show(self, found: list[KnownPerson]) -> None:
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self.buttons = []
        self._lines = [self._line(known) for known in found]
        for line in self._lines:
            self._column.addWidget(line)
        self.setVisible(bool(found))
        if found:
            announce(self, known_words(found[0]))

    def _line(self, known: KnownPerson) -> QWidget:
        if self._here in known.contacts:
            return said(_("{name} is a person of this contact already.").format(name=known.full_name), self)
        line, button = known_line(known, self, partial(self._choose, known))
        button.installEventFilter(self)
        self.buttons.append(button)
        return line

    def _choose(self, known: KnownPerson) -> None:
        function = str(self._values()[2] or "")
        self._row.revert()
        self._take(known, function)

    def _leave(self) -> None:
        """Save what was typed when the keyboard leaves the row from here, as it does from a field."""
        focus = QApplication.focusWidget()
        if focus is not None and not self._row.isAncestorOf(focus):
            self._row.commit()

    def _end(self) -> None:
        self._timer.stop()
        self.hide()
        self.deleteLater()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Tab go from the last field to the first offer instead of saving, and Esc give up from there."""
        if event.type() == QEvent.Type.FocusOut and watched in self.buttons:
            QTimer.singleShot(0, self, self._leave)
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Tab and self._edits and watched is self._edits[-1] and self.buttons:
            self.buttons[0].setFocus()
            return True
        if event.key() == Qt.Key.Key_Escape and watched in self.buttons:
            self._row.revert()
            return True
        return False
