"""The card on top of the record: who it is, what is remarkable, and what is done most."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _, ngettext
from gcrm.model.base import Home
from gcrm.model.contact import ROLES
from gcrm.model.salutation import mismatch
from gcrm.services.addressee import addressee
from gcrm.services.contact_page import ContactView
from gcrm.services.open_item import overdue_text, sums_of
from gcrm.ui.allowed import Offer, shut
from gcrm.ui.contact.changes_of import set_values
from gcrm.ui.contact.detail_rows import ROLE_LABELS, category_names
from gcrm.ui.contact.fields import Sheet, field_row, row_key
from gcrm.ui.contact.rows import Host, RowSpec, Values
from gcrm.ui.contact.saving import Change, key_of
from gcrm.ui.contact.value_row import ValueRow
from gcrm.ui.context import Context
from gcrm.ui.exchange.drag_source import DragSource
from gcrm.ui.forms import input_for
from gcrm.ui.theme import icon, px
from gcrm.ui.widgets.avatar import Avatar
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.chip import Chip, ChipKind
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel, announce, literal, set_tip
from gcrm.ui.widgets.safe_browser import read_picture

ICONS_ONLY_BELOW = 668
"""Width of the card; the record around it is 32 wider."""


PERSON_NAME = ("salutation", "title", "first_name", "last_name")


class Action(QWidget):
    """A button with text and, for narrow windows, the same as an icon."""

    def __init__(self, text: str, symbol: str, run: Callable[[QWidget], object], *, primary: bool = False) -> None:
        super().__init__()
        self.wide = Button(text, "primary" if primary else "secondary", symbol, on_click=lambda: run(self))
        self.narrow = IconButton(symbol, text, on_click=lambda: run(self))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.wide)
        row.addWidget(self.narrow)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone, or icon and text."""
        self.wide.setVisible(not narrow)
        self.narrow.setVisible(narrow)


