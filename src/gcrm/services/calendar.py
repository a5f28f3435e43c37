"""The calendar between two days: appointments of one or more users, with series expanded, and layers beside them.

What is private to a colleague shows as "busy" without a word of what it is. Single appointments are found by the index
over their begin, long ones and series by the index over their end; nothing is expanded outside of what is shown.
"""

from __future__ import annotations

import time as clock
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from gcrm.i18n import _
from gcrm.model.activity import Activity, ActivityType
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.appointment_times import LONG, day_begin, here, is_day, read_wall
from gcrm.model.contact import Contact
from gcrm.model.series import Times, takes_place
from gcrm.services.activity_types import built_in, label_of
from gcrm.services.birthdays import display_name
from gcrm.services.calendar_entry import MOST, SHOWN_TEXT, Entry, order
from gcrm.services.calendar_layers import CANCELLED, LAYERS, Asked
from gcrm.services.chronicle import title_of
from gcrm.services.collector import collector_paused
from gcrm.services.privacy import rights_of, visible_to
from gcrm.services.today import is_shown
from gcrm.services.unseen import rows_of

BATCH = 400
DAY_LENGTH = len("2026-11-27")
Looks = tuple[str, str]
"""Label and icon of a type of activity."""


@collector_paused()
def entries(
    session: Session, viewer: int, first: date, last: date, users: Collection[int], layers: Collection[str] = ()
) -> list[Entry]:
    """Return what stands in the calendars of `users` from `first` to `last`, both included, for the eyes of `viewer`.

    `layers` are keys of LAYERS. Sorted as a day is read: whole days first.
    """
    begin, end = day_begin(first), day_begin(last) + timedelta(days=1)
    found = list(_appointments(session, viewer, begin, end, users, layers))
    found += _hidden(session, viewer, begin, end, users)
    asked = Asked(session, viewer, first, last, users)
    for layer in LAYERS:
        if layer.key in layers and layer.entries is not None:
            found += layer.entries(asked)
    return sorted(found, key=order)[:MOST]


def in_range(begin: datetime, end: datetime) -> ColumnElement[bool]:
    """Return the condition that something of an appointment can lie between two naive moments here."""
    since, until = (moment.astimezone(UTC) for moment in (begin, end))
    short = and_(Appointment.is_long.is_(False), Appointment.begins_at.between(since - LONG, until))
    long = and_(Appointment.is_long.is_(True), Appointment.ends_at > since, Appointment.begins_at < until)
    return or_(and_(short, Appointment.ends_at >= since), long)


