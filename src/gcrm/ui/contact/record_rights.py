"""What may be seen and changed on a record page, and the line on top of it that says why something may not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabBar

from gcrm.i18n import _
from gcrm.services.showing import show_date
from gcrm.ui.allowed import sees, why_not
from gcrm.ui.context import Context
from gcrm.ui.widgets.banner import Banner

TABS: Mapping[str, tuple[str, str]] = {"files": ("attachment", ""), "notes": ("contact", "notes")}
"""Tabs that are there only for whoever sees a table, or a column of it."""


class RecordRights(Banner):
    """The line on top of the record; the page and its rows ask it. `restricted` says why a record is so, or ""."""

    restricted = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__("info", dismissable=False)
        self._context = context
        self._restricted = ""

    def restrict(self, until: date | None, bar: QTabBar) -> None:
        """Take note that of this record only what the law wants is kept, until a day; None: it is like any other."""
        sentence = _("This contact was erased. What the law wants kept is left until {day} and cannot be changed.")
        self._restricted = sentence.format(day=show_date(until)) if until is not None else ""
        self.restricted.emit(self._restricted)
        self.judge(bar)

    def lock(self) -> str:
        """Return why the record may not be changed, "" where it may."""
        return self._restricted or why_not(self._context, "contacts.change")

    def sees(self, table: str, column: str = "") -> bool:
        """Tell whether a column may be seen, or anything of a table."""
        return sees(self._context, table, column)

    def may_attach(self) -> bool:
        """Tell whether files may be kept with the record."""
        return not self._restricted and not why_not(self._context, "files.create")

    def judge(self, bar: QTabBar) -> None:
        """Say why the record may not be changed, and leave out the tabs that are not for this person."""
        sentence = self.lock()
        if sentence and sentence != self.message():
            self.show_message(sentence)
        self.setVisible(bool(sentence))
        for index in range(bar.count()):
            if bar.tabData(index) in TABS:
                bar.setTabVisible(index, self.sees(*TABS[bar.tabData(index)]))
