"""What was called off: told where an undo brings it back, and where a phone deleted it and nobody was told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gcrm.i18n import _
from gcrm.services.changed import Changed
from gcrm.ui.calendar.telling import named, offer_to_tell
from gcrm.ui.context import Context
from gcrm.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from gcrm.services.mail.notices import Notice


class InviteAgain(QObject):
    """Offers a new invitation as soon as an appointment is back of which people were told that it is off."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        context.feed.changed.connect(self._on_changed)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        if not any(change.table == "appointment" and change.action != "D" for change in changed):
            return
        from gcrm.services.mail.called_off import are_back

        database, fail = self._context.database, self._context.window.fail
        self._context.tasks.read(lambda: are_back(database), self._on_found, fail, key=("called off", id(self)))

    def _on_found(self, found: list[str]) -> None:
        """Ask for each whether people are invited again."""
        from gcrm.services.mail.called_off import back

        if found:
            database, ask = self._context.database, partial(offer_to_tell, self._context)
            self._context.tasks.write(lambda: back(database), ask, self._context.window.fail)


class UnsentBanner(Banner):
    """Says that a phone deleted an appointment, and that those who are invited do not know."""

    def __init__(self, context: Context) -> None:
        super().__init__("warn")
        self._context = context
        self._seen: frozenset[int] = frozenset()
        context.feed.changed.connect(self._on_changed)
        self.load()

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        if any(change.table in ("activity", "attachment", "") for change in changed):
            self.load()

    def load(self) -> None:
        """Look whether there is something to tell. What was put aside once is left to its follow-up."""
        from gcrm.services.mail.called_off import unsent

        database = self._context.database
        self._context.tasks.read(
            lambda: unsent(database), self._on_read, self._context.window.fail, key=("unsent", id(self)), owner=self
        )

    def _on_read(self, found: list[Notice]) -> None:
        new = [notice for notice in found if notice.follow_up not in self._seen]
        if not new:
            self.hide()
            return
        self.clear_buttons()
        sentence = _("A phone deleted “{title}”. Not told yet that it is called off: {addresses}.")
        if len(new) > 1:
            sentence = _("A phone deleted “{title}” and others. Those invited were not told yet.")
        title = new[0].title or _("Appointment")
        self.show_message(sentence.format(title=title, addresses=named(new[0].to)), "warn")
        self.add_button(_("Call off…"), partial(self._tell, new))

    def _tell(self, found: list[Notice]) -> None:
        """Offer to tell them."""
        self._seen |= {notice.follow_up for notice in found}
        self.hide()
        offer_to_tell(self._context, found)
