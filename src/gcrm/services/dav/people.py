"""Who comes in: log-ins of the office, each with an office opened for them, so that their rights hold.

A file keeps a password for phones of each user (passwords.py). On a server the login and the password are those of the
server, and everything is read and written over a connection of that login. Wrong passwords make a place wait longer
and longer.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import URL

from gcrm.errors import PasswordProblem, UserError
from gcrm.model.base import now
from gcrm.model.setting import Setting
from gcrm.model.user import User
from gcrm.services.address import parse, without_password
from gcrm.services.changed import MUCH
from gcrm.services.changes import latest_change
from gcrm.services.database import Database
from gcrm.services.dav import passwords
from gcrm.services.dav.book import Mark
from gcrm.services.opening import open_office
from gcrm.services.team.attempts import Refused
from gcrm.services.team.programs import PHONES

GOOD_FOR = timedelta(minutes=10)
"""After how long a password is looked at again; a file is asked each time whether it is still the same."""
MOST_DESKS = 60
MOST_PLACES = 2000


@dataclass(slots=True)
class Desk:
    """An office opened for one user. `proof` tells the password without being it, `seen` the last change known."""

    login: str
    database: Database
    proof: bytes
    checked: float
    used: float
    kept: str = ""
    seen: int = -1
    kept_at: int = -1
    listed: dict[str, tuple[str, dict[str, Mark]]] = field(default_factory=dict)
    """What stood in a collection: its path, the state of the office, and the entries by name."""
    ahead: tuple[str, dict[str, str]] = ("", {})
    """Texts that a device will ask for next, by collection and state of the office."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, latest: int = -1) -> None:
        """Read again what this user may do when anything was changed; `latest` is the last change, if it is known."""
        with self._lock:
            if latest < 0:
                with self.database.read() as session:
                    latest = latest_change(session)
            if latest != self.seen:
                self.database.follow_home(frozenset({MUCH}))
                self.seen = latest


def _asked_for_password(database: Database) -> bool:
    """Tell whether a server looked at the password; one that trusts this computer must not let a phone in by it."""
    with database.engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        return bool(raw.pgconn.used_password)


class People:
    """The users of one office who work with it from devices; any thread may ask."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._url: URL = parse(address)
        self._desks: dict[str, Desk] = {}
        self._refused: dict[tuple[str, str], Refused] = {}
        self._lock = threading.Lock()
        self._salt = os.urandom(32)
        self._base = open_office(address) if self._url.get_backend_name() == "sqlite" else None

    @property
    def is_file(self) -> bool:
        """Tell whether the office is a file."""
        return self._base is not None

    def log_in(self, login: str, password: str, place: str) -> Desk | None:
        """Return the desk of a user, None for a wrong login or password, or while the place has to wait."""
        if not login or not password or self._wait(login, place):
            return None  # without a password, that would be taken which this computer keeps for the desk
        proof = hmac.digest(self._salt, f"{login}\0{password}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        found = self._known(login, proof) or self._opened(login, password, proof)
        self._note(login, place, is_in=found is not None)
        return found

    def _known(self, login: str, proof: bytes) -> Desk | None:
        """Return the desk of somebody who was here a moment ago with the same password."""
        desk = self._desks.get(login)
        if desk is None or not hmac.compare_digest(desk.proof, proof):
            return None
        if monotonic() - desk.checked > GOOD_FOR.total_seconds() or not self._is_same(desk):
            self._forget(login)
            return None
        desk.used = monotonic()
        return desk

    def _is_same(self, desk: Desk) -> bool:
        """Tell whether the password of a file is still the same; that is asked where anything was changed."""
        if self._base is None:
            return True
        with self._base.read() as session:
            latest = latest_change(session)
        if latest == desk.kept_at:
            return True
        is_same = self._kept(desk.login) == desk.kept
        desk.kept_at = latest
        return is_same

    def _kept(self, login: str) -> str:
        """Return the hash of the password of an active user of a file, "" without one."""
        if self._base is None:
            return ""
        with self._base.read() as session:
            mine = (User.login == login, User.is_active, Setting.key == passwords.KEY)
            found = session.scalar(select(Setting.value).join(User, User.id == Setting.user_id).where(*mine))
            return str(found.get("hash", "")) if isinstance(found, dict) else ""

    def _opened(self, login: str, password: str, proof: bytes) -> Desk | None:
        """Open the office for somebody who tells the right password."""
        kept = self._kept(login)
        if self.is_file:
            if not kept:
                passwords.fits(password, passwords.hashed(""))  # as long as for a login that there is
                return None
            if not passwords.fits(password, kept):
                return None
            database = open_office(self._address, user=login)
        else:
            mine = without_password(self._url).set(username=login).render_as_string(hide_password=False)
            try:
                database = open_office(mine, user=login, password=password, program=PHONES)
            except (PasswordProblem, UserError):
                return None
            if not _asked_for_password(database):
                database.close()
                return None
        desk = Desk(login, database, proof, monotonic(), monotonic(), kept)
        self._forget(login)
        with self._lock:
            self._desks[login] = desk
            oldest = sorted(self._desks.values(), key=lambda one: one.used)[: max(0, len(self._desks) - MOST_DESKS)]
        for one in oldest:
            self._forget(one.login)
        return desk

    def _forget(self, login: str) -> None:
        """Close the desk of a user."""
        with self._lock:
            desk = self._desks.pop(login, None)
        if desk is not None:
            desk.database.close()

    def desk(self, login: str) -> Desk | None:
        """Return the desk of somebody who logged in."""
        return self._desks.get(login)

    def _wait(self, login: str, place: str) -> bool:
        """Tell whether a place has to wait after wrong passwords."""
        found = self._refused.get((login, place))
        return found is not None and found.wait(now()) > 0

    def _note(self, login: str, place: str, *, is_in: bool, moment: datetime | None = None) -> None:
        """Count a wrong password; a right one begins anew."""
        key = (login, place)
        with self._lock:
            former = self._refused.pop(key, None)
            if not is_in:
                times = former.times + 1 if former is not None else 1
                self._refused[key] = Refused(times, moment or now())
                while len(self._refused) > MOST_PLACES:
                    del self._refused[next(iter(self._refused))]

    @contextmanager
    def closing(self) -> Iterator[People]:
        """Close all desks at the end."""
        try:
            yield self
        finally:
            for login in list(self._desks):
                self._forget(login)
            if self._base is not None:
                self._base.close()
