"""Contacts as a table: search, filter, columns, sorting by several columns, actions on many."""

from __future__ import annotations

from array import array
from dataclasses import replace

from PySide6.QtCore import QLocale, QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import _, ngettext
from gcrm.services import contact_columns, contact_list
from gcrm.services.changed import Changed
from gcrm.services.contact_columns import DEFAULT_COLUMNS, Column
from gcrm.services.contact_list import ContactQuery
from gcrm.ui.allowed import Offer, RightsWatch
from gcrm.ui.contact_pane import LISTED
from gcrm.ui.context import Context
from gcrm.ui.exchange.clipboard import ContactDrag
from gcrm.ui.mail.drop import RowDrop
from gcrm.ui.tables.bulk import open_bulk_menu
from gcrm.ui.tables.columns import open_columns
from gcrm.ui.tables.dragging import DragTable
from gcrm.ui.tables.model import ContactTableModel
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.panes import STEP
from gcrm.ui.widgets.safe import PlainLabel, set_tip
from gcrm.ui.widgets.search_edit import SearchEdit

WIDTHS = {"display_name": 240, "number": 90, "priority": 80, "postcode": 90, "email": 220, "street": 200}
WIDTH = 150
STATE = "contacts table"


class TablePage(QWidget):
    """The list of contacts with all its columns."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._query = context.window.current_query()
        self._names = self._own_names()
        self._sort = list(self._query.sort) or context.state.recall_words(f"{STATE}/sort")
        self._is_arranging = False
        self.title = PlainLabel(_("Contacts"), "title", elide=True)
        self.search = SearchEdit(_("Name, phone, city, customer no."), _("Search contacts"))
        self.search.setText(self._query.words)
        self.filter_button = Button(_("Filter"), "secondary", "list-filter", on_click=lambda: self._trigger("filter"))
        self.columns_button = Button(_("Columns"), "secondary", "columns-3", on_click=lambda: open_columns(self))
        self.bulk_button = Button(_("Change selected"), "secondary", "list-checks", on_click=self._open_bulk)
        self.footer = PlainLabel("", "meta", elide=True)
        self.model = ContactTableModel(context.database, context.tasks, self)
        self.view = self._make_view()
        Offer(context, self.bulk_button, "contacts.change")
        RightsWatch(context, self.load, self)
        self._lay_out()
        self.search.textChanged.connect(self._on_typed)
        self.search.down_pressed.connect(self.view.setFocus)
        context.feed.changed.connect(self._on_changed)
        self._drag = ContactDrag(context, self.view)
        self.view.dragged.connect(lambda: self._drag.begin(self.selected_contacts()))
        self.view.copied.connect(lambda: self._trigger("copy_contact"))
        RowDrop(context, self.view, lambda index: self.model.ids()[index.row()])

    def _make_view(self) -> DragTable:
        """Make the table."""
        view = DragTable()
        view.setModel(self.model)
        view.setAccessibleName(_("Contacts as table"))
        view.setTabKeyNavigation(False)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(px(40))
        header = view.horizontalHeader()
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(px(60))
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.sectionClicked.connect(self._on_header)
        header.sectionMoved.connect(lambda *_places: self._remember_order())
        header.sectionResized.connect(lambda *_sizes: self._remember_order())
        view.doubleClicked.connect(self._open)
        view.activated.connect(self._open)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._open_menu)
        return view

    def _lay_out(self) -> None:
        """Place everything."""
        bar = QHBoxLayout()
        bar.setSpacing(px(6))
        self.search.setMinimumWidth(px(300))
        self.search.setMaximumWidth(px(360))
        for widget in (self.search, self.filter_button, self.columns_button, self.bulk_button):
            bar.addWidget(widget)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(8))
        column.setSpacing(px(12))
        column.addWidget(self.title)
        column.addLayout(bar)
        column.addWidget(self.view, 1)
        column.addWidget(self.footer)
        set_role(self, "page")

    def _trigger(self, command: str) -> None:
        """Carry out a command of the main window."""
        actions = getattr(self.window(), "actions_", None)
        if actions is not None:
            actions.action(command).trigger()

    # --- what is shown ------------------------------------------------------------------------------------------
    def query(self) -> ContactQuery:
        """Return what the table shows, in its order."""
        return replace(self._query, sort=tuple(self._sort))

    def focus_search(self) -> None:
        """Go to the search field; what stands in it is selected."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def select_all(self) -> None:
        """Choose every row."""
        self.view.setFocus()
        self.view.selectAll()

    def show_query(self, query: ContactQuery, title: str, columns: tuple[str, ...] = ()) -> None:
        """Show a saved list, with its columns if it has any."""
        self.title.setText(title)
        self._query = replace(query, words=self.search.text())
        self._sort = list(query.sort)
        if columns:
            self._names = columns
        self.load()

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns in the order shown."""
        header = self.view.horizontalHeader()
        known = self.model.columns()
        return tuple(known[header.logicalIndex(place)].name for place in range(len(known)))

    def widen_column(self, name: str, steps: int) -> None:
        """Make a column wider, or narrower when `steps` is negative."""
        names = [column.name for column in self.model.columns()]
        if name in names:
            header, place = self.view.horizontalHeader(), names.index(name)
            header.resizeSection(place, max(header.minimumSectionSize(), header.sectionSize(place) + px(STEP) * steps))

    def _own_names(self) -> tuple[str, ...]:
        """Return the columns this person chose last, in contrast to those of a saved list."""
        return tuple(self.context.state.recall_words(f"{STATE}/columns")) or DEFAULT_COLUMNS

    def set_columns(self, names: tuple[str, ...]) -> None:
        """Show other columns."""
        self._names = names
        self.context.state.remember_words(f"{STATE}/columns", names)
        self.load()

    def load(self) -> None:
        """Read columns, ids and the first rows."""
        query, names, database = self.query(), self._names, self.context.database

        def read() -> tuple[tuple[Column, ...], array[int], dict[int, contact_list.ContactRow], int]:
            with database.read() as session:
                columns = tuple(contact_columns.columns_of(session, names))
                ids = contact_list.ids(session, query)
                rows = contact_list.rows(session, list(ids[:60]), names)
                return columns, ids, rows, contact_list.count(session, ContactQuery())

        self.context.tasks.read(read, lambda found: self._show(*found), self.context.window.fail, key=id(self))

    def _show(
        self, columns: tuple[Column, ...], ids: array[int], rows: dict[int, contact_list.ContactRow], total: int
    ) -> None:
        """Show what was read; cursor and place stay."""
        keep, top = self._current(), self.view.verticalScrollBar().value()
        if [column.name for column in columns] != [column.name for column in self.model.columns()]:
            self._arrange(columns)
        self.model.set_ids(ids, rows)
        found = self.model.place(keep) if keep is not None else None
        if found is not None:
            self.view.setCurrentIndex(self.model.index(found, 0))
        self.view.verticalScrollBar().setValue(top)
        self._show_sort()
        locale = QLocale()
        text = ngettext("{shown} of {total} contact", "{shown} of {total} contacts", total)
        self.footer.setText(text.format(shown=locale.toString(len(ids)), total=locale.toString(total)))

    def _arrange(self, columns: tuple[Column, ...]) -> None:
        """Show other columns: as they were left if the same were left last, else in their own width and order."""
        header = self.view.horizontalHeader()
        self._is_arranging = True
        self.model.set_columns(columns)
        for place, column in enumerate(columns):
            header.moveSection(header.visualIndex(place), place)
            self.view.setColumnWidth(place, px(WIDTHS.get(column.name, WIDTH)))
        if self.context.state.recall_words(f"{STATE}/header") == [column.name for column in columns]:
            self.context.state.restore_columns(STATE, header)
        self._is_arranging = False

    def _on_typed(self, words: str) -> None:
        """Search while the user types."""
        self._query = replace(self._query, words=words)
        self.load()

    # --- sorting ------------------------------------------------------------------------------------------------
    def _on_header(self, section: int) -> None:
        """Sort by a column; with Shift after the columns sorted by already."""
        name = self.model.columns()[section].name
        held = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.sort_by(name, add=held)

    def sort_by(self, name: str, *, add: bool = False) -> None:
        """Sort rising, a second time falling; `add` keeps the columns sorted by already."""
        falling = name in self._sort
        others = [known for known in self._sort if known.lstrip("-") != name] if add else []
        self._sort = [*others, f"-{name}" if falling else name]
        self.context.state.remember_words(f"{STATE}/sort", self._sort)
        self.load()

    def _show_sort(self) -> None:
        """Show the arrow at the first column sorted by."""
        header = self.view.horizontalHeader()
        names = [column.name for column in self.model.columns()]
        first = self._sort[0] if self._sort else ""
        header.setSortIndicatorShown(bool(first))
        if first.lstrip("-") in names:
            order = Qt.SortOrder.DescendingOrder if first.startswith("-") else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(names.index(first.lstrip("-")), order)
        words = ", ".join(first.lstrip("-") for first in self._sort)
        set_tip(header, _("Click to sort, Shift and click to sort by several columns") if not words else "")

    def _remember_order(self) -> None:
        """Remember widths and order of the columns this person chose; a saved list has its own."""
        if self._is_arranging or self._names != self._own_names():
            return
        self.context.state.save_columns(STATE, self.view.horizontalHeader())
        self.context.state.remember_words(f"{STATE}/header", [column.name for column in self.model.columns()])

    # --- rows ---------------------------------------------------------------------------------------------------
    def _current(self) -> int | None:
        """Return the contact the cursor is on."""
        index = self.view.currentIndex()
        return self.model.ids()[index.row()] if index.isValid() else None

    def selected_contacts(self) -> list[int]:
        """Return the chosen contacts in the order of the table."""
        ids = self.model.ids()
        return [ids[index.row()] for index in sorted(self.view.selectionModel().selectedRows(), key=_row)]

    def _open(self, index: QModelIndex) -> None:
        """Open the contact of a row."""
        self.context.window.open_contact(self.model.ids()[index.row()])

    def _open_bulk(self) -> None:
        """Offer what can be changed on the chosen contacts at once."""
        place = self.bulk_button.mapToGlobal(QPoint(0, self.bulk_button.height()))
        open_bulk_menu(self.context, self, self.selected_contacts(), place)

    def _open_menu(self, point: QPoint) -> None:
        """Open the menu of the chosen rows."""
        open_bulk_menu(self.context, self, self.selected_contacts(), self.view.viewport().mapToGlobal(point))

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Read anew when contacts changed."""
        if any(change.table in LISTED or change.table == "custom_field" for change in changed):
            self.model.forget({change.contact for change in changed if change.contact is not None})
            self.load()


def _row(index: QModelIndex) -> int:
    """Return the row of an index, to sort by."""
    return index.row()
