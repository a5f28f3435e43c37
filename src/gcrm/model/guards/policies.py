"""Which rows a login may see and write, table by table (row level security), and the triggers that stamp its writes.

The owner of the office goes past all of it: for the owner nothing costs more. `(SELECT gcrm_me())` is asked once per
statement and not once per row. To guard the rows of a table: a line in POLICIES.
"""

from __future__ import annotations

from collections.abc import Iterator

from gcrm.model.registry import RECORDS
from gcrm.model.rights import FIELD_GROUPS, PROGRAM_SETTINGS

ME = "(SELECT gcrm_me())"
_ADMINISTERS = "(SELECT gcrm_may('users.settings'))"
_SETS_UP = "(SELECT gcrm_may('settings.settings'))"
_LISTS = "(SELECT gcrm_may('contacts.change'))"
_OF_ACTIVITY = "(activity_id IS NULL OR ((SELECT gcrm_may('activities.see')) AND gcrm_sees_activity(activity_id)))"
_VISIBLE = f"(NOT is_private OR created_by = {ME} OR responsible_id = {ME})"
_MINE = f"user_id = {ME}"
_SHARED = f"(user_id IS NULL OR {_MINE})"
_SETTING = (
    f"({_MINE} OR (user_id IS NULL AND ({_SETS_UP} OR "
    + " OR ".join(f"key = '{key}'" for key in PROGRAM_SETTINGS)
    + ")))"
)
_LIST = f"({_MINE} OR (user_id IS NULL AND {_LISTS}))"
_ABSENT = f"({_MINE} OR {_ADMINISTERS})"
_NOTICE = f"((user_id = {ME} OR sender_id = {ME}) AND {_OF_ACTIVITY})"
_CONTENT = "EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = {table}.sha256)"
_CHANGE = (
    "table_name = ANY ((SELECT gcrm_tables())::text[]) "
    f"AND (private_to IS NULL OR strpos(private_to, ',' || {ME} || ',') > 0) "
    "AND ((SELECT gcrm_hidden_keys()) IS NULL "
    "OR NOT gcrm_tells((SELECT gcrm_hidden_keys()), table_name, old, new))"
)

# Table → what a row must be to be seen, made, changed (before and after) and deleted. None: nobody by way of policies.
POLICIES: dict[str, tuple[str | None, str | None, str | None, str | None]] = {
    "activity": (_VISIBLE, _VISIBLE, _VISIBLE, _VISIBLE),
    "activity_link": (_OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY),
    "appointment": (_OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY),
    "participant": (_OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY),
    "dav_name": (_OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY),
    "dav_peer": (_MINE, _MINE, _MINE, _MINE),
    "outlook_peer": (_MINE, _MINE, _MINE, _MINE),
    "attachment": (_OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY, _OF_ACTIVITY),
    "notice": (
        _NOTICE,
        f"({_OF_ACTIVITY} AND (sender_id = {ME} OR (sender_id IS NULL AND user_id = {ME})))",
        _MINE,
        _NOTICE,
    ),
    "blob": (_CONTENT.format(table="blob"), None, None, None),
    "blob_chunk": (_CONTENT.format(table="blob_chunk"), "true", None, None),
    "setting": (_SHARED, _SETTING, _SETTING, _SETTING),
    "saved_filter": (_SHARED, _LIST, _LIST, _LIST),
    "absence": ("true", _ABSENT, _ABSENT, _ABSENT),
    "refused_login": (_ABSENT, _MINE, None, None),
    "user": ("true", _ADMINISTERS, f"(id = {ME} OR {_ADMINISTERS})", None),
    "operation": ("true", "true", None, None),
    "change": (_CHANGE, None, None, None),
}
_VERBS = (("see", "SELECT"), ("add", "INSERT"), ("edit", "UPDATE"), ("drop", "DELETE"))


def policies() -> dict[str, str]:
    """Return the statements that guard rows, by "table.policy" and, for the switch itself, "table.rows"."""
    found: dict[str, str] = {}
    for table, conditions in POLICIES.items():
        found[f"{table}.rows"] = f'ALTER TABLE public."{table}" ENABLE ROW LEVEL SECURITY'
        for (name, verb), condition in zip(_VERBS, conditions, strict=True):
            if condition is not None:
                word = "WITH CHECK" if verb == "INSERT" else "USING"
                head = f'CREATE POLICY gcrm_{name} ON public."{table}" FOR {verb}'
                found[f"{table}.{name}"] = f"{head} {word} ({condition})"
    return found


def twins() -> list[str]:
    """Return the statements that make every policy once more, on an empty table of the same name that nobody sees.

    What the server keeps of both can then be compared: it keeps a condition in words of its own.
    """
    made = policies()
    statements = []
    for table in POLICIES:
        statements.append(f'CREATE TEMP TABLE "{table}" (LIKE public."{table}") ON COMMIT DROP')
        mine = (statement for name, statement in made.items() if name.startswith(f"{table}.") and "POLICY" in statement)
        statements += [statement.replace("ON public.", "ON pg_temp.", 1) for statement in mine]
    return statements


def stamps(owner: str) -> Iterator[tuple[str, str]]:
    """Yield the triggers for what logins write, by name; `owner`, as the server quotes it, is asked nothing."""
    when = f"WHEN (session_user <> {owner})"
    for cls in RECORDS:
        name = cls.__tablename__
        told = "'hidden'" if any(name in told.columns for told in FIELD_GROUPS.values()) else ""
        yield (
            f"stamp_{name}",
            f'CREATE TRIGGER "stamp_{name}" BEFORE INSERT OR UPDATE ON "{name}" FOR EACH ROW {when} '
            f"EXECUTE FUNCTION gcrm_stamp_record({told})",
        )
    yield (
        "drawn_number",
        'CREATE CONSTRAINT TRIGGER "drawn_number" AFTER UPDATE ON number_range DEFERRABLE INITIALLY DEFERRED '
        f"FOR EACH ROW {when} EXECUTE FUNCTION gcrm_drawn()",
    )
    yield (
        "piece_of_content",
        f'CREATE TRIGGER "piece_of_content" BEFORE INSERT OR UPDATE ON blob_chunk FOR EACH ROW {when} '
        "EXECUTE FUNCTION gcrm_piece()",
    )
    yield (
        "whole_content",
        'CREATE CONSTRAINT TRIGGER "whole_content" AFTER INSERT ON blob DEFERRABLE INITIALLY DEFERRED '
        f"FOR EACH ROW {when} EXECUTE FUNCTION gcrm_content()",
    )
    yield (
        "follow_user",
        'CREATE TRIGGER "follow_user" AFTER INSERT OR UPDATE OF group_id, is_active ON "user" '
        "FOR EACH ROW EXECUTE FUNCTION gcrm_follow_user()",
    )
    for name in ("group_right", "group_field", "user_group"):
        yield (
            f"follow_{name}",
            f'CREATE TRIGGER "follow_{name}" AFTER INSERT OR UPDATE OR DELETE ON "{name}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION gcrm_follow_groups()",
        )
    yield (
        "drop_group",
        'CREATE TRIGGER "drop_group" AFTER DELETE ON user_group FOR EACH ROW EXECUTE FUNCTION gcrm_drop_group()',
    )
