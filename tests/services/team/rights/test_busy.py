"""What is private in a calendar: colleagues learn from the server that somebody is busy, and nothing else."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.services import appointment, calendar, changes
from gcrm.services.appointment import Scope
from gcrm.services.unit_of_work import unit_of_work
from tests.services.team.rights.team_office import Team

MONDAY = date(2026, 3, 23)


def test_a_server_tells_that_somebody_is_busy_and_nothing_else(team: Team) -> None:
    second = team.users["second"]
    with team.open("second") as database:
        made = appointment.book(
            database, "2026-03-23T09:00:00", "2026-03-23T10:00:00", zone="UTC", subject="Doctor", location="Clinic",
            is_private=True, rule="FREQ=DAILY;COUNT=4", participants=[Participant(name="Dr. X", email="x@example.com")],
        )  # fmt: skip
        appointment.move(database, made, "2026-03-24T09:00:00", "2026-03-24T12:00:00", "2026-03-24T13:00:00", Scope.ONE)
        appointment.move(database, made, "2026-03-26T09:00:00", "2026-06-24T12:00:00", "2026-06-24T13:00:00", Scope.ONE)
        with database.read() as session:
            own = calendar.entries(session, second, MONDAY, date(2026, 3, 26), [second])
    assert [(entry.title, entry.begins.hour) for entry in own] == [("Doctor", 9), ("Doctor", 12), ("Doctor", 9)]
    for group in ("office", "read-only", "administrator"):
        with team.open(group) as database, database.read() as session:
            seen = calendar.entries(session, database.user_id, MONDAY, date(2026, 3, 26), [second])
            assert [(entry.kind, entry.begins.hour, entry.activity_id) for entry in seen] == [
                ("busy", hour, None) for hour in (9, 12, 9)
            ]
            assert session.scalars(select(Appointment.id)).all() == []
            assert session.scalars(select(Participant.id)).all() == []
            assert changes.record_history(session, "appointment", 1, user=database.user_id) == []


def test_an_occurrence_that_was_hidden_leaves_nothing_at_its_former_time(team: Team) -> None:
    second = team.users["second"]
    with team.open("second") as database:
        made = appointment.book(
            database, "2026-04-20T09:00:00", "2026-04-20T10:00:00", zone="UTC", subject="Round",
            rule="FREQ=DAILY;COUNT=3",
        )  # fmt: skip
        moved = ("2026-04-21T09:00:00", "2026-04-21T12:00:00", "2026-04-21T13:00:00")
        one = appointment.move(database, made, *moved, Scope.ONE)
        with unit_of_work(database, "hidden") as work:
            work.session.get_one(Activity, one).is_private = True
    with team.open("office") as database, database.read() as session:
        seen = calendar.entries(session, database.user_id, date(2026, 4, 20), date(2026, 4, 22), [second])
    assert [(entry.kind, entry.begins.day, entry.begins.hour) for entry in seen] == [
        ("appointment", 20, 9), ("busy", 21, 12), ("appointment", 22, 9)
    ]  # fmt: skip
