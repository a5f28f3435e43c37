"""The tab Overview: four key figures and the cards that are needed in a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.model.contact import ROLES
from gcrm.services import contact as contacts
from gcrm.services.contact_page import ContactView, Figures
from gcrm.services.open_item import Sums, open_text, overdue_text, sums_of
from gcrm.services.showing import show_date
from gcrm.ui.contact.address_card import AddressCard
from gcrm.ui.contact.changes_of import set_values
from gcrm.ui.contact.detail_rows import ROLE_LABELS, consent_rows, detail_rows, term_rows
from gcrm.ui.contact.fact_card import FactCard
from gcrm.ui.contact.fields import Sheet
from gcrm.ui.contact.layout import Columns
from gcrm.ui.contact.open_item_rows import item_rows, new_item_row
from gcrm.ui.contact.person_rows import overview_rows
from gcrm.ui.contact.reach_rows import new_point_row, point_rows
from gcrm.ui.contact.rows import Host, RowSpec
from gcrm.ui.contact.saving import Change
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.card import KeyFigureCard
from gcrm.ui.widgets.safe import literal


def day_text(moment: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago something was: "Today", "Yesterday", else the date; "Never" for nothing."""
    if moment is None:
        return _("Never")
    day, today = moment.astimezone().date(), (now or datetime.now(UTC)).astimezone().date()
    if day == today:
        return _("Today")
    return _("Yesterday") if day == today - timedelta(days=1) else show_date(day)


class Overview(QWidget):
    """Figures and cards. `open_person` shows a person on the tab People, None for all."""

    def __init__(self, context: Context, host: Host, open_person: Callable[[int | None], object]) -> None:
        super().__init__()
        self._context = context
        self._host = host
        self._open_person = open_person
        self._view: ContactView | None = None
        home = context.database.home
        self.figures = [KeyFigureCard("") for _place in range(4)]
        self.address = AddressCard(host, home)
        self.reach = FactCard(
            host, home, _("Reach"), self._reach_rows, make_new=new_point_row, new_name=_("Add number or address")
        )
        self.people = FactCard(
            host, home, _("People"), self._people_rows, on_edit=lambda: open_person(None),
            new_name=_("Add person"), on_new=lambda: open_person(0),
        )  # fmt: skip
        self.terms = FactCard(host, home, _("Terms"), term_rows)
        self.items = FactCard(
            host, home, _("Open items"), lambda sheet: item_rows(sheet, self._commit), make_new=new_item_row,
            new_name=_("Add open item"),
        )  # fmt: skip
        self.details = FactCard(host, home, _("Details"), self._detail_rows)
        self.consents = FactCard(host, home, _("Permissions"), lambda sheet: consent_rows(sheet, self._commit))
        self.cards = (self.address, self.reach, self.people, self.terms, self.items, self.details, self.consents)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        self._figures = Columns(self.figures, 4, 2)
        self._columns = Columns(self.cards, 2, 1)
        column.addWidget(self._figures)
        column.addWidget(self._columns)
        column.addStretch(1)

    def show_view(self, view: ContactView) -> None:
        """Show a contact."""
        self._view = view
        self._figures.setVisible(self._host.rights.sees("activity"))
        self._show_figures(view.figures, sums_of(view.contact.open_items))
        for card in self.cards:
            card.show_view(view)
        self._columns.show_only([card for card in self.cards if not card.is_blank()])

    def _show_figures(self, figures: Figures, sums: Sequence[Sums]) -> None:
        """Show the key figures; where money is owed, that stands in the middle, and nothing else is called overdue."""
        middle: tuple[tuple[str, str, str], ...] = (
            (_("Overdue"), str(figures.overdue), "bad" if figures.overdue else ""),
            (_("Activities this year"), str(figures.this_year), ""),
        )
        if sums:
            late = overdue_text(sums)
            middle = ((_("Open amount"), open_text(sums), ""), (_("Overdue"), late or "–", "bad" if late else ""))
        values = (
            (_("Open follow-ups"), str(figures.open_follow_ups), ""),
            *middle,
            (_("Last contact"), day_text(figures.last_contact), ""),
        )
        for card, (caption, value, tone) in zip(self.figures, values, strict=True):
            card.set_caption(caption)
            card.set_value(value, tone)

    # --- rows ---------------------------------------------------------------------------------------------------
    def _reach_rows(self, sheet: Sheet) -> list[RowSpec]:
        rows = point_rows(sheet, sheet.view.contact.points, self._commit)
        if rows or self.reach.is_adding():
            return rows
        return [RowSpec("empty:reach", _("Phone"), "", blank=_("Add"), opens=self.reach.add_new)]

    def _people_rows(self, sheet: Sheet) -> list[RowSpec]:
        rows = overview_rows(sheet, self._open_person, self._commit)
        return rows or [RowSpec("empty:people", _("Person"), "", blank=_("Add"), opens=lambda: self._open_person(0))]

    def _detail_rows(self, sheet: Sheet) -> list[RowSpec]:
        return detail_rows(sheet, self._choose_roles, self._choose_categories)

    def _commit(self, change: Change) -> None:
        self._host.commit(change, lambda: None, self._context.window.fail)

    # --- roles and categories -----------------------------------------------------------------------------------
    def _menu(self) -> QMenu:
        """Return a menu that stands at the row that was pressed, and goes when it is closed."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _popup(self, menu: QMenu) -> None:
        focus = self.focusWidget()
        menu.popup(focus.mapToGlobal(focus.rect().bottomLeft()) if focus is not None else QCursor.pos())
        first = menu.actions()[:1]
        if first:
            menu.setActiveAction(first[0])

    def _choose_roles(self) -> None:
        if self._view is None:
            return
        contact = self._view.contact
        menu = self._menu()
        for name in ROLES:
            value = not getattr(contact, name)
            action = self._checkable(menu, _(ROLE_LABELS[name]), not value)
            change = set_values(("contact", contact.id), {name: value})
            action.triggered.connect(lambda _checked=False, change=change: self._commit(change))
        self._popup(menu)

    def _choose_categories(self) -> None:
        if self._view is None:
            return
        contact = self._view.contact
        carried = {link.category_id for link in contact.categories}
        menu = self._menu()
        for category, name in self._view.surroundings.categories.items():
            action = self._checkable(menu, name, category in carried)
            action.triggered.connect(
                lambda _checked=False, n=name, on=category not in carried: self._set_category(n, on)
            )
        menu.addSeparator()
        new = menu.addAction(_("New category…"))
        new.triggered.connect(self._new_category, Qt.ConnectionType.QueuedConnection)
        self._popup(menu)

    @staticmethod
    def _checkable(menu: QMenu, text: str, on: bool) -> QAction:
        action = menu.addAction(literal(text))
        action.setCheckable(True)
        action.setChecked(on)
        return action

    def _set_category(self, name: str, carried: bool) -> None:
        if self._view is not None:
            database, contact = self._context.database, self._view.contact.id
            self._context.window.write(lambda: contacts.set_category(database, [contact], name, carried))

    def _new_category(self) -> None:
        from gcrm.ui.contact.name_dialog import ask_name

        ask_name(self, _("New category"), _("Name of the category"), _("Add category"), self._add_category)

    def _add_category(self, name: str) -> None:
        self._set_category(name, True)
