"""Invitations by mail: one mail that calendars take as an invitation, to whom has an address."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.appointment import Participant
from gcrm.services import appointment, settings, user
from gcrm.services.database import Database
from gcrm.services.exchange.ical_import import import_calendars
from gcrm.services.mail import account as accounts
from gcrm.services.mail.invite import invited, send_answer, send_invitation
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
    mail, told = server.got
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
    assert (told["To"], told["Subject"]) == ("organizer@example.com", "Accepted: Gate")
    reply = list(told.iter_parts())[1]
    assert reply.get_param("method") == "REPLY"
    assert "PARTSTAT=ACCEPTED" in reply.get_content()
    with database.read() as session:
        part = select(Participant.answer).where(Participant.activity_id == asked)
        assert session.scalars(part).all() == ["accepted"]


def calendar_file(organizer: str, guest: str) -> bytes:
    lines = (
        "BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:1@example.com", "SUMMARY:Gate",
        "DTSTART:20260324T080000Z", "DTEND:20260324T090000Z", f"ORGANIZER:mailto:{organizer}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{guest}", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()
