"""The Today page: every follow-up in its list, loose ends, deputies."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gcrm.errors import UserError
from gcrm.services import absence, activity, contact, delegation, follow_up, today
from gcrm.services.database import Database
from gcrm.services.today import Today
from tests.services.chronicle_office import MONDAY, at, colleague, customer, timed, whole


def page(database: Database, day: date = MONDAY, hour: int = 12, rows: int = 200) -> Today:
    with database.read() as session:
        shown = today.today(session, database.user_id, at(hour, day=day), rows=rows)
        assert today.due_count(session, database.user_id, at(hour, day=day)) == shown.due_count
        return shown


def texts(bucket: today.Bucket) -> list[str]:
    return [row.text for row in bucket.rows]


def on(days: int) -> date:
    return MONDAY + timedelta(days=days)


def test_every_follow_up_is_in_its_list(database: Database) -> None:
    who = customer(database, priority="A")
    for text, when in {
        "long ago": whole(on(-30)),
        "yesterday": timed(on(-1), 23, 59),
        "this morning": timed(on(0), 8),
        "today": whole(on(0)),
        "tonight": timed(on(0), 23, 59),
        "tomorrow": timed(on(1), 0, 0),
        "sunday": whole(on(6)),
        "next monday": whole(on(7)),
    }.items():
        activity.log(database, who, text, follow_up=when)
    activity.log(database, who, "done")
    shown = page(database)
    assert texts(shown.overdue) == ["long ago", "yesterday"]
    assert sorted(texts(shown.today)) == ["this morning", "today", "tonight"]
    assert texts(shown.week) == ["tomorrow", "sunday"]
    assert [row.text for row in shown.today.rows if row.is_overdue] == ["this morning"]
    assert all(row.is_overdue for row in shown.overdue.rows)
    assert (shown.due_count, shown.loose_ends.count) == (5, 0)
    row = shown.overdue.rows[0]
    assert (row.contact, row.priority, row.for_whom, row.icon) == ("Müller GmbH", "A", "", "sticky-note")
    assert page(database, on(6)).week == today.Bucket()


def test_a_long_list_is_cut_but_counted(database: Database) -> None:
    who = customer(database)
    for n in range(7):
        activity.log(database, who, f"n{n}", follow_up=whole(on(-n - 1)))
    shown = page(database, rows=3)
    assert texts(shown.overdue) == ["n6", "n5", "n4"]
    assert shown.overdue.count == 7


def test_other_peoples_follow_ups_and_the_trash_stay_out(database: Database) -> None:
    gone = customer(database, "Gone")
    activity.log(database, gone, "in the trash", follow_up=whole(MONDAY))
    contact.trash(database, [gone])
    with colleague(database) as anna:
        activity.log(anna, customer(database), "hers", follow_up=whole(MONDAY))
        assert page(database).due_count == 0
        assert texts(page(anna).today) == ["hers"]


def test_nothing_is_forgotten_because_nobody_owns_it(database: Database) -> None:
    who = customer(database)
    undated = activity.log(database, who, "undated", type="task")
    made = activity.log(database, who, "unowned", follow_up=whole(on(-400)))
    loaded = activity.load(database, made)
    loaded.record.responsible_id = None
    activity.save(database, loaded)
    with colleague(database) as anna:
        assert texts(page(anna).loose_ends) == ["unowned"]
        assert set(texts(page(database).loose_ends)) == {"undated", "unowned"}
        delegation.delegate(anna, [made], anna.user_id)
        assert texts(page(anna).overdue) == ["unowned"]
    follow_up.postpone(database, [undated], whole(MONDAY))
    assert page(database).loose_ends.count == 0


def test_the_deputy_sees_what_falls_due_and_returns_it_with_a_summary(database: Database) -> None:
    who = customer(database)
    with colleague(database) as anna:
        before = activity.log(database, who, "before", follow_up=whole(on(-5)))
        during = activity.log(database, who, "during", follow_up=whole(on(0)))
        later = activity.log(database, who, "also during", follow_up=timed(on(2), 9))
        activity.log(database, who, "after", follow_up=whole(on(5)))
        activity.log(database, who, "secret", follow_up=whole(on(0)), is_private=True)
        away = absence.set_absence(database, database.user_id, on(-1), on(3), anna.user_id)

        early = page(anna, on(-7))
        assert (early.overdue.count, early.today.count) == (0, 0)
        shown = page(anna)
        assert texts(shown.today) == ["during"]
        assert shown.today.rows[0].for_whom != ""
        assert texts(shown.week) == ["also during"]
        assert (shown.overdue.count, [row.deputy for row in shown.standing_in_for]) == (0, ["Anna"])
        assert page(database).back is None

        follow_up.complete(anna, during, at=at(10))
        assert texts(page(anna, on(3)).overdue) == ["also during"]
        back = page(anna, on(4))
        assert (back.due_count, back.standing_in_for, back.back) == (0, (), None)

        mine = page(database, on(4))
        assert mine.back is not None
        assert [(row.activity_id, row.done_by) for row in mine.back.done] == [(during, "Anna")]
        assert [row.title for row in mine.back.open] == ["secret", "also during"]
        assert {before, later} <= {row.id for row in mine.overdue.rows}
        absence.put_away(database, away)
        assert page(database, on(4)).back is None
        with database.read() as session:
            assert delegation.unread_count(session, database.user_id) == 0


def test_a_deputys_private_note_is_not_shown_to_whoever_returns(database: Database) -> None:
    who = customer(database)
    with colleague(database) as anna:
        absence.set_absence(database, database.user_id, on(-1), on(0), anna.user_id)
        activity.log(anna, who, "hers", follow_up=whole(on(0)), is_private=True)
        shown = page(database, on(1))
        assert shown.back is not None
        assert (shown.back.done, shown.back.open) == ((), ())


def test_an_absence_needs_days_in_order_and_somebody_else(database: Database) -> None:
    with pytest.raises(UserError):
        absence.set_absence(database, database.user_id, on(1), on(0), None)
    with pytest.raises(UserError):
        absence.set_absence(database, database.user_id, on(0), on(1), database.user_id)
    made = absence.set_absence(database, database.user_id, on(0), on(1), None)
    absence.set_absence(database, database.user_id, on(0), on(2), None, absence=made)
    with database.read() as session:
        [row] = absence.absences(session, since=on(2))
        assert (row.id, row.until_on, row.deputy) == (made, on(2), "")
        assert absence.absences(session, since=on(3)) == []
    absence.remove_absence(database, made)
    with database.read() as session:
        assert absence.absences(session) == []


def test_the_agenda_lists_a_span_of_days(database: Database) -> None:
    who = customer(database)
    for n in range(5):
        activity.log(database, who, f"n{n}", follow_up=whole(on(n)))
    with database.read() as session:
        rows = today.agenda(session, database.user_id, on(1), on(3), at(12))
    assert [row.text for row in rows] == ["n1", "n2", "n3"]
