"""Links of activities to other contacts, from both ends."""

from __future__ import annotations

from gcrm.services import activity, activity_links, contact, undo
from gcrm.services.activity_links import LinkedContact
from gcrm.services.database import Database
from gcrm.services.related import related
from tests.services.chronicle_office import colleague, customer


def linked(database: Database, made: int) -> list[LinkedContact]:
    with database.read() as session:
        return activity_links.linked_contacts(session, made)


def test_a_link_is_seen_from_both_ends_and_taken_off_again(database: Database) -> None:
    who, other = customer(database), customer(database, "Two")
    made = activity.log(database, who, "Recommended\nby them", type="call")
    for _twice in range(2):
        activity_links.add_link(database, made, other)
    activity_links.add_link(database, made, who)
    [link] = linked(database, made)
    assert (link.contact, link.name) == (other, "Two")
    with database.read() as session:
        [found] = related(session, other, database.user_id)
        assert related(session, who, database.user_id) == []
    assert (found.activity, found.contact) == (made, who)
    activity_links.remove_links(database, [link.id])
    assert linked(database, made) == []
    undo.undo_last(database)
    assert [each.contact for each in linked(database, made)] == [other]


def test_what_is_deleted_or_private_to_others_is_not_told(database: Database) -> None:
    who, other = customer(database), customer(database, "Two")
    mine = activity.log(database, who, "Secret", is_private=True)
    activity_links.add_link(database, mine, other)
    with colleague(database) as theirs, theirs.read() as session:
        assert related(session, other, theirs.user_id) == []
    contact.trash(database, [other])
    assert linked(database, mine) == []
