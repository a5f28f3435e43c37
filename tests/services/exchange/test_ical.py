"""Calendar files in and out on both engines: once, again, newer, answered, called off, and back to others."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.change import Change, Operation
from gcrm.services import activity, appointment, calendar, undo, user
from gcrm.services.booking import read_booking, settle
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.exchange.ical_answer import answer, who_invites
from gcrm.services.exchange.ical_export import calendar_bytes, invitation, range_bytes
from gcrm.services.exchange.ical_import import import_calendars
from gcrm.services.exchange.ical_tree import read_tree, write_lines

OUTLOOK = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Mitteleuropa
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E008
SUMMARY;LANGUAGE=de:Wöchentlich\\, kurz
DTSTART;TZID=Mitteleuropa:20260323T090000
DTEND;TZID=Mitteleuropa:20260323T093000
RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO
EXDATE;TZID=Mitteleuropa:20260406T090000
ORGANIZER;CN=Chef:mailto:chef@example.com
ATTENDEE;CN=Bruno;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;X-NUM-GUESTS=0:mailto:bruno@example.com
SEQUENCE:2
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
BEGIN:VALARM
TRIGGER;RELATED=START:-PT15M
ACTION:DISPLAY
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E008
RECURRENCE-ID:20260330T070000Z
SUMMARY:Ausnahme
DTSTART;TZID=Mitteleuropa:20260331T100000
DTEND;TZID=Mitteleuropa:20260331T103000
SEQUENCE:2
END:VEVENT
BEGIN:VTODO
UID:todo-1
SUMMARY:Call Albrecht
DUE;VALUE=DATE:20260401
PRIORITY:1
RRULE:FREQ=MONTHLY
END:VTODO
END:VCALENDAR
"""


def taken(database: Database, text: str) -> dict[str, int]:
    (outcome,) = import_calendars(database, [("outlook.ics", text.encode())])
    return {key: count for key, count in outcome.counts.items() if count}


def seen(database: Database) -> list[str]:
    with database.read() as session:
        me = database.user_id
        found = calendar.entries(session, me, date(2026, 3, 1), date(2026, 5, 1), [me])
    return [f"{entry.begins:%d.%m. %H:%M} {entry.title}" for entry in found]


FIRST = [
    "23.03. 08:00 Wöchentlich, kurz", "31.03. 08:00 Ausnahme", "13.04. 07:00 Wöchentlich, kurz",
]  # fmt: skip


def test_a_calendar_comes_in_once_and_goes_back_whole(database: Database) -> None:
    bruno = user.add_user(database, "bruno", "Bruno", "bruno@example.com")
    assert taken(database, OUTLOOK) == {"created": 2, "tasks": 1}
    assert seen(database) == FIRST
    assert taken(database, OUTLOOK) == {"same": 2}
    with database.read() as session:
        (guest,) = session.scalars(select(Participant)).all()
        task = session.scalars(select(Activity).where(Activity.type == "task")).one()
        out = range_bytes(session, [database.user_id], with_tasks=True)
    assert (guest.user_id, task.priority, task.state) == (bruno, "high", "open")
    assert task.follow_up_at is not None
    events = [part for part in read_tree(out).walk() if part.name == "VEVENT"]
    came = [part for part in read_tree(OUTLOOK.encode()).walk() if part.name == "VEVENT"]
    assert [sorted(part.raw()) for part in events] == [sorted(part.raw()) for part in came]
    assert b"TZID:Mitteleuropa" in out
    assert b"DUE;VALUE=DATE:20260401" in out
    undo.undo_last(database)
    assert seen(database) == []


def test_newer_revisions_answers_and_cancellations(database: Database) -> None:
    taken(database, OUTLOOK)
    older = OUTLOOK.replace("SEQUENCE:2", "SEQUENCE:1").replace("kurz", "alt")
    assert taken(database, older) == {"same": 2}
    newer = OUTLOOK.replace("SEQUENCE:2", "SEQUENCE:3").replace("kurz", "lang")
    assert taken(database, newer) == {"updated": 2}
    assert seen(database)[0] == "23.03. 08:00 Wöchentlich, lang"
    reply = """BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E008
DTSTART:20260323T080000Z
ATTENDEE;PARTSTAT=ACCEPTED:mailto:BRUNO@example.com
END:VEVENT
END:VCALENDAR
"""
    assert taken(database, reply) == {"answered": 1}
    with database.read() as session:
        assert session.scalars(select(Participant.answer)).all() == ["accepted"]
    cancel = newer.replace("METHOD:REQUEST", "METHOD:CANCEL").replace("SEQUENCE:3", "SEQUENCE:4")
    assert taken(database, cancel) == {"cancelled": 2}
    assert seen(database) == []


