"""Cut-over: choose the folder of a former program, see what would come of it, take it over, with Cancel and Undo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.services.exchange.cut_over.carry_out import carry_out, take_back
from gcrm.services.exchange.cut_over.memory import recalled, remember
from gcrm.services.exchange.cut_over.plan import CutOver, make_plan
from gcrm.services.exchange.cut_over.sheet import lines_of, state_of
from gcrm.services.exchange.cut_over.sources import Folder, look
from gcrm.ui.context import Context
from gcrm.ui.exchange.cut_over_columns import CutOverColumns
from gcrm.ui.exchange.cut_over_parts import CutOverParts
from gcrm.ui.exchange.cut_over_print import SheetPrint
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.theme import px
from gcrm.ui.widgets.file_question import ask_for_folder, documents
from gcrm.ui.widgets.tab_order import tab_as_read


class CutOverDialog(QDialog):
    """Looks at a folder and takes it over; stays open with the sheet and the way back."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent or (context.window if isinstance(context.window, QWidget) else None))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Take over from another program"))
        self._context = context
        self._folder: Folder | None = None
        self._task: Task | None = None
        self._operation: int | None = None
        self._is_done = False
        self._is_stale = False
        self.made: CutOver | None = None
        self.parts = CutOverParts(self)
        if not context.state.restore_window("cut_over", self):
            self.resize(px(1080), px(700))
        self.parts.choose.clicked.connect(self._choose)
        self.parts.print.clicked.connect(self.print_sheet)
        self.parts.cancel.clicked.connect(self.cancel)
        self.parts.go.clicked.connect(self.run)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.run)
        context.tasks.ended.connect(self._on_ended)
        self._show_state()

    # --- looking ------------------------------------------------------------------------------------------------
    def _choose(self) -> None:
        """Ask for the folder."""
        ask_for_folder(self, _("Folder of the former program"), self.take_folder, documents())

    def take_folder(self, path: Path) -> None:
        """Look at a folder, and at what would come of it."""
        database = self._context.database

        def work(progress: Progress) -> tuple[Folder, CutOver]:
            folder = recalled(database, look(database, path, progress))
            return folder, make_plan(database, folder, progress)

        self._begin(self._context.tasks.read(work, self._on_looked, self._failed, label=_("Reading"), owner=self))

    def _on_looked(self, found: tuple[Folder, CutOver]) -> None:
        self._folder, made = found
        self.parts.folder.setText(self._folder.path.name)
        self.parts.show_sources(self._folder.sources, self._on_kind, self.show_columns)
        self._on_planned(made)
        tab_as_read(self)
        self.parts.sheet.setFocus()

    def _on_kind(self, path: Path) -> None:
        """Take a table for something else, also the next time."""
        if self._folder is not None:
            self._remember(path, self._folder.with_kinds(self.parts.chosen()))
            self._plan_anew()

    def _remember(self, path: Path, folder: Folder) -> None:
        """Keep what a table is taken for, for the next table with these headings."""
        database, source = self._context.database, next(each for each in folder.sources if each.path == path)
        self._context.tasks.write(lambda: remember(database, source), lambda _none: None, self._failed)

    def show_columns(self, path: Path) -> CutOverColumns | None:
        """Show what the columns of a table are, to be said otherwise."""
        if self._folder is None:
            return None
        folder = self._folder.with_kinds(self.parts.chosen())
        source = next(each for each in folder.sources if each.path == path)

        def take(said: Mapping[str, str]) -> None:
            self._folder = folder.with_columns(path, said)
            self._remember(path, self._folder)
            self._plan_anew()

        dialog = CutOverColumns(source, folder.where, take, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _plan_anew(self, *, keeps_message: bool = False) -> None:
        """Find out what would happen with what the tables are taken for now."""
        if self._folder is None:
            return
        if self._task is not None:
            self._is_stale = True
            self._task.progress.cancel()
            return
        self.made = None
        database, folder = self._context.database, self._folder.with_kinds(self.parts.chosen())

        def work(progress: Progress) -> CutOver:
            return make_plan(database, folder, progress)

        task = self._context.tasks.read(work, self._on_planned, self._failed, label=_("Reading"), owner=self)
        self._begin(task, keeps_message=keeps_message)

    def _on_planned(self, made: CutOver) -> None:
        self.made = made
        self._is_done = False
        self._operation = None
        self.parts.show_lines(lines_of(made))
        self.parts.state.setText(state_of(made, is_trial=True))
        self._show_state()

    # --- carrying out -------------------------------------------------------------------------------------------
    def run(self) -> None:
        """Take over, or close the window when that is done."""
        if self._is_done:
            self.accept()
            return
        made = self.made
        if self._task is not None or made is None or not made.count:
            return
        database = self._context.database

        def work(progress: Progress) -> int | None:
            return carry_out(database, made, progress)

        self._begin(self._context.tasks.write(work, self._on_done, self._not_taken, _("Taking over"), owner=self))

    def _on_done(self, operation: int | None) -> None:
        """Say that it is done, and offer the way back."""
        if self.made is None:
            return
        self._is_done, self._operation = True, operation
        sentence = state_of(self.made, is_trial=False)
        self.parts.state.setText(sentence)
        self.parts.banner.show_message(sentence, "ok")
        if operation is not None:
            self.parts.banner.add_button(_("Undo all of it"), self._undo)
        tab_as_read(self)
        self._context.window.say(sentence, undo=operation is not None)
        self._show_state()
        self.parts.go.setFocus()

    def _undo(self) -> None:
        """Take it back; what was edited since stays."""
        database, operation, made = self._context.database, self._operation, self.made
        if operation is None or made is None or self._task is not None:
            return
        self._begin(
            self._context.tasks.write(
                lambda: take_back(database, operation, made), self._undone, self._failed, _("Undoing"), owner=self
            )
        )

    def _undone(self, stayed: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        """Say what stayed, and look anew."""
        kept, ranges = stayed
        sentence = _("Everything was taken back.")
        if kept:
            sentence = ngettext(
                "Taken back. {count} contact was edited since and stays: {names}.",
                "Taken back. {count} contacts were edited since and stay: {names}.",
                len(kept),
            ).format(count=len(kept), names=", ".join(kept[:5]) + ("…" if len(kept) > 5 else ""))
        if ranges:
            told = _("Numbers were drawn since, so these number ranges go on where they are: {ranges}.")
            sentence = f"{sentence} {told.format(ranges=', '.join(ranges))}"
        self._is_done, self._operation = False, None
        self.parts.banner.clear_buttons()
        self.parts.banner.show_message(sentence, "warn" if kept or ranges else "info")
        self._context.window.say(sentence)
        self._plan_anew(keeps_message=True)

    def print_sheet(self) -> SheetPrint | None:
        """Print the sheet or save it as a PDF."""
        if self.made is None:
            return None
        dialog = SheetPrint(self._context, self.made, is_trial=not self._is_done)
        dialog.begin()
        return dialog

    # --- state --------------------------------------------------------------------------------------------------
    def _begin(self, task: Task, *, keeps_message: bool = False) -> None:
        """Show the progress of a task."""
        self._task = task
        if not keeps_message:
            self.parts.banner.clear_buttons()
            self.parts.banner.hide()
        self.parts.progress.begin(task.label)
        task.progress.reported.connect(self.parts.progress.report)
        self._show_state()

    def _on_ended(self, task: Task) -> None:
        """Take note that the task is over; a plan that was begun to be written is made anew."""
        if task is not self._task:
            return
        self._task = None
        self.parts.progress.hide()
        is_stale, self._is_stale = self._is_stale, False
        self._show_state()
        if is_stale:
            self._plan_anew()
        elif task.is_cancelled() and task.error is not None:
            self.parts.banner.show_message(_("Stopped. Nothing was taken over."), "info")
            if task.writes and not self._is_done:
                self._plan_anew(keeps_message=True)

    def _not_taken(self, error: GcrmError) -> None:
        """Say why nothing was written; what was planned for that is planned anew."""
        self._failed(error)
        self._plan_anew(keeps_message=True)

    def _failed(self, error: GcrmError) -> None:
        self.parts.banner.show_message(error.sentence, "bad")

    def cancel(self) -> None:
        """Stop what runs, else close the window."""
        if self._task is not None:
            self._task.progress.cancel()
        else:
            self.reject()

    def _show_state(self) -> None:
        """Show what can be done now."""
        is_busy, parts = self._task is not None, self.parts
        parts.stack.setCurrentIndex(0 if self._folder is None else 1)
        for button in (parts.choose, parts.empty.button):
            if button is not None:
                button.setEnabled(not is_busy and not self._is_done)
        parts.area.setEnabled(not self._is_done and not (self._task is not None and self._task.writes))
        parts.print.setEnabled(self.made is not None and not is_busy)
        parts.go.setEnabled(not is_busy and (self._is_done or (self.made is not None and self.made.count > 0)))
        parts.go.setText(_("Close") if self._is_done else _("Take over"))
        parts.cancel.setVisible(not self._is_done)

    @override
    def reject(self) -> None:
        if self._task is not None:
            self._task.progress.cancel()
            return  # what was stopped is said first
        super().reject()

    @override
    def done(self, result: int) -> None:
        self._context.state.save_window("cut_over", self)
        super().done(result)
