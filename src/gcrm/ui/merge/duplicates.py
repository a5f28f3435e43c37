"""The window in which duplicates are found and merged: like the shown contact, in the whole office, and told apart."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QTabBar, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.model.rights import EVERY_FIELD
from gcrm.services import merge, verdicts
from gcrm.services.changed import Changed
from gcrm.services.duplicate_groups import Group, holding
from gcrm.services.verdicts import Two, pairs_of
from gcrm.ui.allowed import Offer, say_why_not
from gcrm.ui.context import Context
from gcrm.ui.merge.dialog import open_merge
from gcrm.ui.merge.looking import (
    APART,
    LEAST,
    LIKE,
    OFFICE,
    Look,
    group_line,
    groups_of,
    in_office,
    like_contact,
    sentence,
    still_there,
    told_apart_before,
    with_first,
)
from gcrm.ui.merge.members import Members
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.panes import Panes
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.search_edit import SearchEdit
from gcrm.ui.widgets.two_line_list import TwoLineList

_WATCHED = ("contact", "duplicate_verdict")


class DuplicatesDialog(QDialog):
    """Stands beside the main window, so that contacts can be looked at; `where` is looked first.

    Several groups are chosen with Shift and Ctrl and merged at once; Delete says that a group is no duplicate.
    """

    def __init__(
        self, context: Context, contact_id: int | None, parent: QWidget | None = None, where: str = LIKE
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._contact = contact_id
        self._look: Look | None = None
        self._all: list[Group] = []
        self._groups: dict[object, Group] = {}
        self._first: dict[frozenset[int], int] = {}
        self._gone: set[int] = set()
        self._task: Task | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Duplicates"))
        self.resize(px(980), px(640))
        self._make_head(where)
        self.list = TwoLineList(_("Duplicates"))
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.members = Members(context)
        self._make_buttons()
        self._lay_out()
        self._wire()
        self.load()

    def _make_head(self, first: str) -> None:
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Where to look"))
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        named = ((OFFICE, _("In the whole office")), (LIKE, _("Like the shown contact")), (APART, _("Not duplicates")))
        for where, text in named:
            if where != LIKE or self._contact is not None:
                self.tabs.setTabData(self.tabs.addTab(text), where)
        self.tabs.setCurrentIndex(max(0, self._place_of(first)))
        self.search = SearchEdit(_("Name, town or number"), _("Filter the duplicates"))
        self.least = NarrowCombo(_("How alike"))
        for text, least in zip((_("Also possible ones"), _("Likely ones"), _("Very likely ones")), LEAST, strict=True):
            self.least.addItem(text, least)
        self.banner = Banner()
        self.summary = PlainLabel("", "meta", wrap=True)
        self.progress = ProgressLine()
        self.stop_button = Button(_("Stop"), on_click=self.stop)
        self.stop_button.hide()

    def _make_buttons(self) -> None:
        self.apart_button = Button(_("Not a duplicate"), icon_name="copy-x", on_click=self.tell_apart)
        self.again_button = Button(_("Look again"), icon_name="refresh-cw", on_click=self.load)
        self.open_button = Button(_("Open contact"), on_click=self.members.open_contact)
        self.merge_button = Button(_("Merge…"), "primary", on_click=self.merge)
        self._merging = Offer(self._context, self.merge_button, "contacts.delete", EVERY_FIELD)
        self._telling = Offer(self._context, self.apart_button, "contacts.change")

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(px(8))
        filters.addWidget(self.search, 1)
        filters.addWidget(self.least)
        working = QHBoxLayout()
        working.addWidget(self.progress, 1)
        working.addWidget(self.stop_button)
        self.panes = Panes()
        self.panes.addWidget(self.list)
        self.panes.addWidget(self.members)
        self.panes.setSizes([px(560), px(360)])
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        for button in (self.apart_button, self.again_button, self.open_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Close"), on_click=self.close))
        buttons.addWidget(self.merge_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Duplicates"), "title"))
        column.addWidget(self.tabs)
        column.addLayout(filters)
        for widget in (self.banner, self.summary):
            column.addWidget(widget)
        column.addLayout(working)
        column.addWidget(self.panes, 1)
        column.addStretch()
        column.addLayout(buttons)

    def _wire(self) -> None:
        self.tabs.currentChanged.connect(lambda _tab: self.load())
        self.search.textChanged.connect(lambda _text: self._list())
        self.search.down_pressed.connect(self.list.setFocus)
        self.least.currentIndexChanged.connect(lambda _place: self._show())
        self.list.wanted.connect(lambda _key: self.merge())
        self.list.unwanted.connect(lambda _key: self.tell_apart())
        self.list.itemSelectionChanged.connect(self._judge)
        self.members.stays.connect(self._keep)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self, self.load)
        for keys, steps in (("F8", 1), ("Shift+F8", -1)):  # as in the main window
            QShortcut(QKeySequence(keys), self, lambda steps=steps: self.panes.widen(1, 0, steps))
        self._context.feed.changed.connect(self._on_changed)
        self._context.tasks.ended.connect(self._on_ended)

    # --- looking ------------------------------------------------------------------------------------------------
    def where(self) -> str:
        """Return where is looked: LIKE the shown contact, in the OFFICE, or at those told APART."""
        return str(self.tabs.tabData(self.tabs.currentIndex()))

    def _place_of(self, where: str) -> int:
        """Return the place of a tab, -1 for one that is not there."""
        places = (place for place in range(self.tabs.count()) if self.tabs.tabData(place) == where)
        return next(places, -1)

    def load(self) -> None:
        """Look for duplicates."""
        database, where, mine = self._context.database, self.where(), self._contact or 0
        self.stop()
        self.banner.hide()
        self.summary.setText(_("Looking for duplicates…"))

        def look(progress: Progress) -> Look:
            if where == OFFICE:
                return in_office(database, progress)
            return like_contact(database, mine) if where == LIKE else told_apart_before(database)

        self._task = self._context.tasks.read(look, self._found, self._failed, key=id(self), owner=self)
        if where == OFFICE:
            self._task.progress.reported.connect(self._report)

    def _report(self, done: int, total: int, _text: str) -> None:
        """Show how far the look is, where it is not over at once."""
        if self._task is not None and self.progress.isHidden():
            self.progress.begin("")
            self.stop_button.show()
        self.progress.report(done, total, "")

    def stop(self) -> None:
        """End the look with what it has found."""
        if self._task is not None:
            self._task.progress.cancel()

    def _on_ended(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self.progress.hide()
            self.stop_button.hide()

    def _found(self, look: Look) -> None:
        self._look = look
        self._gone.clear()
        self._show()
        if self.tabs.hasFocus() and self.list.count():
            self.list.setFocus()

    def _failed(self, error: GcrmError) -> None:
        self.summary.setText("")
        self.banner.show_message(error.sentence, "bad")
        self._judge()

    # --- showing ------------------------------------------------------------------------------------------------
    def _show(self) -> None:
        """Put what was found into groups that are alike enough, and list them."""
        if self._look is not None:
            least = float(self.least.currentData() or 0)
            self._all = groups_of(self._look, self.where(), least, self._gone)
            self._list()

    def _list(self) -> None:
        """List the groups that hold what is typed above the list."""
        look, where = self._look, self.where()
        if look is None:
            return
        groups = with_first(holding(self._all, look.found, self.search.text()), self._first)
        self._groups = {group.contacts: group for group in groups}
        self.list.set_lines(group_line(group, look.found.known, where) for group in groups)
        self.panes.setVisible(bool(groups))
        self.least.setEnabled(where != APART)
        self.summary.setText(sentence(look, where, len(groups)))
        self._judge()

    def chosen(self) -> list[Group]:
        """Return the groups that are chosen, in the order shown."""
        return [self._groups[key] for key in self.list.chosen_keys() if key in self._groups]

    def _judge(self) -> None:
        """Show the contacts of the one group that is chosen; the buttons need a group to work on."""
        chosen, where = self.chosen(), self.where()
        known = self._look.found.known if self._look is not None else {}
        contacts = chosen[0].contacts if len(chosen) == 1 else ()
        is_chosen = frozenset(contacts) in self._first
        self.members.show_group([known[one] for one in contacts], len(chosen), is_chosen=is_chosen)
        if where == LIKE:  # the shown contact is known; the other one is what can be looked at
            self.members.list.choose(next((one for one in contacts if one != self._contact), None))
        self.open_button.setEnabled(len(chosen) == 1)
        self._merging.set_open(bool(chosen))
        self._telling.set_open(bool(chosen))
        self.apart_button.setText(_("May be the same") if where == APART else _("Not a duplicate"))
        text = ngettext("Merge {count} group", "Merge {count} groups", len(chosen)).format(count=len(chosen))
        self.merge_button.setText(text if len(chosen) > 1 else _("Merge…"))

    def _keep(self, contact: int) -> None:
        """Let another contact of the chosen group stay."""
        for group in self.chosen()[:1]:
            self._first[frozenset(group.contacts)] = contact
            self._list()

    # --- deciding -----------------------------------------------------------------------------------------------
    def merge(self) -> None:
        """Put one group side by side; merge several at once, each into the contact that is proposed to stay."""
        chosen = self.chosen()
        if not chosen or say_why_not(self._context, "contacts.delete", EVERY_FIELD):
            return
        if len(chosen) == 1:
            open_merge(self._context, chosen[0].contacts, self, keep=chosen[0].contacts[0])
            return
        database, groups = self._context.database, _apart_from_each_other(chosen)
        self.merge_button.setEnabled(False)

        def write(progress: Progress) -> int:
            merge.merge_all(database, groups, progress)
            return len(groups)

        self._context.tasks.write(write, self._merged, self._not_written, _("Merge contacts"), owner=self)

    def _merged(self, count: int) -> None:
        text = ngettext("Contacts of {count} group merged", "Contacts of {count} groups merged", count)
        self._context.window.say(text.format(count=count), undo=True)

    def tell_apart(self) -> None:
        """Remember that the chosen groups are no duplicates, or forget it."""
        chosen, database, where = self.chosen(), self._context.database, self.where()
        if not chosen or say_why_not(self._context, "contacts.change"):
            return
        pairs: list[Two] = [pair for group in chosen for pair in pairs_of(group.contacts)]

        def write() -> int:
            return verdicts.take_back(database, pairs) if where == APART else verdicts.tell_apart(database, pairs)

        self._context.tasks.write(write, lambda _count: self._told(where), self._not_written, owner=self)

    def _told(self, where: str) -> None:
        text = _("They may be the same again") if where == APART else _("Remembered as no duplicates")
        self._context.window.say(text, undo=True)

    def _not_written(self, error: GcrmError) -> None:
        self.banner.show_message(error.sentence, "bad")
        self._judge()

    # --- following ----------------------------------------------------------------------------------------------
    def _on_changed(self, changed: Collection[Changed]) -> None:
        """Follow what happens to the contacts; the whole office is not looked through again."""
        mine = [change for change in changed if change.table in _WATCHED]
        if not mine:
            return
        if any(c.table == "contact" and c.action == "D" and c.record == self._contact for c in mine):
            self._contact = None
            self.tabs.removeTab(self._place_of(LIKE))
        elif self.where() != OFFICE:
            self.load()
        elif self._look is not None:
            database, contacts = self._context.database, list(self._look.found.known)
            self._context.tasks.read(
                lambda: still_there(database, contacts), self._follow, self._failed, key=(id(self), "there"), owner=self
            )

    def _follow(self, told: tuple[frozenset[int], frozenset[Two]]) -> None:
        """Leave out who is gone and who was told apart, and take in again who came back."""
        if self._look is not None and self.where() == OFFICE:
            there, apart = told
            self._gone = set(self._look.found.known) - there
            self._look = self._look.with_apart(apart)
            self._show()

    @override
    def done(self, result: int) -> None:
        self.stop()
        super().done(result)


def _apart_from_each_other(groups: list[Group]) -> list[tuple[int, ...]]:
    """Return groups of which no contact is in two; one that shares a contact with a former one is left for later."""
    taken: set[int] = set()
    found = []
    for group in groups:
        if taken.isdisjoint(group.contacts):
            taken |= set(group.contacts)
            found.append(group.contacts)
    return found


def open_duplicates(context: Context) -> DuplicatesDialog:
    """Open the duplicates of the whole office; those like the shown contact are beside them."""
    parent = context.window if isinstance(context.window, QWidget) else None
    dialog = DuplicatesDialog(context, context.window.current_contact(), parent, OFFICE)
    dialog.show()
    return dialog
