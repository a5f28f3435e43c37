"""The functions of a PostgreSQL office through which a login does what no GRANT can say.

All of them run as the owner of the office with a fixed search_path, and ask `session_user`, which nobody can change.
Only those in OPEN are for everybody: policies ask them, and they tell people about themselves alone.
"""

from __future__ import annotations

from gcrm.model.attachment import CHUNK

SAFE_PATH = "SET search_path = public, pg_temp"


def definer(head: str, returns: str, body: str, language: str = "plpgsql", kind: str = "") -> str:
    """Return the statement that makes a function which runs as the owner."""
    begin = f"CREATE OR REPLACE FUNCTION {head} RETURNS {returns} LANGUAGE {language} {kind} SECURITY DEFINER"
    return f"{begin} {SAFE_PATH} AS $$ {body} $$"


_ME = 'SELECT id FROM "user" WHERE login = session_user AND is_active'
_IS_OWNER = (
    "SELECT session_user = current_user OR EXISTS "
    "(SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = session_user AND rolsuper)"
)
_RIGHTS = """
SELECT CASE WHEN count(u.id) = 0 THEN '{}' ELSE array_agg(r.module || '.' || r.action) FILTER (WHERE r.id IS NOT NULL)
  || ARRAY['*'] END
FROM "user" u LEFT JOIN group_right r ON r.group_id = u.group_id WHERE u.login = session_user AND u.is_active
"""
_MAY = "SELECT gcrm_is_owner() OR wanted = ANY (gcrm_rights())"
_HIDDEN = """
SELECT coalesce(array_agg(f.fields), '{}') FROM "user" u JOIN group_field f ON f.group_id = u.group_id
WHERE u.login = session_user
"""
_SEES_ACTIVITY = """
SELECT EXISTS (SELECT 1 FROM activity a WHERE a.id = wanted AND (NOT a.is_private OR EXISTS (SELECT 1 FROM "user" u
  WHERE u.login = session_user AND u.is_active AND u.id IN (a.created_by, a.responsible_id))))
"""
_TELLS = """
SELECT EXISTS (SELECT 1 FROM (VALUES (coalesce(old, '{}')::jsonb), (coalesce(new, '{}')::jsonb)) AS x(o),
  jsonb_each(x.o) AS e WHERE (keys -> t) ? e.key
  AND e.value NOT IN ('""', 'null', '[]', '{}', 'false', '0', '"[]"', '"{}"'))
"""
_DRAW = """
DECLARE counter number_range%ROWTYPE; numbers text[] := '{}'; one text;
BEGIN
  IF NOT (gcrm_may('contacts.create') OR gcrm_may('contacts.change')) THEN
    RAISE EXCEPTION 'permission denied to draw numbers' USING ERRCODE = '42501';
  END IF;
  IF count > 1000000 THEN RAISE EXCEPTION 'so many numbers at once are none' USING ERRCODE = '22023'; END IF;
  SELECT * INTO counter FROM number_range WHERE id = wanted FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  WHILE cardinality(numbers) < count LOOP
    one := lpad(counter.next_value::text, greatest(counter.digits, length(counter.next_value::text)), '0');
    one := counter.prefix || one;
    counter.next_value := counter.next_value + 1;
    IF NOT EXISTS (SELECT 1 FROM contact WHERE number = one) THEN numbers := numbers || one; END IF;
  END LOOP;
  UPDATE number_range SET next_value = counter.next_value WHERE id = wanted;
  RETURN numbers;
END
"""
_DRAWN = """
DECLARE missing bigint;
BEGIN
  IF gcrm_may('settings.settings') THEN RETURN NULL; END IF;
  SELECT min(v) INTO missing FROM generate_series(OLD.next_value, NEW.next_value - 1) AS v WHERE NOT EXISTS (
    SELECT 1 FROM contact WHERE number = NEW.prefix || lpad(v::text, greatest(NEW.digits, length(v::text)), '0'));
  IF missing IS NOT NULL OR NEW.next_value < OLD.next_value THEN
    RAISE EXCEPTION 'a number was drawn and not used' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END
"""
_SEAL = """
DECLARE o record; place bigint; previous bytea; inside bytea; done int := 0; head text;
BEGIN
  LOCK TABLE seal IN SHARE ROW EXCLUSIVE MODE;
  SELECT s.id, s.digest INTO place, previous FROM seal s ORDER BY s.id DESC LIMIT 1;
  place := coalesce(place, 0); previous := coalesce(previous, ''::bytea);
  FOR o IN SELECT p.id, p.at AT TIME ZONE 'UTC' AS at, p.user_id, p.database_user, p.kind, p.label FROM operation p
    WHERE NOT EXISTS (SELECT 1 FROM seal s WHERE s.operation_id = p.id) ORDER BY p.id LIMIT most
  LOOP
    head := to_char(o.at, 'YYYY-MM-DD"T"HH24:MI:SS')
      || CASE WHEN date_trunc('second', o.at) = o.at THEN '' ELSE to_char(o.at, '.US') END || '+00:00';
    head := concat_ws('|', o.id, head, coalesce(o.user_id::text, 'None'), o.database_user, o.kind, o.label);
    SELECT sha256(convert_to(head, 'UTF8') || coalesce(string_agg(c.digest, ''::bytea ORDER BY c.id), ''::bytea))
      INTO inside FROM change c WHERE c.operation_id = o.id;
    previous := sha256(previous || convert_to(o.id::text, 'UTF8') || inside);
    place := place + 1; done := done + 1;
    INSERT INTO seal (id, operation_id, content, digest) VALUES (place, o.id, inside, previous);
  END LOOP;
  RETURN done;
END
"""
_BLOB = """
BEGIN
  IF NOT gcrm_may('files.create') THEN
    RAISE EXCEPTION 'permission denied to keep a file' USING ERRCODE = '42501';
  END IF;
  IF wanted !~ '^[0-9a-f]{64}$' OR bytes < 0 THEN
    RAISE EXCEPTION 'no checksum of a content' USING ERRCODE = '22023';
  END IF;
  INSERT INTO blob (sha256, size) VALUES (wanted, bytes) ON CONFLICT DO NOTHING;
  RETURN FOUND;
END
"""
_PIECE = f"""
DECLARE whole bigint;
BEGIN
  SELECT size INTO whole FROM blob WHERE sha256 = NEW.sha256;
  IF whole IS NULL OR NEW.position < 0
    OR octet_length(NEW.data) IS DISTINCT FROM least({CHUNK}, whole - NEW.position::bigint * {CHUNK})::int THEN
    RAISE EXCEPTION 'this piece does not belong to the file' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
"""
MOST_HASHED = 128 << 20
"""Bytes up to which the server compares a new content with its checksum; of larger ones it counts the pieces."""
_CONTENT = f"""
DECLARE there bigint; hashed text;
BEGIN
  SELECT coalesce(sum(octet_length(data)), 0) INTO there FROM blob_chunk WHERE sha256 = NEW.sha256;
  IF there = NEW.size AND NEW.size <= {MOST_HASHED} THEN
    SELECT encode(sha256(coalesce(string_agg(data, ''::bytea ORDER BY position), ''::bytea)), 'hex') INTO hashed
      FROM blob_chunk WHERE sha256 = NEW.sha256;
  END IF;
  IF there <> NEW.size OR coalesce(hashed, NEW.sha256) <> NEW.sha256 THEN
    RAISE EXCEPTION 'the content is not what its checksum says' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END
"""
_REPOINT = """
BEGIN
  IF NOT (gcrm_may('contacts.change') AND gcrm_may('contacts.delete')) THEN
    RAISE EXCEPTION 'permission denied to merge contacts' USING ERRCODE = '42501';
  END IF;
  UPDATE activity SET contact_id = keep, version = version + 1 WHERE contact_id = other
    AND (NOT gcrm_may('activities.see') OR (is_private AND gcrm_me() IS DISTINCT FROM created_by
      AND gcrm_me() IS DISTINCT FROM responsible_id));
  UPDATE attachment SET contact_id = keep, version = version + 1, is_picture = false WHERE contact_id = other
    AND (NOT gcrm_may('files.see') OR (activity_id IS NOT NULL
      AND NOT (gcrm_may('activities.see') AND gcrm_sees_activity(activity_id))));
  IF 'bank' = ANY (gcrm_hidden()) THEN
    UPDATE bank_account SET contact_id = keep, version = version + 1, is_default = is_default AND NOT EXISTS
      (SELECT 1 FROM bank_account b WHERE b.contact_id = keep AND b.is_default) WHERE contact_id = other;
  END IF;
  IF 'open_items' = ANY (gcrm_hidden()) THEN
    UPDATE open_item SET contact_id = keep, version = version + 1 WHERE contact_id = other;
  END IF;
END
"""
_UNSEEN = "SELECT count(*) FROM change c WHERE c.operation_id = wanted"
_NOTHING = """
DELETE FROM operation WHERE id = wanted AND transaction_id = txid_current() AND database_user = session_user
"""
_STAMP_RECORD = """
DECLARE me bigint; author bigint; hidden jsonb;
BEGIN
  SELECT id INTO me FROM "user" WHERE login = session_user AND is_active;  -- no function here: imports come by
  NEW.changed_by := me;
  IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
  IF NEW.created_by IS DISTINCT FROM me THEN
    SELECT o.user_id INTO author FROM change c JOIN operation o ON o.id = c.operation_id
      WHERE c.table_name = TG_TABLE_NAME AND c.record_id = NEW.id AND c.action = 'I' ORDER BY c.id LIMIT 1;
    NEW.created_by := coalesce(author, me);
  END IF;
  IF TG_NARGS > 0 THEN hidden := gcrm_hidden_keys(); END IF;
  IF hidden IS NOT NULL AND gcrm_tells(hidden, TG_TABLE_NAME, NULL, to_jsonb(NEW)::text) THEN
    RAISE EXCEPTION 'permission denied for hidden fields of %', TG_TABLE_NAME USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
"""
_ONLINE = """
SELECT u.id, min(a.backend_start), string_agg(DISTINCT CASE WHEN gcrm_may('users.settings') OR u.id = gcrm_me()
  THEN host(a.client_addr) END, ', '), count(*),
  array_agg(DISTINCT coalesce(a.application_name, ''))
FROM pg_catalog.pg_stat_activity a JOIN "user" u ON u.login = a.usename
WHERE a.datname = current_database() AND a.backend_type = 'client backend'
  AND (gcrm_is_owner() OR gcrm_me() IS NOT NULL) GROUP BY u.id
"""
_BUSY = """
SELECT p.activity_id, p.series_id, a.responsible_id, p.original, p.starts, p.ends, p.zone, p.end_zone, p.rule,
  p.left_out, p.added, p.is_busy
FROM appointment p JOIN activity a ON a.id = p.activity_id
WHERE gcrm_may('activities.see') AND a.is_private AND NOT gcrm_sees_activity(a.id) AND p.status <> 'cancelled'
AND p.begins_at < until AND p.ends_at > since
UNION ALL SELECT p.activity_id, p.series_id, a.responsible_id, p.original, p.starts, p.ends, p.zone, p.end_zone, p.rule,
  p.left_out, p.added, false
FROM appointment p JOIN activity a ON a.id = p.activity_id
WHERE gcrm_may('activities.see') AND a.is_private AND NOT gcrm_sees_activity(a.id)
AND (p.status = 'cancelled' OR p.begins_at >= until OR p.ends_at <= since) AND p.series_id IN
  (SELECT s.activity_id FROM appointment s WHERE s.series_id IS NULL AND s.begins_at < until AND s.ends_at > since)
"""

