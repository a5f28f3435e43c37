"""The reading of the record page: the same aggregate as any other way of reading, figures, and who is related."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.consent import Consent
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.rights import EVERY_RIGHT, Rights
from gcrm.services import attachment, chronicle, contact, contact_page, related
from gcrm.services.contact_page import Figures
from gcrm.services.database import Database
from gcrm.services.privacy import RIGHTS
from gcrm.services.related import Related
from gcrm.services.unit_of_work import unit_of_work

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def made(database: Database) -> int:
    one = contact.empty(
        name="Müller “Ł” <b>", discount=Decimal("2.50"), birthday=date(1970, 2, 3), notes="a\nb", is_customer=True
    )
    one.addresses.append(Address(street="Ring", town="Köln", country="DE", custom={"f1": "x"}))
    one.points.append(ContactPoint(kind="phone", value="0221 123456"))
    one.bank_accounts.append(BankAccount(iban="DE89370400440532013000"))
    one.consents.append(Consent(channel="email", is_allowed=False, said_on=date(2025, 1, 2)))
    one.persons.append(ContactPerson(person=Person(first_name="Anna", last_name="Alt"), points=[], custom={"f2": 1.5}))
    return contact.create(database, one, categories=["A", "B"])


def test_it_is_the_same_aggregate_as_by_the_mapper(database: Database) -> None:
    one = made(database)
    loaded, shown = contact.load(database, one), contact_page.view(database, one).loaded
    assert shown.base == loaded.base
    assert shown.version == loaded.version
    assert [type(record) for record in shown.walk(shown.record)] == [
        type(record) for record in loaded.walk(loaded.record)
    ]


def test_what_was_read_can_be_edited_and_saved(database: Database) -> None:
    shown = contact_page.view(database, made(database)).loaded
    shown.record.addresses[0].town = "Bonn"
    shown.record.points.append(ContactPoint(contact_id=shown.record.id, kind="email", value="a@b.example"))
    del shown.record.bank_accounts[0]
    saved = contact.save(database, shown).record
    assert (saved.addresses[0].town, len(saved.points), saved.bank_accounts) == ("Bonn", 2, [])


def test_it_takes_three_statements_and_a_fourth_for_the_picture(database: Database) -> None:
    one = made(database)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    contact_page.view(database, one)
    asked = [statement for statement in statements if statement.startswith("SELECT")]
    # A server takes the first two in one trip, of which SQLAlchemy hears nothing (test_round_trips.py counts it).
    assert len(asked) == (3 if database.is_sqlite else 1)


def test_a_contact_that_is_gone_is_said(database: Database) -> None:
    with pytest.raises(UserError, match="does not exist"):
        contact_page.view(database, 99)


def test_the_figures_count_what_they_say(database: Database) -> None:
    one = made(database)
    rows = [
        Activity(type="call", at=datetime(2026, 3, 1, tzinfo=UTC), state="done"),
        Activity(type="call", at=datetime(2025, 3, 1, tzinfo=UTC), state="done"),
        Activity(type="print", at=datetime(2026, 4, 1, tzinfo=UTC), state="done"),
        Activity(type="task", at=datetime(2026, 5, 1, tzinfo=UTC), state="open"),
        Activity(type="task", at=datetime(2026, 5, 2, tzinfo=UTC), state="open"),
        Activity(type="task", at=datetime(2026, 5, 3, tzinfo=UTC), state="open"),
        Activity(type="note", at=datetime(2026, 6, 1, tzinfo=UTC), state="done", is_private=True, created_by=77),
    ]
    rows[3].follow_up_at, rows[3].follow_up_all_day = datetime(2026, 11, 23, 12, tzinfo=UTC), True
    rows[4].follow_up_at, rows[4].follow_up_all_day = datetime(2026, 11, 24, 12, tzinfo=UTC), True
    rows[5].follow_up_at, rows[5].follow_up_all_day = datetime(2026, 11, 24, 11, 59, tzinfo=UTC), False
    with unit_of_work(database, "Activities") as work:
        for row in rows:
            row.contact_id, row.custom = one, {}
            work.session.add(row)
        work.session.flush()
        rows[6].created_by = 77
    attachment.attach_bytes(database, b"text", "a.txt", contact_id=one)
    with database.read() as session:
        figures, has_picture = contact_page.read_figures(session, one, database.user_id, NOW)
    assert figures == Figures(3, 2, 4, datetime(2026, 3, 1, tzinfo=UTC), 1)
    blind = Rights(actions=EVERY_RIGHT - {"activities.see", "files.see"})
    with database.read() as session:
        session.info[RIGHTS] = blind
        assert contact_page.read_figures(session, one, database.user_id, NOW) == (Figures(), False)
        assert chronicle.chronicle(session, one) == []
        assert attachment.rows(session, one) == []
    assert not has_picture


def test_second_roles_and_fields_that_name_a_contact_are_related(database: Database) -> None:
    one = made(database)
    other = contact.create(database, contact.empty(name="Verein"))
    third = contact.create(database, contact.empty(name="Zulieferer"))
    anna = contact.load(database, one).record.persons[0]
    with unit_of_work(database, "Role and field") as work:
        work.session.add(
            ContactPerson(contact_id=other, person_id=anna.person_id, function="Chair", points=[], custom={})
        )
        field = CustomField(owner="contact", label="Recommended by", kind="contact", choices=[], options={})
        work.session.add(field)
    loaded = contact.load(database, third)
    loaded.record.custom = {field.key: one}
    contact.save(database, loaded)
    with database.read() as session:
        assert related.related(session, one) == [
            Related(other, "Verein", "Chair", anna.id), Related(third, "Zulieferer", "Recommended by"),
        ]  # fmt: skip
    assert contact_page.view(database, third).surroundings.contacts == {one: "Müller “Ł” <b>"}
