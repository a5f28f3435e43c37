"""The Today page: what is overdue, due today and in the rest of this week, and what nobody takes care of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from gcrm.model.activity import Activity, ActivityType
from gcrm.model.contact import Contact
from gcrm.model.user import User
from gcrm.services.absence import AbsenceRow, Summary, is_for, stands_in_for, summary
from gcrm.services.activity_types import built_in, label_of
from gcrm.services.birthdays import Birthday, birthdays, display_name
from gcrm.services.chronicle import title_of
from gcrm.services.delegation import NoticeRow, notices
from gcrm.services.moment import falls_between, is_past, today_of
from gcrm.services.privacy import visible_to

ROWS = 200
"""Rows of a list at most; its count tells how many there are."""


@dataclass(frozen=True, slots=True)
class TodayRow:
    """A follow-up or a missed call, ready to paint; `for_whom` is the colleague one stands in for, "" for own ones."""

    id: int
    contact_id: int | None
    contact: str
    priority: str
    type: str
    label: str
    icon: str
    colour: str
    title: str
    text: str
    phone: str
    at: datetime
    follow_up_at: datetime | None
    follow_up_all_day: bool
    is_recurring: bool
    is_high: bool
    is_overdue: bool
    is_private: bool
    state: str
    responsible_id: int | None
    for_whom: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """A list of the page: its first rows and how many there are in all."""

    rows: tuple[TodayRow, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Today:
    """The page of one user; `week` is the rest of this week up to Sunday, `back` what happened while away."""

    overdue: Bucket = field(default_factory=Bucket)
    today: Bucket = field(default_factory=Bucket)
    week: Bucket = field(default_factory=Bucket)
    birthdays: tuple[Birthday, ...] = ()
    loose_ends: Bucket = field(default_factory=Bucket)
    notices: tuple[NoticeRow, ...] = ()
    standing_in_for: tuple[AbsenceRow, ...] = ()
    back: Summary | None = None

    @property
    def due_count(self) -> int:
        """Return how many follow-ups wait, overdue and today's."""
        return self.overdue.count + self.today.count


def today(session: Session, user: int, now: datetime, *, birthday_days: int = 7, rows: int = ROWS) -> Today:
    """Return the page of `user` at the aware instant `now`, each list with at most `rows` rows."""
    day = today_of(now)
    sunday = day + timedelta(days=6 - day.weekday())
    standing_in = stands_in_for(session, user, day, sunday)
    mine = and_(Activity.state == "open", is_for(user, standing_in))
    week = _bucket(session, and_(mine, falls_between(day + timedelta(days=1), sunday)), user, now, rows)
    return Today(
        overdue=_bucket(session, and_(mine, falls_between(None, day - timedelta(days=1))), user, now, rows),
        today=_bucket(session, and_(mine, falls_between(day, day)), user, now, rows),
        week=week if day < sunday else Bucket(),
        birthdays=tuple(birthdays(session, day, birthday_days)),
        loose_ends=_bucket(session, is_loose(user), user, now, rows),
        notices=tuple(notices(session, user)),
        standing_in_for=tuple(row for row in standing_in if row.from_on <= day),
        back=summary(session, user, now),
    )


def due_count(session: Session, user: int, now: datetime) -> int:
    """Return how many follow-ups of `user` are overdue or due today, for the side bar."""
    day = today_of(now)
    standing_in = stands_in_for(session, user, day, day)
    return _count(session, and_(Activity.state == "open", is_for(user, standing_in), falls_between(None, day)))


def is_loose(user: int) -> ColumnElement[bool]:
    """Return the condition of a loose end: a missed call nobody handled, a follow-up without owner, an undated one.

    A missed call is handled when it was marked as done or something follows it (a call back). Undated ones show to
    their owner. Each kind is looked up by itself, so that it finds its index.
    """
    missed, after, unowned, undated = (aliased(Activity) for _n in range(4))
    followed = select(after.id).where(after.follows_id == missed.id).exists()
    loose = union_all(
        select(missed.id).where(missed.state == "missed", missed.done_at.is_(None), ~followed),
        select(unowned.id).where(unowned.state == "open", unowned.responsible_id.is_(None)),
        select(undated.id).where(
            undated.state == "open", undated.follow_up_at.is_(None), func.coalesce(undated.responsible_id, 0) == user
        ),
    )
    return and_(Activity.id.in_(loose), visible_to(user))


def is_shown() -> ColumnElement[bool]:
    """Return the condition that the contact of a row, if it has one, is not in the trash (which is small)."""
    trash = select(Contact.id).where(Contact.deleted_at.is_not(None))
    return or_(Activity.contact_id.is_(None), Activity.contact_id.not_in(trash))


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    wanted = select(func.count()).select_from(Activity)
    return session.scalar(wanted.where(condition, is_shown())) or 0


def _bucket(session: Session, condition: ColumnElement[bool], user: int, now: datetime, limit: int) -> Bucket:
    """Read one list; its count needs a statement of its own only when the list is full."""
    by = (Activity.follow_up_at, Activity.priority.desc(), Activity.at, Activity.id)
    wanted = rows_select().where(condition, is_shown()).order_by(*by).limit(limit)
    rows = tuple(row_of(found, user, now) for found in session.execute(wanted))
    return Bucket(rows, len(rows) if len(rows) < limit else _count(session, condition))


def rows_select() -> Select[*tuple[Any, ...]]:
    """Return the select behind TodayRow; reminders use it, too."""
    contact = (Contact.name, Contact.title, Contact.first_name, Contact.last_name, Contact.priority)
    return (
        select(
            Activity,
            *contact,
            ActivityType.name.label("type_name"),
            ActivityType.icon,
            ActivityType.colour,
            User.name.label("owner"),
        )
        .outerjoin(Contact, Contact.id == Activity.contact_id)
        .outerjoin(ActivityType, ActivityType.key == Activity.type)
        .outerjoin(User, User.id == Activity.responsible_id)
    )


def row_of(found: Any, user: int, now: datetime) -> TodayRow:
    """Turn a row of `rows_select` into what is painted."""
    item: Activity = found[0]
    known = built_in(item.type)
    label = label_of(item.type, found.type_name)
    due = item.follow_up_at
    for_other = item.state == "open" and item.responsible_id not in (None, user)
    return TodayRow(
        id=item.id,
        contact_id=item.contact_id,
        contact=display_name(found) if item.contact_id else "",
        priority=found.priority or "",
        type=item.type,
        label=label,
        icon=found.icon or known.icon,
        colour=found.colour or known.colour,
        title=title_of(item, label),
        text=item.text,
        phone=item.phone,
        at=item.at,
        follow_up_at=due,
        follow_up_all_day=item.follow_up_all_day,
        is_recurring=bool(item.recurrence),
        is_high=item.priority == "high",
        is_overdue=due is not None and is_past(due, item.follow_up_all_day, now),
        is_private=item.is_private,
        state=item.state,
        responsible_id=item.responsible_id,
        for_whom=(found.owner or "") if for_other else "",
    )


def agenda(session: Session, user: int, first: date, last: date, now: datetime) -> tuple[TodayRow, ...]:
    """Return the open follow-ups of `user` between two days, both included, for a calendar or a printed list."""
    mine = and_(Activity.state == "open", is_for(user, stands_in_for(session, user, first, last)))
    return _bucket(session, and_(mine, falls_between(first, last)), user, now, 10_000).rows
