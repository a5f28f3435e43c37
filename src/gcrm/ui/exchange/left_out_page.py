"""What an import leaves out: files that hold nothing for an office, lines that nobody understands, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from gcrm.i18n import N_, _, ngettext
from gcrm.services.exchange.import_plan import ImportPlan
from gcrm.ui.theme import px
from gcrm.ui.widgets.safe import set_item_tip

MOST_LINES = 200
"""Lines of one file that the window shows."""
PASSED_OVER = {
    "journal": N_("Journal entries: {count}"),
    "free_busy": N_("Times of others: {count}"),
    "availability": N_("Times of others: {count}"),
}
FILE, LINE, REASON = range(3)
Told = tuple[Path, int, str]


class LeftOutList(QTreeWidget):
    """File, line and reason of each thing that is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("What is left out"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIndentation(0)
        self.setHeaderLabels([_("File"), _("Line"), _("Reason")])
        self.header().setSectionsMovable(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.header().setSectionResizeMode(REASON, QHeaderView.ResizeMode.Stretch)
        for section, width in ((FILE, 260), (LINE, 70)):
            self.header().resizeSection(section, px(width))

    def show_plan(self, plan: ImportPlan, named: Callable[[Path], str]) -> None:
        """Show what a plan leaves out; `named` says how a file is called."""
        self.clear()
        items = []
        for path, line, reason in left_out(plan):
            item = QTreeWidgetItem([named(path), str(line) if line else "", reason])
            for section in (FILE, REASON):
                set_item_tip(item, section, item.text(section))
            items.append(item)
        self.addTopLevelItems(items)

    def title(self) -> str:
        """Return the words of its tab."""
        count = self.topLevelItemCount()
        return _("Left out: {count}").format(count=count)


def left_out(plan: ImportPlan) -> Iterator[Told]:
    """Yield what a plan leaves out: whole files first, then lines of files (those of tables can be corrected)."""
    for path, sentence in plan.refused:
        yield path, 0, sentence
    for path, report in zip(plan.paths, plan.file_reports(), strict=True):
        if report.table is None:
            yield from _lines(path, report.reported)
    for path, calendar in plan.others.calendars:
        for kind, count in calendar.passed_over.items():
            yield path, 0, _(PASSED_OVER[kind]).format(count=count)
        yield from _lines(path, tuple((problem.line, problem.sentence) for problem in calendar.problems))


def _lines(path: Path, reported: tuple[tuple[int, str], ...]) -> Iterator[Told]:
    """Yield lines of a file, those beyond the most as one."""
    for line, reason in reported[:MOST_LINES]:
        yield path, line, reason
    more = len(reported) - MOST_LINES
    if more > 0:
        yield path, 0, ngettext("and {count} line more", "and {count} lines more", more).format(count=more)
