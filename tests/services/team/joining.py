"""A shared office on a server with TLS, for those who invite and who join."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg

from gcrm.services import company
from gcrm.services.address import parse
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.team import logins, offices, rights
from gcrm.services.team.connection import arguments
from gcrm.services.team.databases import make_database
from gcrm.services.team.passwords import keep_password
from tests.team_server import TeamServer

PASSWORD = "correct horse 7"
HOST = "localhost"


@dataclass
class Shared:
    """A shared office, opened as its owner; `url` is the owner's, with its password."""

    team: TeamServer
    url: str
    owner: Database
    name: str

    @property
    def port(self) -> int:
        return self.team.server.plan.port

    def group(self, key: str = "office") -> int:
        """Return a group's id."""
        return rights.ensure_groups(self.owner)[key]

    def administrator(self) -> str:
        """Return the address of an administrator with a login, with the password."""
        login = f"{self.name}_boss"
        logins.add_user(self.owner, login, "Boss", self.group("administrator"), PASSWORD)
        return self.url.replace(f"{self.name}_owner", login)

    def connect(self, login: str, password: str) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as somebody, without the program."""
        url = parse(self.url).set(username=login, password=password)
        return psycopg.connect(**arguments(url), autocommit=True)

    def superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the account that owns the server."""
        return psycopg.connect(**arguments(parse(self.team.server.administrator_url(self.name))), autocommit=True)


@contextmanager
def shared_on(team: TeamServer) -> Iterator[Shared]:
    """Make a database on the server and share the office in it; this computer knows the owner's way to it."""
    name = f"o{secrets.token_hex(5)}"
    make_database(team.server, name, f"{name}_owner", PASSWORD)
    url = f"postgresql://{name}_owner@{HOST}:{team.server.plan.port}/{name}"
    offices.remember(url, "Owner", team.certificate)
    assert keep_password(parse(url), PASSWORD)
    with closing(open_office(url, user="chef", password=PASSWORD)) as owner:
        rights.enforce(owner)
        known = company.main_company(owner)
        known.record.name = "Brandt & Töchter"
        company.save(owner, known)
        yield Shared(team, url.replace("@", f":{PASSWORD.replace(' ', '%20')}@"), owner, name)
