"""`gcrm upgrade`: bring an office to the version of this program."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from gcrm.cli.office import Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Command
from gcrm.errors import UserError
from gcrm.i18n import N_, _

if TYPE_CHECKING:
    from gcrm.services.database import Database
    from gcrm.services.schema_opening import Outcome


@click.command(cls=Command)
@click.option(
    "--database", "address", metavar="URL", default="", help=N_("Office to upgrade; may also stand before the command.")
)
@json_option
@pass_office
def upgrade(office: Office, address: str, as_json: bool) -> None:
    """Bring an older office to the version of this program, after a backup.

    On a server it is for the login that owns the office; everybody else is sent out until it is done.
    """
    from gcrm import __version__
    from gcrm.services.database import Database

    with closing(Database.at(address or office.address)) as database:
        outcome = _upgraded(database)
    if as_json:
        say_json({"upgraded": outcome.is_changed, "program": __version__, "backup": str(outcome.backup or "")})
    elif outcome.is_changed:
        say(_("The office was brought to the version of gCRM {program}.").format(program=__version__))
        say(_("The office as it was before: {file}").format(file=outcome.backup))
    else:
        say(_("The office has the version of gCRM {program} already.").format(program=__version__))


def _upgraded(database: Database) -> Outcome:
    """Upgrade an office; nothing is made where there is none."""
    from sqlalchemy.exc import DBAPIError

    from gcrm.services import schema, schema_opening
    from gcrm.services.address import shown
    from gcrm.services.unreachable import unreachable

    nothing = UserError(_("There is no office at {address}. Check the address.").format(address=shown(database.url)))
    if database.path is not None and not database.path.exists():
        raise nothing
    try:
        with database.engine.connect() as connection:
            if schema.revision(connection) is None and schema.needs_upgrade(connection):
                raise nothing
        outcome = schema_opening.open_up(database.engine, database.path, upgrades=True)
    except DBAPIError as problem:
        raise unreachable(database.url, problem) from problem
    database.is_unsealed = outcome.is_changed
    return outcome
