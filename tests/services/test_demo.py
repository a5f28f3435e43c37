"""The made-up office: right by the rules of the model, the same by its seed, and leaving nothing when it is stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import phonenumbers
import pytest
from sqlalchemy import func, select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Home
from gcrm.model.change import Change, ContactSearch, Operation
from gcrm.model.checks import iban, vat
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import DIALLED, ContactPoint
from gcrm.model.registry import RECORDS, table_of
from gcrm.model.setting import SavedFilter
from gcrm.model.user import Company, NumberRange, User
from gcrm.services import contact, contact_list, demo, undo
from gcrm.services.check import check
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.demo import numbers
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from tests.databases import PostgresOffices, SqliteOffices

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.read() as session:
        found = {}
        for cls in RECORDS:
            if cls is not User:
                table = table_of(cls)
                columns = [c for c in table.columns if c.name not in ("created_at", "changed_at")]
                rows = session.execute(select(*columns).order_by(table.c.id)).all()
                found[table.name] = [tuple(row) for row in rows]
        texts = session.execute(select(ContactSearch.contact_id, ContactSearch.text).order_by(ContactSearch.contact_id))
        found["search"] = [tuple(row) for row in texts]
    return found


@pytest.mark.parametrize("language", ["en", "de", "pt"])
def test_every_row_is_what_the_model_would_have_written(database: Database, language: str) -> None:
    demo.create(database, 150, seed=7, language=language, at=AT)
    seal_pending(database)
    report = check(database, full=True)
    assert report.ok, report.findings
    with database.read() as session:
        for cls in RECORDS:
            for record in session.scalars(select(cls)):
                before = {c.name: getattr(record, c.name) for c in table_of(cls).columns}
                record.derive(Home("DE"))
                assert {name: getattr(record, name) for name in before} == before
        session.rollback()


@pytest.mark.parametrize("offices", ["sqlite"], indirect=True)  # both engines get the same, as is seen below
def test_numbers_are_valid_in_their_country(database: Database) -> None:
    demo.create(database, 400, seed=3, language="en", activities=0, at=AT)
    with database.read() as session:
        phones = session.scalars(select(ContactPoint).where(ContactPoint.kind.in_(DIALLED))).all()
        assert all(phonenumbers.is_valid_number(phonenumbers.parse(point.e164 or "")) for point in phones)
        assert len({point.e164 for point in phones}) == len(phones)
        mails = session.scalars(select(ContactPoint.value).where(ContactPoint.kind == "email")).all()
        assert all(mail.endswith(".example") for mail in mails)
        for value in session.scalars(select(BankAccount.iban)):
            assert iban.check(value).level == "ok", value
        for value in session.scalars(select(Contact.vat_number).where(Contact.vat_number != "")):
            assert vat.check(value).level == "ok", value


@pytest.mark.parametrize("country", ["DE", "AT", "CH", "PT"])
def test_check_digits_are_right(country: str) -> None:
    bank = {"DE": "37040044", "AT": "12000", "CH": "00230", "PT": "00330000"}[country]
    for number in range(500):
        assert vat.check(numbers.vat(country, number)).level == "ok"
        assert iban.check(numbers.iban(country, bank, number * 104729)).level == "ok"


def test_films_numbers_come_first() -> None:
    lines = numbers.Lines()
    stems = [lines.stem("DE", "30") for _each in range(101)]
    assert stems[:2] == ["2312500", "2312501"]
    assert not stems[100].startswith("23125")
    assert lines.mobile("DE") == ("171", "3920000")
    assert len(set(stems)) == 101


def test_the_same_seed_gives_the_same_office_on_both_engines(
    sqlite_offices: SqliteOffices, postgres_offices: PostgresOffices, tmp_path: Any
) -> None:
    made = []
    for offices in (sqlite_offices, postgres_offices):
        with offices.migrated(tmp_path) as url:
            database = open_office(url)
            demo.create(database, 60, seed=5, language="de", at=AT)
            made.append(dump(database))
            database.close()
    assert made[0] == made[1]


@pytest.mark.parametrize("offices", ["sqlite"], indirect=True)  # both engines get the same, as is seen above
def test_another_seed_gives_another_office(database: Database) -> None:
    demo.create(database, 40, seed=1, language="de", at=AT)
    demo.create(database, 40, seed=2, language="de", at=AT)
    with database.read() as session:
        names = session.scalars(select(Contact.name).order_by(Contact.id)).all()
    assert names[12:40] != names[52:80]


@pytest.mark.parametrize("offices", ["sqlite"], indirect=True)  # both engines get the same, as is seen above
def test_the_contacts_of_the_pictures_come_first(database: Database) -> None:
    demo.create(database, 30, language="en", at=AT)
    with database.read() as session:
        first = session.scalars(select(Contact).order_by(Contact.id)).first()
        assert first is not None
        assert (first.number, first.name, first.priority) == ("10042", "Albrecht Metallbau GmbH", "A")
        people = session.execute(
            select(Person.first_name, Person.last_name, ContactPerson.function)
            .join(ContactPerson, ContactPerson.person_id == Person.id)
            .where(ContactPerson.contact_id == first.id)
            .order_by(ContactPerson.id)
        ).all()
        assert [tuple(row) for row in people] == [
            ("Anna", "Albrecht", "Managing director"),
            ("Jörg", "Pfeiffer", "Purchasing"),
            ("Lea", "Lindner", "Accounts payable"),
        ]
        found = contact_list.ids(session, ContactQuery(words="0341 1234560"))
        assert list(found) == [first.id]
        due = session.scalars(
            select(Activity.text).where(Activity.contact_id == first.id, Activity.state == "open")
        ).all()
    assert "Call back about offer AN-2026-0417" in due


@pytest.mark.parametrize("offices", ["sqlite"], indirect=True)  # both engines get the same, as is seen above
def test_there_is_something_to_do(database: Database) -> None:
    demo.create(database, 200, language="de", at=AT)
    open_ones = select(Activity.follow_up_at).where(Activity.state == "open")
    with database.read() as session:
        days = [(moment.date() - AT.date()).days for moment in session.scalars(open_ones) if moment]
        birthdays = session.scalar(select(func.count(Contact.id)).where(Contact.birthday.is_not(None)))
        saved = {
            row.name: contact_list.count(session, contact_list.query_of(row)) for row in session.query(SavedFilter)
        }
    assert days.count(0) >= 6
    assert sum(day < 0 for day in days) >= 5
    assert sum(0 < day <= 7 for day in days) >= 6
    assert birthdays
    assert set(saved) == {"A customers", "Birthdays this month", "Without e-mail"}
    assert saved["A customers"]
    assert saved["Without e-mail"]


@pytest.mark.parametrize(("contacts", "activities"), [(0, 0), (1, 0), (12, 0), (13, 2), (20, 200), (2001, 10)])
@pytest.mark.parametrize("offices", ["sqlite"], indirect=True)
def test_as_many_are_made_as_were_asked_for(database: Database, contacts: int, activities: int) -> None:
    are_made(database, contacts, activities)


@pytest.mark.parametrize("offices", ["postgresql"], indirect=True)
def test_as_many_are_made_on_a_server(database: Database) -> None:
    are_made(database, 20, 200)


def are_made(database: Database, contacts: int, activities: int) -> None:
    demo.create(database, contacts, activities=activities, at=AT)
    with database.read() as session:
        assert session.query(Contact).count() == contacts
        assert session.query(Activity).count() == activities
        assert session.query(ContactSearch).count() == contacts


def test_stopping_leaves_nothing(database: Database) -> None:
    with database.read() as session:
        before = [session.query(cls).count() for cls in (Change, Operation, Contact, Company, NumberRange, User)]
    seen = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.create(database, 2001, activities=0, progress=stop)
    with database.read() as session:
        after = [session.query(cls).count() for cls in (Change, Operation, Contact, Company, NumberRange, User)]
    assert after == before
    assert seen == [(2000, 2001)]
    assert contact.create(database, contact.empty(name="Goes on", is_customer=True))


def test_an_office_goes_on_after_it(database: Database) -> None:
    own = contact.create(database, contact.empty(name="Was here before", is_customer=True))
    demo.create(database, 30, seed=1, at=AT)
    demo.create(database, 30, seed=1, at=AT)
    new = contact.create(database, contact.empty(name="Comes after", is_customer=True))
    seal_pending(database)
    with database.read() as session:
        assert session.query(Contact).count() == 62
        numbers_given = session.scalars(select(Contact.number)).all()
        assert len(set(numbers_given)) == 62
        assert session.query(Company).count() == 1
        assert session.query(SavedFilter).count() == 3
        assert new == 62
        assert session.get_one(Contact, own).number == "10001"
    assert check(database, full=True).ok
    undo.undo_last(database)
    with database.read() as session:
        assert session.query(Contact).count() == 61


def test_ranges_do_not_run_into_each_other(database: Database) -> None:
    with database.read() as session:
        given = demo.office.Numbers(session)
    given.next["customer"] = 49_999
    assert [given.take("customer") for _each in range(4)] == ["49999", "50000", "200001", "200002"]


def test_sizes_that_make_no_sense_are_refused(database: Database) -> None:
    with pytest.raises(UserError, match="5 million"):
        demo.create(database, -1)
