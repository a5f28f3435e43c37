"""Says on the record who else is editing it, and tells the others what is edited here."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from gcrm.i18n import _, ngettext
from gcrm.ui.contact import ContactPage
from gcrm.ui.context import Context

PACE_MS = 700
MOST_NAMES = 2


def words(names: list[str]) -> str:
    """Return "Anna is editing", for any number of people; "" for nobody."""
    if not names:
        return ""
    if len(names) > MOST_NAMES:
        return ngettext("{count} person is editing", "{count} people are editing", len(names)).format(count=len(names))
    if len(names) > 1:
        return _("{first} and {second} are editing").format(first=names[0], second=names[1])
    return _("{name} is editing").format(name=names[0])


class PresenceLine(QObject):
    """Looks at the record page of the main window about twice a second while the office is on a server."""

    def __init__(self, context: Context, page: ContactPage) -> None:
        super().__init__(page)
        self._context = context
        self._page = page
        self._names: dict[int, str] = {}
        self._asked: frozenset[int] = frozenset()
        self._shown = ""
        self._timer = QTimer(self)
        self._timer.setInterval(PACE_MS)
        self._timer.timeout.connect(self.look)
        context.feed.changed.connect(self._forget_names)
        if context.database.path is None:
            self._timer.start()

    def look(self) -> None:
        """Tell what is edited here, and show who else edits what is shown."""
        page, presence = self._page, self._context.feed.presence()
        contact = page.contact_id()
        presence.edit(contact if page.open_rows() else None)
        users = presence.editors().get(contact, frozenset()) if contact is not None else frozenset()
        if users - set(self._names) - self._asked:
            self._ask(users)
        text = words(sorted(self._names[user] for user in users if self._names.get(user)))
        if text != self._shown:
            self._shown = text
            page.header.show_presence(text)

    def _ask(self, users: frozenset[int]) -> None:
        """Read the names of users who were not heard of before."""
        from gcrm.services.user import names_of

        database = self._context.database
        self._asked |= users

        def read() -> Mapping[int, str]:
            with database.read() as session:
                return names_of(session, users)

        self._context.tasks.read(read, self._names.update, lambda _error: None, owner=self)

    def _forget_names(self, changed: object) -> None:
        """Ask again: somebody may be called otherwise, or be new."""
        tables = {change.table for change in changed} if isinstance(changed, frozenset) else set()
        if isValid(self) and "user" in tables:
            self._names, self._asked = {}, frozenset()
