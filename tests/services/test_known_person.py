"""People who are known: found by name and organisation, offered by the exact name, given one more role."""

from __future__ import annotations

import pytest

from gcrm.errors import UserError
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.services import contact, known_person, related, undo
from gcrm.services.database import Database
from gcrm.services.known_person import KnownPerson
from gcrm.services.related import Related


def at(database: Database, name: str, first: str, last: str, function: str) -> int:
    made = contact.empty(name=name)
    someone = Person(first_name=first, last_name=last, salutation="ms")
    made.persons.append(ContactPerson(person=someone, function=function, points=[], custom={}))
    return contact.create(database, made)


def found(database: Database, words: str) -> list[KnownPerson]:
    with database.read() as session:
        return known_person.find(session, words)


def named(database: Database, first: str, last: str) -> list[KnownPerson]:
    with database.read() as session:
        return known_person.named(session, first, last)


def test_people_are_found_by_name_by_organisation_and_as_contacts(database: Database) -> None:
    at(database, "Albrecht Metallbau", "Anna", "Müller", "Director")
    at(database, "Becker KG", "Jörg", "Pfeiffer", "Purchasing")
    contact.create(database, contact.empty(kind="person", first_name="Joana", last_name="Müller"))
    assert [one.full_name for one in found(database, "mueller")] == ["Anna Müller", "Joana Müller"]
    assert [one.full_name for one in found(database, "becker")] == ["Jörg Pfeiffer"]
    assert [one.full_name for one in found(database, "")] == ["Anna Müller", "Jörg Pfeiffer", "Joana Müller"]
    assert [(one.full_name, one.roles) for one in found(database, "mull ann")] == [
        ("Anna Müller", ("Director, Albrecht Metallbau",))
    ]


def test_somebody_of_the_trash_is_not_offered(database: Database) -> None:
    gone = at(database, "Albrecht Metallbau", "Anna", "Müller", "Director")
    assert len(named(database, "anna", "MUELLER")) == 1
    contact.trash(database, [gone])
    assert named(database, "Anna", "Müller") == []
    assert named(database, "", "Müller") == []


def test_a_known_person_has_a_role_at_each_organisation(database: Database) -> None:
    first = at(database, "Albrecht Metallbau", "Anna", "Müller", "Director")
    second = contact.create(database, contact.empty(name="Verein"))
    (anna,) = named(database, "Anna", "Müller")
    loaded = contact.load(database, second)
    loaded.record.persons.append(known_person.role(anna, loaded.record, "Chair"))
    saved = contact.save(database, loaded)
    assert [(link.person_id, link.function) for link in saved.record.persons] == [(anna.person, "Chair")]
    with database.read() as session:
        assert [one.name for one in related.related(session, first)] == ["Verein"]
        mine = saved.record.persons[0].id
        assert related.related(session, second) == [Related(first, "Albrecht Metallbau", "Director", mine)]
    with pytest.raises(UserError, match="already"):
        known_person.role(anna, saved.record)
    assert named(database, "Anna", "Müller")[0].contacts == {first, second}
    undo.undo_last(database)
    assert contact.load(database, second).record.persons == []
    assert named(database, "Anna", "Müller")[0].contacts == {first}


def test_a_contact_that_is_a_person_becomes_one_of_an_organisation(database: Database) -> None:
    contact.create(database, contact.empty(kind="person", salutation="ms", first_name="Joana", last_name="Cardoso"))
    firm = contact.create(database, contact.empty(name="Verein"))
    (joana,) = named(database, "Joana", "Cardoso")
    loaded = contact.load(database, firm)
    loaded.record.persons.append(known_person.role(joana, loaded.record, "Treasurer"))
    (link,) = contact.save(database, loaded).record.persons
    assert (link.person.full_name, link.person.salutation, link.function) == ("Joana Cardoso", "ms", "Treasurer")
