"""The main window: menu bar, sidebar, sections, banner and status line.

It is shown before anything else is loaded; `attach` fills it once the office is open. It is also the navigator that
every other window asks to open a contact or a section (ui/context.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, QTime, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import ConflictError, GcrmError
from gcrm.i18n import N_, _
from gcrm.ui.actions import Actions
from gcrm.ui.command_handlers import CommandHandlers
from gcrm.ui.commands import COMMANDS
from gcrm.ui.leave import Leave
from gcrm.ui.navigation import Trail
from gcrm.ui.state import WindowState
from gcrm.ui.theme import Theme
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.nav import Sidebar
from gcrm.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from gcrm.services.contact_list import ContactQuery
    from gcrm.services.undo import Step
    from gcrm.ui.contact_pane import ContactPane
    from gcrm.ui.contacts_section import ContactsSection
    from gcrm.ui.context import Context
    from gcrm.ui.tables.page import TablePage
    from gcrm.ui.tasks import Tasks

WIDE = 1560
SECTIONS = (
    ("today", N_("Today"), "sun", "Ctrl+1"),
    ("contacts", N_("Contacts"), "users", "Ctrl+2"),
    ("calendar", N_("Calendar"), "calendar", "Ctrl+4"),
)


class MainWindow(QMainWindow):
    """One office in one window."""

    contacts: ContactsSection

    def __init__(self, theme: Theme, state: WindowState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.state = state
        self.context: Context | None = None
        self.tasks: Tasks | None = None
        self.trail = Trail()
        self._leave = Leave(self)
        self._pinned: bool | None = None
        self._pages: dict[str, QWidget] = {}
        self.setWindowTitle("gCRM")
        self.sidebar = Sidebar()
        self.banner = Banner()
        self.banner.hide()
        self.unsafe = Banner("bad", dismissable=False)
        self.stack = QStackedWidget()
        self.status = StatusLine()
        self._lay_out()
        self.handlers = CommandHandlers(self)
        self.actions_ = Actions(self, COMMANDS, self.handlers)
        if not state.restore_window("main", self):
            self.resize(1440, 900)

    @property
    def office(self) -> Context:
        """Return the context; only asked for while an office is open."""
        if self.context is None:
            raise RuntimeError("no office is open")
        return self.context

    def _lay_out(self) -> None:
        """Place sidebar, banner, sections and status line."""
        self.sidebar.add_search("palette", _("Search…"), "Ctrl+K")
        for key, name, icon, keys in SECTIONS:
            self.sidebar.add_item(key, _(name), icon, keys)
        self.sidebar.activated.connect(self._on_nav)
        content = QVBoxLayout()
        content.setContentsMargins(0, 0, 0, 0)
        content.setSpacing(0)
        content.addWidget(self.unsafe)
        content.addWidget(self.banner)
        content.addWidget(self.stack, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addLayout(content, 1)
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.status)
        self.setCentralWidget(frame)

    # --- opening ------------------------------------------------------------------------------------------------
    def attach(self, context: Context) -> None:
        """Fill the window with an open office."""
        from gcrm.ui.allowed import RightsWatch
        from gcrm.ui.contacts_section import ContactsSection
        from gcrm.ui.exchange import install_drop
        from gcrm.ui.lost_line import LostLine
        from gcrm.ui.presence import PresenceLine
        from gcrm.ui.sidebar_lists import SidebarLists

        self.context, self.tasks = context, context.tasks
        if context.database.weaker_than_usual:
            self.unsafe.show_message(context.database.weaker_than_usual, "bad")
        install_drop(self, context)
        self.contacts = ContactsSection(context, self.stack)
        self._add_page("contacts", self.contacts)
        self.lists = SidebarLists(context, self.sidebar)
        self._lost_line = LostLine(context, self.banner, self)
        self._presence_line = PresenceLine(context, self.contacts.page)
        RightsWatch(context, self.actions_.refresh, self)
        context.tasks.failed.connect(self.fail)
        self.open_section("contacts")
        self.actions_.refresh()
        for sentence in context.database.warnings:
            self.banner.show_message(sentence, "warn")
        self.contacts.restore(self.state.recall("contact"))
        self.contacts.pane.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_page(self, key: str, page: QWidget) -> None:
        """Put a section on the stack."""
        self._pages[key] = page
        self.stack.addWidget(page)

    def _page(self, key: str) -> QWidget:
        """Return a section, made when it is first shown."""
        if key not in self._pages:
            self._add_page(key, self._make_page(key))
        return self._pages[key]

    def _make_page(self, key: str) -> QWidget:
        """Make a section."""
        if key == "today":
            from gcrm.ui.today import TodayPage

            page: QWidget = TodayPage(self.office, self.stack)
            return page
        if key == "calendar":
            from gcrm.ui.calendar.page import CalendarPage

            return CalendarPage(self.office, self.stack)
        from gcrm.ui.tables.page import TablePage

        return TablePage(self.office, self.stack)

    def _on_nav(self, key: str) -> None:
        """Follow a click in the sidebar."""
        if key == "palette":
            self.open_palette()
        elif self.context is not None:
            if key.startswith("list:"):
                self.lists.choose(key)
            else:
                self.open_section(key)

    # --- navigator ----------------------------------------------------------------------------------------------
    def open_section(self, key: str) -> None:
        """Show a section: "today", "contacts", "calendar" or "table"."""
        self.stack.setCurrentWidget(self._page(key))
        self.sidebar.set_current("contacts" if key == "table" else key)
        self.trail.go(("section", key))
        self.actions_.refresh()

    def open_contact(self, contact: int, *, tab: str = "", focus_log: bool = False) -> None:
        """Show a contact in the contacts section."""
        self.stack.setCurrentWidget(self._page("contacts"))
        self.sidebar.set_current("contacts")
        self.trail.go(("contact", str(contact)))
        self.contacts.open_contact(contact, tab)
        if focus_log:
            self.contacts.focus_log()
        self.actions_.refresh()

    def open_kindly(self, contact: int, name: str, *, focus_log: bool = False) -> None:
        """Show a contact, in a window beside this one while somebody types here."""
        from gcrm.ui.beside import open_kindly

        if self.context is not None:
            open_kindly(self.context, contact, name, focus_log=focus_log)

    def resume_typing(self, contact: int, tab: str, row: str) -> None:
        """Open a contact with the editor in which a text was being typed."""
        self.open_contact(contact)
        self.contacts.page.resume(tab, row)

    def back(self) -> None:
        """Go where the user was before."""
        self._follow(self.trail.back())

    def forward(self) -> None:
        """Go forward again."""
        self._follow(self.trail.forward())

    def can_go_back(self) -> bool:
        """Whether there is a place before this one."""
        return self.trail.can_go_back()

    def can_go_forward(self) -> bool:
        """Whether there is a place after this one."""
        return self.trail.can_go_forward()

    def _follow(self, place: tuple[str, str] | None) -> None:
        """Show a place of the trail without adding to it."""
        if place is None:
            return
        with self.trail.paused():
            if place[0] == "contact":
                self.open_contact(int(place[1]))
            else:
                self.open_section(place[1])

    def current_contact(self) -> int | None:
        """Return the contact on the record page."""
        return self.contacts.current_contact() if self.context is not None else None

    def shown(self) -> int:
        """Return the contact on the record page; commands that need one are disabled without."""
        contact = self.current_contact()
        if contact is None:
            raise RuntimeError("no contact is shown")
        return contact

    def selected_contacts(self) -> list[int]:
        """Return the contacts chosen in the list that is shown, else the shown one."""
        page: Any = self.stack.currentWidget()
        chosen: list[int] = page.selected_contacts() if hasattr(page, "selected_contacts") else []
        contact = self.current_contact()
        return chosen or ([contact] if contact is not None else [])

    def current_query(self) -> ContactQuery:
        """Return what the list in front shows."""
        table = self._table_in_front()
        return table.query() if table is not None else self.contacts.pane.query()

    def _table_in_front(self) -> TablePage | None:
        """Return the table of contacts while it is the section that is shown."""
        page = self._pages.get("table")
        return page if page is self.stack.currentWidget() else None  # type: ignore[return-value]  # made above

    def list_in_front(self) -> ContactPane | TablePage:
        """Return the table while it is shown, else the list pane, brought to the front."""
        table = self._table_in_front()
        if table is not None:
            return table
        self.open_section("contacts")
        return self.contacts.pane

    def show_query(self, query: ContactQuery, title: str, columns: tuple[str, ...] = ()) -> None:
        """Show a filter or a saved list in the list that is in front."""
        table = self._table_in_front()
        if table is not None:
            table.show_query(query, title, columns)
        else:
            self.open_section("contacts")
            self.contacts.pane.show_list(query, title)

    def current_columns(self) -> tuple[str, ...]:
        """Return the columns of the table, in their order."""
        from gcrm.services.contact_columns import DEFAULT_COLUMNS
        from gcrm.ui.tables.page import TablePage

        page = self._pages.get("table")
        return page.columns() if isinstance(page, TablePage) else DEFAULT_COLUMNS

    def open_palette(self) -> None:
        """Open the box that goes anywhere and does anything."""
        from gcrm.ui.command_palette import open_palette

        open_palette(self.office, self.actions_)

    # --- saying and writing -------------------------------------------------------------------------------------
    def say(self, text: str, *, undo: bool = False) -> None:
        """Show a sentence in the status line, with Undo beside it if wanted."""
        self.status.show_message(text, self.handlers.undo if undo else None)

    def fail(self, error: GcrmError) -> None:
        """Show an error in the banner; a conflict with the choice of values where a window did not ask itself."""
        self.banner.clear_buttons()
        self.banner.show_message(error.sentence, "warn" if isinstance(error, ConflictError) else "bad")

    def write(self, function: Callable[[], Any], done: Callable[[Any], None] | None = None, *, label: str = "") -> None:
        """Run a service that writes, off the GUI thread; then say what was done and offer Undo."""
        from gcrm.services.undo import done_since

        database = self.office.database

        def work() -> tuple[Any, Step | None]:
            before = database.latest
            return function(), done_since(database, before)

        def finished(outcome: tuple[Any, Step | None]) -> None:
            result, step = outcome
            if done is not None:
                done(result)
            if step is not None:
                self._said(step)
            else:
                self._say_last()

        self.office.tasks.write(work, finished, self.fail, label)

    def _say_last(self) -> None:
        """Say what the last operation was."""
        from gcrm.services.undo import next_undo

        database = self.office.database

        def last() -> Step | None:
            with database.read() as session:
                return next_undo(session, database.user_id)

        self.office.tasks.read(last, self._said, key="say last", owner=self)

    def _said(self, step: Step | None) -> None:
        """Show time and label of the last operation."""
        if step is not None:
            moment = datetime.now()
            time = QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)
            self.say(_("Saved {time} · {label}").format(time=time, label=step.label), undo=True)

    def step(self, function: Callable[[Any], Step | None], said: str, nothing: str) -> None:
        """Undo or redo, and say what came of it."""
        database = self.office.database

        def finished(step: Step | None) -> None:
            self.say(_(said).format(label=step.label) if step else _(nothing))

        self.office.tasks.write(lambda: function(database), finished, self.fail)

    def retranslate(self) -> None:
        """Show menus and sections in the language now in force."""
        self.actions_.retranslate()
        self.sidebar.item("palette").set_name(_("Search…"))
        for key, name, _icon, _keys in SECTIONS:
            self.sidebar.item(key).set_name(_(name))

    def refresh_actions(self) -> None:
        """Ask every command whether it can be used now."""
        self.actions_.refresh()

    def crash(self, sentence: str, details: str) -> None:
        """Tell of a fault of the program, with details that can be copied."""
        from gcrm.ui.widgets.message import tell

        tell(self, _("gCRM"), sentence, details)

    def show_privacy(self) -> None:
        """Show what is kept about the contact, its permissions, and erase it for good."""
        from gcrm.ui.privacy import open_privacy

        open_privacy(self.office, self.shown())

    def show_restricted(self) -> None:
        """List what is left of erased contacts until the law lets it go."""
        from gcrm.ui.trash import open_trash

        open_trash(self.office, "restricted")

    # --- size and end -------------------------------------------------------------------------------------------
    def pin_sidebar(self, wide: bool) -> None:
        """Keep the sidebar wide or narrow whatever the width of the window."""
        self._pinned = wide
        self.sidebar.set_rail(not wide)
        self.actions_.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pinned is None:
            self.sidebar.set_rail(self.width() < WIDE)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self.context is not None and not self._leave.may_go(self.context):
            event.ignore()
            return
        self.state.save_window("main", self)
        if self.context is not None:
            self.contacts.save_state()
            self.state.remember("contact", self.current_contact())
        self.state.sync()
        QTimer.singleShot(0, self, self.deleteLater)
        super().closeEvent(event)
