"""An exchange with Outlook: read both sides, write here in one operation, then write there, then remember.

Only what changed since last time on either side is written. What changed on both stays as it is here and goes there;
what stood in Outlook becomes a note with a follow-up. Nothing is deleted unless that was asked for. What was written
here is one operation, which undo takes back whole; the next exchange then carries that to Outlook, as any change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from gcrm.errors import EnvironmentProblem, GcrmError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.base import now
from gcrm.model.follow_up import When
from gcrm.model.outlook_peer import OutlookPeer
from gcrm.services import activity as activities
from gcrm.services.database import Database
from gcrm.services.dav.names import batches
from gcrm.services.outlook.appointment_side import Appointments, OutlookCalendar
from gcrm.services.outlook.contact_side import Contacts, OutlookContacts
from gcrm.services.outlook.folder import Folder
from gcrm.services.outlook.link import Link, OutlookGone, skipping
from gcrm.services.outlook.merge import digest, digests
from gcrm.services.outlook.plan import Here, Plan, Planner, Step
from gcrm.services.progress import Progress, Silence
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

LABEL = N_("Exchanged with Outlook")
SHOWN = 500
"""Lines of an outcome that are told one by one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is exchanged. With a category only contacts that carry it go to Outlook, and what comes gets it."""

    contacts: bool = True
    appointments: bool = True
    category: str = ""
    deletes: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one contact or appointment: `side` is "here" or "outlook", `what` what happens there."""

    kind: str
    name: str
    side: str
    what: str
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What an exchange did, or would do; `conflicts` changed on both sides, `differing` keep their own on either."""

    created_here: int = 0
    changed_here: int = 0
    deleted_here: int = 0
    created_there: int = 0
    changed_there: int = 0
    deleted_there: int = 0
    conflicts: int = 0
    differing: int = 0
    problems: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Tell whether nothing is or was to be done."""
        return not self.lines

    def as_json(self) -> dict[str, Any]:
        """Return what `gcrm outlook sync --json` writes."""
        return asdict(self)


def sync(
    database: Database, link: Link, choice: Choice, progress: Progress | None = None, *, dry_run: bool = False
) -> Outcome:
    """Bring the office and Outlook in step once; `dry_run` only tells what would happen.

    An item that fails is told and tried again next time. Raises UserError for a missing right and before most of one
    side would be deleted, EnvironmentProblem where Outlook does not answer before anything was written.
    """
    database.rights.require("exchange", "create")
    database.rights.require("contacts", "export")
    return _Exchange(database, link, choice).run(progress or Silence(), dry_run=dry_run)


