"""The list pane: title and New, search, the rows, and the count below."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TypeAlias

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QLocale, QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from gcrm.i18n import _, ngettext
from gcrm.services import contact_list
from gcrm.services.changed import Changed
from gcrm.services.contact_list import PANE_COLUMNS, ContactQuery, ContactRow
from gcrm.ui.allowed import Offer
from gcrm.ui.contact_rows import ContactDelegate, ContactListModel
from gcrm.ui.contact_view import ContactView
from gcrm.ui.context import Context
from gcrm.ui.exchange.clipboard import ContactDrag
from gcrm.ui.mail.drop import RowDrop
from gcrm.ui.tasks import Progress
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.search_edit import SearchEdit

FIRST = 200
LISTED = frozenset({"contact", "address", "contact_point", "contact_person", "person", "contact_category", "category"})
MENU = (
    ("new_contact",),
    ("log", "plan_activities", "call", "write_email"),
    ("print_sheet", "print_list", "print_labels", "export_contacts", "copy_contact"),
    ("merge", "archive", "delete"),
)
Found: TypeAlias = "tuple[array[int], dict[int, ContactRow]]"


class ContactPane(QWidget):
    """Finds and lists contacts; emits `chosen` with the id of the row the cursor is on."""

    chosen = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._query = ContactQuery()
        self._total: int | None = None
        self._shown: int | None = None
        self._otherwise = "near"
        self._is_filling = False
        set_role(self, "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(px(240))
        self.title = PlainLabel(_("Contacts"), "section", elide=True)
        self.new_button = Button(_("New"), "primary", "plus", on_click=lambda: self._trigger("new_contact"))
        self.new_button.setAccessibleName(_("New contact"))
        self.search = SearchEdit(_("Name, phone, city, customer no."), _("Search contacts"))
        self.filter_button = IconButton("list-filter", _("Filter"), on_click=lambda: self._trigger("filter"))
        self.model = ContactListModel(context.database, context.tasks, self)
        self.view = self._make_view()
        self.empty = EmptyState("users", _("No contacts yet."), _("New contact"), _("Import contacts"))
        self.no_hits = EmptyState("search-x", "", "", _("Clear search"))
        self.footer = PlainLabel("", "meta", elide=True)
        for button, right in (
            (self.new_button, "contacts.create"), (self.empty.button, "contacts.create"),
            (self.empty.link, "exchange.create"),
        ):  # fmt: skip
            if button is not None:
                Offer(context, button, right)
        self._lay_out()
        self._connect()

    def _make_view(self) -> ContactView:
        """Make the list."""
        view = ContactView()
        view.setModel(self.model)
        view.setItemDelegate(ContactDelegate(view))
        view.setAccessibleName(_("Contacts"))
        return view

    def _lay_out(self) -> None:
        """Place everything."""
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.new_button)
        find = QHBoxLayout()
        find.setSpacing(px(6))
        find.addWidget(self.search, 1)
        find.addWidget(self.filter_button)
        top = QVBoxLayout()
        top.setContentsMargins(px(14), px(12), px(14), px(4))
        top.setSpacing(px(8))
        top.addLayout(head)
        top.addLayout(find)
        self._body = QStackedWidget()
        for page in (self.view, self.empty, self.no_hits):
            self._body.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, px(8))
        column.setSpacing(px(4))
        column.addLayout(top)
        column.addWidget(self._body, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(16), 0, px(16), 0)
        foot.addWidget(self.footer, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        """Let the parts speak with each other."""
        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self._choose_first)
        self.search.down_pressed.connect(self._enter_list)
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self._context.feed.changed.connect(self._on_changed)
        self._drag = ContactDrag(self._context, self.view)
        self.view.dragged.connect(lambda: self._drag.begin(self.selected()))
        self.view.copied.connect(lambda: self._trigger("copy_contact"))
        RowDrop(self._context, self.view, self.model.contact_at)
        if self.empty.button is not None and self.empty.link is not None:
            self.empty.button.clicked.connect(lambda: self._trigger("new_contact"))
            self.empty.link.clicked.connect(lambda: self._trigger("import_files"))
        if self.no_hits.link is not None:
            self.no_hits.link.clicked.connect(self._clear_search)

    def _trigger(self, command: str) -> None:
        """Carry out a command of the main window."""
        actions = getattr(self.window(), "actions_", None)
        if actions is not None:
            actions.action(command).trigger()

    # --- what is shown ------------------------------------------------------------------------------------------
    def start(self, contact: int | None) -> None:
        """Fill the list and show a contact, or the first one."""
        self._shown = contact
        self._load("first")

    def query(self) -> ContactQuery:
        """Return what the list shows."""
        return self._query

    def show_list(self, query: ContactQuery, title: str) -> None:
        """Show a saved list or a filter under its title."""
        self.title.setText(title)
        self._query = replace(query, words=self.search.text())
        self._load("first")

    def _on_typed(self, text: str) -> None:
        """Search while the user types; the record stays until one is chosen."""
        self._query = replace(self._query, words=text)
        self._load("stay")

    def _clear_search(self) -> None:
        """Show everything again; the keyboard is in the search field before the link is gone."""
        self.search.setFocus()
        self.search.clear()

    def _load(self, otherwise: str, *, whole: bool = False) -> None:
        """Read the first rows, then all ids; a newer query overtakes an older one.

        `otherwise` says where the cursor goes when the list has lost its contact: to the "first" row, to the one
        that is "near" its old place, or nowhere ("stay"). `whole` reads all ids at once, so that nothing moves.
        """
        self._otherwise = otherwise
        query, database, limit = self._query, self._context.database, None if whole else FIRST
        seen = self.view.indexAt(QPoint(1, 1)).row()

        def first() -> Found:
            with database.read() as session:
                ids = contact_list.ids(session, query, limit)
                top = max(0, seen) if whole else 0
                return ids, contact_list.rows(session, list(ids[top : top + 60]), PANE_COLUMNS)

        self._context.tasks.read(
            first, lambda found: self._on_first(found, whole), self._context.window.fail,
            key=("contact pane", id(self)), owner=self,
        )  # fmt: skip

    def _on_first(self, found: Found, whole: bool) -> None:
        """Show the first rows, or all of them."""
        ids, rows = found
        former = self.model.place(self._shown) if self._shown is not None else None
        top, chosen = self.view.verticalScrollBar().value(), self.selected()
        self._is_filling = True
        self.model.set_ids(ids, rows)
        self._is_filling = False
        self._show_body(len(ids))
        is_whole = whole or len(ids) < FIRST
        if is_whole:
            self._on_total(len(ids))
        else:
            self._load_rest()
        if whole:
            self.view.verticalScrollBar().setValue(top)
        self._settle(former, is_whole)
        self._choose_again(chosen)

    def _load_rest(self) -> None:
        """Read all ids of a long list."""
        query, database = self._query, self._context.database

        def rest(progress: Progress) -> array[int]:
            with database.read(progress.is_cancelled) as session:  # the next letter does not wait for it
                return contact_list.ids(session, query)

        self._context.tasks.read(rest, self._on_rest, key=("contact pane", id(self)), owner=self)

    def _on_rest(self, ids: array[int]) -> None:
        """Let the whole list scroll."""
        self._is_filling = True
        self.model.extend(ids)
        self._is_filling = False
        self._on_total(len(ids))
        self._settle(None, True)

    def _settle(self, former: int | None, is_whole: bool) -> None:
        """Put the cursor back on its contact; see `_load` for what happens where the list has lost it."""
        place = self.model.place(self._shown) if self._shown is not None else None
        if place is not None and not self._is_chosen(place):
            self._is_filling = self._otherwise != "first"
            self._set_current(self.model.index(place))
            self._is_filling = False
            if self._otherwise == "first":
                self.view.scrollTo(self.model.index(place))
        elif place is None and is_whole and self.model.rowCount() and self._otherwise != "stay":
            former = 0 if self._otherwise == "first" or self._shown is None else former
            if former is not None:
                self._set_current(self.model.index(min(former, self.model.rowCount() - 1)))
        if is_whole:
            self._otherwise = "near"

    def _is_chosen(self, place: int) -> bool:
        """Whether the cursor is on a row and the row is selected."""
        index = self.view.currentIndex()
        return index.row() == place and self.view.selectionModel().isSelected(index)

    def _choose_again(self, contacts: list[int]) -> None:
        """Choose the rows again that were chosen before the list was read anew."""
        places = sorted(place for contact in contacts if (place := self.model.place(contact)) is not None)
        if len(places) < 2:
            return
        selection = QItemSelection()
        start = places[0]
        for place, following in zip(places, [*places[1:], -1], strict=True):
            if following != place + 1:
                selection.select(self.model.index(start), self.model.index(place))
                start = following
        self.view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.Select)

    def _set_current(self, index: QModelIndex) -> None:
        """Put the cursor on a row and select it."""
        self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _show_body(self, count: int) -> None:
        """Show the rows, or why there are none."""
        if count:
            self._body.setCurrentWidget(self.view)
        elif self._query.words or self._query.conditions:
            self.no_hits.sentence.setText(
                _("Nothing found for “{words}”.").format(words=self._query.words)
                if self._query.words
                else _("No contact fits this list.")
            )
            self._body.setCurrentWidget(self.no_hits)
        else:
            self._body.setCurrentWidget(self.empty)

    def _on_total(self, shown: int) -> None:
        """Write the footer: how many of how many, in which order."""
        database = self._context.database

        def everything() -> int:
            with database.read() as session:
                return contact_list.count(session, ContactQuery())

        def write(total: int) -> None:
            locale = QLocale()
            text = ngettext("{shown} of {total} contact", "{shown} of {total} contacts", total)
            order = _("best match first") if self._query.words.strip() else _("sorted by name")
            counted = text.format(shown=locale.toString(shown), total=locale.toString(total))
            self.footer.setText(f"{counted} · {order}")

        self._context.tasks.read(everything, write, key=("pane count", id(self)), owner=self)

    # --- cursor and selection -----------------------------------------------------------------------------------
    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        """Tell which contact the cursor is on."""
        if current.isValid() and not self._is_filling:
            self._shown = self.model.contact_at(current)
            self.chosen.emit(self._shown)

    def select_contact(self, contact: int) -> None:
        """Put the cursor on a contact; it stays nowhere while the list does not show it."""
        self._shown = contact
        place = self.model.place(contact)
        if place is not None:
            index = self.model.index(place)
            self._set_current(index)
            self.view.scrollTo(index)
        else:
            self.view.selectionModel().clear()

    def selected(self) -> list[int]:
        """Return the chosen contacts in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        ids = self.model.ids()
        return [ids[row] for row in rows]

    def select_all(self) -> None:
        """Choose every row."""
        self.view.setFocus()
        self.view.selectAll()

    def focus_search(self) -> None:
        """Go to the search field; what stands in it is selected."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _enter_list(self) -> None:
        """Go from the search field into the rows."""
        self.view.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.view.currentIndex().isValid() and self.model.rowCount():
            self._set_current(self.model.index(0))

    def _choose_first(self) -> None:
        """Open the best match."""
        if self.model.rowCount():
            self._set_current(self.model.index(0))

    def _open_menu(self, point: QPoint) -> None:
        """Open the menu of a row; it offers nothing that the menu bar has not."""
        actions = getattr(self.window(), "actions_", None)
        if actions is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for group in MENU:
            for command in group:
                menu.addAction(actions.action(command))
            menu.addSeparator()
        menu.popup(self.view.viewport().mapToGlobal(point))

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Read the list anew when contacts changed; cursor and place stay."""
        touched = {change.contact for change in changed if change.table in LISTED and change.contact is not None}
        if touched or any(change.table in LISTED for change in changed):
            self.model.forget(touched)
            self._load(self._otherwise, whole=self.model.rowCount() > FIRST)
