"""An administrator erases on a server: what goes is what goes for the owner, and nobody else may."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import Text, cast, func, select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.attachment import Blob
from gcrm.model.base import Base, now
from gcrm.model.change import Change, Operation
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.erasure import Erasure
from gcrm.services import activity, appointment, attachment, contact, merge
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.personal_data.belongings import Subject, find
from gcrm.services.personal_data.consents import say
from gcrm.services.personal_data.erase import erase
from gcrm.services.personal_data.plan import plan
from gcrm.services.unit_of_work import ERASED_MARK, unit_of_work
from tests.services.team.rights.team_office import Team

MARK = "Zaunkönig"
"""Stands in everything that is told of somebody."""


def somebody(database: Database, name: str) -> int:
    made = contact.empty(name=f"{MARK} {name}", is_customer=True, notes=MARK)
    made.points.append(ContactPoint(kind="phone", value="0221 123456"))
    made.points.append(ContactPoint(kind="email", value=f"{name.lower()}@zaunkoenig.example"))
    person = Person(first_name="Anna", last_name=f"{MARK}{name}")
    made.persons.append(
        ContactPerson(person=person, points=[ContactPoint(kind="email", value=f"{MARK}@a.example")], custom={})
    )
    return contact.create(database, made, categories=["A"])


def furnished(team: Team) -> tuple[int, int]:
    """Fill an office with one who is told of everywhere, also in private; return them and another contact."""
    owner = team.owner
    one, twin, other = (
        somebody(owner, "Eins"),
        somebody(owner, "Zwei"),
        contact.create(owner, contact.empty(name="Other")),
    )
    say(owner, one, "mail", False, wording=MARK)
    activity.log(owner, one, MARK, type="letter", subject="Offer")
    activity.log(owner, other, "Of both", links=[("contact", one)])
    activity.log(owner, None, MARK, type="call", phone="+49221123456")
    attachment.attach_bytes(owner, MARK.encode(), "a.txt", contact_id=one)
    attachment.attach_bytes(owner, b"everybody's", "b.txt", contact_id=one)
    attachment.attach_bytes(owner, b"everybody's", "c.txt", contact_id=other)
    merge.merge(owner, one, [twin])
    with team.open("second") as second:
        activity.log(second, one, f"{MARK} in private", type="letter", is_private=True)
        secret = activity.log(second, one, "secret", is_private=True)
        attachment.attach_bytes(second, f"{MARK} secret".encode(), f"{MARK}.txt", activity_id=secret)
        guest = [Participant(contact_id=one, name=MARK, email="")]
        appointment.book(second, "2026-11-30T09:00", "2026-11-30T10:00", contact_id=other, participants=guest)
        with unit_of_work(second, "invited") as work:
            work.session.scalars(select(Appointment)).one().organizer = f"{MARK}@A.example"
        gone = activity.log(second, one, f"{MARK} gone", is_private=True)
        with unit_of_work(second, "gone") as work:
            work.session.delete(work.session.get_one(Activity, gone))
    return one, other


def texts(database: Database) -> dict[str, int]:
    """Return by table how many rows tell of them."""
    found = {}
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            every = func.concat_ws(" ", *(cast(column, Text) for column in table.columns))
            count = session.scalar(select(func.count()).select_from(table).where(every.contains(MARK))) or 0
            if count:
                found[table.name] = count
    return found


def asked(session: Any, subject: Subject) -> dict[str, Any]:
    told = session.scalar(select(func.gcrm_theirs(subject.table, subject.id)))
    ids = {part: {name: set(some) for name, some in told[part].items() if some} for part in ("mine", "naming", "past")}
    return {**ids, "contents": set(told["contents"])}


def undoable(database: Database, record: tuple[str, int]) -> list[int]:
    """Return the operations on a record that may still be undone."""
    name, found = record[0], select(Operation.id, Operation.params).join(Change)
    with database.read() as session:
        rows = session.execute(found.where(Change.table_name == name, Change.record_id == record[1])).all()
    assert rows
    return [row.id for row in rows if not (row.params or {}).get(ERASED_MARK)]


def test_the_server_finds_what_the_program_finds_and_an_administrator_erases_it(team: Team) -> None:
    one, other = furnished(team)
    with team.owner.read() as session:
        person = session.scalar(select(ContactPerson.person_id).where(ContactPerson.contact_id == one).limit(1)) or 0
        for subject in (Subject("contact", one), Subject("person", person), Subject("contact", other)):
            found = find(session, subject)
            parts = {part: {n: s for n, s in getattr(found, part).items() if s} for part in ("mine", "naming", "past")}
            assert asked(session, subject) == {**parts, "contents": found.contents}
    subject = Subject("contact", one)
    mine, theirs = plan(team.owner, subject), None
    with team.open("administrator") as boss:
        theirs = plan(boss, subject)
        assert (theirs.word, theirs.history, len(theirs.papers)) == (mine.word, mine.history, len(mine.papers))
        assert not any("in private" in each.label for each in (*mine.papers, *theirs.papers)), (
            "what is private to others is named without its words"
        )
        kept = next(each for each in theirs.papers if each.label == "Offer")
        done = erase(boss, subject, release={each.paper for each in theirs.papers} - {kept.paper})
        assert done.kept_until == kept.until
        assert not undoable(boss, ("activity", kept.paper[1])), "undo would take away what the law keeps"
        assert "owner of the office" in done.swept.notes[0]
    with team.owner.read() as session:
        assert session.scalars(select(Activity.subject).where(Activity.contact_id == one)).all() == ["Offer"]
        reduced = session.get_one(Contact, one)
        assert (reduced.restricted_until, reduced.notes) == (kept.until, "")
        assert session.scalar(select(func.count(Blob.sha256))) == 1
        record = session.get_one(Erasure, done.erasure)
        assert [paper["id"] for paper in record.kept] == [kept.paper[1]]
        author = select(Operation.user_id).join(Change).where(Change.table_name == "erasure")
        assert set(session.scalars(author)) == {team.users["administrator"]}
    assert texts(team.owner).keys() == {"contact", "activity", "change"}
    erase(team.owner, subject, release={kept.paper})
    assert texts(team.owner) == {}
    assert check(team.owner, full=True).ok


def test_the_server_takes_names_out_as_whole_words(team: Team) -> None:
    one = contact.create(team.owner, contact.empty(name="Rot (Köln)"))
    for told in ("Rot (Kölner)", "Brot (Köln)", "Frau Rot (Köln), Bonn", "Rot (Köln)s"):
        with unit_of_work(team.owner, "“{name}” looked at", params={"name": told}) as work:
            work.session.add(Activity(type="note", at=now(), text="looked at", custom={}))
    with team.open("administrator") as boss:
        erase(boss, Subject("contact", one))
    with team.owner.read() as session:
        found = select(Operation.params).where(Operation.label.contains("looked at"))
        left = session.scalars(found.order_by(Operation.id)).all()
    assert [each.get("name") for each in left] == ["Rot (Kölner)", "Brot (Köln)", None, None]


def test_a_person_is_erased_by_an_administrator_and_by_nobody_else(team: Team) -> None:
    one, _other = furnished(team)
    with team.owner.read() as session:
        person = session.scalar(select(ContactPerson.person_id).where(ContactPerson.contact_id == one).limit(1)) or 0
    for group in ("billing", "office", "read-only"):
        with team.open(group) as desk, pytest.raises(UserError, match="right"):
            erase(desk, Subject("person", person))
        with team.connect(group) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("SELECT gcrm_erase('person', %s, '[]', 'request', %s)", (person, date.today()))
    with team.connect("administrator") as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("SELECT gcrm_theirs('contact', %s)", (one,))
    with team.open("administrator") as boss:
        erase(boss, Subject("person", person))
    with team.owner.read() as session:
        roles = session.scalars(select(ContactPerson).where(ContactPerson.contact_id == one)).all()
        assert person not in {role.person_id for role in roles}
        assert [role.is_default for role in roles] == [True]
    assert check(team.owner, full=True).ok
