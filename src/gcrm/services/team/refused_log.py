"""Wrong passwords as the log of a server knows them that gCRM keeps: from every place, by whatever program.

Only lines that nobody can forge are believed: before the message stand moment, process and address, which are the
server's own (server_files.py); a name with line breaks ends in no line of this form. What was counted is known by the
rows that are there: of each user, whatever came after the last of them is new. Names that are no user of the office
have no row to be kept in and are left out.
"""

from __future__ import annotations

import platform
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.model.base import now
from gcrm.model.user import User
from gcrm.model.user_group import RefusedLogin
from gcrm.services.database import Database
from gcrm.services.moved import read_moved
from gcrm.services.team import attempts
from gcrm.services.team.server import Server
from gcrm.services.unit_of_work import unit_of_work

SETTLED = timedelta(seconds=2)
"""How old a line has to be: younger ones may still be on their way into the file, and are read the next time."""
HERE = ("[local]", "127.0.0.1", "::1")
"""How a server calls its own computer."""
_LINE = re.compile(
    rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) UTC \[\d+\] (\S+) "
    rb'FATAL:  password authentication failed for user "(.*)"'
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One wrong password: when, at which address, for which login."""

    at: datetime
    place: str
    login: str


def refusals(lines: Iterable[bytes]) -> Iterator[Refusal]:
    """Yield the wrong passwords among the lines of a log."""
    for line in lines:
        if found := _LINE.fullmatch(line.rstrip(b"\r\n")):
            moment, place, login = (part.decode("utf-8", "replace") for part in found.groups())
            yield Refusal(datetime.fromisoformat(moment).replace(tzinfo=UTC), place, login)


def counted(
    found: Iterable[Refusal], people: Mapping[str, int], told: Mapping[int, datetime], until: datetime, here: str
) -> list[RefusedLogin]:
    """Return a row for each user and place: what came after `told` of that user, and not after `until`."""
    times: Counter[tuple[int, str]] = Counter()
    last: dict[tuple[int, str], datetime] = {}
    for one in found:
        user = people.get(one.login)
        if user is None or one.at > until or (user in told and one.at <= told[user]):
            continue
        key = (user, here if one.place in HERE else one.place)
        times[key] += 1
        last[key] = max(one.at, last.get(key, one.at))
    return [RefusedLogin(user_id=key[0], place=key[1], times=count, last_at=last[key]) for key, count in times.items()]


def count_refused(server: Server, database: Database) -> None:
    """Write to the users of an office what its server refused since the last time. Raises EnvironmentProblem.

    The desks are told first to leave it to the server: what one of them told before is among the rows that are read.
    """
    with database.read() as session:
        if read_moved(session) is not None:
            return
    attempts.mark(database)
    moment = now()
    with database.read() as session:
        people = dict(session.execute(select(User.login, User.id)).all())
        newest = select(RefusedLogin.user_id, func.max(RefusedLogin.last_at)).where(RefusedLogin.last_at <= moment)
        told = dict(session.execute(newest.group_by(RefusedLogin.user_id)).all())
    rows = counted(_logged(server), people, told, moment - SETTLED, platform.node()[:100] or HERE[1])
    if rows:
        with unit_of_work(database, attempts.LABEL, kind="system") as work:
            work.session.add_all(rows)


def _logged(server: Server) -> Iterator[Refusal]:
    """Yield all wrong passwords of the week that the log goes back."""
    for file in sorted((server.folder / "log").glob("server-*.log")):
        try:
            with file.open("rb") as log:
                yield from refusals(log)
        except OSError as problem:
            sentence = _("The file {file} cannot be read. Check that you may read it.").format(file=file)
            raise EnvironmentProblem(sentence, details=str(problem)) from problem
