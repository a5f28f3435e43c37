"""Numbers: each once, none left out, also when many draw at once and some fail."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from sqlalchemy import select

from gcrm.errors import ConflictError, UserError
from gcrm.model.user import Company, NumberRange
from gcrm.services import company, contact, number_range, numbering
from gcrm.services.database import Database
from gcrm.services.home import own_company
from gcrm.services.opening import open_office
from gcrm.services.unit_of_work import unit_of_work


def test_a_failed_save_uses_no_number_up(database: Database) -> None:
    contact.create(database, contact.empty(name="One", is_customer=True))
    twice = [contact.empty(name="Two", is_customer=True), contact.empty(name="Bad", number="10001")]
    with pytest.raises(UserError, match="belongs to"), unit_of_work(database, "Fails") as work:
        list(map(partial(contact.add, work), twice))
    made = contact.create(database, contact.empty(name="Three", is_customer=True))
    assert contact.load(database, made).record.number == "10002"


def test_undo_does_not_give_a_number_out_again(database: Database) -> None:
    from gcrm.services import undo

    contact.create(database, contact.empty(name="One", is_customer=True))
    undo.undo_last(database)
    made = contact.create(database, contact.empty(name="Two", is_customer=True))
    assert contact.load(database, made).record.number == "10002"


def test_ranges_have_prefix_and_digits(database: Database) -> None:
    with unit_of_work(database, "Range") as work:
        main = own_company(work.session).id
        work.session.add(NumberRange(key="letter", company_id=main, prefix="B-", digits=4, next_value=99))
    with unit_of_work(database, "Drawn") as work:
        assert [numbering.draw(work.session, "letter") for _each in range(2)] == ["B-0099", "B-0100"]


def test_each_company_has_ranges_of_its_own_and_contacts_are_numbered_by_the_main_one(database: Database) -> None:
    other = company.create(database, Company(name="Zweite GmbH"))
    with unit_of_work(database, "Range") as work:
        work.session.add(NumberRange(key="customer", company_id=other, prefix="Z-", digits=4, next_value=1))
    made = contact.create(database, contact.empty(name="One", is_customer=True))
    assert contact.load(database, made).record.number == "10001"
    with database.read() as session:
        assert {row.key: row.sample for row in number_range.ranges(session)}["customer"] == "10002"
        main = own_company(session).id
        owned = set(session.scalars(select(NumberRange.company_id).where(NumberRange.key.in_(numbering.FIRST))))
    assert owned == {main, other}
    twice = NumberRange(key="customer", company_id=main)
    with pytest.raises(ConflictError, match="contradicts"), unit_of_work(database, "Twice") as work:
        work.session.add(twice)


def test_the_first_draws_of_several_desks_make_one_range(database: Database, database_url: str) -> None:
    desks = [database, *(open_office(database_url, user=f"desk{n}") for n in range(3))]
    drawn: list[str] = []

    def draw(desk: Database) -> None:
        for _turn in range(6):
            with unit_of_work(desk, "Drawn") as work:
                drawn.append(numbering.draw(work.session, "letter"))

    threads = [threading.Thread(target=draw, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn, key=int) == [str(place) for place in range(1, 25)]
    with database.read() as session:
        assert session.query(NumberRange).filter(NumberRange.key == "letter").count() == 1
    for desk in desks[1:]:
        desk.close()
