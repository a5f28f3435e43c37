"""Unfinished texts: the whole of each, named by who is there, and never out of reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcrm.services import activity, contact, merge, undo
from gcrm.services.database import Database
from gcrm.services.drafts import DraftStore, activity_key, log_key, record_key
from gcrm.services.unfinished import follow_merges, move, unfinished
from tests.services.chronicle_office import customer

pytestmark = pytest.mark.usefixtures("data_folder")


def put_log(database: Database, number: int, text: str, **more: object) -> None:
    DraftStore.of(database).put(log_key(number), {"contact_id": number, "text": text, **more})


def test_after_a_merge_the_texts_belong_to_the_contact_that_stays(database: Database, data_folder: Path) -> None:
    stays, goes = customer(database, "Stays"), customer(database, "Goes")
    put_log(database, stays, "was here")
    put_log(database, goes, "came with it", follow_up="in 2w")
    row = f"contact:{goes}:notes"
    DraftStore.of(database).put(
        record_key(goes, row),
        {"contact_id": goes, "row": row, "label": "Notes", "text": "half a note", "texts": ["half a note"]},
    )
    merge.merge(database, stays, [goes])
    found = {one.key: one for one in unfinished(database)}
    assert set(found) == {log_key(stays), record_key(stays, f"contact:{stays}:notes")}
    assert found[log_key(stays)].text.splitlines() == ["was here", "came with it", "in 2w"]
    assert {one.contact for one in found.values()} == {"Stays"}
    assert not any(one.is_gone for one in found.values())


def test_merges_are_followed_to_the_end(database: Database) -> None:
    first, second, third = (customer(database, name) for name in ("A", "B", "C"))
    put_log(database, first, "for A")
    merge.merge(database, second, [first])
    merge.merge(database, third, [second])
    follow_merges(database)
    assert [draft.key for draft in DraftStore.of(database).unfinished()] == [log_key(third)]


def test_a_merge_that_was_undone_changes_nothing(database: Database) -> None:
    stays, goes = customer(database, "Stays"), customer(database, "Goes")
    put_log(database, goes, "stays with it")
    merge.merge(database, stays, [goes])
    undo.undo_last(database)
    [found] = unfinished(database)
    assert (found.contact_id, found.is_gone) == (goes, False)


def test_the_text_of_a_purged_contact_is_whole_and_goes_to_another_one(database: Database) -> None:
    gone, other = customer(database, "Gone"), customer(database, "Other")
    long = "word " * 200 + "end"
    put_log(database, gone, long)
    contact.trash(database, [gone])
    contact.purge(database, [gone])
    [found] = unfinished(database)
    assert (found.contact_id, found.is_gone, found.text) == (None, True, long)
    store = DraftStore.of(database)
    [draft] = store.unfinished()
    assert move(store, draft, other) == log_key(other)
    [found] = unfinished(database)
    assert (found.contact, found.is_gone, found.text) == ("Other", False, long)


def test_the_changes_of_a_deleted_activity_can_become_a_log_entry(database: Database) -> None:
    who = customer(database)
    made = activity.log(database, who, "before")
    fields = {"text": "after\nand more", "type": "call", "follow_up": "tomorrow"}
    store = DraftStore.of(database)
    kept = {"contact_id": who, "activity_id": made, "text": "after\nand more", "fields": fields}
    store.put(activity_key(made), kept)
    assert not unfinished(database)[0].is_gone
    activity.remove(database, [made])
    [found] = unfinished(database)
    assert (found.is_gone, found.text) == (True, "after\nand more\ntomorrow")
    [draft] = store.unfinished()
    move(store, draft, who)
    [found] = unfinished(database)
    assert (found.key, found.text) == (log_key(who), "after\nand more\ntomorrow")


def test_everything_typed_of_a_new_contact_can_be_copied(database: Database) -> None:
    values = {"name": "Neumann GmbH", "street": "Ring 4", "country": "DE", "salutation": "ms", "is_customer": True}
    extra = {"points": [["fax", "0341 99"]], "notes": "HRB 1"}
    DraftStore.of(database).put("contact/new:1", {"title": "Neumann GmbH", "values": values, "extra": extra})
    [found] = unfinished(database)
    assert (found.kind, found.is_gone) == ("contact/new", False)
    assert found.text.splitlines() == ["Neumann GmbH", "Ring 4", "0341 99", "HRB 1"]