class _Exchange:
    """One exchange of all kinds that were chosen."""

    def __init__(self, database: Database, link: Link, choice: Choice) -> None:
        self._database = database
        self._sides: list[tuple[Here, Folder]] = []
        if choice.contacts:
            self._sides.append((Contacts(database, choice.category.strip()), OutlookContacts(link)))
        if choice.appointments:
            self._sides.append((Appointments(database), OutlookCalendar(link)))
        self._deletes = choice.deletes
        self._outcome = Outcome()

    def run(self, progress: Progress, *, dry_run: bool) -> Outcome:
        """Plan; unless it is a trial, write here, there, and what both have in common now."""
        plans = []
        for here, there in self._sides:
            plan = Planner(self._database, here, there, deletes=self._deletes).plan(progress)
            self._outcome.problems += plan.problems
            plans.append((here, there, plan))
        progress.check()
        if not dry_run:
            self._write_here(plans)
            try:
                self._write_there(plans, progress)
            finally:
                self._remember(plans)
        for here, _there, plan in plans:
            self._tell(here, plan.steps)
        return self._outcome

    # --- here ------------------------------------------------------------------------------------------------------
    def _write_here(self, plans: Sequence[tuple[Here, Folder, Plan]]) -> None:
        """Write everything that comes from Outlook in one operation."""
        steps = [(here, step) for here, _there, plan in plans for step in plan.steps if step.here or step.merged.both]
        if not steps:
            return
        for here, _there, plan in plans:
            self._refuse_changed(here, plan.steps)
        with unit_of_work(self._database, LABEL, kind="import") as work:
            for here, step in steps:
                if step.failed:
                    continue
                try:
                    with work.session.begin_nested():
                        self._step_here(work, here, step)
                        work.session.flush()
                except GcrmError as problem:
                    step.failed.add("here")
                    self._outcome.problems.append(f"{step.name}: {problem.sentence}")

    def _refuse_changed(self, here: Here, steps: Iterable[Step]) -> None:
        """Leave to the next exchange what somebody changed here since it was planned."""
        changed = [step for step in steps if step.here == "change" and step.record is not None]
        with self._database.read() as session:
            mine = here.values(session, [step.record for step in changed if step.record is not None])
        for step in changed:
            present = mine.get(step.record or 0, {})
            if any(present.get(name) != step.mine.get(name) for name in step.merged.to_here):
                step.failed.add("here")
                sentence = _("It was changed at this moment. Try the exchange again.")
                self._outcome.problems.append(f"{step.name}: {sentence}")

    def _step_here(self, work: UnitOfWork, here: Here, step: Step) -> None:
        if step.here == "create":
            step.record = here.create(work, step.merged.to_here)
        elif step.here == "delete" and step.record is not None:
            here.delete(work, step.record)
        elif step.here == "change" and step.record is not None:
            here.change(work, step.record, step.merged.to_here)
        if step.merged.both and step.record is not None:
            _note(work, here, step)

    # --- there -----------------------------------------------------------------------------------------------------
    def _write_there(self, plans: Sequence[tuple[Here, Folder, Plan]], progress: Progress) -> None:
        """Write what goes to Outlook, item by item. Where Outlook is gone, the rest waits for the next exchange."""
        steps = [(there, step) for _here, there, plan in plans for step in plan.steps if step.there and not step.failed]
        for _there, step in steps:
            step.failed.add("there")  # until it is done: somebody may stop this on the way
        changed = {
            entry
            for _here, there, plan in plans
            if any(step.entry and step.there for step in plan.steps)
            for entry, etag in _listing(there).items()
            if plan.listing.get(entry) != etag
        }
        for done, (there, step) in enumerate(steps):
            progress.report(done, len(steps))
            problems = len(self._outcome.problems)
            try:
                with skipping(self._outcome.problems, step.name):
                    if step.entry in changed:
                        raise EnvironmentProblem(_("It was changed at this moment. Try the exchange again."))
                    self._step_there(there, step)
            except OutlookGone as problem:
                self._outcome.problems.append(problem.sentence)
                return
            if len(self._outcome.problems) == problems:
                step.failed.discard("there")

    def _step_there(self, there: Folder, step: Step) -> None:
        if step.there == "create":
            step.entry = there.create(step.merged.to_there)
        elif step.there == "change":
            there.change(step.entry, step.merged.to_there)
        elif step.there == "delete":
            there.delete(step.entry)

    # --- both ------------------------------------------------------------------------------------------------------
    def _remember(self, plans: Sequence[tuple[Here, Folder, Plan]]) -> None:
        """Keep in which states both sides are the same now. Outlook is asked before the database is written."""
        facts = [(here, there, plan, list(self._facts(here, there, plan))) for here, there, plan in plans]
        with unit_of_work(self._database, LABEL, kind="system") as work:
            for here, there, plan, told in facts:
                self._forget(work, plan)
                there_still = _there_still(work, here, {step.record or 0 for step, *_states in told})
                for step, etag, mark, seen in told:
                    row = self._row(work, here, there, step)
                    setattr(row, here.column, step.record if step.record in there_still else None)
                    row.entry, row.etag, row.mark, row.seen = step.entry, etag, mark, seen
                    work.session.add(row)

    def _facts(self, here: Here, there: Folder, plan: Plan) -> Iterator[tuple[Step, str, str, dict[str, list[str]]]]:
        """Yield the pairs with the states of both sides. What was written in Outlook is read again, as it writes it."""
        steps = [step for step in plan.steps if step.record is not None and not step.is_deletion and not step.failed]
        records = [step.record for step in steps if step.record is not None]
        with self._database.read() as session:
            marks, mine = here.marks(session), here.values(session, records)
        listing = _listing(there) if any(step.there for step in steps) else plan.listing
        for step in steps:
            theirs, etag = dict[str, Any](step.theirs), plan.listing.get(step.entry, "")
            if step.there:
                try:
                    theirs, etag = there.get(step.entry) or {}, listing.get(step.entry, "")
                except OutlookGone:
                    return
                except GcrmError:
                    continue
            record = step.record or 0
            seen = digests(mine.get(record, {}), theirs)
            here_is_new = step.here != "create" and _keep_planned(seen, 0, step.mine, step.merged.to_here)
            there_is_new = step.there != "create" and _keep_planned(seen, 1, step.theirs, step.merged.to_there)
            yield step, "" if there_is_new else etag, "" if here_is_new else marks.get(record, ""), seen

    def _forget(self, work: UnitOfWork, plan: Plan) -> None:
        """Forget pairs that are gone on both sides."""
        deleted = [step.row for step in plan.steps if step.is_deletion and not step.failed]
        for row in (*plan.over, *deleted):
            found = work.session.get(OutlookPeer, row) if row is not None else None
            if found is not None:
                work.session.delete(found)

    def _row(self, work: UnitOfWork, here: Here, there: Folder, step: Step) -> OutlookPeer:
        """Return the row of a pair: its own, that of a record whose former item is gone, or a new one."""
        mine = (OutlookPeer.user_id == work.user_id, OutlookPeer.place == there.place)
        found = work.session.get(OutlookPeer, step.row) if step.row is not None else None
        found = found or work.session.scalar(
            select(OutlookPeer).where(*mine, getattr(OutlookPeer, here.column) == step.record).limit(1)
        )
        return found or OutlookPeer(user_id=work.user_id, place=there.place)

    def _tell(self, here: Here, steps: Iterable[Step]) -> None:
        """Count what was or would be done, and say it by name."""
        told = self._outcome
        for step in steps:
            for side, what in (("here", step.here), ("there", step.there)):
                if what and side not in step.failed:
                    counter = f"{what}d_{side}"
                    setattr(told, counter, getattr(told, counter) + 1)
                    changes = step.merged.to_here if side == "here" else step.merged.to_there
                    told.lines.append(_line(here, step, side, what, changes if what == "change" else {}))
            told.conflicts += bool(step.merged.both)
            told.differing += bool(step.merged.differing)
        del told.lines[SHOWN:]


