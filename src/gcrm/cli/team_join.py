"""`gcrm team invite`, `invitations`, `revoke`, `join`: colleagues come into a shared office with a code."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gcrm.cli.asking import ask_password
from gcrm.cli.office import LineProgress, Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Command
from gcrm.cli.team_users import group_named, user_named
from gcrm.i18n import N_, _


@click.command(cls=Command)
@click.option(
    "--group", default="office", show_default=True, metavar="NAME", help=N_("Key or name of the group to come into.")
)
@click.option(
    "--user", default="", metavar="LOGIN", help=N_("A user who is here already and has no login on the server.")
)
@click.option(
    "--days", default=7, show_default=True, type=int, metavar="N", help=N_("How many days the invitation holds.")
)
@click.option("--host", "hosts", multiple=True, metavar="NAME", help=N_("Name or address of the server for the desk."))
@click.option(
    "--qr", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=N_("Write a QR code, .png or .svg.")
)
@json_option
@pass_office
def invite(
    office: Office, group: str, user: str, days: int, hosts: tuple[str, ...], qr: Path | None, as_json: bool
) -> None:
    """Invite one colleague; say the code, which opens the office once."""
    from gcrm.services.team import invitations
    from gcrm.services.team.qr import check_kind, write

    if qr is not None:
        check_kind(qr)
    found = group_named(office, group)
    guest = user_named(office, user).id if user else None
    made = invitations.invite(office.database, found.id, days, hosts, guest)
    if qr is not None:
        write(made.code, qr)
    if as_json:
        say_json(
            {
                "code": made.code, "group": found.key or found.name, "expires": made.expires_at.isoformat(),
                "hosts": list(made.hosts), "port": made.port, "database": made.database,
                "fingerprint": made.fingerprint,
            }
        )  # fmt: skip
        return
    say(made.code)
    day = made.expires_at.astimezone().strftime("%Y-%m-%d %H:%M")
    click.echo(_("For one colleague in the group “{group}”, until {day}.").format(group=found.name, day=day), err=True)


@click.command("invitations", cls=Command)
@json_option
@pass_office
def list_invitations(office: Office, as_json: bool) -> None:
    """List the invitations, without their codes, which nobody keeps."""
    from gcrm.services.team import invitations

    with office.database.read() as session:
        rows = invitations.invitations(session)
    if as_json:
        told = [
            {
                "number": row.id, "group": row.group, "made": row.made_at.isoformat(), "by": row.made_by,
                "expires": row.expires_at.isoformat(), "state": row.state, "used_by": row.used_by, "user": row.guest,
            }
            for row in rows
        ]  # fmt: skip
        say_json({"invitations": told})
        return
    for row in rows:
        until = row.expires_at.astimezone().strftime("%Y-%m-%d %H:%M")
        words = (str(row.id), row.group, _(invitations.STATES[row.state]), until, row.made_by, row.used_by)
        say("\t".join(words).rstrip())


@click.command(cls=Command)
@click.argument("number", type=int)
@pass_office
def revoke(office: Office, number: int) -> None:
    """Withdraw the open invitation NUMBER."""
    from gcrm.services.team import invitations

    invitations.revoke(office.database, number)
    say(_("Invitation {number} was withdrawn; its code opens nothing any more.").format(number=number))


@click.command(cls=Command)
@click.argument("code")
@click.option("--name", required=True, metavar="NAME", help=N_("Your name, as colleagues see it."))
@json_option
def join(code: str, name: str, as_json: bool) -> None:
    """Join the office of a team with the CODE of an invitation.

    The password is asked for, or is the first line of standard input. CODE is read from standard input as well when it
    is “-”: then it is the first line, and the password the second.
    """
    from gcrm.services.team.join import join as join_office

    if code == "-":
        code = sys.stdin.readline()
    joined = join_office(code, name, ask_password(), LineProgress(_("Joining the office")))
    if as_json:
        address = joined.office.address
        say_json({"office": joined.office.name, "address": address, "login": joined.login, "kept": joined.is_kept})
        return
    say(_("You are in “{office}” as {login}. It opens by itself from now on.").format(
        office=joined.office.name, login=joined.login))  # fmt: skip
    if not joined.is_kept:
        say(_("This computer has no store for passwords, so gCRM asks each time it starts."))


COMMANDS = (invite, list_invitations, revoke, join)