FUNCTIONS = {
    "gcrm_me": definer("gcrm_me()", "bigint", _ME, "sql", "STABLE"),
    "gcrm_is_owner": definer("gcrm_is_owner()", "boolean", _IS_OWNER, "sql", "STABLE"),
    "gcrm_rights": definer("gcrm_rights()", "text[]", _RIGHTS, "sql", "STABLE"),
    "gcrm_may": definer("gcrm_may(wanted text)", "boolean", _MAY, "sql", "STABLE"),
    "gcrm_hidden": definer("gcrm_hidden()", "text[]", _HIDDEN, "sql", "STABLE"),
    "gcrm_sees_activity": definer("gcrm_sees_activity(wanted bigint)", "boolean", _SEES_ACTIVITY, "sql", "STABLE"),
    "gcrm_tells": definer("gcrm_tells(keys jsonb, t text, old text, new text)", "boolean", _TELLS, "sql", "IMMUTABLE"),
    "gcrm_draw": definer("gcrm_draw(wanted bigint, count int)", "text[]", _DRAW),
    "gcrm_drawn": definer("gcrm_drawn()", "trigger", _DRAWN),
    "gcrm_seal": definer("gcrm_seal(most int)", "int", _SEAL),
    "gcrm_blob": definer("gcrm_blob(wanted text, bytes bigint)", "boolean", _BLOB),
    "gcrm_piece": definer("gcrm_piece()", "trigger", _PIECE),
    "gcrm_content": definer("gcrm_content()", "trigger", _CONTENT),
    "gcrm_repoint": definer("gcrm_repoint(other bigint, keep bigint)", "void", _REPOINT),
    "gcrm_changes": definer("gcrm_changes(wanted bigint)", "bigint", _UNSEEN, "sql", "STABLE"),
    "gcrm_nothing": definer("gcrm_nothing(wanted bigint)", "void", _NOTHING, "sql"),
    "gcrm_stamp_record": definer("gcrm_stamp_record()", "trigger", _STAMP_RECORD),
    "gcrm_online": definer(
        "gcrm_online()",
        "TABLE (user_id bigint, since timestamptz, address text, sessions bigint, programs text[])",
        _ONLINE,
        "sql",
        "STABLE",
    ),
    "gcrm_busy": definer(
        "gcrm_busy(since timestamptz, until timestamptz)",
        "TABLE (activity_id bigint, series_id bigint, responsible_id bigint, original text, starts text, ends text, "
        "zone text, end_zone text, rule text, left_out jsonb, added jsonb, is_busy boolean)",
        _BUSY,
        "sql",
        "STABLE",
    ),
}
OPEN = (
    "gcrm_me", "gcrm_is_owner", "gcrm_rights", "gcrm_may", "gcrm_hidden", "gcrm_hidden_keys", "gcrm_tables",
    "gcrm_sees_activity", "gcrm_tells", "gcrm_fold", "gcrm_digest",
)  # fmt: skip
"""Functions for everybody who may connect."""
CALLED = (
    "gcrm_draw", "gcrm_seal", "gcrm_blob", "gcrm_repoint", "gcrm_changes", "gcrm_online", "gcrm_login",
    "gcrm_password", "gcrm_end", "gcrm_ours", "gcrm_nothing", "gcrm_in_force",
    "gcrm_invite", "gcrm_revoke", "gcrm_sweep", "gcrm_busy", "gcrm_erasable",
    "gcrm_erase",
)  # fmt: skip
"""Functions that the groups of the office may call; each asks for the right it needs."""
