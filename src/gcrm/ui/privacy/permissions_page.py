"""The page of permissions: everything a contact and its persons said about each channel, and what holds now."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.model.parse import parse_date
from gcrm.model.privacy_choices import CHANNELS
from gcrm.services.personal_data import consents
from gcrm.services.personal_data.consents import Role, Statement
from gcrm.services.showing import show_date, show_instant
from gcrm.ui.allowed import Offer
from gcrm.ui.context import Context
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.text_area import TextArea
from gcrm.ui.widgets.two_line_list import Line, TwoLineList
from gcrm.ui.widgets.typed_edit import place

_ICONS = {"mail": "mailbox", "email": "mail", "phone": "phone", "messenger": "message-square", "fax": "printer"}


class PermissionsPage(QWidget):
    """A list of statements, those that hold first, and the form for a new one. Former ones stay: they are proof."""

    def __init__(self, context: Context, banner: Banner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._banner = banner
        self._contact = 0
        self._wanted: int | None = None
        self._name = ""
        self.list = TwoLineList(_("Permissions"))
        self.empty = PlainLabel(_("Nobody asked this contact yet."), "meta", wrap=True)
        self.person = NarrowCombo(_("Said by"))
        self.channel, self.is_allowed = NarrowCombo(_("Channel")), NarrowCombo(_("What was said"))
        for key, label in CHANNELS:
            self.channel.addItem(_(label), key)
        self.is_allowed.addItem(_("Allowed"), True)
        self.is_allowed.addItem(_("Not allowed"), False)
        self.said_on = DateEdit(lambda typed: parse_date(typed, *place(QLocale()), prefer="past"))
        self.said_on.set_value(date.today())
        self.source = QLineEdit()
        self.source.setPlaceholderText(_("Such as: form at the fair"))
        self.wording = TextArea(2)
        self.wording.submitted.connect(self.record)
        self.hint = PlainLabel(
            _("What a person said holds for them; where they said nothing, what was said for the whole contact."),
            "meta", wrap=True,
        )  # fmt: skip
        self.record_button = Button(_("Record statement"), icon_name="plus", on_click=self.record)
        Offer(context, self.record_button, "contacts.change")
        self._lay_out()

    def _lay_out(self) -> None:
        card, grid = Card(_("New statement")), QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(8))
        self.said_on_field = FormField(_("Said on"), self.said_on)
        self.person_field = FormField(_("Said by"), self.person)
        grid.addWidget(self.person_field, 0, 0)
        grid.addWidget(FormField(_("Channel"), self.channel), 0, 1)
        grid.addWidget(FormField(_("What was said"), self.is_allowed), 0, 2)
        grid.addWidget(self.said_on_field, 0, 3)
        grid.addWidget(FormField(_("Source"), self.source), 1, 0, 1, 4)
        grid.addWidget(FormField(_("Wording"), self.wording), 2, 0, 1, 4)
        for number in range(4):
            grid.setColumnStretch(number, 1)
        card.body.addLayout(grid)
        last = QHBoxLayout()
        last.setSpacing(px(12))
        last.addWidget(self.hint, 1)
        last.addWidget(self.record_button, 0, Qt.AlignmentFlag.AlignRight)
        card.body.addLayout(last)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(card)
        column.addStretch()  # where there is no list yet, the form does not grow apart

    def load(self, contact: int, name: str = "", person: int | None = None) -> None:
        """Read the statements of a contact; `person` is the one to speak for."""
        self._contact, self._name = contact, name or self._name
        database, self._wanted = self._context.database, person
        self.hint.setVisible(False)

        def read() -> tuple[list[Statement], list[Role]]:
            with database.read() as session:
                return consents.statements(session, contact), consents.roles(session, contact)

        self._context.tasks.read(read, self._show, self._failed, key=id(self), owner=self)

    def _show(self, read: tuple[list[Statement], list[Role]]) -> None:
        found, people = read
        chosen = self.person.currentData()
        wanted = next((each.id for each in people if each.person == self._wanted), chosen)
        self._wanted = None
        self.person.clear()
        self.person.addItem(self._name, None)
        for each in people:
            self.person.addItem(each.name, each.id)
        self.person.setCurrentIndex(max(0, self.person.findData(wanted)))
        for part in (self.person_field, self.hint):
            part.setVisible(bool(people))
        self.list.set_lines(_line(each) for each in found)
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)

    def record(self) -> None:
        """Record what was said."""
        database, contact = self._context.database, self._contact
        channel, is_allowed = str(self.channel.currentData()), bool(self.is_allowed.currentData())
        said_on, source, wording = self.said_on.value(), self.source.text(), self.wording.toPlainText()
        role: int | None = self.person.currentData()
        if self.said_on_field.error():
            return

        def write() -> int:
            return consents.say(
                database, contact, channel, is_allowed, said_on=said_on, source=source, wording=wording, role=role
            )

        self._context.tasks.write(write, lambda _id: self._recorded(), self._failed, owner=self)

    def has_typed(self) -> bool:
        """Tell whether there are words that are not recorded yet."""
        return bool(self.source.text().strip() or self.wording.toPlainText().strip())

    def _recorded(self) -> None:
        self.source.clear()
        self.wording.clear()
        self._banner.hide()
        self.load(self._contact)

    def _failed(self, error: GcrmError) -> None:
        self._banner.show_message(error.sentence, "bad")


def _line(said: Statement) -> Line:
    """Return a statement as a line: who said what of which channel in which words, then who recorded it when."""
    day = show_date(said.said_on) if said.said_on else ""
    title = " · ".join(part for part in (said.person, said.channel_label, day, said.source, said.wording) if part)
    recorded = _("recorded {moment}").format(moment=show_instant(said.recorded_at))
    if said.recorded_by:
        recorded = _("recorded {moment} by {name}").format(moment=show_instant(said.recorded_at), name=said.recorded_by)
    tone = ("ok" if said.is_allowed else "bad") if said.holds else "neutral"
    icon = _ICONS.get(said.channel, "info")
    return Line(said.id, title, recorded, icon, mark=said.what, tone=tone, is_faint=not said.holds)
