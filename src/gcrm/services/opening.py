"""Opening an office: its database is made or brought to this version, and whoever works signs in."""

from __future__ import annotations

import getpass

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import N_
from gcrm.model.rights import OFFICE
from gcrm.model.user import User
from gcrm.model.user_group import UserGroup
from gcrm.services import schema, schema_opening
from gcrm.services.database import Database
from gcrm.services.home import read_home
from gcrm.services.moved import read_moved
from gcrm.services.numbering import make_ranges
from gcrm.services.team import attempts
from gcrm.services.team.programs import GCRM
from gcrm.services.unit_of_work import unit_of_work
from gcrm.services.unreachable import is_wrong_password, unreachable
from gcrm.services.versions import watch
from gcrm.services.write_watch import watch_writes


def open_office(
    address: str, *, user: str = "", password: str = "", upgrades: bool = False, program: str = GCRM
) -> Database:
    """Open an office by URL (or path of a file), making or migrating it as needed.

    An older one on a server is only migrated when the caller `upgrades` it. Raises UserError for a wrong address, a
    foreign, newer or older database, EnvironmentProblem where it cannot be
    reached, a PasswordProblem where another password may help. `user` is the login name; the account's name of
    the operating system by default.
    """
    database = Database.at(address, password=password, program=program)
    engine, url = database.engine, database.url
    try:
        if not database.is_sqlite:
            attempts.before(url, program)
        made = schema_opening.open_up(engine, database.path, upgrades=upgrades)
        database.is_unsealed = made.is_changed
        if made.backup is not None:
            database.warnings.append(schema_opening.told(made.backup))
        if not database.is_sqlite:
            watch(engine)
        _sign_in(database, user or getpass.getuser(), program)
    except DBAPIError as problem:
        engine.dispose()
        if not database.is_sqlite and is_wrong_password(problem):
            attempts.refused(url, program)
        raise unreachable(url, problem) from problem
    except (UserError, EnvironmentProblem):
        engine.dispose()
        raise
    return database


def _sign_in(database: Database, login: str, program: str) -> None:
    """Find the user, or make one; read where the office is. A login of a server is who it is, whatever it says."""
    with database.read() as session:
        if not database.is_sqlite:
            name, database.is_owner = session.execute(select(func.session_user(), func.gcrm_is_owner())).one()
            mine = None if database.is_owner else session.scalar(select(User.id).where(User.login == name))
            login = name if mine is not None else login
        found = session.scalar(select(User.id).where(User.login == login))
        database.home = read_home(session)
        database.moved = read_moved(session)
    if database.moved is not None:
        database.warnings.append(database.moved.notice)
        found = found or 0
    database.user_id = _add_user(database, login) if found is None else found
    database.read_rights()
    watch_writes(database)
    if not database.is_sqlite and database.moved is None:
        attempts.came_in(database, program)


def _add_user(database: Database, login: str) -> int:
    """Make the user who opens this office for the first time; whoever does so at the same moment waits and finds it."""
    with unit_of_work(database, N_("User added"), kind="system") as work:
        if not database.is_sqlite:
            schema.lock(work.connection)
        user = work.session.scalar(select(User).where(User.login == login))
        if user is None:
            make_ranges(work.session)
            user = User(login=login, name=login, group_id=group_of_newcomers(work.session))
            work.session.add(user)
    return user.id


def group_of_newcomers(session: Session) -> int | None:
    """Return the group of whoever opens the office unasked: that of the office, where groups were set up."""
    return session.scalar(select(UserGroup.id).where(UserGroup.key == OFFICE))
