"""An office on a server that is shared as people share it: an owner who is no superuser, and a login for each group."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.team import logins, rights
from tests.databases import PostgresOffices

PASSWORD = "correct horse 7"
GROUPS = ("administrator", "billing", "office", "read-only")


@dataclass
class Team:
    """A shared office: opened as its owner, and the logins by the group they are in."""

    url: URL
    owner: Database
    users: dict[str, int] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)

    def address(self, who: str) -> str:
        """Return the URL for the login of a group (or a login's name)."""
        name = self.logins.get(who, who)
        return self.url.set(username=name, password=PASSWORD).render_as_string(hide_password=False)

    def connect(self, who: str) -> psycopg.Connection[Any]:
        """Connect as the login of a group, without the program."""
        name = self.logins.get(who, who)
        place: Any = {"host": self.url.host, "port": self.url.port, "dbname": self.url.database}
        return psycopg.connect(**place, user=name, password=PASSWORD, autocommit=True)

    @contextmanager
    def open(self, who: str) -> Iterator[Database]:
        """Open the office in the program as the login of a group."""
        database = open_office(self.address(who))
        try:
            yield database
        finally:
            database.close()

    def add(self, key: str, group: int) -> None:
        """Add a user with a login to a group."""
        login = f"{key}_{secrets.token_hex(3)}"
        self.users[key] = logins.add_user(self.owner, login, key.title(), group, PASSWORD)
        self.logins[key] = login


@contextmanager
def shared_office(offices: PostgresOffices) -> Iterator[Team]:
    """Make a database with an owner of its own, share it, and remove all of it afterwards."""
    name, root = f"gcrm_team_{secrets.token_hex(6)}", offices.server
    superuser = psycopg.connect(root.render_as_string(hide_password=False), autocommit=True)
    url = root.set(username=f"{name}_owner", password=PASSWORD, database=name)
    offices.owned(url)
    team = Team(url, open_office(url.render_as_string(hide_password=False), user="chef"))
    try:
        rights.enforce(team.owner)
        known = rights.ensure_groups(team.owner)
        for key in GROUPS:
            team.add(key, known[key])
        team.add("second", known["office"])
        yield team
    finally:
        team.owner.close()
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        rows = superuser.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [name]).fetchall()
        for role in [*team.logins.values(), *(row[0] for row in rows)]:
            superuser.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
        superuser.close()
