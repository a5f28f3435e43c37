"""Restore the whole office: beside the present one first, then compared, and only then perhaps in its place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError, PasswordProblem, UserError
from gcrm.i18n import _
from gcrm.services.backup import password
from gcrm.services.backup.restore import restore
from gcrm.services.backup.server_swap import Replaced, owner_needed, replace_office
from gcrm.services.backup.swap import Beside, Count, beside
from gcrm.services.showing import show_instant, show_number
from gcrm.ui.allowed import Offer, why_not
from gcrm.ui.backup.new_password import password_edit
from gcrm.ui.context import Context
from gcrm.ui.office_chooser import open_beside, open_instead
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.team.checklist import note_due
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.file_question import ask_where
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.message import ask
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read

WHERE, RESTORED = range(2)
REPLACING = ("settings.settings",)
"""The right without which nobody is offered to let a backup take the place; a server wants the owner's password."""


class RestoreDialog(QDialog):
    """Nothing of the present office is touched before somebody says, with the comparison before them, that it shall."""

    def __init__(self, context: Context, backup: Path, proposed: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._backup = context, backup
        self.target = proposed
        self._task: Task | None = None
        self._is_replaced = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Restore a backup"))
        self.heading = PlainLabel(_("Restore a backup"), "title", wrap=True)
        self.banner, self.progress = Banner(dismissable=False), ProgressLine()
        self.place = PlainLabel("", wrap=True)
        self.place_button = Button(_("Another place…"), icon_name="folder-open", on_click=self._ask_where)
        self.password = password_edit()
        self.field = FormField(_("Password of the backup"), self.password)
        self.field.hide()
        self.owner_password = password_edit()
        kept = _("Empty: the one that this computer keeps")
        self.owner_password.setPlaceholderText(kept)
        self.owner_field = FormField(_("Password of the owner"), self.owner_password, hint=kept)
        self.owner_field.hide()
        self._owner = ""
        self.stack = QStackedWidget()
        self.stack.addWidget(self._first_page())
        self.outcome = QWidget()
        self._outcome = QVBoxLayout(self.outcome)
        self._outcome.setContentsMargins(0, 0, 0, 0)
        self._outcome.setSpacing(px(12))
        self.stack.addWidget(self.outcome)
        self.swap_button = Button(_("Let it take the place…"), icon_name="arrow-left-right", on_click=self.swap)
        self._swapping = Offer(context, self.swap_button, *REPLACING)
        self.cancel_button = Button(_("Cancel"), on_click=self.cancel)
        self.go_button = Button(_("Restore beside"), "primary", on_click=self.go_on)
        self.go_button.setDefault(True)
        self._lay_out()
        context.tasks.ended.connect(self._on_ended)
        self.setMinimumWidth(px(680))
        self._show_state()

    def _first_page(self) -> QWidget:
        """Explain what happens, and where it goes."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        for turn, sentence in enumerate((
            _("The backup becomes a new office file. The present office stays as it is, and others go on working."),
            _("Then both are compared: how many contacts, activities and files each has, and until when."),
            _("You decide: look at it in a window of its own, or let it take the place of the present office."),
        ), 1):  # fmt: skip
            row = QHBoxLayout()
            row.setSpacing(px(10))
            row.addWidget(PlainLabel(f"{turn}.", "strong"), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(PlainLabel(sentence, wrap=True), 1)
            column.addLayout(row)
        card = Card(_("New office file"))
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self.place, 1)
        line.addWidget(self.place_button)
        card.body.addLayout(line)
        column.addWidget(card)
        column.addWidget(self.field)
        column.addStretch(1)
        return page

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.swap_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.go_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(12))
        column.addWidget(self.heading)
        column.addWidget(PlainLabel(self._backup.name, "meta", elide=True))
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        column.addWidget(self.owner_field)
        column.addWidget(self.progress)
        column.addLayout(buttons)

    # --- restoring beside ---------------------------------------------------------------------------------------
    def _ask_where(self) -> None:
        def take(target: Path) -> None:
            self.target = target
            self._show_state()

        ask_where(self, _("Restore into a new file"), take, self.target, _("Offices (*.gcrm)"))

    def go_on(self) -> None:
        """Restore, or open what was restored."""
        if self._task is not None:
            return
        if self.stack.currentIndex() == RESTORED:
            if open_beside(self, str(self.target)):
                self.accept()
            return
        backup, target, typed, database = self._backup, self.target, self.password.text(), self._context.database

        def work(progress: Progress) -> tuple[Beside, str]:
            restore(backup, str(target), secret=password.opening(backup, typed), progress=progress)
            return beside(database, target), owner_needed(database)

        self.banner.hide()
        self.progress.begin(_("Restoring beside the present office"))
        done, failed = self._restored, self._failed
        self._task = self._context.tasks.read(work, lambda told: done(*told), failed, label=_("Restore"), owner=self)
        self._task.progress.reported.connect(self.progress.report)
        self._show_state()

    def _restored(self, found: Beside, owner: str) -> None:
        """Show both offices side by side; on a server `owner` is the login as which one takes the place."""
        self._owner = owner
        if owner and found.is_same_office:
            self.owner_field.label.setText(_("To take the place: password of {login}").format(login=owner))
            self.owner_field.show()
        note_due(self._context.state, str(self.target))
        self.banner.show_message(_("Restored beside; the present office is as it was."), "ok")
        self.heading.setText(_("Compare, then decide"))
        self._outcome.addWidget(_comparison(found))
        if not found.is_same_office:
            told = _("This is a backup of another office. It can be opened, but takes no place here.")
        elif self._context.database.path is None:
            told = _(
                "If it takes the place, everybody is sent out for a moment and comes back by themselves. The present "
                "database is kept beside it."
            )
        else:
            told = _("If it takes the place, gCRM starts anew with it. The present file is kept beside it.")
        self._outcome.addWidget(PlainLabel(told, "meta", wrap=True))
        self._outcome.addStretch(1)
        self._swapping.set_open(found.is_same_office)
        self.stack.setCurrentIndex(RESTORED)
        self._show_state()
        tab_as_read(self)

    def _failed(self, error: GcrmError) -> None:
        if isinstance(error, PasswordProblem) and self._owner:
            self.owner_field.set_error(error.sentence)
            self.owner_password.setFocus()
        elif isinstance(error, UserError) and error.field == "password":
            self.field.show()
            self.field.set_error(error.sentence)
            self.password.setFocus()
        else:
            self.banner.show_message(error.sentence, "bad")

    def _on_ended(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self.progress.hide()
            self._show_state()

    def _show_state(self) -> None:
        is_busy, is_restored = self._task is not None, self.stack.currentIndex() == RESTORED
        self.place.setText(str(self.target))
        self.go_button.setText(_("Open it beside") if is_restored else _("Restore beside"))
        self.go_button.setEnabled(not is_busy)
        self.stack.setEnabled(not is_busy)
        self.swap_button.setVisible(is_restored and not self._is_replaced)
        self.go_button.setVisible(not self._is_replaced)
        self.cancel_button.setText(_("Close") if is_restored else _("Cancel"))
        if not is_busy and not self.field.isVisible():
            (self.cancel_button if self._is_replaced else self.go_button).setFocus()

    # --- taking the place ---------------------------------------------------------------------------------------
    def swap(self) -> None:
        """Let the restored office take the place, where it may."""
        if self._task is not None or why_not(self._context, *REPLACING):
            return
        if self._context.database.path is None:
            self._swap_on_server()
        else:
            self._swap_file()

    def _swap_on_server(self) -> None:
        """Restore once more beside the office on its server, and let that take the place."""
        database, backup, typed = self._context.database, self._backup, self.password.text()
        owner, its = self._owner, self.owner_password.text()
        sentence = _(
            "gCRM restores the backup on the server and lets it take the place of the office there. What was saved "
            "since the backup is then in the former database alone, which is kept."
        )
        if not ask(self, _("Restore a backup"), sentence, _("Take the place")):
            return

        def work(progress: Progress) -> Replaced:
            address = database.url.render_as_string(hide_password=False)
            secret = password.opening(backup, typed)
            return replace_office(backup, address, owner=owner, password=its, secret=secret, progress=progress)

        self.banner.hide()
        self.progress.begin(_("Restoring on the server"))
        self._task = self._context.tasks.read(work, self._replaced, self._failed, label=_("Restore"), owner=self)
        self._task.progress.reported.connect(self.progress.report)
        self._show_state()

    def _replaced(self, done: Replaced) -> None:
        """Say that it is in its place; this window and all others hear of it by themselves."""
        self._is_replaced = True
        for part in (self.owner_field, self.stack):
            part.hide()
        self.heading.setText(_("The restored office is in its place"))
        told = _("The former office is kept on the server as the database {name}, for its owner alone.")
        self.banner.show_message(told.format(name=done.kept), "ok")
        self._context.feed.look_now()
        self._show_state()

    def _swap_file(self) -> None:
        """Start anew with the restored office in the place of the present one, which this window lets go of."""
        office = self._context.database.path
        sentence = _(
            "gCRM closes this office and opens the restored one in its place. Close other windows of it first."
        )
        if office is None or not ask(self, _("Restore a backup"), sentence, _("Take the place")):
            return
        if open_instead(self, str(office), str(self.target)):
            self.accept()

    def cancel(self) -> None:
        """Stop what runs, else close the window."""
        if self._task is not None:
            self._task.progress.cancel()
        else:
            self.reject()

    @override
    def reject(self) -> None:
        if self._task is not None:
            self._task.progress.cancel()
            return
        super().reject()


def _comparison(found: Beside) -> Card:
    """Return the card with what each office holds; lines that differ say so by icon and weight."""
    card = Card()
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(20))
    grid.setVerticalSpacing(px(8))
    grid.setColumnStretch(0, 1)
    right = Qt.AlignmentFlag.AlignRight
    for column, text in ((1, _("Restored")), (2, _("Present office")), (3, _("Difference"))):
        grid.addWidget(PlainLabel(text, "caption"), 0, column, right)
    for line, each in enumerate(found.counts, 1):
        grid.addWidget(PlainLabel(_(each.label), "meta", wrap=True), line, 0)
        for column, value in ((1, each.then), (2, each.now)):
            grid.addWidget(PlainLabel(show_number(value)), line, column, right)
        grid.addLayout(_difference(each), line, 3, right)
    last = len(found.counts) + 1
    grid.addWidget(PlainLabel(_("Worked in until"), "meta"), last, 0)
    for column, moment in ((1, found.then), (2, found.now)):
        grid.addWidget(PlainLabel(_moment(moment)), last, column, right)
    card.body.addLayout(grid)
    return card


def _difference(each: Count) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(px(6))
    row.addStretch(1)
    if each.then == each.now:
        row.addWidget(IconLabel("equal", "text2"))
        row.addWidget(PlainLabel(_("the same"), "small"))
    else:
        more = each.then > each.now
        row.addWidget(IconLabel("arrow-up" if more else "arrow-down", "info" if more else "warn"))
        words = _("{count} more") if more else _("{count} fewer")
        row.addWidget(PlainLabel(words.format(count=show_number(abs(each.then - each.now))), "strong"))
    return row


def _moment(value: datetime | None) -> str:
    return show_instant(value.astimezone()) if value is not None else ""


def open_restore(context: Context, backup: Path, proposed: Path, parent: QWidget | None = None) -> RestoreDialog:
    """Restore a backup as a whole."""
    window = parent or (context.window if isinstance(context.window, QWidget) else None)
    dialog = RestoreDialog(context, backup, proposed, window)
    dialog.open()
    return dialog
