"""Sharing an office with a team in one go: a server of its own or one that is there, the move, and the own login.

Each step finds what an earlier try has left: a server that was made, a database, a move that is done. So whatever
breaks off, the same wish begins where it ended, and until the move is done the office stays where it was.
"""

from __future__ import annotations

import platform
import secrets
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.engine import URL

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import N_, _
from gcrm.model.guards import HARDENED
from gcrm.model.rights import OFFICE
from gcrm.model.user import User
from gcrm.services import schema
from gcrm.services.address import parse, shown, without_password
from gcrm.services.database import Database
from gcrm.services.home import own_company
from gcrm.services.moved import read_moved
from gcrm.services.opening import open_office
from gcrm.services.team import boot, move, offices, rights, verify
from gcrm.services.team.binaries import is_root
from gcrm.services.team.connection import is_here
from gcrm.services.team.databases import databases, make_database, run_inside, schema_in, set_password
from gcrm.services.team.hardening import harden
from gcrm.services.team.join import login_of
from gcrm.services.team.logins import check_password, set_login
from gcrm.services.team.move import Progress
from gcrm.services.team.offices import KnownOffice
from gcrm.services.team.passwords import keep_password
from gcrm.services.team.server import PORT, Plan, Server, default_folder
from gcrm.services.unit_of_work import unit_of_work

