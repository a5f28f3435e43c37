"""Who is calling, whatever the spelling, by index."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gcrm.errors import UserError
from gcrm.model.base import Home
from gcrm.model.contact_point import ContactPoint
from gcrm.services import activity, contact
from gcrm.services.caller import caller_card, exact_select, similar_select, who_is
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work
from tests.services.chronicle_office import MONDAY, at, customer, person_at, timed, whole, with_number

HOME = Home("DE", "30")


def names(database: Database, number: str, home: Home = HOME) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(match.name, match.quality) for match in who_is(session, number, home)]


@pytest.mark.parametrize(
    "number", ["+4930123456", "030123456", "004930123456", "+49 (0) 30 / 12 34 56", "123456", "030/123456 (030999999)"]
)
def test_every_spelling_finds_the_same_contact(database: Database, number: str) -> None:
    with_number(database, "Müller", "+49 30 123456")
    with_number(database, "Other", "+49 30 123457")
    assert names(database, number) == [("Müller", "exact")]


def test_everybody_with_the_number_is_shown_persons_first_in_their_contact(database: Database) -> None:
    first = with_number(database, "Haus A", "030 123456")
    with_number(database, "Haus B", "030 123456")
    role = person_at(database, first, "Eva", "Klein", "030 123456")
    with database.read() as session:
        found = who_is(session, "030123456", HOME)
    assert [(match.name, match.contact_name, match.person) for match in found] == [
        ("Eva Klein", "Haus A", role),
        ("Haus A", "", None),
        ("Haus B", "", None),
    ]


def test_the_trash_is_left_out_and_the_archive_comes_last(database: Database) -> None:
    hidden, gone = with_number(database, "Hidden", "030 123456"), with_number(database, "Gone", "030 123456")
    with_number(database, "Shown", "030 123456")
    contact.archive(database, [hidden])
    contact.trash(database, [gone])
    assert names(database, "030 123456") == [("Shown", "exact"), ("Hidden", "exact")]


def test_an_incomplete_number_is_found_by_its_longest_ending(database: Database) -> None:
    database.home = Home("DE", "")
    with_number(database, "Without area code", "7654321")
    assert names(database, "+49 30 7654321", Home("DE", "")) == [("Without area code", "suffix")]
    with_number(database, "Full", "+49 89 7654321")
    with_number(database, "Short", "54321")
    assert names(database, "7654321", Home("DE", "")) == [("Without area code", "suffix"), ("Full", "suffix")]


def test_two_complete_numbers_that_differ_are_two_numbers(database: Database) -> None:
    with_number(database, "Munich", "+49 89 7654321")
    assert names(database, "+49 30 7654321") == []


@pytest.mark.parametrize("number", ["", "anonymous", "12", "**610", "abc", "0", "+", "%", "110"])
def test_hidden_internal_and_broken_numbers_find_nobody(database: Database, number: str) -> None:
    with_number(database, "Müller", "030 123456", "7654321")
    assert names(database, number) == []


def test_looking_up_reads_the_index_on_both_engines(database: Database) -> None:
    with unit_of_work(database, "numbers", kind="demo") as work:
        owner = contact.empty(name="Many")
        work.session.add(owner)
        work.session.flush()
        numbers = [ContactPoint(contact_id=owner.id, kind="phone", value=f"+49 30 {n:07}") for n in range(20_00)]
        work.session.add_all(numbers)
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        for select, index in (
            (exact_select("+49301000000"), "ix_contact_point_e164"),
            (similar_select("7654321"), "ix_contact_point_suffix"),
        ):
            compiled = str(select.compile(connection, compile_kwargs={"literal_binds": True}))
            plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + compiled))
            assert index in plan, plan


def test_the_card_tells_what_the_pop_up_shows(database: Database) -> None:
    who = customer(database, priority="A")
    role = person_at(database, who, "Eva", "Klein", "0170 1234567")
    activity.log(database, who, "Sent the offer\nby post", type="letter", at=at(8))
    activity.log(database, who, "ask", subject="Offer", follow_up=timed(MONDAY, 10))
    activity.log(database, who, "later", follow_up=whole(MONDAY))
    activity.log(database, who, "secret", follow_up=whole(MONDAY), is_private=True)
    with database.read() as session:
        card = caller_card(session, who, role, now=at(12))
        assert caller_card(session, who, user=database.user_id, now=at(12)).open_follow_ups == 3
    assert (card.name, card.company, card.function, card.priority) == ("Eva Klein", "Müller GmbH", "Buyer", "A")
    assert (card.open_follow_ups, card.overdue) == (2, 1)
    assert (card.next_follow_up, card.next_follow_up_at) == ("Offer: ask", at(10))
    assert (card.last_activity, card.last_activity_at) == ("Letter: Sent the offer", at(8))


def test_a_card_of_a_bare_contact_is_empty_and_of_none_an_error(database: Database) -> None:
    who = customer(database)
    with database.read() as session:
        card = caller_card(session, who, now=at(12))
        assert (card.name, card.company, card.open_follow_ups, card.last_activity) == ("Müller GmbH", "", 0, "")
        with pytest.raises(UserError):
            caller_card(session, who + 1, now=at(12))
