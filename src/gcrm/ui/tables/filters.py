"""The filter of the list: conditions in lines, all or any of them; what is chosen is shown at once.

The lines stand for a tree of services/filters.py: `all` or `any` of comparisons, each of which can be turned round.
A tree that was nested deeper (from the command line, say) is kept and shown as one line in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.contact import ROLES, Contact
from gcrm.model.fields import fields_of
from gcrm.services import contact, contact_columns
from gcrm.services.contact_columns import Column
from gcrm.services.contact_list import ContactQuery, count
from gcrm.services.filters import OPERATORS, SET_LABELS
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.safe import PlainLabel

NO_VALUE = ("empty", "filled")


class ConditionLine(QWidget):
    """One comparison: field, operator, value."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, columns: list[Column], categories: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = {column.name: column for column in columns}
        self._categories = categories
        self.field = FilterCombo()
        self.field.setAccessibleName(_("Field"))
        choices = [(_(label), name) for name, label in SET_LABELS.items()]
        choices += [(c.label if c.is_custom else _(c.label), c.name) for c in columns]
        self.field.set_choices(sorted(choices, key=lambda choice: choice[0].casefold()))
        self.operator = QComboBox()
        self.operator.setAccessibleName(_("Comparison"))
        self.value = QLineEdit()
        self.value.setAccessibleName(_("Value"))
        self.choice = QComboBox()
        self.choice.setAccessibleName(_("Value"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        for widget, stretch in ((self.field, 3), (self.operator, 2), (self.value, 3), (self.choice, 3)):
            row.addWidget(widget, stretch)
        row.addWidget(IconButton("x", _("Remove this condition"), on_click=lambda: self.removed.emit(self)))
        self.field.chosen.connect(lambda _name: self._on_field())
        self.operator.currentIndexChanged.connect(lambda _row: self._on_operator())
        self.value.textChanged.connect(lambda _text: self.changed.emit())
        self.choice.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self._on_field()

    def _on_field(self) -> None:
        """Offer the operators and values that fit the field."""
        name = str(self.field.value() or "")
        column = self._columns.get(name)
        self.operator.blockSignals(True)
        self.operator.clear()
        for key, (label, kinds) in OPERATORS.items():
            fits = (not kinds or column.kind in kinds) if column else key in ("is", "is_not")
            if fits:
                self.operator.addItem(_(label), key)
        self.operator.blockSignals(False)
        self.choice.blockSignals(True)
        self.choice.clear()
        for label, value in self._choices(name, column):
            self.choice.addItem(label, value)
        self.choice.blockSignals(False)
        self._on_operator()

    def _choices(self, name: str, column: Column | None) -> list[tuple[str, Any]]:
        """Return the values to choose from, none when the value is typed."""
        if name == "category":
            return [(category, category) for category in self._categories]
        if name == "role":
            labels = fields_of(Contact)
            return [(_(labels[role].label), role.removeprefix("is_")) for role in ROLES]
        if name == "allowed_channel":
            return [(_("Letters"), "mail"), (_("E-mail"), "email"), (_("Phone"), "phone")]
        if column is not None and column.kind == "yes_no":
            return [(_("Yes"), True), (_("No"), False)]
        if column is not None and column.choices:
            return [(label if column.is_custom else _(label), key) for key, label in column.choices]
        return []

    def _on_operator(self) -> None:
        """Show the value only where one is needed."""
        operator, name = self.operator.currentData(), self.field.value()
        needed = operator not in NO_VALUE and name not in ("open_follow_up", "has_email", "has_address")
        self.choice.setVisible(bool(needed and self.choice.count()))
        self.value.setVisible(bool(needed and not self.choice.count()))
        self.changed.emit()

    def tree(self) -> dict[str, Any]:
        """Return the comparison."""
        value: Any = self.choice.currentData() if self.choice.count() else self.value.text().strip()
        return {"field": self.field.value(), "op": self.operator.currentData() or "is", "value": value}

    def is_complete(self) -> bool:
        """Whether a value is there where one is needed."""
        return self.value.isHidden() or bool(self.value.text().strip())

    def show_tree(self, tree: Mapping[str, Any]) -> None:
        """Show a comparison."""
        self.field.set_value(tree.get("field"))
        self._on_field()
        self.operator.setCurrentIndex(max(0, self.operator.findData(tree.get("op", "is"))))
        if self.choice.count():
            self.choice.setCurrentIndex(max(0, self.choice.findData(tree.get("value"))))
        else:
            self.value.setText("" if tree.get("value") is None else str(tree["value"]))


class FilterDialog(QDialog):
    """The conditions of the list that is shown."""

    def __init__(self, context: Context, query: ContactQuery, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._query = query
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Filter"))
        self.resize(px(680), px(360))
        self._columns: list[Column] = []
        self._categories: list[str] = []
        self.mode = QComboBox()
        self.mode.setAccessibleName(_("How conditions are joined"))
        self.mode.addItem(_("All conditions hold"), "all")
        self.mode.addItem(_("Any condition holds"), "any")
        self.turned = QCheckBox(_("Everything but these"))
        self.lines: list[ConditionLine] = []
        self.hits = PlainLabel("", "meta", wrap=True)
        self._lay_out()
        context.tasks.read(self._read, self._fill, context.window.fail, owner=self)
        self.mode.currentIndexChanged.connect(lambda _row: self._preview())
        self.turned.toggled.connect(lambda _on: self._preview())

    def _lay_out(self) -> None:
        """Place everything."""
        head = QHBoxLayout()
        head.addWidget(self.mode)
        head.addWidget(self.turned)
        head.addStretch(1)
        self._body = QVBoxLayout()
        self._body.setSpacing(px(6))
        buttons = QHBoxLayout()
        buttons.addWidget(Button(_("Show all"), "flat", on_click=self.clear))
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), on_click=self.close))
        buttons.addWidget(Button(_("Apply filter"), "primary", on_click=self.apply))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Filter"), "title"))
        column.addLayout(head)
        column.addLayout(self._body)
        column.addWidget(
            Button(_("Add condition"), "flat", "plus", on_click=self.add_line), 0, Qt.AlignmentFlag.AlignLeft
        )
        column.addStretch(1)
        column.addWidget(self.hits)
        column.addLayout(buttons)

    def _read(self) -> tuple[list[Column], list[str]]:
        """Read what can be compared."""
        with self._context.database.read() as session:
            return contact_columns.all_columns(session), [one.name for one in contact.categories(session)]

    def _fill(self, found: tuple[list[Column], list[str]]) -> None:
        """Show the conditions once it is known what can be compared."""
        self._columns, self._categories = found
        self._show_tree(self._query.conditions)

    def add_line(self) -> ConditionLine:
        """Add a condition; its field has the focus."""
        line = ConditionLine(self._columns, self._categories)
        line.changed.connect(self._preview)
        line.removed.connect(self._remove)
        self.lines.append(line)
        self._body.addWidget(line)
        line.field.setFocus()
        self._preview()
        return line

    def _remove(self, line: ConditionLine) -> None:
        """Take a condition away."""
        self.lines.remove(line)
        self._body.removeWidget(line)
        line.deleteLater()
        self._preview()

    def _show_tree(self, tree: Mapping[str, Any]) -> None:
        """Show the conditions of a query."""
        if "not" in tree:
            self.turned.setChecked(True)
            tree = tree["not"]
        self.mode.setCurrentIndex(1 if "any" in tree else 0)
        parts = tree.get("any") or tree.get("all") or ([tree] if "field" in tree else [])
        for part in parts:
            self.add_line().show_tree(part)
        if not parts:
            self.add_line()

    def conditions(self) -> dict[str, Any]:
        """Return the tree of what is chosen; lines without a value are left out."""
        parts = [line.tree() for line in self.lines if line.is_complete()]
        if not parts:
            return {}
        tree: dict[str, Any] = {str(self.mode.currentData()): parts}
        return {"not": tree} if self.turned.isChecked() else tree

    def _preview(self) -> None:
        """Say how many contacts the conditions find."""
        query, database = replace(self._query, conditions=self.conditions(), words=""), self._context.database

        def read() -> int:
            with database.read() as session:
                return count(session, query)

        def show(found: int) -> None:
            self.hits.setText(_("{count} contacts fit.").format(count=found))

        self._context.tasks.read(read, show, lambda error: self.hits.setText(error.sentence), key=id(self), owner=self)

    def apply(self) -> None:
        """Show the list with these conditions."""
        apply_query(self._context, replace(self._query, conditions=self.conditions()), _("Filtered contacts"))
        self.close()

    def clear(self) -> None:
        """Show everything again."""
        apply_query(self._context, replace(self._query, conditions={}), _("Contacts"))
        self.close()


def apply_query(context: Context, query: ContactQuery, title: str) -> None:
    """Show a query in the list that is in front: the table, or the list pane."""
    show = getattr(context.window, "show_query", None)
    if show is None:
        raise UserError(_("The list is not open."))
    show(query, title)


def open_filter(context: Context) -> FilterDialog:
    """Open the filter of the list that is shown."""
    parent = context.window if isinstance(context.window, QWidget) else None
    dialog = FilterDialog(context, context.window.current_query(), parent)
    dialog.open()
    return dialog