def test_an_invitation_is_answered(database: Database) -> None:
    taken(database, OUTLOOK)
    with database.read() as session:
        made = session.scalars(select(Activity.id).order_by(Activity.id)).first() or 0
    with pytest.raises(UserError):
        answer(database, made, "accepted")
    user.change(database, database.user_id, "Bruno", "Bruno@example.com")
    with database.read() as session:
        booking = read_booking(session, made, database.user_id)
        assert who_invites(session, booking, database.user_id) == "chef@example.com"
    told = answer(database, made, "declined")
    assert told.organizer == "chef@example.com"
    (calendar_,) = read_tree(told.data).parts
    assert (calendar_.value("METHOD"), [part.name for part in calendar_.parts]) == ("REPLY", ["VTIMEZONE", "VEVENT"])
    event = calendar_.parts[1]
    (line,) = event.all("ATTENDEE")
    assert "PARTSTAT=DECLINED" in line.raw
    assert {"UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE"} <= {each.name for each in event.lines}
    assert taken(database, told.data.decode()) == {"answered": 1}
    with database.read() as session:
        assert session.scalars(select(Participant.answer)).all() == ["declined"]
        assert session.scalar(select(Appointment.is_busy).where(Appointment.activity_id == made)) is False


def test_an_appointment_of_ours_goes_out_as_others_read_it(database: Database) -> None:
    user.change(database, database.user_id, "Anna", "anna@office.example")
    made = appointment.book(
        database, "2026-03-23T09:00:00", "2026-03-23T10:00:00", zone="Europe/Berlin", subject="Tor; Halle, 3",
        text="Zeile\nzwei 🙂 " + "lang " * 30, rule="FREQ=WEEKLY;BYDAY=MO", reminder_minutes=30,
        categories=["A, B", "C"],
        is_private=True, is_busy=False, participants=[Participant(name="Müller: Co", email="m@example.com")],
    )  # fmt: skip
    appointment.remove(database, made, appointment.Scope.ONE, "2026-03-30T09:00:00")
    data = invitation(database, made)
    assert max(map(len, data.split(b"\r\n"))) <= 75
    (event,) = [part for part in read_tree(data).walk() if part.name == "VEVENT"]
    lines = event.raw()
    for wanted in (
        "DTSTART;TZID=Europe/Berlin:20260323T090000", "EXDATE;TZID=Europe/Berlin:20260330T090000", "SEQUENCE:1",
        "SUMMARY:Tor\\; Halle\\, 3", "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "CATEGORIES:A\\, B,C",
        "ORGANIZER:mailto:anna@office.example", "TRIGGER:-PT30M",
        'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Müller: Co":mailto:m@example.com',
    ):  # fmt: skip
        assert wanted in lines, wanted
    assert b"METHOD:REQUEST" in data
    assert b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU" in data
    (outcome,) = import_calendars(database, [("back.ics", data)])
    assert outcome.counts == {"updated": 1}  # only who organises it is new
    assert appointment.load(database, made).activity.text.startswith("Zeile\nzwei 🙂")


def test_what_was_changed_here_goes_out_changed_and_the_rest_as_it_came(database: Database) -> None:
    taken(database, OUTLOOK)
    with database.read() as session:
        series = session.scalars(select(Activity.id).where(Activity.subject.like("W%"))).one()
    booking = appointment.load(database, series)
    booking.appointment.location = "Saal"
    appointment.save(database, booking)
    with database.read() as session:
        (event,) = [part for part in read_tree(calendar_bytes(session, [series])).walk() if part.name == "VEVENT"]
    lines = event.raw()
    assert "LOCATION:Saal" in lines
    assert "SEQUENCE:3" in lines
    assert "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE" in lines
    assert "SUMMARY;LANGUAGE=de:Wöchentlich\\, kurz" in lines


