"""Erasing somebody on a server, by administrators: the server finds what is theirs, and nothing else goes.

An administrator does not see what is private to others, and nobody but the owner may touch the history. So these
functions do what services/personal_data/erase.py does for the owner, by the same rules (model/personal.py): who calls
them names whom it is about and which papers stay, and no row. tests/services/team/rights/test_erasing.py compares both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON

from gcrm.model.base import BOOKKEEPING, Base
from gcrm.model.contact import Contact
from gcrm.model.guards.functions import definer
from gcrm.model.personal import REDUCED, RULES, erased_tables
from gcrm.model.registry import RECORDS, table_of

RIGHTS = ("contacts.delete", "activities.delete", "files.delete", "users.settings")
"""What somebody needs to erase: the rights of an administrator."""

_IDS = """
SELECT coalesce(array_agg(x::bigint), '{}') FROM jsonb_array_elements_text(coalesce(m -> t, '[]')) AS x
"""
_WITH = """
SELECT m || jsonb_build_object(t, (SELECT coalesce(jsonb_agg(DISTINCT x), '[]') FROM unnest(ids) AS x))
"""
_MAY_ERASE = "SELECT " + " AND ".join(f"gcrm_may('{right}')" for right in RIGHTS)
_THEIRS = """
DECLARE
  mine jsonb := jsonb_build_object(about, jsonb_build_array(wanted)); naming jsonb := '{{}}'; past jsonb := '{{}}';
  roots bigint[]; place int := 1; ids bigint[]; others bigint[]; more bigint[]; shas text[]; r record; w record;
