"""The offices that are measured: believable data of a chosen size, made once and kept under build/bench."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.schema import CreateTable

from gcrm.model.migrations import HEAD
from gcrm.model.registry import RECORDS, table_of
from gcrm.model.triggers import postgres_triggers, sqlite_triggers
from gcrm.services import demo
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.bench.server import alone, kept_server

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("GCRM_BENCH_CACHE", ROOT / "build" / "bench"))
SEED = 7
USER = "bench"
ENGINES = ("sqlite", "postgresql")
HOURS = 1_000_000
"""Contacts from which on an office takes an hour to make: it is not removed because the program has changed."""


def say(text: str) -> None:
    """Tell whoever waits; standard output belongs to the result."""
    print(text, file=sys.stderr, flush=True)


def schema_key() -> str:
    """Return a name for the present schema, triggers and demo data: what an office depends on."""
    texts = [HEAD, *(str(CreateTable(table_of(cls))) for cls in RECORDS)]
    texts += [*sqlite_triggers().values(), *postgres_triggers().values()]
    folder = Path(demo.__file__).parent
    sources = sorted(folder.glob("*.py")) if Path(demo.__file__).name == "__init__.py" else [Path(demo.__file__)]
    texts += [source.read_text(encoding="utf-8") for source in sources]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:10]


@dataclass(slots=True)
class Bench:
    """One run: its size (contacts; ten times as many activities) and the offices made so far.

    `clients` and `seconds` are for the lines that let many work at once.
    """

    size: int
    seed: int = SEED
    cache: Path = CACHE
    clients: int = 10
    seconds: float = 60
    _stack: ExitStack = field(default_factory=ExitStack)
    _server: str = ""
    _key: str = ""

    def __enter__(self) -> Bench:
        self.cache.mkdir(parents=True, exist_ok=True)
        self._stack.enter_context(alone(self.cache))
        self._key = schema_key()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    @property
    def activities(self) -> int:
        """Return how many activities the office has."""
        return self.size * 10

    def name(self, kind: str) -> str:
        """Return the name of an office of this run."""
        return f"{kind}_{self.size}_{self.seed}_{self._key}"

    def office(self, engine: str) -> str:
        """Return the URL of the office on this engine, filled when it is not there yet."""
        return self._sqlite_office() if engine == "sqlite" else self._postgres_office()

    def _sqlite_office(self) -> str:
        path = self.cache / f"{self.name('office')}.gcrm"
        if not path.exists():
            for old in self.cache.glob(f"office_{self.size}_{self.seed}_*.gcrm"):
                self._refuse_to_lose(old.stem)
                _remove(old)
            partial = path.with_suffix(".part")
            _remove(partial)
            self._fill(f"sqlite:///{partial}")
            partial.replace(path)
        return f"sqlite:///{path}"

    def _postgres_office(self) -> str:
        server = self.server()
        name = self.name("office")
        with psycopg.connect(server, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if not found:
                partial = sql.Identifier(f"{name}_part")
                for old in _older(connection, f"office_{self.size}_{self.seed}_"):
                    self._refuse_to_lose(old)
                    connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(partial))
                self._fill(at(server, f"{name}_part"))
                with psycopg.connect(at(server, f"{name}_part"), autocommit=True) as made:
                    made.execute("VACUUM ANALYZE")
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(partial, sql.Identifier(name)))
        return at(server, name)

    def _refuse_to_lose(self, old: str) -> None:
        """Leave an office that took hours to whoever runs the bench; an unfinished one goes."""
        if self.size >= HOURS and not old.endswith("_part"):
            raise SystemExit(
                f"{old} is of another program. Upgrade it and name it {self.name('office')}, or remove it."
            )

    def server(self) -> str:
        """Return the URL of the PostgreSQL server of this run."""
        if not self._server:
            self._server = self._stack.enter_context(kept_server(self.cache))
        return self._server

    def _fill(self, url: str) -> None:
        """Make the office; this is the slow part of a first run."""
        say(f"Making an office of {self.size} contacts and {self.activities} activities …")
        with opened(url) as database:
            demo.create(database, self.size, seed=self.seed, activities=self.activities, language="de")

    @contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """Yield the URL of a fresh office without records, removed afterwards."""
        if engine == "sqlite":
            with tempfile.TemporaryDirectory(dir=self.cache, prefix="empty-") as folder:
                url = f"sqlite:///{Path(folder) / 'office.gcrm'}"
                with opened(url):
                    pass
                yield url
            return
        with self.bare() as url:
            with opened(url):
                pass
            yield url

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Yield the URL of a copy of the office on the server, removed afterwards."""
        with self.bare(make_url(self.office("postgresql")).database or "") as url:
            yield url

    @contextmanager
    def bare(self, template: str = "template0") -> Iterator[str]:
        """Yield the URL of a database without tables, or a copy of another, on the server, removed afterwards."""
        server, name = self.server(), f"empty_{os.urandom(4).hex()}"
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(made)
            try:
                yield at(server, name)
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _older(connection: psycopg.Connection[tuple[object, ...]], prefix: str) -> list[str]:
    """Return the offices of an older schema, and what an interrupted run has left."""
    rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname::text, %s)", (prefix,))
    return [str(name) for (name,) in rows.fetchall()]


def at(server: str, name: str) -> str:
    """Return the URL of a database on a server, as psycopg and gCRM both read it."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open an office as the user of the bench."""
    database = open_office(url, user=USER)
    try:
        yield database
    finally:
        database.close()


def copied(url: str, folder: Path) -> str:
    """Return the URL of a copy of a SQLite office in a folder."""
    source = Path(make_url(url).database or "")
    for suffix in ("", "-wal"):
        if Path(f"{source}{suffix}").exists():
            shutil.copyfile(f"{source}{suffix}", folder / f"office.gcrm{suffix}")
    return f"sqlite:///{folder / 'office.gcrm'}"
