"""Sets of activities that are planned together: "after the trade fair" is a call in 2 days and a letter in 7.

The sets are one setting of the office. Until somebody keeps their own there are a few to begin with. Days are counted
from the day that is chosen; what falls on a day off comes on the next workday, as follow-ups do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.base import now
from gcrm.model.contact import Contact
from gcrm.model.fold import clean, fold
from gcrm.model.follow_up import When, WorkdayRule
from gcrm.model.holidays import first_workday
from gcrm.model.user import User
from gcrm.services import settings
from gcrm.services.activity import set_follow_up
from gcrm.services.changes import by_count
from gcrm.services.database import Database
from gcrm.services.delegation import hand_over
from gcrm.services.unit_of_work import unit_of_work

KEY = "activities.sets"
MOST_DAYS = 3650
MOST_STEPS = 50
MOST = 20_000
"""Activities that are planned in one go at most."""
BATCH = 400


@dataclass(frozen=True, slots=True)
class SetStep:
    """One activity of a set: so many `days` after its beginning, for a user (None: whoever plans)."""

    type: str = "task"
    text: str = ""
    days: int = 0
    responsible: int | None = None
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class ActivitySet:
    """Activities that are planned together, under a name of the office."""

    name: str
    steps: tuple[SetStep, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """An activity that is about to be made for each of some contacts, on a day."""

    type: str
    text: str
    on: date
    responsible: int | None = None
    is_urgent: bool = False


_FIRST: tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...] = (
    (N_("After a trade fair"), (("call", N_("Ask how they liked it"), 2), ("letter", N_("Send the brochure"), 7))),
    (N_("After an offer"), (("call", N_("Ask whether the offer arrived"), 3), ("call", N_("Ask for a decision"), 14))),
    (N_("New customer"), (("letter", N_("Send a welcome letter"), 1), ("call", N_("Ask whether all is well"), 30))),
)  # fmt: skip


def sets(session: Session) -> list[ActivitySet]:
    """Return the sets of the office in their order."""
    kept = settings.get(session, KEY).get("sets")
    if not isinstance(kept, list):
        return [
            ActivitySet(_(name), tuple(SetStep(kind, _(text), days) for kind, text, days in steps))
            for name, steps in _FIRST
        ]
    return [found for each in kept if (found := _read(each)) is not None]


def _read(kept: Any) -> ActivitySet | None:
    """Return a set as it was kept; what cannot be read is left out."""
    if not isinstance(kept, dict) or not isinstance(kept.get("name"), str):
        return None
    steps = kept.get("steps")
    known = [each for each in steps if isinstance(each, dict)] if isinstance(steps, list) else []
    return ActivitySet(kept["name"], tuple(_read_step(each) for each in known))


def _read_step(kept: dict[str, Any]) -> SetStep:
    days, responsible = kept.get("days"), kept.get("responsible")
    return SetStep(
        str(kept.get("type") or "task"),
        str(kept.get("text") or ""),
        min(max(days, 0), MOST_DAYS) if isinstance(days, int) else 0,
        responsible if isinstance(responsible, int) else None,
        kept.get("is_urgent") is True,
    )


def _kept(each: ActivitySet) -> dict[str, Any]:
    """Return a set as it is kept."""
    steps = [
        {"type": s.type, "text": s.text, "days": s.days, "responsible": s.responsible, "is_urgent": s.is_urgent}
        for s in each.steps
    ]
    return {"name": each.name, "steps": steps}


def put(database: Database, each: ActivitySet, former: str = "") -> None:
    """Keep a set, in the place of the one that is called `former`. Raises UserError for one that cannot be."""
    each = replace(each, name=clean(each.name), steps=tuple(replace(s, text=clean(s.text)) for s in each.steps))
    if not each.name:
        raise UserError(_("Give the set a name."), field="name")
    if not each.steps:
        raise UserError(_("Add at least one activity to the set."), field="steps")
    refuse_wordless(each.steps)
    with database.read() as session:
        known = sets(session)
    place = next((n for n, other in enumerate(known) if other.name == former), len(known))
    if any(fold(other.name) == fold(each.name) for n, other in enumerate(known) if n != place):
        raise UserError(_("There is a set of this name already. Choose another name."), field="name")
    known[place : place + 1] = [each]
    _keep(database, known)


def refuse_wordless(steps: Iterable[SetStep | PlannedStep]) -> None:
    """Raise UserError for a note or a task without words."""
    if any(step.type in ("note", "task") and not step.text.strip() for step in steps):
        raise UserError(_("Write what is to be done for every note and task."), field="steps")


def remove(database: Database, name: str) -> None:
    """Take a set away; what was planned by it stays."""
    with database.read() as session:
        known = sets(session)
    _keep(database, [each for each in known if each.name != name])


def arrange(database: Database, names: Sequence[str]) -> None:
    """Put the sets into another order; those that are not named come last."""
    with database.read() as session:
        known = sets(session)
    places = {name: place for place, name in enumerate(names)}
    _keep(database, sorted(known, key=lambda each: places.get(each.name, len(places))))


def _keep(database: Database, known: Sequence[ActivitySet]) -> None:
    settings.set(database, KEY, {"sets": [_kept(each) for each in known]})


def planned(steps: Iterable[SetStep], start: date, is_workday: WorkdayRule) -> list[PlannedStep]:
    """Return what a set comes to when its days are counted from `start`, in the order of the days."""
    found = [
        PlannedStep(
            step.type, step.text, first_workday(start + timedelta(days=step.days), is_workday), step.responsible,
            step.is_urgent,
        )
        for step in steps
    ]  # fmt: skip
    return sorted(found, key=lambda step: step.on)


def plan(database: Database, contacts: Collection[int], steps: Sequence[PlannedStep]) -> int:
    """Make the activities for each of the contacts, in one operation, and return how many there are.

    Colleagues who are given something get a notice. Raises UserError for a note without words, for too many, and when
    all contacts are gone.
    """
    refuse_wordless(steps)
    count = len(contacts) * len(steps)
    if count > MOST:
        raise UserError(
            _("These are {count} activities. Choose fewer contacts: {most} are the most at once.").format(
                count=count, most=MOST
            )
        )
    label = by_count(N_("Activity planned"), N_("{count} activities planned"), count)
    with unit_of_work(database, label, params={"count": count}, index=False) as work:
        there = _there(work.session, contacts)
        if not there:
            raise UserError(_("These contacts were deleted meanwhile. Choose again."))
        made = [(_activity(contact, step, work.user_id), step) for contact in there for step in steps]
        work.session.add_all(activity for activity, _step in made)
        work.session.flush()
        active = set(work.session.scalars(select(User.id).where(User.is_active)))
        for activity, step in made:
            if step.responsible in active and step.responsible != work.user_id:
                hand_over(work, activity, step.responsible)
        return len(made)


def _activity(contact: int, step: PlannedStep, user: int) -> Activity:
    """Return the activity that is to be done with a contact, with its follow-up."""
    made = Activity(contact_id=contact, type=step.type, at=now(), text=clean(step.text), custom={})
    made.priority = "high" if step.is_urgent else ""
    made.responsible_id = user
    set_follow_up(made, When(datetime.combine(step.on, time()), all_day=True))
    return made


def _there(session: Session, contacts: Collection[int]) -> list[int]:
    """Return those of the contacts that are there and not in the trash, in their order."""
    wanted, found = list(dict.fromkeys(contacts)), set[int]()
    for start in range(0, len(wanted), BATCH):
        here = Contact.id.in_(wanted[start : start + BATCH]), Contact.deleted_at.is_(None)
        found |= set(session.scalars(select(Contact.id).where(*here)))
    return [contact for contact in wanted if contact in found]