BEGIN
  FOR r IN SELECT * FROM {rules} ORDER BY rule.place LOOP
    ids := gcrm_ids(mine, r.t);
    FOR w IN SELECT key, value FROM jsonb_each_text(r.ways::jsonb) LOOP
      EXECUTE format('SELECT array_agg(id) FROM public.%I WHERE %I = ANY ($1)', r.t, w.key)
        INTO more USING gcrm_ids(mine, w.value);
      ids := ids || more;
    END LOOP;
    IF r.t = 'contact_person' THEN
      SELECT array_agg(x.person_id) INTO more FROM
        (SELECT DISTINCT person_id FROM contact_person WHERE id = ANY (ids)) AS x WHERE NOT EXISTS
        (SELECT 1 FROM contact_person e WHERE e.person_id = x.person_id AND NOT e.id = ANY (ids));
      mine := gcrm_with(mine, 'person', gcrm_ids(mine, 'person') || more);
    ELSIF r.t = 'activity' THEN
      SELECT array_agg(a.id) INTO more FROM activity a WHERE a.contact_id IS NULL AND a.phone IN (
        SELECT p.e164 FROM contact_point p WHERE p.e164 IS NOT NULL AND CASE WHEN about = 'person'
          THEN p.contact_person_id = ANY (gcrm_ids(mine, 'contact_person'))
          ELSE p.contact_id = ANY (gcrm_ids(mine, 'contact')) END);
      ids := ids || more;
    ELSIF r.t = 'activity_link' THEN
      SELECT array_agg(l.id) INTO more FROM activity_link l WHERE (mine -> l.table_name) @> to_jsonb(l.record_id);
      ids := ids || more;
    END IF;
    mine := gcrm_with(mine, r.t, ids);
    others := '{{}}';
    FOR w IN SELECT key, value FROM jsonb_each_text(r.names::jsonb) LOOP
      EXECUTE format('SELECT array_agg(id) FROM public.%I WHERE %I = ANY ($1) AND NOT id = ANY ($2)', r.t, w.key)
        INTO more USING gcrm_ids(mine, w.value), gcrm_ids(mine, r.t);
      others := others || more;
    END LOOP;
    naming := gcrm_with(naming, r.t, others);
  END LOOP;
  IF about = 'contact' THEN
    roots := ARRAY[wanted];
    WHILE place <= cardinality(roots) LOOP
      FOR r IN SELECT o.params::jsonb AS told FROM operation o WHERE o.kind = 'merge' AND o.id IN
        (SELECT c.operation_id FROM change c WHERE c.contact_id = roots[place]) ORDER BY o.id
      LOOP
        SELECT array_agg(DISTINCT e.value::bigint) INTO more FROM jsonb_array_elements(coalesce(r.told -> 'groups',
            jsonb_build_array(jsonb_build_array(r.told -> 'keep') || coalesce(r.told -> 'others', '[]')))) AS g,
          jsonb_array_elements_text(g) WITH ORDINALITY AS e(value, n)
          WHERE (g ->> 0)::bigint = roots[place] AND e.n > 1 AND NOT e.value::bigint = ANY (roots);
        roots := roots || more;
      END LOOP;
      place := place + 1;
    END LOOP;
    FOR r IN SELECT c.table_name AS t, array_agg(DISTINCT c.record_id) AS ids FROM change c
      WHERE c.contact_id = ANY (roots) AND c.table_name IN (SELECT rule.t FROM {rules}) GROUP BY 1
    LOOP
      past := gcrm_with(past, r.t, r.ids);
    END LOOP;
    past := gcrm_with(past, 'contact', gcrm_ids(past, 'contact') || roots);
    SELECT array_agg(DISTINCT p) INTO more FROM change c, LATERAL (VALUES ((c.old::jsonb ->> 'person_id')::bigint),
        ((c.new::jsonb ->> 'person_id')::bigint)) AS x(p)
      WHERE c.table_name = 'contact_person' AND c.action IN ('I', 'D') AND p IS NOT NULL
      AND c.record_id = ANY (gcrm_ids(mine, 'contact_person') || gcrm_ids(past, 'contact_person'));
    past := gcrm_with(past, 'person', coalesce(more, '{{}}'));
  END IF;
  FOR r IN SELECT * FROM {rules} WHERE rule.t NOT IN ('contact', 'person') ORDER BY rule.place LOOP
    FOR w IN SELECT key, value FROM jsonb_each_text(r.ways::jsonb) WHERE value <> 'contact' LOOP
      ids := gcrm_ids(mine, w.value) || gcrm_ids(past, w.value);
      CONTINUE WHEN ids = '{{}}';
      SELECT array_agg(DISTINCT c.record_id) INTO more FROM change c
        WHERE c.table_name = r.t AND c.action IN ('I', 'D')
        AND ((c.old::jsonb ->> w.key)::bigint = ANY (ids) OR (c.new::jsonb ->> w.key)::bigint = ANY (ids));
      past := gcrm_with(past, r.t, gcrm_ids(past, r.t) || more);
    END LOOP;
  END LOOP;
  FOR r IN SELECT key AS t FROM jsonb_each(past) LOOP
    EXECUTE format('SELECT array_agg(x) FROM unnest($1) AS x WHERE NOT x = ANY ($2) '
      'AND NOT EXISTS (SELECT 1 FROM public.%I WHERE id = x)', r.t)
      INTO more USING gcrm_ids(past, r.t), gcrm_ids(mine, r.t);
    past := gcrm_with(past, r.t, coalesce(more, '{{}}'));
  END LOOP;
  ids := gcrm_ids(mine, 'attachment');
  SELECT array_agg(DISTINCT s) INTO shas FROM (
    SELECT sha256 AS s FROM attachment WHERE id = ANY (ids) UNION SELECT x.s FROM change c, LATERAL (VALUES
      (c.old::jsonb ->> 'sha256'), (c.new::jsonb ->> 'sha256')) AS x(s) WHERE c.table_name = 'attachment'
      AND c.record_id = ANY (ids || gcrm_ids(past, 'attachment'))) AS told
    WHERE EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = s)
    AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = s AND NOT a.id = ANY (ids));
  RETURN jsonb_build_object('mine', mine, 'naming', naming, 'past', past, 'contents', to_jsonb(coalesce(shas, '{{}}')));
END
"""
_ERASABLE = """
DECLARE
  found jsonb; mine jsonb; r record; one bigint; told bigint := 0; letters jsonb; files jsonb; items jsonb;
