"""Asks whoever may change the tables of an office on a server whether to bring it to this program's version."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm import __version__
from gcrm.errors import GcrmError, OlderOffice, PasswordProblem
from gcrm.i18n import _
from gcrm.ui.contact.layout import scrolling
from gcrm.ui.tasks import Progress, Task, Tasks
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel

Upgrade = Callable[[str, str, bool, Progress], str]
"""Upgrades as the login of the owner ("": this one) with a password, which is kept or not; says what came of it."""


class UpgradeDialog(QDialog):
    """Says what an upgrade does to everybody, asks for the owner's password where it is needed, and shows the steps.

    `upgraded` carries the sentence to say when the office opens. Cancel leaves the office as it was.
    """

    upgraded = Signal(str)

    def __init__(self, office: OlderOffice, tasks: Tasks, upgrade: Upgrade, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._office, self._tasks, self._upgrade = office, tasks, upgrade
        self._task: Task | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Upgrade office"))
        self.banner, self.progress = Banner(dismissable=False), ProgressLine()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        kept = _("Empty: the one that this computer keeps")  # as where it was shared, which nobody ever typed
        self.password.setPlaceholderText(kept)
        self.field = FormField(_("Password of “{login}”").format(login=office.owner), self.password, hint=kept)
        self.keep = QCheckBox(_("Keep it in the password store of this computer"))
        self.upgrade_button = Button(_("Upgrade office"), "primary", on_click=self.accept)
        self.later_button = Button(_("Not now"), on_click=self.reject)
        self.later_button.setDefault(True)
        self._lay_out()
        tasks.ended.connect(self._on_ended)
        (self.later_button if office.is_owner else self.password).setFocus()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addStretch(1)
        buttons.addWidget(self.later_button)
        buttons.addWidget(self.upgrade_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Upgrade office"), "title"))
        column.addWidget(self.banner)
        column.addWidget(scrolling(self._words()), 1)
        if not self._office.is_owner:
            column.addWidget(self.field)
            column.addWidget(self.keep)
        column.addWidget(self.progress)
        column.addLayout(buttons)
        self.resize(px(540), px(370 if self._office.is_owner else 490))

    def _words(self) -> QWidget:
        """Return what to know before; large type scrolls it."""
        told = sentences(self._office)
        if not self._office.is_owner:
            password = _("The office belongs to the login “{login}”. Its password is needed for this upgrade alone.")
            told.append(password.format(login=self._office.owner))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        for sentence in told:
            column.addWidget(PlainLabel(sentence, wrap=True))
        column.addStretch(1)
        return content

    def accept(self) -> None:
        """Begin, and show how far it is; the window closes when it is done."""
        if self._task is not None:
            return
        owner, typed = ("", "") if self._office.is_owner else (self._office.owner, self.password.text())
        upgrade, keeps = self._upgrade, self.keep.isChecked()

        def work(progress: Progress) -> str:
            return upgrade(owner, typed, keeps, progress)

        self.banner.hide()
        self.field.clear_error()
        self.progress.begin(_("Looking whether others work in the office"))
        self._task = self._tasks.read(work, self._done, self._failed, label=_("Upgrade office"), owner=self)
        self._task.progress.reported.connect(self.progress.report)
        self._show_state()

    def _done(self, told: str) -> None:
        super().accept()
        self.upgraded.emit(told)

    def _failed(self, error: GcrmError) -> None:
        if isinstance(error, PasswordProblem) and not self._office.is_owner:
            self.field.set_error(error.sentence)
            self.password.setFocus()
        else:
            self.banner.show_message(error.sentence, "bad")

    def _on_ended(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self.progress.hide()
            if task.is_cancelled():
                self.banner.show_message(_("Stopped. The office is as it was."), "info")
            self._show_state()

    def _show_state(self) -> None:
        is_busy = self._task is not None
        for widget in (self.upgrade_button, self.password, self.keep):
            widget.setEnabled(not is_busy)
        self.later_button.setText(_("Cancel") if is_busy else _("Not now"))

    @override
    def reject(self) -> None:
        """Stop what runs, else leave the office as it is."""
        if self._task is not None:
            self._task.progress.cancel()
            return
        super().reject()


def sentences(office: OlderOffice) -> list[str]:
    """Return what to know before an office is upgraded."""
    made = _("This office was made by an older gCRM. gCRM {own} can open it once it is upgraded.")
    if office.program not in ("", __version__):
        made = _("This office is kept by gCRM {known}. gCRM {own} can open it once it is upgraded.")
    told = [
        made.format(known=office.program, own=__version__),
        _("First a backup is made on this computer, and proved by restoring it. If anything fails, nothing changes."),
        _("Meanwhile nobody else can work in the office. What they are typing stays with them."),
    ]
    if office.others:
        told.append(_("At work at the moment: {names}").format(names=", ".join(office.others)))
    if office.installer:
        place = _("Afterwards everybody needs gCRM {own} or newer. Whoever has not is told where it is: {place}")
        told.append(place.format(own=__version__, place=office.installer))
    else:
        told.append(_("Afterwards everybody needs gCRM {own} or newer.").format(own=__version__))
        told.append(_("In Settings, Office, you can say where the office keeps the installer."))
    return told
