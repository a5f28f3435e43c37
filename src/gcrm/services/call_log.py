"""The call journal: calls become activities, each once, whoever hears of them first.

Six desks hear the same box and log the same call under the same key. The first writes it; the others only add what they
know better: who answered, how long it lasted, whose number it was. Logging is no step to undo. Who a number belongs to
is told by services/caller.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gcrm.errors import ConflictError, UserError
from gcrm.i18n import N_, _
from gcrm.model import phone
from gcrm.model.activity import Activity
from gcrm.model.contact import Contact
from gcrm.model.follow_up import When
from gcrm.services.caller import CallerCard, CallerMatch, caller_card, who_is
from gcrm.services.database import Database
from gcrm.services.follow_up import plan_call_back
from gcrm.services.telephony.calls import Call, CallPhase
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

__all__ = [
    "CallerCard",
    "CallerMatch",
    "assign_call",
    "call_back",
    "caller_card",
    "log_call",
    "missed_calls",
    "who_is",
]
ATTEMPTS = 3


def log_call(
    database: Database,
    call: Call,
    contact_id: int | None = None,
    *,
    contact_person_id: int | None = None,
    answered_by: int | None = None,
    follow_up: When | None = None,
) -> int:
    """Log a call, or add to what is logged of it, and return the id of its activity.

    `answered_by` is the user who took it, where the desk knows; that user owns it. A call that nobody took is "missed"
    until somebody handles it; `follow_up` then plans to call back. An answered call settles the missed ones from the
    same number. Sending the same call again, also at the same moment from six desks, changes nothing.
    """
    person = contact_person_id
    for _attempt in range(ATTEMPTS - 1):
        # A conflict here means that another desk was quicker by a moment: read what it wrote and add to that.
        with contextlib.suppress(ConflictError):
            return _log_once(database, call, contact_id, person, answered_by, follow_up)
    return _log_once(database, call, contact_id, person, answered_by, follow_up)


def _log_once(
    database: Database,
    call: Call,
    contact_id: int | None,
    contact_person_id: int | None,
    answered_by: int | None,
    follow_up: When | None,
) -> int:
    """Write or complete the activity of a call in one transaction."""
    with unit_of_work(database, N_("Call logged"), kind="system") as work:
        activity = _logged(work, call)
        _fill(work, activity, call, contact_id, contact_person_id, answered_by)
        if follow_up is not None:
            plan_call_back(work, activity, follow_up)
    return activity.id


def _logged(work: UnitOfWork, call: Call) -> Activity:
    """Return the activity of a call, locked, made when this desk is the first."""
    found = work.session.scalar(select(Activity).where(Activity.call_key == call.key).with_for_update())
    if found is not None:
        return found
    made = Activity(
        type="call",
        direction=call.direction.value,
        at=call.began_at.astimezone(),
        phone=_spelled(work, call.number),
        call_key=call.key,
        state="done",
        custom={},
    )
    made.done_at = made.at
    work.session.add(made)
    work.session.flush()
    return made


def _spelled(work: UnitOfWork, number: str) -> str:
    """Return the international form of a number, or the number as it was transmitted."""
    home = work.database.home
    return phone.normalise(number, home.country, home.area_code, home.outside_prefix) or number


def _fill(
    work: UnitOfWork,
    activity: Activity,
    call: Call,
    contact_id: int | None,
    contact_person_id: int | None,
    answered_by: int | None,
) -> None:
    """Add what this desk knows and the others did not."""
    if activity.contact_id is None and contact_id is not None:
        activity.contact_id, activity.contact_person_id = contact_id, contact_person_id
    if answered_by is not None and activity.responsible_id is None:
        activity.responsible_id = activity.done_by = answered_by
    if call.phase is CallPhase.ENDED:
        activity.seconds = max(call.seconds or 0, activity.seconds or 0)
        if call.is_missed and answered_by is None and activity.responsible_id is None:
            _mark_missed(activity)
    if activity.state == "missed" and (answered_by is not None or (call.is_answered and not call.is_missed)):
        activity.state, activity.done_at = "done", activity.at
    if call.is_answered and not call.is_answered_by_machine:
        _settle(work, activity)


def _mark_missed(activity: Activity) -> None:
    """Note that nobody spoke with the caller; it stays a loose end until somebody handles it."""
    if activity.state != "missed":
        activity.state, activity.done_at, activity.done_by = "missed", None, None


def _settle(work: UnitOfWork, answered: Activity) -> None:
    """Mark earlier missed calls from the same number as handled, because somebody has spoken now."""
    if not answered.phone:
        return
    missed = select(Activity).where(
        Activity.state == "missed",
        Activity.done_at.is_(None),
        Activity.phone == answered.phone,
        Activity.at < answered.at,
    )
    for activity in work.session.scalars(missed.with_for_update()):
        activity.done_at, activity.done_by = answered.at, answered.responsible_id or work.user_id


def call_back(database: Database, activity_id: int, when: When) -> int:
    """Plan to call somebody back who was missed; return the id of the follow-up. Pressed twice: it is moved."""
    with unit_of_work(database, N_("Call back planned")) as work:
        missed = work.session.get(Activity, activity_id, with_for_update=True)
        if missed is None:
            raise UserError(_("This call does not exist any more."))
        planned = plan_call_back(work, missed, when)
    return planned.id


def assign_call(database: Database, activity_id: int, contact_id: int, *, contact_person_id: int | None = None) -> int:
    """Give a call of an unknown number, and all others of that number, to a contact; return how many."""
    with unit_of_work(database, N_("Call assigned")) as work:
        call = work.session.get(Activity, activity_id)
        if call is None or work.session.get(Contact, contact_id) is None:
            raise UserError(_("This call or this contact does not exist any more."))
        same = [Activity.id == activity_id]
        if call.phone:
            same.append(Activity.phone == call.phone)
        orphans = select(Activity).where(or_(*same), Activity.contact_id.is_(None))
        found = work.session.scalars(orphans).all()
        for activity in found:
            activity.contact_id, activity.contact_person_id = contact_id, contact_person_id
    return len(found)


def missed_calls(session: Session, since: datetime) -> Collection[int]:
    """Return the ids of the missed calls since an instant that nobody has handled, the newest first."""
    wanted = select(Activity.id).where(Activity.state == "missed", Activity.done_at.is_(None), Activity.at >= since)
    return session.scalars(wanted.order_by(Activity.at.desc(), Activity.id.desc())).all()
