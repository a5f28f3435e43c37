"""The import: which files, what becomes of each card, and then carrying it out, with Cancel and Undo.

Nothing is written before the primary button is pressed; Cancel during the import leaves the office as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.services.exchange import importer, mappings
from gcrm.services.exchange.cut_over.kinds import belong_together
from gcrm.services.exchange.import_plan import ImportPlan, ImportReport, Rule
from gcrm.services.exchange.read_file import APPOINTMENTS, MAILS, SUFFIXES, TEXT
from gcrm.services.exchange.tables.choice import Choice, Where
from gcrm.services.exchange.tables.facts import TableFacts, save_bad_rows
from gcrm.ui.context import Context
from gcrm.ui.exchange.droppable import importable
from gcrm.ui.exchange.import_decisions import Decisions
from gcrm.ui.exchange.import_parts import ImportParts, tables_of
from gcrm.ui.exchange.import_words import result_sentence, undone_sentence
from gcrm.ui.exchange.mapping_actions import MappingActions
from gcrm.ui.mail import keep_mails, mails_in
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.theme import px
from gcrm.ui.widgets.file_question import ask_for_files, ask_for_folder, ask_where, documents
from gcrm.ui.widgets.tab_order import tab_as_read

Looked = tuple[ImportPlan, Where, tuple[str, ...]]


class ImportDialog(QDialog):
    """Looks at files and imports them; stays open with the result and the way back."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        home = parent or (context.window if isinstance(context.window, QWidget) else None)
        super().__init__(home)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Import contacts"))
        self.setAcceptDrops(True)
        self._context = context
        self._paths: list[Path] = []
        self._without: set[Path] = set()
        self._choices: dict[Path, Choice] = {}
        self._decisions = Decisions()
        self._is_stale = False
        self._task: Task | None = None
        self._report: ImportReport | None = None
        self.plan = ImportPlan()
        self.parts = ImportParts(self)
        self.mappings = MappingActions(context, self, self._look, self._fail)
        if not context.state.restore_window("import", self):
            self.resize(px(1000), px(720))
        self._connect()
        self._show_state()

    def _connect(self) -> None:
        """Wire the parts."""
        parts = self.parts
        parts.add_files.clicked.connect(self._choose_files)
        parts.add_folder.clicked.connect(self._choose_folder)
        parts.remove.clicked.connect(self._remove_file)
        parts.rule.activated.connect(lambda _place: self._decide_all(parts.rule.currentData()))
        parts.by.activated.connect(lambda _place: self._look())
        parts.columns.changed.connect(self._read_anew)
        parts.columns.mapping_wanted.connect(self._take_mapping)
        parts.columns.save_wanted.connect(self.mappings.save)
        parts.columns.rename_wanted.connect(self.mappings.rename)
        parts.columns.delete_wanted.connect(self.mappings.delete)
        parts.bad_rows.checked.connect(self._correct)
        parts.bad_rows.save_wanted.connect(self._save_rows)
        for rule, button in parts.row_buttons.items():
            button.clicked.connect(lambda _checked=False, rule=rule: self._decide_rows(rule))
        parts.table.selectionModel().selectionChanged.connect(lambda *_args: self._show_row_buttons())
        parts.categories.textChanged.connect(lambda _text: self._note_categories())
        parts.cancel.clicked.connect(self._cancel)
        parts.go.clicked.connect(self.run)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.run)
        self._context.tasks.ended.connect(self._on_ended)

    # --- files --------------------------------------------------------------------------------------------------
    def add_paths(self, paths: Sequence[Path]) -> None:
        """Take more files or folders, and look at all of them anew; mails alone go into the chronicle."""
        if paths and len(mails_in(paths)) == len(paths) and not self._paths:
            keep_mails(self._context, paths)
            self.reject()
            return
        self._paths += [path for path in paths if path not in self._paths]
        self._without -= set(paths)
        self._look()

    def _choose_files(self) -> None:
        """Ask for files."""
        endings, calendars, mails = (
            " ".join(f"*{ending}" for ending in some) for some in ((*SUFFIXES, TEXT), APPOINTMENTS, MAILS)
        )
        kinds = _("Files of contacts ({endings});;Calendars ({calendars});;E-mails ({mails});;All files (*)")
        kinds = kinds.format(endings=endings, calendars=calendars, mails=mails)
        ask_for_files(self, _("Choose files"), self.add_paths, kinds)

    def _choose_folder(self) -> None:
        """Ask for a folder."""
        ask_for_folder(self, _("Choose a folder with address files"), lambda folder: self.add_paths([folder]))

    def _remove_file(self) -> None:
        """Take the chosen files off the list; of a folder, the others stay."""
        every = self.plan.every
        chosen = {every[index.row()] for index in self.parts.files.selectedIndexes() if index.row() < len(every)}
        if chosen:
            self._without |= chosen
            left = [path for path in every if path not in chosen]
            folders = [path for path in self._paths if any(path in each.parents for each in left)]
            self._paths = [path for path in self._paths if path not in chosen or path in folders] if left else []
            self._look()

    def _named(self, path: Path) -> str:
        """Return how a file is called: with the folders between it and the one that was given."""
        home = next((folder for folder in self._paths if folder in path.parents), None)
        return str(path.relative_to(home)) if home is not None else path.name

    def _look(self) -> None:
        """Find out what an import would do."""
        self._report = None
        self.parts.banner.clear_buttons()
        self.parts.banner.hide()
        if not self._paths:
            self._show_plan((ImportPlan(), Where(), ()))
            return
        if self._task is not None:
            self._is_stale = True
            return
        database, paths, choices = self._context.database, list(self._paths), dict(self._choices)
        rule, by, without = self.parts.rule.currentData(), self.parts.by.currentData(), frozenset(self._without)
        known = dict(self._decisions.imported)

        def look(progress: Progress) -> Looked:
            plan = importer.preview(
                database, paths, progress, duplicates=rule, by=by, choices=choices, without=without, known=known
            )
            with database.read() as session:
                where = importer.where_of(session, database.home)
            return plan, where, mappings.names(database)

        self._start(self._context.tasks.read(look, self._show_plan, self._fail, label=_("Reading files"), owner=self))

    def _show_plan(self, looked: Looked) -> None:
        """Show what would happen."""
        plan, where, names = looked
        self.plan = plan
        plan.set_categories(self._categories())
        self._decisions.repeat(plan)
        self.parts.show_plan(plan, self._named)
        self.parts.columns.show_mappings(names)
        self.parts.columns.show_tables(tables_of(plan), self._choices, where)
        self._show_refused()
        self._show_state()

    def _show_refused(self) -> None:
        """Say which file was not read, or where the several are told; offer the cut-over for what belongs together."""
        tables = (facts.columns for _path, facts in tables_of(self.plan))
        folder = self._paths[0] if len(self._paths) == 1 else None
        if folder is not None and folder not in self.plan.paths and belong_together(tables):
            sentence = _(
                "These tables belong together by customer number. The cut-over joins them into one contact each."
            )
            self.parts.banner.show_message(sentence, "info")
            self.parts.banner.add_button(_("Take over from another program…"), lambda: self._take_over(folder))
            return
        refused = self.plan.refused
        if len(refused) == 1:
            self.parts.banner.show_message(refused[0][1], "warn")
        elif refused:
            self.parts.banner.show_message(
                _("Not everything is imported: the part “Left out” says what and why."), "info"
            )

    def _take_over(self, folder: Path) -> None:
        """Close the window and show what a cut-over of the folder would do."""
        from gcrm.ui.exchange.cut_over_dialog import CutOverDialog

        self.reject()
        dialog = CutOverDialog(self._context)
        dialog.open()
        dialog.take_folder(folder)

    # --- tables -------------------------------------------------------------------------------------------------
    def _read_anew(self, path: Path, choice: Choice) -> None:
        """Read a file in the way that was chosen."""
        self._choices[path] = choice
        self._look()

    def _correct(self, path: Path, corrections: dict[int, tuple[str, ...]]) -> None:
        """Read a file with corrected rows."""
        known = self._choices.get(path, Choice())
        self._read_anew(path, replace(known, corrections={**known.corrections, **corrections}))

    def _take_mapping(self, path: Path, name: str) -> None:
        """Read a file by a saved mapping, or as it is recognised."""
        database, known = self._context.database, self._choices.get(path, Choice())
        if not name:
            self._read_anew(path, Choice(sheet=known.sheet, corrections=known.corrections))
            return

        def take(found: Choice) -> None:
            self._read_anew(path, replace(found, sheet=known.sheet, corrections=known.corrections))

        self._context.tasks.read(lambda: mappings.find(database, name), take, self._fail, owner=self)

    def _save_rows(self, path: Path, facts: TableFacts) -> None:
        """Ask for a file and write the rows to correct into it."""

        def save(target: Path) -> None:
            self._context.tasks.read(lambda: save_bad_rows(target, facts), said, self._fail, owner=self)

        def said(count: int) -> None:
            sentence = ngettext("{count} row saved", "{count} rows saved", count).format(count=count)
            self.parts.banner.show_message(sentence, "ok")

        proposed = Path(documents()) / _("{name}, to correct.csv").format(name=path.stem)
        ask_where(self, _("Save rows"), save, proposed, _("Table (*.csv)"))

    # --- decisions ----------------------------------------------------------------------------------------------
    def _decide_all(self, rule: Rule) -> None:
        """Decide all duplicates alike."""
        self._decisions.forget_single()
        self.parts.model.decide_all(rule)
        self._show_state()

    def _decide_rows(self, rule: Rule) -> None:
        """Decide the chosen rows."""
        places = self.parts.chosen_rows()
        self._decisions.note(self.plan, places, rule)
        self.parts.model.decide(places, rule)
        self._decisions.note_unwanted(self.plan)
        self._show_state()

    def _note_categories(self) -> None:
        """Decide anew: somebody who is here already may lack only a category for all."""
        self.parts.model.set_categories(self._categories())
        self._show_state()

    def _show_row_buttons(self) -> None:
        """Offer a choice where a chosen row has one."""
        rows = [self.plan.rows[place] for place in self.parts.chosen_rows()]
        for rule, button in self.parts.row_buttons.items():
            has_choice = any(row.offers(rule) for row in rows)
            button.setEnabled(has_choice and self._task is None and self._report is None)

    # --- carrying out -------------------------------------------------------------------------------------------
    def run(self) -> None:
        """Import, or close the window when that is done."""
        if self._report is not None:
            self.accept()
            return
        if self._task is not None or not (self._count() or self.plan.others):
            return
        if self.parts.bad_rows.has_typed():
            self.parts.bad_rows.check_all()
            sentence = _("The corrected rows are read first. Look at them, then import.")
            self.parts.banner.show_message(sentence, "info")
            return
        database, plan, categories = self._context.database, self.plan, self._categories()

        def work(progress: Progress) -> ImportReport:
            return importer.apply(database, plan, progress, categories=categories)

        self._start(self._context.tasks.write(work, self._done, self._fail, _("Importing"), owner=self))

    def _categories(self) -> list[str]:
        """Return the categories for all contacts."""
        return [name.strip() for name in self.parts.categories.text().split(",") if name.strip()]

    def _count(self) -> int:
        """Return how many contacts would be written."""
        return self.plan.written()

    def _done(self, report: ImportReport) -> None:
        """Say what was imported and offer the way back."""
        self._report = report
        self._decisions.imported |= self.plan.contacts_of(report)
        sentence = result_sentence(self.plan, report)
        left = report.others.mails.left_out if report.others.mails else []
        if left:
            words = ngettext(
                "{count} e-mail waits for its contact.", "{count} e-mails wait for their contact.", len(left)
            )
            sentence = f"{sentence} {words.format(count=len(left))}"
        self.parts.banner.clear_buttons()
        self.parts.banner.show_message(sentence, "ok")
        if left:
            self.parts.banner.add_button(_("Choose contacts…"), lambda: keep_mails(self._context, left))
        if report.operation is not None:
            self.parts.banner.add_button(_("Undo import"), self._undo)
        tab_as_read(self)
        self._context.window.say(sentence, undo=report.operation is not None)
        self._show_state()
        self.parts.go.setFocus()

    def _undo(self) -> None:
        """Take the import back; what was edited since stays."""
        if self._report is None or self._report.operation is None or self._task is not None:
            return
        database, operation = self._context.database, self._report.operation
        work = self._context.tasks.write(
            lambda: importer.undo_import(database, operation), self._undone, self._fail, _("Undoing"), owner=self
        )
        self._start(work)

    def _undone(self, kept: tuple[str, ...]) -> None:
        """Say what stayed."""
        self.parts.banner.clear_buttons()
        sentence = undone_sentence(kept)
        self._context.window.say(sentence)
        self._look()
        self.parts.banner.show_message(sentence, "warn" if kept else "info")

    # --- state --------------------------------------------------------------------------------------------------
    def _start(self, task: Task) -> None:
        """Show the progress of a task."""
        self._task = task
        task.progress.reported.connect(self.parts.show_progress)
        self._show_state()

    def _on_ended(self, task: Task) -> None:
        """Take note that the task is over, also when it was cancelled."""
        if task is self._task:
            self._task = None
            if self._is_stale and not task.progress.is_cancelled():
                self._is_stale = False
                self._look()
                return
            self._is_stale = False
            if task.progress.is_cancelled():
                self.parts.banner.show_message(_("Stopped. Nothing was imported."), "info")
            self._show_state()

    def _fail(self, error: GcrmError) -> None:
        """Say what went wrong."""
        self.parts.banner.clear_buttons()
        self.parts.banner.show_message(error.sentence, "bad")
        self._show_state()

    def _cancel(self) -> None:
        """Stop what runs, else close the window."""
        if self._task is not None:
            self._task.progress.cancel()
        else:
            self.reject()

    def _show_state(self) -> None:
        """Show what can be done now."""
        busy, done = self._task is not None, self._report is not None
        self.parts.show_state(self.plan, count=self._count(), busy=busy, writes=self._is_writing(), done=done)
        self._show_row_buttons()

    def _is_writing(self) -> bool:
        return self._task is not None and self._task.writes

    @override
    def reject(self) -> None:
        if self._task is not None:
            self._task.progress.cancel()
        if self._is_writing():
            return  # whether it was stopped in time is said first
        super().reject()

    @override
    def done(self, result: int) -> None:
        self._context.state.save_window("import", self)
        super().done(result)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if importable(event.mimeData()) and not self._is_writing():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add_paths(importable(event.mimeData()))


def show_import(context: Context, paths: Sequence[Path | str]) -> ImportDialog:
    """Show what an import of these files would do; without files they are chosen in the dialog."""
    dialog = ImportDialog(context)
    dialog.open()
    if paths:
        dialog.add_paths([Path(path) for path in paths])
    return dialog
