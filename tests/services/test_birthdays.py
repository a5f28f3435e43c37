"""Birthdays and anniversaries, the 29th of February among them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.services import contact
from gcrm.services.birthdays import birthdays, celebrated_on, next_celebration
from gcrm.services.database import Database
from tests.services.chronicle_office import customer, person_at

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(DAYS, DAYS)
def test_the_next_birthday_lies_within_a_year_ahead(born: date, today: date) -> None:
    on = next_celebration(born, today)
    assert today <= on
    assert born > today or on <= today + timedelta(days=366)
    assert on == celebrated_on(born, on.year)


@pytest.mark.parametrize(
    ("year", "day"), [(2023, (2, 28)), (2024, (2, 29)), (2025, (2, 28)), (2000, (2, 29)), (2100, (2, 28))]
)
def test_born_on_29_february(year: int, day: tuple[int, int]) -> None:
    assert celebrated_on(date(1996, 2, 29), year) == date(year, *day)


def names(database: Database, today: date, days: int = 7) -> list[tuple[str, date, int]]:
    with database.read() as session:
        return [(found.name, found.on, found.years) for found in birthdays(session, today, days)]


def test_contacts_and_persons_are_found_by_day_and_month(database: Database) -> None:
    firm = customer(database, "Bau AG", anniversary=date(1990, 6, 20))
    contact.create(
        database, contact.empty(kind="person", first_name="Eva", last_name="Klein", birthday=date(1980, 6, 16))
    )
    role = person_at(database, firm, "Jan", "Groß", birthday=date(1971, 6, 23))
    person_at(database, firm, "Too", "Late", birthday=date(1971, 6, 24))
    with database.read() as session:
        found = birthdays(session, date(2025, 6, 16))
    assert [(row.on.day, row.kind, row.name, row.contact, row.years) for row in found] == [
        (16, "birthday", "Eva Klein", "Eva Klein", 45),
        (20, "anniversary", "Bau AG", "Bau AG", 35),
        (23, "birthday", "Jan Groß", "Bau AG", 54),
    ]
    assert [row.contact_person_id for row in found] == [None, None, role]


def test_the_week_over_new_year(database: Database) -> None:
    customer(database, "A", birthday=date(1990, 12, 31))
    customer(database, "B", birthday=date(1990, 1, 2))
    assert names(database, date(2025, 12, 30)) == [("A", date(2025, 12, 31), 35), ("B", date(2026, 1, 2), 36)]


def test_29_february_is_found_in_every_year(database: Database) -> None:
    customer(database, "Leap", birthday=date(1996, 2, 29))
    assert names(database, date(2025, 2, 25)) == [("Leap", date(2025, 2, 28), 29)]
    assert names(database, date(2024, 2, 25)) == [("Leap", date(2024, 2, 29), 28)]
    assert names(database, date(2025, 3, 1)) == []
    assert names(database, date(2024, 2, 27), 1) == []


def test_trash_archive_and_days_to_come_stay_out(database: Database) -> None:
    born = date(1990, 6, 16)
    gone, hidden = customer(database, "Gone", birthday=born), customer(database, "Hidden", birthday=born)
    customer(database, "Unborn", birthday=date(2030, 6, 16))
    contact.trash(database, [gone])
    contact.archive(database, [hidden])
    assert names(database, date(2025, 6, 16)) == []


@settings(max_examples=20)
@given(st.lists(DAYS, max_size=6, unique=True), st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_the_database_finds_what_the_rule_says(database: Database, born: list[date], today: date, days: int) -> None:
    ids = [customer(database, f"C{n}", birthday=day) for n, day in enumerate(born)]
    last = today + timedelta(days=min(days, 366))
    due = sorted(next_celebration(day, today) for day in born if next_celebration(day, today) <= last)
    assert [on for _name, on, _years in names(database, today, days)] == due
    contact.trash(database, ids)
