"""Joining a team: the code of the invitation, a name, a password. The office then opens by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import _
from gcrm.services.team import join
from gcrm.services.team.invitation import decode
from gcrm.services.team.join import Joined
from gcrm.ui.state import WindowState
from gcrm.ui.tasks import Progress, Task, Tasks
from gcrm.ui.team.checklist import note_due
from gcrm.ui.team.parts import PersonFields, show_error, start_office
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.growing import GrowingDialog
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel, announce
from gcrm.ui.widgets.text_area import TextArea

CODE_LINES = 4


class JoinDialog(GrowingDialog):
    """The code says whose office it is; nothing goes to the server before the button is pressed."""

    def __init__(self, tasks: Tasks, state: WindowState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._state = tasks, state
        self._task: Task | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Join a team"))
        self.banner = Banner()
        self.code = TextArea(CODE_LINES)
        self.code_field = FormField(_("Code of the invitation"), self.code, required=True)
        self.office = PlainLabel("", "strong", wrap=True)
        self.person = PersonFields()
        self.progress = ProgressLine()
        self.cancel_button = Button(_("Cancel"), on_click=self.reject)
        self.join_button = Button(_("Join"), "primary", on_click=self.run)
        self.join_button.setDefault(True)
        self._lay_out()
        self.code.textChanged.connect(self._read_code)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.run)
        tasks.ended.connect(self._on_ended)
        self._read_code()

    def _lay_out(self) -> None:
        told = PlainLabel(
            _("Whoever looks after the office sends you a code. Paste all of it here; it works once."), wrap=True
        )
        self._icon = IconLabel("building-2", "accent_text")
        shown = QHBoxLayout()
        shown.setSpacing(px(8))
        shown.addWidget(self._icon)
        shown.addWidget(self.office, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.progress, 1)
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.join_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Join a team"), "title"))
        column.addWidget(self.banner)
        column.addWidget(told)
        column.addWidget(self.code_field)
        column.addLayout(shown)
        column.addWidget(self.person)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(px(560))
        self.code.setFocus()

    def _read_code(self) -> None:
        """Show whose office it is, or what is wrong with the code."""
        self.code_field.clear_error()
        text, said = self.code.toPlainText(), ""
        if text.strip():
            try:
                said = decode(text).office
            except UserError as problem:
                self.code_field.set_error(problem.sentence)
        self._icon.setVisible(bool(said))
        self.office.setVisible(bool(said))
        if said != self.office.full_text():
            self.office.setText(said)
            announce(self.office, said)

    def run(self) -> None:
        """Join, when everything is entered."""
        if self._task is not None:
            return
        self.banner.hide()
        if not self.code.toPlainText().strip():
            self.code_field.set_error(_("Paste the code of the invitation."))
            self.code.setFocus()
            return
        if self.code_field.error():
            self.code.setFocus()
            return
        if not self.person.is_filled():
            return
        code, name, password = self.code.toPlainText(), self.person.name.text(), self.person.password.text()

        def work(progress: Progress) -> Joined:
            return join.join(code, name, password, progress)

        self.progress.begin(_("Looking for the server"))
        self._task = self._tasks.read(work, self._joined, self._failed, owner=self)
        self._task.progress.reported.connect(self.progress.report)
        self._show_state()

    def _joined(self, joined: Joined) -> None:
        """Open the office that was joined."""
        note_due(self._state, joined.office.address)
        self.hide()
        start_office(self, joined.office.address)
        self.accept()

    def _failed(self, error: GcrmError) -> None:
        fields = {"code": self.code_field, **self.person.fields()}
        if not (isinstance(error, UserError) and show_error(error, fields)):
            self.banner.show_message(error.sentence, "bad")

    def _on_ended(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self._show_state()

    def _show_state(self) -> None:
        is_busy = self._task is not None
        self.progress.setVisible(is_busy)
        for widget in (self.code_field, self.person, self.join_button):
            widget.setEnabled(not is_busy)

    @override
    def reject(self) -> None:
        if self._task is not None:
            self._task.progress.cancel()
        super().reject()