BEGIN
  IF NOT gcrm_may_erase() THEN RAISE EXCEPTION 'permission denied to erase' USING ERRCODE = '42501'; END IF;
  IF about NOT IN ('contact', 'person') THEN RAISE EXCEPTION 'nobody' USING ERRCODE = '22023'; END IF;
  found := gcrm_theirs(about, wanted);
  mine := found -> 'mine';
  FOR r IN SELECT * FROM {rules} LOOP
    SELECT count(*) INTO one FROM change c WHERE c.table_name = r.t
      AND c.record_id = ANY (gcrm_ids(mine, r.t) || gcrm_ids(found -> 'past', r.t));
    told := told + one;
  END LOOP;
  SELECT jsonb_agg(jsonb_build_array(a.id, a.at, CASE WHEN gcrm_sees_activity(a.id)
    THEN left(coalesce(nullif(a.subject, ''), a.text), 400) END) ORDER BY a.id) INTO letters
    FROM activity a WHERE a.id = ANY (gcrm_ids(mine, 'activity')) AND a.type IN ('letter', 'email');
  SELECT jsonb_agg(jsonb_build_array(f.id, f.created_at, CASE WHEN f.activity_id IS NULL
    OR gcrm_sees_activity(f.activity_id) THEN f.name END) ORDER BY f.id) INTO files
    FROM attachment f WHERE f.id = ANY (gcrm_ids(mine, 'attachment')) AND NOT f.is_picture
    AND NOT EXISTS (SELECT 1 FROM attachment n WHERE n.replaces_id = f.id) AND NOT EXISTS
    (SELECT 1 FROM activity a WHERE a.id = f.activity_id AND a.type IN ('letter', 'email'));
  SELECT jsonb_agg(jsonb_build_array(i.id, coalesce(i.document_on, i.due_on, i.created_at::date),
    CASE WHEN NOT 'open_items' = ANY (gcrm_hidden()) THEN i.number END) ORDER BY i.id) INTO items
    FROM open_item i WHERE i.id = ANY (gcrm_ids(mine, 'open_item'));
  RETURN jsonb_build_object('mine', mine, 'past', found -> 'past', 'history', told,
    'letters', coalesce(letters, '[]'), 'files', coalesce(files, '[]'), 'items', coalesce(items, '[]'));
END
"""
_ERASE = """
DECLARE
  found jsonb; mine jsonb; stays jsonb := '{{}}'; erased jsonb := '{{}}'; r record; w record; ids bigint[];
  more bigint[]; activities bigint[]; files bigint[]; items bigint[]; employers bigint[]; invited bigint[];
  operations bigint[] := '{{}}'; shas text[];
  names text[]; until date; gone bigint := 0; changes bigint := 0; one bigint; made bigint; shown text;
