"""The registry of rights, and groups with their rights and hidden fields, on a server that sees to it and in a file."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import func, select, text

from gcrm.errors import UserError
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Base
from gcrm.model.contact import Contact
from gcrm.model.fields import fields_of
from gcrm.model.guards import POLICIES
from gcrm.model.registry import RECORDS
from gcrm.model.rights import (
    ACTIONS,
    ANYBODY,
    EVERY_RIGHT,
    FIELD_GROUPS,
    GROUPS,
    MODULES,
    PERSONAL,
    PROGRAM_SETTINGS,
    TABLES,
    WHOLE,
    Rights,
    right_label,
    visible_fields,
)
from gcrm.model.user import User
from gcrm.services import contact, contact_list, settings, user
from gcrm.services.check import check
from gcrm.services.contact_data import contact_data
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.dossier import dossier
from gcrm.services.personal_data.erase import erase
from gcrm.services.seals import seal_pending
from gcrm.services.team import logins, rights, rights_in_force
from gcrm.services.unit_of_work import unit_of_work
from tests.services.offices import organisation
from tests.services.team.rights.team_office import PASSWORD, Team


# --- the registry ---------------------------------------------------------------------------------------------------
def test_every_table_has_its_rights() -> None:
    """A new table without a line in the registry would be closed to all, and nobody would have thought about it."""
    assert TABLES.keys() == {table.name for table in Base.metadata.sorted_tables}
    assert set(POLICIES) <= TABLES.keys()
    assert {rule.module for rule in TABLES.values()} == {*MODULES, "history"} - {"exchange"}


def test_rules_speak_of_rights_that_there_are() -> None:
    for rule in TABLES.values():
        for named in (*rule.see, *rule.insert, *rule.update, *rule.delete):
            assert named in EVERY_RIGHT | {ANYBODY}
    for told in GROUPS.values():
        assert told.rights <= EVERY_RIGHT
        assert told.hidden <= FIELD_GROUPS.keys()
    assert all(right_label(right).strip() for right in EVERY_RIGHT)
    assert {right.partition(".")[2] for right in EVERY_RIGHT} <= ACTIONS.keys()


def test_hidden_fields_and_columns_of_rules_are_there() -> None:
    for told in FIELD_GROUPS.values():
        for name, columns in told.columns.items():
            assert columns == WHOLE or set(columns) <= set(Base.metadata.tables[name].columns.keys())
    for name, rule in TABLES.items():
        assert {*rule.trash, *rule.own, *rule.fixed} <= set(Base.metadata.tables[name].columns.keys())


def test_what_belongs_to_one_user_is_guarded_by_rows() -> None:
    owned = {cls.__tablename__ for cls in RECORDS if "user_id" in Base.metadata.tables[cls.__tablename__].columns}
    assert owned - {"participant"} == set(PERSONAL)  # who takes part belongs to the appointment
    assert owned <= POLICIES.keys()
    hanging = {t.name for t in Base.metadata.sorted_tables if "activity_id" in t.columns}
    assert hanging <= POLICIES.keys()


def test_the_settings_of_the_program_are_known() -> None:
    kept = {option.key for option in settings.OPTIONS if option.kind == "map" and not option.per_user}
    of_owner = {"backup.last", "team.refused"}  # who backs an office up and counts refused log-ins
    assert kept - of_owner == set(PROGRAM_SETTINGS)


def test_only_visible_fields_are_offered() -> None:
    office = Rights("office", GROUPS["office"].rights, frozenset({"notes"}))
    shown = visible_fields(Contact, office)
    assert "credit_limit" in shown
    assert not {"notes", "kept"} & shown.keys()
    assert visible_fields(BankAccount, Rights(hidden=frozenset({"bank"}))) == {}
    assert visible_fields(Contact, Rights()) == fields_of(Contact)


# --- groups ---------------------------------------------------------------------------------------------------------
def test_nobody_is_held_up_until_groups_are_made(database: Database) -> None:
    assert database.rights == Rights()
    assert database.rights.may("users", "settings")
    made = organisation(database)
    with database.read() as session:
        assert rights.groups(session) == []
        assert contact_data(session, made)["bank_accounts"]


def test_groups_of_the_program_are_made_once(database: Database) -> None:
    known = rights.ensure_groups(database)
    assert rights.ensure_groups(database) == known
    assert set(known) == set(GROUPS)
    with database.read() as session:
        found = {group.key: group for group in rights.groups(session)}
        assert session.scalar(select(func.count()).where(User.group_id == known["administrator"])) == 1
    for key, told in GROUPS.items():
        assert (found[key].rights, found[key].hidden) == (told.rights, told.hidden)
    assert database.rights.group == "administrator"
    seal_pending(database)
    assert check(database).findings == ()


def test_nobody_becomes_an_administrator_by_having_no_group(database: Database) -> None:
    known = rights.ensure_groups(database)
    lotta = user.add_user(database, "lotta", "Lotta")
    with unit_of_work(database, "Out of all groups") as work:
        work.session.get_one(User, lotta).group_id = None
    rights.ensure_groups(database)
    with database.read() as session:
        assert session.get_one(User, lotta).group_id == known["office"]


def test_own_groups_come_change_and_go(database: Database) -> None:
    made = rights.add_group(database, "Trainees", ["contacts.see"], ["notes"])
    rights.set_rights(database, made, ["contacts.see", "contacts.change"], [])
    with database.read() as session:
        group = rights.group_named(session, "trainees")
    assert group.rights == {"contacts.see", "contacts.change"}
    assert (group.hidden, group.members) == (frozenset(), 0)
    somebody = user.add_user(database, "lotta", "Lotta")
    rights.set_group(database, somebody, made)
    with pytest.raises(UserError, match="There are users in this group"):
        rights.remove_group(database, made)
    rights.set_group(database, somebody, rights.ensure_groups(database)["office"])
    rights.remove_group(database, made)
    with database.read() as session, pytest.raises(UserError, match="There is no group"):
        rights.group_named(session, "Trainees")


@pytest.mark.parametrize(
    ("name", "given", "hidden", "sentence"),
    [
        ("", ["contacts.see"], [], "Enter a name"),
        ("Office", ["contacts.see"], [], "already"),
        ("New", ["contacts.fly"], [], "There is no right “contacts.fly”"),
        ("New", ["contacts.see"], ["salaries"], "There is no right “salaries”"),
        ("New", ["contacts.change"], [], "must see it"),
    ],
)
def test_a_group_that_makes_no_sense_is_refused(
    database: Database, name: str, given: list[str], hidden: list[str], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        rights.add_group(database, name, given, hidden)


def test_an_office_keeps_an_administrator(database: Database) -> None:
    known = rights.ensure_groups(database)
    with pytest.raises(UserError, match="Administrators have every right"):
        rights.set_rights(database, known["administrator"], [], [])
    with pytest.raises(UserError, match="needs at least one administrator"):
        rights.set_group(database, database.user_id, known["office"])
    with pytest.raises(UserError, match="belongs to the program"):
        rights.remove_group(database, known["office"])
    assert database.rights.may("users", "settings")


# --- the aid in a file ----------------------------------------------------------------------------------------------
def test_in_a_file_the_program_says_what_is_not_allowed(database_url: str) -> None:
    boss = open_office(database_url, user="boss")
    known = rights.ensure_groups(boss)
    made = organisation(boss)
    reader = user.add_user(boss, "reader", "Reader")
    rights.set_group(boss, reader, known["read-only"])
    boss.close()
    office = open_office(database_url, user="reader")
    with pytest.raises(UserError, match="Contacts: delete"):
        contact.trash(office, [made])
    with pytest.raises(UserError, match="Contacts: create"):
        contact.create(office, contact.empty(name="Firma"))
    with pytest.raises(UserError, match="Settings of the office: set up"):
        settings.set(office, "trash.keep_days", 9)
    with pytest.raises(UserError, match="Users and rights: set up"):
        rights.set_group(office, reader, known["administrator"])
    settings.set(office, "ui.theme", "dark")
    with office.read() as session:
        assert contact_data(session, made)["bank_accounts"] == []
    office.close()
    newcomer = open_office(database_url, user="somebody")
    assert newcomer.rights.group == "office"
    newcomer.close()


# --- on a server ----------------------------------------------------------------------------------------------------
def test_another_right_holds_at_once(team: Team) -> None:
    known = rights.ensure_groups(team.owner)
    statement = b"UPDATE contact SET birthday = NULL"
    organisation(team.owner)
    with team.connect("office") as connection:
        connection.execute(statement)
        office = GROUPS["office"]
        with team.open("administrator") as boss:
            rights.set_rights(boss, known["office"], office.rights - {"contacts.change"}, office.hidden)
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(statement)
        with team.open("administrator") as boss:
            rights.set_rights(boss, known["office"], office.rights, office.hidden)
        connection.execute(statement)
    seal_pending(team.owner)
    assert check(team.owner).findings == ()


def test_hidden_fields_are_empty_for_the_program_and_refused_to_others(team: Team) -> None:
    made = organisation(team.owner)
    loaded = contact.load(team.owner, made)
    loaded.record.notes, loaded.record.credit_limit = "Confidential", Decimal(5000)
    contact.save(team.owner, loaded)
    with team.open("administrator") as boss:
        group = rights.add_group(
            boss, "Trainees", ["contacts.see", "contacts.create", "contacts.change"], ["notes", "terms", "bank"]
        )
        rights.set_group(boss, team.users["office"], group)
    with team.open("office") as trainee:
        assert not trainee.rights.sees("contact", "notes")
        with trainee.read() as session:
            queries = [ContactQuery(words=words) for words in ("lbre", "onfid", "eipz")]
            pages = [list(contact_list.ids(session, query, 9)) for query in queries]
        assert pages == [[made], [], [made]]
        edited = contact.load(trainee, made)
        assert (edited.record.notes, edited.record.credit_limit, edited.record.bank_accounts) == ("", None, [])
        edited.record.name2 = "Werk Süd"
        contact.save(trainee, edited)
        mine = contact.create(trainee, contact.empty(name="Von mir"))
        with trainee.read() as session:
            assert session.get_one(Contact, mine).created_by == trainee.user_id
        edited.record.notes = "mine"
        with pytest.raises(UserError, match="may not see"):
            contact.save(trainee, edited)
        with pytest.raises(UserError, match="may not see"):
            contact.create(trainee, contact.empty(name="Firma", notes="words"))
        with pytest.raises(UserError, match="Contacts: delete"):
            contact.trash(trainee, [mine])
    with team.owner.read() as session:
        kept = session.get_one(Contact, made)
        assert (kept.notes, kept.credit_limit, kept.name2) == ("Confidential", Decimal(5000), "Werk Süd")
    with team.connect("office") as connection, pytest.raises(Exception, match="permission denied for table contact"):
        connection.execute("SELECT notes FROM public.contact")
    with team.connect("office") as connection:
        row = connection.execute("SELECT 1 FROM change WHERE new LIKE '%Confidential%'").fetchall()
        assert row == []
        with pytest.raises(Exception, match="hidden fields of contact"):
            connection.execute(
                "INSERT INTO contact (kind, name, name2, notes, created_at, changed_at) "
                "VALUES ('organisation', 'x', '', 'x', now(), now())"
            )
    seal_pending(team.owner)
    assert check(team.owner).findings == ()


def test_what_some_group_does_not_see_is_found_by_nobody(team: Team) -> None:
    made = organisation(team.owner)

    def found(words: str) -> list[int]:
        with team.owner.read() as session:
            return list(contact_list.ids(session, ContactQuery(words=words)))

    assert found("DE89370400440532013000") == [], "bank data is hidden from the group of the office"
    known = rights.ensure_groups(team.owner)
    for key in ("office", "read-only"):
        rights.set_rights(team.owner, known[key], GROUPS[key].rights, [])
    assert found("DE89370400440532013000") == [made]
    rights.set_rights(team.owner, known["office"], GROUPS["office"].rights, ["bank"])
    assert found("DE89370400440532013000") == []
    assert found("Albrecht") == [made]
    seal_pending(team.owner)
    assert check(team.owner).findings == ()


def test_a_group_that_sees_no_activities_works_all_the_same(team: Team) -> None:
    made = organisation(team.owner)
    with team.open("administrator") as boss:
        group = rights.add_group(boss, "Phone book", ["contacts.see"])
        rights.set_group(boss, team.users["office"], group)
    with team.open("office") as reader, reader.read() as session:
        assert contact_list.count(session, ContactQuery()) == 1
        assert session.execute(text("SELECT count(*) FROM activity")).scalar() == 0
        assert contact.read(session, made).name.startswith("Albrecht")


def test_damaged_guards_are_found_and_made_again(team: Team) -> None:
    name = team.url.database
    for damages in (  # the next are looked for where nothing of the former is found
        {
            "activity.see": "DROP POLICY gcrm_see ON activity",
            "stamp_contact": 'ALTER TABLE contact DISABLE TRIGGER "stamp_contact"',
            "gcrm_enforce": "GRANT EXECUTE ON FUNCTION gcrm_enforce() TO PUBLIC",
        },
        {"activity.edit": "ALTER POLICY gcrm_edit ON activity USING (true)"},
        {
            "number_range.grants": f'GRANT UPDATE (next_value) ON number_range TO "{name}.office"',
            "contact.grants": f'REVOKE SELECT ON contact FROM "{name}.office"',
        },
    ):
        with team.owner.engine.begin() as connection:
            for statement in damages.values():
                connection.exec_driver_sql(statement)
        assert {found.record for found in check(team.owner).findings} == damages.keys()
        assert check(team.owner, repair=True, has_backup=True).ok
    assert check(team.owner).findings == ()


def test_a_login_cannot_check_an_office_of_which_it_sees_a_part(watched: Team) -> None:
    with watched.open("administrator") as boss, pytest.raises(UserError, match="Only the owner"):
        check(boss)


def test_a_login_tells_what_it_sees_of_somebody_and_erases_nobody(team: Team) -> None:
    record = contact.empty(name="Albrecht")
    record.bank_accounts.append(BankAccount(iban="DE02120300000000202051"))
    made = Subject("contact", contact.create(team.owner, record))
    with team.open("office") as database:
        told = dossier(database, made)
        assert ({section.table for section in told.sections}, told.is_whole) == ({"contact"}, False)
        with pytest.raises(UserError, match="Users and rights"):
            erase(database, made)
    assert "bank_account" in {section.table for section in dossier(team.owner, made).sections}
    erase(team.owner, made)
    assert check(team.owner).ok


def test_an_office_in_a_file_is_not_enforced(database: Database) -> None:
    if database.is_sqlite:
        with pytest.raises(UserError, match="an aid only"):
            rights.enforce(database)
        with database.read() as session:
            assert not rights_in_force.in_force(session)
            assert logins.online(session) == []


def test_an_office_under_another_name_takes_its_people_along(team: Team) -> None:
    """A restored office, or one whose database got another name: shared anew, everybody comes in as before."""
    old, new = str(team.url.database), f"{team.url.database}_new"
    team.owner.close()
    with psycopg.connect(
        host=team.url.host, port=team.url.port, dbname="postgres", user=team.url.username, password=PASSWORD,
        autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(str(team.url.username))))
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))
        team.url = team.url.set(database=new)
        owner = open_office(team.url.render_as_string(hide_password=False), user="chef")
        with owner.read() as session:
            assert not rights_in_force.in_force(session)
        rights.enforce(owner)
        with team.open("office") as desk:
            assert desk.rights.group == "office"
            contact.create(desk, contact.empty(name="Firma"))
        seal_pending(owner)
        assert check(owner).findings == ()
        owner.close()
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(new), sql.Identifier(old)))


def test_only_the_owner_shares_an_office(team: Team) -> None:
    with team.open("administrator") as boss, pytest.raises(UserError, match="Only the owner"):
        rights.enforce(boss)
    rights.enforce(team.owner)
    assert check(team.owner).findings == ()
