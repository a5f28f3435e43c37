"""The group roles of an office and what they are granted, made by the server out of the rows of the groups.

Roles belong to the whole server, so their names begin with the name of the database. They are made when an office is
shared (`gcrm_enforce`); from then on triggers keep grants and memberships in step with the tables, whoever writes them.

A group that does not see a table, or columns of it, gets views of the same names in a schema that stands before
`public` on its search_path: there the hidden is empty. So the program needs no second way to read; and whoever goes
past the views is refused by the grants.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, Text

from gcrm.model.base import Base
from gcrm.model.guards.functions import CALLED, definer
from gcrm.model.rights import FIELD_GROUPS, OPERATION_COLUMNS, TABLES, WHOLE

LIMITS = {
    "statement_timeout": "120s",
    "lock_timeout": "20s",
    "idle_in_transaction_session_timeout": "300s",
}
"""What a login begins its sessions with; people can set these themselves, so they stop accidents and no malice."""
MOST_SESSIONS = 40
"""Connections of one login at a time."""


def _array(values: Iterable[str]) -> str:
    """Return names of the registry as an array of the server."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"ARRAY[{listed}]::text[]"


def _rules() -> str:
    """Return the registry of tables as rows of SQL."""
    rows = []
    for name, rule in TABLES.items():
        only = OPERATION_COLUMNS if name == "operation" else ()
        parts = (rule.see, rule.insert, rule.update, rule.delete, rule.trash, rule.own, rule.fixed, only)
        rows.append(f"('{name}', {', '.join(map(_array, parts))})")
    return f"(VALUES {', '.join(rows)}) AS rule(t, see, ins, upd, del, trash, own, fixed, made)"


def hidden_rows() -> str:
    """Return the registry of hidden fields as rows of SQL."""
    rows = [
        f"('{group}', '{table}', '{column}')"
        for group, told in FIELD_GROUPS.items()
        for table, columns in told.columns.items()
        for column in columns
    ]
    return f"(VALUES {', '.join(rows)}) AS h(f, t, c)"


def _empty(column: Column[object]) -> str:
    """Return what stands in a view for a hidden column."""
    if column.nullable:
        return "NULL"
    kinds = ((JSON, "'[]'"), (Boolean, "false"), (Text, "''"), (Integer, "0"), (Date, "'1970-01-01'"))
    return next(
        (value for kind, value in (*kinds, (DateTime, "'1970-01-01'")) if isinstance(column.type, kind)), "NULL"
    )


def _empties() -> str:
    """Return what stands for each column that can be hidden, as rows of SQL."""
    rows = [
        f"('{table}', '{name}', {_sql_text(_empty(Base.metadata.tables[table].columns[name]))})"
        for told in FIELD_GROUPS.values()
        for table, columns in told.columns.items()
        if columns != WHOLE
        for name in columns
    ]
    return f"(VALUES {', '.join(rows)}) AS e(t, c, v)"


def _sql_text(value: str) -> str:
    """Quote a text."""
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


