"""What an exchange would do, item by item: found out by reading both sides, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.outlook_peer import OutlookPeer
from gcrm.services.database import Database
from gcrm.services.outlook.folder import Folder
from gcrm.services.outlook.link import skipping
from gcrm.services.outlook.merge import Merged, compare, meet
from gcrm.services.progress import Progress
from gcrm.services.unit_of_work import UnitOfWork

Values = Mapping[str, Any]
FEW = 4
"""Records that may be deleted together; of more, no more than half: an emptied mailbox must not empty the office."""


class Here(Protocol):
    """One kind of records here, in the words of Outlook."""

    kind: str
    column: str

    def marks(self, session: Session) -> dict[int, str]:
        """Return the state of every record that takes part."""

    def gone(self, session: Session, records: set[int]) -> set[int]:
        """Return which of some records were deleted."""

    def values(self, session: Session, records: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Return what records say."""

    def twins(self, session: Session, there: Mapping[str, dict[str, Any]]) -> dict[str, int]:
        """Return which records new items seem to be."""

    def arriving(self, values: Values) -> dict[str, Any]:
        """Return what comes, with what it gets here besides."""

    def create(self, work: UnitOfWork, values: dict[str, Any]) -> int:
        """Make a record."""

    def change(self, work: UnitOfWork, record: int, changes: Values) -> None:
        """Write fields over a record."""

    def delete(self, work: UnitOfWork, record: int) -> None:
        """Delete a record."""

    def contact_of(self, session: Session, record: int) -> tuple[int | None, bool]:
        """Return in whose chronicle a record stands, and whether it is private."""

    def name(self, values: Values) -> str:
        """Return what a record is called."""

    def label(self, name: str) -> str:
        """Return the (marked) label of a field."""


@dataclass(slots=True)
class Step:
    """What becomes of one pair. `here` and `there` are "", "create", "change" or "delete"; `mine` and `theirs` are what
    both sides said when it was planned, `failed` the sides where it could not be done.
    """

    name: str
    record: int | None = None
    entry: str = ""
    here: str = ""
    there: str = ""
    merged: Merged = field(default_factory=Merged)
    row: int | None = None
    mine: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    @property
    def is_deletion(self) -> bool:
        """Tell whether something goes on one of both sides."""
        return "delete" in (self.here, self.there)


@dataclass(slots=True)
class Plan:
    """The steps of one kind, in order; `over` are rows of pairs that are gone on both sides, `listing` the folder."""

    steps: list[Step] = field(default_factory=list)
    over: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    listing: dict[str, str] = field(default_factory=dict)


