"""The export: which contacts, which format, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.services import contact_list
from gcrm.services.contact_columns import DEFAULT_COLUMNS
from gcrm.services.contact_list import ContactQuery
from gcrm.services.exchange import exporter
from gcrm.services.exchange.out.export import Form, export_table
from gcrm.ui.context import Context
from gcrm.ui.exchange.export_form import ExportForm
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.file_question import ask_for_folder, ask_where, documents
from gcrm.ui.widgets.safe import PlainLabel


class ExportDialog(QDialog):
    """Asks and exports; closes when the file is written."""

    def __init__(self, context: Context, contacts: Sequence[int], parent: QWidget | None = None) -> None:
        home = parent or (context.window if isinstance(context.window, QWidget) else None)
        super().__init__(home)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Export contacts"))
        self._context = context
        self._chosen = list(contacts)
        self._query = context.window.current_query()
        self._task: Task | None = None
        self._make_parts()
        self._lay_out()
        self.setMinimumWidth(px(460))
        context.tasks.ended.connect(self._on_ended)
        context.tasks.read(self._count, self._show_counts, self._fail, owner=self)

    def _make_parts(self) -> None:
        window = self._context.window
        self.form = ExportForm(len(self._chosen), window.current_columns() or DEFAULT_COLUMNS, self._context.state)
        self.banner = Banner()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.bar.hide()
        self.cancel = Button(_("Cancel"), on_click=self._cancel)
        self.go = Button(_("Export…"), "primary", on_click=self.choose_target)
        self.go.setDefault(True)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.choose_target)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.bar)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Export contacts"), "title"))
        column.addWidget(self.banner)
        column.addWidget(self.form)
        column.addStretch(1)
        column.addLayout(buttons)

    def _count(self) -> tuple[int, int]:
        """Return how many contacts the list and the office have."""
        with self._context.database.read() as session:
            return contact_list.count(session, self._query), contact_list.count(session, ContactQuery())

    def _show_counts(self, counts: tuple[int, int]) -> None:
        """Write the numbers beside the choices."""
        texts = {"list": _("The list as it is shown ({count})"), "all": _("All contacts ({count})")}
        for key, count in zip(("list", "all"), counts, strict=True):
            self.form.what.setItemText(self.form.what.findData(key), texts[key].format(count=count))

    def choose_target(self) -> None:
        """Ask for the file or the folder."""
        if self._task is not None:
            return
        if self.form.is_split():
            ask_for_folder(self, _("Export contacts"), self.export_to, documents())
        else:
            kind = self.form.kind()
            proposed = Path(documents()) / (_("Contacts") + f".{kind.ending}")
            ask_where(self, _("Export contacts"), self.export_to, proposed, _(kind.files))

    def export_to(self, target: Path) -> None:
        """Write the file (or the files into a folder)."""
        database, query, chosen = self._context.database, self._query, self._chosen
        what, version, split = self.form.what.currentData(), self.form.version(), self.form.is_split()
        form = Form() if version else self.form.form()
        self.form.remember()

        def work(progress: Progress) -> int:
            if what == "chosen":
                contacts: Sequence[int] = chosen
            else:
                with database.read() as session:
                    contacts = contact_list.ids(session, query if what == "list" else ContactQuery())
            if version is None:
                return export_table(database, contacts, target, form, progress)
            return exporter.export_contacts(database, contacts, target, progress, version=version, split=split)

        self._task = self._context.tasks.write(
            work, lambda count: self._done(count, target), self._fail, _("Exporting"), owner=self
        )
        self._task.progress.reported.connect(self._report)
        self.go.setEnabled(False)
        self.bar.show()

    def _report(self, done: int, total: int, _text: str) -> None:
        """Show how far it is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _done(self, count: int, target: Path) -> None:
        """Say what was written, and close."""
        sentence = ngettext("{count} contact exported to {file}", "{count} contacts exported to {file}", count)
        self._context.window.say(sentence.format(count=count, file=target.name))
        self.accept()

    def _on_ended(self, task: Task) -> None:
        """Take note that the task is over, also when it was cancelled."""
        if task is self._task:
            self._task = None
            self.go.setEnabled(True)
            self.bar.hide()

    def _fail(self, error: GcrmError) -> None:
        """Say what went wrong."""
        self.banner.show_message(error.sentence, "bad")

    def _cancel(self) -> None:
        """Stop what runs, else close the window."""
        if self._task is not None:
            self._task.progress.cancel()
        else:
            self.reject()

    @override
    def reject(self) -> None:
        if self._task is not None:
            self._task.progress.cancel()
        super().reject()
