"""`gcrm team users`, `add-user`, `password`, `online`, `rights` …: the people of an office and what they may do.

They are commands of the group `team` (cli/team.py), which takes them in by WithUsers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from gcrm.cli.asking import ask_password
from gcrm.cli.office import Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Command, Group
from gcrm.errors import UserError
from gcrm.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from gcrm.services.team.logins import OnlineRow, UserRow
    from gcrm.services.team.rights import GroupRow


def user_named(office: Office, login: str) -> UserRow:
    """Return the user with this login. Raises UserError when there is none."""
    from gcrm.services.team import logins

    with office.database.read() as session:
        for row in logins.users(session):
            if row.login == login:
                return row
    raise UserError(_("There is no user with the login {login}.").format(login=login))


def group_named(office: Office, name: str) -> GroupRow:
    """Return a group by key or name; the groups of the program are made when there are none yet."""
    from gcrm.services.team import rights

    rights.ensure_groups(office.database)
    with office.database.read() as session:
        return rights.group_named(session, name)


@click.command(cls=Command)
@json_option
@pass_office
def users(office: Office, as_json: bool) -> None:
    """List the users with their groups."""
    from gcrm.services.team import logins

    with office.database.read() as session:
        rows = logins.users(session)
    if as_json:
        say_json({"users": [_told(row) for row in rows]})
        return
    for row in rows:
        words = [row.login, row.name, row.group or "–", "" if row.is_active else _("disabled")]
        if row.refused:
            words.append(row.refused_words)
        say("\t".join(filter(None, words)))


def _told(row: UserRow) -> dict[str, object]:
    """Return a user as JSON tells it."""
    return {
        "login": row.login,
        "name": row.name,
        "group": row.group,
        "active": row.is_active,
        "has_login": row.has_login,
        "refused": row.refused,
        "refused_places": list(row.refused_places),
    }


@click.command("add-user", cls=Command)
@click.argument("login")
@click.option("--name", default="", metavar="NAME", help=N_("Name as colleagues see it."))
@click.option("--group", default="office", show_default=True, metavar="NAME", help=N_("Key or name of a group."))
@pass_office
def add_user(office: Office, login: str, name: str, group: str) -> None:
    """Add a colleague; the password is asked for, or is the first line of standard input."""
    from gcrm.services.team import logins, rights_in_force

    found = group_named(office, group)
    with office.database.read() as session:
        password = ask_password() if rights_in_force.in_force(session) else ""
    logins.add_user(office.database, login, name, found.id, password)
    say(_("{login} was added to the group “{group}”.").format(login=login, group=found.name))


@click.command("disable-user", cls=Command)
@click.argument("login")
@pass_office
def disable_user(office: Office, login: str) -> None:
    """Keep a user out, at once."""
    from gcrm.services.team import logins

    logins.set_active(office.database, user_named(office, login).id, False)
    say(_("{login} is disabled.").format(login=login))


@click.command("enable-user", cls=Command)
@click.argument("login")
@pass_office
def enable_user(office: Office, login: str) -> None:
    """Let a disabled user in again."""
    from gcrm.services.team import logins

    logins.set_active(office.database, user_named(office, login).id, True)
    say(_("{login} is enabled.").format(login=login))


@click.command(cls=Command)
@click.argument("login", required=False)
@pass_office
def password(office: Office, login: str | None) -> None:
    """Change your own password, or as an administrator that of LOGIN; it is asked for, or read from standard input."""
    from gcrm.services.team import logins

    if login is None:
        logins.change_password(office.database, ask_password())
    else:
        logins.set_login(office.database, user_named(office, login).id, ask_password())
    say(_("The password was changed."))


@click.command("end-sessions", cls=Command)
@click.argument("login")
@pass_office
def end_sessions(office: Office, login: str) -> None:
    """End all sessions of a user on the server."""
    from gcrm.services.team import logins

    ended = logins.end_sessions(office.database, user_named(office, login).id)
    say(ngettext("{count} session ended", "{count} sessions ended", ended).format(count=ended))


@click.command(cls=Command)
@json_option
@pass_office
def online(office: Office, as_json: bool) -> None:
    """Say who works in the office now."""
    from gcrm.services.team import logins
    from gcrm.services.team.programs import called

    with office.database.read() as session:
        rows = logins.online(session)
    if as_json:
        say_json({"online": [_there(row) for row in rows]})
        return
    for row in rows:
        since, programs = row.since.astimezone().strftime("%Y-%m-%d %H:%M"), ", ".join(map(called, row.programs))
        say("\t".join(filter(None, (row.name, since, programs, row.address))))


def _there(row: OnlineRow) -> dict[str, object]:
    """Return who is there as JSON tells it."""
    return {
        "name": row.name, "since": row.since.isoformat(), "address": row.address, "sessions": row.sessions,
        "programs": list(row.programs),
    }  # fmt: skip


@click.group(cls=Group)
def rights() -> None:
    """See and change the groups of users and what they may do."""


@rights.command("show")
@click.argument("group", required=False)
@json_option
@pass_office
def show_rights(office: Office, group: str | None, as_json: bool) -> None:
    """Say what the groups may do, or one GROUP."""
    from gcrm.services.team import rights as service
    from gcrm.services.team import rights_in_force

    with office.database.read() as session:
        rows = [service.group_named(session, group)] if group else service.groups(session)
        is_enforced = rights_in_force.in_force(session)
    if as_json:
        told = [
            {"key": r.key, "name": r.name, "rights": sorted(r.rights), "hidden": sorted(r.hidden), "members": r.members}
            for r in rows
        ]
        say_json({"enforced": is_enforced, "groups": told})
        return
    for row in rows:
        say(f"{row.name}: {_listed(row)}")
    if not is_enforced:
        say(_("No server enforces these rights here: they are an aid, and whoever has the file can read all of it."))


def _listed(row: GroupRow) -> str:
    """Return rights and hidden fields of a group in words."""
    from gcrm.model.rights import FIELD_GROUPS, right_label

    words = [right_label(right) for right in sorted(row.rights)]
    words += [_("hidden: {fields}").format(fields=_(FIELD_GROUPS[name].label)) for name in sorted(row.hidden)]
    return "; ".join(words) or "–"


@rights.command("set")
@click.argument("group")
@click.option("--add", multiple=True, metavar="RIGHT", help=N_("Right to give, such as contacts.delete."))
@click.option("--remove", multiple=True, metavar="RIGHT", help=N_("Right to take."))
@click.option("--hide", multiple=True, metavar="FIELDS", help=N_("Fields to hide: bank, notes or terms."))
@click.option("--unhide", multiple=True, metavar="FIELDS", help=N_("Fields to show again."))
@pass_office
def set_rights(
    office: Office, group: str, add: Iterable[str], remove: Iterable[str], hide: Iterable[str], unhide: Iterable[str]
) -> None:
    """Change the rights of a GROUP; an unknown name makes a new group."""
    from gcrm.services.team import rights as service

    service.ensure_groups(office.database)
    with office.database.read() as session:
        known = {name.casefold(): row for row in service.groups(session) for name in (row.key, row.name)}
    found = known.get(group.casefold())
    if found is None:
        service.add_group(office.database, group, set(add), set(hide))
    else:
        given = (found.rights | set(add)) - set(remove)
        service.set_rights(office.database, found.id, given, (found.hidden | set(hide)) - set(unhide))
    say(f"{group}: {_listed(group_named(office, group))}")


@rights.command("remove")
@click.argument("group")
@pass_office
def remove_group(office: Office, group: str) -> None:
    """Remove a GROUP that nobody is in."""
    from gcrm.services.team import rights as service

    service.remove_group(office.database, group_named(office, group).id)
    say(_("The group “{group}” was removed.").format(group=group))


@rights.command("put")
@click.argument("login")
@click.argument("group")
@pass_office
def put(office: Office, login: str, group: str) -> None:
    """Put a user (LOGIN) into a GROUP."""
    from gcrm.services.team import rights as service

    found = group_named(office, group)
    service.set_group(office.database, user_named(office, login).id, found.id)
    say(_("{login} is in the group “{group}” now.").format(login=login, group=found.name))


@rights.command("enforce")
@pass_office
def enforce(office: Office) -> None:
    """Let the server enforce the rights from now on; only the owner of the database can."""
    from gcrm.services.team import rights as service

    service.enforce(office.database)
    say(_("The server enforces the rights of this office. Add users with gcrm team add-user."))


def _commands() -> Mapping[str, click.Command]:
    """Return the commands by name."""
    found = (users, add_user, disable_user, enable_user, password, end_sessions, online, rights)
    return {command.name or "": command for command in found}


class WithUsers(Group):
    """A group of commands that has those of this page, too."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, the own ones first."""
        return [*super().list_commands(ctx), *_commands()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None when there is none of that name."""
        return super().get_command(ctx, cmd_name) or _commands().get(cmd_name)
