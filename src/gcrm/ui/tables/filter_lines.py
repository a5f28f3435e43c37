"""The lines of the filter: one comparison each, or one that is only kept because it cannot be edited here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QDate, QLocale, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.errors import UserError
from gcrm.i18n import _, current_language
from gcrm.model.contact import ROLES, Contact
from gcrm.model.country import countries
from gcrm.model.fields import fields_of
from gcrm.model.privacy_choices import CHANNELS
from gcrm.services import showing
from gcrm.services.contact_columns import Column
from gcrm.services.filters import OPERATORS, SET_LABELS
from gcrm.ui.forms.editors import LANGUAGES
from gcrm.ui.tables.filter_values import Choices, Needs, ValueEditor, make_editor
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import IconButton
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.invalid import mark_invalid
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read

NO_VALUE = ("empty", "filled")
OF_ACTIVITIES = ("open_follow_up",)
"""Conditions that are about activities."""
_WITHOUT_VALUE = ("open_follow_up", "has_email", "has_address")
_NEEDS: dict[str, Needs] = {
    "date": "date", "instant": "date", "number": "number", "money": "amount", "percent": "amount",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be compared: columns, names of categories, names of the people who work here."""

    columns: tuple[Column, ...] = ()
    categories: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    """Name and label of user-defined fields that are hidden: a filter may still compare them."""
    sees_activities: bool = True

    def column(self, name: str) -> Column | None:
        """Return a column by its name."""
        return next((column for column in self.columns if column.name == name), None)

    def fields(self) -> list[tuple[str, str]]:
        """Return (label, name) of every field, by label."""
        left_out = () if self.sees_activities else OF_ACTIVITIES
        choices = [(_(label), name) for name, label in SET_LABELS.items() if name not in left_out]
        choices += [(c.label if c.is_custom else _(c.label), c.name) for c in self.columns]
        return sorted(choices, key=lambda choice: choice[0].casefold())

    def operators(self, name: str) -> list[tuple[str, str]]:
        """Return (label, name) of the comparisons that fit a field."""
        column = self.column(name)
        return [
            (_(label), key)
            for key, (label, kinds) in OPERATORS.items()
            if ((not kinds or column.kind in kinds) if column else key in ("is", "is_not"))
        ]

    def choices(self, name: str) -> Choices:
        """Return the values of a field to choose from, none when the value is typed."""
        column = self.column(name)
        if name in _CHOICES:
            return _CHOICES[name](self)
        if column is None:
            return ()
        if column.kind == "yes_no":
            return ((_("Yes"), True), (_("No"), False))
        if column.kind == "country":
            return [(shown, code) for code, shown in countries(current_language())]
        if column.kind == "language":
            return [(showing.language_name(code), code) for code in LANGUAGES]
        return [(label if column.is_custom else _(label), key) for key, label in column.choices if key]

    def needs(self, name: str, operator: str) -> Needs:
        """Return what kind of value a comparison needs."""
        column = self.column(name)
        if operator in NO_VALUE or name in _WITHOUT_VALUE:
            return "nothing"
        if operator == "month" or (operator in ("is", "is_not") and self.choices(name)):
            return "choice"
        if operator in ("before_days", "since_days"):
            return "days"
        return _NEEDS.get(column.kind, "text") if column else "text"


def _roles(offers: Offers) -> Choices:
    labels = fields_of(Contact)
    return [(_(labels[role].label), role.removeprefix("is_")) for role in ROLES]


_CHOICES: Mapping[str, Callable[[Offers], Choices]] = {
    "category": lambda offers: [(category, category) for category in offers.categories],
    "role": _roles,
    "allowed_channel": lambda offers: tuple((_(label), channel) for channel, label in CHANNELS),
    "responsible": lambda offers: [(user, user) for user in offers.users],
}


def _months() -> Choices:
    """Return the names of the months with their numbers."""
    locale = QLocale()
    return [(locale.standaloneMonthName(QDate(2026, month, 1).month()), month) for month in range(1, 13)]


