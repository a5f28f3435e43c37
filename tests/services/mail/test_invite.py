"""Invitations by mail: one mail that calendars take as an invitation, to whom has an address."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.appointment import Participant
from gcrm.services import appointment, settings, undo, user
from gcrm.services.appointment import Scope
from gcrm.services.database import Database
from gcrm.services.exchange.ical_import import import_calendars
from gcrm.services.mail import account as accounts
from gcrm.services.mail import called_off, notices
from gcrm.services.mail.invite import invited, save_invitation, save_notice, send_answer, send_invitation
from gcrm.services.unit_of_work import unit_of_work
from tests.mail_server import LOGIN, PASSWORD, mail_server


def test_an_invitation_goes_to_all_who_have_an_address(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [
        Participant(name="Müller", email="m@example.com"),
        Participant(name="Nobody"),
        Participant(email="b@ex.org"),
    ]
    made = appointment.book(
        database, "2026-03-23T09:00:00", "2026-03-23T10:00:00", zone="Europe/Berlin", subject="Tor für Halle 3",
        location="Halle 3", participants=people,
    )  # fmt: skip
    with pytest.raises(UserError, match="no e-mail address yet"):
        invited(database, made)
    user.change(database, database.user_id, "Anna", LOGIN)
    with pytest.raises(UserError, match="not set up"):
        invited(database, made)
    with mail_server(tmp_path / "authority") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority" / "office.crt"))
        for name, value in {"server": "localhost", "port": server.port, "login": LOGIN}.items():
            settings.set(database, f"mail.{name}", value)
        with database.read() as session:
            accounts.keep_password(accounts.read_account(session, database.user_id), PASSWORD)
        assert invited(database, made) == ["m@example.com", "b@ex.org"]
        assert send_invitation(database, made) == ["m@example.com", "b@ex.org"]
        before = calendar_file("organizer@example.com", LOGIN)
        import_calendars(database, [("in.ics", before)])
        with database.read() as session:
            asked = session.scalars(select(Activity.id).order_by(Activity.id.desc())).first() or 0
        assert send_answer(database, asked, "accepted") == "organizer@example.com"
    mail, said = server.got
    assert (mail["From"], mail["To"]) == (LOGIN, "m@example.com, b@ex.org")
    assert mail["Subject"] == "Invitation: Tor für Halle 3"
    assert "Auto-Submitted" not in mail
    plain, calendar = mail.iter_parts()
    assert plain.get_content().splitlines()[:2] == ["Tor für Halle 3", "23/03/2026 09:00 (Europe/Berlin)"]
    assert (calendar.get_content_type(), calendar.get_param("method")) == ("text/calendar", "REQUEST")
    text = calendar.get_content()
    assert "METHOD:REQUEST" in text
    assert f"ORGANIZER:mailto:{LOGIN}" in text
    assert "SUMMARY:Tor für Halle 3" in text
    assert (said["To"], said["Subject"]) == ("organizer@example.com", "Accepted: Gate")
    reply = list(said.iter_parts())[1]
    assert reply.get_param("method") == "REPLY"
    assert "PARTSTAT=ACCEPTED" in reply.get_content()
    with database.read() as session:
        part = select(Participant.answer).where(Participant.activity_id == asked)
        assert session.scalars(part).all() == ["accepted"]


def test_who_was_invited_is_told_what_became_of_it(database: Database) -> None:
    people = [Participant(name="Müller", email="m@example.com"), Participant(name="Bruno", email="b@example.com")]
    people.append(Participant(name="Anna", email=LOGIN, answer="accepted"))  # who invites is told of nothing
    user.change(database, database.user_id, "Anna", LOGIN)
    series = appointment.book(
        database, "2026-03-23T09:00:00", "2026-03-23T10:00:00", zone="Europe/Berlin", subject="Plan",
        rule="FREQ=WEEKLY;COUNT=5", participants=people,
    )  # fmt: skip
    booking = appointment.load(database, series)
    booking.appointment.location = "Hall"
    assert notices.save(database, booking, Scope.ALL) == []  # nobody was invited yet
    notices.note(database, [series])
    _moved, untold = notices.move(
        database, series, "2026-03-30T09:00:00", datetime(2026, 3, 31, 8), datetime(2026, 3, 31, 9), Scope.ONE,
        all_day=False,
    )  # fmt: skip
    (update,) = notices.updates(database, untold, is_stale=True)
    assert told(update.data, "METHOD", "SEQUENCE", "DTSTART", "RECURRENCE-ID") == [
        "METHOD:REQUEST", "RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000", "SEQUENCE:2",
        "DTSTART;TZID=Europe/Berlin:20260331T100000",
    ]  # fmt: skip
    notices.note(database, update.activities)
    assert notices.updates(database, untold, is_stale=True) == []
    booking = appointment.load(database, series, "2026-03-23T09:00:00")
    booking.activity.text = "Bring the drawings"
    (update,) = notices.save(database, booking, Scope.ONE)
    assert told(update.data, "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/Berlin:20260323T090000"]
    (off,) = notices.remove(database, series, Scope.ONE, "2026-04-06T09:00:00")
    assert (off.method, off.to) == ("CANCEL", ("m@example.com", "b@example.com"))
    assert told(off.data, "METHOD", "SEQUENCE", "STATUS", "RRULE", "DTSTART", "RECURRENCE-ID", "ORGANIZER") == [
        "METHOD:CANCEL", f"ORGANIZER:mailto:{LOGIN}", "RECURRENCE-ID;TZID=Europe/Berlin:20260406T090000", "SEQUENCE:3",
        "STATUS:CANCELLED", "DTSTART;TZID=Europe/Berlin:20260406T090000",
    ]  # fmt: skip
    booking = appointment.load(database, series)
    del booking.participants[1]
    (without,) = notices.save(database, booking, Scope.ALL)
    assert (without.method, without.to) == ("CANCEL", ("b@example.com",))
    assert told(without.data, "STATUS", "SEQUENCE", "ATTENDEE") == [
        "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Bruno:mail", "SEQUENCE:3",
    ]  # fmt: skip
    (ended,) = notices.remove(database, series, Scope.FOLLOWING, "2026-04-13T09:00:00")
    assert (ended.method, "UNTIL=" in ended.data.decode()) == ("REQUEST", True)
    (off,) = notices.remove_activities(database, [series])
    assert notices.updates(database, [series]) == []
    assert (off.to, told(off.data, "RRULE", "SEQUENCE")) == (
        ("m@example.com", "b@example.com"),
        ["RRULE:FREQ=WEEKLY;UNTIL=20260413T065959Z", "SEQUENCE:5"],
    )


def test_whoever_said_yes_is_asked_anew_for_another_time(database: Database) -> None:
    user.change(database, database.user_id, "Anna", LOGIN)
    people = [Participant(name="Müller", email="m@example.com"), Participant(name="Anna", email=LOGIN)]
    series = appointment.book(
        database, "2026-03-23T09:00:00", "2026-03-23T10:00:00", zone="Europe/Berlin", subject="Plan",
        rule="FREQ=WEEKLY;COUNT=5", uid="plan@example.com", participants=people,
    )  # fmt: skip
    notices.note(database, [series])

    def answers(activity: int = series) -> list[str]:
        with database.read() as session:
            mine = select(Participant.answer).where(Participant.activity_id == activity)
            return list(session.scalars(mine.order_by(Participant.id)))

    def says(sequence: int) -> list[str]:
        data = reply.format(sequence=sequence).encode()
        return [each.sentence for each in import_calendars(database, [("reply.ics", data)])[0].problems]

    reply = "\r\n".join((
        "BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", "UID:plan@example.com", "SEQUENCE:{sequence}",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:M@example.com", f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{LOGIN}", "END:VEVENT",
        "END:VCALENDAR", "",
    ))  # fmt: skip
    assert says(0) == []
    booking = appointment.load(database, series)
    booking.activity.subject, booking.appointment.location = "The plan", "Hall"
    notices.save(database, booking, Scope.ALL)
    assert answers() == ["accepted", "accepted"]
    moved = (datetime(2026, 3, 31, 8), datetime(2026, 3, 31, 9))
    one, _ids = notices.move(database, series, "2026-03-30T09:00:00", *moved, Scope.ONE, all_day=False)
    assert (answers(one), answers()) == (["", "accepted"], ["accepted", "accepted"])
    rest, ids = notices.move(
        database, series, "2026-04-06T09:00:00", datetime(2026, 4, 7, 8), datetime(2026, 4, 7, 9), Scope.FOLLOWING,
        all_day=False,
    )  # fmt: skip
    assert answers(rest) == ["", "accepted"]
    assert {update.activities[0] for update in notices.updates(database, ids, is_stale=True)} == {series, rest}
    booking = appointment.load(database, series)
    booking.appointment.starts, booking.appointment.ends = "2026-03-23T11:00:00", "2026-03-23T12:00:00"
    (update,) = notices.save(database, booking, Scope.ALL)
    assert "PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Müller:" in update.data.decode().replace("\r\n ", "")
    assert answers() == ["", "accepted"]
    assert "Müller" in says(2)[0]  # he answered to nine o'clock
    assert answers() == ["", "accepted"]
    undo.undo_last(database)
    assert answers() == ["accepted", "accepted"]
    undo.redo_last(database)
    assert says(3) == []
    assert answers() == ["accepted", "accepted"]


def test_who_was_told_that_it_is_off_is_invited_anew_when_it_is_back(database: Database, tmp_path: Path) -> None:
    user.change(database, database.user_id, "Anna", LOGIN)
    series = appointment.book(
        database, "2026-03-23T09:00:00", "2026-03-23T10:00:00", zone="Europe/Berlin", subject="Plan",
        rule="FREQ=WEEKLY;COUNT=5", participants=[Participant(name="Müller", email="m@example.com", answer="accepted")],
    )  # fmt: skip
    for scope, when, answer in ((Scope.ONE, "2026-03-30T09:00:00", "ACCEPTED"), (Scope.ALL, "", "NEEDS-ACTION")):
        notices.remove(database, series, scope, when)
        undo.undo_last(database)
        assert called_off.back(database) == []  # nobody was told
        (off,) = notices.remove(database, series, scope, when)
        save_notice(database, off, tmp_path / "off.ics")
        assert called_off.back(database) == []
        undo.undo_last(database)
        (again,) = called_off.back(database)
        assert called_off.back(database) == []
        save_notice(database, again, tmp_path / "again.ics")
        data = (tmp_path / "again.ics").read_bytes()
        assert told(data, "METHOD", "SEQUENCE") == ["METHOD:REQUEST", f"SEQUENCE:{off.sequence + 1}"]
        assert f"PARTSTAT={answer}" in data.decode()
        assert notices.updates(database, [series], is_stale=True) == []


def told(data: bytes, *names: str) -> list[str]:
    """Return some lines of a calendar file, each name in the order in which it stands."""
    lines = data.decode().partition("BEGIN:VEVENT")
    head = [line for line in lines[0].splitlines() if line.startswith("METHOD")]
    wanted = [*head, *lines[2].splitlines()] if "METHOD" in names else lines[2].splitlines()
    return sorted((line for line in wanted if line.startswith(names)), key=_rank)


def _rank(line: str) -> int:
    ranks = ("METHOD", "ORGANIZER", "ATTENDEE", "RECURRENCE-ID", "RRULE", "SEQUENCE", "STATUS", "DTSTART")
    return next(place for place, name in enumerate(ranks) if line.startswith(name))


def calendar_file(organizer: str, guest: str) -> bytes:
    lines = (
        "BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:1@example.com", "SUMMARY:Gate",
        "DTSTART:20260324T080000Z", "DTEND:20260324T090000Z", f"ORGANIZER:mailto:{organizer}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{guest}", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def test_what_a_colleague_hid_of_a_series_does_not_stop_its_invitation(database: Database, tmp_path: Path) -> None:
    user.change(database, database.user_id, "Anna", LOGIN)
    other = user.add_user(database, "bruno", "Bruno")
    times = (f"2026-03-23T{hour}:00:00" for hour in ("09", "10"))
    guests = [Participant(email="m@example.com")]
    series = appointment.book(database, *times, zone="Europe/Berlin", rule="FREQ=WEEKLY;COUNT=3", participants=guests)
    moved = ("2026-03-30T09:00:00", "2026-03-31T09:00:00", "2026-03-31T10:00:00")
    hidden = appointment.move(database, series, *moved, Scope.ONE)
    with unit_of_work(database, "hidden") as work:
        values = {"is_private": True, "responsible_id": other, "created_by": other}
        work.session.execute(update(Activity).where(Activity.id == hidden).values(values))
    save_invitation(database, series, tmp_path / "invitation.ics")
    with database.read() as session:
        wanted = select(Participant.kept).where(Participant.activity_id == series)
        assert session.scalars(wanted).one()["organizer"] == LOGIN