BEGIN
  IF NOT gcrm_may_erase() THEN RAISE EXCEPTION 'permission denied to erase' USING ERRCODE = '42501'; END IF;
  IF about NOT IN ('contact', 'person') OR jsonb_typeof(keeps) <> 'array' OR why NOT IN ({reasons}) THEN
    RAISE EXCEPTION 'nothing can be erased like that' USING ERRCODE = '22023';
  END IF;
  EXECUTE format('SELECT id FROM public.%I WHERE id = $1 FOR UPDATE', about) INTO one USING wanted;
  IF one IS NULL THEN RAISE EXCEPTION 'nobody is there to erase' USING ERRCODE = 'P0002'; END IF;
  found := gcrm_theirs(about, wanted);
  mine := found -> 'mine';
  IF about = 'contact' THEN
    SELECT CASE WHEN name <> '' THEN name ELSE concat_ws(' ', nullif(title, ''), nullif(first_name, ''),
      nullif(last_name, '')) END INTO shown FROM contact WHERE id = wanted;
    SELECT array_agg((k ->> 'id')::bigint) FILTER (WHERE k ->> 'table' = 'activity'),
      array_agg((k ->> 'id')::bigint) FILTER (WHERE k ->> 'table' = 'attachment'),
      array_agg((k ->> 'id')::bigint) FILTER (WHERE k ->> 'table' = 'open_item')
      INTO activities, files, items FROM jsonb_array_elements(keeps) AS k;
  ELSE
    SELECT concat_ws(' ', nullif(title, ''), nullif(first_name, ''), nullif(last_name, '')) INTO shown
      FROM person WHERE id = wanted;
  END IF;
  activities := ARRAY(SELECT x FROM unnest(activities) AS x WHERE x = ANY (gcrm_ids(mine, 'activity')));
  files := ARRAY(SELECT x FROM unnest(files) AS x WHERE x = ANY (gcrm_ids(mine, 'attachment')) UNION
    SELECT id FROM attachment WHERE activity_id = ANY (activities));
  items := ARRAY(SELECT x FROM unnest(items) AS x WHERE x = ANY (gcrm_ids(mine, 'open_item')));
  LOOP
    more := ARRAY(SELECT DISTINCT replaces_id FROM attachment WHERE id = ANY (files) AND replaces_id IS NOT NULL
      AND NOT replaces_id = ANY (files));
    EXIT WHEN more = '{{}}';
    files := files || more;
  END LOOP;
  keeps := (SELECT coalesce(jsonb_agg(k), '[]') FROM jsonb_array_elements(keeps) AS k
    WHERE (k ->> 'id')::bigint = ANY (CASE k ->> 'table' WHEN 'activity' THEN activities
      WHEN 'open_item' THEN items ELSE files END));
  IF activities || files || items <> '{{}}' THEN
    until := coalesce((SELECT max((k ->> 'until')::date) FROM jsonb_array_elements(keeps) AS k), current_date);
    ids := ARRAY(SELECT id FROM address WHERE contact_id = wanted
      ORDER BY purpose = 'postal' DESC, is_default DESC, id LIMIT 1);
    stays := jsonb_build_object('activity', to_jsonb(activities), 'attachment', to_jsonb(files), 'open_item',
      to_jsonb(items), 'address', to_jsonb(ids), 'contact', jsonb_build_array(wanted));
  END IF;

  FOR r IN SELECT * FROM {rules} WHERE rule.names <> '{{}}' LOOP
    FOR w IN SELECT key, value FROM jsonb_each_text(r.names::jsonb) LOOP
      EXECUTE format('UPDATE public.%I SET %I = NULL WHERE id = ANY ($1) AND %I = ANY ($2)', r.t, w.key, w.key)
        USING gcrm_ids(found -> 'naming', r.t), gcrm_ids(mine, w.value);
    END LOOP;
  END LOOP;
  UPDATE attachment SET activity_id = NULL WHERE id = ANY (files) AND activity_id IS NOT NULL
    AND NOT activity_id = ANY (activities);
  invited := ARRAY(SELECT p.id FROM appointment p WHERE p.organizer <> '' AND position('@' in p.organizer) > 0
    AND lower(p.organizer) IN (SELECT lower(value) FROM contact_point
      WHERE id = ANY (gcrm_ids(mine, 'contact_point'))));
  UPDATE appointment SET organizer = '' WHERE id = ANY (invited) AND NOT id = ANY (gcrm_ids(mine, 'appointment'));
  employers := ARRAY(SELECT DISTINCT contact_id FROM contact_person WHERE id = ANY (gcrm_ids(mine, 'contact_person')));
  DELETE FROM contact_search WHERE contact_id = ANY (gcrm_ids(mine, 'contact'));
  FOR r IN SELECT * FROM {order} ORDER BY o.place LOOP
    ids := ARRAY(SELECT x FROM unnest(gcrm_ids(mine, r.t)) AS x WHERE NOT x = ANY (gcrm_ids(stays, r.t)));
    EXECUTE format('DELETE FROM public.%I WHERE id = ANY ($1)', r.t) USING ids;
    gone := gone + cardinality(ids);
  END LOOP;
  IF about = 'person' THEN
    UPDATE contact_person SET is_default = true WHERE id IN (SELECT min(p.id) FROM contact_person p
      WHERE p.contact_id = ANY (employers) GROUP BY p.contact_id HAVING NOT bool_or(p.is_default));
  END IF;
  IF stays <> '{{}}' THEN
    UPDATE contact SET {reduced}, restricted_until = until, archived_at = NULL, deleted_at = now(),
      version = version + 1, changed_at = now() WHERE id = wanted;
  END IF;
  shas := ARRAY(SELECT x FROM jsonb_array_elements_text(found -> 'contents') AS x WHERE x NOT IN
    (SELECT sha256 FROM attachment WHERE id = ANY (files) AND sha256 IS NOT NULL));
  DELETE FROM blob WHERE sha256 = ANY (shas);

  FOR r IN SELECT * FROM {rules} LOOP
    ids := gcrm_ids(mine, r.t) || gcrm_ids(found -> 'past', r.t);
    IF r.t = 'appointment' THEN ids := ids || invited; END IF;
    IF r.t <> 'contact' THEN
      ids := ARRAY(SELECT x FROM unnest(ids) AS x WHERE NOT x = ANY (gcrm_ids(stays, r.t)));
    END IF;
    CONTINUE WHEN ids = '{{}}';
    erased := gcrm_with(erased, r.t, ids);
    operations := operations || ARRAY(SELECT DISTINCT operation_id FROM change
      WHERE table_name = r.t AND record_id = ANY (ids));
    UPDATE change SET salt = NULL, old = NULL, new = NULL WHERE table_name = r.t AND record_id = ANY (ids)
      AND (salt IS NOT NULL OR old IS NOT NULL OR new IS NOT NULL);
    GET DIAGNOSTICS one = ROW_COUNT;
    changes := changes + one;
  END LOOP;
  operations := operations || ARRAY(SELECT c.operation_id FROM change c, jsonb_object_keys(stays) AS k
    WHERE k <> 'contact' AND c.table_name = k AND c.record_id = ANY (gcrm_ids(stays, k)));
  names := ARRAY[shown, to_json(shown)::text];
  UPDATE operation o SET params = (SELECT coalesce(jsonb_object_agg(e.key, e.value) FILTER
      (WHERE jsonb_typeof(e.value) <> 'string'), '{{}}') FROM jsonb_each(o.params::jsonb) AS e)
      || CASE WHEN o.id = ANY (operations) THEN '{{"erased": true}}'::jsonb ELSE '{{}}'::jsonb END
    WHERE o.id = ANY (operations) OR (shown <> '' AND (strpos(o.params::text, shown) > 0
      OR strpos(o.params::text, trim(both '"' from names[2])) > 0) AND EXISTS (SELECT 1
      FROM jsonb_each_text(o.params::jsonb) AS e
      WHERE e.value ~ ('(^|\\W)' || regexp_replace(shown, '(\\W)', '\\\\\\1', 'g') || 's?(\\W|$)')));
  INSERT INTO erasure (contact_id, person_id, reason, asked_on, records, kept, kept_until, created_at, changed_at)
    VALUES (CASE WHEN about = 'contact' THEN wanted END, CASE WHEN about = 'person' THEN wanted END, why, asked, erased,
      keeps, until, now(), now()) RETURNING id INTO made;
  RETURN jsonb_build_object('erasure', made, 'rows', gone, 'changes', changes, 'kept',
    (SELECT coalesce(sum(jsonb_array_length(value)), 0) FROM jsonb_each(stays)), 'gone', mine, 'past', found -> 'past');
