"""Activity types: own ones with icon and colour, and the order in which the log box offers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.services import activity_types
from gcrm.services.activity_types import TypeRow
from gcrm.ui.settings.list_card import InlineForm, ListCard
from gcrm.ui.settings.option_editor import CalmCombo
from gcrm.ui.settings.page import Entry, Page, SettingsPage
from gcrm.ui.theme import icon
from gcrm.ui.widgets.two_line_list import Line

COLOURS = (
    ("neutral", N_("Grey")), ("info", N_("Blue")), ("ok", N_("Green")), ("warn", N_("Amber")), ("bad", N_("Red")),
)  # fmt: skip
ICONS = (
    ("sticky-note", N_("Note")), ("phone", N_("Telephone")), ("mail", N_("Letter")), ("users", N_("People")),
    ("map-pin", N_("Place")), ("file-text", N_("Paper")), ("square-check", N_("Tick")), ("car", N_("Car")),
    ("truck", N_("Lorry")), ("wrench", N_("Wrench")), ("hammer", N_("Hammer")), ("package", N_("Parcel")),
    ("camera", N_("Camera")), ("video", N_("Video")), ("message-circle", N_("Message")), ("gift", N_("Present")),
    ("coffee", N_("Cup")), ("graduation-cap", N_("Training")), ("ruler", N_("Ruler")), ("calculator", N_("Calculator")),
    ("shield-check", N_("Shield")), ("heart", N_("Heart")), ("star", N_("Star")), ("flag", N_("Flag")),
)  # fmt: skip


class ActivityTypesPage(SettingsPage):
    """The types in their order; built-in ones can be renamed and hidden, own ones also deleted."""

    tables = frozenset({"activity_type"})

    @override
    def build(self) -> None:
        self._types: dict[str, TypeRow] = {}
        self.card = ListCard(_("Types"), _("Add type"), "", can_move=True, can_hide=True)
        self.column.addWidget(self.card)
        self.card.add_wanted.connect(lambda: self._open_form(""))
        self.card.change_wanted.connect(self._open_form)
        self.card.remove_wanted.connect(self._remove)
        self.card.hide_wanted.connect(self._hide)
        self.card.arranged.connect(self._arrange)
        self.card.list.chosen.connect(self._judge)
        self.add_target("types", self.card.add_button)

    @override
    def load(self) -> None:
        database = self.context.database

        def read() -> list[TypeRow]:
            with database.read() as session:
                return activity_types.types(session)

        self.read(read, self._show)

    def _show(self, rows: list[TypeRow]) -> None:
        self._types = {row.key: row for row in rows}
        self.card.set_lines(self._line(row) for row in rows)

    def _line(self, row: TypeRow) -> Line:
        detail = ""
        if row.key in activity_types.WRITTEN_BY_PROGRAM:
            detail = _("Written by gCRM itself")
        return Line(row.key, row.label, detail, row.icon, row.colour, _("Hidden") if row.is_hidden else "",
                    is_faint=row.is_hidden)  # fmt: skip

    def _judge(self, key: object) -> None:
        """Only own types can be deleted."""
        row = self._types.get(str(key))
        self.card.remove_button.setEnabled(row is not None and row.is_own)

    def _open_form(self, key: str) -> None:
        row = self._types.get(key)
        name, picture, colour = QLineEdit(row.label if row else ""), CalmCombo(), CalmCombo()
        for symbol, label in ICONS:
            picture.addItem(icon(symbol), _(label), symbol)
        for token, label in COLOURS:
            colour.addItem(icon("circle", token), _(label), token)
        picture.set_value(row.icon if row else "sticky-note")
        colour.set_value(row.colour if row else "neutral")
        form = InlineForm(_("Save type") if row else _("Add type"), lambda: submit())
        form.add_row((("name", _("Name"), name),))
        form.add_row((("icon", _("Icon"), picture), ("colour", _("Colour"), colour)))
        database = self.context.database

        def submit() -> None:
            text, looks = name.text().strip(), {"icon": picture.currentData(), "colour": colour.currentData()}
            if row is None:
                self._keep(form, lambda: activity_types.add_type(database, text, **looks),
                           _("Activity type “{name}” added").format(name=text))  # fmt: skip
            else:
                new_name = text if text != row.label else None
                self._keep(form, lambda: activity_types.change_type(database, key, name=new_name, **looks),
                           _("Activity type changed"))  # fmt: skip

        self.card.open_form(form)

    def _keep(self, form: InlineForm, function: Callable[[], Any], sentence: str) -> None:
        def failed(error: GcrmError) -> None:
            form.show_error(error.sentence, error.field if isinstance(error, UserError) else "")

        self.write(function, sentence, lambda _result: self.card.close_form(), failed)

    def _remove(self, key: str) -> None:
        database = self.context.database
        self.write(lambda: activity_types.remove_type(database, key), _("Activity type deleted"))

    def _hide(self, key: str) -> None:
        """Hide a type, or show it again."""
        database, hide = self.context.database, not self._types[key].is_hidden
        sentence = _("Activity type hidden") if hide else _("Activity type shown again")
        self.write(lambda: activity_types.change_type(database, key, is_hidden=hide), sentence)

    def _arrange(self, keys: list[str]) -> None:
        """Give every type that moved its new place."""
        database, former = self.context.database, list(self._types)

        def keep() -> None:
            for position, key in enumerate(keys):
                if former.index(key) != position:
                    activity_types.change_type(database, key, position=position)

        self.write(keep, _("Activity types arranged"))


PAGE = Page(
    "activity_types", N_("Activity types"), "list-checks", 50, ActivityTypesPage, needs="settings.settings",
    entries=(Entry("types", N_("Types of activities"), N_("Add type, icon, colour, order, hide")),),
)  # fmt: skip
