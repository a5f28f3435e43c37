"""What a login may try with a program of its own, and what must come of it, by group: an allow-list of outcomes.

`{names}` stand for records and people of the office in test_attacks.py. Outcomes: "refused" (no right), "none" (no row
seen or touched), "done", "true" and "false" (what a statement answers), "limit" (ended by a time limit), "wrong" (no
statement the server takes). A statement that a group may carry out changes nothing here that would matter.
"""

from __future__ import annotations

from dataclasses import dataclass

ADMINISTRATOR, BILLING, OFFICE, READ_ONLY = "administrator", "billing", "office", "read-only"
GROUPS = (ADMINISTRATOR, BILLING, OFFICE, READ_ONLY)
NOW = "created_at, changed_at"
VERIFIER = "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA"


@dataclass(frozen=True)
class Attack:
    """Statements in one transaction, and their outcome for each group; `others` holds for those not named."""

    name: str
    statements: tuple[str, ...]
    others: str
    groups: dict[str, str]

    def outcome(self, group: str) -> str:
        """Return what must come of it for a group."""
        return self.groups.get(group, self.others)


def _all(name: str, outcome: str, *statements: str) -> Attack:
    return Attack(name, statements, outcome, {})


def _admin(name: str, outcome: str, *statements: str) -> Attack:
    """Return an attack that only administrators may carry out."""
    return Attack(name, statements, "refused", {ADMINISTRATOR: outcome})


def _writers(name: str, outcome: str, *statements: str) -> Attack:
    """Return an attack that everybody but those who only read may carry out."""
    return Attack(name, statements, outcome, {READ_ONLY: "refused"})


_WORD = "translate(md5(random()::text), '0123456789', 'ghijklmnop')"
_CATEGORY = (
    f"INSERT INTO category (name, name_key, {NOW}, created_by) "
    f"SELECT w, w, now(), now(), {{other}} FROM (SELECT {_WORD}) AS x(w)"
)

