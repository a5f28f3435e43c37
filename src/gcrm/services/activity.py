"""Activities: log, change, delete, and what the program writes into the chronicle by itself.

The chronicle is read by services/chronicle.py, follow-ups are worked off by services/follow_up.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, or_, select
from sqlalchemy import delete as delete_rows
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.appointment import Appointment
from gcrm.model.base import Record, now
from gcrm.model.fold import clean
from gcrm.model.follow_up import When
from gcrm.model.recurrence import Recurrence, Unit
from gcrm.services.aggregate import Key, Loaded, difference, gone, merge
from gcrm.services.changes import by_count
from gcrm.services.chronicle import ChronicleRow, chronicle
from gcrm.services.contact_rows import part
from gcrm.services.database import Database
from gcrm.services.moment import instant_of
from gcrm.services.privacy import is_visible, visible_to
from gcrm.services.quick_write import quick_write
from gcrm.services.restricted import is_restricted, refuse
from gcrm.services.trip import Prepared
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

__all__ = [
    "ChronicleRow",
    "add",
    "chronicle",
    "load",
    "log",
    "note_program_action",
    "remove",
    "repeat_every",
    "save",
    "set_follow_up",
]
SHOWN_SUBJECT = 60
_EDIT = (Activity.__tablename__, "update")


def log(
    database: Database,
    contact_id: int | None,
    text: str,
    *,
    type: str = "note",
    direction: str = "",
    at: datetime | None = None,
    seconds: int | None = None,
    contact_person_id: int | None = None,
    responsible_id: int | None = None,
    follow_up: When | None = None,
    recurrence: Recurrence | None = None,
    priority: str = "",
    subject: str = "",
    phone: str = "",
    is_private: bool = False,
    call_key: str | None = None,
    follows_id: int | None = None,
    links: Collection[Key] = (),
    operation_key: str | None = None,
) -> int:
    """Log what was done with a contact, perhaps with a follow-up, and return its id.

    `at` is an aware instant, now by default; `follow_up` wall time. Whoever logs is responsible unless told otherwise.
    `operation_key` makes sending the same twice fail. Raises UserError for a note or task without words.
    """
    activity = Activity(
        contact_id=contact_id,
        contact_person_id=contact_person_id,
        type=type,
        direction=direction,
        at=at or now(),
        seconds=seconds,
        subject=clean(subject),
        text=clean(text),
        phone=phone,
        responsible_id=responsible_id or database.user_id,
        priority=priority,
        is_private=is_private,
        call_key=call_key,
        follows_id=follows_id,
        custom={},
    )
    set_follow_up(activity, follow_up, recurrence)
    return _create(database, activity, links, operation_key)


def _create(database: Database, activity: Activity, links: Collection[Key], key: str | None) -> int:
    """Save a new activity; a task without date is open all the same."""
    if activity.type == "task" and activity.follow_up_at is None:
        activity.state = "open"
    if activity.type in ("note", "task") and not (activity.text.strip() or activity.subject.strip()):
        raise UserError(_("Write what was done, or what is to be done."), field="text")
    settle_done(activity, database.user_id)
    params, draws = {"text": _shown(activity)}, {Activity: 1, ActivityLink: len(links)}
    reads = [(is_restricted(database.engine.dialect.name), {"contact": activity.contact_id})]
    with quick_write(
        database, N_("“{text}” logged"), kind="create", params=params, key=key, draws=draws, reads=reads
    ) as work:
        if work.answers[0]:
            refuse()
        made = work.add(activity)
        for table, record in links:
            work.add(ActivityLink(activity_id=made.id, table_name=table, record_id=record))
    return made.id


def settle_done(activity: Activity, user: int) -> None:
    """Let a new activity that is done be so since it happened, by `user` unless told."""
    if activity.state == "done" and activity.done_at is None:
        activity.done_at, activity.done_by = activity.at, activity.done_by or user


def add(work: UnitOfWork, activity: Activity, links: Collection[Key] = ()) -> None:
    """Add a new activity inside a unit of work; a done one is done by whoever works, unless told."""
    settle_done(activity, work.user_id)
    work.session.add(activity)
    work.session.flush()
    work.session.add_all(ActivityLink(activity_id=activity.id, table_name=t, record_id=r) for t, r in links)


def _shown(activity: Activity) -> str:
    """Return the beginning of an activity's words for the undo menu; nothing of a private one."""
    words = "" if activity.is_private else " ".join((activity.subject or activity.text).split())
    return words if len(words) <= SHOWN_SUBJECT else f"{words[: SHOWN_SUBJECT - 1]}…"


