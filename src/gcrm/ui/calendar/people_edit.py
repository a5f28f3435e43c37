"""Who takes part: colleagues, contacts and plain addresses, each with the answer that came back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.model.appointment import ANSWERS, ROLES, Participant
from gcrm.services.contact_data import names_of
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.safe import literal
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

MOST_ROWS = 4


class PeopleEdit(QWidget):
    """A list of participants; `changed` says that it is another one."""

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.people: list[Participant] = []
        self._users: Sequence[tuple[str, int]] = ()
        self.list = TwoLineList(_("Participants"), most_rows=MOST_ROWS)
        self.email = QLineEdit()
        self.email.setAccessibleName(_("E-mail address of a participant"))
        self.email.setPlaceholderText(_("E-mail address"))
        self.email.returnPressed.connect(self._add_typed)
        self.add_button = Button(_("Add"), "flat", "user-plus")
        self.add_button.setAccessibleName(_("Add a participant"))
        self.add_button.setMenu(QMenu(self.add_button))
        self.remove_button = IconButton("x", _("Remove the chosen participant"), on_click=self.remove)
        line = QHBoxLayout()
        line.addWidget(self.email, 1)
        line.addWidget(self.add_button)
        line.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addWidget(self.list)
        column.addLayout(line)
        self.list.unwanted.connect(lambda _key: self.remove())

    def show_people(self, people: list[Participant], users: Sequence[tuple[str, int]]) -> None:
        """Show participants; `users` are the colleagues that can be added."""
        self.people, self._users = people, users
        menu = self.add_button.menu()
        menu.clear()
        menu.addAction(_("A contact…"), self._ask_contact)
        menu.addSeparator()
        for name, user in users:
            menu.addAction(literal(name), self._adder(Participant(name=name, user_id=user)))
        self._show()

    def told(self) -> list[list[Any]]:
        """Return who takes part, to see whether that was touched and to keep it in a draft."""
        return [[one.name, one.email, one.user_id, one.contact_id] for one in self.people]

    def restore(self, told: Iterable[Sequence[Any]]) -> None:
        """Put back those who were chosen before and never saved; who was there already keeps role and answer."""
        known = {(one.name, one.email, one.user_id, one.contact_id): one for one in self.people}
        self.people[:] = [known.get(each) or _participant(*each) for each in map(tuple, told) if len(each) == 4]
        self._show()

    def _adder(self, one: Participant) -> Callable[[], None]:
        return lambda: self.add(one)

    def _show(self) -> None:
        """Show what is there now."""
        answers, roles = dict(ANSWERS), dict(ROLES)
        lines = []
        for place, one in enumerate(self.people):
            role = roles.get(one.role or "required", "") if one.role not in (None, "", "required") else ""
            detail = " · ".join(part for part in (one.email or "", _(role) if role else "") if part)
            answer = _(answers[one.answer]) if one.answer in answers and one.answer else ""
            tone = {"accepted": "ok", "declined": "bad", "tentative": "warn"}.get(one.answer or "", "neutral")
            title = one.name or one.email or ""
            lines.append(Line(place, title, detail if detail != title else "", "user", mark=answer, tone=tone))
        self.list.set_lines(lines)
        self.list.setVisible(bool(lines))
        self.remove_button.setVisible(bool(lines))

    def add(self, one: Participant) -> None:
        """Let somebody take part who does not yet."""
        keys = {(known.user_id, known.contact_id, (known.email or "").casefold()) for known in self.people}
        if (one.user_id, one.contact_id, (one.email or "").casefold()) not in keys:
            one.role, one.answer, one.kept = one.role or "required", one.answer or "", one.kept or {}
            self.people.append(one)
            self._show()
            self.changed.emit()

    def remove(self) -> None:
        """Let the chosen one take part no more."""
        chosen = self.list.current()
        if isinstance(chosen, int) and chosen < len(self.people):
            del self.people[chosen]
            self._show()
            self.changed.emit()

    def _add_typed(self) -> None:
        """Add the address that was typed."""
        typed = self.email.text().strip()
        if typed:
            self.add(Participant(name="", email=typed, contact_person_id=None))
            self.email.clear()

    def take_typed(self) -> None:
        """Take what is still in the field, before saving."""
        self._add_typed()

    def _ask_contact(self) -> None:
        """Choose a contact by a search."""
        from gcrm.ui.contact_picker import pick_contact

        pick_contact(self._context, _("Add a participant"), self._add_contact, self)

    def _add_contact(self, contact: int | None) -> None:
        """Add a contact with its name and its first e-mail address."""
        if contact is None:
            return
        database = self._context.database

        def read() -> Participant:
            from gcrm.services.invitees import email_of

            with database.read() as session:
                name = names_of(session, [contact]).get(contact, "")
                return Participant(name=name, email=email_of(session, contact), contact_id=contact)

        self._context.tasks.read(read, self.add, self._context.window.fail, owner=self)


def _participant(name: str, email: str, user: int | None, contact: int | None) -> Participant:
    """Return somebody who takes part anew."""
    return Participant(name=name, email=email, user_id=user, contact_id=contact, role="required", answer="", kept={})
