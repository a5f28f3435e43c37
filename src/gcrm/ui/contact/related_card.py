"""What names the contact on the page from elsewhere: user-defined fields, and activities that are linked to it.

Second roles of its persons are read with them; they stand with each person (`roles_read`).
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services import related
from gcrm.services.changed import Changed
from gcrm.services.related import Related
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.safe import PlainLabel, literal

_NAMING = frozenset({"activity", "activity_link", "address", "contact", "contact_person"})


class RelatedCard(Card):
    """One line per contact or activity, which opens it; hidden where there is none. Kept in step while it is seen."""

    roles_read = Signal(list)

    def __init__(self, context: Context) -> None:
        super().__init__(_("Also known from"))
        self._context = context
        self._contact = 0
        self.lines: list[QWidget] = []
        self.hide()
        context.feed.changed.connect(self._on_changed)

    def show_contact(self, contact: int) -> None:
        """Read and show what is related to a contact."""
        self._contact = contact
        database = self._context.database

        def read() -> list[Related]:
            with database.read() as session:
                return related.related(session, contact, database.user_id)

        self._context.tasks.read(read, self._show, self._context.window.fail, key=("related", id(self)), owner=self)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Read again when a record changed that may name the contact, while the tab is looked at."""
        page = self.parentWidget()
        if self._contact and page is not None and page.isVisible() and any(one.table in _NAMING for one in changed):
            self.show_contact(self._contact)

    def _show(self, found: list[Related]) -> None:
        for line in self.lines:
            self.body.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = [self._line(one) for one in found if not one.person]
        for line in self.lines:
            self.body.addWidget(line)
        self.setVisible(bool(self.lines))
        self.roles_read.emit([one for one in found if one.person])

    def _line(self, one: Related) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        button = Button(literal(one.name), "link", on_click=partial(self._open, one))
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(PlainLabel(one.how, "meta", elide=True), 1)
        return line

    def _open(self, one: Related) -> None:
        if not one.activity:
            self._context.window.open_contact(one.contact)
            return
        from gcrm.ui.activity_form import open_activity

        open_activity(self._context, one.activity)