def test_lines_are_folded_between_letters() -> None:
    text = "X:" + "äöü🙂" * 40
    assert read_tree(write_lines(["BEGIN:VCALENDAR", text, "END:VCALENDAR"])).parts[0].lines[0].raw == text


CALLED_OFF = """BEGIN:VCALENDAR
METHOD:CANCEL
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E008
RECURRENCE-ID{range}:20260330T070000Z
SEQUENCE:{sequence}
END:VEVENT
END:VCALENDAR
"""


def test_what_is_called_off_or_answered_need_not_say_when_it_is(database: Database) -> None:
    taken(database, OUTLOOK)
    assert taken(database, CALLED_OFF.format(range="", sequence=1)) == {"same": 1}
    assert taken(database, CALLED_OFF.format(range="", sequence=3)) == {"cancelled": 1}
    assert seen(database) == [FIRST[0], FIRST[2]]
    ordinary = CALLED_OFF.replace("20260330T070000Z", "20260413T070000Z")
    assert taken(database, ordinary.format(range="", sequence=4)) == {"cancelled": 1}
    assert seen(database) == [FIRST[0]]
    undo.undo_last(database)
    undo.undo_last(database)
    assert seen(database) == FIRST
    assert taken(database, CALLED_OFF.format(range=";RANGE=THISANDFUTURE", sequence=3)) == {"cancelled": 1}
    assert seen(database) == [FIRST[0]]
    undo.undo_last(database)
    whole = CALLED_OFF.format(range="", sequence=3).replace("RECURRENCE-ID:20260330T070000Z\n", "")
    reply = whole.replace("METHOD:CANCEL", "METHOD:REPLY").replace(
        "SEQUENCE:3", "ATTENDEE;PARTSTAT=DECLINED:bruno@example.com"
    )
    files = [("a.ics", whole.encode()), ("b.ics", reply.encode()), ("c.ics", OUTLOOK.encode())]
    told = [dict(+each.counts) for each in import_calendars(database, files, dry_run=True)]
    assert [list(each) for each in told] == [["cancelled"], ["answered"], ["updated"]]
    assert taken(database, reply) == {"answered": 1}
    assert taken(database, whole) == {"cancelled": 1}
    assert seen(database) == []
    undo.undo_last(database)
    assert seen(database) == FIRST
    (outcome,) = import_calendars(database, [("a.ics", whole.replace("E008", "E009").encode())])
    assert "E009" in outcome.problems[0].sentence


def test_tasks_keep_what_has_no_field_and_go_back_as_they_came(database: Database) -> None:
    lines = OUTLOOK.replace("PRIORITY:1", "PRIORITY:1\nDTSTART;TZID=Mitteleuropa:20260330T090000\nX-APPLE-SORT:3")
    assert taken(database, lines)["tasks"] == 1
    (came,) = [part for part in read_tree(lines.encode()).walk() if part.name == "VTODO"]

    def out() -> bytes:
        with database.read() as session:
            return range_bytes(session, [database.user_id], date(2030, 1, 1), date(2030, 1, 2), with_tasks=True)

    (went,) = [part for part in read_tree(out()).walk() if part.name == "VTODO"]
    assert went.raw() == came.raw()
    assert b"TZID:Mitteleuropa" in out()
    with database.read() as session:
        (task,) = session.scalars(select(Activity.id).where(Activity.type == "task"))
    loaded = activity.load(database, task)
    loaded.record.subject = "Call Bruno"
    activity.save(database, loaded)
    (changed,) = [part for part in read_tree(out()).walk() if part.name == "VTODO"]
    assert sorted(changed.raw()) == sorted(line.replace("Albrecht", "Bruno") for line in came.raw())
    undo.undo_last(database)
    undo.undo_last(database)
    assert b"VTODO" not in out()


