"""What the columns of one table of a cut-over are: values, and where each goes, to be said otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services.exchange.cut_over import kinds
from gcrm.services.exchange.cut_over.sources import Source
from gcrm.services.exchange.tables.choice import Where
from gcrm.services.exchange.tables.facts import TableFacts
from gcrm.ui.exchange.columns_model import ColumnsModel
from gcrm.ui.exchange.columns_page import columns_table
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.safe import PlainLabel


class CutOverColumns(QDialog):
    """Shows the columns of a table; `changed` gets a word for each of them when they are taken."""

    def __init__(
        self,
        source: Source,
        where: Where,
        changed: Callable[[Mapping[str, str]], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._changed = changed
        self.said = kinds.shown_targets(source.kind, source.columns, source.said)
        self.setWindowTitle(_("Columns"))
        self.resize(px(760), px(520))
        self.model = ColumnsModel(self, lambda word: kinds.name_of_word(source.kind, word))
        self.table = columns_table(self.model)
        self.target = FilterCombo(_("Goes into"))
        self.target.set_choices(kinds.column_choices(source.kind, where))
        self.cancel = Button(_("Cancel"), on_click=self.reject)
        self.take = Button(_("Take these columns"), "primary", on_click=self.accept)
        self.take.setDefault(True)
        self._lay_out()
        self._show()
        self.table.selectionModel().selectionChanged.connect(lambda *_args: self._show_target())
        self.table.doubleClicked.connect(lambda _index: self._offer())
        self.target.chosen.connect(self._set_target)
        self.accepted.connect(lambda: self._changed(self.said))
        self._choose([0])

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(px(12))
        below.addWidget(PlainLabel(_("The chosen columns go into:"), "meta"))
        below.addWidget(self.target, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        title = _("Columns of {name}: {kind}").format(name=self._source.name, kind=kinds.label_of(self._source.kind))
        column.addWidget(PlainLabel(title, "title", elide=True))
        column.addWidget(self.table, 1)
        column.addLayout(below)
        column.addLayout(buttons)

    def _show(self) -> None:
        """Show the columns as they are said to be now."""
        columns = tuple(replace(each, target=self.said[each.key]) for each in self._source.columns)
        self.model.show(TableFacts(rows=self._source.rows, columns=columns))

    def _chosen(self) -> list[int]:
        return sorted({index.row() for index in self.table.selectionModel().selectedRows()})

    def _choose(self, places: list[int]) -> None:
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for place in places:
            self.table.selectionModel().select(self.model.index(place, 0), flags)
        self._show_target()

    def _show_target(self) -> None:
        """Show where the chosen columns go."""
        targets = {self.model.column(place).target for place in self._chosen()}
        self.target.setEnabled(bool(targets))
        word = targets.pop() if len(targets) == 1 else None
        if word is not None and self.target.findData(word) < 0:
            self.target.addItem(kinds.name_of_word(self._source.kind, word), word)
        self.target.set_value(word)

    def _offer(self) -> None:
        """Let the next keys say where the chosen columns go."""
        self.target.setFocus()
        self.target.showPopup()

    def _set_target(self, word: object) -> None:
        """Let the chosen columns go somewhere else; a customer number has one column."""
        chosen = self._chosen()
        keys = [self.model.column(place).key for place in chosen]
        if not isinstance(word, str) or not keys:
            return
        if word == "number":
            self.said |= {key: "keep" for key, each in self.said.items() if each == "number"}
            keys = keys[:1]
        self.said |= dict.fromkeys(keys, word)
        self._show()
        self._choose(chosen)
