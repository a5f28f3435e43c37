"""A card of facts that can be edited in place: rows from a builder, a pencil for all fields, a plus for a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.model.base import Home
from gcrm.services.contact_page import ContactView
from gcrm.ui.contact.fields import Sheet
from gcrm.ui.contact.row_list import RowList
from gcrm.ui.contact.rows import Host, RowSpec
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read

Build = Callable[[Sheet], list[RowSpec]]
Make = Callable[[Sheet], RowSpec]
MENU_ROOM = 12


class FactCard(Card):
    """`build` makes the rows, `make_new` the row in which something new is typed, `on_edit` replaces the pencil."""

    def __init__(
        self, host: Host, home: Home, title: str, build: Build, *, make_new: Make | None = None, new_name: str = "",
        on_edit: Callable[[], object] | None = None, on_new: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title, editable=True, parent=parent)
        self._home = home
        self._host = host
        self._build = build
        self._make_new = make_new
        self._on_edit = on_edit
        self._view: ContactView | None = None
        self._shows_all = False
        self._adds = False
        self.rows = RowList(host)
        self._use_padding()
        self.nothing = PlainLabel(_("Nothing is entered here."), "meta")
        self.nothing.hide()
        self.body.addWidget(self.rows)
        self.body.addWidget(self.nothing)
        self.body.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.edit_requested.connect(self.toggle)
        self._edit_buttons = [self.edit_button] if self.edit_button is not None else []
        if new_name:
            add = IconButton("plus", new_name, on_click=on_new or self.add_new, parent=self)
            self._first_line().insertWidget(1, add)
            self._edit_buttons.append(add)
            self.add_button = add

    def _first_line(self) -> QBoxLayout:
        """Return the row of title and buttons."""
        outer = self.layout()
        head = outer.itemAt(0) if outer is not None else None
        row = head.layout() if head is not None else None
        if not isinstance(row, QBoxLayout):
            raise TypeError("a card begins with its title")
        return row

    def _use_padding(self) -> None:
        """Let the rows' menu buttons stand in the padding at the right, so that they take no room from the texts."""
        outer = self.layout()
        if outer is not None:
            outer.setContentsMargins(px(16), px(14), px(16 - MENU_ROOM), px(14))
            outer.setSpacing(px(4))
        self._first_line().setContentsMargins(0, 0, px(MENU_ROOM), 0)

    def sheet(self, view: ContactView) -> Sheet:
        """Return what the builder gets."""
        return Sheet(view, self._home, self._shows_all, self._host)

    def show_view(self, view: ContactView) -> None:
        """Show a contact; when it is another one than before, open editors and "all fields" end."""
        if self._view is None or self._view.contact.id != view.contact.id:
            self._shows_all = self._adds = False
            self.rows.close_editors()
        self._view = view
        self.refill()

    def refill(self) -> None:
        """Make the rows anew from the contact shown."""
        if self._view is None:
            return
        sheet = self.sheet(self._view)
        specs = self._build(sheet)
        if self._adds and self._make_new is not None:
            specs.append(self._make_new(sheet))
        is_open = not self._host.rights.lock()
        self.rows.set_specs(specs if is_open else self._fixed(specs))
        self.nothing.setVisible(not is_open and self.is_blank())
        for button in self._edit_buttons:
            button.setVisible(is_open)
        if self.rows.take_rearranged():
            tab_as_read(self)
        if self.edit_button is not None:
            self.edit_button.setChecked(self._shows_all)

    def _fixed(self, specs: list[RowSpec]) -> list[RowSpec]:
        """Return the rows that say something, to look at only; one whose editor is open keeps what is typed in it."""
        editing = {row.spec.key for row in self.rows.rows() if row.is_editing()}
        wanted = (spec for spec in specs if spec.text or spec.is_link or spec.key in editing)
        return [spec if spec.key in editing else spec.fixed() for spec in wanted]

    def is_blank(self) -> bool:
        """Tell whether there is nothing on the card for whoever looks."""
        return not self.rows.rows()

    def toggle(self) -> None:
        """Show all fields and begin with the first, or only those that are filled in."""
        if self._on_edit is not None:
            self._on_edit()
            return
        self._shows_all = not self._shows_all
        self.refill()
        if self._shows_all:
            self.rows.edit_first()

    def begin_edit(self) -> None:
        """Show all fields and begin with the first."""
        self._shows_all = False
        self.toggle()

    def add_new(self) -> None:
        """Open a row for something new; the cursor stands in its value."""
        if self._make_new is None or self._view is None or self._host.rights.lock():
            return
        self._adds = True
        self.refill()
        key = self._make_new(self.sheet(self._view)).key
        row = self.rows.row(key)
        if row is None:
            return
        row.closed.connect(self._end_adding, Qt.ConnectionType.SingleShotConnection)
        row.open_editor()

    def reveal(self, key: str) -> bool:
        """Open the editor of a row that shows only with all fields, or of the row for something new."""
        if self._view is None:
            return False
        sheet = self.sheet(self._view)
        if self._make_new is not None and self._make_new(sheet).key == key:
            self.add_new()
            return True
        if self._shows_all or all(spec.key != key for spec in self._build(replace(sheet, show_all=True))):
            return False
        self._shows_all = True
        self.refill()
        return self.rows.edit(key)

    def is_adding(self) -> bool:
        """Tell whether the row for something new is shown."""
        return self._adds

    def _end_adding(self) -> None:
        self._adds = False
        self.refill()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._shows_all:
            self._shows_all = False
            self.refill()
            if self.edit_button is not None:
                self.edit_button.setFocus()
            return
        super().keyPressEvent(event)
