"""User-defined fields: what the office wants to know besides, described without programming."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _, ngettext
from gcrm.model.custom_field import CUSTOM_KINDS, OWNERS, CustomField
from gcrm.services import custom_field
from gcrm.ui.settings.custom_field_form import CustomFieldForm
from gcrm.ui.settings.list_card import ListCard
from gcrm.ui.settings.page import Entry, Page, SettingsPage
from gcrm.ui.widgets.message import ask
from gcrm.ui.widgets.two_line_list import Line

ICONS = {
    "text": "type", "long_text": "text", "number": "hash", "money": "banknote", "date": "calendar",
    "yes_no": "square-check", "choice": "list", "choices": "list-checks", "link": "link", "contact": "user",
}  # fmt: skip


class CustomFieldsPage(SettingsPage):
    """A tab per kind of record, its fields in their order."""

    tables = frozenset({"custom_field"})

    @override
    def build(self) -> None:
        self._fields: dict[int, CustomField] = {}
        self.owners = QTabBar()
        self.owners.setAccessibleName(_("Fields of"))
        self.owners.setExpanding(False)
        self.owners.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for _owner, label in OWNERS:
            self.owners.addTab(_(label))
        self.card = ListCard(
            _("Fields"), _("Add field"),
            _("No fields yet. A new field appears at once in the form, the list, search, imports and exports."),
            can_move=True, can_hide=True,
        )  # fmt: skip
        self.column.addWidget(self.owners)
        self.column.addWidget(self.card)
        self.owners.currentChanged.connect(lambda _tab: self._change_owner())
        self.card.add_wanted.connect(lambda: self._open_form(None))
        self.card.change_wanted.connect(self._open_form)
        self.card.remove_wanted.connect(self._remove)
        self.card.hide_wanted.connect(self._hide)
        self.card.arranged.connect(self._arrange)
        self.add_target("fields", self.card.add_button)
        for owner, _label in OWNERS:
            self.add_target(owner, self.card.add_button)

    def owner(self) -> str:
        """Return what kind of record the fields shown belong to."""
        return OWNERS[self.owners.currentIndex()][0]

    @override
    def show_entry(self, name: str) -> None:
        known = [owner for owner, _label in OWNERS]
        if name in known:
            self.owners.setCurrentIndex(known.index(name))
        super().show_entry(name)

    def _change_owner(self) -> None:
        self.card.close_form()
        self.load()

    @override
    def load(self) -> None:
        database, owner = self.context.database, self.owner()

        def read() -> list[CustomField]:
            with database.read() as session:
                return custom_field.fields(session, owner, hidden=True)

        self.read(read, self._show)

    def _show(self, fields: list[CustomField]) -> None:
        self._fields = {field.id: field for field in fields}
        self.card.set_lines(self._line(field) for field in fields)

    def _line(self, field: CustomField) -> Line:
        parts = [_(dict(CUSTOM_KINDS).get(field.kind, field.kind)), field.group_name, ", ".join(field.choices)]
        hidden = bool(field.options.get(custom_field.HIDDEN))
        mark = _("Hidden") if hidden else (_("Required") if field.is_required else "")
        detail = " · ".join(part for part in parts if part)
        return Line(field.id, field.label, detail, ICONS.get(field.kind, "type"), mark=mark, is_faint=hidden)

    def _open_form(self, key: int | None) -> None:
        """Open the form of a new field, or of one that is there."""
        groups = sorted({field.group_name for field in self._fields.values() if field.group_name})
        known = self._fields.get(key or 0)
        form = CustomFieldForm(known, groups, lambda: submit())
        database, owner = self.context.database, self.owner()

        def submit() -> None:
            values = form.values()
            if known is None:
                field = CustomField(owner=owner, **values)
                self._keep(form, lambda: custom_field.create(database, field),
                           _("Field “{name}” added").format(name=values["label"]))  # fmt: skip
            else:
                field_id = known.id
                self._keep(form, lambda: custom_field.change(database, field_id, **values), _("Field changed"))

        self.card.open_form(form)

    def _keep(self, form: CustomFieldForm, function: Callable[[], Any], sentence: str) -> None:
        def failed(error: GcrmError) -> None:
            form.show_error(error.sentence, error.field if isinstance(error, UserError) else "")

        self.write(function, sentence, lambda _result: self.card.close_form(), failed)

    def _hide(self, key: int) -> None:
        """Take a field out of forms and lists, or show it again."""
        database, hide = self.context.database, not self._fields[key].options.get(custom_field.HIDDEN)
        sentence = _("Field hidden; its values stay") if hide else _("Field shown again")
        self.write(lambda: custom_field.hide(database, key, hide), sentence)

    def _arrange(self, keys: list[int]) -> None:
        database = self.context.database
        self.write(lambda: custom_field.arrange(database, keys), _("Fields arranged"))

    def _remove(self, key: int) -> None:
        """Delete a field; asks first when records have a value in it."""
        database = self.context.database

        def count() -> int:
            with database.read() as session:
                return custom_field.uses(session, key)

        self.context.tasks.read(count, lambda uses: self._remove_used(key, uses), self.troubled.emit, owner=self)

    def _remove_used(self, key: int, uses: int) -> None:
        field, database = self._fields.get(key), self.context.database
        if field is None:
            return
        if uses:
            sentence = ngettext(
                "Delete “{name}” with the value that {count} record has? Hiding the field keeps it.",
                "Delete “{name}” with the values that {count} records have? Hiding the field keeps them.",
                uses,
            ).format(name=field.label, count=uses)
            if not ask(self, _("Delete field"), sentence, _("Delete field"), danger=True):
                return
        sentence = _("Field “{name}” deleted").format(name=field.label)
        self.write(lambda: custom_field.remove(database, key), sentence)


PAGE = Page(
    "custom_fields", N_("User-defined fields"), "list-plus", 60, CustomFieldsPage, needs="settings.settings",
    entries=(
        Entry("fields", N_("Own fields"), N_("Add field, group, help text, required, choices")),
        *(Entry(owner, label, N_("Fields of")) for owner, label in OWNERS),
    ),
)  # fmt: skip
