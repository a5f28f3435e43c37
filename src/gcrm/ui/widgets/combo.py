"""A choice from a list that can be typed into: the list shrinks to what holds the typed letters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget
from typing_extensions import override

from gcrm.model.fold import fold


class _Filter(QSortFilterProxyModel):
    """Keeps the rows that hold every typed word anywhere."""

    def __init__(self, combo: QComboBox) -> None:
        super().__init__(combo)
        self._words: list[str] = []

    def set_query(self, query: str) -> None:
        self._words = fold(query).split()
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        text = fold(str(self.sourceModel().index(row, 0, parent).data() or ""))
        return all(word in text for word in self._words)


class FilterCombo(QComboBox):
    """Type to filter, Up and Down to choose, Enter takes, Esc gives the former choice back.

    Only what is in the list can be chosen; `chosen` carries the data of the new choice.
    """

    chosen = Signal(object)

    def __init__(self, accessible_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(accessible_name)
        self._taken = -1
        self._filter = _Filter(self)
        self._filter.setSourceModel(self.model())
        completer = QCompleter(self._filter, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        completer.activated.connect(self._take_text)
        self.activated.connect(self._take)
        edit = self.lineEdit()
        if edit is not None:
            edit.textEdited.connect(self._filter.set_query)
        self._wire_name(accessible_name)

    def setAccessibleName(self, name: str) -> None:
        """Name the field and the parts it is made of."""
        super().setAccessibleName(name)
        self._wire_name(name)

    def _wire_name(self, name: str) -> None:
        edit = self.lineEdit()
        completer = self.completer()
        popup = completer.popup() if completer is not None else None
        for part in (edit, self.view(), popup):
            if part is not None:
                part.setAccessibleName(name)

    def set_choices(self, choices: Iterable[tuple[str, Any]]) -> None:
        """Offer texts with the data behind them; nothing is chosen afterwards."""
        self.clear()
        for text, data in choices:
            self.addItem(text, data)
        self.set_value(None)

    def value(self) -> Any:
        """Return the data of the choice, None when there is none."""
        return self.itemData(self._taken) if self._taken >= 0 else None

    def set_value(self, data: Any) -> None:
        """Choose the entry with this data, nothing when there is none."""
        places = (row for row in range(self.count()) if self.itemData(row) == data)
        self._taken = next(places, -1)
        self._show_taken()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.currentText() != self.itemText(self._taken):
            self._show_taken()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._settle()
        super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._settle()
        super().focusOutEvent(event)

    def _settle(self) -> None:
        """Take what was typed when it can only mean one entry, else give the former choice back."""
        typed = self.currentText()
        if typed and typed != self.itemText(self._taken):
            self._filter.set_query(typed)
            exact = [row for row in range(self.count()) if fold(self.itemText(row)) == fold(typed)]
            if exact:
                self._take(exact[0])
            elif self._filter.rowCount() == 1:
                self._take(self._filter.mapToSource(self._filter.index(0, 0)).row())
        self._show_taken()

    def _take_text(self, text: str) -> None:
        self._take(self.findText(text))

    def _take(self, row: int) -> None:
        changed = row != self._taken
        self._taken = row
        self._show_taken()
        if changed:
            self.chosen.emit(self.value())

    def _show_taken(self) -> None:
        self._filter.set_query("")
        self.setCurrentIndex(self._taken)
        self.setEditText(self.itemText(self._taken) if self._taken >= 0 else "")
