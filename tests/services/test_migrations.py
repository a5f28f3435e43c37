"""Each revision over an office with records, in both directions: nothing is lost, and the history tells it."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import text

from gcrm.model.change import Operation, Seal
from gcrm.model.user import Company, NumberRange
from gcrm.services import company, contact, number_range, schema, undo
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.home import own_company
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.unit_of_work import unit_of_work
from tests.services.offices import enter_company, organisation


@pytest.fixture
def old_office(database: Database, database_url: str) -> str:
    """Give the URL of an office with contacts as 0001 kept it; its own company was never entered."""
    organisation(database)
    number_range.set_range(database, "customer", "K-", 5, 42)
    seal_pending(database)
    schema.upgrade(database.engine, "0001")
    return database_url


def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def run(database: Database, statement: str) -> None:
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        connection.execute(text(statement))


# --- 0002: own company and number ranges ------------------------------------------------------------------------------
def test_an_office_that_had_no_company_gets_one(database: Database, old_office: str) -> None:
    assert rows(database, "SELECT name FROM company") == []
    ranges = "SELECT key, prefix, company_id FROM number_range ORDER BY key"
    assert rows(database, ranges) == [("contact", "", None), ("customer", "K-", None), ("supplier", "", None)]
    with closing(open_office(old_office, upgrades=True)) as office:
        own = company.main_company(office).record
        assert (own.name, own.country, office.home.country) == ("", "DE", "DE")
        with office.read() as session:
            assert {row.company_id for row in session.query(NumberRange)} == {own.id}
            step = undo.next_undo(session, office.user_id)
        assert step is not None
        assert step.label == "Number range changed"
        seal_pending(office)
        assert check(office, full=True).ok
        made = contact.create(office, contact.empty(name="Becker", is_customer=True))
        assert contact.load(office, made).record.number == "K-00042"


def test_the_change_of_the_schema_is_sealed_when_the_office_is_closed(database: Database, old_office: str) -> None:
    open_office(old_office, upgrades=True).close()
    with database.read() as session:
        told = session.query(Operation).filter(Operation.label == "Own company set up").order_by(Operation.id).all()
        assert [operation.kind for operation in told] == ["system"] * len(told)
        assert session.query(Seal).filter(Seal.operation_id == told[-1].id).count() == 1


def test_the_company_that_was_entered_gets_the_ranges(database: Database) -> None:
    main = enter_company(database, name="Costa Lda", country="PT")
    branch = company.create(database, Company(name="Costa Porto", parent_id=main))
    seal_pending(database)
    schema.upgrade(database.engine, "0001")
    assert rows(database, "SELECT name FROM company ORDER BY id") == [("Costa Lda",), ("Costa Porto",)]
    schema.upgrade(database.engine)
    assert rows(database, "SELECT DISTINCT company_id FROM number_range") == [(main,)]
    with database.read() as session:
        assert own_company(session).id == main
        assert [row.id for row in company.companies(session)] == [main, branch]
    seal_pending(database)
    assert check(database, full=True).ok


def test_the_range_that_was_drawn_from_stays_of_two(database: Database, old_office: str) -> None:
    names = "name street house_number supplement postcode town region country area_code phone email web vat_number"
    columns = ", ".join([*names.split(), "tax_number"])
    stamp = "1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'"
    empty = ", ".join(["''"] * (len(names.split()) + 1))
    run(database, f"INSERT INTO company ({columns}, version, created_at, changed_at) VALUES ({empty}, {stamp})")
    run(
        database,
        "INSERT INTO number_range (key, company_id, prefix, digits, next_value, version, created_at, changed_at) "
        f"SELECT 'customer', id, 'X', 1, 1, {stamp} FROM company",
    )
    schema.upgrade(database.engine)
    kept = "SELECT prefix, next_value FROM number_range WHERE key = 'customer'"
    assert rows(database, kept) == [("K-", 42)]


def test_an_address_without_name_outlives_the_older_schema(database: Database) -> None:
    enter_company(database, town="Porto")
    schema.upgrade(database.engine, "0001")
    assert rows(database, "SELECT name, town FROM company") == [("", "Porto")]
    schema.upgrade(database.engine)
    assert company.main_company(database).record.town == "Porto"
    assert check(database, full=True).ok


def test_no_id_is_given_out_again(database: Database) -> None:
    with unit_of_work(database, "Range") as work:
        gone = NumberRange(key="letter", company_id=own_company(work.session).id)
        work.session.add(gone)
    with unit_of_work(database, "Range") as work:
        work.session.delete(work.session.get_one(NumberRange, gone.id))
    schema.upgrade(database.engine, "0001")
    schema.upgrade(database.engine)
    with unit_of_work(database, "Range") as work:
        new = NumberRange(key="letter", company_id=own_company(work.session).id)
        work.session.add(new)
    assert new.id > gone.id
