"""Inviting colleagues: a code for each, as text and as QR code, and the invitations that were made."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.services.showing import show_date, show_instant
from gcrm.services.team import invitations, qr, rights
from gcrm.services.team.invitation import Invitation
from gcrm.services.team.invitations import OPEN, STATES, InvitationRow
from gcrm.services.team.rights import GroupRow
from gcrm.ui.context import Context
from gcrm.ui.settings.option_editor import CalmCombo
from gcrm.ui.team.qr_view import QrView
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.growing import GrowingDialog
from gcrm.ui.widgets.message import ask
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.text_area import TextArea
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

DAYS = (1, 7, 30)
TONES = {"open": "info", "used": "ok", "expired": "neutral", "withdrawn": "neutral", "lost": "warn"}
CODE_LINES = 7
NAME = 14
"""Letters of a colleague's name for which there is room."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the window reads: groups to choose from, and the invitations."""

    groups: tuple[GroupRow, ...]
    guests: tuple[tuple[int, str, int | None], ...]
    rows: tuple[InvitationRow, ...]


class InviteDialog(GrowingDialog):
    """Makes codes. A code is shown once: nobody keeps it, a new one is made instead."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.code = ""
        self._groups: dict[int, int | None] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Invite a colleague"))
        self.banner = Banner()
        self.guest, self.group, self.days = CalmCombo(), CalmCombo(), CalmCombo()
        self.guest.setMinimumContentsLength(NAME)
        self.guest.activated.connect(lambda _row: self._follow_guest())
        for count in DAYS:
            self.days.addItem(ngettext("{count} day", "{count} days", count).format(count=count), count)
        self.days.set_value(invitations.DAYS)
        self.make_button = Button(_("Make a code"), "primary", "key-round", on_click=self.make)
        self.made = self._made_card()
        self.list = TwoLineList(_("Invitations"), most_rows=5)
        self.list.chosen.connect(lambda _key: self._judge())
        self.list.unwanted.connect(lambda _key: self.withdraw())
        self.withdraw_button = Button(_("Withdraw…"), on_click=self.withdraw)
        self.empty = PlainLabel(_("Nobody was invited yet."), "meta", wrap=True)
        self._lay_out()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.make)
        if not context.state.restore_window("invite", self):
            self.resize(px(680), px(660))
        self.load()

    def _made_card(self) -> Card:
        """Return the place of a code that was made."""
        card = Card()
        self.sentence = PlainLabel("", "strong", wrap=True)
        self.text = TextArea(CODE_LINES, accessible_name=_("Code of the invitation"))
        self.text.setReadOnly(True)
        self.copy_button = Button(_("Copy"), icon_name="copy", on_click=self.copy)
        self.copied = PlainLabel("", "small")
        told = PlainLabel(
            _("Send it to this one person. Whoever has it can join once; then it opens nothing any more."),
            "meta", wrap=True,
        )  # fmt: skip
        self.picture = QrView(_("Code of the invitation as QR code"))
        copying = QHBoxLayout()
        copying.setSpacing(px(10))
        copying.addWidget(self.copy_button)
        copying.addWidget(self.copied, 1)
        column = QVBoxLayout()
        column.setSpacing(px(8))
        for widget in (self.sentence, self.text, told):
            column.addWidget(widget)
        column.addLayout(copying)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(px(16))
        row.addLayout(column, 1)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(row)
        card.hide()
        return card

    def _lay_out(self) -> None:
        wish = QHBoxLayout()
        wish.setSpacing(px(12))
        wish.addWidget(FormField(_("Colleague"), self.guest), 3)
        wish.addWidget(FormField(_("Group"), self.group), 2)
        wish.addWidget(FormField(_("Valid for"), self.days), 2)
        wish.addWidget(self.make_button, 0, Qt.AlignmentFlag.AlignBottom)
        head = QHBoxLayout()
        head.addWidget(PlainLabel(_("Invitations"), "section"), 1)
        head.addWidget(self.withdraw_button)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Close"), on_click=self.accept))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Invite a colleague"), "title"))
        column.addWidget(self.banner)
        column.addLayout(wish)
        column.addWidget(self.made)
        column.addLayout(head)
        column.addWidget(self.list)
        column.addWidget(self.empty)
        column.addStretch(1)
        column.addLayout(buttons)

    # --- what there is ------------------------------------------------------------------------------------------
    def load(self) -> None:
        """Read groups and invitations."""
        database = self._context.database

        def read() -> Seen:
            database.rights.require("users", "settings")
            with database.read() as session:
                found, made = rights.groups(session), invitations.invitations(session)
                return Seen(tuple(found), tuple(invitations.guests(session)), tuple(made))

        self._context.tasks.read(read, self._show, self._failed, owner=self)

    def _show(self, seen: Seen) -> None:
        chosen = self.group.currentData()
        self.group.clear()
        for group in seen.groups:
            self.group.addItem(group.name, group.id)
        usual = next((group.id for group in seen.groups if group.key == "office"), None)
        self.group.set_value(chosen if self.group.findData(chosen) >= 0 else usual)
        self._offer_guests(seen.guests)
        self.list.set_lines(self._line(row) for row in seen.rows)
        self.list.setVisible(bool(seen.rows))
        self.empty.setVisible(not seen.rows)
        self.make_button.setEnabled(bool(seen.groups))
        if not seen.groups:
            self.banner.show_message(_("This office is not shared yet. Share it with your team first."), "info")
        self._judge()

    def _offer_guests(self, guests: tuple[tuple[int, str, int | None], ...]) -> None:
        """Offer those who are here without a login, besides somebody new."""
        chosen = self.guest.currentData()
        self._groups = {number: group for number, _name, group in guests}
        self.guest.clear()
        self.guest.addItem(_("Somebody new"), None)
        for number, name, _group in guests:
            self.guest.addItem(name, number)
        self.guest.setCurrentIndex(max(0, self.guest.findData(chosen)))

    def _follow_guest(self) -> None:
        """Propose the group that somebody is in already."""
        self.group.set_value(self._groups.get(self.guest.currentData()) or self.group.currentData())

    def _line(self, row: InvitationRow) -> Line:
        """Return an invitation as a line."""
        made, until = show_date(row.made_at.astimezone().date()), show_date(row.expires_at.astimezone().date())
        told = _("made on {day} by {name}, until {until}").format(day=made, name=row.made_by or "–", until=until)
        title = row.used_by or row.guest or row.group
        mark, tone, is_faint = _(STATES[row.state]), TONES[row.state], row.state != OPEN
        return Line(row.id, title, told, "mail", mark=mark, tone=tone, is_faint=is_faint)

    def _judge(self) -> None:
        line = self.list.line()
        self.withdraw_button.setEnabled(line is not None and line.mark == _(STATES[OPEN]))

    # --- what is done -------------------------------------------------------------------------------------------
    def make(self) -> None:
        """Make a code for one colleague."""
        if not self.make_button.isEnabled():
            return
        database, group, days = self._context.database, int(self.group.currentData()), int(self.days.currentData())
        guest = self.guest.currentData()
        self.banner.hide()
        self.make_button.setEnabled(False)
        name = self.group.currentText()

        def work() -> tuple[Invitation, tuple[tuple[bool, ...], ...]]:
            made = invitations.invite(database, group, days, guest=guest)
            return made, qr.matrix(made.code)

        self._context.tasks.write(
            work,
            lambda found: self._show_code(found[0], found[1], name),
            self._failed,
            _("Invite a colleague"),
            owner=self,
        )

    def _show_code(self, made: Invitation, squares: tuple[tuple[bool, ...], ...], group: str) -> None:
        self.code = made.code
        until = show_instant(made.expires_at)
        sentence = _("For one colleague in the group “{group}”, until {day}.").format(group=group, day=until)
        self.sentence.setText(sentence)
        self.text.setPlainText(made.code)
        self.picture.show_squares(squares)
        self.copied.setText("")
        self.made.show()
        self.make_button.setEnabled(True)
        self.make_button.set_kind("secondary")
        self.copy_button.setFocus()
        self.load()

    def copy(self) -> None:
        """Put the code on the clipboard."""
        QGuiApplication.clipboard().setText(self.code)
        self.copied.setText(_("Copied."))

    def withdraw(self) -> None:
        """Take the chosen invitation back, after a question."""
        line, number = self.list.line(), self.list.current()
        if line is None or not isinstance(number, int) or not self.withdraw_button.isEnabled():
            return
        sentence = _("Withdraw this invitation? Its code then opens nothing any more.")
        if not ask(self, _("Withdraw invitation"), sentence, _("Withdraw")):
            return
        database = self._context.database
        self._context.tasks.write(
            lambda: invitations.revoke(database, number), lambda _nothing: self.load(), self._failed,
            _("Withdraw invitation"), owner=self,
        )  # fmt: skip

    def _failed(self, error: GcrmError) -> None:
        self.make_button.setEnabled(self.group.count() > 0)
        self.banner.show_message(error.sentence, "bad")

    def done(self, result: int) -> None:
        """Remember where the window stood."""
        self._context.state.save_window("invite", self)
        super().done(result)
