"""Other contacts that have to do with the one on the page: fields that name it.

Second roles of its persons are read with them; they stand with each person (`roles_read`).
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services import contact_page
from gcrm.services.contact_page import Related
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.safe import PlainLabel, literal


class RelatedCard(Card):
    """One line per contact, which opens it; hidden where there is none."""

    roles_read = Signal(list)

    def __init__(self, context: Context) -> None:
        super().__init__(_("Also known from"))
        self._context = context
        self.lines: list[QWidget] = []
        self.hide()

    def show_contact(self, contact: int) -> None:
        """Read and show what is related to a contact."""
        database = self._context.database

        def read() -> list[Related]:
            with database.read() as session:
                return contact_page.related(session, contact)

        self._context.tasks.read(
            read, self._show, self._context.window.fail, key=("related", id(self)), owner=self
        )

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
        button = Button(literal(one.name), "link", on_click=partial(self._context.window.open_contact, one.contact))
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(PlainLabel(one.how, "meta", elide=True), 1)
        return line
