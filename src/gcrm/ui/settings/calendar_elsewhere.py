"""The calendar elsewhere: which one, which way, how often, how the last round went, and what was changed twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import N_, _, ngettext
from gcrm.services import settings
from gcrm.services.database import Database
from gcrm.services.dav import account
from gcrm.services.dav.account import Account, Round
from gcrm.services.dav.outcome import Outcome
from gcrm.ui.day_words import moment_words
from gcrm.ui.settings.calendar_account import CalendarAccount, often_combo, way_combo
from gcrm.ui.settings.list_card import InlineForm
from gcrm.ui.settings.page import Entry, Page, SettingsPage
from gcrm.ui.tasks import Progress
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

if TYPE_CHECKING:
    from gcrm.services.dav.conflicts import Kept


@dataclass(frozen=True, slots=True)
class _Read:
    """What the page shows."""

    account: Account | None
    last: Round | None
    kept: list[Kept]


def _read(database: Database) -> _Read:
    from gcrm.services.dav import conflicts  # which needs all that reads cards and calendars

    with database.read() as session:
        found = settings.read_all(session, database.user_id)
        kept = conflicts.open_ones(session, database.user_id)
    return _Read(account.read_account(found[account.KEY]), account.read_round(found[account.ROUND]), kept)


class ElsewherePage(SettingsPage):
    """Either the form that connects a calendar, or the one that is connected; below it what was changed twice."""

    tables = frozenset({"setting", "activity"})

    @override
    def build(self) -> None:
        self._shown: Account | None = None
        self.form: InlineForm | None = None
        self.result = Banner()
        self.column.addWidget(self.result)
        self.connecting = CalendarAccount(self.context)
        self.connecting.connected.connect(self._connected)
        self.column.addWidget(self.connecting)
        self.column.addWidget(self._present())
        self.column.addWidget(self._twice())
        self.column.addWidget(self._to_know())
        self.add_target("connect", self.connecting.provider)
        self.add_target("now", self.now_button)
        self.present.hide()
        self.twice.hide()

    def _present(self) -> Card:
        """Return the card of the calendar that is connected."""
        self.present = Card()
        self.name = PlainLabel("", "section", wrap=True)
        self.place = PlainLabel("", "small", wrap=True)
        self.last = PlainLabel("", wrap=True)
        self.trouble = PlainLabel("", "error", wrap=True)
        self.way, self.often = way_combo(), often_combo()
        for combo in (self.way, self.often):
            combo.activated.connect(lambda _place: self.keep())
        row = QHBoxLayout()
        row.setSpacing(px(12))
        row.addWidget(FormField(_("Which way"), self.way), 1)
        row.addWidget(FormField(_("How often"), self.often), 1)
        self.now_button = Button(_("Bring in step now"), "primary", icon_name="refresh-cw", on_click=self.bring)
        self.end_button = Button(_("Disconnect…"), icon_name="unplug", on_click=self.ask_end)
        buttons = FlowLayout(spacing=8)
        for button in (self.now_button, self.end_button):
            buttons.addWidget(button)
        for label in (self.name, self.place, self.last, self.trouble):
            self.present.body.addWidget(label)
        self.present.body.addSpacing(px(4))
        self.present.body.addLayout(row)
        self.present.body.addSpacing(px(4))
        self.present.body.addLayout(buttons)
        return self.present

    def _twice(self) -> Card:
        """Return the card of what was changed on both sides."""
        self.twice = Card(_("Changed twice"))
        words = _("What stands here stayed. What the other side had is a note in the chronicle, with the file.")
        self.twice.body.addWidget(PlainLabel(words, wrap=True))
        self.list = TwoLineList(_("Changed twice"), most_rows=8)
        self.list.wanted.connect(self.open_note)
        self.twice.body.addWidget(self.list)
        row = QHBoxLayout()
        row.addWidget(Button(_("Open the note"), icon_name="arrow-right", on_click=lambda: self._open_current()))
        row.addStretch(1)
        self.twice.body.addLayout(row)
        return self.twice

    def _to_know(self) -> QWidget:
        """Return what is good to know."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        for text in (
            _("Private appointments go out as busy: their times and nothing else."),
            _("What goes out begins 400 days back. What stands there comes whole, however old it is."),
            _("If most entries are suddenly gone on one side, nothing is changed on the other one."),
        ):
            column.addWidget(PlainLabel(text, "small", wrap=True))
        return holder

    # --- showing ------------------------------------------------------------------------------------------------
    @override
    def load(self) -> None:
        database = self.context.database
        self.read(lambda: _read(database), self._show)

    def _show(self, found: _Read) -> None:
        self._shown = found.account
        is_connected = found.account is not None
        self.connecting.setVisible(not is_connected)
        self.present.setVisible(is_connected)
        if found.account is not None:
            self.name.setText(found.account.name or found.account.address)
            told = _("{login} at {address}")
            self.place.setText(told.format(login=found.account.login, address=found.account.address))
            self.way.set_value(found.account.way)
            self.often.set_value(found.account.every)
            self._show_round(found.last)
        self.list.set_lines(Line(one.activity, one.subject, _moment(one.at), "git-compare") for one in found.kept)
        self._contacts = {one.activity: one.contact for one in found.kept}
        self.twice.setVisible(bool(found.kept))

    def _show_round(self, last: Round | None) -> None:
        """Tell how the last round went."""
        if last is None:
            self.last.setText(_("Both were not brought in step yet."))
            problems: list[str] = []
        else:
            told = _("Last round: {moment}, {words}.")
            stopped = _("Last round: {moment}, it was stopped.")
            words = account.words(last.outcome)
            self.last.setText((stopped if last.stopped else told).format(moment=_moment(last.at), words=words))
            problems = [last.stopped] if last.stopped else last.outcome.problems
        self.trouble.setText("\n".join(problems[:3]))
        self.trouble.setVisible(bool(problems))

    # --- doing --------------------------------------------------------------------------------------------------
    def _connected(self, count: int) -> None:
        """Bring both in step for the first time."""
        told = ngettext(
            "The calendar is connected; it has {count} entry.", "The calendar is connected; it has {count} entries.",
            count,
        )  # fmt: skip
        self.done.emit(told.format(count=count))
        self.load()
        self.bring()

    def bring(self) -> None:
        """Bring both calendars in step now; the office can be worked in meanwhile."""
        database = self.context.database

        def work(progress: Progress) -> Outcome:
            return account.run(database, progress)

        self.now_button.setEnabled(False)
        self.result.show_message(_("The calendars are being brought in step…"))
        label = _("Calendar elsewhere")
        self.context.tasks.read(work, self._brought, self._failed, label=label, owner=self)

    def _brought(self, outcome: Outcome) -> None:
        self.now_button.setEnabled(True)
        told = _("Brought in step: {words}.").format(words=account.words(outcome))
        self.result.show_message(told, "warn" if outcome.problems else "ok")
        self.load()

    def _failed(self, error: GcrmError) -> None:
        self.now_button.setEnabled(True)
        self.result.show_message(error.sentence, "bad")
        self.load()

    def keep(self) -> None:
        """Keep in which direction and how often."""
        database, way, every = self.context.database, self.way.currentData(), self.often.currentData()
        self.write(lambda: account.change(database, way, every), _("The calendar elsewhere was set up"), can_undo=False)

    def ask_end(self) -> None:
        """Ask what becomes of the appointments; without a word they stay on both sides."""
        here = QCheckBox(_("Delete here what came from there"))
        there = QCheckBox(_("Delete there what went from here"))
        form = InlineForm(_("Disconnect"), lambda: self._end(here.isChecked(), there.isChecked()))
        form.add_wide(PlainLabel(_("Appointments stay on both sides unless you want some to go."), wrap=True))
        for box in (here, there):
            form.add_wide(box)
        form.closed.connect(self._close_form)
        self._close_form()
        self.form = form
        self.present.body.addWidget(form)
        tab_as_read(self.body)
        self.end_button.setEnabled(False)
        self.now_button.set_kind("secondary")
        form.show()
        here.setFocus()

    def _close_form(self) -> None:
        form, self.form = self.form, None
        if form is None:
            return
        self.present.body.removeWidget(form)
        form.hide()
        form.deleteLater()
        self.end_button.setEnabled(True)
        self.now_button.set_kind("primary")
        self.end_button.setFocus()

    def _end(self, here: bool, there: bool) -> None:
        """Disconnect. It may ask the server there, so it is no writer that others wait for."""
        database = self.context.database

        def ended(_count: int) -> None:
            self._close_form()
            self.result.hide()
            self.done.emit(_("The calendar elsewhere is forgotten"))
            self.load()

        self.context.tasks.read(
            lambda: account.disconnect(database, here=here, there=there), ended, self._failed,
            label=_("Disconnect"), owner=self,
        )  # fmt: skip

    def _open_current(self) -> None:
        key = self.list.current()
        if key is not None:
            self.open_note(key)

    def open_note(self, key: Any) -> None:
        """Show where the note is: with its contact, else among what is due today."""
        contact = self._contacts.get(key)
        if contact is None:
            self.context.window.open_section("today")
        else:
            self.context.window.open_contact(contact)


def _moment(at: datetime) -> str:
    """Return when something was, in this computer's time."""
    here = at.astimezone()
    return moment_words(here.replace(tzinfo=None), date.today())


PAGE = Page(
    "calendar_elsewhere", N_("Calendar elsewhere"), "calendar-sync", 33, ElsewherePage,
    entries=(
        Entry("connect", N_("Connect a calendar"), N_("CalDAV iCloud Nextcloud Google mailbox.org phone outside")),
        Entry("now", N_("Bring in step now"), N_("Synchronise sync calendar")),
    ),
)  # fmt: skip