def set_follow_up(activity: Activity, when: When | None, recurrence: Recurrence | None = None) -> None:
    """Give an activity its follow-up: it is open until that is done. None takes the follow-up away."""
    activity.follow_up_at = instant_of(when) if when else None
    activity.follow_up_all_day = when.all_day if when else True
    activity.recurrence = recurrence.encode() if recurrence and when else ""
    if when is not None:
        activity.state, activity.done_at, activity.done_by = "open", None, None
    elif activity.state not in ("missed", "planned"):
        activity.state = "done"


def repeat_every(when: When, every: int, unit: Unit) -> Recurrence:
    """Return the recurrence that begins with a follow-up; its planned day counts, not the workday it was moved to."""
    return Recurrence(every, unit, when.moved_from or when.on)


def walk(activity: Activity) -> Iterator[Record]:
    """Yield what is saved with an activity: itself."""
    yield activity


def load(database: Database, activity_id: int) -> Loaded[Activity]:
    """Return an activity to edit. Raises UserError when it is gone, or private to somebody else."""
    with database.read() as session:
        found = find(session, activity_id, database.user_id)
        session.expunge_all()
    return Loaded(found, walk).remember()


def find(session: Session, activity_id: int, user: int, *, lock: bool = False) -> Activity:
    """Return an activity that `user` may see, locked for this transaction if asked. Raises UserError."""
    wanted = select(Activity).where(Activity.id == activity_id, visible_to(user))
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise _gone()
    return found


def _gone() -> UserError:
    return UserError(_("This activity does not exist any more."))


def save(
    database: Database, loaded: Loaded[Activity], *, force: frozenset[tuple[Key, str]] = frozenset()
) -> Loaded[Activity]:
    """Save what was edited and return the activity as it is now.

    Raises ConflictError when somebody else changed the same fields, UserError when it is gone.
    """
    activity = loaded.record
    activity.text, activity.subject = clean(activity.text), clean(activity.subject)
    patch = difference(loaded)
    if not patch:
        return loaded
    database.rights.require_write(*_EDIT, patch.fields.get(patch.root, ()))
    label, params = N_("“{text}” changed"), {"text": _shown(activity)}
    asked = _locked(database.engine.dialect.name), {"activity": activity.id}
    with quick_write(database, label, params=params, reads=[asked]) as work:
        found = work.take(Activity)
        if not found:
            raise gone(work.session, patch.root)
        merge(work.session, patch, lambda _key: found[0], force)
        work.change(found[0])
    if not is_visible(found[0], database.user_id):
        raise _gone()
    return Loaded(found[0], walk).remember()


@cache
def _locked(engine: str) -> Prepared:
    """Return the statement that reads and locks :activity."""
    wanted = bindparam("activity", type_=Activity.id.type)
    return Prepared(part(Activity, engine).where(Activity.id == wanted).with_for_update(), engine)


def remove(database: Database, activity_ids: Collection[int]) -> None:
    """Delete activities with their files and links; undo brings them back. Private ones of others stay."""
    label = by_count(N_("Activity deleted"), N_("{count} activities deleted"), len(activity_ids))
    with unit_of_work(database, label, params={"count": len(activity_ids)}) as work:
        moved = select(Appointment.activity_id).where(Appointment.series_id.in_(activity_ids))
        these = or_(Activity.id.in_(activity_ids), Activity.id.in_(moved))  # of a series also what was moved
        mine = select(Activity.id).where(these, visible_to(work.user_id))
        wanted = work.session.scalars(mine).all()
        work.session.execute(delete_rows(Activity).where(Activity.id.in_(wanted)))


def note_program_action(
    work: UnitOfWork, contact_id: int | None, type: str, subject: str, *, links: Collection[Key] = ()
) -> Activity:
    """Write into the chronicle what the program itself did ("print", "export", "call"), in the caller's operation."""
    activity = Activity(
        contact_id=contact_id, type=type, at=now(), subject=clean(subject), responsible_id=work.user_id, custom={}
    )
    activity.state = "done"
    add(work, activity, links)
    return activity