_ROLE_NAME = """
SELECT CASE WHEN length(current_database()) > 40 THEN left(current_database(), 32) || left(md5(current_database()), 8)
  ELSE current_database() END || '.' || coalesce(key, 'group' || id)
"""
_ROLE = "SELECT gcrm_role_name(key, id) FROM user_group WHERE id = wanted"
_IN_FORCE = """
SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname IN (SELECT gcrm_role_name(key, id) FROM user_group))
"""
_OURS = """
SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
  JOIN pg_catalog.pg_roles r ON r.oid = m.member
  WHERE r.rolname = wanted AND NOT r.rolsuper AND NOT r.rolcreaterole
  AND g.rolname IN (SELECT gcrm_role_name(key, id) FROM user_group))
"""
_GRANT = """
DECLARE
  role text := gcrm_role(wanted); have text[]; hidden text[]; r record; gone text[]; shown text; part text;
BEGIN
  have := ARRAY(SELECT module || '.' || action FROM group_right WHERE group_id = wanted) || ARRAY['*'];
  hidden := ARRAY(SELECT fields FROM group_field WHERE group_id = wanted);
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = role) THEN
    EXECUTE format('CREATE ROLE %I NOLOGIN ROLE %I', role, current_user);
  END IF;
  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', role);
  IF pg_has_role((SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database()), 'USAGE') THEN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION {called} TO %I', role);
  EXECUTE format('GRANT SELECT ON alembic_version TO %I', role);
  FOR r IN SELECT * FROM {rules} LOOP
    gone := ARRAY(SELECT c FROM {hidden} WHERE h.f = ANY (hidden) AND h.t = r.t);
    CONTINUE WHEN '*' = ANY (gone);
    shown := gcrm_columns(r.t, gone);
    IF r.see && have THEN
      EXECUTE format('GRANT SELECT %s ON public.%I TO %I', CASE WHEN gone = '{{}}' THEN '' ELSE shown END, r.t, role);
    END IF;
    IF r.ins && have THEN
      part := CASE WHEN r.made = '{{}}' THEN '' ELSE '(' || array_to_string(r.made, ', ') || ')' END;
      EXECUTE format('GRANT INSERT %s ON public.%I TO %I', part, r.t, role);
    END IF;
    IF r.upd && have THEN
      part := gcrm_columns(r.t, gone || r.trash || r.fixed || ARRAY['id', 'created_at', 'created_by']);
      EXECUTE format('GRANT UPDATE %s ON public.%I TO %I', part, r.t, role);
    ELSIF r.own <> '{{}}' THEN
      part := '(' || array_to_string(r.own || ARRAY['version', 'changed_at', 'changed_by'], ', ') || ')';
      EXECUTE format('GRANT UPDATE %s ON public.%I TO %I', part, r.t, role);
    END IF;
    IF r.del && have THEN
      EXECUTE format('GRANT DELETE ON public.%I TO %I', r.t, role);
      IF r.trash <> '{{}}' THEN
        part := '(' || array_to_string(r.trash || ARRAY['version', 'changed_at', 'changed_by'], ', ') || ')';
        EXECUTE format('GRANT UPDATE %s ON public.%I TO %I', part, r.t, role);
      END IF;
    END IF;
  END LOOP;
  PERFORM gcrm_views(role, have, hidden);
END
"""
_COLUMNS = """
SELECT '(' || string_agg(quote_ident(attname), ', ' ORDER BY attnum) || ')' FROM pg_catalog.pg_attribute
WHERE attrelid = ('public.' || quote_ident(t))::regclass AND attnum > 0 AND NOT attisdropped
AND NOT attname::text = ANY (without)
"""
_VIEWS = """
DECLARE r record; a record; gone text[]; is_shut boolean; listed text; names text; fresh text;
BEGIN
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', role);
  EXECUTE format('CREATE SCHEMA %I', role);
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', role, role);
  FOR r IN SELECT * FROM {rules} WHERE rule.see <> '{{}}' LOOP
    gone := ARRAY(SELECT c FROM {hidden} WHERE h.f = ANY (hidden) AND h.t = r.t);
    is_shut := '*' = ANY (gone) OR NOT r.see && have;
    CONTINUE WHEN gone = '{{}}' AND NOT is_shut;
    SELECT string_agg(CASE
      WHEN is_shut THEN 'NULL::' || format_type(atttypid, atttypmod) || ' AS ' || quote_ident(attname)
      WHEN attname = ANY (gone) THEN coalesce(e.v, 'NULL') || '::' || format_type(atttypid, atttypmod)
        || ' AS ' || quote_ident(attname) ELSE quote_ident(attname) END, ', ' ORDER BY attnum),
      string_agg(quote_ident(attname), ', ' ORDER BY attnum),
      string_agg('NEW.' || quote_ident(attname), ', ' ORDER BY attnum)
      INTO listed, names, fresh FROM pg_catalog.pg_attribute LEFT JOIN {empties} ON e.t = r.t AND e.c = attname
      WHERE attrelid = ('public.' || quote_ident(r.t))::regclass AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('CREATE VIEW %I.%I WITH (security_invoker = true) AS SELECT %s %s', role, r.t, listed,
      CASE WHEN is_shut THEN 'WHERE false' ELSE format('FROM public.%I', r.t) END);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO %I', role, r.t, role);
    CONTINUE WHEN is_shut;
    FOR a IN SELECT attname, pg_get_expr(adbin, adrelid) AS expression FROM pg_catalog.pg_attrdef d
      JOIN pg_catalog.pg_attribute ON attrelid = adrelid AND attnum = adnum
      WHERE adrelid = ('public.' || quote_ident(r.t))::regclass
    LOOP
      EXECUTE format('ALTER VIEW %I.%I ALTER COLUMN %I SET DEFAULT %s', role, r.t, a.attname, a.expression);
    END LOOP;
    EXECUTE format('CREATE FUNCTION %I.%I() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS %L',
      role, 'add_' || r.t,
      format('BEGIN INSERT INTO public.%I (%s) VALUES (%s); RETURN NEW; END', r.t, names, fresh));
    EXECUTE format('REVOKE ALL ON FUNCTION %I.%I() FROM PUBLIC', role, 'add_' || r.t);
    EXECUTE format('CREATE TRIGGER add_row INSTEAD OF INSERT ON %I.%I FOR EACH ROW EXECUTE FUNCTION %I.%I()',
      role, r.t, role, 'add_' || r.t);
  END LOOP;
END
"""
_PUT = """
DECLARE g record; wanted text := gcrm_role(group_id); is_moved boolean := false;
BEGIN
  FOR g IN SELECT o.rolname FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles o ON o.oid = m.roleid
    JOIN pg_catalog.pg_roles r ON r.oid = m.member WHERE r.rolname = name
    AND o.rolname IN (SELECT gcrm_role_name(key, id) FROM user_group) AND o.rolname IS DISTINCT FROM wanted
  LOOP
    EXECUTE format('REVOKE %I FROM %I', g.rolname, name);
    is_moved := true;
  END LOOP;
  IF wanted IS NOT NULL THEN
    EXECUTE format('GRANT %I TO %I', wanted, name);
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I, public', name, current_database(), wanted);
  END IF;
  EXECUTE format('ALTER ROLE %I %s', name, CASE WHEN is_active THEN 'LOGIN' ELSE 'NOLOGIN' END);
  IF is_moved OR NOT is_active THEN
    PERFORM pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = name AND pid <> pg_backend_pid();
  END IF;
END
"""
_FOLLOW_USER = """
BEGIN
  IF gcrm_ours(NEW.login) THEN PERFORM gcrm_put(NEW.login, NEW.group_id, NEW.is_active); END IF;
  RETURN NULL;
END
"""
_GRANT_ALL = """
BEGIN
  IF gcrm_in_force() THEN PERFORM gcrm_grant(id) FROM user_group ORDER BY id; END IF;
END
"""
_FOLLOW_GROUPS = "BEGIN PERFORM gcrm_grant_all(); RETURN NULL; END"
_DROP_GROUP = """
DECLARE role text := gcrm_role_name(OLD.key, OLD.id);
BEGIN
  IF EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = role) THEN
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', role);
    EXECUTE format('DROP OWNED BY %I', role);
    EXECUTE format('DROP ROLE %I', role);
  END IF;
  RETURN NULL;
END
"""
_ENFORCE = """
DECLARE person record;
BEGIN
  IF NOT gcrm_is_owner() THEN
    RAISE EXCEPTION 'only the owner shares an office' USING ERRCODE = '42501';
  END IF;
  PERFORM gcrm_grant(id) FROM user_group ORDER BY id;
  FOR person IN SELECT u.login, u.group_id, u.is_active FROM "user" u JOIN pg_catalog.pg_roles r ON r.rolname = u.login
    WHERE NOT r.rolsuper AND NOT r.rolcreaterole AND EXISTS (SELECT 1 FROM pg_catalog.pg_auth_members m
      JOIN pg_catalog.pg_roles o ON o.oid = m.member WHERE m.roleid = r.oid AND o.rolname = current_user)
  LOOP
    PERFORM gcrm_put(person.login, person.group_id, person.is_active);
  END LOOP;
  PERFORM gcrm_hide_all();
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  IF pg_has_role((SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database()), 'USAGE') THEN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  END IF;
END
"""
_LOGIN = """
DECLARE person record; setting record;
BEGIN
  IF NOT gcrm_may('users.settings') THEN
    RAISE EXCEPTION 'permission denied to make logins' USING ERRCODE = '42501';
  END IF;
  SELECT * INTO person FROM "user" WHERE id = wanted;
  IF NOT FOUND OR person.group_id IS NULL OR octet_length(person.login) > 63
    OR person.login ~ '^(pg_|gcrm_)' OR position('.' IN person.login) > 0 AND EXISTS
    (SELECT 1 FROM user_group WHERE gcrm_role_name(key, id) = person.login)
    OR verifier !~ '{scram}' THEN
    RAISE EXCEPTION 'no login can be made of this' USING ERRCODE = '22023';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = person.login) THEN
    EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT {most} ROLE %I', person.login, current_user);
    FOR setting IN SELECT * FROM (VALUES {limits}) AS s(name, value) LOOP
      EXECUTE format('ALTER ROLE %I SET %I = %L', person.login, setting.name, setting.value);
    END LOOP;
  ELSIF NOT gcrm_ours(person.login) THEN
    RAISE EXCEPTION 'this login belongs to somebody else' USING ERRCODE = '42710';
  END IF;
  EXECUTE format('ALTER ROLE %I PASSWORD %L', person.login, verifier);
  PERFORM gcrm_put(person.login, person.group_id, person.is_active);
END
"""
_OWN_VERIFIER = """
BEGIN
  IF NOT gcrm_ours(session_user) OR verifier !~ '{scram}' THEN
    RAISE EXCEPTION 'permission denied to change this password' USING ERRCODE = '42501';
  END IF;
  EXECUTE format('ALTER ROLE %I PASSWORD %L', session_user, verifier);
END
"""
SCRAM = r"^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$"
_END = """
DECLARE ended bigint;
BEGIN
  IF NOT (gcrm_may('users.settings') OR wanted IS NOT DISTINCT FROM gcrm_me()) THEN
    RAISE EXCEPTION 'permission denied to end sessions' USING ERRCODE = '42501';
  END IF;
  SELECT count(pg_terminate_backend(a.pid)) INTO ended FROM pg_catalog.pg_stat_activity a JOIN "user" u
    ON u.login = a.usename WHERE u.id = wanted AND a.pid <> pg_backend_pid() AND gcrm_ours(u.login);
  RETURN ended;
END
"""
_TABLES = "SELECT coalesce(array_agg(rule.t), '{{}}') FROM {rules} WHERE rule.see && gcrm_rights() AND NOT EXISTS " + (
    "(SELECT 1 FROM {hidden} WHERE h.t = rule.t AND h.c = '*' AND h.f = ANY (gcrm_hidden()))"
)
_KEYS = "SELECT jsonb_object_agg(k.t, k.c) FROM (SELECT h.t, jsonb_agg(h.c) AS c FROM {hidden} " + (
    "WHERE h.c <> '*' AND h.f = ANY (gcrm_hidden()) GROUP BY h.t) AS k"
)


