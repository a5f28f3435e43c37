"""The contacts an activity speaks of, in its form: found by a search, opened, taken off."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services.activity_links import LinkedContact
from gcrm.services.changed import Changed
from gcrm.ui.allowed import Offer, say_why_not
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

MOST_ROWS = 4
_SHOWN = frozenset({"activity_link", "contact"})


class ActivityLinks(QWidget):
    """A list that is as high as its links, and a button to add one."""

    def __init__(self, context: Context, activity: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._activity = activity
        self.links: dict[int, LinkedContact] = {}
        self.list = TwoLineList(_("Linked contacts"), most_rows=MOST_ROWS)
        self.add_button = Button(_("Link a contact…"), "flat", "link", on_click=self.ask)
        self.remove_button = IconButton("x", _("Remove the chosen link"), on_click=self.remove)
        for button in (self.add_button, self.remove_button):
            Offer(context, button, "activities.change")
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addStretch(1)
        buttons.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addWidget(self.list)
        column.addLayout(buttons)
        self.list.wanted.connect(self._open)
        self.list.unwanted.connect(lambda _key: self.remove())
        context.feed.changed.connect(self._on_changed)
        self._read()

    def _read(self) -> None:
        from gcrm.services import activity_links

        database, wanted = self._context.database, self._activity

        def read() -> list[LinkedContact]:
            with database.read() as session:
                return activity_links.linked_contacts(session, wanted)

        self._context.tasks.read(read, self._show, self._context.window.fail, owner=self)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        if any(change.table in _SHOWN for change in changed):
            self._read()

    def _show(self, found: list[LinkedContact]) -> None:
        self.links = {link.id: link for link in found}
        self.list.set_lines(Line(link.id, link.name, icon="link") for link in found)
        self.list.setVisible(bool(found))
        self.remove_button.setVisible(bool(found))

    def ask(self) -> None:
        """Choose a contact by a search."""
        from gcrm.ui.contact_picker import pick_contact

        pick_contact(self._context, _("Link a contact"), self.add, self)

    def add(self, contact: int | None) -> None:
        """Let the activity speak of a contact."""
        from gcrm.services import activity_links

        database, activity = self._context.database, self._activity
        if contact is not None:
            self._context.window.write(lambda: activity_links.add_link(database, activity, contact))

    def remove(self) -> None:
        """Take the chosen link off; undo brings it back."""
        from gcrm.services import activity_links

        database, chosen = self._context.database, self.list.current()
        if isinstance(chosen, int) and not say_why_not(self._context, "activities.change"):
            self._context.window.write(lambda: activity_links.remove_links(database, [chosen]))

    def _open(self, key: object) -> None:
        link = self.links.get(key) if isinstance(key, int) else None
        if link is not None:
            self._context.window.open_contact(link.contact)
