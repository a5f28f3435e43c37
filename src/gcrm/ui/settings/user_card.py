"""The people who work here: group, who is online, refused log-ins, and what an administrator does with a user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import _, ngettext
from gcrm.services import user
from gcrm.services.database import Database
from gcrm.services.showing import show_instant
from gcrm.services.team import logins, rights, rights_in_force
from gcrm.services.team.logins import OnlineRow, UserRow
from gcrm.services.team.programs import called
from gcrm.services.team.rights import GroupRow
from gcrm.ui.allowed import RightsWatch, why_not
from gcrm.ui.context import Context
from gcrm.ui.settings.list_card import InlineForm, ListCard
from gcrm.ui.settings.option_editor import CalmCombo
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.safe import PlainLabel, announce, set_tip
from gcrm.ui.widgets.two_line_list import Line

LOOK_MS = 20_000
"""How often it is looked who is online, while somebody looks here."""
MOST_PLACES = 12
"""How many places of refused log-ins are named, the last ones first."""
Keep = Callable[..., None]


@dataclass(frozen=True, slots=True)
class People:
    """What the card shows: users, groups, who is online, and whether a server lets each of them in by a login."""

    users: tuple[UserRow, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    online: tuple[OnlineRow, ...] = ()
    is_served: bool = False


def read_people(context: Context) -> People:
    """Read what the card shows; not on the thread of the windows."""
    with context.database.read() as session:
        is_served = rights_in_force.in_force(session)
        there = tuple(logins.online(session)) if is_served else ()
        return People(tuple(logins.users(session)), tuple(rights.groups(session)), there, is_served)


class UserCard(ListCard):
    """`keep` writes off the thread of the windows and says what was done; the page gives it."""

    def __init__(self, context: Context, keep: Keep, load: Callable[[], object]) -> None:
        super().__init__(_("Users"), _("Add user"), _("Nobody else works here yet."), can_remove=False)
        self._context = context
        self._keep = keep
        self.people = People()
        self.about = PlainLabel("", "meta", wrap=True)
        self.wrong = PlainLabel("", "error", wrap=True)
        self.wrong.hide()
        self.invite_button = Button(_("Invite a colleague…"), icon_name="user-plus", on_click=self._invite)
        self.active_button = Button(_("Disable"), icon_name="user-x", on_click=self.switch)
        self.end_button = Button(_("End all sessions"), icon_name="log-out", on_click=self.end_sessions)
        self.password_button = Button(_("Set a password…"), icon_name="key-round", on_click=self.ask_password)
        self.tools = QWidget()
        flow = FlowLayout(self.tools)
        for button in (self.active_button, self.password_button, self.end_button, self.invite_button):
            flow.addWidget(button)
        for part in (self.about, self.wrong, self.tools):
            self.body.addWidget(part)
        self.add_wanted.connect(lambda: self._user_form(None))
        self.change_wanted.connect(self._user_form)
        self.list.chosen.connect(lambda _key: self._judge())
        RightsWatch(context, self._judge, self)
        timer = QTimer(self)
        timer.setInterval(LOOK_MS)
        timer.timeout.connect(lambda: load() if self.people.is_served and self.isVisible() else None)
        timer.start()

    # --- showing ------------------------------------------------------------------------------------------------
    def show_people(self, people: People) -> None:
        """Show the users; the chosen one stays chosen."""
        self.people = people
        self.set_lines(self._line(row) for row in people.users)
        self._judge()

    def row(self) -> UserRow | None:
        """Return the user the cursor is on."""
        key = self.list.current()
        return next((row for row in self.people.users if row.id == key), None)

    def _there(self, row: UserRow) -> OnlineRow | None:
        return next((there for there in self.people.online if there.user == row.id), None)

    def _line(self, row: UserRow) -> Line:
        """Return login, group and e-mail, and the word that matters most."""
        mark, tone = "", "neutral"
        if not row.is_active:
            mark = _("disabled")
        elif row.is_tried:
            mark, tone = row.refused_words, "warn"
        elif self._there(row) is not None:
            mark, tone = _("online"), "ok"
        elif row.refused:
            mark, tone = row.refused_words, "warn"
        name = _("{name} (you)").format(name=row.name) if row.id == self._context.database.user_id else row.name
        detail = " · ".join(part for part in (row.login, row.group, row.email) if part)
        return Line(row.id, name, detail, "user", mark=mark, tone=tone, is_faint=not row.is_active)

    def _judge(self) -> None:
        """Say all of the chosen user, and let the buttons be used where they can be."""
        row, refusal = self.row(), why_not(self._context, "users.settings")
        is_other = row is not None and row.id != self._context.database.user_id
        said = self._told(row) if row is not None else []
        self.about.setText("\n".join([*said, *([refusal] if refusal else [])]))
        self.about.setVisible(bool(self.about.full_text()))
        self._say_wrong("")
        self.active_button.setText(_("Disable") if row is None or row.is_active else _("Enable"))
        self.active_button.setEnabled(is_other and not refusal)
        self.end_button.setEnabled(row is not None and not refusal and self._there(row) is not None)
        self.password_button.setEnabled(is_other and not refusal)
        for button in (self.end_button, self.password_button):
            button.setVisible(self.people.is_served)
        self.add_button.setEnabled(not refusal)
        self.invite_button.setEnabled(not refusal)
        self.change_button.setEnabled(row is not None and not refusal)
        for button in (self.active_button, self.end_button, self.password_button, self.add_button, self.invite_button):
            set_tip(button, refusal)

    def _told(self, row: UserRow) -> list[str]:
        """Return what is to know about a user besides their line."""
        said = []
        there = self._there(row)
        if there is not None:
            since = show_instant(there.since)
            place = _("Online since {moment}, from {address}.") if there.address else _("Online since {moment}.")
            said.append(place.format(moment=since, address=there.address))
            said.append(_("Connected by: {programs}.").format(programs=", ".join(map(called, there.programs))))
        if row.refused and row.refused_at is not None:
            sentence = ngettext(
                "{count} log-in was refused, the last one {moment}, at {places}.",
                "{count} log-ins were refused, the last one {moment}, at {places}.",
                row.refused,
            )
            named = [place for place in reversed(row.refused_places) if place]
            places = ", ".join((*named[:MOST_PLACES], *(["…"] if len(named) > MOST_PLACES else []))) or "–"
            said.append(sentence.format(count=row.refused, moment=show_instant(row.refused_at), places=places))
        if self.people.is_served and not row.has_login and row.is_active:
            said.append(_("Has no login yet: set a password, or invite them."))
        return said

    # --- what can be done ---------------------------------------------------------------------------------------
    def switch(self) -> None:
        """Disable the chosen user, or enable them again."""
        row, database = self.row(), self._context.database
        if row is None:
            return
        wanted = not row.is_active
        sentence = _("User “{name}” enabled") if wanted else _("User “{name}” disabled")
        self._keep(
            lambda: logins.set_active(database, row.id, wanted), sentence.format(name=row.name), failed=self._failed
        )  # fmt: skip

    def end_sessions(self) -> None:
        """End all sessions of the chosen user."""
        row, database = self.row(), self._context.database
        if row is not None:
            sentence = _("Sessions of {name} ended").format(name=row.name)
            self._keep(lambda: logins.end_sessions(database, row.id), sentence, failed=self._failed)

    def _invite(self) -> None:
        from gcrm.ui.team import open_invite

        open_invite(self._context)

    def _failed(self, error: GcrmError) -> None:
        self._say_wrong(error.sentence)

    def _say_wrong(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))
        if sentence:
            announce(self.wrong, sentence)

    def _submit(self, form: InlineForm, function: Callable[[], Any], sentence: str, *, can_undo: bool = False) -> None:
        """Keep what a form holds; the form stays open with what was typed when that fails."""

        def failed(error: GcrmError) -> None:
            form.show_error(error.sentence, error.field if isinstance(error, UserError) else "")

        self._keep(function, sentence, lambda _result: self.close_form(), failed, can_undo=can_undo)

    # --- forms --------------------------------------------------------------------------------------------------
    def _user_form(self, key: object) -> None:
        """Open the form for a new user, or for name, e-mail address and group of one."""
        if why_not(self._context, "users.settings"):
            return
        known = next((row for row in self.people.users if row.id == key), None)
        name, login = QLineEdit(known.name if known else ""), QLineEdit(known.login if known else "")
        email, group, password = QLineEdit(known.email if known else ""), self._group_combo(known), secret()
        login.setEnabled(known is None)
        form = InlineForm(_("Save user") if known else _("Add user"), lambda: submit())
        form.add_row((("name", _("Name"), name), ("login", self._login_label(), login)))
        second: list[tuple[str, str, QWidget]] = [("email", _("E-mail"), email)]
        if self.people.groups:
            second.append(("group", _("Group"), group))
        form.add_row(second)
        if known is None and self.people.is_served:
            form.add_row((("password", _("Password for the first log-in"), password),))
        database, has_groups = self._context.database, bool(self.people.groups)

        def submit() -> None:
            typed, mail = name.text(), email.text()
            shown = typed.strip() or login.text().strip()
            chosen = group.currentData() if has_groups else None
            if known is None:
                add = partial(_added, database, login.text(), password.text(), typed, mail, chosen)
                said = _("User “{name}” added").format(name=shown)
                self._submit(form, add, said, can_undo=chosen is None)
                return
            is_same = chosen in (None, known.group_id)
            change = partial(user.change, database, known.id, typed, mail)
            regroup = partial(logins.change_user, database, known.id, typed, mail, chosen)
            said = _("User “{name}” changed").format(name=shown)
            self._submit(form, change if is_same else regroup, said, can_undo=is_same)

        self.open_form(form)

    def _login_label(self) -> str:
        return _("Login") if self.people.is_served else _("Login at the computer")

    def _group_combo(self, known: UserRow | None) -> CalmCombo:
        """Return the choice of groups; the office's for somebody new."""
        combo = CalmCombo()
        for row in self.people.groups:
            combo.addItem(row.name, row.id)
        usual = next((row.id for row in self.people.groups if row.key == "office"), None)
        combo.set_value(known.group_id if known is not None else usual)
        return combo

    def ask_password(self) -> None:
        """Open the form for another password of the chosen user."""
        row, database = self.row(), self._context.database
        if row is None:
            return
        password = secret()
        form = InlineForm(_("Set password"), lambda: submit())
        form.add_row((("password", _("New password of {name}").format(name=row.name), password),))

        def submit() -> None:
            text = password.text()
            sentence = _("{name} has a new password").format(name=row.name)
            self._submit(form, lambda: logins.set_login(database, row.id, text), sentence)

        self.open_form(form)


def secret() -> QLineEdit:
    """Return a field in which nobody can read along."""
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit


def _added(database: Database, login: str, password: str, name: str, email: str, group: int | None) -> int:
    """Add a user, to a group where there are groups."""
    if group is None:
        return user.add_user(database, login, name, email)
    return logins.add_user(database, login, name, group, password, email=email)
