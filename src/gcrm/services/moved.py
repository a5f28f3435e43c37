"""An office that went elsewhere stays where it was, to be read only: how that is marked, guarded and said.

The mark is a row among the settings. With it comes a trigger that lets nobody open an operation any more: so whoever
waited for the move with something to save, and any other program, is refused by the database itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, inspect, select
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.model.setting import Setting

KEY = "office.moved"
REFUSED = "the office has moved"
"""What the trigger says; nobody sees it but the program."""
SQLITE_GUARD = {
    "moved_guard": 'CREATE TRIGGER "moved_guard" BEFORE INSERT ON operation '
    "BEGIN SELECT RAISE(ABORT, 'the office has moved'); END",
}
POSTGRES_GUARD = {
    "gcrm_moved": "CREATE OR REPLACE FUNCTION gcrm_moved() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION 'the office has moved'; END $$",
    "moved_guard": 'CREATE TRIGGER "moved_guard" BEFORE INSERT ON operation FOR EACH ROW EXECUTE FUNCTION gcrm_moved()',
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an office went (a file, or an address without password) and when; `move` names the move."""

    place: str
    at: datetime
    move: str

    @property
    def notice(self) -> str:
        """Return what is shown as long as the old office is open."""
        sentence = _("This office moved to {place} on {day}. Here it can be read, but not changed. Open it there.")
        return sentence.format(place=self.place, day=self.day)

    @property
    def refusal(self) -> str:
        """Return what is said to whoever wants to save."""
        sentence = _("Nothing was saved: this office moved to {place} on {day}. Open it there.")
        return sentence.format(place=self.place, day=self.day)

    @property
    def day(self) -> str:
        """Return the day of the move."""
        return self.at.astimezone().strftime("%Y-%m-%d")

    def as_json(self) -> dict[str, str]:
        """Return what is kept."""
        return {"place": self.place, "at": self.at.astimezone(UTC).isoformat(), "move": self.move}


def read_moved(session: Session) -> Moved | None:
    """Return where an office went, None as long as it is here."""
    kept = session.scalar(select(Setting.value).where(Setting.key == KEY, Setting.user_id.is_(None)))
    if not isinstance(kept, dict):
        return None
    return Moved(str(kept["place"]), datetime.fromisoformat(str(kept["at"])), str(kept["move"]))


def guards(dialect: str) -> dict[str, str]:
    """Return the statements that keep an office from being written, by name, in the order to make them."""
    return SQLITE_GUARD if dialect == "sqlite" else POSTGRES_GUARD


def keep_guarded(connection: Connection) -> None:
    """Make the guard again in an office that moved, after its triggers were made anew."""
    if not inspect(connection).has_table(Setting.__tablename__):
        return
    with Session(connection) as session:
        if read_moved(session) is None:
            return
    guard(connection)


def guard(connection: Connection) -> None:
    """Let nobody write from now on."""
    for statement in guards(connection.dialect.name).values():
        connection.exec_driver_sql(statement)


def refuse(moved: Moved | None) -> None:
    """Raise EnvironmentProblem where an office is kept only to be read."""
    if moved is not None:
        raise EnvironmentProblem(moved.refusal)


def is_refused(problem: Any) -> bool:
    """Tell whether the guard refused a write."""
    return REFUSED in str(getattr(problem, "orig", problem))
