"""Names and values below each other; the widgets are used again for the next contact, so that switching is quick."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget
from typing_extensions import override

from gcrm.ui.contact.rows import Host, RowSpec
from gcrm.ui.contact.value_row import ValueRow
from gcrm.ui.contact.value_view import PAD
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.safe import PlainLabel

WIDEST_LABEL = 0.5
"""Share of the width that names may take; longer ones are shortened and shown whole in the tool tip."""


class RowList(QWidget):
    """Rows of one card. `left` tells that the Tab key went beyond the last (1) or the first (-1) row."""

    left = Signal(int)

    def __init__(self, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._rows: list[tuple[PlainLabel, ValueRow]] = []
        self._shown = 0
        self._is_rearranged = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(12 - PAD))
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)

    def set_specs(self, specs: Sequence[RowSpec]) -> None:
        """Show these rows; an open editor stays as it is if its row is among them, or its contact still is."""
        wanted = list(specs)
        editing = [row.spec for row in self.rows() if row.is_editing()]
        known = {spec.key for spec in wanted}
        wanted += [spec for spec in editing if spec.key not in known]
        self._keep_in_place(wanted)
        while len(self._rows) < len(wanted):
            self._add_row()
        self._shown = len(wanted)
        for place, (label, row) in enumerate(self._rows):
            is_shown = place < len(wanted)
            if is_shown:
                row.set_spec(wanted[place])
                label.setText(wanted[place].label)
                self._dress(place, label, row)
            label.setVisible(is_shown)
            row.setVisible(is_shown)

    @staticmethod
    def _dress(place: int, label: PlainLabel, row: ValueRow) -> None:
        """Set a heading apart from the rows above it."""
        above = px(10) if row.spec.is_heading and place else 0
        set_role(label, "strong" if row.spec.is_heading else "meta")
        label.setContentsMargins(0, px(4) + above, 0, 0)
        row.setContentsMargins(0, above, 0, 0)

    def close_editors(self) -> None:
        """Close what is open, because another contact is shown."""
        for row in self.rows():
            row.leave_off()

    def _keep_in_place(self, wanted: list[RowSpec]) -> None:
        """Let the widgets with open editors stand where their rows will be."""
        order: list[tuple[PlainLabel, ValueRow] | None] = [None] * max(len(wanted), len(self._rows))
        places = {spec.key: place for place, spec in enumerate(wanted)}
        rest = []
        for pair in self._rows:
            place = places.get(pair[1].spec.key) if pair[1].is_editing() else None
            if place is None:
                rest.append(pair)
            else:
                order[place] = pair
        if all(pair is None for pair in order):
            return
        filled = iter(rest)
        self._rows = [pair or next(filled, None) or self._new_row() for pair in order]
        for place, pair in enumerate(self._rows):
            self._put(place, *pair)

    def _new_row(self) -> tuple[PlainLabel, ValueRow]:
        label = PlainLabel("", "meta", elide=True)
        row = ValueRow(self._host)
        row.moved.connect(lambda step, row=row: self._move(row, step))
        return label, row

    def _add_row(self) -> None:
        self._rows.append(self._new_row())
        self._put(len(self._rows) - 1, *self._rows[-1])

    def take_rearranged(self) -> bool:
        """Tell whether the Tab key has to learn its way anew: rows came, or an editor is open among them."""
        was, self._is_rearranged = self._is_rearranged, False
        return was or any(row.is_editing() for row in self.rows())

    def _put(self, place: int, label: PlainLabel, row: ValueRow) -> None:
        self._is_rearranged = True
        self._grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(row, place, 1)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for label, _row in self._rows:
            label.setMaximumWidth(max(px(64), int(self.width() * WIDEST_LABEL)))

    def rows(self) -> list[ValueRow]:
        """Return the rows shown, from top to bottom."""
        return [row for _label, row in self._rows[: self._shown]]

    def row(self, key: str) -> ValueRow | None:
        """Return the row with this key."""
        return next((row for row in self.rows() if row.spec.key == key), None)

    def edit(self, key: str) -> bool:
        """Open the editor of a row."""
        row = self.row(key)
        return row is not None and row.open_editor()

    def edit_first(self) -> bool:
        """Open the editor of the first row that has one, of a heading only where there is nothing else."""
        rows = self.rows()
        return self._open_from([row for row in rows if not row.spec.is_heading]) or self._open_from(rows)

    def edit_last(self) -> bool:
        """Open the editor of the last row that has one."""
        return self._open_from(self.rows()[::-1])

    @staticmethod
    def _open_from(rows: Sequence[ValueRow]) -> bool:
        return any(row.open_editor() for row in rows if not row.is_editing())

    def _move(self, row: ValueRow, step: int) -> None:
        """Go on with the next row, or leave the list."""
        rows = self.rows()
        if row not in rows:
            return
        place = rows.index(row)
        ahead = rows[place + 1 :] if step > 0 else rows[:place][::-1]
        if not self._open_from(ahead):
            self.left.emit(step)
