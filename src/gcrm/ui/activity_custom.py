"""The user-defined fields of an activity in its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gcrm.model.activity import Activity
from gcrm.model.custom_field import CustomField
from gcrm.services.contact_page import Surroundings
from gcrm.ui.contact_choice import ContactChoice
from gcrm.ui.context import Context
from gcrm.ui.forms import Handle, Input, custom_inputs, kept_value, make_handle, put_value
from gcrm.ui.theme import px
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.typed_edit import TypedEdit

OWNER = "activity"


class CustomFields(QWidget):
    """One editor for each user-defined field, in their order; nothing while there are none."""

    def __init__(self, context: Context, on_edited: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._on_edited = on_edited
        self._activity: Activity | None = None
        self._handles: list[Handle] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(10))
        self.hide()

    def show_activity(self, activity: Activity, defined: Mapping[str, CustomField]) -> None:
        """Show the values of an activity."""
        self._activity = activity
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        shown = tuple(field for field in defined.values() if not (field.options or {}).get("hidden"))
        inputs = custom_inputs(activity, OWNER, Surroundings(custom_fields={OWNER: shown}))
        self._handles = [self._handle(entry) for entry in inputs]
        for handle in self._handles:
            told = handle.entry.field
            field = FormField(handle.entry.shown_label, handle.widget, required=told.required, hint=told.help)
            self._column.addWidget(field)
            handle.on_typed(lambda *_given: self._on_edited())
            if isinstance(handle.widget, TypedEdit):
                handle.widget.changed.connect(lambda _value: self._on_edited())
        self.setVisible(bool(self._handles))

    def redefine(self, defined: Mapping[str, CustomField]) -> None:
        """Show other fields, because they were changed meanwhile; what was touched stays."""
        if self._activity is not None:
            touched = self.touched()
            self.show_activity(self._activity, defined)
            self.restore(touched)

    def _handle(self, entry: Input) -> Handle:
        """Return the editor of a field; a contact is chosen from the hits of a search."""
        if entry.field.kind != "contact":
            return make_handle(entry, self)
        edit = ContactChoice(self._context, entry.shown_label, self)
        edit.set_value(entry.value)
        return Handle(entry, edit, edit.value, edit.set_value, edit.changed.connect)

    def touched(self) -> dict[str, Any]:
        """Return the values that differ from those shown, by the name of their field."""
        found = {}
        for handle in self._handles:
            value, before = (kept_value(handle.entry, given) for given in (handle.read(), handle.entry.value))
            if (value or None) != (before or None):
                found[handle.entry.name] = value
        return found

    def problem(self) -> tuple[str, QWidget] | None:
        """Return why something typed cannot be read, and where; None when all is well."""
        for handle in self._handles:
            sentence = handle.problem()
            if sentence:
                return sentence, handle.widget
        return None

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Put back what was typed before and never saved."""
        from gcrm.model import user_field

        for handle in self._handles:
            definition = handle.entry.definition
            if handle.entry.name in kept and definition is not None:
                handle.write(user_field.from_json(definition, kept[handle.entry.name]))

    def put_into(self, activity: Activity) -> None:
        """Write the touched values into an activity."""
        for name, value in self.touched().items():
            put_value(activity, name, value)
