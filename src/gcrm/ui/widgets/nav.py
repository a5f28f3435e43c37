"""The sidebar: sections with their counts, as a column of 204 or a rail of icons of 56."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.ui.theme.fonts import px, role_font
from gcrm.ui.theme.icons import icon
from gcrm.ui.theme.roles import set_role, set_state
from gcrm.ui.widgets.button import native_keys, tip_with_keys
from gcrm.ui.widgets.safe import PlainLabel, literal, set_tip
from gcrm.ui.widgets.tab_order import tab_as_read

WIDE = 204
RAIL = 56
EDGE = 8
"""Around the places to go."""
TAKEN = 46
"""What border, margins, icon and the gap behind it take of the width of a place."""


class NavItem(QPushButton):
    """One place to go: icon, name, count. In the rail only the icon is left; the name is still spoken.

    `is_whole`: the name is never shortened, because the column is made as wide as it needs.
    """

    def __init__(
        self, name: str, icon_name: str, shortcut: str = "", role: str = "nav", parent: QWidget | None = None, *,
        is_whole: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._name = name
        self._is_whole = is_whole
        self._shortcut = shortcut
        self._rail = False
        self.setCheckable(role == "nav")
        self.setIcon(icon(icon_name, on="accent_text"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        set_role(self, role)
        self._count = PlainLabel("", "count")
        self._count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), 0, px(8), 0)
        row.addStretch(1)
        row.addWidget(self._count)
        self.toggled.connect(lambda on: set_state(self._count, "tone", "active" if on else ""))
        self._show_name()

    def set_name(self, name: str) -> None:
        """Give the item another name."""
        self._name = name
        self._show_name()

    def set_count(self, text: str) -> None:
        """Show a number at the right end; it is spoken after the name."""
        self._count.setText(text)
        self._show_name()

    def set_rail(self, rail: bool) -> None:
        """Show only the icon, or icon, name and count."""
        self._rail = rail
        set_state(self, "rail", rail)
        self._show_name()

    def _shortened(self) -> str:
        """Return the name, with an ellipsis where icon, margins and count leave too little room for all of it.

        It has to fit where it is chosen, too, and bold then.
        """
        if self._is_whole:
            return self._name
        taken = px(TAKEN) + (self._count.sizeHint().width() + px(6) if self._count.text() else 0)
        room = max(px(40), px(WIDE - 2 * EDGE) - taken)
        bold = QFontMetrics(role_font("body", semibold=True))
        return bold.elidedText(self._name, Qt.TextElideMode.ElideRight, room)

    def _show_name(self) -> None:
        count = self._count.text()
        self.setText("" if self._rail else literal(self._shortened()))
        self.setAccessibleName(f"{self._name}, {count}" if count else self._name)
        self._count.setVisible(bool(count) and not self._rail)
        is_told = self._rail or self._shortcut or self._shortened() != self._name
        set_tip(self, tip_with_keys(self._name, self._shortcut or None) if is_told else "")


class Sidebar(QWidget):
    """The column at the left edge. `activated` carries the id of the item that was chosen."""

    activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rail = False
        self._items: dict[str, NavItem] = {}
        self._wide_only: list[QWidget] = []
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(px(EDGE), px(10), px(EDGE), px(10))
        self._layout.setSpacing(px(4))
        self.set_rail(False)

    def add_item(self, key: str, name: str, icon_name: str, shortcut: str = "") -> NavItem:
        """Add a place to go at the bottom of what is there."""
        item = NavItem(name, icon_name, shortcut, parent=self)
        self._group.addButton(item)
        return self._place(key, item)

    def add_search(self, key: str, name: str, shortcut: str) -> NavItem:
        """Add the button that opens the palette; it shows its keys where others show a count."""
        item = NavItem(name, "search", shortcut, "palette", self)
        item.set_count(native_keys(shortcut))
        return self._place(key, item)

    def _place(self, key: str, item: NavItem) -> NavItem:
        item.clicked.connect(lambda _checked=False: self.activated.emit(key))
        item.set_rail(self._rail)
        self._items[key] = item
        self._layout.addWidget(item)
        tab_as_read(self)
        return item

    def add_heading(self, text: str) -> PlainLabel:
        """Add a caption ("Saved lists"); the rail shows a gap in its place."""
        heading = PlainLabel(text, "caption", elide=True, parent=self)
        heading.setContentsMargins(px(8), px(12), 0, px(2))
        heading.setVisible(not self._rail)
        self._wide_only.append(heading)
        self._layout.addWidget(heading)
        return heading

    def add_widget(self, widget: QWidget) -> None:
        """Add anything else: the palette button on top, the database state at the bottom."""
        self._layout.addWidget(widget)

    def add_state(self, text: str, icon_name: str) -> NavItem:
        """Add a line that only tells something, such as which office is open; it cannot be chosen."""
        item = NavItem(text, icon_name, parent=self)
        item.setCheckable(False)
        return self._place(text, item)

    def insert_below(self, widget: QWidget, key: str, name: str, icon_name: str) -> NavItem:
        """Add a place to go below what stands there already, such as a caption."""
        item = self.add_item(key, name, icon_name)
        self._layout.removeWidget(item)
        self._layout.insertWidget(self._layout.indexOf(widget) + 1, item)
        tab_as_read(self)
        return item

    def remove_item(self, key: str) -> None:
        """Take a place away."""
        item = self._items.pop(key)
        self._group.removeButton(item)
        self._layout.removeWidget(item)
        item.deleteLater()

    def add_stretch(self) -> None:
        """Push what follows to the bottom."""
        self._layout.addStretch(1)

    def item(self, key: str) -> NavItem:
        """Return the item called `key`; KeyError when there is none."""
        return self._items[key]

    def set_current(self, key: str) -> None:
        """Mark the place where the user is."""
        self._items[key].setChecked(True)

    def is_rail(self) -> bool:
        """Whether only icons are shown."""
        return self._rail

    def set_rail(self, rail: bool) -> None:
        """Switch between the column with names and the rail of icons."""
        self._rail = rail
        for item in self._items.values():
            item.set_rail(rail)
        for widget in self._wide_only:
            widget.setVisible(not rail)
        self.setFixedWidth(px(RAIL if rail else WIDE))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedWidth(px(RAIL if self._rail else WIDE))
