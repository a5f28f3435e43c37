"""Save a backup to a file: one file with everything, for a stick or another house, proved before it is called done."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.model.rights import OWNER
from gcrm.services.backup.by_hand import proposed_name, save
from gcrm.services.backup.create import SUFFIX, Made
from gcrm.services.backup.lock import Secret
from gcrm.services.showing import show_number
from gcrm.ui.allowed import RightsWatch, why_not
from gcrm.ui.backup.new_password import NewPassword
from gcrm.ui.context import Context
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.file_question import ask_where, documents
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel, set_tip


class SaveDialog(QDialog):
    """Asks for a password if wanted and for the place, writes, and says what lies where. Cancel leaves no file."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None
        self._is_done = False
        self._refusal = ""
        self._name = f"gCRM{SUFFIX}"
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Save a backup to a file"))
        self.banner = Banner(dismissable=False)
        self.about = PlainLabel(
            _("One file with contacts, chronicle, files, history and settings. Others can go on working meanwhile."),
            wrap=True,
        )
        self.password = NewPassword()
        self.outcome = Card()
        self.outcome.hide()
        self.progress = ProgressLine()
        self.cancel_button = Button(_("Cancel"), on_click=self.cancel)
        self.go_button = Button(_("Choose file and save…"), "primary", on_click=self.choose)
        self.go_button.setDefault(True)
        self._lay_out()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.choose)
        context.tasks.ended.connect(self._on_ended)
        RightsWatch(context, self._follow_rights, self)
        self.setMinimumWidth(px(520))
        self.go_button.setFocus()
        database = context.database
        context.tasks.read(lambda: proposed_name(database, date.today()), self._propose, self._failed, owner=self)

    def _follow_rights(self) -> None:
        """Offer it only to whoever may; else say on top why not."""
        refusal = "" if self._is_done else why_not(self._context, OWNER)
        if refusal:
            self.banner.show_message(refusal, "warn")
        elif self._refusal:
            self.banner.hide()
        self._refusal = refusal
        self._show_state()

    def _propose(self, name: str) -> None:
        self._name = name

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.go_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Save a backup to a file"), "title"))
        for widget in (self.banner, self.about, self.password, self.outcome):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self.progress)
        column.addLayout(buttons)

    # --- saving -------------------------------------------------------------------------------------------------
    def choose(self) -> None:
        """Ask where to, or close when it is done."""
        if self._is_done:
            self.accept()
        elif self._task is None and not self._refusal and self.password.is_filled():
            kinds = _("Backups") + f" (*{SUFFIX})"
            ask_where(self, _("Save a backup to a file"), self.save_to, Path(documents()) / self._name, kinds)

    def save_to(self, path: Path) -> None:
        """Write the backup and prove it."""
        database, typed = self._context.database, self.password.text()

        def work(progress: Progress) -> tuple[Made, int]:
            made = save(database, path, secret=Secret(typed) if typed else None, progress=progress)
            return made, path.stat().st_size

        self.banner.hide()
        self.progress.begin(_("Writing the backup"))
        self._task = self._context.tasks.read(
            work, lambda told: self._saved(*told), self._failed, label=_("Save a backup"), owner=self
        )
        self._task.progress.reported.connect(self.progress.report)
        self._show_state()

    def _saved(self, made: Made, size: int) -> None:
        """Say where it lies, how large it is, and that it was proved."""
        self._is_done = True
        told = _("The backup was saved, and proved by restoring it for trial.")
        self.banner.show_message(f"{told} {made.notice}".strip(), "warn" if made.notice else "ok")
        self.about.hide()
        self.password.hide()
        rows = [
            (_("File"), made.path.name),
            (_("Folder"), str(made.path.parent)),
            (_("Size"), size_words(size)),
            (_("Contents"), _("{contacts} contacts, {files} files").format(
                contacts=show_number(made.contacts), files=show_number(made.files))),
            (_("Password"), _("Needed to open it") if self.password.text() else _("None")),
        ]  # fmt: skip
        if made.damaged:
            rows.append((_("Damaged files"), show_number(len(made.damaged))))
        self.outcome.set_rows(rows)
        self.outcome.show()
        self._show_state()

    def _failed(self, error: GcrmError) -> None:
        self.banner.show_message(error.sentence, "bad")

    def _on_ended(self, task: Task) -> None:
        """Take note that the task is over, also when it was cancelled."""
        if task is not self._task:
            return
        self._task = None
        self.progress.hide()
        if task.is_cancelled():
            self.banner.show_message(_("Stopped. No file was written."), "info")
        self._show_state()

    def _show_state(self) -> None:
        is_busy = self._task is not None
        self.password.setEnabled(not is_busy)
        self.go_button.setEnabled(not is_busy and not self._refusal)
        set_tip(self.go_button, self._refusal)
        self.go_button.setText(_("Close") if self._is_done else _("Choose file and save…"))
        self.cancel_button.setVisible(not self._is_done)
        if not is_busy:
            self.go_button.setFocus()

    # --- closing ------------------------------------------------------------------------------------------------
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
            return  # what was stopped is said first
        super().reject()


def size_words(size: int) -> str:
    """Return bytes in megabytes as people read them; the smallest as what they are."""
    if size < 100_000:
        return _("{size} kB").format(size=show_number(max(1, round(size / 1000))))
    return _("{size} MB").format(size=show_number(f"{size / 1_000_000:.1f}"))


def open_save(context: Context, parent: QWidget | None = None) -> SaveDialog:
    """Save a backup by hand."""
    window = parent or (context.window if isinstance(context.window, QWidget) else None)
    dialog = SaveDialog(context, window)
    dialog.open()
    return dialog
