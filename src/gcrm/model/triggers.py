"""The database triggers that fill the change table, written from the registry for each engine.

They are the only writers of `change`, so that nothing bypasses the history, whatever program writes. SQLite knows
triggers of single rows only; rows that come in masses are noted together (`noted_together`). Payloads are JSON objects
of the fields that changed; nulls are left out. `digest` is SHA-256 over salt, table, id, action and payload.
SQLite has no SHA-256 of its own: services/database.py lends it the function `gcrm_digest`; a program without it
cannot write, which is intended. The triggers are dropped and made again after every migration.
"""

from __future__ import annotations

from zlib import crc32

from sqlalchemy import JSON, Table

from gcrm.model.fold_sql import folded_letters, joined_blanks
from gcrm.model.guards.functions import definer
from gcrm.model.guards.private import HIDE_AGAIN, private_to
from gcrm.model.registry import RECORDS, table_of, tracked_columns


def _contact_of(table: Table, row: str) -> str:
    """Return the SQL expression of the contact that a row belongs to."""
    if table.name == "contact":
        return f'{row}."id"'
    return f'{row}."contact_id"' if "contact_id" in table.columns else "NULL"


def _sqlite_object(columns: list[str], row: str) -> str:
    """Return a JSON object of a whole row; merging into an empty object drops the nulls (RFC 7396)."""
    pairs = ", ".join(f"'{name}', {row}.\"{name}\"" for name in columns)
    return f"json_patch('{{}}', json_object({pairs}))"


def _sqlite_difference(columns: list[str], wanted: str) -> str:
    """Return a JSON object of the old (wanted="o") or new values of the columns that differ."""
    rows = " UNION ALL ".join(
        f"SELECT '{name}'{' AS k' if i == 0 else ''}, OLD.\"{name}\"{' AS o' if i == 0 else ''}, "
        f'NEW."{name}"{" AS n" if i == 0 else ""}'
        for i, name in enumerate(columns)
    )
    return f"(SELECT json_group_object(k, {wanted}) FROM ({rows}) WHERE o IS NOT n)"


def _sqlite_record(table: Table, action: str, row: str, old: str, new: str) -> str:
    """Return the statements that open an operation for a write from outside the program and note the change."""
    return (
        "INSERT INTO operation (at, database_user, kind, label, params) "
        "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now') || '000', 'outside', 'outside', 'Changed outside gCRM', '{}' "
        "WHERE NOT EXISTS (SELECT 1 FROM current_operation WHERE id = 1 AND operation_id IS NOT NULL); "
        + _sqlite_note(table, action, row, old, new)
    )


def _sqlite_note(table: Table, action: str, row: str, old: str, new: str, source: str = "") -> str:
    """Return the statement that notes the change of a row, or of all rows of a `source`."""
    return (
        "INSERT INTO change (operation_id, table_name, record_id, contact_id, action, salt, old, new, digest) "
        "SELECT x.operation_id, x.t, x.r, x.c, x.a, x.s, x.o, x.n, gcrm_digest(x.s, x.t, x.r, x.a, x.o, x.n) FROM ("
        "SELECT coalesce((SELECT operation_id FROM current_operation WHERE id = 1), "
        f"(SELECT max(id) FROM operation)) AS operation_id, '{table.name}' AS t, {row}.id AS r, "
        f"{_contact_of(table, row)} AS c, '{action}' AS a, hex(randomblob(8)) AS s, {old} AS o, {new} AS n{source}) "
        "AS x; "
    )


def noted_together(table: str) -> int:
    """Return the id in `current_operation` which says that new rows of a table are noted together.

    Its `operation_id` is the id of the first of them. While it stands, new rows are not noted one by one; when it is
    deleted, they are noted in the order of their ids. Ids of these tables only grow, so there are no others.
    """
    return 2 + crc32(table.encode())


