"""Upgrading an office on a server from a window: as the login that owns it, whose password is needed for that alone."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from gcrm.i18n import _
from gcrm.services import schema_opening
from gcrm.services.address import parse, without_password
from gcrm.services.database import Database
from gcrm.services.progress import Progress
from gcrm.services.team import attempts
from gcrm.services.team.passwords import keep_password
from gcrm.services.unreachable import is_wrong_password, unreachable


def upgrade_office(
    address: str, *, password: str = "", owner: str = "", keep: bool = False, progress: Progress | None = None
) -> str:
    """Bring the office at an address to this program's version, and return the sentence that says so.

    With `owner` it is done as that login, whose password is `password`; `keep` puts it into the store of this computer.
    Raises OlderOffice where the login may not, EnvironmentProblem where anything fails; the office is then as it was.
    """
    url = parse(address)
    if owner and url.username != owner:
        url = without_password(url).set(username=owner)
    database = Database.at(url.render_as_string(hide_password=False), password=password)
    try:
        attempts.before(database.url)
        outcome = schema_opening.open_up(database.engine, None, upgrades=True, progress=progress)
    except DBAPIError as problem:
        if is_wrong_password(problem):
            attempts.refused(database.url)
        raise unreachable(database.url, problem) from problem
    finally:
        database.engine.dispose()
    told = schema_opening.told(outcome.backup) if outcome.backup is not None else ""
    if keep and password and not keep_password(database.url, password):
        return " ".join((told, _("The password could not be kept; gCRM will ask for it again."))).strip()
    return told