END
"""


def _rules() -> str:
    """Return the rules of what goes with somebody as rows of SQL: place, table, ways to it, columns that name."""
    tracked = {cls.__tablename__ for cls in RECORDS}
    rows = [
        f"({place}, '{name}', '{_object(RULES[name].by)}', '{_object(RULES[name].names)}')"
        for place, name in enumerate(erased_tables())
        if name in tracked
    ]
    return f"(VALUES {', '.join(rows)}) AS rule(place, t, ways, names)"


def _object(pairs: Any) -> str:
    """Return names of columns and tables as a JSON object; none of them has a quote."""
    listed = ", ".join(f'"{key}": "{value}"' for key, value in pairs.items())
    return f"{{{listed}}}"


def _order() -> str:
    """Return the tables as rows of SQL in the order to delete their rows, children first."""
    wanted = set(erased_tables()) & {cls.__tablename__ for cls in RECORDS}
    names = [table.name for table in reversed(Base.metadata.sorted_tables) if table.name in wanted]
    return f"(VALUES {', '.join(f'({place}, {name!r})' for place, name in enumerate(names))}) AS o(place, t)"


def blanks() -> Iterator[tuple[str, Any]]:
    """Yield the columns of a contact that is reduced to who it was, with what stands there then."""
    fixed = {*REDUCED["contact"], *BOOKKEEPING, "id", "name_key"}
    for column in table_of(Contact).columns:
        if column.name in fixed:
            continue
        default: Any = column.default
        empty: list[Any] | dict[str, Any] = [] if column.name == "kept" else {}
        if isinstance(column.type, JSON):
            yield column.name, empty
        else:
            yield column.name, default.arg if default is not None and default.is_scalar else None


def _reduced() -> str:
    """Return what empties the columns of a contact that is reduced."""
    return ", ".join(f"{name} = {_literal(value)}" for name, value in blanks())


def _literal(value: Any) -> str:
    """Return a default as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, list | dict):
        return "'[]'" if isinstance(value, list) else "'{}'"
    if isinstance(value, bool | int):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


def functions(reasons: tuple[str, ...]) -> dict[str, str]:
    """Return the functions of this page by name, in the order to make them; `reasons` are those of an erasure."""
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    parts = {"rules": _rules(), "order": _order(), "reduced": _reduced(), "reasons": listed}
    subject = "(about text, wanted bigint)"
    erase = "gcrm_erase(about text, wanted bigint, keeps jsonb, why text, asked date)"
    return {
        "gcrm_ids": definer("gcrm_ids(m jsonb, t text)", "bigint[]", _IDS, "sql", "IMMUTABLE"),
        "gcrm_with": definer("gcrm_with(m jsonb, t text, ids bigint[])", "jsonb", _WITH, "sql", "IMMUTABLE"),
        "gcrm_may_erase": definer("gcrm_may_erase()", "boolean", _MAY_ERASE, "sql", "STABLE"),
        "gcrm_theirs": definer(f"gcrm_theirs{subject}", "jsonb", _THEIRS.format(**parts), kind="STABLE"),
        "gcrm_erasable": definer(f"gcrm_erasable{subject}", "jsonb", _ERASABLE.format(**parts), kind="STABLE"),
        "gcrm_erase": definer(erase, "jsonb", _ERASE.format(**parts)),
    }
