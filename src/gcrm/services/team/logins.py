"""The people of an office and how they come in: users, their logins on the server, passwords, sessions.

Each person has a login role of their own, whose name is `user.login`. Passwords leave this computer only as SCRAM
verifiers, which the server cannot turn back. Roles are made by functions of the office (model/guards/grants.py), which
ask for the right to set up users; nobody needs CREATEROLE for it but the owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _, ngettext
from gcrm.model.base import now
from gcrm.model.fold import clean, fold
from gcrm.model.user import User
from gcrm.model.user_group import RefusedLogin, UserGroup
from gcrm.services.database import Database
from gcrm.services.team.rights import ensure_groups, follow_index, group_name, put, refuse_without_administrator
from gcrm.services.team.rights_in_force import in_force
from gcrm.services.unit_of_work import unit_of_work
from gcrm.services.unreachable import is_forbidden, translated
from gcrm.services.user import checked_email

SHORTEST = 10
"""Characters of a password."""
LONGEST_LOGIN = 63
"""Bytes of the name of a role."""
MANY_PLACES, LATELY = 3, timedelta(days=7)
"""From how many places refused log-ins are told before anything else, and for how long after the last one."""
_TAKEN = text("SELECT 1 FROM pg_roles WHERE rolname = :name")


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as a page shows it.

    `refused` counts the log-ins that were refused before the last ones that worked, `refused_at` is the last of them,
    `refused_places` are the computers where they were tried.
    """

    id: int
    login: str
    name: str
    group: str
    is_active: bool
    has_login: bool
    refused: int = 0
    refused_at: datetime | None = None
    refused_places: tuple[str, ...] = ()
    email: str = ""
    group_id: int | None = None

    @property
    def is_tried(self) -> bool:
        """Tell whether passwords were tried lately, and from so many places that it was hardly one who mistyped."""
        is_late = self.refused_at is not None and now() - self.refused_at <= LATELY
        return is_late and len(self.refused_places) >= MANY_PLACES

    @property
    def refused_words(self) -> str:
        """Return how many log-ins were refused, and from how many places where those are many."""
        if len(self.refused_places) >= MANY_PLACES:
            sentence = _("{count} refused log-ins from {places} places")
            return sentence.format(count=self.refused, places=len(self.refused_places))
        sentence = ngettext("{count} refused log-in", "{count} refused log-ins", self.refused)
        return sentence.format(count=self.refused)


@dataclass(frozen=True, slots=True)
class OnlineRow:
    """A user who is there now: since when, from which address (only administrators see it), with how many sessions.

    `programs` are the names by which they are connected (services/team/programs.py says them in words).
    """

    user: int
    name: str
    since: datetime
    address: str
    sessions: int
    programs: tuple[str, ...] = ()


def users(session: Session) -> list[UserRow]:
    """Return all users, also disabled ones, by name; refused log-ins only to whoever may see them."""
    counted = _refused(session)
    found = session.execute(
        select(User, UserGroup.key, UserGroup.name)
        .outerjoin(UserGroup, UserGroup.id == User.group_id)
        .order_by(User.name, User.id)
    ).all()
    logins = _logins(session)
    return [
        UserRow(
            user.id,
            user.login,
            user.name,
            group_name(key, name or ""),
            user.is_active,
            user.login in logins,
            *counted.get(user.id, (0, None, ())),
            user.email,
            user.group_id,
        )
        for user, key, name in found
    ]


def _refused(session: Session) -> dict[int, tuple[int, datetime | None, tuple[str, ...]]]:
    """Return how many log-ins of each user were refused, when last, and at which computers."""
    found: dict[int, tuple[int, datetime | None, tuple[str, ...]]] = {}
    for row in session.scalars(select(RefusedLogin).order_by(RefusedLogin.last_at)):
        times, _last, places = found.get(row.user_id, (0, None, ()))
        found[row.user_id] = (times + row.times, row.last_at, tuple(dict.fromkeys((*places, row.place))))
    return found


def _logins(session: Session) -> set[str]:
    """Return the logins that the server of this office knows."""
    if not in_force(session):
        return set()
    return set(session.scalars(select(User.login).where(func.gcrm_ours(User.login))))


def add_user(database: Database, login: str, name: str, group: int, password: str = "", *, email: str = "") -> int:
    """Add a colleague to a group, with a login where the server enforces the rights; return the user's id.

    Raises UserError for a login that is empty or taken (also on the server, by somebody else) or a short password.
    """
    database.rights.require("users", "settings")
    ensure_groups(database)
    login = login.strip()
    with database.read() as session:
        is_served = in_force(session)
        _check_login(session, login, is_served)
    if is_served:
        check_password(password, login, name)
    label = N_("User “{name}” added")
    with said(database), unit_of_work(database, label, kind="system", params={"name": name or login}) as work:
        user = User(login=login, name=name.strip() or login, group_id=group, email=checked_email(email))
        work.session.add(user)
        work.session.flush()
        if is_served:
            work.session.execute(_made(work.session, user.id, login, password))
        follow_index(work)
        return user.id


def change_user(database: Database, user: int, name: str, email: str, group: int | None) -> None:
    """Give a user this name, e-mail address and group, in one operation.

    Raises UserError for no name or no e-mail address, and when that would leave the office without an administrator.
    """
    database.rights.require("users", "settings")
    name, email = clean(name), checked_email(email)
    if not name:
        raise UserError(_("Enter a name."), field="name")
    with unit_of_work(database, N_("User “{name}” changed"), kind="system", params={"name": name}) as work:
        found = work.session.get(User, user)
        if found is None:
            raise UserError(_("This user does not exist."))
        found.name, found.email = name, email
        if group is not None and group != found.group_id:
            put(work, found, group)


