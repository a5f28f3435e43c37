"""Exchange with Outlook: what is exchanged, what would happen, and then what did."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services import contact, settings
from gcrm.services.outlook import com
from gcrm.services.outlook.link import Link
from gcrm.services.outlook.sync import Outcome, sync
from gcrm.services.outlook.words import remarks, summary
from gcrm.ui.context import Context
from gcrm.ui.exchange.outlook_parts import OutlookParts
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.theme import px

KEY = "outlook.choice"
Connect = Callable[[], AbstractContextManager[Link]]


class OutlookDialog(QDialog):
    """Looks and exchanges off the thread of the windows: Outlook is asked and left in that one thread."""

    def __init__(self, context: Context, parent: QWidget | None = None, connect: Connect = com.outlook) -> None:
        own = context.window if isinstance(context.window, QWidget) else None
        super().__init__(parent if parent is not None else own)
        self._context = context
        self._connect = connect
        self._task: Task | None = None
        self._told: dict[str, Any] = {}
        self.outcome: Outcome | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Exchange with Outlook"))
        self.parts = OutlookParts(self)
        self.parts.look.clicked.connect(lambda: self.start(is_trial=True))
        self.parts.go.clicked.connect(lambda: self.start(is_trial=False))
        self.parts.cancel.clicked.connect(self.cancel)
        for box in (self.parts.contacts, self.parts.appointments, self.parts.deletes):
            box.toggled.connect(lambda _on: self._chosen())
        self.parts.category.currentIndexChanged.connect(lambda _place: self._chosen())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.parts.go.click)
        context.tasks.ended.connect(self._on_ended)
        self.resize(px(860), px(480))
        self.parts.enable(False)  # until what was chosen the last time is read
        context.tasks.read(self._read, self._offer, self._failed, owner=self)

    def _read(self) -> tuple[list[str], dict[str, Any]]:
        """Return the categories that there are, and what was chosen the last time."""
        with self._context.database.read() as session:
            told = settings.get(session, KEY, self._context.database.user_id)
            return [category.name for category in contact.categories(session)], dict(told)

    def _offer(self, found: tuple[list[str], dict[str, Any]]) -> None:
        names, self._told = found
        self.parts.offer(names, self._told)
        former = self._told.get("category", "")
        if former and former not in names:  # all contacts are no substitute for some of them
            self.parts.contacts.setChecked(False)
            sentence = _("The category “{name}” is gone. Choose which contacts are exchanged.")
            self.parts.banner.show_message(sentence.format(name=former), "warn")
        self._show_state()
        self.parts.look.setFocus()

    def _chosen(self) -> None:
        """Forget what was found for another choice."""
        self.parts.show_nothing()
        self._show_state()

    # --- exchanging ------------------------------------------------------------------------------------------------
    def start(self, *, is_trial: bool) -> None:
        """Look at what would happen, or let it happen."""
        if self._task is not None:
            return
        database, connect, choice = self._context.database, self._connect, self.parts.choice()
        told = asdict(choice)
        is_new = told != self._told

        def work(progress: Progress) -> Outcome:
            if is_new and not is_trial:
                settings.set(database, KEY, told)
            with connect() as link:
                return sync(database, link, choice, progress, dry_run=is_trial)

        tasks, label = self._context.tasks, _("Asking Outlook") if is_trial else _("Exchanging with Outlook")
        begin, done = (tasks.read, self._looked) if is_trial else (tasks.write, self._exchanged)
        self._task = begin(work, done, self._failed, label=label, owner=self)
        self.parts.banner.clear_buttons()
        self.parts.banner.hide()
        self.parts.progress.begin(label)
        self._task.progress.reported.connect(self.parts.progress.report)
        self._show_state()

    def _looked(self, outcome: Outcome) -> None:
        """Show what would happen."""
        self.outcome = outcome
        told = summary(outcome)
        words = told if outcome.is_nothing else _("Nothing is written yet. {what}").format(what=told)
        self.parts.show(outcome, words)
        self._remark(outcome)

    def _exchanged(self, outcome: Outcome) -> None:
        """Show what happened; what was written here can be undone."""
        self.outcome = outcome
        sentence = summary(outcome)
        self.parts.show(outcome, sentence)
        self._remark(outcome)
        is_new_here = bool(outcome.created_here or outcome.changed_here or outcome.deleted_here)
        self._context.window.say(sentence, undo=is_new_here)

    def _remark(self, outcome: Outcome) -> None:
        """Say what else there is to say."""
        sentences = list(remarks(outcome))
        if sentences:
            more = f" (+{len(sentences) - 3})" if len(sentences) > 3 else ""
            self.parts.banner.show_message(" ".join(sentences[:3]) + more, "warn" if outcome.problems else "info")

    def _failed(self, error: GcrmError) -> None:
        self.parts.banner.show_message(error.sentence, "bad")

    def _on_ended(self, task: Task) -> None:
        """Take note that the task is over, also when it was cancelled."""
        if task is not self._task:
            return
        self._task = None
        self.parts.progress.hide()
        if task.is_cancelled() and task.error is not None:
            self.parts.banner.show_message(_("Stopped. What was not written yet comes with the next exchange."), "info")
        self._show_state()
        self.parts.go.setFocus()

    def _show_state(self) -> None:
        self.parts.enable(self._task is None)
        self.parts.cancel.setText(_("Cancel") if self._task is not None else _("Close"))

    # --- closing ---------------------------------------------------------------------------------------------------
    def cancel(self) -> None:
        """Stop what runs, else close the window."""
        self.reject()

    @override
    def reject(self) -> None:
        if self._task is not None:
            self._task.progress.cancel()
            return  # what was stopped is said first
        super().reject()
