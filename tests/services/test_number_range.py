"""Number ranges as they are set up."""

from __future__ import annotations

import pytest

from gcrm.errors import UserError
from gcrm.model.contact import Contact
from gcrm.services import contact, number_range
from gcrm.services.database import Database


def samples(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {row.key: row.sample for row in number_range.ranges(session)}


def test_ranges_that_were_never_used_are_shown_too(database: Database) -> None:
    assert samples(database) == {"customer": "10001", "supplier": "70001", "contact": "50001"}


def test_the_next_number_is_made_as_it_was_set_up(database: Database) -> None:
    number_range.set_range(database, "customer", " K-", 5, 12)
    assert samples(database)["customer"] == "K-00012"
    made = contact.create(database, contact.empty(name="Albrecht", is_customer=True))
    with database.read() as session:
        found = session.get(Contact, made)
        assert found is not None
        assert found.number == "K-00012"
    assert samples(database)["customer"] == "K-00013"


def test_a_number_that_is_taken_is_passed_over(database: Database) -> None:
    contact.create(database, contact.empty(name="Albrecht", is_customer=True, number="K7"))
    number_range.set_range(database, "customer", "K", 1, 7)
    made = contact.create(database, contact.empty(name="Becker", is_customer=True))
    with database.read() as session:
        found = session.get(Contact, made)
        assert found is not None
        assert found.number == "K8"


@pytest.mark.parametrize(
    ("prefix", "digits", "following", "field"),
    [("K" * 13, 1, 1, "prefix"), ("K\n1", 1, 1, "prefix"), ("", 0, 1, "digits"), ("", 13, 1, "digits"),
     ("", 1, 0, "next_value"), ("", 1, 10**12, "next_value")],
)  # fmt: skip
def test_what_makes_no_number_is_refused(
    database: Database, prefix: str, digits: int, following: int, field: str
) -> None:
    with pytest.raises(UserError) as refused:
        number_range.set_range(database, "customer", prefix, digits, following)
    assert refused.value.field == field
    assert samples(database)["customer"] == "10001"
