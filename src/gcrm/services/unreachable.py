"""An office that cannot be reached: server gone, network down, disk away; told apart from faults of the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _

GONE = ("unable to open", "disk I/O error", "locked", "readonly", "full", "not a database", "malformed")
"""What SQLite says when file or disk are at fault, and not a statement."""


def is_unreachable(problem: BaseException | None) -> bool:
    """Tell whether an error of a driver means that the database is away; any other is a fault of the program."""
    if isinstance(problem, DBAPIError):
        return problem.connection_invalidated or is_unreachable(problem.orig)
    if isinstance(problem, sqlite3.DatabaseError):
        return any(words in str(problem) for words in GONE)
    return _is_server_gone(problem)


def _is_server_gone(problem: BaseException | None) -> bool:
    """Tell whether an error of the server's driver means that the server is away; one of its limits does not."""
    if type(problem).__module__.partition(".")[0] != "psycopg":
        return False
    import psycopg

    is_limit = isinstance(problem, psycopg.errors.ProgramLimitExceeded)
    return isinstance(problem, psycopg.OperationalError) and not is_limit


def _errors_of(url: URL) -> tuple[type[Exception], ...]:
    """Return the errors of the driver; that of a server is loaded for an office on a server only."""
    if url.get_backend_name() == "sqlite":
        return DBAPIError, sqlite3.Error
    import psycopg

    return DBAPIError, psycopg.Error


def unreachable(url: URL, problem: BaseException) -> EnvironmentProblem:
    """Say in one sentence why an office cannot be opened or read; the password never appears."""
    reason = str(problem.orig) if isinstance(problem, DBAPIError) else str(problem)
    is_file = url.get_backend_name() == "sqlite"
    shown = url.database if is_file else url.set(drivername="postgresql").render_as_string(hide_password=True)
    if not is_file and is_unreachable(problem):
        sentence = _("The team database {address} cannot be reached. Check the network and the address.")
    elif "readonly" in reason:
        sentence = _("The office {address} cannot be written: the file or its folder is read-only.")
    elif "not a database" in reason:
        sentence = _("{address} is not an office file, or it is damaged.")
    else:
        sentence = _("The office {address} cannot be opened.")
    return EnvironmentProblem(sentence.format(address=shown), details=reason)


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn errors of the drivers that mean an unreachable office into EnvironmentProblem; others pass."""
    try:
        yield
    except _errors_of(url) as problem:
        if not is_unreachable(problem):
            raise
        raise unreachable(url, problem) from problem
