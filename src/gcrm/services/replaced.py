"""An office that was brought back out of a backup tells so: to programs that were open meanwhile, and in its history.

The mark is a row among the settings, as that of an office that moved (services/moved.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.i18n import N_, _
from gcrm.model.base import now
from gcrm.model.setting import Setting
from gcrm.services.database import Database
from gcrm.services.showing import show_instant
from gcrm.services.unit_of_work import unit_of_work

KEY = "office.replaced"


@dataclass(frozen=True, slots=True)
class Replaced:
    """When a backup took the place of the office, which moment it shows, and where the former office is kept."""

    at: datetime
    shows: datetime
    kept: str

    @property
    def notice(self) -> str:
        """Return what is said to whoever had the office open meanwhile."""
        day = show_instant(self.shows)
        return _(
            "The office was brought back as it was on {day}, out of a backup. What was saved since is not here; the "
            "former office is kept as {name}."
        ).format(day=day, name=self.kept)


def read_replaced(session: Session) -> Replaced | None:
    """Return when the office was last brought back out of a backup, None where it never was."""
    kept: Any = session.scalar(select(Setting.value).where(Setting.key == KEY, Setting.user_id.is_(None)))
    if not isinstance(kept, dict):
        return None
    at, shows = (datetime.fromisoformat(str(kept[name])) for name in ("at", "shows"))
    return Replaced(at, shows, str(kept["kept"]))


def write_replaced(database: Database, shows: datetime, kept: str) -> None:
    """Note in a restored office, before anybody opens it, what it is."""
    told = {"at": now().isoformat(), "shows": shows.astimezone(UTC).isoformat(), "kept": kept}
    day = shows.astimezone().strftime("%Y-%m-%d %H:%M")
    with unit_of_work(
        database, N_("Office brought back out of the backup of {day}"), kind="system", params={"day": day}
    ) as work:
        former = select(Setting).where(Setting.key == KEY, Setting.user_id.is_(None))
        row = work.session.scalar(former) or Setting(key=KEY, user_id=None)
        row.value = told
        work.session.add(row)
