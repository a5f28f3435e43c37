"""What the sidebar shows beside the sections: their counts, the saved lists, and the state of the database."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject

from gcrm.i18n import _
from gcrm.model.base import now
from gcrm.services import contact_list
from gcrm.services.changed import Changed
from gcrm.services.contact_list import ContactQuery
from gcrm.services.today import due_count
from gcrm.ui.context import Context
from gcrm.ui.widgets.nav import Sidebar

COUNTED = frozenset({"contact", "activity", "saved_filter"})


class SidebarLists(QObject):
    """Keeps counts and saved lists of the sidebar in step with the office."""

    def __init__(self, context: Context, sidebar: Sidebar) -> None:
        super().__init__(sidebar)
        self._context = context
        self._sidebar = sidebar
        self._lists: dict[str, tuple[str, ContactQuery]] = {}
        self._is_built = False
        context.feed.changed.connect(self._on_changed)
        self._load()

    def choose(self, key: str) -> None:
        """Show the saved list of an item."""
        title, query = self._lists[key]
        self._context.window.open_section("contacts")
        pane = getattr(self._sidebar.window(), "contacts").pane  # noqa: B009 - the window is only known as a widget
        pane.show_list(query, title)
        pane.view.setFocus()
        self._sidebar.set_current(key)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Count anew when contacts, activities or lists changed."""
        if any(change.table in COUNTED for change in changed):
            self._load()

    def _load(self) -> None:
        """Read counts and lists."""
        database = self._context.database

        def read() -> tuple[int, int, list[tuple[int, str, str, ContactQuery]]]:
            with database.read() as session:
                lists = [
                    (saved.id, saved.name, saved.icon, contact_list.query_of(saved))
                    for saved in contact_list.saved_filters(session, database.user_id)
                ]
                return due_count(session, database.user_id, now()), contact_list.count(session, ContactQuery()), lists

        self._context.tasks.read(read, self._show, key="sidebar", owner=self)

    def _show(self, found: tuple[int, int, list[tuple[int, str, str, ContactQuery]]]) -> None:
        """Show what was read."""
        due, contacts, lists = found
        locale = QLocale()
        self._sidebar.item("today").set_count(locale.toString(due) if due else "")
        self._sidebar.item("contacts").set_count(locale.toString(contacts))
        if not self._is_built:
            self._build()
        self._show_lists([(f"list:{saved}", _(name), icon, query) for saved, name, icon, query in lists])

    def _build(self) -> None:
        """Add the caption of the lists, the way to manage them, and the state of the database at the bottom."""
        self._is_built = True
        self._heading = self._sidebar.add_heading(_("Saved lists"))
        self._sidebar.add_stretch()
        path = self._context.database.path
        name = path.stem if path is not None else str(self._context.database.url.database)
        self._sidebar.add_state(_("Office “{name}”").format(name=name), "database")

    def _show_lists(self, lists: list[tuple[str, str, str, ContactQuery]]) -> None:
        """Show the lists in their order; those that are as they were stay untouched."""
        wanted = [(key, title) for key, title, _icon, _query in lists]
        known = [(key, title) for key, (title, _query) in self._lists.items()]
        if wanted != known:
            for key in self._lists:
                self._sidebar.remove_item(key)
            for key, title, icon, _query in reversed(lists):
                self._sidebar.insert_below(self._heading, key, title, icon)
        self._lists = {key: (title, query) for key, title, _icon, query in lists}
        self._heading.setVisible(bool(lists) and not self._sidebar.is_rail())