def _sqlite_masses(table: Table) -> str:
    """Return the trigger that notes rows together; without the offset salts would be drawn anew for each digest."""
    source = f' FROM "{table.name}" AS n WHERE n.id >= OLD.operation_id ORDER BY n.id LIMIT -1 OFFSET 0'
    note = _sqlite_note(table, "I", "n", "NULL", _sqlite_object(tracked_columns(table), "n"), source)
    return (
        f'CREATE TRIGGER "change_{table.name}_masses" AFTER DELETE ON current_operation '
        f"WHEN OLD.id = {noted_together(table.name)} BEGIN {note}END"
    )


def _sqlite_table(table: Table) -> list[str]:
    """Return the triggers of a table."""
    columns = tracked_columns(table)
    differs = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    name = table.name
    inserted = _sqlite_record(table, "I", "NEW", "NULL", _sqlite_object(columns, "NEW"))
    updated = _sqlite_record(table, "U", "NEW", _sqlite_difference(columns, "o"), _sqlite_difference(columns, "n"))
    deleted = _sqlite_record(table, "D", "OLD", _sqlite_object(columns, "OLD"), "NULL")
    one_by_one = f"NOT EXISTS (SELECT 1 FROM current_operation WHERE id = {noted_together(name)})"
    return [
        f'CREATE TRIGGER "change_{name}_insert" AFTER INSERT ON "{name}" WHEN {one_by_one} BEGIN {inserted}END',
        _sqlite_masses(table),
        f'CREATE TRIGGER "change_{name}_update" AFTER UPDATE ON "{name}" WHEN {differs} BEGIN {updated}END',
        f'CREATE TRIGGER "change_{name}_delete" AFTER DELETE ON "{name}" BEGIN {deleted}END',
    ]


def sqlite_triggers() -> dict[str, str]:
    """Return all triggers of a SQLite office by name."""
    statements = [statement for cls in RECORDS for statement in _sqlite_table(table_of(cls))]
    statements += [
        'CREATE TRIGGER "change_guard_update" BEFORE UPDATE ON change WHEN NOT (NEW.salt IS NULL AND NEW.old IS NULL '
        "AND NEW.new IS NULL AND NEW.id = OLD.id AND NEW.operation_id = OLD.operation_id "
        "AND NEW.table_name = OLD.table_name AND NEW.record_id = OLD.record_id AND NEW.action = OLD.action "
        "AND NEW.digest = OLD.digest) BEGIN SELECT RAISE(ABORT, 'the history cannot be changed'); END",
        'CREATE TRIGGER "change_guard_delete" BEFORE DELETE ON change '
        "BEGIN SELECT RAISE(ABORT, 'the history cannot be changed'); END",
        'CREATE TRIGGER "seal_guard_update" BEFORE UPDATE ON seal '
        "BEGIN SELECT RAISE(ABORT, 'the history cannot be changed'); END",
        'CREATE TRIGGER "seal_guard_delete" BEFORE DELETE ON seal '
        "BEGIN SELECT RAISE(ABORT, 'the history cannot be changed'); END",
        'CREATE TRIGGER "search_insert" AFTER INSERT ON contact_search BEGIN '
        "INSERT INTO contact_search_fts (rowid, text) VALUES (NEW.contact_id, NEW.text); END",
        'CREATE TRIGGER "search_update" AFTER UPDATE OF text ON contact_search WHEN OLD.text IS NOT NEW.text BEGIN '
        "INSERT INTO contact_search_fts (contact_search_fts, rowid, text) VALUES ('delete', OLD.contact_id, OLD.text); "
        "INSERT INTO contact_search_fts (rowid, text) VALUES (NEW.contact_id, NEW.text); END",
        'CREATE TRIGGER "search_delete" AFTER DELETE ON contact_search BEGIN '
        "INSERT INTO contact_search_fts (contact_search_fts, rowid, text) VALUES ('delete', OLD.contact_id, OLD.text); "
        "END",
    ]
    return {statement.split('"')[1]: statement for statement in statements}


