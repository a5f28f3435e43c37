"""`gcrm server`: the PostgreSQL that gCRM keeps on this machine for a team."""

from __future__ import annotations

import platform
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcrm.cli.asking import ask_password
from gcrm.cli.office import json_option, say, say_error, say_json
from gcrm.cli.speaking import Group
from gcrm.errors import GcrmError
from gcrm.i18n import N_, _

if TYPE_CHECKING:
    from gcrm.services.team.server import Server


@click.group(cls=Group)
@click.option(
    "--folder", type=click.Path(path_type=Path), metavar="FOLDER", help=N_("Folder in which the server lies.")
)
@click.pass_context
def server(ctx: click.Context, folder: Path | None) -> None:
    """Keep the server of a team on this machine."""
    from gcrm.services.team.server import default_folder

    ctx.obj = (folder or default_folder()).expanduser().absolute()


def _server(folder: Path) -> Server:
    from gcrm.services.team.server import Server

    return Server.open(folder)


@server.command()
@click.option("--office", default="", metavar="NAME", help=N_("Name of the office, for its certificates."))
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    default=5433,
    show_default=True,
    metavar="N",
    help=N_("Port to listen on."),
)
@click.option(
    "--listen", multiple=True, metavar="ADDRESS", help=N_("Address of this computer to listen at; * for all of them.")
)
@click.option("--name", "names", multiple=True, metavar="NAME", help=N_("Name or address by which the desks reach it."))
@click.option("--user", default="", metavar="ACCOUNT", help=N_("Account that it runs as; for root only."))
@click.pass_obj
def create(folder: Path, office: str, port: int, listen: tuple[str, ...], names: tuple[str, ...], user: str) -> None:
    """Make a server with its own certificate authority; `start` starts it."""
    from gcrm.services.team.server import HERE, Plan, Server

    own = platform.node()
    plan = Plan(office or own, port, listen or HERE, names or ((own, f"{own}.local") if own else ()))
    made = Server.create(folder, plan, user)
    certificate = made.authority.read()
    say(_("The server lies in {folder}.").format(folder=folder))
    say(_("Names in its certificate: {names}").format(names=", ".join(made.authority.read_server().names)))
    say(_("Certificate of the office, for every desk: {file}").format(file=made.authority.certificate))
    say(_("Its fingerprint (SHA-256): {fingerprint}").format(fingerprint=certificate.fingerprint))


@server.command()
@click.pass_obj
def start(folder: Path) -> None:
    """Start the server in the background and wait until it answers."""
    _server(folder).start()
    say(_("The server runs."))


@server.command()
@click.pass_obj
def stop(folder: Path) -> None:
    """Stop the server cleanly; whoever works with it is told that it is away."""
    _server(folder).stop()
    say(_("The server is stopped."))


@server.command()
@json_option
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Say whether the server runs, where, and until when its certificate is valid; status 1 when it does not run."""
    from gcrm.services.team.databases import databases

    found = _server(ctx.obj)
    is_running, plan, certificate = found.is_running(), found.plan, found.authority.read_server()
    names = databases(found) if is_running else []
    if as_json:
        say_json(
            {
                "running": is_running, "folder": str(found.folder), "version": plan.version, "port": plan.port,
                "listen": list(plan.listen), "names": list(certificate.names), "databases": names,
                "certificate_ends": certificate.ends.isoformat(),
                "fingerprint": found.authority.read().fingerprint,
            }
        )  # fmt: skip
    else:
        say(_("The server runs.") if is_running else _("The server is stopped."))
        say(_("PostgreSQL {version} on port {port}").format(version=plan.version, port=plan.port))
        if names:
            say(_("Databases: {names}").format(names=", ".join(names)))
        say(_("Names in its certificate: {names}").format(names=", ".join(certificate.names)))
        say(_("The certificate is valid until {day}.").format(day=certificate.ends.date().isoformat()))
    ctx.exit(0 if is_running else 1)


@server.command()
@click.option("--name", "names", multiple=True, metavar="NAME", help=N_("Name or address by which the desks reach it."))
@click.pass_obj
def renew(folder: Path, names: tuple[str, ...]) -> None:
    """Make the server's certificate anew, also for other names; no desk notices, for the authority stays."""
    certificate = _server(folder).renew(names)
    say(_("Names in its certificate: {names}").format(names=", ".join(certificate.names)))
    say(_("The certificate is valid until {day}.").format(day=certificate.ends.date().isoformat()))


@server.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Run the server in the foreground, for a service manager, until that ends it."""
    found = _server(ctx.obj)

    def done(is_daily: bool) -> None:
        from gcrm.services.team.daily import daily_work, hourly_work

        try:
            for sentence in daily_work(found) if is_daily else hourly_work(found):
                say_error(sentence)
        except GcrmError as problem:
            say_error(problem.sentence)

    ctx.exit(min(abs(found.run(partial(done, True), partial(done, False))), 1))


@server.command()
@click.pass_context
def daily(ctx: click.Context) -> None:
    """Do once what `run` does every day: renew a certificate, count refused log-ins, back each office up."""
    from gcrm.services.team.daily import daily_work

    wrong = daily_work(_server(ctx.obj))
    for sentence in wrong:
        say_error(sentence)
    ctx.exit(1 if wrong else 0)


@server.command("add-database")
@click.argument("name")
@click.option("--owner", required=True, metavar="LOGIN", help=N_("New login that owns the database."))
@click.option("--password", default="", metavar="TEXT", help=N_("Password; without it you are asked, which is safer."))
@click.pass_obj
def add_database(folder: Path, name: str, owner: str, password: str) -> None:
    """Make an empty database for an office, and the login that owns it."""
    from gcrm.services.team.databases import make_database

    found = _server(folder)
    make_database(found, name, owner, password or ask_password())
    host = found.authority.read_server().names[0]
    say(_("The database is ready: {address}").format(address=f"postgresql://{owner}@{host}:{found.plan.port}/{name}"))


@server.command("install-service")
@click.pass_obj
def install_service(folder: Path) -> None:
    """Start the server with the machine, without anybody logging in, and again when it failed."""
    from gcrm.services.team.boot import install

    left = install(_server(folder))
    if not left:
        say(_("The server starts with this machine from now on, and runs already."))
    _say_left(left)


@server.command("uninstall-service")
@click.pass_obj
def uninstall_service(folder: Path) -> None:
    """Stop the server, and no longer start it with the machine."""
    from gcrm.services.team.boot import uninstall

    left = uninstall(_server(folder))
    if not left:
        say(_("The server is stopped, and no longer starts with this machine."))
    _say_left(left)


def _say_left(lines: list[str]) -> None:
    """Say what only an administrator may do."""
    if lines:
        say(_("An administrator of this computer must still run:"))
    for line in lines:
        say(f"  {line}")
