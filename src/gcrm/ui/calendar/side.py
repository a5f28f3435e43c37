"""Whose calendars are shown, in which colours, and what else: birthdays, follow-ups, what was called off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.calendar_layers import LAYERS
from gcrm.ui.calendar.hues import Hues
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.safe import PlainLabel, literal

WIDTH = 188


class Side(QWidget):
    """Switches; `changed` says that another choice was made."""

    changed = Signal()

    def __init__(self, me: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._me = me
        self.users: dict[int, QCheckBox] = {}
        self.layers: dict[str, QCheckBox] = {}
        self._people = QVBoxLayout()
        self._people.setSpacing(px(2))
        content = QWidget()
        set_role(content, "content")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, px(4), 0)
        column.setSpacing(px(4))
        column.addWidget(PlainLabel(_("Calendars"), "caption"))
        column.addLayout(self._people)
        column.addSpacing(px(12))
        column.addWidget(PlainLabel(_("Also show"), "caption"))
        for layer in LAYERS:
            box = QCheckBox(_(layer.label))
            box.toggled.connect(lambda _on: self.changed.emit())
            self.layers[layer.key] = box
            column.addWidget(box)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._content = content
        self._fit()

    def _fit(self) -> None:
        """Take the width that the longest name needs."""
        self.setFixedWidth(max(px(WIDTH), self._content.minimumSizeHint().width() + px(14)))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # the names are wider in larger type
            self._fit()
        return super().event(event)

    def show_users(self, names: Mapping[int, str], chosen: Iterable[int]) -> bool:
        """Offer a switch for each colleague, oneself first; tell whether these are others than before."""
        if {user: box.text() for user, box in self.users.items()} == {u: literal(n) for u, n in names.items()}:
            return False
        wanted = {user for user, box in self.users.items() if box.isChecked()} or set(chosen) or {self._me}
        for box in self.users.values():
            box.deleteLater()
        self.users = {}
        hues = Hues(sorted(names))
        for user in sorted(names, key=lambda user: (user != self._me, names[user])):
            box = QCheckBox(literal(names[user]))
            box.setChecked(user in wanted)
            box.toggled.connect(lambda _on: self.changed.emit())
            self.users[user] = box
            self._people.addWidget(box)
            self._dye(box, hues, user)
        self._fit()
        return True

    def _dye(self, box: QCheckBox, hues: Hues, user: int) -> None:
        """Show the colour of a colleague beside the name."""
        side = px(14)
        made = QPixmap(side * 2, side * 2)
        made.setDevicePixelRatio(2)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(hues.edge(user))
        painter.drawEllipse(QRect(1, 1, side - 2, side - 2))
        painter.end()
        box.setIcon(QIcon(made))

    def repaint_dots(self) -> None:
        """Paint the colours anew, after a switch between light and dark."""
        hues = Hues(sorted(self.users))
        for user, box in self.users.items():
            self._dye(box, hues, user)

    def chosen_users(self) -> list[int]:
        """Return the users whose calendars are shown."""
        return [user for user, box in self.users.items() if box.isChecked()] if self.users else [self._me]

    def chosen_layers(self) -> list[str]:
        """Return the layers that are shown."""
        return [key for key, box in self.layers.items() if box.isChecked()]

    def choose_layers(self, keys: Iterable[str]) -> None:
        """Show these layers, without telling anybody."""
        for key, box in self.layers.items():
            box.blockSignals(True)
            box.setChecked(key in keys)
            box.blockSignals(False)