ATTACKS = (
    # --- somebody else's name -------------------------------------------------------------------------------------
    _all(
        "an operation in another name and of another time",
        "true",
        "INSERT INTO operation (at, user_id, database_user, kind, label, params) "
        "VALUES (now() - interval '1 year', {other}, 'chef', 'edit', 'x', '{{}}') "
        "RETURNING user_id = gcrm_me() AND database_user = session_user AND at > now() - interval '1 hour'",
    ),
    _writers("a record made in another name", "true", f"{_CATEGORY} RETURNING created_by = gcrm_me()"),
    _writers(
        "a record changed in another name",
        "true",
        "UPDATE contact SET changed_by = {other} WHERE id = {contact} RETURNING changed_by = gcrm_me()",
    ),
    _all("the author of a record exchanged", "refused", "UPDATE contact SET created_by = {other} WHERE id = {contact}"),
    _writers(
        "a change slipped into the operation of somebody else",
        "true",
        "SELECT set_config('gcrm.operation', '{operation}', true)",
        _CATEGORY,
        "SELECT o.user_id = gcrm_me() AND o.id <> {operation} FROM change c JOIN operation o ON o.id = c.operation_id "
        "WHERE c.table_name = 'category' ORDER BY c.id DESC LIMIT 1",
    ),
    _writers(
        "an operation of an earlier transaction used again",
        "true",
        "SELECT set_config('gcrm.operation', (SELECT max(id) FROM operation WHERE database_user = session_user)::text, "
        "true)",
        _CATEGORY,
        "SELECT o.kind = 'outside' FROM change c JOIN operation o ON o.id = c.operation_id "
        "WHERE c.table_name = 'category' ORDER BY c.id DESC LIMIT 1",
    ),
    _writers("no operation at all", "wrong", "SELECT set_config('gcrm.operation', 'x', true)", _CATEGORY),
    _all(
        "a notice in another name",
        "refused",
        f"INSERT INTO notice (user_id, kind, sender_id, {NOW}) "
        "VALUES ({other}, 'delegated', {other}, now(), now())",
    ),
    _all(
        "refused log-ins of somebody else",
        "refused",
        f"INSERT INTO refused_login (user_id, place, times, last_at, {NOW}) "
        "VALUES ({other}, '', 9, now(), now(), now())",
    ),
    # --- the history ------------------------------------------------------------------------------------------------
    _all("the history changed", "refused", "UPDATE change SET new = '{{}}'"),
    _all("who may see the history changed", "refused", "UPDATE change SET private_to = NULL"),
    _all("the history deleted", "refused", "DELETE FROM change"),
    _all("the history emptied", "refused", "TRUNCATE change CASCADE"),
    _all(
        "the history invented",
        "refused",
        "INSERT INTO change (operation_id, table_name, record_id, action, digest) VALUES (1, 'contact', 1, 'U', '')",
    ),
    _all("an operation renamed", "refused", "UPDATE operation SET label = 'x'"),
    _all("operations deleted", "refused", "DELETE FROM operation"),
    _all("a seal written", "refused", "INSERT INTO seal VALUES (999, 1, '', '')"),
    _all("seals changed", "refused", "UPDATE seal SET digest = ''"),
    _all("seals deleted", "refused", "DELETE FROM seal"),
    _all("triggers switched off", "refused", "ALTER TABLE public.contact DISABLE TRIGGER ALL"),
    _all("a trigger dropped", "refused", "DROP TRIGGER change_contact_update ON public.contact"),
    _all("triggers gone past", "refused", "SET session_replication_role = replica"),
    _all("a policy dropped", "refused", "DROP POLICY gcrm_see ON activity"),
    _all("policies switched off", "refused", "ALTER TABLE activity DISABLE ROW LEVEL SECURITY"),
    _all("policies gone past", "refused", "SET row_security = off", "SELECT 1 FROM activity"),
    # --- more rights --------------------------------------------------------------------------------------------------
    _admin("oneself put to the administrators", "done",
           'UPDATE "user" SET group_id = {administrators} WHERE id = {me}'),
    _admin(
        "a right given to everybody",
        "done",
        f"INSERT INTO group_right (group_id, module, action, {NOW}) "
        "VALUES ({administrators}, 'nothing', 'see', now(), now())",
        "DELETE FROM group_right WHERE module = 'nothing'",
    ),
    _admin("hidden fields uncovered", "none", "DELETE FROM group_field WHERE fields = 'nothing'"),
    _admin("a group renamed", "done", "UPDATE user_group SET name = name WHERE id = {administrators}"),
    _all("the key of a group exchanged", "refused", "UPDATE user_group SET key = 'x' WHERE id = {administrators}"),
    _all("one's own login exchanged", "refused", "UPDATE \"user\" SET login = 'chef2' WHERE id = {me}"),
    Attack(
        "somebody else renamed",
        ("UPDATE \"user\" SET name = name WHERE id = {other}",),
        "none",
        {ADMINISTRATOR: "done"},
    ),
    _all("oneself renamed", "done", 'UPDATE "user" SET name = name WHERE id = {me}'),
    _admin("a user added", "done", "INSERT INTO \"user\" (login, name, email, language, is_active, "
           f"{NOW}) VALUES ('x' || random(), 'x', '', '', false, now(), now())"),
    _all("a user deleted", "refused", 'DELETE FROM "user" WHERE id = {other}'),
    Attack("the role of administrators taken", ('SET ROLE "{database}.administrator"',), "refused",
           {ADMINISTRATOR: "done"}),
    _all("the role of the owner taken", "refused", 'SET ROLE "{owner}"'),
    _all("somebody else's session taken", "refused", 'SET SESSION AUTHORIZATION "{owner}"'),
    _all("the role of administrators given", "refused", 'GRANT "{database}.administrator" TO "{login}"'),
    _all("a table given", "refused", 'GRANT ALL ON seal TO "{login}"'),
    _all("a role made", "refused", "CREATE ROLE evil LOGIN SUPERUSER"),
    _all("oneself made a superuser", "refused", 'ALTER ROLE "{login}" SUPERUSER'),
    _all("oneself allowed to make roles", "refused", 'ALTER ROLE "{login}" CREATEROLE'),
    _all("any number of sessions", "refused", 'ALTER ROLE "{login}" CONNECTION LIMIT -1'),
    _all("somebody else's password set", "refused", "ALTER ROLE \"{other_login}\" PASSWORD 'x'"),
    _all("somebody else's role dropped", "refused", 'DROP ROLE "{other_login}"'),
    _admin("somebody else's password set by the office", "wrong", "SELECT gcrm_login({other}, 'plain words')"),
    _admin(
        "the owner's password set by the office",
        "wrong",
        f"INSERT INTO \"user\" (login, name, email, language, is_active, group_id, {NOW}) "
        "VALUES ('{owner}', 'x', '', '', true, {administrators}, now(), now())",
        f"SELECT gcrm_login((SELECT id FROM \"user\" WHERE login = '{{owner}}'), '{VERIFIER}')",
    ),
    _admin(
        "a role of the server taken over",
        "wrong",
        f"INSERT INTO \"user\" (login, name, email, language, is_active, group_id, {NOW}) "
        "VALUES ('pg_monitor', 'x', '', '', true, {administrators}, now(), now())",
        f"SELECT gcrm_login((SELECT id FROM \"user\" WHERE login = 'pg_monitor'), '{VERIFIER}')",
    ),
    _all("grants made anew by hand", "refused", "SELECT gcrm_grant({administrators})"),
    _all("a login moved by hand", "refused", "SELECT gcrm_put('{login}', {administrators}, true)"),
    _all("an office shared by hand", "refused", "SELECT gcrm_enforce()"),
    _all("views made by hand", "refused", "SELECT gcrm_views('x', '{{}}', '{{}}')"),
    _all("the history hidden by hand", "refused", "SELECT gcrm_hide({private})"),
    Attack("somebody's sessions ended, or one's own", ("SELECT gcrm_end({reader})",), "refused",
           {ADMINISTRATOR: "done", READ_ONLY: "done"}),
    # --- what is private to somebody else -----------------------------------------------------------------------------
    _all("a private activity read", "none", "SELECT 1 FROM activity WHERE id = {private}"),
    Attack("a private activity changed", ("UPDATE activity SET subject = 'x' WHERE id = {private}",), "none",
           {READ_ONLY: "refused"}),
    Attack("a private activity taken over", ("UPDATE activity SET responsible_id = {me} WHERE id = {private}",), "none",
           {READ_ONLY: "refused"}),
    Attack("a private activity deleted", ("DELETE FROM activity WHERE id = {private}",), "none",
           {READ_ONLY: "refused"}),
    _all("a private activity found by a division", "none",
         "SELECT 1 FROM activity WHERE 1 / (CASE WHEN subject LIKE 'Secret%' THEN 0 ELSE 1 END) = 0"),
    _all("the file of a private activity read", "none", "SELECT 1 FROM attachment WHERE activity_id = {private}"),
    Attack("the file of a private activity uncovered",
           ("UPDATE attachment SET activity_id = NULL WHERE activity_id = {private}",), "none", {READ_ONLY: "refused"}),
    _all("the bytes of a private file read", "none", "SELECT 1 FROM blob_chunk WHERE sha256 = '{secret_file}'"),
    _all("the checksum of a private file read", "none", "SELECT 1 FROM blob WHERE sha256 = '{secret_file}'"),
    _writers(
        "a file hung on a private activity",
        "refused",
        f"INSERT INTO attachment (activity_id, name, media_type, size, link, is_picture, {NOW}) "
        "VALUES ({private}, 'x', '', 0, 'x', false, now(), now())",
    ),
    _writers(
        "a link hung on a private activity",
        "refused",
        f"INSERT INTO activity_link (activity_id, table_name, record_id, {NOW}) "
        "VALUES ({private}, 'contact', 1, now(), now())",
    ),
    _all("the history of a private activity read", "none",
         "SELECT 1 FROM change WHERE table_name = 'activity' AND record_id = {private}"),
    _all("the history of its file read", "none",
         "SELECT 1 FROM change WHERE table_name = 'attachment' AND new LIKE '%secret.txt%'"),
    _all("any word of it anywhere in the history", "none",
         "SELECT 1 FROM change WHERE coalesce(old, '') || coalesce(new, '') ILIKE '%secret%'"),
    _all("any word of it in an operation", "none",
         "SELECT 1 FROM operation WHERE label || params::text ILIKE '%secret plan%'"),
    _all("any word of it in the search index", "none", "SELECT 1 FROM contact_search WHERE text LIKE '%secret%'"),
    Attack("a notice to somebody else read, but for one's own", ("SELECT 1 FROM notice WHERE user_id = {other}",),
           "none", {ADMINISTRATOR: "done"}),
    _all("a notice to somebody else put away", "none", "UPDATE notice SET read_at = now() WHERE user_id = {other}"),
    _all("a setting of somebody else read", "none", "SELECT 1 FROM setting WHERE user_id = {other}"),
    _all("a setting of somebody else changed", "none", "UPDATE setting SET value = '1' WHERE user_id = {other}"),
    _all("a setting of somebody else in the history", "none", "SELECT 1 FROM change WHERE table_name = 'setting'"),
    _all("a list of somebody else read", "none", "SELECT 1 FROM saved_filter WHERE user_id = {other}"),
    _all("a list of somebody else in the history", "none", "SELECT 1 FROM change WHERE table_name = 'saved_filter'"),
    _all("what the planner knows of activities", "none", "SELECT 1 FROM pg_stats WHERE tablename = 'activity'"),
    _all("the statements of others read", "none",
         "SELECT 1 FROM pg_stat_activity WHERE usename <> session_user AND query NOT LIKE '<insufficient%'"),
    # --- hidden fields ----------------------------------------------------------------------------------------------
    Attack("bank data read", ("SELECT iban FROM public.bank_account",), "refused",
           {ADMINISTRATOR: "done", BILLING: "done"}),
    Attack("bank data read as the program does", ("SELECT iban FROM bank_account",), "none",
           {ADMINISTRATOR: "done", BILLING: "done"}),
    Attack("bank data in the history", ("SELECT 1 FROM change WHERE table_name = 'bank_account'",), "none",
           {ADMINISTRATOR: "done", BILLING: "done"}),
    Attack("bank data written", ("INSERT INTO public.bank_account (contact_id, iban, bic, bank_name, holder, "
           f"is_default, {NOW}) VALUES ({{contact}}, '', '', '', '', false, now(), now())",), "refused",
           {ADMINISTRATOR: "done", BILLING: "done"}),
    _all("bank data in the search index", "none",
         "SELECT 1 FROM contact_search WHERE text LIKE '%de89370400440532013000%'"),
    Attack("terms read", ("SELECT credit_limit FROM public.contact",), "done", {READ_ONLY: "refused"}),
    Attack("all of a contact read", ("SELECT * FROM public.contact",), "done", {READ_ONLY: "refused"}),
    Attack("terms in the history", ("SELECT 1 FROM change WHERE new LIKE '%\"credit_limit\"%'",), "done",
           {READ_ONLY: "none"}),
    Attack("contacts sorted by hidden terms", ("SELECT id FROM public.contact ORDER BY credit_limit",), "done",
           {READ_ONLY: "refused"}),
    # --- numbers ----------------------------------------------------------------------------------------------------
    _admin("a number drawn and thrown away", "done", "SELECT gcrm_draw({range}, 1)"),
    _admin("a counter set back", "done", "UPDATE number_range SET next_value = next_value WHERE id = {range}"),
    _admin("a counter locked", "done", "SELECT 1 FROM number_range WHERE id = {range} FOR UPDATE"),
    _all("ids counted anew", "refused", "SELECT setval('contact_id_seq', 1)"),
    # --- files ------------------------------------------------------------------------------------------------------
    _all("a content without bytes named", "refused", "INSERT INTO blob VALUES (repeat('0', 64), 9)"),
    _writers("a content without bytes claimed", "refused", "SELECT gcrm_blob(repeat('0', 64), 9)"),
    _writers(
        "a content that is another",
        "refused",
        "SELECT gcrm_blob(repeat('0', 64), 3)",
        "INSERT INTO blob_chunk VALUES (repeat('0', 64), 0, 'abc')",
    ),
    _writers("a piece put behind a file", "refused", "INSERT INTO blob_chunk VALUES ('{open_file}', 1, 'abc')"),
    _all("a piece of a file exchanged", "refused", "UPDATE blob_chunk SET data = 'abc'"),
    _all("contents deleted", "refused", "DELETE FROM blob"),
    # --- erasing ----------------------------------------------------------------------------------------------------
    _admin("somebody erased who is not there", "wrong",
           "SELECT gcrm_erase('contact', -1, '[]', 'request', current_date)"),
    _admin("a row of another table erased", "wrong",
           "SELECT gcrm_erase('user', {other}, '[]', 'request', current_date)"),
    _admin("an erasure for a reason that is none", "wrong",
           "SELECT gcrm_erase('contact', {contact}, '[]', 'x', current_date)"),
    _admin("papers kept that are no list", "wrong",
           "SELECT gcrm_erase('contact', {contact}, '{{}}', 'request', current_date)"),
    _admin("what is private, told by what could be erased", "true",
           "SELECT gcrm_erasable('contact', {contact})::text !~* 'secret'"),
    _all("everything of somebody found", "refused", "SELECT gcrm_theirs('contact', {contact})"),
    _all("the history of somebody emptied", "refused", "UPDATE change SET salt = NULL, old = NULL, new = NULL"),
    # --- settings and structure -------------------------------------------------------------------------------------
    _admin("a setting of the office", "done",
           f"INSERT INTO setting (key, value, {NOW}) VALUES ('x' || random(), '1', now(), now())"),
    _admin("the own company", "none", "UPDATE company SET name = 'x' WHERE id = -1"),
    _admin("a user-defined field", "none", "UPDATE custom_field SET label = 'x' WHERE id = -1"),
    _all("the version of the schema", "refused", "UPDATE alembic_version SET version_num = '0001'"),
    Attack("contacts deleted", ("DELETE FROM contact WHERE id = -1",), "none", {READ_ONLY: "refused"}),
    Attack("contacts to the trash", ("UPDATE contact SET deleted_at = now() WHERE id = -1",), "none",
           {READ_ONLY: "refused"}),
    _all("contacts emptied", "refused", "TRUNCATE public.contact CASCADE"),
    _all("contacts dropped", "refused", "DROP TABLE public.contact CASCADE"),
    _all("a column dropped", "refused", "ALTER TABLE public.contact DROP COLUMN notes"),
    _all("the owner of a table exchanged", "refused", 'ALTER TABLE public.contact OWNER TO "{login}"'),
    # --- the server -------------------------------------------------------------------------------------------------
    _all("a function that shadows another", "refused",
         "CREATE FUNCTION gcrm_me() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    _all("a function of the office replaced", "refused",
         "CREATE OR REPLACE FUNCTION gcrm_may(wanted text) RETURNS boolean LANGUAGE sql AS 'SELECT true'"),
    _all("a table of one's own", "refused", "CREATE TABLE public.contact2 (id int)"),
    _all("a schema of one's own", "refused", "CREATE SCHEMA evil"),
    _all("a temporary table that shadows another", "refused", "CREATE TEMP TABLE number_range (id bigint)"),
    _all("a search_path of one's own", "true", "SET LOCAL search_path = pg_temp, pg_catalog",
         "SELECT public.gcrm_me() = {me}"),
    _all("a program started", "refused", "COPY (SELECT 1) TO PROGRAM 'id'"),
    _all("a program read from", "refused", "COPY category FROM PROGRAM 'id'"),
    _all("a file of the server written", "refused", "COPY (SELECT 1) TO '/tmp/x'"),
    _all("a file of the server read", "refused", "SELECT pg_read_file('/etc/passwd')"),
    _all("a folder of the server read", "refused", "SELECT pg_ls_dir('.')"),
    _all("password hashes read", "refused", "SELECT rolpassword FROM pg_authid"),
    _all("who may connect from where", "refused", "SELECT * FROM pg_hba_file_rules"),
    _all("a large object made", "refused", "SELECT lo_create(0)"),
    _all("a large object from a file", "refused", "SELECT lo_import('/etc/passwd')"),
    _all("a large object from bytes", "refused", "SELECT lo_from_bytea(0, 'x')"),
    _all("an extension made", "refused", "CREATE EXTENSION hstore"),
    _all("a language used that is not trusted", "wrong", "DO LANGUAGE plpython3u 'pass'"),
    _all("the server set up otherwise", "refused", "ALTER SYSTEM SET fsync = off"),
    _all("the database set up otherwise", "refused", 'ALTER DATABASE "{database}" SET search_path = evil'),
    _all("the server told to read its settings", "refused", "SELECT pg_reload_conf()"),
    _all("the owner's sessions ended", "refused",
         "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{owner}'"),
    # --- standing in the way ----------------------------------------------------------------------------------------
    _all("the seals locked", "refused", "LOCK TABLE seal IN ACCESS SHARE MODE"),
    _all("the history locked", "refused", "LOCK TABLE change IN SHARE MODE"),
    _all("the upgrade locked out", "refused", "LOCK TABLE alembic_version IN SHARE MODE"),
    _all("the operations locked", "refused", "LOCK TABLE operation IN SHARE ROW EXCLUSIVE MODE"),
    _writers("contacts locked, until a time limit or an administrator ends it", "done",
             "LOCK TABLE public.contact IN ACCESS EXCLUSIVE MODE"),
    _all("a statement that does not end", "limit", "SET LOCAL statement_timeout = 50", "SELECT pg_sleep(30)"),
    _all("the advisory lock of the first start", "done", "SELECT pg_advisory_xact_lock(1732465229)"),
)  # fmt: skip
