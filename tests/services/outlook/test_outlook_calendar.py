"""Appointments and Outlook's calendar in step: zones, whole days, series with exceptions, private ones, invitations."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment
from gcrm.services import appointment, undo
from gcrm.services.appointment import Scope
from gcrm.services.database import Database
from gcrm.services.outlook.appointment_side import OutlookCalendar
from gcrm.services.outlook.sync import Choice
from tests.services.outlook.fake import Outlook
from tests.services.outlook.fake_base import told
from tests.services.outlook.fake_calendar import Appointment as Item
from tests.services.outlook.test_outlook_contacts import exchange

ONLY = Choice(contacts=False)
BERLIN, TOKYO = "W. Europe Standard Time", "Tokyo Standard Time"
MONDAY = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
MONDAY += timedelta(days=14 - MONDAY.weekday())


@pytest.fixture
def outlook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outlook]:
    """Give Outlook on a computer in Berlin."""
    with monkeypatch.context() as here:
        here.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield Outlook(BERLIN)
    time.tzset()


def at(days: int, hour: int = 0, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=days, hours=hour, minutes=minute)


def wall(days: int, hour: int, minute: int = 0) -> str:
    return at(days, hour, minute).isoformat()


def swap(database: Database, outlook: Outlook, **more: Any) -> dict[str, Any]:
    return exchange(database, outlook, ONLY, **more)


def booked(database: Database) -> list[tuple[Activity, Appointment]]:
    with database.read() as session:
        rows = select(Activity, Appointment).join(Appointment, Appointment.activity_id == Activity.id)
        found = [(row[0], row[1]) for row in session.execute(rows.order_by(Appointment.id))]
        session.expunge_all()
    return found


def only(outlook: Outlook) -> Item:
    (found,) = outlook.calendar.items.values()
    assert isinstance(found, Item)
    return found


def test_zones_whole_days_and_private_ones_arrive_as_they_are_meant(database: Database, outlook: Outlook) -> None:
    outlook.add_appointment(at(0, 9), at(0, 10), TOKYO, Subject="Tokyo", Sensitivity=2, Categories="VIP")
    outlook.add_appointment(at(1), at(3), Subject="Fair", AllDayEvent=True, BusyStatus=0, ReminderSet=False)
    appointment.book(database, wall(2, 14), wall(2, 15), zone="Europe/Vienna", subject="Visit", is_private=True)
    appointment.book(database, at(4).date().isoformat(), at(6).date().isoformat(), subject="Off", is_busy=False)
    days = [at(day).date().isoformat() for day in (8, 9, 15)]
    appointment.book(database, *days[:2], subject="Shift", rule="FREQ=WEEKLY", left_out=days[2:])
    assert swap(database, outlook) == {"created_here": 2, "created_there": 3}
    saved = outlook.wrote
    assert swap(database, outlook) == {}
    assert outlook.wrote == saved

    rows = {activity.subject: (activity, times) for activity, times in booked(database)}
    activity, times = rows["Tokyo"]
    assert (times.starts, times.zone, activity.is_private, times.categories) == (
        wall(0, 9),
        "Asia/Tokyo",
        True,
        ["VIP"],
    )
    _activity, times = rows["Fair"]
    assert (times.starts, times.ends) == (at(1).date().isoformat(), at(3).date().isoformat())
    assert (times.is_busy, times.reminder_minutes) == (False, None)
    items = {item.Subject: item for item in outlook.calendar.items.values()}
    visit, off, shift = items["Visit"], items["Off"], items["Shift"]
    assert (shift.AllDayEvent, shift.GetRecurrencePattern().Exceptions.Count) == (True, 1)
    assert (visit.Start, visit.StartTimeZone.ID, visit.Sensitivity) == (told(at(2, 14)), BERLIN, 2)
    assert not visit.ReminderSet, "no reminder was wanted"
    assert (off.AllDayEvent, off.Start, off.End, off.BusyStatus) == (True, told(at(4)), told(at(6)), 0)

    outlook.edit(visit, StartInStartTimeZone=told(at(2, 16)))
    assert swap(database, outlook) == {"changed_here": 1}
    rows = {activity.subject: (activity, times) for activity, times in booked(database)}
    moved = rows["Visit"][1]
    assert (moved.starts, moved.ends, moved.zone) == (wall(2, 16), wall(2, 17), "Europe/Vienna")


def test_a_series_goes_there_with_what_differs_from_it(database: Database, outlook: Outlook) -> None:
    series = appointment.book(
        database, wall(0, 5), wall(0, 6), zone="Asia/Tokyo", subject="Talk", rule="FREQ=WEEKLY;COUNT=5",
        left_out=[wall(7, 5)],
    )  # fmt: skip
    appointment.move(database, series, wall(14, 5), wall(15, 11), wall(15, 12), Scope.ONE)
    assert swap(database, outlook) == {"created_there": 1}
    item = only(outlook)
    deviations = item.GetRecurrencePattern().Exceptions
    assert [deviations.Item(number).Deleted for number in (1, 2)] == [True, False]
    assert deviations.Item(2).AppointmentItem.StartInStartTimeZone == told(at(15, 11))
    assert item.GetRecurrencePattern().PatternEndDate.date() == at(28).date()
    assert swap(database, outlook) == {}

    appointment.remove(database, series, Scope.ONE, wall(21, 5))
    appointment.move(database, series, wall(0, 5), wall(0, 7), wall(0, 8), Scope.ALL)
    assert swap(database, outlook) == {"changed_there": 1}
    deviations = item.GetRecurrencePattern().Exceptions
    assert [deviations.Item(number).Deleted for number in (1, 2, 3)] == [True, False, True]
    assert item.StartInStartTimeZone == told(at(0, 7))
    assert swap(database, outlook) == {}


def test_a_series_comes_here_with_what_differs_from_it(database: Database, outlook: Outlook) -> None:
    item = outlook.add_appointment(at(0, 9), at(0, 10), Subject="Standup", Location="Hall")
    pattern = item.GetRecurrencePattern()
    pattern.RecurrenceType, pattern.Interval, pattern.DayOfWeekMask = 1, 1, 62
    item.Save()
    pattern.GetOccurrence(told(at(1, 9))).Delete()
    one = pattern.GetOccurrence(told(at(2, 9)))
    one.Start, one.Subject = told(at(2, 13)), "Late standup"
    one.Save()
    assert swap(database, outlook) == {"created_here": 1}
    (_activity, root), (late, moved) = booked(database)
    assert (root.rule, root.left_out) == ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", [wall(1, 9)])
    assert (moved.original, moved.starts, late.subject) == (wall(2, 9), wall(2, 13), "Late standup")
    assert moved.location == "Hall"
    assert moved.series_id == root.activity_id

    item.GetRecurrencePattern().GetOccurrence(told(at(3, 9))).Delete()
    assert swap(database, outlook) == {"changed_here": 1}
    assert booked(database)[0][1].left_out == [wall(1, 9), wall(3, 9)]
    undo.undo_last(database)
    assert swap(database, outlook) == {"changed_there": 1}
    deviations = item.GetRecurrencePattern().Exceptions
    assert deviations.Count == 2, "what was undone here is undone there"


def test_what_outlook_does_not_know_and_what_others_decide_is_told(database: Database, outlook: Outlook) -> None:
    appointment.book(database, wall(0, 9), wall(0, 10), zone="Europe/Berlin", subject="Odd",
                     rule="FREQ=MONTHLY;BYMONTHDAY=3,17")  # fmt: skip
    appointment.book(database, wall(1, 9), wall(1, 10), zone="Europe/Berlin", subject="Same")
    outlook.add_appointment(at(1, 9), at(1, 10), Subject="same")
    invited = outlook.add_appointment(at(3, 9), at(3, 10), Subject="Invited", MeetingStatus=3)
    outcome = swap(database, outlook)
    assert outcome.pop("problems") == ["“Odd” repeats in a way that Outlook does not know. Its times stay here alone."]
    assert outcome == {"created_here": 1}, "the same appointment was met, not doubled"
    mine = next(activity.id for activity, _times in booked(database) if activity.subject == "Invited")
    appointment.move(database, mine, "", wall(3, 11), wall(3, 12), Scope.ALL)
    assert any("“Invited” is an invitation" in sentence for sentence in swap(database, outlook)["problems"])
    assert invited.Start == told(at(3, 9))


def test_what_is_deleted_here_while_it_runs_spoils_nothing(
    database: Database, outlook: Outlook, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = (appointment.book(database, wall(day, 9), wall(day, 10), subject=str(day)) for day in range(2))
    create = OutlookCalendar.create

    def create_slowly(folder: OutlookCalendar, values: dict[str, Any]) -> str:
        made = create(folder, values)
        if values["Subject"] == "0":
            appointment.remove(database, gone)
        return made

    monkeypatch.setattr(OutlookCalendar, "create", create_slowly)
    assert swap(database, outlook) == {"created_there": 2}
    assert exchange(database, outlook, Choice(contacts=False, deletes=True)) == {"deleted_there": 1}
    assert [activity.id for activity, _times in booked(database)] == [stays]
