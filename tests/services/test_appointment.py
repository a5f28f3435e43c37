"""Appointments on both engines: made, seen, moved, repeated, private, undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from gcrm.errors import ConflictError, UserError
from gcrm.model.activity import Activity, Notice
from gcrm.model.appointment import Appointment, Participant
from gcrm.services import activity, appointment, appointment_reminders, calendar, free_busy, undo, user
from gcrm.services.appointment import Scope
from gcrm.services.calendar_entry import Entry
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.seals import seal_pending

MONDAY = date(2026, 3, 23)
BERLIN = "Europe/Berlin"


def shown(
    database: Database, first: date, last: date, users: Sequence[int] = (), layers: Sequence[str] = ()
) -> list[Entry]:
    with database.read() as session:
        return calendar.entries(session, database.user_id, first, last, users or [database.user_id], layers)


def lines(database: Database, first: date, last: date) -> list[str]:
    return [f"{entry.begins:%d.%m. %H:%M} {entry.title}" for entry in shown(database, first, last)]


def every_week(database: Database, **more: object) -> int:
    """Make an appointment on five Mondays at nine in Berlin, over the change of clocks of 29 March."""
    values = {"subject": "Plan", "zone": BERLIN, "rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=5", **more}
    return appointment.book(database, "2026-03-23T09:00:00", "2026-03-23T10:00:00", **values)  # type: ignore[arg-type]  # test values


def test_it_stands_in_the_calendar_and_in_the_chronicle(database: Database) -> None:
    made = appointment.book(
        database, "2026-03-23T14:00:00", "2026-03-23T15:30:00", zone=BERLIN, subject="Offer", location="Room 2",
        participants=[Participant(name="Bruno", email="b@example.com")],
    )  # fmt: skip
    (entry,) = shown(database, MONDAY, MONDAY)
    assert (entry.title, entry.begins, entry.location) == ("Offer", datetime(2026, 3, 23, 13), "Room 2")  # UTC here
    assert shown(database, date(2026, 3, 24), date(2026, 3, 30)) == []
    with database.read() as session:
        found = session.get_one(Activity, made)
        assert (found.state, found.at.isoformat(), found.seconds) == ("planned", "2026-03-23T13:00:00+00:00", 5400)
    undo.undo_last(database)
    assert shown(database, MONDAY, MONDAY) == []
    undo.redo_last(database)
    assert len(shown(database, MONDAY, MONDAY)) == 1
    seal_pending(database)
    assert check(database, full=True).findings == ()


def test_a_series_keeps_its_wall_time_and_each_scope_reaches_as_far_as_it_says(database: Database) -> None:
    series = every_week(database)
    all_of_it = (date(2026, 1, 1), date(2026, 12, 31))
    assert lines(database, *all_of_it) == [
        "23.03. 08:00 Plan", "30.03. 07:00 Plan", "06.04. 07:00 Plan", "13.04. 07:00 Plan", "20.04. 07:00 Plan",
    ]  # fmt: skip
    appointment.move(database, series, "2026-03-30T09:00:00", "2026-03-31T11:00:00", "2026-03-31T12:00:00", Scope.ONE)
    appointment.remove(database, series, Scope.ONE, "2026-04-06T09:00:00")
    after = ["23.03. 08:00 Plan", "31.03. 09:00 Plan", "13.04. 07:00 Plan", "20.04. 07:00 Plan"]
    assert lines(database, *all_of_it) == after
    booking = appointment.load(database, series, "2026-04-13T09:00:00")
    booking.activity.subject = "Later"
    booking.appointment.starts, booking.appointment.ends = "2026-04-14T10:00:00", "2026-04-14T10:30:00"
    appointment.save(database, booking, Scope.FOLLOWING)
    assert lines(database, *all_of_it) == [*after[:2], "14.04. 08:00 Later", "21.04. 08:00 Later"]
    appointment.move(database, series, "2026-03-23T09:00:00", "2026-03-23T10:00:00", "2026-03-23T11:00:00", Scope.ALL)
    assert lines(database, *all_of_it)[:2] == ["23.03. 09:00 Plan", "31.03. 09:00 Plan"]
    for _step in range(3):
        undo.undo_last(database)
    assert lines(database, *all_of_it) == [
        "23.03. 08:00 Plan", "31.03. 09:00 Plan", "06.04. 07:00 Plan", "13.04. 07:00 Plan", "20.04. 07:00 Plan",
    ]  # fmt: skip
    activity.remove(database, [series])
    assert lines(database, *all_of_it) == []


def test_whole_days_are_those_days_wherever_one_looks_from(database: Database) -> None:
    made = appointment.book(database, "2026-03-23", "2026-03-26", subject="Fair", status="tentative")
    (entry,) = shown(database, date(2026, 3, 25), date(2026, 3, 25))
    assert (entry.is_all_day, entry.begins.date(), entry.last_day) == (True, MONDAY, date(2026, 3, 25))
    assert shown(database, date(2026, 3, 26), date(2026, 3, 26)) == []
    appointment.move(database, made, "", "2026-03-24T09:00:00", "2026-03-24T10:00:00", Scope.ALL)
    assert [each.is_all_day for each in shown(database, MONDAY, date(2026, 3, 30))] == [False]


def test_impossible_times_are_refused(database: Database) -> None:
    for starts, ends, rule in (
        ("2026-03-23T10:00:00", "2026-03-23T09:00:00", ""), ("soon", "later", ""),
        ("2026-03-23", "2026-03-24", "FREQ=X"),
        ("2026-03-23", "2026-03-23T09:00:00", ""),
    ):  # fmt: skip
        with pytest.raises(UserError):
            appointment.book(database, starts, ends, rule=rule)


def test_private_ones_of_others_are_busy_and_say_no_more(database: Database) -> None:
    bruno = user.add_user(database, "bruno", "Bruno")
    series = every_week(database, is_private=True, subject="Doctor", responsible_id=bruno)
    appointment.move(database, series, "2026-03-30T09:00:00", "2026-06-30T09:00:00", "2026-06-30T10:00:00", Scope.ONE)
    mine = database.user_id
    with database.read() as session:  # written by another hand, so that it is private to somebody else
        assert set(session.scalars(select(Activity.created_by))) == {mine}
    anna = user.add_user(database, "anna", "Anna")
    database.user_id = anna
    entries = shown(database, MONDAY, date(2026, 4, 6), [anna, bruno])
    assert [(entry.kind, entry.user_id, "Doctor" in entry.title) for entry in entries] == [("busy", bruno, False)] * 2
    with database.read() as session:
        busy = free_busy.busy(session, anna, [bruno], datetime(2026, 3, 23), datetime(2026, 3, 24))
        assert [(span.begins.hour, span.user_id) for span in busy] == [(8, bruno)]
        free = free_busy.first_free(session, anna, [bruno], datetime(2026, 3, 23, 7, 30), minutes=60)
    assert free == datetime(2026, 3, 23, 9)


def test_colleagues_who_take_part_see_it_and_what_both_change_is_asked_for(database: Database) -> None:
    bruno = user.add_user(database, "bruno", "Bruno")
    made = appointment.book(
        database, "2026-03-23T09:00:00", "2026-03-23T10:00:00", zone="UTC", subject="Both",
        participants=[Participant(user_id=bruno, name="Bruno")],
    )  # fmt: skip
    assert [entry.user_id for entry in shown(database, MONDAY, MONDAY, [bruno])] == [bruno]
    first, second = appointment.load(database, made), appointment.load(database, made)
    first.appointment.location, second.appointment.location = "Room 1", "Room 2"
    second.participants.clear()
    appointment.save(database, first)
    with pytest.raises(ConflictError):
        appointment.save(database, second)
    again = appointment.load(database, made)
    assert (again.appointment.location, again.appointment.sequence, len(again.participants)) == ("Room 1", 1, 1)
    again.participants.clear()
    appointment.save(database, again)
    assert appointment.load(database, made).participants == []


def test_who_is_given_an_appointment_hears_of_it_and_so_does_who_had_it(database: Database) -> None:
    bruno = user.add_user(database, "bruno", "Bruno")
    made = every_week(database)

    def told() -> list[tuple[int, str]]:
        with database.read() as session:
            rows = session.execute(select(Notice.user_id, Notice.kind).order_by(Notice.id))
            return [(row.user_id, row.kind) for row in rows]

    one = appointment.load(database, made, "2026-03-30T09:00:00")
    one.activity.responsible_id = bruno
    appointment.save(database, one, Scope.ONE)
    assert told() == [(bruno, "delegated")]
    whole = appointment.load(database, made)
    whole.activity.responsible_id = bruno
    appointment.save(database, whole)
    whole = appointment.load(database, made)
    whole.appointment.location = "Room 2"
    appointment.save(database, whole)
    assert told() == [(bruno, "delegated")] * 2
    back = appointment.load(database, made)
    back.activity.responsible_id = database.user_id
    appointment.save(database, back)
    assert told() == [(bruno, "delegated")] * 2 + [(bruno, "taken_back")]


def test_what_lies_far_away_is_not_read(database: Database) -> None:
    for year in (2020, 2026):
        appointment.book(database, f"{year}-03-23T09:00:00", f"{year}-03-23T10:00:00", zone="UTC", subject=str(year))
    appointment.book(database, "2020-01-01", "2027-01-01", subject="Long")
    appointment.book(database, "2020-01-01", "2020-01-02", subject="Over", rule="FREQ=DAILY;UNTIL=20260322")
    assert {entry.title for entry in shown(database, MONDAY, MONDAY)} == {"2026", "Long"}
    with database.read() as session:
        kept = session.execute(select(Appointment.is_long, Appointment.ends_at).order_by(Appointment.id)).all()
    assert [row.is_long for row in kept] == [False, False, True, True]


def test_it_reminds_so_many_minutes_before(database: Database) -> None:
    every_week(database, zone="UTC", reminder_minutes=15)
    appointment.book(database, "2026-03-24", "2026-03-25", subject="Fair", reminder_minutes=60)
    begin = datetime(2026, 3, 23, 8, 45, tzinfo=UTC)
    with database.read() as session:
        me, minute = database.user_id, timedelta(minutes=1)
        assert appointment_reminders.next_at(session, me, begin - minute) == begin
        assert appointment_reminders.due(session, me, begin - 2 * minute, begin - minute) == []
        (row,) = appointment_reminders.due(session, me, begin - minute, begin)
        assert (row.title, row.state, row.follow_up_at) == ("Plan", "planned", begin + 15 * minute)
        assert appointment_reminders.due(session, me, begin, begin + minute) == []
        assert appointment_reminders.next_at(session, me, begin) == datetime(2026, 3, 24, 7, tzinfo=UTC)
        for made in session.scalars(select(Appointment)):
            made.changed_at = begin + 5 * minute  # made when the time to remind had passed
        (row,) = appointment_reminders.due(session, me, begin, begin + 5 * minute)
        assert row.title == "Plan"
        later = begin + timedelta(days=6)
        assert appointment_reminders.next_at(session, me, later) == begin + timedelta(days=7)


def test_one_that_was_moved_reminds_once_also_where_days_were_chosen(database: Database) -> None:
    chosen = appointment.book(
        database, "2026-03-23T09:00:00", "2026-03-23T10:00:00", zone="UTC", added=["2026-03-24T09:00:00"],
        reminder_minutes=0,
    )  # fmt: skip
    appointment.move(database, chosen, "2026-03-24T09:00:00", "2026-03-25T09:00:00", "2026-03-25T10:00:00", Scope.ONE)
    begin = datetime(2026, 3, 23, 0, tzinfo=UTC)
    with database.read() as session:
        rows = appointment_reminders.due(session, database.user_id, begin, begin + timedelta(days=3))
    assert sorted(row.follow_up_at.day for row in rows if row.follow_up_at) == [23, 25]
