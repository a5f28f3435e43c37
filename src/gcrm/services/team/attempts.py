"""Log-ins that a server refused, counted at the computer where they were tried.

A server keeps no count that SQL could read, so the program does: after three refusals in a row at one place it waits
longer and longer before it asks the server again. After the next log-in that works, it tells the office how many were
refused here before; administrators see that with the user. Whoever uses another program than gCRM is slowed by the
server alone (SCRAM makes each try costly).

A server that gCRM keeps counts from its own log, which knows all places (refused_log.py). It marks the offices it does
that for, and there a desk tells nothing, so that nothing counts twice.
"""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import N_, ngettext
from gcrm.model.base import now
from gcrm.model.user_group import RefusedLogin
from gcrm.paths import data_folder
from gcrm.services import settings
from gcrm.services.atomic_file import replacing
from gcrm.services.database import Database
from gcrm.services.team.programs import GCRM, PHONES
from gcrm.services.unit_of_work import unit_of_work

FREE = 3
"""Refusals in a row before the program begins to wait."""
LONGEST = 300
"""Seconds of the longest wait."""
REMEMBERED = timedelta(days=1)
"""After how long without a try the waiting begins anew; the count stays until a log-in works."""

MARK = "team.refused"
"""The setting by which a server says that it counts: which one, and when last."""
MARKED = timedelta(days=7)
"""How long its word holds: a server's log goes back as far, what is older was never counted."""
MARK_AGAIN = timedelta(hours=20)
LABEL = N_("Refused log-ins noted")


@dataclass(frozen=True, slots=True)
class Refused:
    """How often in a row a log-in was refused, and when last."""

    times: int
    last_at: datetime

    def wait(self, moment: datetime) -> int:
        """Return the seconds left to wait: 5, 10, 20 … after the third refusal."""
        if self.times < FREE or moment - self.last_at > REMEMBERED:
            return 0
        pause = min(LONGEST, 5 * 2 ** min(self.times - FREE, 10))
        return max(0, int((self.last_at + timedelta(seconds=pause) - moment).total_seconds() + 0.999))


def _path() -> Path:
    """Return the file of the counts."""
    return data_folder() / "refused-logins.json"


def _key(url: URL, program: str) -> str:
    """Return what stands for a user of an office in the file; the file names nobody.

    Phones are counted by themselves: whoever tries passwords at their door must shut no desk.
    """
    place = f"{url.username}@{url.host}:{url.port}/{url.database}{' phones' if program == PHONES else ''}"
    return hashlib.sha256(place.encode()).hexdigest()[:32]


def _read() -> dict[str, Refused]:
    """Return all counts; a file that cannot be read counts nothing."""
    try:
        kept = json.loads(_path().read_text(encoding="utf-8"))
        return {key: Refused(int(told[0]), datetime.fromisoformat(told[1])) for key, told in kept.items()}
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return {}


def _write(counts: dict[str, Refused]) -> None:
    """Keep all counts."""
    told = {key: [refused.times, refused.last_at.isoformat()] for key, refused in counts.items()}
    with replacing(_path()) as stream:
        stream.write(json.dumps(told).encode())


def before(url: URL, program: str = GCRM) -> None:
    """Raise EnvironmentProblem while a place has to wait after wrong passwords."""
    found = _read().get(_key(url, program))
    seconds = found.wait(now()) if found else 0
    if seconds:
        sentence = ngettext(
            "Several passwords were refused. Wait {count} second and try again.",
            "Several passwords were refused. Wait {count} seconds and try again.",
            seconds,
        )
        raise EnvironmentProblem(sentence.format(count=seconds))


def refused(url: URL, program: str = GCRM) -> None:
    """Count a log-in that the server refused."""
    counts, key = _read(), _key(url, program)
    known = counts.get(key)
    counts[key] = Refused(known.times + 1 if known else 1, now())
    _write(counts)


def came_in(database: Database, program: str = GCRM) -> None:
    """Tell the office what was refused here before this log-in, and begin to count anew."""
    counts = _read()
    found = counts.pop(_key(database.url, program), None)
    if found is None:
        return
    if not database.is_owner and not _is_counted(database):
        _tell(database, found)
    _write(counts)


def _tell(database: Database, found: Refused) -> None:
    """Write the count to the user."""
    with unit_of_work(database, LABEL, kind="system") as work:
        told = RefusedLogin(
            user_id=database.user_id, place=platform.node()[:100], times=found.times, last_at=found.last_at
        )
        work.session.add(told)


# --- who counts ---------------------------------------------------------------------------------------------------
def _is_counted(database: Database) -> bool:
    """Tell whether the server of an office counts by itself."""
    with database.read() as session:
        return _age(session) <= MARKED


def mark(database: Database) -> None:
    """Have the desks leave the count to the server that the office lies on now."""
    with database.read() as session:
        if _age(session) <= MARK_AGAIN:
            return
        server = _server(session)
    settings.set(database, MARK, {"server": server, "at": now().isoformat()})


def _age(session: Session) -> timedelta:
    """Return how long ago this server said that it counts; what another one said moved here with the office."""
    told = settings.get(session, MARK)
    try:
        age = now() - datetime.fromisoformat(told["at"])
        return age if told["server"] == _server(session) else timedelta.max
    except (KeyError, TypeError, ValueError):
        return timedelta.max


def _server(session: Session) -> str:
    """Return what tells a server from every other one."""
    return str(session.scalar(select(func.pg_control_system().table_valued("system_identifier").c.system_identifier)))
