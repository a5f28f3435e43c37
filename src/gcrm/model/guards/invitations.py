"""Inviting and joining on the server: a role for each invitation that can do nothing but make one login, once.

The role is made with the secret of the code as SCRAM verifier, holds until the invitation expires, and may execute
`gcrm_join` alone. What it refuses is told apart by the codes below, which services/team/join.py says in words.
"""

from __future__ import annotations

from gcrm.i18n import N_
from gcrm.model.guards.functions import definer
from gcrm.model.guards.grants import LIMITS, MOST_SESSIONS, SCRAM

UNKNOWN, USED, EXPIRED, REVOKED, TAKEN, UNFIT = "GC001", "GC002", "GC003", "GC004", "GC005", "GC006"
"""Error codes of gcrm_join: no invitation, used, expired, withdrawn, a login that exists, a login that cannot be."""
JOINED = N_("User “{name}” joined")
ROLE = "^gcrm_invite_[0-9a-f]{12}$"
"""What the role of an invitation is called; no person can have such a login."""
LONGEST_DAYS = 90
JOIN = "gcrm_join(login text, person text, verifier text)"

_INVITE = f"""
DECLARE made bigint;
BEGIN
  IF NOT gcrm_may('users.settings') THEN
    RAISE EXCEPTION 'permission denied to invite' USING ERRCODE = '42501';
  END IF;
  IF door !~ '{ROLE}' OR verifier !~ '{SCRAM}' OR days NOT BETWEEN 1 AND {LONGEST_DAYS}
    OR NOT gcrm_in_force() OR NOT EXISTS (SELECT 1 FROM user_group WHERE id = wanted) THEN
    RAISE EXCEPTION 'no invitation can be made of this' USING ERRCODE = '22023';
  END IF;
  IF guest IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "user" WHERE id = guest AND NOT gcrm_ours(login)) THEN
    RAISE EXCEPTION 'this user has a login' USING ERRCODE = '22023';
  END IF;
  INSERT INTO invitation (role, group_id, guest_id, expires_at, created_at, created_by, changed_at, changed_by)
    VALUES (door, wanted, guest, date_trunc('second', now()) + make_interval(days => days), now(),
      CASE WHEN gcrm_is_owner() THEN inviter ELSE gcrm_me() END, now(),
      CASE WHEN gcrm_is_owner() THEN inviter ELSE gcrm_me() END)
    RETURNING id INTO made;
  EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT 1 PASSWORD %L VALID UNTIL %L ROLE %I', door, verifier,
    (SELECT expires_at FROM invitation WHERE id = made), current_user);
  EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', door, '20s');
  IF pg_has_role((SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database()), 'USAGE') THEN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), door);
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', door);
  EXECUTE format('GRANT EXECUTE ON FUNCTION gcrm_join(text, text, text) TO %I', door);
  RETURN made;
END
"""
_CLOSE_DOOR = f"""
BEGIN
  IF door !~ '{ROLE}' OR NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = door) THEN RETURN; END IF;
  IF door = session_user THEN
    EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', door);
    RETURN;
  END IF;
  PERFORM pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = door;
  EXECUTE format('DROP OWNED BY %I', door);
  EXECUTE format('DROP ROLE %I', door);
END
"""
_REVOKE = """
BEGIN
  IF NOT gcrm_may('users.settings') THEN
    RAISE EXCEPTION 'permission denied to withdraw invitations' USING ERRCODE = '42501';
  END IF;
  UPDATE invitation SET revoked_at = date_trunc('second', now()), version = version + 1, changed_at = now()
    WHERE id = wanted AND used_at IS NULL AND revoked_at IS NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM gcrm_close_door(role) FROM invitation WHERE id = wanted;
  RETURN true;
END
"""
_SWEEP = """
DECLARE done bigint := 0; i record;
BEGIN
  IF NOT gcrm_may('users.settings') THEN
    RAISE EXCEPTION 'permission denied to withdraw invitations' USING ERRCODE = '42501';
  END IF;
  FOR i IN SELECT role FROM invitation JOIN pg_catalog.pg_roles ON rolname = role
    WHERE used_at IS NOT NULL OR revoked_at IS NOT NULL OR expires_at < now()
  LOOP
    PERFORM gcrm_close_door(i.role);
    done := done + 1;
  END LOOP;
  RETURN done;
END
"""
_JOIN = """
DECLARE i invitation%ROWTYPE; made bigint; op bigint; setting record;
BEGIN
  SELECT * INTO i FROM invitation WHERE role = session_user FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no invitation' USING ERRCODE = '{unknown}'; END IF;
  IF i.used_at IS NOT NULL THEN RAISE EXCEPTION 'used' USING ERRCODE = '{used}'; END IF;
  IF i.revoked_at IS NOT NULL THEN RAISE EXCEPTION 'withdrawn' USING ERRCODE = '{revoked}'; END IF;
  IF i.expires_at < clock_timestamp() THEN RAISE EXCEPTION 'expired' USING ERRCODE = '{expired}'; END IF;
  IF login = '' OR octet_length(login) > 63 OR login ~ '^(pg_|gcrm_)' OR length(btrim(person)) NOT BETWEEN 1 AND 200
    OR login ~ '[[:cntrl:]]' OR person ~ '[[:cntrl:]]' OR verifier !~ '{scram}'
    OR login IN ('public', 'none', 'current_user', 'session_user', 'current_role', 'user')
    OR login IN (SELECT gcrm_role_name(key, id) FROM user_group) THEN
    RAISE EXCEPTION 'no login can be made of this' USING ERRCODE = '{unfit}';
  END IF;
  IF EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = login)
    OR EXISTS (SELECT 1 FROM "user" u WHERE u.login = gcrm_join.login AND u.id IS DISTINCT FROM i.guest_id) THEN
    RAISE EXCEPTION 'this login exists' USING ERRCODE = '{taken}';
  END IF;
  INSERT INTO operation (at, database_user, kind, label, params) VALUES (clock_timestamp(), session_user, 'system',
    '{label}', json_build_object('name', btrim(person))) RETURNING id INTO op;
  PERFORM set_config('gcrm.operation', op::text, true);
  IF i.guest_id IS NULL THEN
    INSERT INTO "user" (login, name, email, language, is_active, group_id, created_at, changed_at)
      VALUES (login, btrim(person), '', '', true, i.group_id, now(), now()) RETURNING id INTO made;
  ELSE
    UPDATE "user" u SET login = gcrm_join.login, name = btrim(person), is_active = true, group_id = i.group_id,
      version = version + 1, changed_at = now() WHERE u.id = i.guest_id AND NOT gcrm_ours(u.login)
      RETURNING id INTO made;
    IF made IS NULL THEN RAISE EXCEPTION 'used' USING ERRCODE = '{used}'; END IF;
  END IF;
  UPDATE invitation SET used_at = date_trunc('second', now()), used_by = made, version = version + 1,
    changed_at = now() WHERE id = i.id;
  EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT {most} PASSWORD %L ROLE %I', login, verifier, current_user);
  FOR setting IN SELECT * FROM (VALUES {limits}) AS s(name, value) LOOP
    EXECUTE format('ALTER ROLE %I SET %I = %L', login, setting.name, setting.value);
  END LOOP;
  PERFORM gcrm_put(login, i.group_id, true);
  PERFORM gcrm_close_door(i.role);
  RETURN made;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  RAISE EXCEPTION 'this login exists' USING ERRCODE = '{taken}';
END
"""


def functions() -> dict[str, str]:
    """Return the functions of this page by name, in the order to make them."""
    limits = ", ".join(f"('{name}', '{value}')" for name, value in LIMITS.items())
    join = _JOIN.format(
        unknown=UNKNOWN, used=USED, expired=EXPIRED, revoked=REVOKED, taken=TAKEN, unfit=UNFIT, label=JOINED,
        scram=SCRAM, most=MOST_SESSIONS, limits=limits,
    )  # fmt: skip
    invite = "gcrm_invite(wanted bigint, door text, verifier text, days int, inviter bigint, guest bigint)"
    return {
        "gcrm_close_door": definer("gcrm_close_door(door text)", "void", _CLOSE_DOOR),
        "gcrm_invite": definer(invite, "bigint", _INVITE),
        "gcrm_revoke": definer("gcrm_revoke(wanted bigint)", "boolean", _REVOKE),
        "gcrm_sweep": definer("gcrm_sweep()", "bigint", _SWEEP),
        "gcrm_join": definer(JOIN, "bigint", join),
    }
