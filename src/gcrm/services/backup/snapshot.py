"""The office as it is at one moment, whatever others write meanwhile: one transaction for a whole backup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services.unreachable import is_forbidden, translated


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one moment: WAL's read transaction, or REPEATABLE READ.

    Raises EnvironmentProblem when the office is away, or when a server would not show this login every row: a backup
    without them would look whole.
    """
    is_server = engine.dialect.name == "postgresql"
    options = {"isolation_level": "REPEATABLE READ"} if is_server else {}
    try:
        with (
            translated(engine.url),
            engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            if is_server:
                connection.execute(text("SET LOCAL row_security = off"))  # refuse rather than leave rows out
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SET LOCAL transaction_read_only = on"))
            yield connection
    except DBAPIError as problem:
        if not is_forbidden(problem):
            raise
        raise EnvironmentProblem(
            _("Your login may not read the whole office, so it cannot back it up. Ask an administrator to do it."),
            details=str(problem.orig),
        ) from problem
