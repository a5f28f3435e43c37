"""Answers to invitations: which hold when an appointment changes, and which come too late.

Whoever said yes said it to a time. Where that becomes another one, the organiser asks anew: PARTSTAT=NEEDS-ACTION and a
higher SEQUENCE (RFC 5546 3.2.2.1, RFC 5545 3.8.7.4). An answer to a former revision counts no more (2.1.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.appointment import Appointment, Participant
from gcrm.services.invitees import INVITED, organizer_of

ASKED = "asked"
"""Among what is kept with a participant: the revision from which on answers count."""
UNTOLD = -1
"""A revision that nobody was told: of an appointment that goes on under another identifier."""
_TIME = ("starts", "ends", "zone", "end_zone", "rule", "added")


def is_other_time(was: Mapping[str, Any], appointment: Appointment, occurrence: str = "") -> bool:
    """Tell whether an appointment takes place at another time than `was` tells; one date fewer of a series is none.

    `occurrence` is the one of a series that is compared, by its own begin.
    """
    if not occurrence:
        return any((was[name] or "") != (getattr(appointment, name) or "") for name in _TIME)
    former = Appointment(starts=was["starts"], ends=was["ends"])
    is_moved = appointment.starts != occurrence or appointment.length != former.length
    return is_moved or any((was[name] or "") != (getattr(appointment, name) or "") for name in ("zone", "end_zone"))


def ask_anew(session: Session, user: int, appointment: Appointment, people: Sequence[Participant]) -> None:
    """Let nobody have answered yet, but who invites; nothing happens where that is somebody else."""
    organizer = organizer_of(session, user, appointment, people).casefold()
    if appointment.organizer and not organizer:
        return
    for one in people:
        if one.email and one.email.casefold() != organizer and (one.answer or INVITED in (one.kept or {})):
            one.kept = {INVITED: appointment.sequence - 1, **(one.kept or {}), ASKED: appointment.sequence}
            one.answer = ""


def ask_all_anew(session: Session, user: int, appointment: Appointment) -> None:
    """Do so with those who take part in an appointment as they stand in the database."""
    session.flush()
    wanted = select(Participant).where(Participant.activity_id == appointment.activity_id).order_by(Participant.id)
    ask_anew(session, user, appointment, session.scalars(wanted.execution_options(populate_existing=True)).all())


def goes_on_elsewhere(people: Iterable[Participant]) -> None:
    """Say of people that they know an appointment, and have not been told that it has another identifier now."""
    for one in people:
        if INVITED in (one.kept or {}):
            one.kept = {**one.kept, INVITED: UNTOLD}


def time_of(appointment: Appointment) -> dict[str, Any]:
    """Return when an appointment takes place, to be compared with when it does after a change."""
    return {name: getattr(appointment, name) for name in _TIME}


def is_late(one: Participant, sequence: int) -> bool:
    """Tell whether an answer to a revision came after the person was asked anew."""
    return sequence < int((one.kept or {}).get(ASKED, 0))
