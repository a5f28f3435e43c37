"""Who alone may see a change: kept in `change.private_to` by the triggers, so that the history can be guarded by rows.

A change is private when it is about a private activity or what hangs on one, or about rows that belong to one user
(settings, notices). What was written while an activity was private stays so; what was written before becomes private
with it. services/private_history.py says the same for the program.
"""

from __future__ import annotations

from sqlalchemy import Table

from gcrm.model.guards.functions import definer
from gcrm.model.rights import PERSONAL

_PEOPLE = (
    "CREATE OR REPLACE FUNCTION gcrm_people(one bigint, other bigint) RETURNS text LANGUAGE sql IMMUTABLE AS "
    "$$ SELECT ',' || concat_ws(',', one, other) || ',' $$"
)
_PRIVATE_TO = """
DECLARE a record;
BEGIN
  SELECT is_private, created_by, responsible_id INTO a FROM activity WHERE id = wanted;
  IF FOUND THEN
    RETURN CASE WHEN a.is_private THEN gcrm_people(a.created_by, a.responsible_id) END;
  END IF;
  RETURN (SELECT c.private_to FROM change c WHERE c.table_name = 'activity' AND c.record_id = wanted
    ORDER BY c.id DESC LIMIT 1);
END
"""
_HIDE = """
DECLARE people text := gcrm_private_to(wanted);
BEGIN
  UPDATE change SET private_to = people WHERE table_name = 'activity' AND record_id = wanted
    AND private_to IS DISTINCT FROM people;
  UPDATE change c SET private_to = people FROM (
    SELECT 'attachment' AS t, id FROM attachment WHERE activity_id = wanted
    UNION SELECT 'activity_link', id FROM activity_link WHERE activity_id = wanted
    UNION SELECT 'appointment', id FROM appointment WHERE activity_id = wanted
    UNION SELECT 'participant', id FROM participant WHERE activity_id = wanted
    UNION SELECT 'dav_name', id FROM dav_name WHERE activity_id = wanted
    UNION SELECT d.table_name, d.record_id FROM change d WHERE d.table_name = ANY (ARRAY[{hanging}])
      AND d.action = 'D' AND (d.old::jsonb ->> 'activity_id')::bigint = wanted
  ) AS x WHERE c.table_name = x.t AND c.record_id = x.id AND c.private_to IS DISTINCT FROM people;
END
"""
_HIDE_ALL = """
DECLARE a record; c record; now_private boolean; was boolean; said boolean; people text;
BEGIN
  UPDATE change x SET private_to = ',' || y.owner || ',' FROM (
    SELECT d.table_name, d.record_id, max(coalesce(d.new, d.old)::jsonb ->> 'user_id') AS owner FROM change d
    WHERE d.table_name = ANY (ARRAY[{personal}]) AND d.action IN ('I', 'D') GROUP BY 1, 2
  ) AS y WHERE x.table_name = y.table_name AND x.record_id = y.record_id AND y.owner IS NOT NULL
    AND x.private_to IS NULL;
  FOR a IN SELECT d.record_id AS id, min(p.user_id) FILTER (WHERE d.action = 'I') AS author,
      (array_agg((coalesce(d.new, d.old)::jsonb ->> 'responsible_id')::bigint ORDER BY d.id DESC)
        FILTER (WHERE coalesce(d.new, d.old)::jsonb ? 'responsible_id'))[1] AS responsible
    FROM change d JOIN operation p ON p.id = d.operation_id WHERE d.table_name = 'activity'
    GROUP BY d.record_id HAVING bool_or((coalesce(d.new, '{{}}')::jsonb ->> 'is_private')::boolean
      OR (coalesce(d.old, '{{}}')::jsonb ->> 'is_private')::boolean)
  LOOP
    SELECT is_private, gcrm_people(created_by, responsible_id) INTO now_private, people FROM activity WHERE id = a.id;
    IF NOT FOUND THEN
      people := gcrm_people(a.author, a.responsible);
      SELECT (coalesce(d.new, d.old)::jsonb ->> 'is_private')::boolean INTO now_private FROM change d
        WHERE d.table_name = 'activity' AND d.record_id = a.id AND coalesce(d.new, d.old)::jsonb ? 'is_private'
        ORDER BY d.id DESC LIMIT 1;
    END IF;
    was := false;
    FOR c IN SELECT d.id, d.table_name, coalesce(d.new, d.old)::jsonb AS told FROM change d
      WHERE (d.table_name = 'activity' AND d.record_id = a.id) OR (d.table_name = ANY (ARRAY[{hanging}])
        AND d.record_id IN (SELECT e.record_id FROM change e WHERE e.table_name = d.table_name
          AND (coalesce(e.new, e.old)::jsonb ->> 'activity_id')::bigint = a.id)) ORDER BY d.id
    LOOP
      said := was;
      IF c.table_name = 'activity' AND c.told ? 'is_private' THEN said := (c.told ->> 'is_private')::boolean; END IF;
      IF coalesce(now_private, false) OR was OR said THEN UPDATE change SET private_to = people WHERE id = c.id; END IF;
      was := said;
    END LOOP;
  END LOOP;
END
"""
_NAMES = ", ".join(f"'{name}'" for name in PERSONAL if name != "absence")
_HANGING = "'attachment', 'activity_link', 'appointment', 'participant', 'dav_name'"
"""Tables whose rows hang on an activity and are as private as it is."""

FUNCTIONS = {
    "gcrm_people": _PEOPLE,
    "gcrm_private_to": definer("gcrm_private_to(wanted bigint)", "text", _PRIVATE_TO, kind="STABLE"),
    "gcrm_hide": definer("gcrm_hide(wanted bigint)", "void", _HIDE.format(hanging=_HANGING)),
    "gcrm_hide_all": definer("gcrm_hide_all()", "void", _HIDE_ALL.format(personal=_NAMES, hanging=_HANGING)),
}
HIDE_AGAIN = (
    "PERFORM gcrm_hide(n.id) FROM n JOIN o USING (id) WHERE n.is_private AND (NOT o.is_private "
    "OR n.responsible_id IS DISTINCT FROM o.responsible_id); "
)
"""What the trigger of activities does after an update: what was written earlier becomes private too."""


def private_to(table: Table, action: str) -> str:
    """Return the SQL expression of who alone may see a change of a table; the rows are called n and o."""
    row = "o" if action == "D" else "n"
    if table.name == "activity":
        is_private = "n.is_private OR o.is_private" if action == "U" else f"{row}.is_private"
        return f"CASE WHEN {is_private} THEN gcrm_people({row}.created_by, {row}.responsible_id) END"
    if table.name == "notice":
        return f"gcrm_people({row}.user_id, {row}.sender_id)"
    if table.name in ("dav_peer", "outlook_peer"):
        return f"gcrm_people({row}.user_id, NULL)"
    if "activity_id" in table.columns and action == "I":  # it is there, no function has to look for former ones
        told = "CASE WHEN a.is_private THEN gcrm_people(a.created_by, a.responsible_id) END"
        return f"(SELECT {told} FROM activity AS a WHERE a.id = {row}.activity_id)"
    if "activity_id" in table.columns:
        return f"CASE WHEN {row}.activity_id IS NOT NULL THEN gcrm_private_to({row}.activity_id) END"
    if table.name in PERSONAL and table.name != "absence":
        return f"CASE WHEN {row}.user_id IS NOT NULL THEN gcrm_people({row}.user_id, NULL) END"
    return "NULL::text"