# Written so that the planner puts it into the statement: STABLE, as convert_to is, and each value once.
_POSTGRES_DIGEST = """
CREATE OR REPLACE FUNCTION gcrm_digest(s text, t text, r bigint, a text, o text, n text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(coalesce(s, '') || '|' || t || '|' || r || '|' || a || '|' || coalesce(o, '') || '|'
    || coalesce(n, ''), 'UTF8')) $$
"""
# A login can set whatever it likes: only an operation that this transaction of this login wrote is believed.
_POSTGRES_OPERATION = definer(
    "gcrm_operation()",
    "bigint",
    """
DECLARE told text := current_setting('gcrm.operation', true); made bigint;
BEGIN
  IF told IS NOT NULL AND told <> '' THEN
    IF session_user = current_user THEN RETURN told::bigint; END IF;
    SELECT id INTO made FROM operation
      WHERE id = told::bigint AND transaction_id = txid_current() AND database_user = session_user;
    IF FOUND THEN RETURN made; END IF;
  END IF;
  INSERT INTO operation (at, database_user, kind, label, params)
    VALUES (clock_timestamp(), session_user, 'outside', 'Changed outside gCRM', '{}') RETURNING id INTO made;
  PERFORM set_config('gcrm.operation', made::text, true);
  RETURN made;
END
""",
)
_POSTGRES_NOTIFY = """
CREATE OR REPLACE FUNCTION gcrm_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('gcrm_change', NEW.id::text); RETURN NULL; END $$
"""
_POSTGRES_STAMP = definer(
    "gcrm_stamp()",
    "trigger",
    """
BEGIN
  NEW.database_user := session_user;
  NEW.transaction_id := txid_current();
  IF NOT gcrm_is_owner() THEN
    NEW.user_id := gcrm_me();
    NEW.at := clock_timestamp();
  END IF;
  RETURN NEW;
END
""",
)
_POSTGRES_GUARD = """
CREATE OR REPLACE FUNCTION gcrm_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'change' THEN
    IF (NEW.id, NEW.operation_id, NEW.table_name, NEW.record_id, NEW.action, NEW.digest) IS NOT DISTINCT FROM
      (OLD.id, OLD.operation_id, OLD.table_name, OLD.record_id, OLD.action, OLD.digest)
      AND ((NEW.salt IS NULL AND NEW.old IS NULL AND NEW.new IS NULL)
        OR (NEW.salt, NEW.old, NEW.new) IS NOT DISTINCT FROM (OLD.salt, OLD.old, OLD.new)) THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'the history cannot be changed' USING ERRCODE = '42501';
END $$
"""


def _postgres_fold() -> str:
    """Return the function that makes keys of texts; plain ASCII takes the short way."""
    return (
        "CREATE OR REPLACE FUNCTION gcrm_fold(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE "
        f"AS $$ BEGIN IF octet_length(t) > length(t) THEN t := {folded_letters('t')}; END IF; "
        f"RETURN {joined_blanks('lower(t COLLATE ucs_basic)')}; END $$"
    )


def _postgres_value(table: Table, alias: str, name: str) -> str:
    """Return a column's value for a payload; JSON goes in as text, as in SQLite, so that nulls inside it stay."""
    is_json = isinstance(table.columns[name].type, JSON)
    return f'{alias}."{name}"::text' if is_json else f'{alias}."{name}"'


def _postgres_row(table: Table, alias: str) -> str:
    """Return the JSON object of a row without bookkeeping and without nulls."""
    pairs = ", ".join(f"'{name}', {_postgres_value(table, alias, name)}" for name in tracked_columns(table))
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))::text"


def _postgres_body(table: Table, action: str, source: str, old: str, new: str) -> str:
    """Return the statement that notes the changes of one statement, all rows at once."""
    row = "o" if action == "D" else "n"
    return (
        "INSERT INTO change (operation_id, table_name, record_id, contact_id, action, salt, old, new, digest, "
        "private_to) "
        "SELECT gcrm_op, x.t, x.r, x.c, x.a, x.s, x.o, x.n, gcrm_digest(x.s, x.t, x.r, x.a, x.o, x.n), x.p FROM ("
        f"SELECT '{table.name}'::text AS t, {row}.id AS r, {_contact_of(table, row)}::bigint AS c, "
        f"'{action}'::text AS a, "
        f"replace(gen_random_uuid()::text, '-', '') AS s, {old} AS o, {new} AS n, {private_to(table, action)} AS p "
        f"FROM {source}) AS x"
    )