def naming(database: str = "") -> str:
    """Return the function that says what the role of a group is called, as the driver takes it.

    With a name it speaks for the database that will be called so, whatever it is called now.
    """
    body = _ROLE_NAME.replace("current_database()", _sql_text(database)) if database else _ROLE_NAME
    return definer("gcrm_role_name(key text, id bigint)", "text", body, "sql", "STABLE").replace("%", "%%")


def functions() -> dict[str, str]:
    """Return the functions of this page by name, in the order to make them."""
    rows = {"rules": _rules(), "hidden": hidden_rows(), "empties": _empties()}
    called = ", ".join(CALLED)
    limits = ", ".join(f"('{name}', '{value}')" for name, value in LIMITS.items())
    login = _LOGIN.format(most=MOST_SESSIONS, limits=limits, scram=SCRAM)
    return {
        "gcrm_role_name": definer("gcrm_role_name(key text, id bigint)", "text", _ROLE_NAME, "sql", "STABLE"),
        "gcrm_role": definer("gcrm_role(wanted bigint)", "text", _ROLE, "sql", "STABLE"),
        "gcrm_in_force": definer("gcrm_in_force()", "boolean", _IN_FORCE, "sql", "STABLE"),
        "gcrm_ours": definer("gcrm_ours(wanted text)", "boolean", _OURS, "sql", "STABLE"),
        "gcrm_tables": definer("gcrm_tables()", "text[]", _TABLES.format(**rows), "sql", "STABLE"),
        "gcrm_hidden_keys": definer("gcrm_hidden_keys()", "jsonb", _KEYS.format(**rows), "sql", "STABLE"),
        "gcrm_columns": definer("gcrm_columns(t text, without text[])", "text", _COLUMNS, "sql", "STABLE"),
        "gcrm_views": definer("gcrm_views(role text, have text[], hidden text[])", "void", _VIEWS.format(**rows)),
        "gcrm_grant": definer("gcrm_grant(wanted bigint)", "void", _GRANT.format(called=called, **rows)),
        "gcrm_grant_all": definer("gcrm_grant_all()", "void", _GRANT_ALL),
        "gcrm_put": definer("gcrm_put(name text, group_id bigint, is_active boolean)", "void", _PUT),
        "gcrm_follow_user": definer("gcrm_follow_user()", "trigger", _FOLLOW_USER),
        "gcrm_follow_groups": definer("gcrm_follow_groups()", "trigger", _FOLLOW_GROUPS),
        "gcrm_drop_group": definer("gcrm_drop_group()", "trigger", _DROP_GROUP),
        "gcrm_enforce": definer("gcrm_enforce()", "void", _ENFORCE),
        "gcrm_login": definer("gcrm_login(wanted bigint, verifier text)", "void", login),
        "gcrm_password": definer("gcrm_password(verifier text)", "void", _OWN_VERIFIER.format(scram=SCRAM)),
        "gcrm_end": definer("gcrm_end(wanted bigint)", "bigint", _END),
    }
