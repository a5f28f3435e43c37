"""What of the files of an import is no contact: calendars and mails. They come in with the contacts, in one operation.

Mails are matched when the contacts are written, so that those of the same import are among them. Mails whose contact
nobody can tell are left out and told, as in `gcrm.services.mail.filing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import N_, _
from gcrm.services.database import Database
from gcrm.services.exchange.ical_import import CalendarWriter, Outcome, tell
from gcrm.services.exchange.ical_read import CalendarFile, read_calendar
from gcrm.services.exchange.ical_tree import MOST_BYTES
from gcrm.services.progress import Progress
from gcrm.services.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from gcrm.services.mail.filing import Found
    from gcrm.services.mail.filing import Outcome as Kept

NOT_ALLOWED = N_("“{name}” is left out: you may not add activities and files here. Ask the owner of the office.")


@dataclass(slots=True)
class Others:
    """The calendars that were read, the mails that were looked at, and to which contact mails go (None: found)."""

    calendars: list[tuple[Path, CalendarFile]] = field(default_factory=list)
    mails: list[Found] = field(default_factory=list)
    contact_id: int | None = None

    def __bool__(self) -> bool:
        return bool(self.calendars or self.mails)

    @property
    def appointments(self) -> int:
        """Return how many appointments the calendars hold, those in several of them once."""
        events = [each.event for _path, calendar in self.calendars for each in calendar.incoming]
        return _count((each.uid, str(each.original)) if each.uid else () for each in events)

    @property
    def tasks(self) -> int:
        """Return how many tasks the calendars hold, those in several of them once."""
        tasks = [each.task for _path, calendar in self.calendars for each in calendar.tasks]
        return _count((each.uid,) if each.uid else () for each in tasks)

    @property
    def count(self) -> int:
        """Return how many records would be written at most."""
        return self.appointments + self.tasks + len(self.mails)

    def told(self, session: Session, database: Database) -> OthersReport:
        """Tell what would become of the calendars."""
        outcomes = [tell(session, database, path.name, calendar) for path, calendar in self.calendars]
        return OthersReport(outcomes, looked=self.mails)


def _count(keys: Iterable[tuple[str, ...]]) -> int:
    """Return how many keys there are, equal ones once, each empty one by itself."""
    counted = Counter(keys)
    return len(counted) + max(counted[()] - 1, 0)


@dataclass(slots=True)
class OthersReport:
    """What became of calendars, each with its own account, and of mails (None: there were none, or a trial).

    `looked` says to whom each mail goes.
    """

    calendars: list[Outcome] = field(default_factory=list)
    mails: Kept | None = None
    looked: list[Found] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how many appointments were added, tasks and mails were kept."""
        return {
            "appointments": sum(each.counts["created"] + each.counts["cancelled"] for each in self.calendars),
            "changed": sum(each.counts["updated"] for each in self.calendars),
            "tasks": sum(each.counts["tasks"] for each in self.calendars),
            "mails": len(self.mails.mails) if self.mails else 0,
        }


def read_others(
    database: Database, calendars: Sequence[Path], mails: Sequence[Path], watch: Progress, contact_id: int | None = None
) -> tuple[Others, list[tuple[Path, str]]]:
    """Return what is no contact, and the files that cannot be read with the reason. Nothing is written."""
    made, refused = Others(contact_id=contact_id), list[tuple[Path, str]]()
    may = database.rights.may
    if not may("activities", "create") or (mails and not may("files", "create")):
        return made, [(path, _(NOT_ALLOWED).format(name=path.name)) for path in (*calendars, *mails)]
    for place, path in enumerate(calendars):
        watch.report(place, len(calendars) * 2, path.name)
        watch.check()
        try:
            made.calendars.append((path, _read_calendar(path)))
        except (UserError, EnvironmentProblem) as problem:
            refused.append((path, problem.sentence))
    if mails:
        from gcrm.services.mail import filing

        readable = []
        for path in mails:
            try:
                filing.check(path)
            except EnvironmentProblem as problem:
                refused.append((path, problem.sentence))
            else:
                readable.append(path)
        made.mails = filing.look(database, readable, contact_id=contact_id, progress=watch)
    return made, refused


def _read_calendar(path: Path) -> CalendarFile:
    """Read a calendar. Raises UserError for one that is too large, or none."""
    try:
        with path.open("rb") as stream:
            found = read_calendar(stream.read(MOST_BYTES + 1))  # what is larger is refused, and not read whole
    except OSError as problem:
        sentence = _("{file} cannot be read. Check its place and its permissions.").format(file=path.name)
        raise EnvironmentProblem(sentence, details=str(problem)) from problem
    if not found.components and not found.passed_over:
        raise UserError(_("“{name}” holds no appointments. Export the calendar anew.").format(name=path.name))
    return found


def write_others(work: UnitOfWork, others: Others, watch: Progress) -> OthersReport:
    """Write calendars and mails inside a unit of work, after the contacts. Raises what reading a mail again does."""
    made = OthersReport()
    for place, (path, calendar) in enumerate(others.calendars):
        watch.report(place, len(others.calendars), path.name)
        watch.check()
        made.calendars.append(CalendarWriter(work, None).write(path.name, calendar))
    if others.mails:
        from gcrm.services.mail import filing

        paths = [one.path for one in others.mails]
        made.looked = filing.look_in(work.session, paths, others.contact_id, watch)
        made.mails = filing.keep_in(work, made.looked, watch)
    return made
