"""Parts of the call pop-up: the choice among several owners of a number, and the search for a contact to assign."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gcrm.i18n import _, ngettext
from gcrm.services import quick_find
from gcrm.services.call_log import CallerCard
from gcrm.services.quick_find import QuickHit
from gcrm.ui.context import Context
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.search_edit import SearchEdit

ROW = 32
MOST_ROWS = 4
ROLE = Qt.ItemDataRole.UserRole


def _plain_list(name: str) -> QListWidget:
    """Return a list without frame whose rows shorten their text."""
    made = QListWidget()
    made.setAccessibleName(name)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    set_role(made, "plain")
    return made


def _fit_rows(shown: QListWidget) -> None:
    """Make a list as high as its rows, up to MOST_ROWS."""
    rows = min(max(shown.count(), 1), MOST_ROWS)
    high = shown.sizeHintForRow(0) if shown.count() else px(ROW)
    shown.setFixedHeight(rows * max(high, px(ROW)) + 2 * shown.frameWidth() + px(4))


class Matches(QWidget):
    """Lists everybody who has the number; hidden while it is only one. `chosen` carries the place."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = PlainLabel("", "meta")
        self.list = _plain_list(_("Contacts with this number"))
        self.list.currentRowChanged.connect(self._on_row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addWidget(self.caption)
        column.addWidget(self.list)

    def set_cards(self, cards: Sequence[CallerCard], more: int = 0) -> None:
        """Offer these; the first one is chosen. `more` is how many others there are."""
        self.list.blockSignals(True)
        self.list.clear()
        for card in cards:
            self.list.addItem(" · ".join(part for part in (card.name, card.company, card.town) if part))
        if more:
            self.list.addItem(ngettext("and {count} more", "and {count} more", more).format(count=more))
            self.list.item(len(cards)).setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        count = len(cards) + more
        text = ngettext("{count} contact has this number", "{count} contacts have this number", count)
        self.caption.setText(text.format(count=count))
        _fit_rows(self.list)
        self.setVisible(len(cards) > 1)

    def mark(self, place: int) -> None:
        """Show another one as chosen."""
        self.list.setCurrentRow(place)

    def _on_row(self, row: int) -> None:
        if row >= 0 and self.list.item(row).flags() != Qt.ItemFlag.NoItemFlags:
            self.chosen.emit(row)


class AssignBox(QWidget):
    """A search field with its hits; `chosen` carries the contact, `grown` says that it needs other room now."""

    chosen = Signal(int)
    grown = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.search = SearchEdit(_("Name, city, customer no."), _("Find the contact that calls"))
        self.list = _plain_list(_("Found contacts"))
        self.empty = PlainLabel(_("No contact found"), "meta")
        self.empty.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        for part in (self.search, self.empty, self.list):
            column.addWidget(part)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._take_first)
        self.search.down_pressed.connect(self._to_list)
        self.list.itemActivated.connect(self._take)
        self.list.itemClicked.connect(self._take)
        self._show([])

    def focus(self) -> None:
        """Begin to search."""
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._find(self.search.text())

    def _find(self, words: str) -> None:
        """Ask the office; without words it offers what was open lately."""
        database, recent = self._context.database, self._context.state.recent_contacts()

        def read() -> list[QuickHit]:
            with database.read() as session:
                if words.strip():
                    return quick_find.quick_contacts(session, words)
                return quick_find.recent_contacts(session, recent)

        self._context.tasks.read(read, self._show, key=("assign call", id(self)), owner=self)

    def _show(self, hits: list[QuickHit]) -> None:
        self.list.clear()
        for hit in hits:
            item = QListWidgetItem(" · ".join(part for part in (hit.title, hit.detail) if part))
            item.setData(ROLE, hit.contact)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(hits))
        self.empty.setVisible(not hits and bool(self.search.text().strip()))
        self.list.setFixedHeight(MOST_ROWS * px(ROW) + px(4))
        self.grown.emit()

    def _to_list(self) -> None:
        if self.list.count():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_first(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._take(item)

    def _take(self, item: QListWidgetItem) -> None:
        self.chosen.emit(int(item.data(ROLE)))
