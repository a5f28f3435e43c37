"""What has to do with the contact on the page: second roles of its persons, fields and activities that name it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services import activity_links, contact_page, showing
from gcrm.services.activity_links import LinkingActivity
from gcrm.services.contact_page import Related
from gcrm.services.database import Changed
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.safe import PlainLabel, literal

_SHOWN = frozenset({"activity", "activity_link"})
Found = tuple[list[Related], list[LinkingActivity]]


class RelatedCard(Card):
    """One line per contact or activity, which opens it; hidden where there is none."""

    def __init__(self, context: Context) -> None:
        super().__init__(_("Also known from"))
        self._context = context
        self._contact: int | None = None
        self.lines: list[QWidget] = []
        context.feed.changed.connect(self._on_changed)
        self.hide()

    def show_contact(self, contact: int) -> None:
        """Read and show what is related to a contact."""
        self._contact = contact
        database = self._context.database

        def read() -> Found:
            with database.read() as session:
                linking = activity_links.linking_activities(session, contact, user=database.user_id)
                return contact_page.related(session, contact), linking

        self._context.tasks.read(
            read, self._show, self._context.window.fail, key=("related", id(self)), owner=self
        )

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        if self._contact is not None and any(change.table in _SHOWN for change in changed):
            self.show_contact(self._contact)

    def _show(self, found: Found) -> None:
        for line in self.lines:
            self.body.removeWidget(line)
            line.hide()
            line.deleteLater()
        contacts, linking = found
        self.lines = [self._contact_line(one) for one in contacts] + [self._activity_line(one) for one in linking]
        for line in self.lines:
            self.body.addWidget(line)
        self.setVisible(bool(self.lines))

    def _contact_line(self, one: Related) -> QWidget:
        return _line(one.name, one.how, partial(self._context.window.open_contact, one.contact))

    def _activity_line(self, one: LinkingActivity) -> QWidget:
        told = " · ".join(part for part in (showing.show_instant(one.at), one.contact_name, one.words) if part)
        return _line(one.type, told, partial(self._open_activity, one.id))

    def _open_activity(self, activity: int) -> None:
        from gcrm.ui.activity_form import open_activity

        open_activity(self._context, activity)


def _line(name: str, told: str, run: Callable[[], object]) -> QWidget:
    """Return a link and what is told of it."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(12))
    button = Button(literal(name), "link", on_click=run)
    button.setAccessibleDescription(told)
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    row.addWidget(PlainLabel(told, "meta", elide=True), 1)
    return line
