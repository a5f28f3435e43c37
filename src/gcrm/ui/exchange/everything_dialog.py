"""Export everything: the whole office as open files, in a folder or a zip, with progress and Cancel."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services.exchange.everything.export import Made, export_everything, proposed_name
from gcrm.services.exchange.everything.scope import left_out_words
from gcrm.services.exchange.everything.shelf import SUFFIX
from gcrm.services.file_safety import free_path
from gcrm.services.showing import show_number
from gcrm.ui.backup.save_dialog import size_words
from gcrm.ui.context import Context
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.file_question import ask_for_folder, ask_where, documents
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel


class EverythingDialog(QDialog):
    """Asks for the form and the place, writes, and says what lies where. Cancel leaves nothing."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None
        self._is_done = False
        self._name = "gCRM"
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Export everything"))
        self._make_parts()
        self._lay_out()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.choose)
        context.tasks.ended.connect(self._on_ended)
        self.setMinimumWidth(px(520))
        self.go_button.setFocus()
        database = context.database
        context.tasks.read(lambda: proposed_name(database, date.today()), self._propose, self._failed, owner=self)

    def _make_parts(self) -> None:
        self.banner = Banner(dismissable=False)
        self.about = PlainLabel(
            _(
                "All records, files and the history in open formats that other programs read, with pages for the "
                "browser. gCRM makes the same office of it again."
            ),
            wrap=True,
        )
        self.form = QComboBox()
        self.form.addItem(_("One file (ZIP)"), SUFFIX)
        self.form.addItem(_("A folder"), "")
        self.form_row = FormField(_("As"), self.form)
        self.note = PlainLabel(_("It is not encrypted: whoever has it can read it."), "meta", wrap=True)
        self.outcome = Card()
        self.outcome.hide()
        self.progress = ProgressLine()
        self.cancel_button = Button(_("Cancel"), on_click=self.cancel)
        self.go_button = Button(_("Choose place and export…"), "primary", on_click=self.choose)
        self.go_button.setDefault(True)

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
        column.addWidget(PlainLabel(_("Export everything"), "title"))
        for widget in (self.banner, self.about, self.form_row, self.note, self.outcome):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self.progress)
        column.addLayout(buttons)

    # --- exporting ------------------------------------------------------------------------------------------------
    def choose(self) -> None:
        """Ask where to, or close when it is done."""
        if self._is_done:
            self.accept()
        elif self._task is not None:
            return
        elif self.form.currentData() == SUFFIX:
            proposed = Path(documents()) / f"{self._name}{SUFFIX}"
            ask_where(self, _("Export everything"), self.export_to, proposed, _("ZIP files") + f" (*{SUFFIX})")
        else:
            ask_for_folder(self, _("Export everything"), self.export_into, documents())

    def export_into(self, folder: Path) -> None:
        """Write into a new folder within the one that was chosen."""
        self.export_to(free_path(folder, self._name))

    def export_to(self, target: Path) -> None:
        """Write the folder or the zip."""
        database = self._context.database

        def work(progress: Progress) -> Made:
            return export_everything(database, target, progress)

        self.banner.hide()
        self.progress.begin(_("Exporting"))
        self._task = self._context.tasks.read(
            work, self._exported, self._failed, label=_("Export everything"), owner=self
        )
        self._task.progress.reported.connect(self.progress.report)
        self._show_state()

    def _exported(self, made: Made) -> None:
        """Say where it lies, what is in it, and what is not."""
        self._is_done = True
        more = " ".join(part for part in (left_out_words(made.left_out), made.damage, made.notice) if part)
        self.banner.show_message(more or _("Everything was exported."), "warn" if more else "ok")
        for widget in (self.about, self.form_row, self.note):
            widget.hide()
        self.outcome.set_rows([
            (_("Name"), made.path.name),
            (_("Folder"), str(made.path.parent)),
            (_("Size"), size_words(made.size)),
            (_("Contents"), _("{contacts} contacts, {files} files").format(
                contacts=show_number(made.contacts), files=show_number(made.files))),
        ])  # fmt: skip
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
            self.banner.show_message(_("Stopped. Nothing was written."), "info")
        self._show_state()

    def _show_state(self) -> None:
        is_busy = self._task is not None
        self.form.setEnabled(not is_busy)
        self.go_button.setEnabled(not is_busy)
        self.go_button.setText(_("Close") if self._is_done else _("Choose place and export…"))
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
