"""`gcrm dav`: contacts, calendar and tasks for phones and other programs in the office's network."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

import click

from gcrm.cli.asking import ask_password
from gcrm.cli.office import Office, json_option, pass_office, say, say_error, say_json
from gcrm.cli.speaking import Group
from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _, ngettext


@click.group(cls=Group)
def dav() -> None:
    """Serve phones and other programs in the office's network (CalDAV and CardDAV)."""


@dav.command()
@click.option(
    "--host",
    default="0.0.0.0",  # noqa: S104 - phones are other computers
    show_default=True,
    metavar="ADDRESS",
    help=N_("Address of this computer to listen at."),
)
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    default=8643,
    show_default=True,
    metavar="N",
    help=N_("Port to listen on."),
)
@click.option("--name", "names", multiple=True, metavar="NAME", help=N_("Name or address by which phones reach it."))
@click.option(
    "--folder", type=click.Path(path_type=Path), metavar="FOLDER", help=N_("Where keys and certificates lie.")
)
@click.option("--plain", is_flag=True, help=N_("Without encryption, for this computer alone (--host 127.0.0.1)."))
@click.option("--attached", is_flag=True, help=N_("End when the standard input ends."))
@click.option("--json", "as_json", is_flag=True, help=N_("Answer with one JSON object when it listens, for programs."))
@pass_office
def serve(
    office: Office, host: str, port: int, names: tuple[str, ...], folder: Path | None, plain: bool, attached: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Serve phones in the foreground until stopped, over TLS with the office's own certificate."""
    from gcrm.paths import data_folder
    from gcrm.services.dav.child import until_closed
    from gcrm.services.dav.server import Place, serving
    from gcrm.services.team.sharing import own_names

    where = None if plain else (folder or data_folder() / "dav").expanduser().absolute()
    place = Place(host, port, where, names or (() if plain else own_names()))
    with serving(office.address, place) as served:
        _keep_address(office, served.address)
        if as_json:
            say_json({"address": served.address, "port": served.port, "fingerprint": served.fingerprint})
        else:
            say(_("Phones reach the office at {address}").format(address=served.address))
            if served.fingerprint:
                say(_("Fingerprint of its certificate (SHA-256): {fingerprint}").format(fingerprint=served.fingerprint))
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_more: threading.Thread(target=served.stop).start())
        if attached:
            threading.Thread(target=until_closed, args=(served.stop,), daemon=True).start()
        served.run()


def _keep_address(office: Office, address: str) -> None:
    """Tell the office where phones reach it, if it is a file; on a server an administrator enters it."""
    if office.address.startswith("postgresql"):
        return
    from gcrm.services import settings

    try:
        with office.database.read() as session:
            is_known = settings.get(session, "dav.address") == address
        if not is_known:
            settings.set(office.database, "dav.address", address)
    except GcrmError as problem:
        say_error(problem.sentence)


@dav.command()
@click.argument("login", required=False)
@click.option("--drop", is_flag=True, help=N_("Let no phone of this user in any more."))
@json_option
@pass_office
def password(office: Office, login: str | None, drop: bool, as_json: bool) -> None:
    """Make a password for the phones of a user; the former one holds no more. For offices in a file."""
    from gcrm.services.dav import passwords

    database: Any = _desk_of(office, login) if login else office.database
    try:
        made = "" if drop else passwords.make(database)
        if drop:
            passwords.drop(database)
        name = login or _login_of(database)
    finally:
        if login:
            database.close()
    if as_json:
        say_json({"login": name, "password": made})
    elif drop:
        say(_("Phones of {login} are not let in any more.").format(login=name))
    else:
        say(_("Login: {login}").format(login=name))
        say(_("Password: {password}").format(password=made))
        say(_("It is shown this once. Type it on the phone."))


@dav.command()
@click.argument("address", metavar="URL")
@click.option("--login", required=True, metavar="NAME", help=N_("Login there."))
@click.option("--password", default="", metavar="TEXT", help=N_("Password; without it you are asked, which is safer."))
@click.option(
    "--calendar", "name", default="", metavar="NAME", help=N_("Name of the calendar, where there are several.")
)
@click.option(
    "--way",
    type=click.Choice(["both", "out", "in"]),
    default="both",
    show_default=True,
    help=N_("Both ways, only out to the server, or only in from it."),
)
@pass_office
def connect(office: Office, address: str, login: str, password: str, name: str, way: str) -> None:
    """Connect your calendar with one on a server elsewhere; the address of the server is enough."""
    from gcrm.services.dav import account
    from gcrm.services.dav.finding import calendars

    password = password or ask_password(is_new=False)
    found = _one_of(calendars(address, login, password), name)
    wanted = account.Account(found.address, login, found.name, way if found.is_writable else "in")
    count = account.connect(office.database, wanted, password)
    told = ngettext(
        "The calendar is connected; it has {count} entry.", "The calendar is connected; it has {count} entries.", count
    )
    say(told.format(count=count))


def _one_of(found: list[Any], name: str) -> Any:
    """Return the calendar of a name. Raises UserError where it is not clear which one is meant."""
    chosen = [one for one in found if name in ("", one.name)]
    if len(chosen) != 1:
        names = ", ".join(one.name for one in found)
        raise UserError(_("These calendars are there: {names}. Choose one with --calendar.").format(names=names))
    return chosen[0]


@dav.command()
@click.option("--delete-here", is_flag=True, help=N_("Delete here what came from there."))
@click.option("--delete-there", is_flag=True, help=N_("Delete there what went from here."))
@pass_office
def disconnect(office: Office, delete_here: bool, delete_there: bool) -> None:
    """Forget the calendar elsewhere; appointments stay on both sides unless you say otherwise."""
    from gcrm.services.dav import account

    account.disconnect(office.database, here=delete_here, there=delete_there)
    say(_("The calendar elsewhere is forgotten."))


@dav.command()
@click.option("--every", type=click.IntRange(1, 1440), metavar="MINUTES", help=N_("Go on until it is stopped."))
@click.option(
    "--json", "as_json", is_flag=True, help=N_("Answer with one JSON object, for programs; not with --every.")
)
@pass_office
def sync(office: Office, every: int | None, as_json: bool) -> None:
    """Bring your calendar and the one elsewhere in step."""
    from dataclasses import asdict
    from threading import Event

    from gcrm.services.dav import account

    while True:
        try:
            outcome = account.run(office.database)
        except GcrmError as problem:
            if every is None or (isinstance(problem, UserError) and account.account_of(office.database) is None):
                raise
            say_error(problem.sentence)  # the next round may find the server again, or no window at its own round
        else:
            if as_json:
                say_json(asdict(outcome))
                return
            say(_("Brought in step: {words}.").format(words=account.words(outcome)))
            for sentence in outcome.problems:
                say_error(sentence)
        if every is None:
            return
        Event().wait(every * 60)


def _desk_of(office: Office, login: str) -> Any:
    """Return the office, opened for a user that there is. Raises UserError for any other."""
    from sqlalchemy import select

    from gcrm.model.user import User
    from gcrm.services.opening import open_office

    with office.database.read() as session:
        if session.scalar(select(User.id).where(User.login == login, User.is_active)) is None:
            raise UserError(_("There is no active user {login}. Look under Settings, Users.").format(login=login))
    return open_office(office.address, user=login)


def _login_of(database: Any) -> str:
    """Return the login of whoever works."""
    from gcrm.services.user import login_of

    with database.read() as session:
        return login_of(session, database.user_id)
