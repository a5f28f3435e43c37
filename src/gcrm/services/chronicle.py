"""The chronicle of a contact: what was done and planned, ready to paint, read in one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, Subquery, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from gcrm.i18n import _
from gcrm.model.activity import Activity, ActivityType
from gcrm.model.appointment import Appointment
from gcrm.model.appointment_times import here, is_day, read_wall
from gcrm.model.attachment import Attachment
from gcrm.model.base import now as this_instant
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.user import User
from gcrm.services.activity_types import built_in, label_of
from gcrm.services.moment import day_of, is_past, today_of
from gcrm.services.privacy import rights_of, visible_to
from gcrm.services.trip import Prepared, ask, bound

PINNED = 100
"""Open follow-ups that are pinned at most; more are found in the list of follow-ups."""

_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """When an appointment is: naive moments here, the end of whole days not included."""

    begins: datetime
    ends: datetime
    is_all_day: bool
    repeats: bool
    location: str
    status: str


@dataclass(frozen=True, slots=True)
class ChronicleRow:
    """One activity as the chronicle paints it; instants are UTC, `seconds` the duration or None.

    `is_pinned` rows stand on top (open follow-ups, the earliest first); `is_due`: today or earlier; `is_overdue`: over.
    `icon` is a Lucide name, `colour` a token.
    """

    id: int
    contact_id: int | None
    type: str
    label: str
    icon: str
    colour: str
    at: datetime
    title: str
    text: str
    direction: str
    phone: str
    person: str
    author: str
    responsible: str
    responsible_id: int | None
    follow_up_at: datetime | None
    follow_up_all_day: bool
    recurrence: str
    priority: str
    state: str
    done_at: datetime | None
    done_by: str
    is_due: bool
    is_overdue: bool
    is_pinned: bool
    is_private: bool
    attachments: int
    seconds: int | None
    version: int
    span: Span | None = None


def chronicle(
    session: Session,
    contact_id: int,
    *,
    user: int | None = None,
    types: Collection[str] | None = None,
    limit: int = 50,
    before: tuple[datetime, int] | None = None,
    now: datetime | None = None,
) -> list[ChronicleRow]:
    """Return open follow-ups, then the newest `limit` of the rest; `types` are keys, `before` is `(at, id)` of a row.

    With `before` only older rows come (the next page), without pinned ones. `user` is who looks: without it all private
    activities stay out.
    """
    if not rights_of(session).sees(Activity.__tablename__):
        return []
    chosen = None if types is None else sorted(set(types))
    engine = session.get_bind().dialect.name
    statement = _page(engine, user is None, None if chosen is None else len(chosen), before is not None)
    at, record = before or (None, None)
    values: dict[str, Any] = {"contact": contact_id, "who": user, "limit": limit, "until": at, "last": record}
    values |= {f"type{place}": key for place, key in enumerate(chosen or ())}
    moment = now or this_instant()
    found = ask(session.connection(), [(statement, values)])[0]
    rows = [_row(_Found(*row), moment) for row in found]
    pinned = sorted((row for row in rows if row.is_pinned), key=lambda row: (row.follow_up_at or _FAR, row.id))
    return pinned + sorted((row for row in rows if not row.is_pinned), key=lambda row: (row.at, row.id), reverse=True)


@lru_cache(50)
def _page(engine: str, is_anybody: bool, types: int | None, is_further: bool) -> Prepared:
    """Return the statement for a page of :contact as :who may see it: of all types, or of so many, :type0 and on.

    A further page holds what is older than :until and :last. Made once.
    """
    who = None if is_anybody else bound("who", Activity.created_by.type)
    mine = [Activity.contact_id == bound("contact", Activity.contact_id.type), visible_to(who)]
    if types is not None:
        mine.append(Activity.type.in_([bound(f"type{place}", Activity.type.type) for place in range(types)]))
    return Prepared(_filled(_picked(mine, is_further)), engine)


def _picked(mine: list[Any], is_further: bool) -> Subquery:
    """Return the ids of one page, found by the index on (contact, at, id).

    `coalesce` keeps the engine from the index on state, which would walk through all open follow-ups of the office.
    """
    is_open = func.coalesce(Activity.state, "") == "open"
    rest = select(Activity.id, literal(1).label("place")).where(*mine, ~is_open)
    if is_further:
        at, record = bound("until", Activity.at.type), bound("last", Activity.id.type)
        rest = rest.where(or_(Activity.at < at, and_(Activity.at == at, Activity.id < record)))
    page = rest.order_by(Activity.at.desc(), Activity.id.desc()).limit(bound("limit", Integer())).subquery()
    if is_further:
        return select(page).subquery("picked")
    pinned = select(Activity.id, literal(0).label("place")).where(*mine, is_open)
    top = pinned.order_by(Activity.follow_up_at.nulls_last(), Activity.id).limit(PINNED).subquery()
    return union_all(select(top), select(page)).subquery("picked")


class _Found(NamedTuple):
    """A row of the statement: columns of the activity by their names, and the names that go with them."""

    id: int
    contact_id: int | None
    type: str
    at: datetime
    subject: str
    text: str
    direction: str
    phone: str
    responsible_id: int | None
    follow_up_at: datetime | None
    follow_up_all_day: bool
    recurrence: str
    priority: str
    state: str
    done_at: datetime | None
    is_private: bool
    seconds: int | None
    version: int
    place: int
    type_name: str | None
    icon: str | None
    colour: str | None
    author: str | None
    responsible: str | None
    done_by: str | None
    person_title: str | None
    first_name: str | None
    last_name: str | None
    files: int
    starts: str | None
    ends: str
    zone: str
    end_zone: str
    rule: str
    location: str
    status: str


_COLUMNS = _Found._fields[: _Found._fields.index("place")]
_TIMES = _Found._fields[_Found._fields.index("starts") :]


def _filled(picked: Subquery) -> Select[Any]:
    """Return the select of the rows with the names that go with them, as `_Found` has them."""
    author, responsible, done_by = aliased(User), aliased(User), aliased(User)
    files = select(func.count()).where(Attachment.activity_id == Activity.id).scalar_subquery()
    return (
        select(
            *(getattr(Activity, name) for name in _COLUMNS),
            picked.c.place,
            ActivityType.name,
            ActivityType.icon,
            ActivityType.colour,
            author.name,
            responsible.name,
            done_by.name,
            Person.title,
            Person.first_name,
            Person.last_name,
            files,
            *(getattr(Appointment, name) for name in _TIMES),
        )
        .join(picked, picked.c.id == Activity.id)
        .outerjoin(ActivityType, ActivityType.key == Activity.type)
        .outerjoin(author, author.id == Activity.created_by)
        .outerjoin(responsible, responsible.id == Activity.responsible_id)
        .outerjoin(done_by, done_by.id == Activity.done_by)
        .outerjoin(ContactPerson, ContactPerson.id == Activity.contact_person_id)
        .outerjoin(Person, Person.id == ContactPerson.person_id)
        .outerjoin(Appointment, Appointment.activity_id == Activity.id)
    )


def title_of(activity: Activity | _Found, label: str) -> str:
    """Return the heading of an activity: its subject, for calls who called, else the name of its type."""
    if activity.subject:
        return activity.subject
    if activity.type != "call" or not activity.direction:
        return label
    if activity.state == "missed":
        return _("Missed call")
    return _("Incoming call") if activity.direction == "in" else _("Outgoing call")


def _row(item: _Found, now: datetime) -> ChronicleRow:
    """Turn a row of the statement into what is painted."""
    known = built_in(item.type)
    label = label_of(item.type, item.type_name)
    due = item.follow_up_at if item.place == 0 else None
    return ChronicleRow(
        id=item.id,
        contact_id=item.contact_id,
        type=item.type,
        label=label,
        icon=item.icon or known.icon,
        colour=item.colour or known.colour,
        at=item.at,
        title=title_of(item, label),
        text=item.text,
        direction=item.direction,
        phone=item.phone,
        person=" ".join(part for part in (item.person_title, item.first_name, item.last_name) if part),
        author=item.author or "",
        responsible=item.responsible or "",
        responsible_id=item.responsible_id,
        follow_up_at=item.follow_up_at,
        follow_up_all_day=item.follow_up_all_day,
        recurrence=item.recurrence,
        priority=item.priority,
        state=item.state,
        done_at=item.done_at,
        done_by=item.done_by or "",
        is_due=due is not None and day_of(due, item.follow_up_all_day) <= today_of(now),
        is_overdue=due is not None and is_past(due, item.follow_up_all_day, now),
        is_pinned=item.place == 0,
        is_private=item.is_private,
        attachments=item.files,
        seconds=item.seconds,
        version=item.version,
        span=_span(item),
    )


def _span(item: _Found) -> Span | None:
    """Return when an appointment is; None for what is none."""
    if item.starts is None:
        return None
    begins, ends = read_wall(item.starts), read_wall(item.ends)
    is_all_day = is_day(item.starts)
    if not is_all_day:
        begins, ends = here(begins, item.zone), here(ends, item.end_zone or item.zone)
    return Span(begins, ends, is_all_day, bool(item.rule), item.location, item.status)