class Planner:
    """Finds out what an exchange of one kind would do."""

    def __init__(self, database: Database, here: Here, there: Folder, *, deletes: bool) -> None:
        self._database = database
        self._here = here
        self._there = there
        self._deletes = deletes
        self._plan = Plan()
        self._said: dict[str, dict[str, Any] | None] = {}

    def plan(self, progress: Progress) -> Plan:
        """Read what changed on either side; return what becomes of it. Raises UserError before an office is emptied."""
        self._plan.listing = self._there.listing()
        with self._database.read() as session:
            rows = self._rows(session)
            marks = self._here.marks(session)
            known = {row.record for row in rows if row.record is not None}
            gone = self._here.gone(session, known)
        here_gone = [row for row in rows if row.record is None or row.record in gone]
        pairs = [row for row in rows if row.record in marks and row.entry in self._plan.listing]
        there_gone = [row for row in rows if row.record in marks and row.entry not in self._plan.listing]
        new = sorted(self._plan.listing.keys() - {row.entry for row in rows} - self._there.resting)
        changed = [
            row for row in pairs if (row.etag, row.mark) != (self._plan.listing[row.entry], marks[row.record or 0])
        ]
        self._ask([*(row.entry for row in changed), *new], progress)
        self._pairs(changed)
        linked = {row.record for row in rows} - {row.record for row in there_gone}
        met = self._meet([entry for entry in new if self._said.get(entry) is not None], linked)
        self._deletions(here_gone, [row for row in there_gone if row.record not in met], marks, len(rows))
        self._send([record for record in marks if record not in known and record not in met])
        return self._plan

    def _rows(self, session: Session) -> list[_Known]:
        """Return what both sides had in common."""
        wanted = select(OutlookPeer).where(
            OutlookPeer.user_id == self._database.user_id, OutlookPeer.place == self._there.place
        )
        name = self._here.column
        return [
            _Known(row.id, getattr(row, name), row.entry, row.etag, row.mark, row.seen)
            for row in session.scalars(wanted.order_by(OutlookPeer.id))
        ]

    def _ask(self, entries: Sequence[str], progress: Progress) -> None:
        """Read items; one that Outlook refuses is told and left alone."""
        for done, entry in enumerate(entries):
            progress.report(done, len(entries))
            with skipping(self._plan.problems, ""):
                self._said[entry] = self._there.get(entry)

    def _pairs(self, rows: Sequence[_Known]) -> None:
        """Compare what both sides have."""
        with self._database.read() as session:
            here = self._here.values(session, [row.record for row in rows if row.record is not None])
        for row in rows:
            mine, theirs = here.get(row.record or 0), self._said.get(row.entry)
            if mine is None or theirs is None:
                continue
            step = self._merged(compare(row.seen, mine, theirs), self._here.name(mine), row.record, row.entry)
            step.row, step.mine, step.theirs = row.id, mine, theirs
            self._plan.steps.append(step)

    def _meet(self, entries: Sequence[str], linked: set[int | None]) -> set[int]:
        """Find out which new items of Outlook are here already; the others are made. Return those that are."""
        there = {entry: values for entry in entries if (values := self._said[entry]) is not None}
        met = set[int]()
        with self._database.read() as session:
            twins = self._here.twins(session, there)
            here = self._here.values(session, sorted(set(twins.values())))
        for entry, values in there.items():
            record, name = twins.get(entry), self._here.name(values)
            if record is None:
                merged = Merged(self._here.arriving(values))
                self._plan.steps.append(Step(name, None, entry, "create", "", merged, theirs=values))
            elif record in linked or record in met:
                sentence = _("“{name}” stands in Outlook more than once. Bring both together there.")
                self._plan.problems.append(sentence.format(name=name))
            else:
                met.add(record)
                mine = here.get(record, {})
                merged = meet(mine, self._here.arriving(values))
                step = self._merged(merged, name, record, entry)
                step.mine, step.theirs = mine, values
                self._plan.steps.append(step)
        return met

    def _merged(self, merged: Merged, name: str, record: int | None, entry: str) -> Step:
        """Return the step that carries out what a comparison gave, without what may not be written there."""
        if merged.to_there:
            refused = self._there.refused(entry) & merged.to_there.keys()
            if refused:
                sentence = _("“{name}” is an invitation: whoever sent it alone can change it.")
                self._plan.problems.append(sentence.format(name=name))
            for field_name in (*refused, *self._foreign(merged.to_there, name)):
                merged.to_there.pop(field_name, None)
        here, there = ("change" if changes else "" for changes in (merged.to_here, merged.to_there))
        return Step(name, record, entry, here, there, merged)

    def _foreign(self, changes: Values, name: str) -> tuple[str, ...]:
        """Return which changes Outlook has no words for."""
        if not self._there.has_words(changes):
            sentence = _("“{name}” repeats in a way that Outlook does not know. Its times stay here alone.")
            self._plan.problems.append(sentence.format(name=name))
            return ("Times",)
        return ()

    def _send(self, records: Sequence[int]) -> None:
        """Let what is new here be made in Outlook."""
        with self._database.read() as session:
            here = self._here.values(session, records)
        for record, values in here.items():
            name = self._here.name(values)
            if not self._foreign(values, name):
                self._plan.steps.append(Step(name, record, "", "", "create", Merged(to_there=values), mine=values))

    def _deletions(
        self, here_gone: Sequence[_Known], there_gone: Sequence[_Known], marks: Mapping[int, str], known: int
    ) -> None:
        """Delete on one side what was deleted on the other, where that is wanted and it did not change since."""
        listing = self._plan.listing
        self._plan.over = [row.id for row in here_gone if row.entry not in listing]
        if not self._deletes:
            return
        theirs = [row for row in here_gone if listing.get(row.entry) == row.etag]
        mine = [row for row in there_gone if marks[row.record or 0] == row.mark]
        for gone in (theirs, mine):
            if len(gone) > FEW and len(gone) * 2 > known:
                sentence = _("Most entries are gone on one side, so nothing was changed. Look there, or do not delete.")
                raise UserError(sentence)
        with self._database.read() as session:
            here = self._here.values(session, [row.record for row in mine if row.record is not None])
        self._ask_names([row.entry for row in theirs])
        for row in theirs:
            name = self._here.name(self._said.get(row.entry) or {})
            self._plan.steps.append(Step(name, None, row.entry, "", "delete", row=row.id))
        for row in mine:
            name = self._here.name(here.get(row.record or 0, {}))
            self._plan.steps.append(Step(name, row.record, row.entry, "delete", "", row=row.id))

    def _ask_names(self, entries: Sequence[str]) -> None:
        for entry in entries:
            with skipping(self._plan.problems, ""):
                self._said[entry] = self._there.get(entry)


@dataclass(frozen=True, slots=True)
class _Known:
    """What both sides had in common when they were last the same."""

    id: int
    record: int | None
    entry: str
    etag: str
    mark: str
    seen: dict[str, Any]