DATABASE = "office"
EVERYWHERE = ("*",)


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server that gCRM makes on this computer: where it listens, and by which names the other desks reach it."""

    names: tuple[str, ...]
    port: int = PORT
    folder: Path | None = None
    listen: tuple[str, ...] = EVERYWHERE
    account: str = ""
    starts_with_computer: bool = True


@dataclass(frozen=True, slots=True)
class ThereServer:
    """An empty database on a server that is there, as its owner; `certificate` of its authority in PEM, or ""."""

    address: str
    password: str
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who shares the office, and administers it from then on."""

    name: str
    password: str

    @property
    def login(self) -> str:
        """Return the login."""
        return login_of(self.name)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: rows of each table, the office as it opens here, what is left to do for an administrator.

    `owner_password` is "" where this computer keeps it; else it must be written down. `is_hardened` tells that logins
    cannot store large objects (services/team/hardening.py).
    """

    office: KnownOffice
    login: str
    rows: Mapping[str, int]
    is_kept: bool
    owner: str = ""
    owner_password: str = ""
    left: tuple[str, ...] = ()
    is_hardened: bool = True


def own_names(addresses: Iterable[str] = ()) -> tuple[str, ...]:
    """Return names and addresses by which other computers may reach this one; its loopback is none."""
    name = platform.node()
    found = [name, *([f"{name}.local"] if name and "." not in name else []), *addresses]
    return tuple(one for one in dict.fromkeys(found) if one and not is_here(URL.create("postgresql", host=one)))


def check(source: Database, person: Person) -> None:
    """Raise UserError for an office that cannot be shared, and for a name or password that cannot be."""
    if not source.is_sqlite:
        raise UserError(_("This office is on a server already. Only an office in a file can be shared."))
    check_password(person.password, person.name, person.login)


def share_here(source: Database, wish: OwnServer, person: Person, progress: Progress | None = None) -> Result:
    """Make a server on this computer and move the office there. Raises UserError or EnvironmentProblem."""
    check(source, person)
    _say(progress, _("Making the server"))
    server = _server(wish)
    server.start()
    _say(progress, _("Making the database"))
    name, is_there = _place(server, source)
    owner, password = f"{name}_owner", secrets.token_urlsafe(24)
    if is_there:
        set_password(server, owner, password)
    else:
        make_database(server, name, owner, password)
    run_inside(server, name, HARDENED)
    certificate = server.authority.certificate.read_text(encoding="ascii")
    url = URL.create("postgresql", owner, None, "localhost", server.plan.port, name)
    result = _share(source, ThereServer(shown(url), password, certificate), person, progress)
    _say(progress, _("Starting the server with the computer"))
    return replace(result, left=_boot(server)) if wish.starts_with_computer else result


def share_there(source: Database, wish: ThereServer, person: Person, progress: Progress | None = None) -> Result:
    """Move the office into a database that is there. Raises UserError or EnvironmentProblem."""
    check(source, person)
    return _share(source, wish, person, progress)


def _place(server: Server, source: Database) -> tuple[str, bool]:
    """Return a database for this office, and whether it is there: one that an earlier try has made, or a new name."""
    there, mine = databases(server), parse(source.moved.place).database if source.moved is not None else ""
    for number in range(1, len(there) + 2):
        name = DATABASE if number == 1 else f"{DATABASE}{number}"
        if name not in there:
            break
        version = schema_in(server, name)
        if not version or version.startswith(schema.MOVING) or name == mine:
            return name, True
    return name, False


def _say(progress: Progress | None, text: str) -> None:
    if progress is not None:
        progress.report(0, 0, text)


def _server(wish: OwnServer) -> Server:
    """Return the server of this computer, made when there is none yet."""
    folder = wish.folder or default_folder()
    if (folder / "server.json").exists():
        return Server.open(folder)
    account = wish.account or ("postgres" if is_root() else "")
    return Server.create(folder, Plan(platform.node(), wish.port, wish.listen, wish.names), account)


def _boot(server: Server) -> tuple[str, ...]:
    """Have the server start with the computer; return what an administrator must do for it."""
    try:
        return tuple(boot.install(server))
    except EnvironmentProblem as problem:
        server.start()
        return (problem.sentence,)


def _share(source: Database, wish: ThereServer, person: Person, progress: Progress | None) -> Result:
    """Move the office, let the server enforce the rights, make the own login, and keep the way to it all."""
    url = parse(wish.address)
    password = wish.password or url.password or ""
    place = shown(url)
    former = offices.last()
    if wish.certificate or not is_here(url):
        offices.remember(place, _("{name}, as its owner").format(name=_name(source)), wish.certificate)
    try:
        _check_owner(place, password, person)
        rows = _moved(source, url.set(password=password), progress)
    except BaseException:
        offices.forget(place)
        if former is not None:
            offices.remember(former.address)
        raise
    return _opened(source, url, password, wish.certificate, person, rows)


def _opened(
    source: Database, url: URL, password: str, certificate: str, person: Person, rows: Mapping[str, int]
) -> Result:
    """Do what comes after the move, as the owner. The list of offices names the own login alone."""
    place = shown(url)
    with closing(open_office(place, user=_login_there(source, place, password), password=password)) as owner:
        _name_user(owner, person)
        _settle_colleagues(owner)
        rights.enforce(owner)
        set_login(owner, owner.user_id, person.password)
        is_hardened = harden(owner)
    own = without_password(url).set(username=person.login)
    office = offices.remember(shown(own), _name(source), certificate)
    offices.forget(place)
    offices.remember(office.address)
    is_owner_kept, is_kept = keep_password(url, password), keep_password(own, person.password)
    written_down = "" if is_owner_kept else password
    return Result(office, person.login, rows, is_kept, str(url.username), written_down, is_hardened=is_hardened)


def _name(source: Database) -> str:
    """Return what the office is called."""
    with source.read() as session:
        return own_company(session).name or _("Team")


def _login_there(source: Database, place: str, password: str) -> str:
    """Return what the login of who works in the file is called in the moved office: an earlier try may have set it."""
    database = Database.at(place, password=password)
    with closing(database), database.read() as session:
        return session.scalar(select(User.login).where(User.id == source.user_id)) or ""


def _name_user(owner: Database, person: Person) -> None:
    """Give the user who shares the office the login and the name that were chosen."""
    with owner.read() as session:
        me = session.get_one(User, owner.user_id)
        others = session.scalars(select(User).where(User.id != owner.user_id)).all()
        if any(other.login == person.login for other in others):
            raise UserError(_("The login {login} is taken.").format(login=person.login), field="name")
        is_done = (me.login, me.name) == (person.login, person.name.strip())
    if is_done:
        return
    with unit_of_work(owner, N_("User “{name}” changed"), kind="system", params={"name": person.name.strip()}) as work:
        found = work.session.get_one(User, owner.user_id)
        found.login, found.name = person.login, person.name.strip()


def _settle_colleagues(owner: Database) -> None:
    """Make whoever shares the one administrator, where the file knew no groups: the others come in as the office."""
    with owner.read() as session:
        if rights.groups(session):
            return
    office = rights.ensure_groups(owner)[OFFICE]
    with unit_of_work(owner, N_("Groups made"), kind="system") as work:
        for colleague in work.session.scalars(select(User).where(User.id != owner.user_id)):
            colleague.group_id = office


def _check_owner(address: str, password: str, person: Person) -> None:
    """Raise UserError before anything is moved when logins could not be made afterwards."""
    database = Database.at(address, password=password)
    asked = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    with closing(database), database.read() as session:
        if not session.execute(text(asked)).scalar():
            sentence = _(
                'Have the administrator of this server run ALTER ROLE "{login}" CREATEROLE: '
                "this login may not make logins for colleagues."
            )
            raise UserError(sentence.format(login=database.url.username))
        taken = session.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": person.login}).scalar()
        if taken and not _is_office(session.connection()):
            sentence = _("The server knows somebody else called {login}. Choose another login.")
            raise UserError(sentence.format(login=person.login), field="name")


def _is_office(connection: Connection) -> bool:
    """Tell whether a complete office is there."""
    version = schema.revision(connection)
    return version is not None and not version.startswith(schema.MOVING)


def _moved(source: Database, url: URL, progress: Progress | None) -> Mapping[str, int]:
    """Move the office, unless an earlier try has done so."""
    with source.read() as session:
        source.moved = read_moved(session)
    address = url.render_as_string(hide_password=False)
    if source.moved is not None and source.moved.place == shown(url):
        target = Database.at(address)
        with closing(target), target.read() as session:
            if _is_office(session.connection()):
                return verify.count(session.connection())
    return move.share(source, address, progress).rows
