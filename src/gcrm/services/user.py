"""The people who work here."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.checks.email import check as check_email
from gcrm.model.fold import clean
from gcrm.model.user import User
from gcrm.services.database import Database
from gcrm.services.opening import group_of_newcomers
from gcrm.services.unit_of_work import unit_of_work


def users(session: Session) -> list[User]:
    """Return the users who are active, by name."""
    return list(session.scalars(select(User).where(User.is_active).order_by(User.name, User.id)))


def user_name(session: Session, user: int | None) -> str:
    """Return a user's name, empty for nobody."""
    return session.scalar(select(User.name).where(User.id == user)) or "" if user else ""


def login_of(session: Session, user: int) -> str:
    """Return a user's login, empty for nobody."""
    return session.scalar(select(User.login).where(User.id == user)) or ""


def names_of(session: Session, wanted: Collection[int]) -> dict[int, str]:
    """Return id → name of users."""
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(wanted)))}


def change(database: Database, user: int, name: str, email: str) -> None:
    """Give a user this name and e-mail address. Raises UserError for no name, or no e-mail address."""
    name, email = clean(name), checked_email(email)
    if not name:
        raise UserError(_("Enter a name."), field="name")
    if user != database.user_id:
        database.rights.require("users", "settings")
    with unit_of_work(database, N_("User “{name}” changed"), params={"name": name}) as work:
        found = work.session.get(User, user)
        if found is not None:
            found.name, found.email = name, email


def checked_email(text: str) -> str:
    """Return an e-mail address as it is kept; raises UserError when it is none."""
    found = check_email(text)
    if found.level == "error":
        raise UserError(found.sentence, field="email")
    return found.value


def add_user(database: Database, login: str, name: str, email: str = "") -> int:
    """Add a colleague. Raises UserError when the login is empty or taken, or the e-mail address is none."""
    login, email = login.strip(), checked_email(email)
    if not login:
        raise UserError(_("Enter a login."), field="login")
    with database.read() as session:
        if session.scalar(select(User.id).where(User.login == login)) is not None:
            raise UserError(_("The login {login} is taken.").format(login=login), field="login")
    with unit_of_work(database, N_("User “{name}” added"), params={"name": name or login}) as work:
        group = group_of_newcomers(work.session)
        user = User(login=login, name=clean(name) or login, email=email, group_id=group)
        work.session.add(user)
        work.session.flush()
        return user.id
