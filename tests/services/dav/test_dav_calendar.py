"""Appointments and tasks on a phone, by the library caldav and by what Apple's devices send."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import caldav
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.follow_up import When
from gcrm.services import activity, appointment, follow_up, user
from gcrm.services.appointment import Scope
from gcrm.services.mail import called_off
from tests.services.dav.conftest import Office
from tests.services.dav.device import HERE, lines
from tests.services.offices import organisation

DAY = date.today().replace(day=1) + timedelta(days=40)
VISIT = (
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:visit", "DTSTAMP:20260101T000000Z",
    f"DTSTART;TZID=Europe/Berlin:{DAY:%Y%m%d}T140000", f"DTEND;TZID=Europe/Berlin:{DAY:%Y%m%d}T150000",
    "SUMMARY:Visit", "END:VEVENT", "END:VCALENDAR",
)  # fmt: skip
THIRD = DAY + timedelta(days=2)
SERIES = (
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Apple Inc.//iOS 26.1//EN",
    "BEGIN:VEVENT", "UID:one", "DTSTAMP:20260101T000000Z", f"DTSTART;TZID=Europe/Berlin:{DAY:%Y%m%d}T090000",
    f"DTEND;TZID=Europe/Berlin:{DAY:%Y%m%d}T100000", "RRULE:FREQ=DAILY;COUNT=5", "SUMMARY:Stand-up",
    "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC", "END:VEVENT",
    "BEGIN:VEVENT", "UID:one", "DTSTAMP:20260101T000000Z", f"RECURRENCE-ID;TZID=Europe/Berlin:{THIRD:%Y%m%d}T090000",
    f"DTSTART;TZID=Europe/Berlin:{THIRD:%Y%m%d}T110000", f"DTEND;TZID=Europe/Berlin:{THIRD:%Y%m%d}T120000",
    "SUMMARY:Stand-up late", "END:VEVENT", "END:VCALENDAR",
)  # fmt: skip
TODO = (
    "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VTODO", "UID:todo-1", "DTSTAMP:20260101T000000Z", "SUMMARY:Order paint",
    f"DUE;VALUE=DATE:{DAY:%Y%m%d}", "X-APPLE-SORT-ORDER:7", "STATUS:NEEDS-ACTION", "END:VTODO", "END:VCALENDAR",
)  # fmt: skip


def test_the_library_caldav_makes_reads_changes_and_deletes(office: Office) -> None:
    client: Any = caldav.DAVClient(
        f"http://{HERE}:{office.phone.port}/", username="anna", password=office.phone.password
    )
    calendars = {one.name: one for one in client.principal().calendars()}
    begin = datetime.combine(DAY, datetime.min.time()).replace(hour=14)
    event = calendars["Calendar"].save_event(lines(*VISIT))
    with office.anna.read() as session:
        wanted = select(Appointment, Activity).join(Activity, Activity.id == Appointment.activity_id)
        kept, mine = session.execute(wanted).one()
        assert (mine.subject, mine.responsible_id, kept.starts) == ("Visit", office.anna.user_id, begin.isoformat())
    appointment.move(office.anna, mine.id, "", f"{DAY}T15:00:00", f"{DAY}T16:30:00", Scope.ALL)
    (found,) = calendars["Calendar"].search(start=begin, end=begin + timedelta(days=1), event=True, expand=False)
    assert f"DTEND;TZID=Europe/Berlin:{DAY:%Y%m%d}T163000" in found.data
    found.data = found.data.replace("SUMMARY:Visit", "SUMMARY:Visit, longer")
    found.save()
    with office.anna.read() as session:
        assert session.scalars(select(Activity.subject)).all() == ["Visit, longer"]
    event.delete()
    with office.anna.read() as session:
        assert session.scalars(select(Activity.id)).all() == []


def test_guests_of_what_a_phone_moves_or_deletes_are_not_forgotten(office: Office) -> None:
    user.change(office.anna, office.anna.user_id, "Anna", "anna@office.example")
    guests = [Participant(name="Müller", email="m@example.com", answer="accepted")]
    times = (f"{DAY}T09:00:00", f"{DAY}T10:00:00")
    made = appointment.book(office.anna, *times, zone="Europe/Berlin", subject="Plan", participants=guests)
    name, tag = next(iter(office.phone.sync("calendar")[1].items()))
    text = office.phone.texts("calendar", name)[name]
    assert office.phone.put("calendar", name, text.replace("SUMMARY:Plan", "SUMMARY:The plan"), str(tag)).status == 204
    assert "PARTSTAT=ACCEPTED" in office.phone.texts("calendar", name)[name]
    text = text.replace(f"{DAY:%Y%m%d}T090000", f"{DAY:%Y%m%d}T080000")
    assert office.phone.put("calendar", name, text, str(office.phone.sync("calendar")[1][name])).status == 204
    moved = office.phone.texts("calendar", name)[name]
    assert all(word in moved for word in ("PARTSTAT=NEEDS-ACTION", "SEQUENCE:1", "T080000"))
    assert office.phone.ask("DELETE", f"/anna/calendar/{name}").status == 200
    (off,) = called_off.unsent(office.anna)
    assert (off.to, off.called_off, off.title, b"SEQUENCE:2" in off.data) == (("m@example.com",), made, "Plan", True)
    with office.anna.read() as session:
        note = session.get_one(Activity, off.follow_up)
        assert (note.subject, note.responsible_id) == ("Cancellation not sent: Plan", office.anna.user_id)
    assert called_off.unsent(office.jonas) == []
    called_off.note_told(office.anna, off)
    assert called_off.unsent(office.anna) == []


def test_a_series_goes_both_ways_with_its_exceptions(office: Office) -> None:
    assert office.phone.put("calendar", "one.ics", lines(*SERIES)).status == 201
    token, first = office.phone.sync("calendar")
    with office.anna.read() as session:
        rows = session.scalars(select(Appointment).order_by(Appointment.id)).all()
    assert [(row.original != "", row.series_id) for row in rows] == [(False, None), (True, rows[0].activity_id)]
    appointment.remove(office.anna, rows[0].activity_id, Scope.ONE, f"{DAY + timedelta(days=1)}T09:00:00")
    token, news = office.phone.sync("calendar", token)
    assert list(news) == ["one.ics"] == list(first)
    text = office.phone.texts("calendar", "one.ics")["one.ics"]
    assert text.count("BEGIN:VEVENT") == 2
    assert all(word in text for word in ("EXDATE;", "TRAVEL-ADVISORY", "Stand-up late", "BEGIN:VTIMEZONE"))
    # the phone takes the exception back; what it does not name goes
    alone = text[: text.index("END:VEVENT")] + "END:VEVENT\r\nEND:VCALENDAR\r\n"
    assert office.phone.put("calendar", "one.ics", alone, str(news["one.ics"])).status == 204
    with office.anna.read() as session:
        (left,) = session.scalars(select(Appointment)).all()
    assert len(left.left_out) == 1
    # too late: the desk moved it meanwhile
    appointment.move(office.jonas, left.activity_id, "", f"{DAY}T08:00:00", f"{DAY}T08:30:00", Scope.ALL)
    assert (
        office.phone.put("calendar", "one.ics", alone.replace("Stand-up", "Sit-down"), str(news["one.ics"])).status
        == 412
    )
    with office.anna.read() as session:
        note = session.scalars(select(Activity).where(Activity.type == "note")).one()
    assert "Sit-down" in note.text


def test_what_comes_too_late_stays_private(office: Office) -> None:
    private = lines(*VISIT).replace("SUMMARY", "CLASS:PRIVATE\r\nSUMMARY")
    office.phone.put("calendar", "one.ics", private)
    _token, listed = office.phone.sync("calendar")
    with office.anna.read() as session:
        appointment.remove(office.anna, session.scalars(select(Activity.id)).one())
    late = private.replace("Visit", "Doctor")
    assert office.phone.put("calendar", "one.ics", late, str(listed["one.ics"])).status == 412
    with office.anna.read() as session:
        note = session.scalars(select(Activity)).one()
    assert (note.subject, note.is_private) == ("Changed twice: Doctor", True)


def test_colleagues_are_looked_at_and_private_is_busy(office: Office) -> None:
    times = (f"{DAY}T09:00:00", f"{DAY}T10:00:00")
    appointment.book(office.jonas, *times, subject="Doctor", zone="Europe/Berlin", is_private=True)
    open_one = appointment.book(office.jonas, *times, subject="Fair", zone="Europe/Berlin")
    theirs = f"calendar-{office.jonas.user_id}"
    token, listed = office.phone.sync(theirs)
    texts = office.phone.texts(theirs, *listed)
    assert sorted("Fair" in text for text in texts.values()) == [False, True]
    assert "Doctor" not in "".join(texts.values())
    assert "SUMMARY:Private appointment" in "".join(texts.values())
    assert office.phone.sync(theirs, token) == (token, {})
    name = f"a{open_one}.ics"
    assert office.phone.put(theirs, name, texts[name], str(listed[name])).status == 403
    assert office.phone.ask("DELETE", f"/anna/{theirs}/{name}").status == 403
    assert office.phone.sync("calendar")[1] == {}
    assert len(office.other.sync("calendar")[1]) == 2


def test_tasks_are_follow_ups(office: Office) -> None:
    assert office.phone.put("tasks", "t.ics", lines(*TODO)).status == 201
    made = organisation(office.anna)
    called = activity.log(
        office.anna,
        made,
        "Asked for a quote",
        type="call",
        follow_up=When(datetime.combine(DAY, datetime.min.time()), True),
    )
    token, listed = office.phone.sync("tasks")
    assert listed.keys() == {"t.ics", f"a{called}.ics"}
    text = office.phone.texts("tasks", "t.ics")["t.ics"]
    assert "X-APPLE-SORT-ORDER:7" in text
    done = text.replace("STATUS:NEEDS-ACTION", f"STATUS:COMPLETED\r\nCOMPLETED:{DAY:%Y%m%d}T080000Z").replace(
        "paint", "green paint"
    )
    assert office.phone.put("tasks", "t.ics", done, str(listed["t.ics"])).status == 204
    with office.anna.read() as session:
        task = session.scalars(select(Activity).where(Activity.call_key == f"ical-{office.anna.user_id}:todo-1")).one()
    assert (task.state, task.subject, task.done_by) == ("done", "Order green paint", office.anna.user_id)
    follow_up.reopen(office.anna, task.id)
    token, news = office.phone.sync("tasks", token)
    assert list(news) == ["t.ics"]
    assert "STATUS:NEEDS-ACTION" in office.phone.texts("tasks", "t.ics")["t.ics"]
    # a task goes, of a call only the follow-up
    for name in listed:
        assert office.phone.ask("DELETE", f"/anna/tasks/{name}").status == 200
    with office.anna.read() as session:
        (left,) = session.scalars(select(Activity)).all()
    assert (left.id, left.state, left.follow_up_at) == (called, "done", None)
    assert office.phone.sync("tasks", token)[1] == {"t.ics": None, f"a{called}.ics": None}
