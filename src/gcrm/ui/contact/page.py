"""The record page: header, tabs, and one task that reads everything it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.model.checks.finding import Finding
from gcrm.model.contact import Contact
from gcrm.services import contact_page
from gcrm.services.aggregate import Loaded
from gcrm.services.changed import Changed
from gcrm.services.contact_page import ContactView
from gcrm.ui.allowed import RightsWatch
from gcrm.ui.contact.address_card import AddressCard
from gcrm.ui.contact.header import HeaderCard
from gcrm.ui.contact.layout import BAR, scrolling
from gcrm.ui.contact.more_menu import fill_more_menu
from gcrm.ui.contact.more_tabs import GroupTab, NotesTab, TermsTab, files_tab, history_tab
from gcrm.ui.contact.overview import Overview
from gcrm.ui.contact.people_tab import PeopleTab
from gcrm.ui.contact.record_rights import RecordRights
from gcrm.ui.contact.saving import Change, Saver
from gcrm.ui.contact.typed import FieldDrafts, open_row
from gcrm.ui.contact.value_row import ValueRow
from gcrm.ui.context import Context
from gcrm.ui.forms.town_help import ask_place
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.safe import literal

BLANK_AFTER_MS = 150
_AROUND = frozenset({"user", "category", "custom_field"})
GROUP = "group:"


class ContactPage(QWidget):
    """Shows one contact, keeps itself in step with the change feed, and is where its rows save."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._saver = Saver(context)
        self._drafts = FieldDrafts(context, self)
        self.ask_place = partial(ask_place, context, self)
        self._resumes = ""
        self._wanted: int | None = None
        self._view: ContactView | None = None
        self._tab = "overview"
        self._stale: set[str] = set()
        self._tabs: dict[str, QWidget] = {}
        self._chronicle: QWidget | None = None
        self._blank = self._timer(BLANK_AFTER_MS, self._show_nothing)
        self._again = self._timer(0, self._load)
        self.header = HeaderCard(context, self, self._log, self._fill_more)
        self.bar = QTabBar()
        self.stack = QStackedWidget()
        self.rights = RecordRights(context)
        self.empty = EmptyState("users", _("Choose a contact from the list."))
        self._outer = QStackedWidget()
        self._lay_out()
        self.overview = Overview(context, self, self._open_person)
        self.people = PeopleTab(context, self)
        self._add_tab("overview", _("Overview"), self.overview)
        self._add_tab("people", _("People"), self.people)
        self._add_tab("terms", _("Bank & terms"), TermsTab(context, self))
        self._add_tab("files", _("Files"), files_tab(context))
        self._add_tab("notes", _("Notes"), NotesTab(context, self))
        self._add_tab("history", _("History"), history_tab(context))
        self.bar.currentChanged.connect(self._on_tab)
        context.feed.changed.connect(self._on_changed)
        self._take_drops()
        RightsWatch(context, self._on_rights, self)

    def _take_drops(self) -> None:
        """Keep files that are dropped anywhere on the record."""
        from gcrm.ui.files import FileDrop
        from gcrm.ui.mail import take_files

        def take(paths: list[Path]) -> None:
            if self._wanted is not None:
                take_files(self._context, paths, self._wanted)

        FileDrop(self, take, may=self.rights.may_attach)

    def _on_rights(self) -> None:
        """Show what may be seen, changeable or not; what is being typed stays where it is."""
        self.rights.judge(self.bar)
        self._again.start()

    def _timer(self, pause: int, run: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause)
        timer.timeout.connect(run)
        return timer

    def _lay_out(self) -> None:
        self.bar.setAccessibleName(_("Parts of the record"))
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(px(16), px(14), px(4), 0)
        column.setSpacing(px(12))
        top = QVBoxLayout()
        top.setContentsMargins(0, 0, px(BAR), 0)
        top.setSpacing(px(12))
        for part in (self.rights, self.header, self.bar):
            top.addWidget(part)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        self._outer.addWidget(self.empty)
        self._outer.addWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._outer)
        set_role(self, "page")

    # --- tabs ---------------------------------------------------------------------------------------------------
    def _add_tab(
        self, key: str, title: str, widget: QWidget, place: int | None = None, *, scrolls: bool = True
    ) -> None:
        index = self.bar.insertTab(self.bar.count() if place is None else place, literal(title))
        self.bar.setTabData(index, key)
        shown = scrolling(widget) if scrolls and key not in ("files", "history") else widget
        self._tabs[key] = widget
        self.stack.insertWidget(index, shown)

    def _index(self, key: str) -> int:
        return next((i for i in range(self.bar.count()) if self.bar.tabData(i) == key), -1)

    def open_tab(self, key: str) -> None:
        """Show a tab: "overview", "people", "terms", "files", "notes", "history", "chronicle" or "group:<name>"."""
        index = self._index(key)
        if index >= 0:
            self.bar.setCurrentIndex(index)
            self._on_tab(index)

    def _on_tab(self, index: int) -> None:
        if index < 0:
            return
        self._tab = str(self.bar.tabData(index))
        self.stack.setCurrentIndex(index)
        self._fill(self._tab)

    def add_chronicle_tab(self, widget: QWidget) -> None:
        """Take the chronicle in as the first tab, where there is no room beside the record."""
        if self._chronicle is None:
            self._chronicle = widget
            self._add_tab("chronicle", _("Chronicle"), widget, 0, scrolls=False)
            widget.setVisible(self.stack.currentWidget() is widget)

    def remove_chronicle_tab(self) -> None:
        """Give the chronicle back; the caller puts it where it belongs."""
        index = self._index("chronicle")
        if self._chronicle is None or index < 0:
            return
        self.stack.removeWidget(self._chronicle)
        self._tabs.pop("chronicle")
        self._chronicle = None
        self.bar.removeTab(index)
        self._on_tab(self.bar.currentIndex())

    def _show_groups(self, view: ContactView) -> None:
        """Have a tab for each group of user-defined fields."""
        fields = view.surroundings.custom_fields.get("contact", ())
        wanted = {GROUP + field.as_field().group: field.group_name or _("More fields") for field in fields}
        for key in [key for key in self._tabs if key.startswith(GROUP) and key not in wanted]:
            index = self._index(key)
            area = self.stack.widget(index)
            if area is not None:
                self.stack.removeWidget(area)
                area.deleteLater()
            del self._tabs[key]
            self.bar.removeTab(index)
        for key, title in wanted.items():
            if key not in self._tabs:
                group = key.removeprefix(GROUP)
                place = self._index("notes")
                self._add_tab(key, title, GroupTab(self._context, self, group, title), place)

    # --- loading ------------------------------------------------------------------------------------------------
    def contact_id(self) -> int | None:
        """Return the contact that is shown, or about to be."""
        return self._wanted

    def has_picture(self) -> bool:
        """Tell whether the contact shown has a photo or logo."""
        return self._view is not None and bool(self._view.picture)

    def show_contact(self, contact_id: int) -> None:
        """Show another contact; what is open in an editor is saved first."""
        if contact_id != self._wanted:
            self.commit_editors()
            if any(not row.is_saving() for row in self._editing()):
                self._say_kept()
            self._blank.start()
            self._resumes = ""
        self._wanted = contact_id
        self._load()

    def _load(self) -> None:
        wanted, database = self._wanted, self._context.database
        if wanted is not None:
            self._context.tasks.read(
                lambda: contact_page.view(database, wanted), self._show, self._lost, key=("contact page", id(self)),
                owner=self,
            )  # fmt: skip

    def _show(self, view: ContactView) -> None:
        if view.contact.id != self._wanted:
            return
        self._blank.stop()
        self._view = view
        self._refresh()
        self._outer.setCurrentIndex(1)  # the first record is laid out as a whole, not with each of its rows
        self._go_on()

    def _lost(self, error: GcrmError) -> None:
        """Say that the contact cannot be read, in its place."""
        self._view = None
        self.empty.sentence.setText(error.sentence)
        self._show_nothing()

    def _show_nothing(self) -> None:
        self._outer.setCurrentIndex(0)

    def _refresh(self) -> None:
        """Show what was read: the header and the present tab now, other tabs when they are opened."""
        view = self._view
        if view is None:
            return
        self.setUpdatesEnabled(False)
        self.rights.restrict(view.contact.restricted_until, self.bar)
        self.header.show_view(view)
        self._show_groups(view)
        for key, title, count in (
            ("people", _("People"), len(view.contact.persons)), ("files", _("Files"), view.figures.files),
        ):  # fmt: skip
            self.bar.setTabText(self._index(key), f"{title} {count}" if count else title)
        self._stale = set(self._tabs)
        self._fill(self._tab)
        self.setUpdatesEnabled(True)

    def _fill(self, key: str) -> None:
        tab: Any = self._tabs.get(key)
        if self._view is not None and key in self._stale and key != "chronicle":
            self._stale.discard(key)
            tab.show_view(self._view)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Read again when something of the contact, or around it, changed."""
        persons = {link.person_id for link in self._view.contact.persons} if self._view else set()
        for item in changed:
            is_mine = item.contact is not None and item.contact == self._wanted
            if is_mine or item.table in _AROUND or (item.table == "person" and item.record in persons):
                self._again.start()
                return

    # --- what rows ask for --------------------------------------------------------------------------------------
    def seen(self) -> Loaded[Contact] | None:
        """Return the contact as it is shown now."""
        return self._view.loaded if self._view is not None else None

    def commit(
        self, change: Change, done: Callable[[], object], failed: Callable[[GcrmError], object],
        seen: Loaded[Contact] | None = None,
    ) -> None:  # fmt: skip
        """Save a change of the contact shown. What others wrote since it was `seen` is compared with, also if shown."""
        view = self._view
        if view is None:
            return
        begun = seen if seen is not None and seen.record.id == view.contact.id else view.loaded

        def saved(loaded: Loaded[Contact]) -> None:
            if self._view is not None and self._view.contact.id == loaded.record.id:
                self._view = replace(self._view, loaded=loaded)
                self._refresh()
            if begun is not view.loaded:  # where nothing was left to write, that is what comes back
                self._load()
            done()

        def refused(error: GcrmError) -> None:
            if self._wanted != view.contact.id:
                self._context.window.fail(error)
                self._say_kept()
            failed(error)

        self._saver.save(begun, change, saved, refused)

    def pick_contact(self, title: str, take: Callable[[int | None], object]) -> None:
        """Let the person choose a contact."""
        from gcrm.ui.contact_picker import pick_contact

        pick_contact(self._context, title, take, self)

    def run_check(self, function: Callable[[], Finding], done: Callable[[Finding], object], key: object) -> None:
        """Look at a value off the GUI thread."""
        self._context.tasks.read(function, done, key=("hint", key), owner=self)

    # --- what is typed ------------------------------------------------------------------------------------------
    def commit_editors(self) -> None:
        """Save what is open in an editor, as leaving it does."""
        for row in self.findChildren(ValueRow):
            row.commit()
        self.overview.address.correct()

    def open_rows(self) -> list[str]:
        """Return the keys of the rows that are being edited, and of an address that waits for an answer."""
        rows = [row.spec.key for row in self._editing()]
        return [*rows, AddressCard.PENDING] if self.overview.address.has_pending() else rows

    def show_open_row(self) -> None:
        """Bring the first row that is being edited to the front."""
        row = next(iter(self._editing()), None)
        if row is not None:
            self.open_tab(self._tab_of(row))
            row.focus_editor()
        elif self.overview.address.has_pending():
            self.open_tab("overview")

    def _editing(self) -> list[ValueRow]:
        return [row for row in self.findChildren(ValueRow) if row.is_editing()]

    def keep_typed(self, part: QWidget, row: str, label: str, texts: Sequence[str], more: Mapping[str, Any]) -> str:
        """Keep what is being typed into a row on the disk."""
        if self._view is None:
            return ""
        return self._drafts.keep(self._view.contact.id, self._tab_of(part), row, label, texts, more)

    def _say_kept(self) -> None:
        self._context.window.say(_("What you typed could not be saved; it is kept under Unfinished texts."))

    def forget_typed(self, draft: str) -> None:
        """Take a draft away."""
        self._drafts.forget(draft)

    def typed_before(self, row: str, take: Callable[[Mapping[str, Any]], object]) -> None:
        """Hand over what was typed into a row and never saved."""
        if self._view is not None:
            self._drafts.fetch(self._view.contact.id, row, take)

    def _tab_of(self, part: QWidget) -> str:
        return next((key for key, tab in self._tabs.items() if tab.isAncestorOf(part)), "overview")

    def resume(self, tab: str, row: str) -> None:
        """Go on with what was typed into a row: open its tab and its editor, in which the text comes back."""
        self._resumes = row
        self.open_tab(tab)
        self._go_on()

    def _go_on(self) -> None:
        """Open the row that is wanted as soon as its contact is shown."""
        row = self._resumes
        if not row or self._view is None or self._view.contact.id != self._wanted:
            return
        self._resumes = ""
        if row == AddressCard.PENDING:
            self.typed_before(row, self.overview.address.take_back)
        elif row == "new:person":
            self.people.add_person()
        elif row == self.header.name_row.spec.key:
            self.header.name_row.open_editor()
        elif not open_row(self._tabs.get(self._tab, self.overview), row):
            self._context.window.say(_("This field is not there any more; the text stays under Unfinished texts."))

    # --- actions ------------------------------------------------------------------------------------------------
    def _open_person(self, person: int | None) -> None:
        """Go to the tab People: to one person, with 0 to a new one."""
        self.open_tab("people")
        if person == 0:
            self.people.add_person()
        elif person is not None:
            self.people.edit_person(person)

    def _log(self) -> None:
        if self._wanted is not None:
            self._context.window.open_contact(self._wanted, focus_log=True)

    def _fill_more(self, menu: QMenu) -> None:
        if self._view is not None:
            fill_more_menu(self._context, menu, self._view.contact, self, self.has_picture())