class ConditionLine(QWidget):
    """One comparison: field, operator, value, and below it why the value cannot be read."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, offers: Offers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers = offers
        self._needed: tuple[Needs, str] = ("nothing", "")
        self._editor: ValueEditor = make_editor("nothing")
        self.field = FilterCombo()
        self.field.setAccessibleName(_("Field"))
        self.field.set_choices(offers.fields())
        self.operator = QComboBox()
        self.operator.setAccessibleName(_("Comparison"))
        self.sentence = PlainLabel("", "error", wrap=True)
        self.sentence.hide()
        self._row = QHBoxLayout()
        self._row.setSpacing(px(6))
        self._row.addWidget(self.field, 3)
        self._row.addWidget(self.operator, 2)
        self._row.addWidget(self._editor.widget, 3)
        self._row.addWidget(IconButton("x", _("Remove this condition"), on_click=lambda: self.removed.emit(self)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        column.addLayout(self._row)
        column.addWidget(self.sentence)
        self.field.chosen.connect(lambda _name: self._on_field())
        self.operator.currentIndexChanged.connect(lambda _row: self._on_operator())
        self._on_field()

    @property
    def value(self) -> QWidget:
        """Return the widget that the value is typed into or chosen in."""
        return self._editor.widget

    def _name(self) -> str:
        return str(self.field.value() or "")

    def _on_field(self) -> None:
        """Offer the operators that fit the field."""
        former = self.operator.currentData()
        self.operator.blockSignals(True)
        self.operator.clear()
        for label, key in self._offers.operators(self._name()):
            self.operator.addItem(label, key)
        self.operator.setCurrentIndex(max(0, self.operator.findData(former)))
        self.operator.blockSignals(False)
        self._on_operator()

    def _on_operator(self) -> None:
        """Show the editor that the comparison needs; what was typed stays where it still fits."""
        name, operator = self._name(), str(self.operator.currentData() or "is")
        needs = self._offers.needs(name, operator)
        needed = (needs, f"{name} {operator == 'month'}" if needs == "choice" else "")
        if needed != self._needed:
            choices = _months() if operator == "month" else self._offers.choices(name)
            self._put(make_editor(needs, choices if needs == "choice" else ()))
            self._needed = needed
        self._on_value()

    def _put(self, editor: ValueEditor) -> None:
        """Take another editor for the value."""
        old = self._editor.widget
        self._row.replaceWidget(old, editor.widget)
        self._row.setStretch(2, 3)
        old.hide()
        old.deleteLater()
        tab_as_read(self)
        self._editor = editor
        editor.on_changed(self._on_value)

    def _on_value(self) -> None:
        """Say why the value cannot be read, and tell whoever shows the result."""
        sentence = self.problem()
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        mark_invalid(self.value, sentence)
        self.changed.emit()

    def problem(self) -> str:
        """Return why what was typed cannot be read, empty when all is well."""
        try:
            self._editor.read()
        except UserError as error:
            return error.sentence
        return ""

    def unreadable(self) -> ConditionLine | None:
        """Return the line itself when its value cannot be read."""
        return self if self.problem() else None

    def tree(self) -> dict[str, Any]:
        """Return the comparison, nothing while it is not complete."""
        if not self.is_complete():
            return {}
        value = self._editor.read()
        return {"field": self.field.value(), "op": self.operator.currentData() or "is", "value": value}

    def is_complete(self) -> bool:
        """Whether a field is chosen, and a value is there where one is needed and can be read."""
        return bool(self._name()) and not self.problem() and self._editor.read() is not None

    def show_tree(self, tree: Mapping[str, Any]) -> bool:
        """Show a comparison; return False for one that cannot be edited here."""
        self.field.set_value(tree.get("field"))
        self._on_field()
        operator = self.operator.findData(tree.get("op", "is"))
        if not self._name() or operator < 0:
            return False
        self.operator.setCurrentIndex(operator)
        return self._editor.write(tree.get("value"))

    def focus(self) -> None:
        """Go to the value where it cannot be read, else to the field."""
        (self.value if self.problem() else self.field).setFocus()


class KeptLine(QWidget):
    """A comparison that cannot be edited here, in words; it stays in the filter until it is removed."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, offers: Offers, tree: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tree = dict(tree)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        row.addWidget(PlainLabel(_words(offers, tree), "body", elide=True), 1)
        row.addWidget(IconButton("x", _("Remove this condition"), on_click=lambda: self.removed.emit(self)))

    def tree(self) -> dict[str, Any]:
        """Return the comparison as it was."""
        return self._tree

    def unreadable(self) -> ConditionLine | None:
        """Return nothing: there is nothing to type."""
        return None


def _words(offers: Offers, tree: Mapping[str, Any]) -> str:
    """Return a comparison in words."""
    name, operator, value = str(tree.get("field", "")), str(tree.get("op", "is")), tree.get("value")
    labels = dict(offers.hidden) | {key: shown for shown, key in offers.fields()}
    known = OPERATORS.get(operator)
    words = (labels.get(name, name), _(known[0]) if known else operator, str(value or ""))
    return " ".join(word for word in words if word)
