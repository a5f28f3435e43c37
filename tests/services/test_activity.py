"""Logging and changing activities, and the chronicle that shows them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from gcrm.errors import ConflictError, UserError
from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.recurrence import Unit
from gcrm.services import activity, activity_types, attachment, undo
from gcrm.services.activity import chronicle
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work
from tests.services.chronicle_office import MONDAY, at, colleague, count, customer, person_at, stored, timed, whole


def test_what_is_logged_is_in_the_chronicle_ready_to_paint(database: Database) -> None:
    who = customer(database)
    person = person_at(database, who, "Eva", "Klein")
    made = activity.log(
        database,
        who,
        "Wants an offer\nfor 20",
        type="call",
        direction="out",
        seconds=192,
        at=at(9),
        contact_person_id=person,
    )
    attachment.attach_bytes(database, b"%PDF-1.4", "offer.pdf", activity_id=made)
    with database.read() as session:
        [row] = chronicle(session, who, user=database.user_id)
    assert (row.id, row.type, row.label, row.icon, row.colour) == (made, "call", "Call", "phone", "info")
    assert (row.title, row.text, row.person, row.seconds) == (
        "Outgoing call",
        "Wants an offer\nfor 20",
        "Eva Klein",
        192,
    )
    assert row.at == at(9)
    assert row.author
    assert row.responsible == row.author == row.done_by
    assert (row.state, row.attachments, row.is_pinned, row.is_due) == ("done", 1, False, False)


def test_open_follow_ups_stand_on_top_the_earliest_first(database: Database) -> None:
    who = customer(database)
    old = activity.log(database, who, "old", at=at(8))
    new = activity.log(database, who, "new", at=at(9))
    later = activity.log(database, who, "later", at=at(7), follow_up=whole(MONDAY + timedelta(days=3)))
    today = activity.log(database, who, "today", at=at(7), follow_up=whole(MONDAY))
    overdue = activity.log(database, who, "overdue", at=at(7), follow_up=timed(MONDAY, 10))
    undated = activity.log(database, who, "undated", at=at(6), type="task")
    with database.read() as session:
        rows = chronicle(session, who, now=at(12))
    assert [row.id for row in rows] == [overdue, today, later, undated, new, old]
    assert [row.is_due for row in rows] == [True, True, False, False, False, False]
    assert [row.is_overdue for row in rows] == [True, False, False, False, False, False]
    assert [row.is_pinned for row in rows] == [True] * 4 + [False] * 2


def test_the_chronicle_comes_in_pages_without_gaps(database: Database) -> None:
    who, other = customer(database), customer(database, "Other")
    ids = [activity.log(database, who, f"n{n}", at=at(8, n // 2)) for n in range(9)]
    activity.log(database, other, "not mine", at=at(8))
    activity.log(database, who, "open", follow_up=whole(MONDAY))
    seen, before = [], None
    with database.read() as session:
        while rows := chronicle(session, who, limit=4, before=before):
            seen += [row.id for row in rows if not row.is_pinned]
            before = (rows[-1].at, rows[-1].id)
        assert seen == ids[::-1]
        assert [row.type for row in chronicle(session, who, types=["call"])] == []
        assert len(chronicle(session, who, types=["note"])) == 10


def test_the_chronicle_takes_one_round_trip(database: Database) -> None:
    who = customer(database)
    for n in range(20):
        activity.log(database, who, f"n{n}", follow_up=whole(MONDAY) if n % 3 == 0 else None)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with database.read() as session:
        assert len(chronicle(session, who)) == 20
    assert [text.split()[0] for text in statements if text != "BEGIN"] == ["SELECT"]


def test_private_activities_are_for_their_writer_and_their_owner(database: Database) -> None:
    who = customer(database)
    mine = activity.log(database, who, "secret", is_private=True)
    with colleague(database) as anna, colleague(database, "ben") as ben:
        hers = activity.log(anna, who, "for me", is_private=True, responsible_id=database.user_id)
        with database.read() as session:
            assert {row.id for row in chronicle(session, who, user=database.user_id)} == {mine, hers}
            assert {row.id for row in chronicle(session, who, user=anna.user_id)} == {hers}
            assert chronicle(session, who, user=ben.user_id) == []
            assert chronicle(session, who) == []
        with pytest.raises(UserError):
            activity.load(anna, mine)
        activity.remove(anna, [mine])
        assert stored(database, mine).text == "secret"


def test_two_colleagues_changing_different_fields_both_win(database: Database) -> None:
    made = activity.log(database, customer(database), "first", subject="Offer")
    with colleague(database) as anna:
        hers, mine = activity.load(anna, made), activity.load(database, made)
        hers.record.text = "hers"
        activity.save(anna, hers)
        mine.record.subject = "mine"
        assert (activity.save(database, mine).record.text, stored(database, made).subject) == ("hers", "mine")


def test_two_colleagues_changing_the_same_field_are_asked(database: Database) -> None:
    made = activity.log(database, customer(database), "first")
    with colleague(database) as anna:
        hers, mine = activity.load(anna, made), activity.load(database, made)
        hers.record.text, mine.record.text = "hers", "mine"
        activity.save(anna, hers)
        with pytest.raises(ConflictError) as caught:
            activity.save(database, mine)
        [conflict] = caught.value.conflicts
        assert (conflict.field, conflict.mine, conflict.theirs, conflict.who) == ("text", "mine", "hers", "Anna")
        activity.save(database, mine, force=frozenset({(conflict.record, "text")}))
    assert stored(database, made).text == "mine"


def test_a_follow_up_can_be_given_and_taken_in_the_editor(database: Database) -> None:
    made = activity.log(database, customer(database), "call again")
    loaded = activity.load(database, made)
    when = whole(MONDAY)
    activity.set_follow_up(loaded.record, when, activity.repeat_every(when, 1, Unit.MONTH))
    loaded = activity.save(database, loaded)
    assert (loaded.record.state, loaded.record.done_at) == ("open", None)
    assert loaded.record.recurrence == "FREQ=MONTHLY;INTERVAL=1;SKIP=BACKWARD;START=2025-06-16"
    activity.set_follow_up(loaded.record, None)
    loaded = activity.save(database, loaded)
    assert (loaded.record.state, loaded.record.follow_up_at, loaded.record.recurrence) == ("done", None, "")


def test_deleting_takes_files_and_links_along_and_undo_brings_all_back(database: Database) -> None:
    who = customer(database)
    made = activity.log(database, who, "with a file", links=[("contact", who)])
    attachment.attach_bytes(database, b"data", "a.bin", activity_id=made)
    activity.remove(database, [made])
    assert (count(database, Activity), count(database, ActivityLink)) == (0, 0)
    undo.undo_last(database)
    assert count(database, ActivityLink) == 1
    with database.read() as session:
        [row] = chronicle(session, who)
        [file] = attachment.rows(session, who)
        assert (row.text, row.attachments) == ("with a file", 1)
        assert attachment.head(session, file.id) == b"data"


def test_logging_can_be_undone_and_sent_only_once(database: Database) -> None:
    who = customer(database)
    activity.log(database, who, "once", operation_key="k1")
    with pytest.raises(ConflictError):
        activity.log(database, who, "once", operation_key="k1")
    assert count(database, Activity) == 1
    undo.undo_last(database)
    assert count(database, Activity) == 0


def test_nothing_is_not_logged(database: Database) -> None:
    with pytest.raises(UserError):
        activity.log(database, customer(database), "  \n ")


def test_what_the_program_does_writes_itself_in(database: Database) -> None:
    who = customer(database)
    with unit_of_work(database, "Printed") as work:
        activity.note_program_action(work, who, "print", "Contact sheet")
    with database.read() as session:
        [row] = chronicle(session, who)
    assert (row.type, row.title, row.icon, row.state) == ("print", "Contact sheet", "printer", "done")
    undo.undo_last(database)
    assert count(database, Activity) == 0


def test_an_own_type_paints_the_chronicle(database: Database) -> None:
    who = customer(database)
    key = activity_types.add_type(database, "Site visit", icon="hard-hat", colour="warn")
    activity_types.change_type(database, "note", icon="pen", name="Memo")
    activity.log(database, who, "on the roof", type=key, at=at(9))
    activity.log(database, who, "a note", at=at(8))
    activity.log(database, who, "unknown", type="gone", at=at(7))
    with database.read() as session:
        rows = chronicle(session, who)
    assert [(row.label, row.icon, row.colour) for row in rows] == [
        ("Site visit", "hard-hat", "warn"),
        ("Memo", "pen", "neutral"),
        ("gone", "sticky-note", "neutral"),
    ]
