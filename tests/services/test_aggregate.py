"""Saving a contact with its children while others work: different fields both win, the same field asks."""

from __future__ import annotations

from typing import Any

import pytest

from gcrm.errors import ConflictError
from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.services import contact
from gcrm.services.aggregate import Loaded, difference
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.services.offices import organisation


@pytest.fixture
def desks(database: Database, database_url: str) -> Any:
    made = organisation(database)
    other = open_office(database_url, user="bruno")
    yield database, other, contact.load(database, made), contact.load(other, made)
    other.close()


Desks = tuple[Database, Database, Loaded[Contact], Loaded[Contact]]


def test_an_untouched_aggregate_writes_nothing(desks: Desks) -> None:
    mine, _theirs, loaded, _other = desks
    assert not difference(loaded)
    assert contact.save(mine, loaded) is loaded


def test_different_fields_both_win(desks: Desks) -> None:
    mine, theirs, one, two = desks
    one.record.name2 = "mine"
    two.record.notes = "theirs"
    two.record.persons[0].person.title = "Dr."
    contact.save(mine, one)
    saved = contact.save(theirs, two).record
    assert (saved.name2, saved.notes, saved.persons[0].person.title) == ("mine", "theirs", "Dr.")
    assert saved.version == 3


def test_the_same_field_asks_with_both_values_and_the_name(desks: Desks) -> None:
    mine, theirs, one, two = desks
    one.record.addresses[0].street, two.record.addresses[0].street = "Mine", "Theirs"
    two.record.notes = "also"
    contact.save(mine, one)
    with pytest.raises(ConflictError) as asked:
        contact.save(theirs, two)
    (conflict,) = asked.value.conflicts
    assert (conflict.before, conflict.mine, conflict.theirs) == ("Hauptstraße", "Theirs", "Mine")
    assert conflict.who
    assert conflict.who in asked.value.sentence
    assert contact.load(mine, one.record.id).record.notes == ""
    saved = contact.save(theirs, two, force=frozenset({(conflict.record, "street")})).record
    assert (saved.addresses[0].street, saved.notes) == ("Theirs", "also")


def test_the_same_value_is_no_conflict(desks: Desks) -> None:
    mine, theirs, one, two = desks
    one.record.notes = two.record.notes = "same"
    contact.save(mine, one)
    assert contact.save(theirs, two).record.notes == "same"


def test_a_child_touches_the_version_of_its_contact(desks: Desks) -> None:
    mine, _theirs, one, _two = desks
    one.record.points[0].label = "Zentrale"
    assert contact.save(mine, one).record.version == 2


def test_a_child_that_was_edited_meanwhile_is_not_removed_silently(desks: Desks) -> None:
    mine, theirs, one, two = desks
    one.record.points[1].label = "new"
    contact.save(mine, one)
    del two.record.points[1]
    with pytest.raises(ConflictError):
        contact.save(theirs, two)


def test_a_child_that_is_gone_meanwhile_is_said(desks: Desks) -> None:
    mine, theirs, one, two = desks
    del one.record.points[1]
    contact.save(mine, one)
    two.record.points[1].label = "edited"
    with pytest.raises(ConflictError, match="deleted"):
        contact.save(theirs, two)


def test_both_may_remove_the_same_child(desks: Desks) -> None:
    mine, theirs, one, two = desks
    del one.record.points[1]
    del two.record.points[1]
    contact.save(mine, one)
    assert len(contact.save(theirs, two).record.points) == 1


def test_both_may_add_children(desks: Desks) -> None:
    mine, theirs, one, two = desks
    one.record.addresses.append(Address(town="Halle", purpose="delivery"))
    two.record.addresses.append(Address(town="Bonn", purpose="invoice"))
    contact.save(mine, one)
    assert len(contact.save(theirs, two).record.addresses) == 3


def test_a_contact_that_was_purged_is_said_with_the_name(desks: Desks) -> None:
    mine, theirs, one, two = desks
    contact.trash(mine, [one.record.id])
    contact.purge(mine, [one.record.id])
    two.record.notes = "typed"
    with pytest.raises(ConflictError, match="deleted this record meanwhile"):
        contact.save(theirs, two)
    assert two.record.notes == "typed"


def test_a_contact_in_the_trash_is_saved_only_when_it_is_restored(desks: Desks) -> None:
    mine, theirs, one, two = desks
    contact.trash(mine, [one.record.id])
    two.record.notes = "typed"
    with pytest.raises(ConflictError, match="moved this contact to the trash") as refused:
        contact.save(theirs, two)
    (conflict,) = refused.value.conflicts
    assert conflict.who
    assert conflict.who in refused.value.sentence
    assert contact.load(mine, one.record.id).record.notes == ""
    saved = contact.save(theirs, two, force=frozenset({(conflict.record, conflict.field)})).record
    assert (saved.notes, saved.deleted_at) == ("typed", None)


def test_user_defined_fields_merge_one_by_one(desks: Desks) -> None:
    mine, theirs, one, two = desks
    one.record.custom = {"f1": "mine", "f2": [1]}
    contact.save(mine, one)
    two.record.custom = {"f3": None, "f4": True}
    saved = contact.save(theirs, two).record
    assert {k: v for k, v in saved.custom.items() if v is not None} == {"f1": "mine", "f2": [1], "f4": True}
    three, four = contact.load(mine, saved.id), contact.load(theirs, saved.id)
    three.record.custom = {**three.record.custom, "f1": "again"}
    four.record.custom = {name: value for name, value in four.record.custom.items() if name != "f1"}
    contact.save(mine, three)
    with pytest.raises(ConflictError):
        contact.save(theirs, four)