def _check_login(session: Session, login: str, is_served: bool) -> None:
    """Refuse a name that no login can have."""
    if not login or not login.isprintable():
        raise UserError(_("Enter a login."), field="login")
    reserved = login.startswith(("pg_", "gcrm_")) or len(login.encode()) > LONGEST_LOGIN
    if is_served and reserved:
        raise UserError(_("No login can have this name. Choose another one."), field="login")
    if session.scalar(select(User.id).where(User.login == login)) is not None:
        raise UserError(_("The login {login} is taken.").format(login=login), field="login")
    if is_served and session.execute(_TAKEN, {"name": login}).scalar() is not None:
        sentence = _("The server knows somebody else called {login}. Choose another login.")
        raise UserError(sentence.format(login=login), field="login")


def check_password(password: str, *names: str) -> None:
    """Raise UserError for a password that is too short, or one of the names of whose it is."""
    if len(password) < SHORTEST:
        sentence = _("A password has at least {count} characters.")
        raise UserError(sentence.format(count=SHORTEST), field="password")
    if fold(password) in {fold(name) for name in names}:
        raise UserError(_("Your name is no password: everybody knows it."), field="password")


def verifier(session: Session, login: str, password: str) -> str:
    """Return what the server keeps of a password; computed here, so that the password itself is sent to nobody."""
    raw: Any = session.connection().connection.driver_connection
    return str(raw.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode())


def _made(session: Session, user: int, login: str, password: str) -> Select[Any]:
    """Return the statement that makes a login, or gives it a new password."""
    return select(func.gcrm_login(user, verifier(session, login, password)))


def set_login(database: Database, user: int, password: str) -> None:
    """Give a user a login, or a new password, as an administrator."""
    database.rights.require("users", "settings")
    check_password(password)
    with _writing(database) as session:
        login = _login_of(session, user)
        taken = session.execute(_TAKEN, {"name": login}).scalar() is not None
        if taken and not session.scalar(select(func.gcrm_ours(login))):
            sentence = _("The server knows somebody else called {login}. Choose another login.")
            raise UserError(sentence.format(login=login), field="login")
        session.execute(_made(session, user, login, password))


def _login_of(session: Session, user: int) -> str:
    """Return the login of a user of an office whose server enforces rights. Raises UserError."""
    if not in_force(session):
        raise UserError(
            _("This office has no logins: it is a file, or was not shared yet. Share it with your team first.")
        )
    login = session.scalar(select(User.login).where(User.id == user))
    if login is None:
        raise UserError(_("This user does not exist."))
    return login


def change_password(database: Database, password: str) -> None:
    """Change one's own password; other sessions stay, and this program goes on with the new one."""
    check_password(password)
    with _writing(database) as session:
        login = session.scalar(select(func.session_user())) or ""
        if database.is_owner:
            raise UserError(_("The owner's password is kept by the server. Change it there."))
        session.execute(select(func.gcrm_password(verifier(session, login, password))))
    database.url = database.url.set(password=password)

    @event.listens_for(database.engine, "do_connect")
    def with_password(dialect: Any, record: Any, arguments: Any, named: dict[str, Any]) -> None:
        named["password"] = password


def set_active(database: Database, user: int, is_active: bool) -> None:
    """Disable a user, who is out at once and cannot come back, or enable one again.

    Raises UserError for oneself, and for the last administrator.
    """
    database.rights.require("users", "settings")
    if user == database.user_id and not is_active:
        raise UserError(_("You cannot disable yourself. Ask another administrator."))
    label = N_("User “{name}” enabled") if is_active else N_("User “{name}” disabled")
    with database.read() as session:
        name = session.scalar(select(User.name).where(User.id == user))
    if name is None:
        raise UserError(_("This user does not exist."))
    with unit_of_work(database, label, kind="system", params={"name": name}) as work:
        work.session.get_one(User, user).is_active = is_active
        work.session.flush()
        if database.rights.group and not is_active:
            _refuse_last(work.session)
        follow_index(work)


def _refuse_last(session: Session) -> None:
    """Refuse to disable the last administrator, where there are groups."""
    if session.scalar(select(UserGroup.id).limit(1)) is not None:
        refuse_without_administrator(session)


def end_sessions(database: Database, user: int) -> int:
    """End all sessions of a user on the server, one's own other ones too; return how many."""
    if user != database.user_id:
        database.rights.require("users", "settings")
    with _writing(database) as session:
        _login_of(session, user)
        return int(session.scalar(select(func.gcrm_end(user))) or 0)


def online(session: Session) -> list[OnlineRow]:
    """Return who works in this office now; nobody for an office in a file, which does not know."""
    if session.get_bind().dialect.name == "sqlite":
        return []
    there = func.gcrm_online().table_valued("user_id", "since", "address", "sessions", "programs")
    rows = session.execute(select(there, User.name).join(User, User.id == there.c.user_id).order_by(User.name))
    return [
        OnlineRow(row.user_id, row.name, row.since, row.address or "", row.sessions, tuple(row.programs))
        for row in rows
    ]


@contextmanager
def _writing(database: Database) -> Iterator[Session]:
    """Give a session to call the functions of the server with; what it refuses is said in words."""
    if database.is_sqlite:
        raise UserError(
            _("This office has no logins: it is a file, or was not shared yet. Share it with your team first.")
        )
    with said(database), database.read() as session, session.begin():
        yield session


@contextmanager
def said(database: Database) -> Iterator[None]:
    """Say in words that the server refused."""
    try:
        with translated(database.url):
            yield
    except DBAPIError as problem:
        if not is_forbidden(problem):
            raise
        raise UserError(
            _("The server refuses this: your login has not the right. Ask an administrator for it."),
            details=str(problem.orig),
        ) from (problem)
