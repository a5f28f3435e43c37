"""A new office out of an export of everything: which one, where to, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.paths import data_folder
from gcrm.ui.tasks import Progress, Task, Tasks
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.file_question import ask_for_files, ask_where
from gcrm.ui.widgets.progress_line import ProgressLine


class FromExport(QObject):
    """A button and a line of progress for a window; `done` is given the address of the new office."""

    begun = Signal()

    def __init__(
        self, tasks: Tasks, window: QWidget, done: Callable[[str], object], failed: Callable[[GcrmError], object]
    ) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._window = window
        self._done = done
        self._failed = failed
        self._task: Task | None = None
        self.button = Button(_("From an export…"), icon_name="package", on_click=self.choose)
        self.progress = ProgressLine()
        tasks.ended.connect(self._on_ended)

    def choose(self) -> QFileDialog:
        """Ask for the export."""
        kinds = _("Exports of an office") + " (*.zip office.json)"
        return ask_for_files(
            self._window, _("Office from an export"), lambda paths: self.ask_target(paths[0]), kinds, many=False
        )

    def ask_target(self, export: Path) -> QFileDialog:
        """Ask where the office shall be."""
        name = export.parent.name if export.name == "office.json" else export.stem
        proposed = data_folder() / f"{name}.gcrm"
        kinds = _("Offices (*.gcrm);;All files (*)")
        return ask_where(
            self._window, _("Office from an export"), lambda path: self.make(export, path), proposed, kinds
        )

    def make(self, export: Path, target: Path) -> None:
        """Make the office, then open it."""

        def work(progress: Progress) -> str:
            from gcrm.services.exchange.everything.new_office import office_of_export

            office_of_export(export, target, progress)
            return str(target)

        self.begun.emit()
        self.button.setEnabled(False)
        self.progress.begin(_("Importing"))
        self._task = self._tasks.read(
            work, self._done, self._failed, label=_("Office from an export"), owner=self._window
        )
        self._task.progress.reported.connect(self.progress.report)

    def cancel(self) -> bool:
        """Stop what runs; False where nothing does."""
        if self._task is None:
            return False
        self._task.progress.cancel()
        return True

    def _on_ended(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self.progress.hide()
            self.button.setEnabled(True)
