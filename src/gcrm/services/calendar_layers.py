"""The layers of the calendar: what can be shown beside the appointments, each by itself.

To add one: a function that yields its entries between two days, and a line in LAYERS; the calendar offers it then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_
from sqlalchemy.orm import Session

from gcrm.i18n import N_, _, ngettext
from gcrm.model.activity import Activity
from gcrm.model.appointment_times import day_begin
from gcrm.services.birthdays import birthdays
from gcrm.services.calendar_entry import MOST, SHOWN_TEXT, Entry
from gcrm.services.moment import day_start, falls_between, wall_of
from gcrm.services.open_item import due_items
from gcrm.services.privacy import visible_to
from gcrm.services.showing import show_money
from gcrm.services.today import is_shown, row_of, rows_select


@dataclass(frozen=True, slots=True)
class Asked:
    """What a layer is asked for: `first` to `last`, both included, of these users, as `viewer` may see it."""

    session: Session
    viewer: int
    first: date
    last: date
    users: Collection[int]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer by its key, as it is remembered, and its label; without `entries` it is a choice among appointments."""

    key: str
    label: str
    entries: Callable[[Asked], Iterator[Entry]] | None = None


def _birthdays(asked: Asked) -> Iterator[Entry]:
    """Yield birthdays and anniversaries as entries of whole days."""
    for row in birthdays(asked.session, asked.first, (asked.last - asked.first).days):
        begin = day_begin(row.on)
        words = _("{name} turns {count}")
        if row.kind != "birthday":
            words = ngettext("{name}, {count} year", "{name}, {count} years", row.years)
        title = words.format(name=row.name, count=row.years) if row.years else row.name
        yield Entry(
            "birthday", begin, begin + timedelta(days=1), True, title, contact_id=row.contact_id, icon="cake",
            contact=row.contact, is_busy=False,
        )  # fmt: skip


def _follow_ups(asked: Asked) -> Iterator[Entry]:
    """Yield the open follow-ups of the users that fall due in the range."""
    mine = and_(Activity.state == "open", Activity.responsible_id.in_(asked.users), visible_to(asked.viewer))
    wanted = rows_select().where(mine, falls_between(asked.first, asked.last), is_shown()).limit(MOST)
    for found in asked.session.execute(wanted):
        row = row_of(found, asked.viewer, day_start(asked.first))
        if row.follow_up_at is None:
            continue
        begin = wall_of(row.follow_up_at, row.follow_up_all_day)
        length = timedelta(days=1) if row.follow_up_all_day else timedelta(minutes=15)
        title = " · ".join(part for part in (row.contact, row.title) if part)
        yield Entry(
            "follow_up", begin, begin + length, row.follow_up_all_day, title, row.responsible_id, row.id, icon="flag",
            contact_id=row.contact_id, contact=row.contact, text=row.text[:SHOWN_TEXT], is_busy=False,
            is_private=row.is_private, type=row.label,
        )  # fmt: skip


def _documents(asked: Asked) -> Iterator[Entry]:
    """Yield what is not paid yet on the day on which it is due; nothing to whoever may not see open items."""
    today = date.today()
    for item in due_items(asked.session, asked.first, asked.last):
        begin, is_late = day_begin(item.due_on), item.due_on < today and item.rest > 0
        title = " · ".join((item.number, show_money(item.rest, item.currency), item.contact))
        yield Entry(
            "overdue" if is_late else "due", begin, begin + timedelta(days=1), True, title,
            icon="clock-alert" if is_late else "receipt-text", contact_id=item.contact_id, contact=item.contact,
            is_busy=False, record_id=item.id,
        )  # fmt: skip


BIRTHDAYS, FOLLOW_UPS, CANCELLED, DOCUMENTS = "birthdays", "follow_ups", "cancelled", "documents"
LAYERS = (
    Layer(FOLLOW_UPS, N_("Follow-ups"), _follow_ups),
    Layer(BIRTHDAYS, N_("Birthdays"), _birthdays),
    Layer(DOCUMENTS, N_("Due documents"), _documents),
    Layer(CANCELLED, N_("Cancelled")),
)
"""In the order in which they are offered."""
