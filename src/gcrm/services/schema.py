"""The schema of an office: bringing it to this program's version, and refusing what is newer.

Revisions are Alembic's (model/migrations); triggers and the full-text index follow from the registry and are made
again after every migration, which is one transaction. What is done before one says schema_opening.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.model.guards import guard_functions, opened, policies, stamps
from gcrm.model.migrations import HEAD, REVISIONS
from gcrm.model.triggers import postgres_triggers, sqlite_triggers
from gcrm.services.home import system_country
from gcrm.services.moved import keep_guarded
from gcrm.services.versions import REVISION, newer, note

MOVING = "moving-"
"""What stands for the revision, with the name of the move behind it, while an office is being moved into a database."""
OPENING = 0x6743524D
"""The advisory lock of PostgreSQL that a program holds while it makes the first tables ("gCRM" as a number)."""


def revision(connection: Connection) -> str | None:
    """Return the schema revision of an office, None when the database is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text(REVISION)).scalar()


def is_current(engine: Engine) -> bool:
    """Tell whether a database is an office of this program's version."""
    with engine.connect() as connection:
        return revision(connection) == HEAD


def needs_upgrade(connection: Connection) -> bool:
    """Tell whether the schema is older than this program.

    Raises NewerOffice when it is newer, UserError when the database is something else than an office.
    """
    found = revision(connection)
    if found == HEAD:
        return False
    if found is None:
        if set(inspect(connection).get_table_names()) & {"contact", "operation"} or _has_tables(connection):
            raise UserError(_("This database is not an office of gCRM. Choose another file or an empty database."))
        return True
    if found.startswith(MOVING):
        raise UserError(
            _("An office is being moved here, or that was broken off. Wait, or repeat the move from the old place.")
        )
    if found not in REVISIONS:
        raise newer(connection, found)
    return True


def _has_tables(connection: Connection) -> bool:
    """Tell whether the database holds tables of anybody."""
    return bool(inspect(connection).get_table_names())


def lock(connection: Connection) -> None:
    """Let only one program at a time make tables or users on a server.

    A login can hold an advisory lock for ever, but not this one of the table of versions, which it may only read.
    """
    if inspect(connection).has_table("alembic_version"):
        connection.execute(text("LOCK TABLE alembic_version IN SHARE ROW EXCLUSIVE MODE"))
    else:
        connection.execute(select(func.pg_advisory_xact_lock(OPENING)))


def upgrade(engine: Engine, target: str = "head") -> None:
    """Migrate to `target` in one transaction; afterwards the triggers fit the tables again."""
    with writing(engine) as connection:
        migrate(connection, target)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction; say in words when the schema could not be changed."""
    try:
        with engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
            yield connection
    except DBAPIError as problem:
        raise EnvironmentProblem(
            _(
                "The office could not be brought to the new version; it is as it was before. Go on with the "
                "former version of gCRM and report the details."
            ),
            details=str(problem.orig),
        ) from problem


def migrate(connection: Connection, target: str = "head", *, with_triggers: bool = True) -> None:
    """Run Alembic up or down to `target` on an open transaction, then make triggers and search index anew.

    Without triggers for who fills the tables next, and makes them in the end.
    """
    from alembic import command
    from alembic.config import Config

    drop_triggers(connection)
    config = Config()
    config.set_main_option("script_location", "gcrm:model/migrations")
    config.attributes["connection"] = connection
    if revision(connection) is None:
        config.attributes["country"] = system_country()
    if target == "base" or (target in REVISIONS and _is_older(target, revision(connection))):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)
    note(connection)
    if target != "head":
        return
    if with_triggers:
        make_triggers(connection)
        keep_guarded(connection)
    else:
        _make_full_text(connection)


def _is_older(target: str, found: str | None) -> bool:
    """Tell whether `target` comes before the revision `found`."""
    return found in REVISIONS and REVISIONS.index(target) < REVISIONS.index(found)


def drop_triggers(connection: Connection) -> None:
    """Remove the triggers of any version of the program."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        _carry_out(connection, [f'DROP TRIGGER "{name}"' for name in rows.scalars().all()])
        return
    found = connection.execute(
        text(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_namespace s ON s.oid = c.relnamespace WHERE NOT t.tgisinternal AND s.nspname = current_schema()"
        )
    )
    dropped = [f'DROP TRIGGER "{name}" ON "{table}"' for name, table in found.all()]
    rows = connection.execute(text("SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema()"))
    _carry_out(connection, [*dropped, *(f'DROP POLICY "{name}" ON "{table}"' for name, table in rows.all())])


def make_triggers(connection: Connection) -> None:
    """Make the triggers from the registry, and SQLite's full-text table."""
    _make_full_text(connection)
    if connection.dialect.name == "sqlite":
        _carry_out(connection, list(sqlite_triggers().values()))
    else:
        _carry_out(connection, postgres_statements(connection))


def _make_full_text(connection: Connection) -> None:
    """Make SQLite's full-text table, which its triggers fill."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS contact_search_fts USING fts5("
            "text, content='contact_search', content_rowid='contact_id', tokenize='trigram')"
        )


def _carry_out(connection: Connection, statements: list[str]) -> None:
    """Carry out statements without values; a server gets hundreds of them in one trip."""
    if connection.dialect.name == "sqlite":
        for statement in statements:
            connection.exec_driver_sql(statement)
    elif statements:
        connection.exec_driver_sql(";\n".join(statements), execution_options={"no_parameters": True})


def postgres_statements(connection: Connection) -> list[str]:
    """Return everything that guards an office on a server, in the order to make it."""
    owner = connection.execute(text("SELECT quote_literal(current_user)")).scalar_one()
    functions = {**guard_functions(), **postgres_triggers()}
    made = [*functions.values(), *dict(stamps(owner)).values(), *policies().values(), *opened()]
    return [*made, "SELECT gcrm_grant_all()"]
