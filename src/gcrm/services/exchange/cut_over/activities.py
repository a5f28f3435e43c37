"""Tables of notes and follow-ups: each row becomes an activity in the chronicle of the contact of its number.

What has no field ends up in the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import TYPE_CHECKING

from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.base import now
from gcrm.model.fold import clean
from gcrm.model.follow_up import LAST_DAY, When
from gcrm.services.activity import set_follow_up, settle_done
from gcrm.services.exchange.cut_over.account import NO_DATE, NO_DUE, NO_WORDS, SAME
from gcrm.services.exchange.cut_over.told_row import ToldRow, told_row
from gcrm.services.exchange.cut_over.words import value_of
from gcrm.services.exchange.tables.content import date_order
from gcrm.services.exchange.tables.values import Reading, Unfit, read_day
from gcrm.services.moment import instant_of

if TYPE_CHECKING:
    from gcrm.services.exchange.card import CardFile
    from gcrm.services.exchange.cut_over.account import Account
    from gcrm.services.exchange.cut_over.planning import Planning

FIRST_DAY = date(1970, 1, 2)
TYPES = ("call", "meeting", "visit", "letter", "email", "note", "task")
_TIME = re.compile(r"\b(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*([ap])(?:\.?\s?m)?(?![a-z]))?", re.IGNORECASE)
_BEFORE_TIME = re.compile(r"(?<=\d)T(?=\d)")
"""What ISO 8601 writes between day and time; in other days it may be a letter of the month."""
_PROBE = 400


def take(planning: Planning, account: Account, file: CardFile) -> None:
    """Let each row become an activity of the contact of its number."""
    rows = [told_row(card) for card in file.cards]
    days = (row.parts.get(part, "") for row in rows for part in ("at", "due"))
    reading = Reading(planning.where.language, planning.where.country, date_order(islice(_days(days), _PROBE)))
    maker = _Maker(planning, account, reading)
    planning.get_ready_to_add(row.number for row in rows)
    for done, row in enumerate(rows):
        planning.watch.report(done, len(rows), account.name)
        owner = planning.owner_of(row.number, account)
        if owner is None:
            continue
        activity = maker.make(row)
        if not activity.text and not activity.subject:
            account.skip(NO_WORDS)
        elif planning.add(owner, activity, is_dated=maker.is_dated):
            account.created += 1
            account.remarks += {maker.remark: 1} if maker.remark else {}
        else:
            account.skip(SAME)


def _days(cells: Iterable[str]) -> Iterator[str]:
    """Yield the days of cells that may hold a time, too."""
    return (cell.partition(" ")[0] for cell in cells if cell)


class _Maker:
    """Makes activities of the rows of a table."""

    def __init__(self, planning: Planning, account: Account, reading: Reading) -> None:
        self._planning = planning
        self._account = account
        self._reading = reading
        self.is_dated = False
        self.remark = ""

    def make(self, row: ToldRow) -> Activity:
        """Return the activity of a row; what has no field is added to its words."""
        parts, left, self.remark = row.parts, list(row.others), ""
        is_task = self._account.kind == "follow_up" and bool(parts.get("due") or not parts.get("at"))
        kind = value_of(parts.get("type", ""), TYPES)
        if parts.get("type") and not kind:
            left.append((_("Type"), parts["type"]))
        user = self._planning.user_named(parts["responsible"]) if parts.get("responsible") else None
        if parts.get("responsible") and user is None:
            left.append((_("Responsible"), parts["responsible"]))
        at = self._moment(row, "at", left)
        activity = Activity(
            type=kind or ("task" if is_task else "note"),
            direction=value_of(parts.get("direction", ""), ("in", "out")),
            at=instant_of(When(at.at, all_day=False)) if at else now(),
            subject=clean(parts.get("subject", "")),
            responsible_id=user or self._planning.user,
            custom={},
        )
        self._follow_up(row, activity, is_task, left)
        self.is_dated = at is not None or activity.follow_up_at is not None
        if not is_task and at is None:
            self.remark = NO_DATE
        words = clean(parts.get("text", ""))
        more = "\n".join(f"{label}: {value}" for label, value in left)
        is_empty = not words and not activity.subject
        activity.text = words if not more or (is_empty and not row.others) else "\n\n".join(filter(None, (words, more)))
        return activity

    def _follow_up(self, row: ToldRow, activity: Activity, is_task: bool, left: list[tuple[str, str]]) -> None:
        """Give an activity its follow-up, and say whether it is done."""
        due = self._moment(row, "due", left)
        told = row.parts.get("done", "")
        is_done = bool(value_of(told, ("done",)))
        set_follow_up(activity, due)
        if is_task and due is None and not is_done:
            self.remark = NO_DUE
            activity.state = "open"
        if is_done:
            activity.state = "done"
            if due is not None:
                activity.at = instant_of(When(due.at, all_day=False)) if not row.parts.get("at") else activity.at
        settle_done(activity, self._planning.user)

    def _moment(self, row: ToldRow, part: str, left: list[tuple[str, str]]) -> When | None:
        """Return the moment of a part and the part of its time; words that are none stay with what has no field."""
        cell = row.parts.get(part, "")
        clock = row.parts.get("time" if part == "at" else "due_time", "")
        if not cell:
            return None
        try:
            told = read_day(_BEFORE_TIME.sub(" ", cell), self._reading)
        except Unfit:
            told = None
        day = told.as_date() if told else None
        if day is None or not FIRST_DAY <= day <= LAST_DAY:
            left.append((_("Follow-up") if part == "due" else _("Date"), " ".join(filter(None, (cell, clock)))))
            return None
        at = _time(clock) or _time(cell)
        return When(datetime.combine(day, at or time()), at is None)


def _time(text: str) -> time | None:
    """Return the time of day in a text, None for none (and for midnight, which stands for none)."""
    found = _TIME.search(text)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    if found[3]:
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 and (hour or minute) else None