def _postgres_table(table: Table) -> dict[str, str]:
    """Return the functions and triggers of a table, one per kind of statement."""
    name = table.name
    columns = tracked_columns(table)
    both = ", ".join(
        f"('{c}', to_jsonb({_postgres_value(table, 'o', c)}), to_jsonb({_postgres_value(table, 'n', c)}))"
        for c in columns
    )
    changed = f"FROM (VALUES {both}) AS f(k, o, n) WHERE f.o IS DISTINCT FROM f.n"
    joined = (
        f"n JOIN o USING (id) CROSS JOIN LATERAL (SELECT jsonb_object_agg(f.k, f.o)::text AS old, "
        f"jsonb_object_agg(f.k, f.n)::text AS new {changed}) AS d WHERE d.new IS NOT NULL"
    )
    bodies = {
        "insert": (_postgres_body(table, "I", "n", "NULL::text", _postgres_row(table, "n")), "NEW TABLE AS n"),
        "update": (_postgres_body(table, "U", joined, "d.old", "d.new"), "OLD TABLE AS o NEW TABLE AS n"),
        "delete": (_postgres_body(table, "D", "o", _postgres_row(table, "o"), "NULL::text"), "OLD TABLE AS o"),
    }
    statements = {}
    for verb, (body, transition) in bodies.items():
        touched = "o" if verb == "delete" else "n"
        again = HIDE_AGAIN if (name, verb) == ("activity", "update") else ""
        statements[f"change_{name}_{verb}_function"] = (
            f"CREATE OR REPLACE FUNCTION change_{name}_{verb}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
            f"SET search_path = public, pg_temp AS $$ DECLARE gcrm_op bigint; BEGIN "
            f"IF NOT EXISTS (SELECT 1 FROM {touched}) THEN RETURN NULL; END IF; "
            f"gcrm_op := gcrm_operation(); {body}; {again}RETURN NULL; END $$"
        )
        statements[f"change_{name}_{verb}"] = (
            f'CREATE TRIGGER "change_{name}_{verb}" AFTER {verb.upper()} ON "{name}" '
            f"REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION change_{name}_{verb}()"
        )
    return statements


def postgres_triggers() -> dict[str, str]:
    """Return all functions and triggers of a PostgreSQL office by name, in the order to make them."""
    statements = {
        "gcrm_digest": _POSTGRES_DIGEST,
        "gcrm_fold": _postgres_fold(),
        "gcrm_operation": _POSTGRES_OPERATION,
        "gcrm_notify": _POSTGRES_NOTIFY,
        "gcrm_stamp": _POSTGRES_STAMP,
        "gcrm_guard": _POSTGRES_GUARD,
        "operation_notify": 'CREATE TRIGGER "operation_notify" AFTER INSERT ON operation FOR EACH ROW '
        "EXECUTE FUNCTION gcrm_notify()",
        "operation_stamp": 'CREATE TRIGGER "operation_stamp" BEFORE INSERT ON operation FOR EACH ROW '
        "EXECUTE FUNCTION gcrm_stamp()",
        "change_guard": 'CREATE TRIGGER "change_guard" BEFORE UPDATE OR DELETE ON change FOR EACH ROW '
        "EXECUTE FUNCTION gcrm_guard()",
        "seal_guard": 'CREATE TRIGGER "seal_guard" BEFORE UPDATE OR DELETE ON seal FOR EACH ROW '
        "EXECUTE FUNCTION gcrm_guard()",
    }
    for cls in RECORDS:
        statements |= _postgres_table(table_of(cls))
    return statements