def test_what_is_written_in_masses_is_what_one_alone_would_be(database: Database) -> None:
    """History, bookkeeping and derived columns are those of an appointment and a task saved by themselves."""
    taken(database, OUTLOOK)
    with database.read() as session:
        masses = session.scalars(select(Activity).order_by(Activity.id)).all()
        (times, moved) = session.scalars(select(Appointment).order_by(Appointment.id)).all()
        assert (moved.series_id, moved.original) == (times.activity_id, "2026-03-30T09:00:00")
        operation = select(Change.table_name, Change.action).where(
            Change.operation_id == select(func.max(Operation.id)).scalar_subquery()
        )
        noted = Counter(map(tuple, session.execute(operation)))
    assert noted == {("activity", "I"): 3, ("appointment", "I"): 2, ("participant", "I"): 1, ("dav_name", "I"): 1}
    booking = appointment.load(database, masses[0].id)
    derived = (times.begins_at, times.ends_at, times.is_long, masses[0].at, masses[0].seconds)
    assert {(row.version, row.created_by) for row in (*masses, times, moved)} == {(1, database.user_id)}
    settle(booking.activity, booking.appointment)
    booking.appointment.derive(database.home)
    assert derived == (
        booking.appointment.begins_at, booking.appointment.ends_at, booking.appointment.is_long, booking.activity.at,
        booking.activity.seconds,
    )  # fmt: skip
    assert check(database).findings == ()


def test_an_identifier_that_comes_twice_in_a_file_is_one_appointment(database: Database) -> None:
    event = OUTLOOK[OUTLOOK.index("BEGIN:VEVENT") : OUTLOOK.index("BEGIN:VEVENT", OUTLOOK.index("BEGIN:VEVENT") + 1)]
    again = event.replace("kurz", "lang")
    assert taken(database, OUTLOOK.replace(event, event + again)) == {"created": 2, "updated": 1, "tasks": 1}
    assert seen(database)[0] == "23.03. 08:00 Wöchentlich, lang"


NEVER = ("99991231T235959", "00010101T000000", "99951231T000000")
"""What programs write where something has no beginning or no end."""


def test_moments_that_never_come_spoil_no_file(database: Database) -> None:
    good = ["DTSTART;TZID=Europe/Berlin:20260323T090000", "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z"]
    bodies = [
        *([f"DTSTART;TZID=America/New_York:{moment}"] for moment in NEVER),
        *([*good, f"EXDATE;TZID=Asia/Tokyo:{moment}", f"DTEND:{moment}Z"] for moment in NEVER),
        [*good[:1], "RRULE:FREQ=NEVER"],
    ]
    parts = [["BEGIN:VEVENT", f"UID:{place}", *body, "END:VEVENT"] for place, body in enumerate(bodies)]
    data = write_lines(["BEGIN:VCALENDAR", *(line for part in parts for line in part), "END:VCALENDAR"])
    (outcome,) = import_calendars(database, [("never.ics", data)])
    assert outcome.counts["created"] == 4
    assert ["beginning" in each.sentence for each in outcome.problems] == [True, True, True, False]
    appointment.book(database, "9995-03-23T09:00:00", "9995-03-23T10:00:00", zone="Europe/Berlin")
    with pytest.raises(UserError):
        appointment.book(database, "9999-12-31T23:00:00", "9999-12-31T23:30:00", zone="America/New_York")
    with database.read() as session:
        assert range_bytes(session, [database.user_id]).count(b"BEGIN:VEVENT") == 5
        assert len(calendar.entries(session, database.user_id, date(2026, 3, 23), date(2026, 3, 24), [1])) == 7


def test_who_has_no_address_takes_part_once_and_a_trial_counts_what_is_new(database: Database) -> None:
    event = ["BEGIN:VEVENT", "UID:a", "DTSTART:20260323T090000Z", "ATTENDEE;CN=Anna:mailto:", "END:VEVENT"]
    data = write_lines(["BEGIN:VCALENDAR", *event, "BEGIN:VTODO", "UID:b", "END:VTODO", "END:VCALENDAR"])
    for tasks in (1, 0):
        (trial,) = import_calendars(database, [("a.ics", data)], dry_run=True)
        (outcome,) = import_calendars(database, [("a.ics", data)])
        assert (trial.counts["tasks"], outcome.counts["tasks"]) == (tasks, tasks)
    with database.read() as session:
        assert session.scalars(select(Participant.name)).all() == ["Anna"]
