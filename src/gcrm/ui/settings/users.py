"""Users and absence: the own name and e-mail address, colleagues, and who stands in for whom."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.model.parse import parse_date
from gcrm.model.user import User
from gcrm.services import absence, user
from gcrm.services.absence import AbsenceRow
from gcrm.services.showing import show_date
from gcrm.ui.settings.list_card import InlineForm, ListCard
from gcrm.ui.settings.option_editor import CalmCombo
from gcrm.ui.settings.own_password import OwnPassword
from gcrm.ui.settings.page import Entry, Page, SettingsPage
from gcrm.ui.settings.user_card import People, UserCard, read_people
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.two_line_list import Line
from gcrm.ui.widgets.typed_edit import place

Read = tuple[list[User], list[AbsenceRow], People]


def read_day(text: str) -> date:
    """Read a typed date by the rules of the language."""
    return parse_date(text, *place(QLocale()))


class UsersPage(SettingsPage):
    """Three cards: the own name, address and password, all users, absences from today on."""

    tables = frozenset({"user", "absence", "user_group", "group_right", "refused_login"})

    @override
    def build(self) -> None:
        self._users: list[User] = []
        self._absences: dict[int, AbsenceRow] = {}
        self.name, self.email = QLineEdit(), QLineEdit()
        self.name_field = FormField(_("Your name"), self.name)
        self.email_field = FormField(_("Your e-mail"), self.email)
        own = Card(_("You"))
        for edit, field in ((self.name, self.name_field), (self.email, self.email_field)):
            edit.editingFinished.connect(self._keep_me)
            own.body.addWidget(field)
        self.password = OwnPassword(self.context, self.write)
        own.body.addWidget(self.password)
        self.colleagues = UserCard(self.context, partial(self.write, can_undo=False), self.load)
        self.away = ListCard(
            _("Absence"), _("Enter absence"),
            _("Nobody is away. Enter an absence, and what falls due meanwhile goes to the deputy."),
        )  # fmt: skip
        for card in (own, self.colleagues, self.away):
            self.column.addWidget(card)
        self.away.add_wanted.connect(lambda: self._absence_form(None))
        self.away.change_wanted.connect(self._absence_form)
        self.away.remove_wanted.connect(self._remove_absence)
        self.add_target("name", self.name)
        self.add_target("email", self.email)
        self.add_target("password", self.password.button)
        self.add_target("colleagues", self.colleagues.add_button)
        self.add_target("absence", self.away.add_button)

    @override
    def load(self) -> None:
        database = self.context.database

        def read() -> Read:
            with database.read() as session:
                here, away = user.users(session), absence.absences(session, since=date.today())
            return here, away, read_people(self.context)

        self.read(read, self._show)

    def _show(self, found: Read) -> None:
        self._users, rows, people = found
        self._absences = {row.id: row for row in rows}
        name, email = self._me()
        for edit, value, field in ((self.name, name, self.name_field), (self.email, email, self.email_field)):
            if not (edit.hasFocus() and edit.isModified()) and not field.error():
                edit.setText(value)
        self.password.show_people(people)
        self.colleagues.show_people(people)
        self.away.set_lines(self._absence_line(row) for row in rows)

    def _absence_line(self, row: AbsenceRow) -> Line:
        days = _("{first} to {last}").format(first=show_date(row.from_on), last=show_date(row.until_on))
        who = _("deputy: {name}").format(name=row.deputy) if row.deputy else _("no deputy")
        is_now = row.from_on <= date.today() <= row.until_on
        return Line(row.id, row.name, f"{days} · {who}", "calendar-off", mark=_("Away") if is_now else "", tone="warn")

    # --- people -------------------------------------------------------------------------------------------------
    def _me(self) -> tuple[str, str]:
        """Return the own name and e-mail address as they are kept."""
        mine = self.context.database.user_id
        return next(((one.name, one.email) for one in self._users if one.id == mine), ("", ""))

    def _keep_me(self) -> None:
        """Keep the own name and e-mail address when one of them was changed."""
        database, (name, email) = self.context.database, (self.name.text().strip(), self.email.text().strip())
        for field in (self.name_field, self.email_field):
            field.clear_error()
        if (name, email) == self._me():
            return

        def failed(error: GcrmError) -> None:
            is_email = isinstance(error, UserError) and error.field == "email"
            (self.email_field if is_email else self.name_field).set_error(error.sentence)

        sentence = _("E-mail changed") if name == self._me()[0] else _("Name changed")
        self.write(lambda: user.change(database, database.user_id, name, email), sentence, failed=failed)

    def _keep(self, form: InlineForm, card: ListCard, function: Any, sentence: str) -> None:
        """Keep what a form holds; the form stays open with what was typed when that fails."""

        def failed(error: GcrmError) -> None:
            form.show_error(error.sentence, error.field if isinstance(error, UserError) else "")

        self.write(function, sentence, lambda _result: card.close_form(), failed)

    # --- absence ------------------------------------------------------------------------------------------------
    def _absence_form(self, key: int | None) -> None:
        """Open the form of an absence."""
        row = self._absences.get(key or 0)
        who, deputy = CalmCombo(), CalmCombo()
        deputy.addItem(_("Nobody"), None)
        for one in self._users:
            who.addItem(one.name, one.id)
            deputy.addItem(one.name, one.id)
        who.set_value(row.user_id if row else self.context.database.user_id)
        deputy.set_value(row.deputy_id if row else None)
        first, last = DateEdit(read_day), DateEdit(read_day)
        first.set_value(row.from_on if row else date.today())
        last.set_value(row.until_on if row else None)
        form = InlineForm(_("Save absence") if row else _("Enter absence"), lambda: submit())
        form.add_row((("user_id", _("Who is away"), who), ("deputy_id", _("Deputy"), deputy)))
        form.add_row((("from_on", _("First day"), first), ("until_on", _("Last day"), last)))

        def submit() -> None:
            for name, edit in (("from_on", first), ("until_on", last)):
                edit.commit()
                if edit.value() is None:
                    form.show_error(_("Enter a date."), name)
                    return
            values = (who.currentData(), first.value(), last.value(), deputy.currentData())
            database, known = self.context.database, row.id if row else None
            self._keep(form, self.away, lambda: absence.set_absence(database, *values, absence=known),
                       _("Absence entered"))  # fmt: skip

        self.away.open_form(form)

    def _remove_absence(self, key: int) -> None:
        database = self.context.database
        self.away.close_form()
        self.write(lambda: absence.remove_absence(database, key), _("Absence deleted"))


PAGE = Page(
    "users", N_("Users and absence"), "users", 40, UsersPage,
    entries=(
        Entry("name", N_("Your name")),
        Entry("email", N_("Your e-mail")),
        Entry("password", N_("Change your password"), N_("Login, log in")),
        Entry("colleagues", N_("Users"), N_("Add user, disable, online, sessions, group, refused log-ins")),
        Entry("absence", N_("Absence"), N_("Deputy, holidays, away from to")),
    ),
)  # fmt: skip
