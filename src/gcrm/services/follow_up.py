"""Working off follow-ups: done, done with the next one, postponed, opened again.

A recurring follow-up makes its next one when it is done: the first planned date after today and after its own day, so
that what lay for months comes back once and not many times. It is shown on a workday, the planned date goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import bindparam, select

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model import phone
from gcrm.model.activity import Activity, Notice
from gcrm.model.base import now
from gcrm.model.follow_up import Step, When, WorkdayRule
from gcrm.model.follow_up import postpone as later
from gcrm.model.holidays import first_workday, workdays
from gcrm.model.recurrence import WHOLE_DAY, decode
from gcrm.model.user import Company
from gcrm.services.activity import add, find, set_follow_up
from gcrm.services.changes import by_count
from gcrm.services.contact_rows import part
from gcrm.services.database import Database
from gcrm.services.home import of_main
from gcrm.services.moment import instant_of, today_of, wall_of
from gcrm.services.privacy import visible_to
from gcrm.services.quick_write import QuickWrite, quick_write
from gcrm.services.trip import Asked, Prepared
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

BATCH = 400
_IS_OPEN = Activity.state == "open"


def complete(
    database: Database, activity_id: int, *, next_follow_up: When | None = None, at: datetime | None = None
) -> int | None:
    """Mark an activity as done, now or at the instant `at`; return the id of the follow-up that comes after it.

    That is the one asked for (`next_follow_up`), else the next of a recurring one, else none. Whoever delegated it gets
    a notice. Done already (a colleague was quicker): nothing happens. Raises UserError when it is gone.
    """
    moment, me = at or now(), database.user_id
    database.rights.require_write(Activity.__tablename__, "update", ("state", "done_at", "done_by"))
    reads, draws = _reads(database, [activity_id]), {Activity: 1, Notice: 1}
    with quick_write(database, N_("Follow-up done"), draws=draws, reads=reads) as work:
        found = _found(work)
        if not found:
            raise UserError(_("This activity does not exist any more."))
        activity = found[0]
        if activity.state == "done" or activity.done_at is not None:
            return None
        if activity.state != "missed":
            activity.state = "done"
        activity.done_at, activity.done_by = moment, me
        work.change(activity)
        if activity.delegated_by not in (None, me):  # leave word with whoever delegated it
            work.add(Notice(user_id=activity.delegated_by, activity_id=activity.id, kind="completed", sender_id=me))
        coming = next_follow_up or _next_planned(activity, moment, _workdays(work))
        follower = work.add(_follower(activity, coming, moment, me)) if coming else None
    return follower.id if follower else None


def _next_planned(activity: Activity, moment: datetime, is_workday: WorkdayRule) -> When | None:
    """Return when a recurring follow-up comes next, at its usual time of day; None when it does not recur."""
    recurrence = decode(activity.recurrence)
    if recurrence is None or activity.follow_up_at is None:
        return None
    due = wall_of(activity.follow_up_at, activity.follow_up_all_day)
    planned = recurrence.next_after(max(today_of(moment), due.date()))
    if planned is None:
        return None
    day = first_workday(planned, is_workday)
    all_day = recurrence.usual == WHOLE_DAY if recurrence.usual else activity.follow_up_all_day
    at = time.fromisoformat(recurrence.usual) if recurrence.usual and not all_day else due.time()
    return When(datetime.combine(day, time() if all_day else at), all_day, planned if day != planned else None)


def _follower(activity: Activity, when: When, moment: datetime, user: int) -> Activity:
    """Return the follow-up that comes after an activity; a recurring one goes on recurring."""
    return Activity(
        contact_id=activity.contact_id,
        contact_person_id=activity.contact_person_id,
        type="task" if activity.state == "missed" else activity.type,
        at=moment,
        subject=activity.subject,
        text=activity.text,
        phone=activity.phone,
        responsible_id=activity.responsible_id or user,
        delegated_by=activity.delegated_by,
        follow_up_at=instant_of(when),
        follow_up_all_day=when.all_day,
        recurrence=activity.recurrence,
        priority=activity.priority,
        state="open",
        follows_id=activity.id,
        is_private=activity.is_private,
        custom=dict(activity.custom or {}),
    )


def reopen(database: Database, activity_id: int) -> None:
    """Take a done follow-up back into the list."""
    with unit_of_work(database, N_("Follow-up opened again")) as work:
        activity = find(work.session, activity_id, work.user_id, lock=True)
        activity.state = "missed" if activity.state == "missed" else "open"
        activity.done_at = activity.done_by = None


def postpone(database: Database, activity_ids: Collection[int], to: Step | When, *, at: datetime | None = None) -> int:
    """Postpone open follow-ups by a step (from today, if they are overdue) or all to one moment; return how many.

    For a missed call that nobody has handled, calling back is planned for then.
    Those that were done meanwhile, or are private to somebody else, stay as they are. `at` is the instant that counts
    as now.
    """
    moment, ids = at or now(), sorted(set(activity_ids))
    label = by_count(N_("Follow-up postponed"), N_("{count} follow-ups postponed"), len(ids))
    database.rights.require_write(Activity.__tablename__, "update", ("follow_up_at", "follow_up_all_day"))
    with quick_write(database, label, params={"count": len(ids)}, reads=_reads(database, ids)) as work:
        is_workday = _workdays(work)
        waiting = [one for one in _found(work) if one.state == "open" or (one.state == "missed" and not one.done_at)]
        for activity in waiting:
            planned = _call_back_of(work, activity) if activity.state == "missed" else activity
            when = to if isinstance(to, When) else _stepped(planned or activity, to, moment, is_workday)
            if planned is None:
                work.add(_new_call_back(activity, when, database))
                continue
            if activity.state == "missed":
                set_follow_up(planned, when)
            else:
                _put_off(activity, when)
            work.change(planned)
    return len(waiting)


def _reads(database: Database, ids: Sequence[int]) -> list[Asked]:
    """Return what is read at first: where the office works, and activities that may be seen, locked."""
    engine, who = database.engine.dialect.name, {"who": database.user_id}
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    numbered = [{f"id{place}": record for place, record in enumerate(batch)} for batch in batches]
    return [(_place(engine), {}), *((_locked(engine, len(batch)), {**who, **batch}) for batch in numbered)]


def _workdays(work: QuickWrite) -> WorkdayRule:
    """Return the rule for workdays at the place that was read."""
    country, region = work.answers[0][0]
    return workdays(country or "DE", region)


def _found(work: QuickWrite) -> list[Activity]:
    """Return the activities that were read."""
    return [activity for place in range(1, len(work.answers)) for activity in work.take(Activity, place)]


@cache
def _place(engine: str) -> Prepared:
    """Return the statement that tells where the main company is."""
    return Prepared(of_main(Company.country, Company.region), engine)


@lru_cache(100)
def _locked(engine: str, count: int) -> Prepared:
    """Return the statement that reads and locks so many activities, as far as :who may see them."""
    wanted = [bindparam(f"id{place}", type_=Activity.id.type) for place in range(count)]
    who: Any = bindparam("who", type_=Activity.created_by.type)
    mine = part(Activity, engine).where(Activity.id.in_(wanted), visible_to(who))
    return Prepared(mine.order_by(Activity.id).with_for_update(), engine)


@cache
def _call_back_asked(engine: str) -> Prepared:
    """Return the statement for the open follow-up that plans to call somebody back who was missed in :missed."""
    missed = bindparam("missed", type_=Activity.id.type)
    return Prepared(part(Activity, engine).where(Activity.follows_id == missed, _IS_OPEN).limit(1), engine)


def _call_back_of(work: QuickWrite, missed: Activity) -> Activity | None:
    """Return the open follow-up that plans to call somebody back who was missed."""
    work.ask((_call_back_asked(work.engine), {"missed": missed.id}))
    return next(iter(work.take(Activity)), None)


def _put_off(activity: Activity, when: When) -> None:
    """Move a follow-up; a recurring one remembers when it usually comes, so that the others stay where they were."""
    rule, before = decode(activity.recurrence), activity.follow_up_at
    if rule is not None and not rule.usual and before is not None:
        at = wall_of(before, activity.follow_up_all_day).time()
        if (activity.follow_up_all_day, at) != (when.all_day, when.at.time()):
            usual = WHOLE_DAY if activity.follow_up_all_day else at.isoformat("minutes")
            activity.recurrence = replace(rule, usual=usual).encode()
    activity.follow_up_at, activity.follow_up_all_day = instant_of(when), when.all_day


def _call_back(work: UnitOfWork, missed: Activity) -> Activity | None:
    """Return the open follow-up that plans to call somebody back who was missed."""
    wanted = select(Activity).where(Activity.follows_id == missed.id, _IS_OPEN)
    return work.session.scalar(wanted.limit(1))


def plan_call_back(work: UnitOfWork, missed: Activity, when: When) -> Activity:
    """Add the follow-up to a missed call, or move the one that is there; the call is no loose end any more."""
    planned = _call_back(work, missed)
    if planned is None:
        planned = _new_call_back(missed, when, work.database)
        add(work, planned)
    set_follow_up(planned, when)
    return planned


def _new_call_back(missed: Activity, when: When, database: Database) -> Activity:
    """Return a follow-up to call somebody back who was missed."""
    number = phone.pretty(missed.phone, database.home.country)
    planned = Activity(
        contact_id=missed.contact_id,
        contact_person_id=missed.contact_person_id,
        type="task",
        at=now(),
        subject=_("Call back {number}").format(number=number).strip(),
        phone=missed.phone,
        responsible_id=database.user_id,
        follows_id=missed.id,
        is_private=missed.is_private,
        custom={},
    )
    set_follow_up(planned, when)
    return planned


def _stepped(activity: Activity, step: Step, moment: datetime, is_workday: WorkdayRule) -> When:
    """Return when a follow-up comes back after one step; an undated one is taken to lie today."""
    today = today_of(moment)
    if activity.follow_up_at is None:
        return When(later(datetime.combine(today, datetime.min.time()), step, today, is_workday), all_day=True)
    due = wall_of(activity.follow_up_at, activity.follow_up_all_day)
    return When(later(due, step, today, is_workday), activity.follow_up_all_day)


def set_priority(database: Database, activity_ids: Collection[int], priority: str) -> None:
    """Give activities the priority "high" or take it away ("")."""
    if priority not in ("", "high"):
        raise UserError(_("The priority is high or none."))
    count = len(activity_ids)
    label = by_count(N_("Priority of a follow-up set"), N_("Priority of {count} follow-ups set"), count)
    with unit_of_work(database, label, params={"count": count}) as work:
        for activity in work.session.scalars(
            select(Activity).where(Activity.id.in_(activity_ids), visible_to(work.user_id))
        ):
            activity.priority = priority
