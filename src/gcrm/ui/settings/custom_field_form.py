"""The form of one user-defined field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit, QWidget

from gcrm.i18n import _
from gcrm.model.custom_field import CUSTOM_KINDS, CustomField
from gcrm.ui.settings.list_card import InlineForm
from gcrm.ui.settings.option_editor import CalmCombo
from gcrm.ui.widgets.text_area import TextArea

WITH_CHOICES = ("choice", "choices")


class CustomFieldForm(InlineForm):
    """Label, kind, group, help, required, and one choice per line for the kinds that have choices."""

    def __init__(
        self,
        field: CustomField | None,
        groups: Sequence[str],
        submit: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_("Save field") if field else _("Add field"), submit, parent)
        self.label = QLineEdit(field.label if field else "")
        self.kind = CalmCombo()
        for kind, name in CUSTOM_KINDS:
            self.kind.addItem(_(name), kind)
        self.kind.set_value(field.kind if field else "text")
        self.group = QLineEdit(field.group_name if field else (groups[0] if len(groups) == 1 else ""))
        self.group.setCompleter(QCompleter(list(groups), self.group))
        self.help = QLineEdit(field.help if field else "")
        self.choices = TextArea(4, _("One choice per line"))
        self.choices.setPlainText("\n".join(field.choices) if field else "")
        self.choices.submitted.connect(submit)
        self.required = QCheckBox(_("Required: the form reminds of it while it is empty"))
        self.required.setChecked(bool(field and field.is_required))
        self.add_row((("label", _("Name of the field"), self.label), ("kind", _("Kind of field"), self.kind)))
        self.add_row((("choices", _("Choices"), self.choices),))
        self.add_row((("group_name", _("Group"), self.group), ("help", _("Help text"), self.help)))
        self.add_wide(self.required)
        self.kind.currentIndexChanged.connect(lambda _row: self._show_choices())
        self._show_choices()

    def _show_choices(self) -> None:
        self.fields["choices"].setVisible(self.kind.currentData() in WITH_CHOICES)

    def values(self) -> dict[str, Any]:
        """Return what was entered, by the names of the field's columns."""
        lines = [line.strip() for line in self.choices.toPlainText().splitlines()]
        has_choices = self.kind.currentData() in WITH_CHOICES
        return {
            "label": self.label.text().strip(),
            "kind": self.kind.currentData(),
            "group_name": self.group.text().strip(),
            "help": self.help.text().strip(),
            "choices": [line for line in lines if line] if has_choices else [],
            "is_required": self.required.isChecked(),
        }
