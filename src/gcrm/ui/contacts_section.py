"""The contacts section: list, record and chronicle side by side, as many of them as the width allows.

1180 pixels and more: chronicle in a column of its own; below, it is the first tab of the record.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from gcrm.ui.allowed import RightsWatch, sees
from gcrm.ui.chronicle import ChronicleRail
from gcrm.ui.contact import ContactPage
from gcrm.ui.contact_pane import ContactPane
from gcrm.ui.context import Context
from gcrm.ui.theme.fonts import px
from gcrm.ui.widgets.panes import Panes

LIST_WIDTH = 328
RAIL_WIDTH = 316
RAIL_FROM = 1180 - 56


class ContactsSection(QWidget):
    """The place where a customer is looked up and worked with."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._splitter = Panes(self)  # each part is made in its place: hundreds of widgets are dressed anew by a move
        self._splitter.setHandleWidth(1)
        self.pane = ContactPane(context, self._splitter)
        self.page = ContactPage(context, self._splitter)
        self.rail = ChronicleRail(context, self._splitter)
        self.page.rights.restricted.connect(self.rail.box.lock)
        for widget in (self.pane, self.page, self.rail):
            self._splitter.addWidget(widget)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([px(LIST_WIDTH), px(700), px(RAIL_WIDTH)])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)
        self._is_narrow = False
        self._has_rail = True
        self.pane.chosen.connect(self._show)
        RightsWatch(context, self._judge, self)
        context.state.restore_splitter("contacts", self._splitter)

    def _judge(self) -> None:
        """Leave the chronicle out for whoever may see no activities."""
        has_rail = sees(self._context, "activity")
        if has_rail != self._has_rail:
            self._has_rail = has_rail
            self.set_narrow(has_rail and self.width() < self._room_for_rail())
            self.rail.setVisible(has_rail)

    def _show(self, contact: int) -> None:
        """Show a contact that was chosen in the list."""
        self.page.show_contact(contact)
        self.rail.show_contact(contact)
        self._context.state.add_recent(contact)
        QTimer.singleShot(0, self._refresh_actions)

    def _refresh_actions(self) -> None:
        """Let the commands know that another contact is shown."""
        refresh = getattr(self.window(), "refresh_actions", None)
        if refresh is not None:
            refresh()

    def open_contact(self, contact: int, tab: str = "") -> None:
        """Show a contact, also one that the list does not show; then open a tab of it."""
        self.pane.select_contact(contact)
        if self.page.contact_id() != contact:
            self._show(contact)
        if tab:
            self.page.open_tab(tab)

    def current_contact(self) -> int | None:
        """Return the contact on the record page."""
        return self.page.contact_id()

    def selected_contacts(self) -> list[int]:
        """Return the contacts chosen in the list."""
        return self.pane.selected()

    def focus_log(self) -> None:
        """Go to the log box."""
        if not self._has_rail:
            return
        if self._is_narrow:
            self.page.open_tab("chronicle")
        self.rail.focus_log()

    def restore(self, contact: int | None) -> None:
        """Show the record that was open last, else the first of the list."""
        self.pane.start(contact)

    def widen_list(self, steps: int) -> None:
        """Give the list more room, or less."""
        self._splitter.widen(0, 1, steps)

    def widen_chronicle(self, steps: int) -> None:
        """Give the chronicle more room, or less."""
        self._splitter.widen(2, 1, steps)

    def save_state(self) -> None:
        """Remember the widths of the columns."""
        if not self._is_narrow:
            self._context.state.save_splitter("contacts", self._splitter)

    def set_narrow(self, narrow: bool) -> None:
        """Put the chronicle into a tab of the record, or beside it."""
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        if narrow:
            self.page.add_chronicle_tab(self.rail)
        else:
            self.page.remove_chronicle_tab()
            self._splitter.addWidget(self.rail)
            self.rail.setVisible(self._has_rail)
            self._splitter.setSizes([px(LIST_WIDTH), self.width() - px(LIST_WIDTH + RAIL_WIDTH), px(RAIL_WIDTH)])

    def _room_for_rail(self) -> int:
        """Return the width from which list, record and chronicle fit beside each other."""
        parts = (self.pane, self.page, self.rail)
        least = sum(max(part.minimumWidth(), part.minimumSizeHint().width()) for part in parts)
        return max(px(RAIL_FROM), least + 2 * self._splitter.handleWidth())

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the least size: the chronicle is a tab then, so that it does not keep the window wide."""
        least = super().minimumSizeHint()
        if self._is_narrow:
            return least
        return QSize(least.width() - self.rail.minimumSizeHint().width(), least.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_narrow(self._has_rail and self.width() < self._room_for_rail())