def of_users(users: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that an appointment is one of these users', or that they take part; or nobody's."""
    takes_part = select(Participant.activity_id).where(Participant.user_id.in_(users), Participant.answer != "declined")
    return or_(Activity.responsible_id.in_(users), Activity.responsible_id.is_(None), Activity.id.in_(takes_part))


def own_besides(session: Session, activities: Sequence[int]) -> set[tuple[int, int]]:
    """Return which appointments of others are in the calendars of which users as entries of their own, too.

    Colleagues who accept the same invitation on their phones have one each, with one identifier.
    """
    own, whose, entry = aliased(Appointment), aliased(Activity), Appointment
    wanted = (
        select(entry.activity_id, whose.responsible_id)
        .join(Activity, Activity.id == entry.activity_id)
        .join(own, and_(own.uid == entry.uid, own.activity_id != entry.activity_id))
        .join(whose, and_(whose.id == own.activity_id, whose.responsible_id != Activity.responsible_id))
        .where(entry.uid != "")
        .where(func.coalesce(entry.series_id, entry.activity_id) != func.coalesce(own.series_id, own.activity_id))
    )
    found = set[tuple[int, int]]()
    for start in range(0, len(activities), BATCH):
        rows = session.execute(wanted.where(entry.activity_id.in_(activities[start : start + BATCH])))
        found.update((activity, user) for activity, user in rows if user is not None)
    return found


def appointment_select() -> Select[*tuple[Any, ...]]:
    """Return the select of appointments with what is shown of their activities."""
    name = (Contact.name, Contact.title, Contact.first_name, Contact.last_name)
    times = (
        Appointment.activity_id, Appointment.series_id, Appointment.original, Appointment.starts, Appointment.ends,
        Appointment.zone, Appointment.end_zone, Appointment.rule,
        (func.length(cast(Appointment.added, Text)) > len("[]")).label("has_added"),
    )  # fmt: skip
    return (
        select(
            *times, Appointment.location, Appointment.status, Appointment.is_busy,
            Activity.responsible_id, Activity.subject, func.substr(Activity.text, 1, SHOWN_TEXT).label("text"),
            Activity.type, Activity.direction, Activity.state, Activity.is_private, Activity.contact_id, *name,
            ActivityType.name.label("type_name"), ActivityType.icon,
        )
        .join(Activity, Activity.id == Appointment.activity_id)
        .outerjoin(Contact, Contact.id == Activity.contact_id)
        .outerjoin(ActivityType, ActivityType.key == Activity.type)
    )  # fmt: skip


def times_of(row: Any, left_out: Sequence[str] = (), added: Sequence[str] = ()) -> Times:
    """Return the times of a row."""
    return Times(row.starts, row.ends, row.zone, row.end_zone, row.rule, left_out, added)


def _appointments(
    session: Session, viewer: int, begin: datetime, end: datetime, users: Collection[int], layers: Collection[str]
) -> Iterator[Entry]:
    """Yield the appointments that may be seen."""
    wanted = [in_range(begin, end), visible_to(viewer), is_shown(), of_users(users)]
    if CANCELLED not in layers:
        wanted.append(Appointment.status != "cancelled")
    rows = rows_of(session, appointment_select().where(*wanted).limit(MOST))
    series = [row.activity_id for row in rows if row.rule or row.has_added]
    moved, lists = _moved(session, viewer, begin, end, series), _lists(session, series)
    several = len(users) > 1
    asked = [row.activity_id for row in rows if several or row.responsible_id not in users]
    taking_part = _taking_part(session, asked, users)
    looks: dict[tuple[str, str | None], Looks] = {}
    for row in rows:
        kind = (row.type, row.type_name)
        look = looks.get(kind) or looks.setdefault(kind, (label_of(*kind), row.icon or built_in(row.type).icon))
        activity, user = row.activity_id, row.responsible_id
        if user is not None and user not in users and activity not in taking_part:
            continue
        also: tuple[int, ...] = ()
        if activity in taking_part:
            people = taking_part[activity]
            user = user if user in users else people[0]
            also = tuple(each for each in people if each != user)
        if activity in lists:
            for found in takes_place(times_of(row, *lists[activity]), begin, end, moved[activity]):
                yield _shown(row, look, user, found.begins, found.ends, found.original, is_series=True, also=also)
        else:
            begins, ends = here_of(row)
            if _touches(begins, ends, begin, end):
                yield _shown(row, look, user, begins, ends, row.original, also=also)


def _touches(begins: datetime, ends: datetime, begin: datetime, end: datetime) -> bool:
    """Tell whether something lies between two moments, the second not included."""
    return begins < end and (ends > begin or begins >= begin)


def here_of(row: Any) -> tuple[datetime, datetime]:
    """Return begin and end of an appointment that comes once, naive and here."""
    return _span(row.starts, row.ends, row.zone, row.end_zone or row.zone, clock.tzname)


@lru_cache(maxsize=16384)
def _span(
    starts: str, ends: str, zone: str, end_zone: str, _of_computer: tuple[str, str]
) -> tuple[datetime, datetime]:  # fmt: skip
    """Return what `here_of` does; whoever leafs through a calendar sees the same appointments again and again."""
    first, last = read_wall(starts), read_wall(ends)
    if is_day(starts):
        return first, max(last, first + timedelta(days=1))
    begins = here(first, zone)
    return begins, max(begins, here(last, end_zone))


def _lists(session: Session, series: Collection[int]) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the moments that series leave out, and those they have besides."""
    if not series:
        return {}
    wanted = select(Appointment.activity_id, Appointment.left_out, Appointment.added)
    rows = session.execute(wanted.where(Appointment.activity_id.in_(series)))
    return {row.activity_id: (tuple(row.left_out), tuple(row.added)) for row in rows}


def _shown(
    row: Any, look: Looks, user: int | None, begins: datetime, ends: datetime, original: str, *,
    also: tuple[int, ...], is_series: bool = False,
) -> Entry:  # fmt: skip
    """Return an occurrence as it is shown."""
    label, icon = look
    return Entry(
        "appointment", begins, ends, len(row.starts) == DAY_LENGTH, title_of(row, label), user, row.activity_id,
        original, is_series, label, icon, row.contact_id,
        display_name(row) if row.contact_id else "", row.location, row.text, row.is_private, row.is_busy, row.status,
        also,
    )  # fmt: skip


def moved_of(session: Session, series: Collection[int]) -> dict[int, set[str]]:
    """Return, by series, the occurrences that have appointments of their own."""
    found: dict[int, set[str]] = defaultdict(set)
    if series:
        wanted = select(Appointment.series_id, Appointment.original).where(Appointment.series_id.in_(series))
        for row in session.execute(wanted):
            found[row.series_id or 0].add(row.original)
    return found


def _moved(
    session: Session, viewer: int, begin: datetime, end: datetime, series: Collection[int]
) -> dict[int, set[str]]:
    """Return what `moved_of` does, with what others hid of the series: a server does not show those rows."""
    found = moved_of(session, series)
    if series and rights_of(session).is_enforced:
        wanted = set(series)
        for row in hidden_rows(session, viewer, begin, end):
            if row.series_id in wanted:
                found[row.series_id].add(row.original)
    return found


def _taking_part(session: Session, activities: Collection[int], users: Collection[int]) -> dict[int, list[int]]:
    """Return which of the users take part in appointments; who has an entry of their own besides has that alone."""
    found: dict[int, list[int]] = defaultdict(list)
    if activities:
        wanted = select(Participant.activity_id, Participant.user_id).where(
            Participant.activity_id.in_(activities), Participant.user_id.in_(users), Participant.answer != "declined"
        )
        rows = session.execute(wanted.order_by(Participant.user_id).distinct()).all()
        besides = own_besides(session, sorted({row.activity_id for row in rows}))
        for activity, user in rows:
            if (activity, user) not in besides:
                found[activity].append(user or 0)
    return found


def _hidden(session: Session, viewer: int, begin: datetime, end: datetime, users: Collection[int]) -> Iterator[Entry]:
    """Yield what is private to others: that they are busy, and nothing else."""
    if set(users) <= {viewer}:
        return
    rows = hidden_rows(session, viewer, begin, end)
    moved, words = moved_of_hidden(session, rows), _("Private appointment")
    for row in rows:
        if not row.is_busy or row.responsible_id not in users:
            continue
        whole, whose = is_day(row.starts), row.responsible_id
        if not row.rule and not row.added:
            begins, ends = here_of(row)
            if _touches(begins, ends, begin, end):
                yield Entry("busy", begins, ends, whole, words, whose, is_private=True)
            continue
        for found in takes_place(times_of(row, row.left_out, row.added), begin, end, moved[row.activity_id]):
            yield Entry("busy", found.begins, found.ends, whole, words, whose, is_private=True)


def moved_of_hidden(session: Session, rows: Collection[Any]) -> dict[int, set[str]]:
    """Return what `moved_of` does for the series among hidden rows; a server tells of what is hidden with the rows."""
    moved = moved_of(session, [row.activity_id for row in rows if row.rule or row.added])
    for row in rows:
        if row.series_id is not None:
            moved[row.series_id].add(row.original)
    return moved


def hidden_rows(session: Session, viewer: int, begin: datetime, end: datetime) -> list[Any]:
    """Return when others have something private. A server tells it by a function; its rows cannot be seen there.

    It also tells of occurrences of a series that were moved out of the range or called off: they are not busy then.
    """
    names = (
        "activity_id", "series_id", "responsible_id", "original", "starts", "ends", "zone", "end_zone", "rule",
        "left_out", "added", "is_busy",
    )  # fmt: skip
    if not rights_of(session).is_enforced:
        columns = [getattr(Activity if name == "responsible_id" else Appointment, name) for name in names]
        wanted = select(*columns).join(Activity, Activity.id == Appointment.activity_id)
        hidden = (~visible_to(viewer), Appointment.status != "cancelled", in_range(begin, end))
        return rows_of(session, wanted.where(*hidden))
    told = func.gcrm_busy(begin.astimezone(UTC), end.astimezone(UTC)).table_valued(*names)
    return rows_of(session, select(*(told.c[name] for name in names)))
