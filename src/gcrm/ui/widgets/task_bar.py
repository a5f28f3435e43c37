"""A thin bar that appears when work takes longer than 400 ms, with a button to stop it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from gcrm.i18n import _
from gcrm.ui.tasks import Task, Tasks
from gcrm.ui.theme.fonts import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel, announce


class TaskBar(QWidget):
    """Shows the longest running task of `tasks`: its name, how far it is, and Cancel. Hidden when there is none."""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Task] = []
        self._label = PlainLabel("", "meta", elide=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(px(160))
        self.cancel_button = Button(_("Cancel"), "flat", "x", on_click=self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), 0, px(8), 0)
        row.setSpacing(px(8))
        row.addWidget(self._label, 1)
        row.addWidget(self._bar)
        row.addWidget(self.cancel_button)
        tasks.lingering.connect(self._add)
        tasks.ended.connect(self._remove)
        self.hide()

    def _add(self, task: Task) -> None:
        self._waiting.append(task)
        if len(self._waiting) == 1:
            self._show_first()

    def _remove(self, task: Task) -> None:
        if task not in self._waiting:
            return
        is_shown = task is self._waiting[0]
        self._waiting.remove(task)
        if is_shown:
            task.progress.reported.disconnect(self._report)
            self._show_first()

    def _show_first(self) -> None:
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            return
        task = self._waiting[0]
        name = task.label or _("Loading…")
        self._label.setText(name)
        self._bar.setAccessibleName(name)
        self._bar.setRange(0, 0)
        self.cancel_button.setEnabled(True)
        task.progress.reported.connect(self._report)
        announce(self, name)

    def _report(self, done: int, total: int, text: str) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        if text:
            self._label.setText(text)

    def _cancel(self) -> None:
        """Ask the task to stop; the bar goes when it has."""
        if self._waiting:
            self._waiting[0].progress.cancel()
            self.cancel_button.setEnabled(False)
