"""An office that cannot be reached: server gone, network down, disk away; told apart from faults of the program."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from gcrm.errors import EnvironmentProblem, PasswordProblem, Unreachable
from gcrm.i18n import N_, _
from gcrm.services.address import shown

DAMAGE = ("not a database", "malformed", "unsupported file format")
GONE = ("unable to open", "disk I/O error", "locked", "readonly", "full", *DAMAGE)
"""What SQLite says when file or disk are at fault, and not a statement."""
UNKNOWN_LOGIN = ("authentication failed", "no password supplied", "Authentifizierung", "autenticação")
"""What PostgreSQL says of a user whom it does not let in; it may speak the language of its computer."""
DISABLED = ("is not permitted to log in", "keine Berechtigung zum Login")
"""What it says of a login that an administrator has disabled."""
# What libpq and OpenSSL say of a server that is refused, always in English → what the person reads.
NOT_SAFE = {
    "does not support SSL": N_(
        "The server of {address} offers no encrypted connection, so gCRM does not talk to it. Ask its administrator."
    ),
    "certificate has expired": N_(
        "The certificate of the server of {address} has expired, so gCRM does not talk to it. Ask its administrator."
    ),
    "does not match host name": N_(
        "The certificate of the server of {address} is for another name, so gCRM does not talk to it. "
        "Check the address, or ask its administrator."
    ),
    "certificate verify failed": N_(
        "The server of {address} is not the one of this office: its certificate is of a stranger. "
        "gCRM does not talk to it. Ask its administrator."
    ),
    "root certificate file": N_(
        "The certificate by which gCRM knows the server of {address} cannot be read. Join the office anew."
    ),
    "channel binding": N_(
        "The server of {address} cannot prove that nobody listens in, so gCRM does not give it the password. "
        "Ask its administrator."
    ),
}
ROOM = 1_000_000  # bytes; SQLite needs some to open a file
FORBIDDEN = "42501"  # insufficient_privilege, PostgreSQL's appendix of error codes


def is_unreachable(problem: BaseException | None) -> bool:
    """Tell whether an error of a driver means that the database is away; any other is a fault of the program."""
    if isinstance(problem, DBAPIError):
        return problem.connection_invalidated or is_unreachable(problem.orig)
    if isinstance(problem, sqlite3.DatabaseError):
        return any(words in str(problem) for words in GONE)
    return _is_server_gone(problem)


def is_forbidden(problem: BaseException | None) -> bool:
    """Tell whether a server refused because its user has not the right."""
    reason = problem.orig if isinstance(problem, DBAPIError) else problem
    return getattr(reason, "sqlstate", None) == FORBIDDEN


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
    if url.get_backend_name() == "sqlite":
        sentence = _why_no_file(Path(url.database or ""), reason)
        return EnvironmentProblem(sentence.format(address=url.database, name=url.database), details=reason)
    sentence = _why_no_server(problem, reason)
    if sentence:
        kind = PasswordProblem if is_unreachable(problem) and is_login_refused(reason) else EnvironmentProblem
        return kind(sentence.format(address=shown(url), name=url.database), details=reason)
    sentence = _("The team database {address} cannot be reached. Check the network and the address.")
    return Unreachable(sentence.format(address=shown(url)), details=reason)


def is_login_refused(reason: str) -> bool:
    """Tell whether a server does not know the user, or not this password."""
    return any(words in reason for words in UNKNOWN_LOGIN) or ("role" in reason and "does not exist" in reason)


def is_wrong_password(problem: BaseException) -> bool:
    """Tell whether a server did not let a user in because of the password."""
    reason = str(problem.orig) if isinstance(problem, DBAPIError) else str(problem)
    return any(words in reason for words in UNKNOWN_LOGIN)


def is_damage(reason: str) -> bool:
    """Tell whether SQLite says that a file is damaged, or no database at all."""
    return any(words in reason for words in DAMAGE)


def _why_no_file(path: Path, reason: str) -> str:
    """Return the sentence for a file; SQLite says little more than that it cannot open it."""
    places = [place for place in (path, path.parent) if place.exists()]
    if is_damage(reason):
        return _("{address} is not an office file, or it is damaged. Choose another file, or restore a backup.")
    if path.is_dir():
        return _("{address} is a folder. Name the office file in it.")
    if "readonly" in reason or not all(os.access(place, os.W_OK) for place in places):
        return _(
            "The office {address} cannot be written: the file or its folder is read-only. "
            "Allow writing there, then open it again."
        )
    if "full" in reason or (path.parent.exists() and shutil.disk_usage(path.parent).free < ROOM):
        return _("The disk with the office {address} is full. Make room and open it again.")
    if "disk I/O" in reason:
        return _("The disk with the office {address} cannot be read. Check the disk and try again.")
    if "locked" in reason:
        return _("Another program keeps the office {address} locked. Close it and try again.")
    return _("The office {address} cannot be opened. Check the address and the network.")


def _why_no_server(problem: BaseException, reason: str) -> str:
    """Return the sentence of a server that refuses, "" where none answers.

    Until somebody is let in, it gives its reason in words only.
    """
    if is_forbidden(problem):
        return _("Your login may not read the team database {address}. Ask its administrator for the right.")
    if not is_unreachable(problem):
        return _("The office {address} cannot be opened. Check the address and the network.")
    unsafe = [sentence for words, sentence in NOT_SAFE.items() if words in reason]
    if unsafe:
        return _(unsafe[0])
    if "no password supplied" in reason:
        return _("The server of {address} wants your password.")
    if is_login_refused(reason):
        return _("The server of {address} refuses the user or the password. Check both.")
    if any(words in reason for words in DISABLED):
        return _("Your login at {address} is disabled. Ask an administrator of the office to let you in again.")
    if "database" in reason and "does not exist" in reason:
        return _("The server of {address} has no database “{name}”. Check the name, or have it made.")
    if "pg_hba.conf" in reason:
        return _("The server of {address} does not let this computer in. Ask its administrator.")
    return ""


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn errors of the drivers that mean an unreachable office into EnvironmentProblem; others pass."""
    try:
        yield
    except _errors_of(url) as problem:
        if not is_unreachable(problem):
            raise
        raise unreachable(url, problem) from problem