def _there_still(work: UnitOfWork, here: Here, records: set[int]) -> set[int]:
    """Return which of some records are there: somebody may have deleted one while Outlook was being written."""
    own = next(iter(OutlookPeer.__table__.c[here.column].foreign_keys)).column
    found = set[int]()
    for some in batches(sorted(records)):
        found |= set(work.session.scalars(select(own).where(own.in_(some))))
    return found


def _keep_planned(
    seen: dict[str, list[str]], side: int, planned: Mapping[str, Any], written: Mapping[str, Any]
) -> bool:
    """Let digests be those of what was compared; tell whether somebody changed anything since."""
    is_new = False
    for name in (seen.keys() | planned.keys()) - written.keys():
        was = digest(planned.get(name))
        present = seen.setdefault(name, ["", ""])
        is_new = is_new or present[side] != was
        present[side] = was
    return is_new


def _listing(there: Folder) -> dict[str, str]:
    """Return when each item was last changed; nothing where Outlook answers no more, which the next question says."""
    try:
        return there.listing()
    except GcrmError:
        return {}


def _line(here: Here, step: Step, side: str, what: str, changes: Mapping[str, Any]) -> Line:
    fields = tuple(dict.fromkeys(_(here.label(name)) for name in changes))
    return Line(here.kind, step.name, "here" if side == "here" else "outlook", what, fields)


def _note(work: UnitOfWork, here: Here, step: Step) -> None:
    """Keep what stood in Outlook as a note with a follow-up, as private as what it is about; the same once only."""
    key = f"outlook:{digest([here.kind, step.record, step.merged.both])}"
    if work.session.scalar(select(Activity.id).where(Activity.call_key == key)) is not None:
        return
    head = _("It was changed here and in Outlook. What stood in Outlook stands below.")
    lines = [f"{_(here.label(name))}: {_words(value)}" for name, value in step.merged.both.items()]
    contact, is_private = here.contact_of(work.session, step.record or 0)
    made = Activity(
        contact_id=contact, type="note", at=now(), subject=_("Changed twice: {name}").format(name=step.name),
        text="\n".join((head, "", *lines)), responsible_id=work.user_id, is_private=is_private, call_key=key,
        custom={},
    )  # fmt: skip
    today = datetime.combine(datetime.now().date(), time())
    activities.set_follow_up(made, When(today, all_day=True))
    activities.add(work, made)


def _words(value: Any) -> str:
    """Return a value of Outlook in words."""
    if isinstance(value, dict):
        return ", ".join(str(part).replace("\n", ", ") for part in value.values() if isinstance(part, str) and part)
    return ", ".join(value) if isinstance(value, list) else str(value or "–")
