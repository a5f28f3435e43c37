"""What a PostgreSQL office guards by itself: functions, policies, grants and stamps, written from model/rights.py.

They are made with the triggers after every migration. The owner of the tables goes past them; everybody else is a login
with a role of its own, and whatever program it uses, this is all it can do.
"""

from __future__ import annotations

from gcrm.model.guards import erasing, grants, invitations, private
from gcrm.model.guards.functions import FUNCTIONS, OPEN
from gcrm.model.guards.policies import POLICIES, policies, stamps, twins
from gcrm.model.privacy_choices import REASONS

__all__ = ["HARDENED", "OPEN", "POLICIES", "guard_functions", "opened", "policies", "stamps", "twins"]

HARDENED = (
    "DO $$ DECLARE f record; BEGIN IF current_setting('is_superuser') = 'on' THEN "
    "FOR f IN SELECT p.oid::regprocedure AS name FROM pg_catalog.pg_proc p WHERE p.pronamespace = "
    "'pg_catalog'::regnamespace AND (p.proname LIKE 'lo\\_%' OR p.proname IN ('loread', 'lowrite')) LOOP "
    "EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f.name); END LOOP; END IF; END $$"
)
"""Takes large objects from everybody; only a superuser can, once in each database (whoever shares the office)."""


def guard_functions() -> dict[str, str]:
    """Return all functions by name, in the order to make them: what is written in SQL names what is there already."""
    made = {**private.FUNCTIONS, **FUNCTIONS, **grants.functions(), **invitations.functions()}
    made |= erasing.functions(tuple(key for key, _label in REASONS))
    first = (
        "gcrm_me", "gcrm_is_owner", "gcrm_rights", "gcrm_may", "gcrm_hidden", "gcrm_role_name", "gcrm_role",
        "gcrm_in_force", "gcrm_ours", "gcrm_tables", "gcrm_hidden_keys",
    )  # fmt: skip
    return {name: made[name] for name in (*first, *(name for name in made if name not in first))}


def opened() -> list[str]:
    """Return the statements that take our functions from everybody and give a few back."""
    everyone = ", ".join(OPEN)
    return [_SHUT, f"GRANT EXECUTE ON FUNCTION {everyone} TO PUBLIC"]


_SHUT = (
    "DO $$ DECLARE f record; BEGIN FOR f IN SELECT p.oid::regprocedure AS name FROM pg_catalog.pg_proc p "
    "WHERE p.pronamespace = 'public'::regnamespace AND p.proname ~ '^(gcrm|change)_' LOOP "
    "EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f.name); END LOOP; END $$"
)
