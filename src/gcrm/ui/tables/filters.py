"""The filter of the list: conditions in lines and groups, all or any of them; what is chosen is counted at once.

Groups and lines stand for the tree of services/filters.py, however deep it is. A comparison that cannot be edited here
(its field was removed, say) is kept and shown in words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gcrm.errors import UserError
from gcrm.i18n import _, ngettext
from gcrm.services import contact, contact_columns, custom_field, user
from gcrm.services.contact_list import ContactQuery, count
from gcrm.ui.allowed import sees
from gcrm.ui.context import Context
from gcrm.ui.tables.filter_group import ConditionGroup
from gcrm.ui.tables.filter_lines import ConditionLine, KeptLine, Offers
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel, announce


class FilterDialog(QDialog):
    """The conditions of the list that is shown.

    What was not touched is applied as it was, in whatever form it was written.
    """

    def __init__(self, context: Context, query: ContactQuery, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._query = query
        self._begun: dict[str, Any] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Filter"))
        self.resize(px(720), px(460))
        self.root = ConditionGroup(Offers())
        self.hits = PlainLabel("", "meta", wrap=True)
        self._lay_out()
        self.root.changed.connect(self._preview)
        context.tasks.read(self._read, self._fill, context.window.fail, owner=self)

    @property
    def lines(self) -> list[ConditionLine | KeptLine | ConditionGroup]:
        """Return the conditions and groups that stand directly in the filter."""
        return self.root.parts

    def _lay_out(self) -> None:
        """Place everything."""
        buttons = QHBoxLayout()
        buttons.addWidget(Button(_("Show all"), "flat", on_click=self.clear))
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), on_click=self.close))
        buttons.addWidget(Button(_("Apply filter"), "primary", on_click=self.apply))
        content = QWidget()
        set_role(content, "content")
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, px(8), 0)
        body.addWidget(self.root)
        body.addStretch(1)
        self.area = QScrollArea()
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Filter"), "title"))
        column.addWidget(self.area, 1)
        column.addWidget(self.hits)
        column.addLayout(buttons)

    def _read(self) -> Offers:
        """Read what can be compared."""
        with self._context.database.read() as session:
            columns = tuple(contact_columns.all_columns(session))
            categories = tuple(one.name for one in contact.categories(session))
            own = contact_columns.custom_fields(session).values()
            hidden = tuple((f"custom.{one.key}", one.label) for one in own if custom_field.is_hidden(one))
            people = tuple(one.name for one in user.users(session))
            return Offers(columns, categories, people, hidden, sees(self._context, "activity"))

    def _fill(self, offers: Offers) -> None:
        """Show the conditions once it is known what can be compared."""
        self.root.set_offers(offers)
        self.root.show_tree(self._query.conditions)
        self._begun = self.root.tree()
        self._preview()

    def add_line(self) -> ConditionLine:
        """Add a condition; its field has the focus."""
        return self.root.add_line()

    def conditions(self) -> dict[str, Any]:
        """Return the tree of what is chosen; lines without a value, or with one that cannot be read, are left out."""
        tree = self.root.tree()
        return dict(self._query.conditions) if tree == self._begun else tree

    def _preview(self) -> None:
        """Say how many contacts the conditions find."""
        if self._begun is None:
            return
        query, database = replace(self._query, conditions=self.conditions(), words=""), self._context.database

        def read() -> int:
            with database.read() as session:
                return count(session, query)

        def show(found: int) -> None:
            self.hits.setText(ngettext("{count} contact fits.", "{count} contacts fit.", found).format(count=found))

        self._context.tasks.read(read, show, lambda error: self.hits.setText(error.sentence), key=id(self), owner=self)

    def apply(self) -> None:
        """Show the list with these conditions; a value that cannot be read is to be mended first."""
        unreadable = self.root.unreadable()
        if unreadable is not None:
            unreadable.focus()
            self.area.ensureWidgetVisible(unreadable)
            announce(unreadable.value, unreadable.problem())
            return
        apply_query(self._context, replace(self._query, conditions=self.conditions()), _("Filtered contacts"))
        self.close()

    def clear(self) -> None:
        """Show everything again."""
        apply_query(self._context, replace(self._query, conditions={}), _("Contacts"))
        self.close()


def apply_query(context: Context, query: ContactQuery, title: str) -> None:
    """Show a query in the list that is in front: the table, or the list pane."""
    show = getattr(context.window, "show_query", None)
    if show is None:
        raise UserError(_("The list is not open. Open Contacts first."))
    show(query, title)


def open_filter(context: Context) -> FilterDialog:
    """Open the filter of the list that is shown."""
    parent = context.window if isinstance(context.window, QWidget) else None
    dialog = FilterDialog(context, context.window.current_query(), parent)
    dialog.open()
    return dialog
