"""`gcrm team share --name`: all that makes an office one of a team, as the window does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.cli.asking import ask_password
from gcrm.cli.office import LineProgress, say, say_json
from gcrm.i18n import _

if TYPE_CHECKING:
    from gcrm.services.database import Database
    from gcrm.services.team.sharing import Result


def share_all(
    database: Database, url: str | None, name: str, hosts: tuple[str, ...], port: int, certificate: str,
    progress: LineProgress, *, as_json: bool,
) -> None:  # fmt: skip
    """Share an office at URL, or on this computer without one, and say what came of it."""
    from gcrm.services.team import sharing

    person = sharing.Person(name, ask_password())
    if url:
        result = sharing.share_there(database, sharing.ThereServer(url, "", certificate), person, progress)
    else:
        wish = sharing.OwnServer(hosts or sharing.own_names(), port)
        result = sharing.share_here(database, wish, person, progress)
    _say_json(result) if as_json else _say(result)


def _say_json(result: Result) -> None:
    told = {
        "office": result.office.name, "address": result.office.address, "login": result.login,
        "records": sum(result.rows.values()), "kept": result.is_kept, "owner": result.owner,
        "owner_password": result.owner_password, "left": list(result.left),
        "hardened": result.is_hardened,
    }  # fmt: skip
    say_json(told)


def _say(result: Result) -> None:
    say(_("“{office}” is shared: {address}").format(office=result.office.name, address=result.office.address))
    say(_("Your login is {login}. Invite colleagues with “gcrm team invite”.").format(login=result.login))
    if not result.is_kept:
        say(_("This computer has no store for passwords, so gCRM asks each time it starts."))
    if result.owner_password:
        sentence = _("Write this down: the owner of the database is {owner}, with the password {password}.")
        say(sentence.format(owner=result.owner, password=result.owner_password))
    if not result.is_hardened:
        say(_("Something is left to do for an administrator of the server: see “gcrm team check”."))
    if result.left:
        say(_("Left to do for an administrator of this computer:"))
    for line in result.left:
        say(f"  {line}")
