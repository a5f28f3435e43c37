"""The tab People: a card for each person, the way to add one who is new or known, and who else names the contact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout

from gcrm.i18n import _
from gcrm.model.base import Home
from gcrm.services.contact_page import ContactView
from gcrm.services.known_person import KnownPerson
from gcrm.services.related import Related
from gcrm.ui.contact.fact_card import FactCard
from gcrm.ui.contact.fields import Sheet
from gcrm.ui.contact.layout import Columns
from gcrm.ui.contact.more_tabs import Tab
from gcrm.ui.contact.person_offer import PersonOffer
from gcrm.ui.contact.person_rows import add_known, new_person_row, person_commands, person_rows, sorted_persons
from gcrm.ui.contact.reach_rows import new_point_row
from gcrm.ui.contact.related_card import RelatedCard
from gcrm.ui.contact.rows import Host, RowSpec
from gcrm.ui.contact.saving import Change
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.tab_order import tab_as_read


class PersonCard(FactCard):
    """One contact person."""

    def __init__(
        self, host: Host, home: Home, commit: Callable[[Change], None], opens: Callable[[int], object]
    ) -> None:
        self.person_id = 0
        self.roles: list[Related] = []
        self._commit = commit
        self._opens = opens
        super().__init__(
            host, home, " ", self._person_rows, make_new=self._new_point, new_name=_("Add number or address")
        )

    def set_person(self, person_id: int) -> None:
        """Say which person of the contact is shown."""
        if person_id != self.person_id:
            self.rows.close_editors()
        self.person_id = person_id

    def _person_rows(self, sheet: Sheet) -> list[RowSpec]:
        link = next((link for link in sheet.view.contact.persons if link.id == self.person_id), None)
        if link is None:
            return []
        name = link.person.full_name or _("Without a name")
        self.title.setText(" · ".join((name, _("default"))) if link.is_default else name)
        if self.edit_button is not None:
            self.edit_button.setAccessibleName(_("Edit {title}").format(title=name))
        rows = person_rows(sheet, link, self._commit, self.roles, self._opens)
        first = rows[0]
        commands = person_commands(link, self._commit)
        return [replace(first, commands=commands), *rows[1:]]

    def _new_point(self, sheet: Sheet) -> RowSpec:
        return new_point_row(sheet, self.person_id)


class PeopleTab(Tab):
    """A card for each person, and one for a new person."""

    def __init__(self, context: Context, host: Host) -> None:
        super().__init__(context, host)
        self._cards: list[PersonCard] = []
        self._shown = 0
        self._roles: list[Related] = []
        self.new_card = FactCard(host, self._home, _("New person"), lambda _sheet: [], make_new=new_person_row)
        self._columns = Columns([], 2, 1)
        self.add_button = Button(_("Add person"), icon_name="plus", on_click=self.add_person)
        self.known_button = Button(_("Choose a person who is known…"), icon_name="users", on_click=self.choose_known)
        self._column.addWidget(self._columns)
        self._column.addWidget(self.new_card)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.known_button)
        buttons.addStretch(1)
        self._column.addLayout(buttons)
        self._column.addStretch(1)
        self.new_card.hide()
        self.related = RelatedCard(context)
        self.related.roles_read.connect(self._show_roles)
        self._column.insertWidget(self._column.count() - 1, self.related)

    def show_view(self, view: ContactView) -> None:
        """Show the persons of a contact."""
        if self._shown != view.contact.id:
            self._shown, self._roles = view.contact.id, []
        persons = sorted_persons(view.contact.persons)
        while len(self._cards) < len(persons):
            self._cards.append(PersonCard(self._host, self._home, self._commit, self._context.window.open_contact))
        self._columns.set_widgets(self._cards[: len(persons)])
        for place, card in enumerate(self._cards):
            card.setVisible(place < len(persons))
            if place < len(persons):
                card.set_person(persons[place].id)
                card.roles = self._roles
                card.show_view(view)
        for button in (self.add_button, self.known_button):
            button.setVisible(not self._host.rights.lock())
        self.new_card.show_view(view)
        self.new_card.setVisible(self.new_card.is_adding())
        self.related.show_contact(view.contact.id)
        tab_as_read(self)

    def add_person(self) -> None:
        """Open the row for a new person; the cursor stands in the first name."""
        if self._host.rights.lock():
            return
        self.new_card.show()
        self.new_card.add_new()
        row = self.new_card.rows.row("new:person")
        if row is not None:
            row.closed.connect(self.new_card.hide)
            PersonOffer(self._context, row, self._shown, self._take_known)

    def choose_known(self) -> None:
        """Choose a person who has a role elsewhere already, and say what it is here."""
        from gcrm.ui.contact.person_picker import pick_person

        if self._shown:
            pick_person(self._context, self._shown, self._take_known, self)

    def _take_known(self, known: KnownPerson, function: str) -> None:
        self._commit(add_known(known, function))

    def _show_roles(self, roles: list[Related]) -> None:
        """Show with each person where else they work."""
        self._roles = roles
        for card in self._cards:
            card.roles = roles
            card.refill()

    def edit_person(self, person_id: int) -> None:
        """Open the first editor of a person."""
        for card in self._cards:
            if card.person_id == person_id and card.isVisibleTo(self):
                first = card.rows.rows()[:1]
                if first:
                    first[0].view.setFocus()