class HeaderCard(Card):
    """Avatar, name, chips and actions of a contact."""

    def __init__(self, context: Context, host: Host, log: Callable[[], object], more: Callable[[QMenu], None]) -> None:
        super().__init__()
        self._context = context
        self._host = host
        self._home: Home = context.database.home
        self._contact: int | None = None
        self._more = more
        self._mismatch = ""
        self.avatar = Avatar()
        self.drag_source = DragSource(context, self.avatar, lambda: self._contact)
        self.name_row = ValueRow(host)
        self.name_row.view.set_role("title")
        self._chips = QWidget()
        self._chip_flow = FlowLayout(self._chips)
        self._chip_widgets: list[Chip] = []
        self._presence = IconLabel("pencil", "info")
        self._presence_text = PlainLabel("", "meta")
        self.call = Action(_("Call"), "phone", self._call)
        self.email = Action(_("E-mail"), "mail", self._email)
        self.map = Action(_("Route"), "navigation", self._map)
        self.log = Action(_("Log action"), "message-square-plus", lambda _widget: log(), primary=True)
        self._logging = [Offer(context, button, "activities.create") for button in (self.log.wide, self.log.narrow)]
        self.more = IconButton("ellipsis", _("More actions"), on_click=self._open_more)
        self._lay_out()

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(px(4))
        names.addWidget(self.name_row)
        chips = QHBoxLayout()
        chips.setContentsMargins(px(4), 0, 0, 0)
        chips.addWidget(self._chips, 1)
        chips.addWidget(self._presence, 0, Qt.AlignmentFlag.AlignTop)
        chips.addWidget(self._presence_text, 0, Qt.AlignmentFlag.AlignTop)
        names.addLayout(chips)
        self.show_presence("")
        top = QHBoxLayout()
        top.setSpacing(px(14 - 4))
        top.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(names, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        for action in (self.call, self.email, self.map):
            buttons.addWidget(action)
        buttons.addStretch(1)
        buttons.addWidget(self.log)
        buttons.addWidget(self.more)
        self.body.setSpacing(px(12))
        self.body.addLayout(top)
        self.body.addLayout(buttons)

    def show_presence(self, text: str) -> None:
        """Say who else is editing this contact; "" for nobody."""
        self._presence_text.setText(text)
        for part in (self._presence, self._presence_text):
            part.setVisible(bool(text))
        if text:
            announce(self, text)

    def show_view(self, view: ContactView) -> None:
        """Show a contact."""
        contact = view.contact
        if contact.id != self._contact:
            self.name_row.leave_off()
        self._contact = contact.id
        for offer in self._logging:
            offer.set_open(contact.restricted_until is None)
        picture = read_picture(view.picture) if view.picture else QImage()
        photo = QPixmap.fromImage(picture) if not picture.isNull() else None
        self.avatar.set_contact(contact.display_name, photo)
        sheet = Sheet(view, self._home)
        title = self._title_row(sheet)
        self.name_row.set_spec(title.fixed() if self._host.rights.lock() and not self.name_row.is_editing() else title)
        self._show_chips(self._chips_of(sheet))
        points = [*contact.points, *(point for person in contact.persons for point in person.points)]
        kinds = {point.kind for point in points}
        self._enable(self.call, bool(kinds & {"phone", "mobile"}))
        self._enable(self.email, "email" in kinds)
        self._enable(self.map, any(a.town or a.postcode for a in contact.addresses if a.is_present()))

    @staticmethod
    def _enable(action: Action, enabled: bool) -> None:
        action.wide.setEnabled(enabled)
        action.narrow.setEnabled(enabled)

    def _title_row(self, sheet: Sheet) -> RowSpec:
        contact = sheet.view.contact
        row = field_row(sheet, contact, "name", always=True, label=_("Name"))
        if row is not None and (contact.kind != "person" or contact.name):
            return row
        key = key_of(contact)
        inputs = tuple(input_for(contact, name, sheet.view.surroundings) for name in PERSON_NAME)

        def change(values: Values) -> Change:
            return set_values(key, dict(zip(PERSON_NAME, values, strict=True)))

        return RowSpec(row_key(key, "name"), _("Name"), contact.display_name, inputs, change, focus_input=2)

    def _chips_of(self, sheet: Sheet) -> list[tuple[str, ChipKind]]:
        """Return the chips: roles with the number, priority, what is overdue or wrong, categories."""
        contact, figures = sheet.view.contact, sheet.view.figures
        roles = [_(ROLE_LABELS[name]) for name in ROLES if getattr(contact, name)]
        first = " ".join(part for part in (roles[0] if roles else _("Contact"), contact.number) if part)
        chips: list[tuple[str, ChipKind]] = [(first, "neutral"), *((role, "neutral") for role in roles[1:])]
        if contact.priority:
            kind: ChipKind = "info" if contact.priority == "A" else "neutral"
            chips.append((_("Priority {letter}").format(letter=contact.priority), kind))
        if contact.restricted_until is not None:
            chips.append((_("Restricted"), "warn"))
        elif contact.deleted_at is not None:
            chips.append((_("In the trash"), "bad"))
        elif contact.archived_at is not None:
            chips.append((_("Archived"), "warn"))
        if figures.overdue:
            text = ngettext("{count} follow-up overdue", "{count} follow-ups overdue", figures.overdue)
            chips.append((text.format(count=figures.overdue), "bad"))
        late = overdue_text(sums_of(contact.open_items))
        if late and contact.restricted_until is None:
            chips.append((_("{amount} overdue").format(amount=late), "bad"))
        self._mismatch = mismatch(addressee(contact, self._home))
        if self._mismatch:
            chips.append((_("Check salutation"), "warn"))
        return chips + [(name, "neutral") for name in category_names(sheet)]

    def _show_chips(self, chips: list[tuple[str, ChipKind]]) -> None:
        while len(self._chip_widgets) < len(chips):
            chip = Chip("")
            self._chip_widgets.append(chip)
            self._chip_flow.addWidget(chip)
        for place, chip in enumerate(self._chip_widgets):
            chip.setVisible(place < len(chips))
            if place < len(chips):
                chip.setText(chips[place][0])
                set_tip(chip, self._mismatch if chips[place][0] == _("Check salutation") else "")
                chip.set_kind(chips[place][1])

    def _call(self, anchor: QWidget) -> None:
        from gcrm.ui.reach import call

        if self._contact is not None:
            call(self._context, self._contact, anchor)

    def _email(self, anchor: QWidget) -> None:
        from gcrm.ui.reach import write_email

        if self._contact is not None:
            write_email(self._context, self._contact, anchor)

    def _map(self, anchor: QWidget) -> None:
        from gcrm.ui.reach import show_on_map

        if self._contact is not None:
            show_on_map(self._context, self._contact, anchor)

    def _open_more(self) -> None:
        menu = QMenu(self)
        self._more(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        actions = (self.call, self.email, self.map)
        room = self.width() - 2 * px(16) - self.more.sizeHint().width() - 4 * px(8)
        needed = sum(action.wide.sizeHint().width() for action in (*actions, self.log))
        for action in actions:
            action.set_narrow(self.width() < px(ICONS_ONLY_BELOW) or needed > room)


def add_action(menu: QMenu, text: str, symbol: str, run: Callable[[], object], refusal: str = "") -> None:
    """Add an entry to a menu; with a `refusal` it is shut, and its tool tip says so."""
    action = shut(menu.addAction(icon(symbol), literal(text)), refusal)
    action.triggered.connect(lambda _checked=False: run())
    menu.setToolTipsVisible(True)
