"""Reads the page of oneself, of a colleague, or of everybody. Private follow-ups of others never come along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gcrm.model.follow_up import WorkdayRule
from gcrm.services.absence import AbsenceRow, absences
from gcrm.services.calendar import entries
from gcrm.services.calendar_entry import Entry
from gcrm.services.database import Database
from gcrm.services.moment import office_workdays, today_of
from gcrm.services.open_item import DueItem, overdue_items
from gcrm.services.today import Bucket, Today, TodayRow, today
from gcrm.services.user import users

MOST_DOCUMENTS = 20
EVERYBODY = 0
"""Stands for all colleagues where a user's id is asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows; `names` are all users by id, `away` who is absent today, `is_workday` the office's rule.

    `appointments` are those of today that are not over, `documents` invoices that are overdue, and `document_count` how
    many there are in all.
    """

    whom: int
    today: Today
    now: datetime
    names: dict[int, str] = field(default_factory=dict)
    away: tuple[AbsenceRow, ...] = ()
    is_workday: WorkdayRule = lambda day: day.weekday() < 5
    appointments: tuple[Entry, ...] = ()
    documents: tuple[DueItem, ...] = ()
    document_count: int = 0


def read_page(database: Database, whom: int, now: datetime) -> Page:
    """Read the page of user `whom`, of all users for EVERYBODY."""
    me = database.user_id
    with database.read() as session:
        names = {user.id: user.name for user in users(session)}
        wanted = list(names) if whom == EVERYBODY else [whom]
        pages = [today(session, user, now) for user in wanted]
        day = today_of(now)
        away = [row for row in absences(session, since=day) if row.from_on <= day]
        rule = office_workdays(session)
        found = entries(session, me, day, day, wanted)
        documents, count = overdue_items(session, day, MOST_DOCUMENTS)
        dated = tuple(entry for entry in found if entry.ends > now.astimezone().replace(tzinfo=None))
    own = pages[0] if wanted == [me] else _joined([_without_private(page, me) for page in pages], me)
    return Page(whom, own, now, names, tuple(away), rule, dated, documents, count)


def _without_private(page: Today, me: int) -> Today:
    """Return a colleague's page without what only the colleague may see."""
    return replace(
        page,
        overdue=_shared(page.overdue, me),
        today=_shared(page.today, me),
        week=_shared(page.week, me),
        loose_ends=_shared(page.loose_ends, me),
        notices=(),
        back=None,
        standing_in_for=(),
    )


def _shared(bucket: Bucket, me: int) -> Bucket:
    rows = tuple(row for row in bucket.rows if not row.is_private or row.responsible_id == me)
    return Bucket(rows, bucket.count - (len(bucket.rows) - len(rows)))


def _joined(pages: Sequence[Today], me: int) -> Today:
    """Return several pages as one; what a deputy sees too is there once."""
    if len(pages) == 1:
        return pages[0]
    first = pages[0] if pages else Today()
    return replace(
        first,
        overdue=_merged([page.overdue for page in pages]),
        today=_merged([page.today for page in pages]),
        week=_merged([page.week for page in pages]),
        loose_ends=_merged([page.loose_ends for page in pages]),
    )


def _merged(buckets: Sequence[Bucket]) -> Bucket:
    found: dict[int, TodayRow] = {}
    total = 0
    for bucket in buckets:
        new = [row for row in bucket.rows if row.id not in found]
        total += bucket.count - (len(bucket.rows) - len(new))
        found.update({row.id: row for row in new})
    return Bucket(tuple(sorted(found.values(), key=_order)), total)


def _order(row: TodayRow) -> tuple[bool, float, int]:
    due = row.follow_up_at
    return (due is None, due.timestamp() if due else 0.0, row.id)
