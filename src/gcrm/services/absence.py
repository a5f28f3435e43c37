"""Somebody is away: what falls due from the first to the last day shows at the deputy, and returns with a summary.

A deputy sees the follow-ups that fall due within the absence, from its first day to its last; later, and for days
outside of it, they are with their owner alone. Private ones stay private. A deputy who is away too has no deputy here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity, Notice
from gcrm.model.base import now
from gcrm.model.contact import Contact
from gcrm.model.user import Absence, User
from gcrm.services.database import Database
from gcrm.services.moment import falls_between, today_of
from gcrm.services.unit_of_work import unit_of_work

SUMMARY_DAYS = 30
"""Days after an absence for which its summary is offered until it is put away."""

SUMMARY_ROWS = 200


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence: who, who stands in ("" for nobody), first and last day, both included."""

    id: int
    user_id: int
    name: str
    deputy_id: int | None
    deputy: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Handled:
    """A follow-up of an absence: what, for which contact, and who did it when (None: still open)."""

    activity_id: int
    contact_id: int | None
    contact: str
    title: str
    done_by: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened to somebody's follow-ups meanwhile: done by others, and still open."""

    absence: AbsenceRow
    done: tuple[Handled, ...]
    open: tuple[Handled, ...]


def set_absence(
    database: Database,
    user_id: int,
    from_on: date,
    until_on: date,
    deputy_id: int | None,
    *,
    absence: int | None = None,
) -> int:
    """Enter an absence, or change one; return its id. Raises UserError for days in the wrong order."""
    if until_on < from_on:
        raise UserError(_("The last day lies before the first one."), field="until_on")
    if deputy_id == user_id:
        raise UserError(_("Choose somebody else as deputy."), field="deputy_id")
    with unit_of_work(database, N_("Absence entered")) as work:
        row = work.session.get(Absence, absence) if absence else Absence(user_id=user_id)
        if row is None:
            raise UserError(_("This absence does not exist any more."))
        row.user_id, row.deputy_id, row.from_on, row.until_on = user_id, deputy_id, from_on, until_on
        work.session.add(row)
    return row.id


def remove_absence(database: Database, absence: int) -> None:
    """Delete an absence; everything is with its owner again."""
    with unit_of_work(database, N_("Absence deleted")) as work:
        row = work.session.get(Absence, absence)
        if row is not None:
            work.session.delete(row)


def absences(session: Session, *, since: date | None = None) -> list[AbsenceRow]:
    """Return the absences that end on `since` or later (all without it), the earliest first."""
    return _rows(session, Absence.until_on >= since if since else Absence.id.is_not(None))


def _rows(session: Session, condition: ColumnElement[bool]) -> list[AbsenceRow]:
    names = {row.id: row.name for row in session.execute(select(User.id, User.name))}
    found = session.scalars(select(Absence).where(condition).order_by(Absence.from_on, Absence.id))
    return [
        AbsenceRow(
            row.id,
            row.user_id,
            names.get(row.user_id, ""),
            row.deputy_id,
            names.get(row.deputy_id or 0, ""),
            row.from_on,
            row.until_on,
        )
        for row in found
    ]


def stands_in_for(session: Session, deputy: int, today: date, last: date) -> list[AbsenceRow]:
    """Return the absences in which `deputy` stands in and that touch the days from `today` to `last`."""
    return _rows(session, and_(Absence.deputy_id == deputy, Absence.until_on >= today, Absence.from_on <= last))


def is_for(user: int, standing_in: list[AbsenceRow]) -> ColumnElement[bool]:
    """Return the condition that a follow-up is for `user`: an own one, or one of a colleague who is away then."""
    covered = [
        and_(
            Activity.responsible_id == absence.user_id,
            Activity.is_private.is_(False),
            falls_between(absence.from_on, absence.until_on),
        )
        for absence in standing_in
    ]
    return or_(Activity.responsible_id == user, *covered)


def summary(session: Session, user: int, now: datetime) -> Summary | None:
    """Return what happened in the last absence of `user` that is over and was not put away; None when there is none."""
    today = today_of(now)
    over = and_(
        Absence.user_id == user, Absence.until_on < today, Absence.until_on >= today - timedelta(days=SUMMARY_DAYS)
    )
    seen = set(session.scalars(select(Notice.kind).where(Notice.user_id == user, Notice.kind.like("absence:%"))))
    waiting = [row for row in _rows(session, over) if _mark(row.id) not in seen]
    if not waiting:
        return None
    absence = waiting[-1]
    due = and_(Activity.responsible_id == user, falls_between(absence.from_on, absence.until_on))
    by_others = and_(Activity.state == "done", or_(Activity.done_by.is_(None), Activity.done_by != user))
    return Summary(absence, _handled(session, and_(due, by_others)), _handled(session, and_(due, _is_open())))


def _is_open() -> ColumnElement[bool]:
    return Activity.state == "open"


def _handled(session: Session, condition: ColumnElement[bool]) -> tuple[Handled, ...]:
    rows = session.execute(
        select(Activity, Contact, User.name)
        .outerjoin(Contact, Contact.id == Activity.contact_id)
        .outerjoin(User, User.id == Activity.done_by)
        .where(condition)
        .order_by(Activity.follow_up_at, Activity.id)
        .limit(SUMMARY_ROWS)
    )
    return tuple(
        Handled(
            item.id,
            item.contact_id,
            contact.display_name if contact else "",
            item.subject or (item.text.strip().splitlines() or [""])[0],
            done_by or "",
            item.done_at,
        )
        for item, contact, done_by in rows
    )


def _mark(absence: int) -> str:
    return f"absence:{absence}"


def put_away(database: Database, absence: int) -> None:
    """Do not offer the summary of an absence any more; this is not a step to undo."""
    with unit_of_work(database, N_("Summary read"), kind="system") as work:
        work.session.add(Notice(user_id=work.user_id, kind=_mark(absence), read_at=now()))
