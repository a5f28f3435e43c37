"""Says which right is missing before a server refuses a write, and in an office in a file, where nobody else does.

Every statement of the engine passes here, whether the mapper or a service wrote it. It is an aid: what a server
refuses, it refuses by itself (model/guards).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, event
from sqlalchemy.sql.dml import Delete, Insert, Update

from gcrm.model.rights import ANYBODY, EVERY_RIGHT, TABLES, Rights, refusal, unseen

if TYPE_CHECKING:
    from gcrm.services.database import Database


COUNTED = frozenset({"next_value", "version", "changed_at", "changed_by"})
"""What drawing a number changes."""


EMPTY: tuple[Any, ...] = (None, "", [], {}, False)


def watch_writes(database: Database) -> None:
    """Refuse writes for which the person who works has not the right. Raises UserError from the statement."""

    def before(connection: Connection, statement: Any, many: Any, one: Any, options: Any) -> None:
        rights = database.rights
        if _is_whole(rights):
            return
        if isinstance(statement, Select):
            _require_lock(rights, statement)
            return
        if not isinstance(statement, Delete | Insert | Update):
            return
        table: Any = statement.table
        if table.name not in TABLES:
            return
        verb, values = statement.__visit_name__, many or [one or {}]
        columns = _columns(statement, values) if verb == "update" else frozenset()
        if database.is_sqlite and table.name == "number_range" and columns <= COUNTED:
            return  # no function of a server counts here
        rights.require_write(table.name, verb, columns)
        hidden = rights.hidden_fields.get(table.name, frozenset())
        if verb == "insert" and any(row.get(name) not in EMPTY for row in values for name in hidden):
            raise unseen()

    event.listen(database.engine, "before_execute", before)


def _require_lock(rights: Rights, statement: Any) -> None:
    """Refuse to read rows in order to write them, where neither changing nor deleting is allowed."""
    if statement._for_update_arg is None:
        return
    for table in statement.get_final_froms():
        rule = TABLES.get(getattr(table, "name", ""))
        wanted = (*rule.update, *rule.delete) if rule else ()
        if wanted and ANYBODY not in wanted and rights.actions.isdisjoint(wanted):
            raise refusal(wanted, rights.administrators)


def _is_whole(rights: Rights) -> bool:
    """Tell whether somebody may do everything."""
    return rights.actions >= EVERY_RIGHT and not rights.hidden


def _columns(statement: Any, parameters: Any) -> frozenset[str]:
    """Return the names of the columns that an update sets."""
    named = {getattr(column, "name", column) for column in statement._values or {}}
    given = {name for values in parameters for name in values}
    return frozenset(named | (given & set(statement.table.columns.keys())))
