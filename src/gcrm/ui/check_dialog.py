"""Checking the office from the window: what was looked at, what was found, repair on request."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QProgressBar, QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.services.check import NoBackup, Report, check
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.message import ask
from gcrm.ui.widgets.safe import PlainLabel


class CheckDialog(QDialog):
    """Runs the check when it opens and lists the findings."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Check the office"))
        self.resize(px(560), px(420))
        self.summary = PlainLabel(_("Checking…"), "body", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(_("Progress"))
        self.findings = QListWidget()
        self.findings.setAccessibleName(_("Findings"))
        self.findings.hide()
        self.banner = Banner()
        self.banner.hide()
        self.repair_button = Button(_("Repair"), "primary", on_click=self._repair)
        self.repair_button.hide()
        close = Button(_("Close"), on_click=self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.repair_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        for widget in (PlainLabel(_("Check the office"), "title"), self.banner, self.summary, self.bar):
            column.addWidget(widget)
        column.addWidget(self.findings, 1)
        column.addStretch()
        column.addLayout(buttons)

    def _repair(self) -> None:
        """Repair, after a backup that is made and proved here."""
        self.run(repair=True)

    def run(self, *, repair: bool = False, has_backup: bool = False) -> None:
        """Check, or check and repair."""
        self.bar.show()
        self.banner.hide()
        self.repair_button.hide()
        database, tasks = self._context.database, self._context.tasks
        if repair:
            tasks.write(
                lambda: check(database, repair=True, has_backup=has_backup), self._show, self._not_repaired, owner=self
            )
        else:
            tasks.read(lambda: check(database), self._show, self._failed, owner=self)

    def _not_repaired(self, error: GcrmError) -> None:
        """Say why nothing was repaired; where only the backup failed, ask once for one that was made another way."""
        self._failed(error)
        self.repair_button.show()
        sentence = _("Was the server backed up another way? Without a backup nothing is repaired.")
        if isinstance(error, NoBackup) and ask(self, _("Repair"), sentence, _("Backup made, repair")):
            self.run(repair=True, has_backup=True)

    def _show(self, report: Report) -> None:
        """Show what was found."""
        self.bar.hide()
        self.findings.clear()
        for finding in report.findings:
            self.findings.addItem(finding.outcome)
        self.findings.setVisible(bool(report.findings))
        self.summary.setText(" ".join(_summary(report)))
        self.repair_button.setVisible(any(finding.can_be_repaired for finding in report.findings))

    def _failed(self, error: GcrmError) -> None:
        """Say why the check could not run."""
        self.bar.hide()
        self.banner.show_message(error.sentence, "bad")


def _summary(report: Report) -> Iterator[str]:
    """Yield what came out: what was repaired and where the backup lies, and what is left."""
    if report.repaired:
        sentence = ngettext("{count} finding was repaired.", "{count} findings were repaired.", report.repaired)
        yield sentence.format(count=report.repaired)
    if report.backup:
        yield _("The office as it was before: {file}").format(file=report.backup)
    left = sum(not finding.repaired for finding in report.findings)
    if left:
        yield ngettext("{count} finding", "{count} findings", left).format(count=left)
    else:
        yield _("Everything is in order: records, history, files and search index.")


def open_check(context: Context) -> CheckDialog:
    """Check the office."""
    dialog = CheckDialog(context, context.window if isinstance(context.window, QWidget) else None)
    dialog.open()
    dialog.run()
    return dialog
