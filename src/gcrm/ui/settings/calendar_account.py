"""The form that connects a calendar elsewhere: where, log-in, then which of the calendars that are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.services.dav import account
from gcrm.services.dav.account import OFTEN, USUALLY, Account
from gcrm.services.dav.outcome import BOTH, IN, OUT
from gcrm.services.dav.providers import PROVIDERS, Provider
from gcrm.ui.context import Context
from gcrm.ui.settings.option_editor import CalmCombo
from gcrm.ui.settings.user_card import secret
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

if TYPE_CHECKING:
    from gcrm.services.dav.finding import Found

WAYS = (
    (BOTH, N_("Both ways")),
    (OUT, N_("Only from here there")),
    (IN, N_("Only from there here")),
)


def way_combo() -> CalmCombo:
    """Return the choice of directions."""
    combo = CalmCombo(_("Which way"))
    for key, label in WAYS:
        combo.addItem(_(label), key)
    return combo


def often_combo() -> CalmCombo:
    """Return the choice how often."""
    combo = CalmCombo(_("How often"))
    for minutes in OFTEN:
        told = _("Every {minutes} minutes while gCRM runs").format(minutes=minutes)
        combo.addItem(told if minutes else _("Only when I say so"), minutes)
    combo.set_value(USUALLY)
    return combo


class CalendarAccount(Card):
    """`connected` tells that it was kept, and how many entries are there."""

    connected = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(_("Connect a calendar"), parent=parent)
        self._context = context
        self._found: list[Found] = []
        self._turn = 0
        words = _("A phone outside the office shows the calendar of an account that it has anyway. gCRM keeps yours in "
                  "step with that one.")  # fmt: skip
        self.body.addWidget(PlainLabel(words, wrap=True))
        self._make_account()
        self._make_choice()
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        self.find_button = Button(_("Find calendars"), "primary", icon_name="search", on_click=self.look)
        self.connect_button = Button(_("Connect"), "primary", icon_name="link", on_click=self.connect_it)
        row = QHBoxLayout()
        for button in (self.find_button, self.connect_button):
            row.addWidget(button)
        row.addStretch(1)
        self.body.addWidget(self.error)
        self.body.addSpacing(px(4))
        self.body.addLayout(row)
        for edit in (self.address, self.login, self.password):
            edit.textEdited.connect(lambda _text: self._begin_anew())
            edit.returnPressed.connect(self.look)
        self._begin_anew()
        self._show_provider()

    def _make_account(self) -> None:
        """Add provider, address and log-in."""
        self.provider = CalmCombo(_("Provider"))
        for one in PROVIDERS:
            self.provider.addItem(_(one.name), one.key)
        self.provider.currentIndexChanged.connect(lambda _place: self._show_provider())
        self.hint = PlainLabel("", "small", wrap=True)
        self.address, self.login, self.password = QLineEdit(), QLineEdit(), secret()
        self.fields = {
            "provider": FormField(_("Provider"), self.provider),
            "address": FormField(_("Address of the server"), self.address),
            "login": FormField(_("Login"), self.login),
            "password": FormField(_("Password"), self.password),
        }
        grid = _grid()
        for place, name in enumerate(self.fields):
            grid.addWidget(self.fields[name], place // 2, place % 2)
        self.body.addLayout(grid)
        self.body.addWidget(self.hint)

    def _make_choice(self) -> None:
        """Add what is chosen when the calendars were found."""
        self.calendar, self.way, self.often = CalmCombo(_("Calendar there")), way_combo(), often_combo()
        self.calendar.currentIndexChanged.connect(lambda _place: self._judge_way())
        self.choice = QWidget()
        grid = _grid(self.choice)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(FormField(_("Calendar there"), self.calendar), 0, 0, 1, 2)
        grid.addWidget(FormField(_("Which way"), self.way), 1, 0)
        grid.addWidget(FormField(_("How often"), self.often), 1, 1)
        self.body.addWidget(self.choice)

    def _provider(self) -> Provider:
        return next(one for one in PROVIDERS if one.key == self.provider.currentData())

    def _show_provider(self) -> None:
        """Fill in what is known of a provider, and say what helps."""
        chosen = self._provider()
        self.address.setText(chosen.address)
        self.address.setPlaceholderText("https://cloud.example.org")
        self.login.setPlaceholderText(chosen.example)
        self.hint.setText(_(chosen.refused or chosen.hint))
        for name in ("address", "login", "password"):
            self.fields[name].setVisible(not chosen.refused)
        self._begin_anew()
        self.find_button.setVisible(not chosen.refused)

    def _begin_anew(self) -> None:
        """Let the calendars be looked for: what was found, or is still asked for, is of another account."""
        self._turn += 1
        self._found = []
        self.choice.hide()
        self.connect_button.hide()
        self.find_button.show()
        self.find_button.setEnabled(True)
        self._show_error("")

    def _show_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def look(self) -> None:
        """Ask the server which calendars this account has."""
        address, login, password = self.address.text(), self.login.text(), self.password.text()
        if not (address.strip() and login.strip() and password):
            self._show_error(_("Enter address, login and password first."))
            return

        def found() -> list[Found]:
            from gcrm.services.dav.finding import calendars

            return calendars(address, login, password)

        self._begin_anew()
        self.find_button.setEnabled(False)
        shown, failed = self._unless_changed(self._show_found), self._unless_changed(self._failed)
        self._context.tasks.read(found, shown, failed, label=_("Find calendars"), owner=self)

    def _unless_changed(self, then: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return what to do with an answer of the server, which may come when another account is typed already."""
        turn = self._turn
        return lambda told: then(told) if turn == self._turn else None

    def _show_found(self, found: list[Found]) -> None:
        self._begin_anew()
        self._found = found
        self.calendar.clear()
        for place, one in enumerate(found):
            self.calendar.addItem(
                one.name if one.is_writable else _("{name}, only to read").format(name=one.name), place
            )
        self._judge_way()
        self.choice.show()
        self.find_button.hide()
        self.connect_button.show()
        self.calendar.setFocus()

    def _judge_way(self) -> None:
        """Let a calendar that may not be changed only be read."""
        place = self.calendar.currentData()
        is_writable = not self._found or place is None or self._found[place].is_writable
        self.way.setEnabled(is_writable)
        self.way.set_value(BOTH if is_writable else IN)

    def connect_it(self) -> None:
        """Keep the chosen calendar."""
        found = self._found[self.calendar.currentData()]
        wanted = Account(found.address, self.login.text(), found.name, self.way.currentData(), self.often.currentData())
        database, password = self._context.database, self.password.text()
        self.connect_button.setEnabled(False)
        self._context.tasks.read(
            lambda: account.connect(database, wanted, password), self._kept, self._failed,
            label=_("Connect"), owner=self,
        )  # fmt: skip

    def _kept(self, count: int) -> None:
        self.connect_button.setEnabled(True)
        self.password.clear()
        self._begin_anew()
        self.connected.emit(count)

    def _failed(self, error: GcrmError) -> None:
        self.find_button.setEnabled(True)
        self.connect_button.setEnabled(True)
        field = error.field if isinstance(error, UserError) else ""
        self._show_error(error.sentence)
        (self.fields[field].editor if field in self.fields else self.address).setFocus()


def _grid(parent: QWidget | None = None) -> QGridLayout:
    grid = QGridLayout(parent) if parent is not None else QGridLayout()
    grid.setHorizontalSpacing(px(12))
    grid.setVerticalSpacing(px(10))
    for column in (0, 1):
        grid.setColumnStretch(column, 1)
    return grid
