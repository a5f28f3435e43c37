"""Are the guards of a server those that the program made: triggers, functions, policies, and what the groups may?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from gcrm.model.guards import OPEN, POLICIES, guard_functions, policies, stamps, twins
from gcrm.model.triggers import postgres_triggers
from gcrm.services.team.rights_in_force import in_force

_TRIGGERS = text(
    "SELECT t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace s ON s.oid = c.relnamespace WHERE NOT t.tgisinternal AND s.nspname = current_schema()"
)
_FUNCTIONS = text(
    "SELECT p.proname, p.prosrc, p.prosecdef, coalesce(p.proconfig, '{}') AS settings, p.proacl IS NULL OR EXISTS "
    "(SELECT 1 FROM aclexplode(p.proacl) a WHERE a.grantee = 0) AS is_public FROM pg_proc p "
    "JOIN pg_namespace s ON s.oid = p.pronamespace WHERE s.nspname = current_schema()"
)
_POLICIES = text(
    "SELECT tablename, policyname, cmd, permissive, roles::text, qual, with_check FROM pg_policies "
    "WHERE schemaname = 'public'"
)
_TWINS = text(
    "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies "
    "WHERE schemaname = (SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema())"
)
_PUBLIC_FIRST = text("SELECT set_config('search_path', 'public, pg_temp', true)")
"""So that a condition which names another table means the office's own, and not its twin."""
_GUARDED = text(
    "SELECT relname FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace "
    "WHERE s.nspname = current_schema() AND c.relrowsecurity"
)
_GRANTS = text(
    "SELECT c.relname AS t, '' AS k, a.grantee, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a "
    "WHERE c.relnamespace = 'public'::regnamespace UNION ALL "
    "SELECT c.relname, k.attname, a.grantee, a.privilege_type FROM pg_class c "
    "JOIN pg_attribute k ON k.attrelid = c.oid, aclexplode(k.attacl) a "
    "WHERE c.relnamespace = 'public'::regnamespace UNION ALL "
    "SELECT v.viewname, v.schemaname || v.definition, 0, 'view' FROM pg_views v "
    "WHERE v.schemaname IN (SELECT gcrm_role(id) FROM user_group)"
)


def wrong_on_server(session: Session, moved: Mapping[str, str]) -> set[str]:
    """Return the names of guards that are missing, switched off or other than they were made.

    `moved` are those of an office that is kept only to be read (services/moved.py).
    """
    wrong = _wrong_triggers(session, moved) | _wrong_functions(session) | _wrong_policies(session)
    return wrong or set(_wrong_grants(session))


def _wanted(session: Session) -> tuple[dict[str, str], dict[str, str]]:
    """Return the functions and the triggers that there must be."""
    made = postgres_triggers()
    functions = {n.removesuffix("_function"): s for n, s in made.items() if "CREATE TRIGGER" not in s}
    triggers = {name: statement for name, statement in made.items() if "CREATE TRIGGER" in statement}
    owner = session.execute(text("SELECT quote_literal(current_user)")).scalar_one()
    return {**guard_functions(), **functions}, {**triggers, **dict(stamps(owner))}


def _wrong_triggers(session: Session, moved: Mapping[str, str]) -> set[str]:
    """Return the triggers that are missing, strange or switched off."""
    wanted = _wanted(session)[1] | {n: s for n, s in moved.items() if "CREATE TRIGGER" in s}
    enabled = {row.tgname: row.tgenabled for row in session.execute(_TRIGGERS)}
    wrong = {name for name, state in enabled.items() if name not in wanted or state in ("D", b"D")}
    return wrong | (wanted.keys() - enabled.keys())


def _wrong_functions(session: Session) -> set[str]:
    """Return the functions whose text, owner's rights or callers were changed."""
    found: dict[str, Any] = {row.proname: row for row in session.execute(_FUNCTIONS)}
    wrong = set()
    for name, statement in _wanted(session)[0].items():
        row = found.get(name)
        is_definer = "SECURITY DEFINER" in statement
        is_other = row is None or row.prosrc != statement.split("$$")[1] or row.prosecdef != is_definer
        is_loose = row is not None and is_definer and row.settings != ["search_path=public, pg_temp"]
        is_open = row is not None and row.is_public and name not in OPEN
        if is_other or is_loose or is_open:
            wrong.add(name)
    return wrong


def _wrong_policies(session: Session) -> set[str]:
    """Return the tables, as "table.policy", whose rows are not guarded as they were."""
    found = {f"{row.tablename}.{row.policyname.removeprefix('gcrm_')}": row for row in session.execute(_POLICIES)}
    wanted = {name for name in policies() if not name.endswith(".rows")}
    odd = {name for name, row in found.items() if row.permissive != "PERMISSIVE" or row.roles != "{public}"}
    unguarded = POLICIES.keys() - set(session.scalars(_GUARDED))
    wrong = (wanted ^ found.keys()) | odd | {f"{table}.rows" for table in unguarded}
    return wrong or set(_other_conditions(session, found))


def _other_conditions(session: Session, found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the policies whose conditions are not those that were made.

    Each is made once more, and what the server keeps of both is compared; the twins go as they came.
    """
    point = session.begin_nested()
    session.execute(_PUBLIC_FIRST)
    for statement in twins():
        session.execute(text(statement))
    for row in session.execute(_TWINS):
        name = f"{row.tablename}.{row.policyname.removeprefix('gcrm_')}"
        if (row.cmd, row.qual, row.with_check) != (found[name].cmd, found[name].qual, found[name].with_check):
            yield name
    point.rollback()


def _wrong_grants(session: Session) -> Iterator[str]:
    """Yield the tables on which a group may more or less than its rights say: grants are made anew and compared."""
    if not in_force(session):
        return
    before = set(session.execute(_GRANTS).all())
    point = session.begin_nested()
    session.execute(select(func.gcrm_grant_all()))
    after = set(session.execute(_GRANTS).all())
    point.rollback()
    yield from {f"{row[0]}.grants" for row in before ^ after}
