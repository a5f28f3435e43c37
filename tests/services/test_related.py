"""Everything that points at a contact appears on its page: walked over the mapped classes and the owners of fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.address import Address
from gcrm.model.appointment import Participant
from gcrm.model.attachment import Attachment
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Record
from gcrm.model.category import Category, ContactCategory
from gcrm.model.consent import Consent
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import OWNERS, CustomField
from gcrm.model.duplicate_verdict import DuplicateVerdict
from gcrm.model.open_item import OpenItem
from gcrm.model.registry import table_of
from gcrm.services import chronicle, contact, contact_page, contact_rows, related
from gcrm.services.database import Database
from gcrm.services.related import Related
from gcrm.services.repoint import pointing_tables
from gcrm.services.unit_of_work import unit_of_work

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
Shown = Callable[[Session, int], int]


def activity(contact_id: int | None, **more: Any) -> Activity:
    return Activity(contact_id=contact_id, type="note", at=AT, text="x", custom=more.pop("custom", {}), **more)


def children(name: str) -> Shown:
    return lambda session, one: len(getattr(contact_rows.read(session, one), name))


def files(session: Session, one: int) -> int:
    return contact_page.read_figures(session, one, None)[0].files


def in_chronicle(session: Session, one: int) -> int:
    return len(chronicle.chronicle(session, one))


def elsewhere(session: Session, one: int) -> int:
    return len(related.related(session, one))


# Column → a record that points there with it, and where the page shows it. A new class is added here.
POINTING: dict[str, tuple[Callable[[Session, int], Record], Shown]] = {
    "address.contact_id": (lambda _s, one: Address(contact_id=one, town="Halle", custom={}), children("addresses")),
    "bank_account.contact_id": (lambda _s, one: BankAccount(contact_id=one, iban="X"), children("bank_accounts")),
    "open_item.contact_id": (lambda _s, one: OpenItem(contact_id=one, number="R1"), children("open_items")),
    "consent.contact_id": (
        lambda _s, one: Consent(contact_id=one, channel="mail", is_allowed=True), children("consents"),
    ),
    "contact_category.contact_id": (
        lambda session, one: ContactCategory(contact_id=one, category_id=category(session)), children("categories"),
    ),
    "contact_person.contact_id": (
        lambda _s, one: ContactPerson(contact_id=one, person=Person(last_name="A"), custom={}), children("persons"),
    ),
    "contact_point.contact_id": (lambda _s, one: ContactPoint(contact_id=one, value="1"), children("points")),
    "activity.contact_id": (lambda _s, one: activity(one), in_chronicle),
    "attachment.contact_id": (
        lambda _s, one: Attachment(contact_id=one, name="a.pdf", sha256=None, size=0, media_type="", link="/x"), files,
    ),
    "participant.contact_id": (
        lambda session, one: Participant(activity_id=meeting(session), contact_id=one), elsewhere,
    ),
    "duplicate_verdict.one_id": (
        lambda session, one: DuplicateVerdict(one_id=one, other_id=namesake(session)), elsewhere,
    ),
    "duplicate_verdict.other_id": (
        lambda session, one: DuplicateVerdict(one_id=namesake(session), other_id=one), elsewhere,
    ),
}  # fmt: skip


# Column → why its records are nothing that somebody wants to see on the page of a contact.
UNSEEN = {
    "dav_name.contact_id": "the name by which phones know the contact",
    "outlook_peer.contact_id": "the item that the contact is in Outlook",
}


def meeting(session: Session) -> int:
    made = activity(None)
    session.add(made)
    session.flush()
    return made.id


def namesake(session: Session) -> int:
    made = contact.empty(name="Becker")
    session.add(made)
    session.flush()
    return made.id


def category(session: Session) -> int:
    made = Category(name="VIP")
    session.add(made)
    session.flush()
    return made.id


def test_every_class_that_points_at_a_contact_is_listed() -> None:
    assert sorted(str(column) for column in pointing_tables()) == sorted([*POINTING, *UNSEEN])


@pytest.mark.parametrize("name", POINTING)
def test_every_class_that_points_at_a_contact_appears_on_its_page(name: str, database: Database) -> None:
    make, shown = POINTING[name]
    one = contact.create(database, contact.empty(name="Becker"))
    with database.read() as session:
        before = shown(session, one)
    with unit_of_work(database, "Made") as work:
        work.session.add(make(work.session, one))
    with database.read() as session:
        assert shown(session, one) == before + 1


def test_what_points_at_a_person_of_the_contact_is_known() -> None:
    tables = ("activity", "consent", "contact_point", "participant")
    known = {f"{table}.contact_person_id" for table in tables}
    assert {str(column) for column in pointing_tables(table_of(ContactPerson))} == known
    assert [str(column) for column in pointing_tables(table_of(Person))] == ["contact_person.person_id"]


def naming(owner: str, at: int, value: dict[str, Any]) -> Record:
    """Return a record of this owner at a contact that has this value in its user-defined field."""
    made: dict[str, Callable[[], Record]] = {
        "contact": lambda: contact.empty(name="Albrecht named it", number="900"),
        "contact_person": lambda: ContactPerson(contact_id=at, person=Person(first_name="Anna", last_name="A")),
        "address": lambda: Address(contact_id=at, town="Halle", purpose="delivery"),
        "activity": lambda: activity(at, subject="Visit"),
    }
    record = made[owner]()
    record.custom = value  # type: ignore[attr-defined]  # every owner of fields has it
    return record


SAID = {
    "contact": ("Albrecht named it", "Recommended by"),
    "contact_person": ("Albrecht", "Recommended by · Anna A"),
    "address": ("Albrecht", "Recommended by · Delivery, Halle"),
    "activity": ("Visit", "Recommended by · Albrecht"),
}


@pytest.mark.parametrize("owner", [owner for owner, _label in OWNERS])
def test_a_field_of_any_owner_that_names_a_contact_appears_on_its_page(owner: str, database: Database) -> None:
    becker = contact.create(database, contact.empty(name="Becker"))
    albrecht = contact.create(database, contact.empty(name="Albrecht"))
    with unit_of_work(database, "Field") as work:
        field = CustomField(owner=owner, label="Recommended by", kind="contact", choices=[], options={})
        work.session.add(field)
        work.session.flush()
        work.session.add(naming(owner, albrecht, {field.key: becker}))
    with database.read() as session:
        (found,) = related.related(session, becker)
        assert (found.name, found.how) == SAID[owner]
        assert bool(found.activity) == (owner == "activity")
        assert related.related(session, albrecht) == []


def test_activities_that_are_linked_to_a_contact_or_its_person_appear(database: Database) -> None:
    becker = contact.create(database, contact.empty(name="Becker"))
    albrecht = contact.create(database, contact.empty(name="Albrecht"))
    with unit_of_work(database, "Links") as work:
        anna = ContactPerson(contact_id=becker, person=Person(last_name="A"), custom={})
        rows = [activity(albrecht, subject="One"), activity(albrecht, subject="Two"), activity(None, subject="Three")]
        secret = activity(albrecht, subject="Secret", is_private=True, responsible_id=None)
        work.session.add_all([anna, secret, *rows])
        work.session.flush()
        secret.created_by = None
        for made, table, record in (
            (rows[0], "contact", becker), (rows[1], "contact_person", anna.id), (rows[2], "contact", becker),
            (secret, "contact", becker),
        ):  # fmt: skip
            work.session.add(ActivityLink(activity_id=made.id, table_name=table, record_id=record))
    with database.read() as session:
        found = related.related(session, becker)
        assert found == [
            Related(0, "Three", "", activity=rows[2].id), Related(albrecht, "Two", "Albrecht", activity=rows[1].id),
            Related(albrecht, "One", "Albrecht", activity=rows[0].id),
        ]  # fmt: skip
