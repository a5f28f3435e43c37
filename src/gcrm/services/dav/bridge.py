"""A user's calendar kept in step with a calendar elsewhere, both ways: phones outside the office have that one.

What changed on one side goes to the other. What changed on both stays as it is here, and what stood there becomes a
note (conflicts.py). Private appointments go out as "busy": their times and nothing else; what is changed there about
them is written over. `DavPeer` keeps in which states both sides were the same.

In one direction only (`OUT`, `IN`) nothing is written on the side that tells. What was received and changed here since
stays as it is, also where it is changed there later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem, GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.appointment_times import is_zone, read_wall
from gcrm.model.base import now
from gcrm.model.dav_peer import DavPeer
from gcrm.services import appointment
from gcrm.services.database import Database
from gcrm.services.dav import event_put
from gcrm.services.dav.book import Mark
from gcrm.services.dav.calendar_book import CalendarBook, ids_of
from gcrm.services.dav.line import LineProblem
from gcrm.services.dav.outcome import BOTH, CAME, IN, OUT, Outcome
from gcrm.services.dav.peer import Late, Peer
from gcrm.services.exchange.ical_event import Event, event_lines
from gcrm.services.exchange.ical_export import event_of, whole_bytes
from gcrm.services.exchange.ical_rows import records
from gcrm.services.progress import Progress, Silence
from gcrm.services.unit_of_work import unit_of_work

FEW = 4
"""Entries that may vanish together; of more, no more than half: a server that forgot them must not empty the office."""


Step = Callable[[], None]


def sync(database: Database, peer: Peer, way: str = BOTH, progress: Progress | None = None) -> Outcome:
    """Bring both calendars in step once. One entry that fails is told and tried again in the next round.

    `progress` may stop it between two entries; what was done until then is remembered.
    """
    return _Round(database, peer, way).run(progress or Silence())


class _Round:
    """One comparison of both sides."""

    def __init__(self, database: Database, peer: Peer, way: str) -> None:
        self._database = database
        self._peer = peer
        self._way = way
        self._book = CalendarBook(database.user_id)
        self._outcome = Outcome()
        self._same: dict[str, tuple[int, str]] = {}
        self._over: set[str] = set()

    def run(self, progress: Progress) -> Outcome:
        """Compare what is known, then what is new on either side; keep what both have in common now."""
        there = self._peer.listing()
        with self._database.read() as session:
            marks = {mark.record: mark for mark in self._book.marks(session)}
            rows = list(session.scalars(select(DavPeer).where(DavPeer.user_id == self._database.user_id)))
            session.expunge_all()
        if self._way != OUT:
            _refuse_emptied(sum(row.name not in there for row in rows), len(rows))
        if self._way != IN:
            _refuse_emptied(sum(self._mark_of(row, marks) is None for row in rows), len(rows))
        steps = self._steps(rows, marks, there)
        try:
            for place, step in enumerate(steps):
                progress.report(place, len(steps))
                self._try(step)
        finally:
            self._remember()
        return self._outcome

    def _steps(self, rows: Sequence[DavPeer], marks: dict[int, Mark], there: dict[str, str]) -> list[Step]:
        """Return what is to be looked at, one entry after the other."""
        known = {row.activity_id for row in rows}
        by_uid = {mark.uid: mark for mark in marks.values() if mark.record not in known}
        steps: list[Step] = [
            partial(self._known, row, self._mark_of(row, marks), there.get(row.name, "")) for row in rows
        ]
        if self._way != OUT:
            new = sorted(there.keys() - {row.name for row in rows})
            steps += [partial(self._new_there, name, there[name], by_uid) for name in new]
        if self._way != IN:
            steps += [partial(self._new_here, mark, by_uid) for mark in by_uid.values()]
        return steps

    def _new_here(self, mark: Mark, by_uid: dict[str, Mark]) -> None:
        """Send what is new here, unless it was found there under its identifier."""
        if mark.uid in by_uid:
            self._send(self._peer.name_of(mark.uid), mark, "")

    def _mark_of(self, row: DavPeer, marks: dict[int, Mark]) -> Mark | None:
        """Return the appointment of a row, also one that is long past."""
        if row.activity_id is None or row.activity_id in marks:
            return marks.get(row.activity_id or 0)
        return self._read(row.activity_id)

    def _read(self, activity: int) -> Mark | None:
        with self._database.read() as session:
            return self._book.mark_of(session, activity)

    def _try(self, step: Step) -> None:
        """Do a step; what fails is told, each sentence once. Raises LineProblem where nothing more can be asked."""
        try:
            step()
        except LineProblem:
            raise
        except GcrmError as problem:
            self._tell(problem.sentence)
        except Late:
            self._tell(_("An entry was changed there at the same moment. The next round takes it."))

    def _tell(self, sentence: str) -> None:
        if sentence not in self._outcome.problems:
            self._outcome.problems.append(sentence)

    def _known(self, row: DavPeer, mark: Mark | None, etag: str) -> None:
        """Compare an entry that both sides had."""
        is_new_there, is_new_here = etag != row.etag, mark is not None and mark.etag != row.mark
        if mark is None and not etag:
            self._over.add(row.name)
        elif mark is None:
            self._gone_here(row, etag, is_new_there)
        elif not etag:
            self._gone_there(row, mark, is_new_here)
        elif self._way == OUT:
            if is_new_there or is_new_here:
                self._send(row.name, mark, etag)
        elif is_new_there and is_new_here:
            self._both(row, mark, etag)
        elif is_new_there:
            self._receive(row.name, mark, etag)
        elif is_new_here and self._way != IN:
            self._send(row.name, mark, etag)

    def _gone_here(self, row: DavPeer, etag: str, is_new_there: bool) -> None:
        """Delete there what was deleted here; what was changed there since comes back."""
        if is_new_there and self._way != OUT:
            self._over.add(row.name)
            self._create(row.name, etag)
            return
        if self._way == IN:
            return
        self._over.add(row.name)
        self._peer.delete(row.name, etag)
        self._outcome.deleted_there += 1

    def _gone_there(self, row: DavPeer, mark: Mark, is_new_here: bool) -> None:
        """Delete here what was deleted there; what was changed here since, or is private, goes there once more."""
        if self._way != IN and (self._way == OUT or is_new_here or self._is_private(mark)):
            self._send(row.name, mark, "")
            return
        if not is_new_here:
            appointment.remove(self._database, mark.record)  # the calendar elsewhere tells whom it invited
            self._outcome.deleted_here += 1
        self._over.add(row.name)

    def _both(self, row: DavPeer, mark: Mark, etag: str) -> None:
        """Let what stands here stay, and keep what stood there."""
        if not self._is_private(mark):
            self._book.keep(self._database, mark.name, self._peer.get(row.name))
            self._outcome.conflicts += 1
        self._settle(row.name, mark, etag)

    def _settle(self, name: str, mark: Mark, etag: str) -> None:
        """Let the other side have what stands here; where nothing is sent, each keeps its own."""
        if self._way == IN:
            self._note(name, mark.record, etag)
        else:
            self._send(name, mark, etag)

    def _receive(self, name: str, mark: Mark, etag: str) -> None:
        """Take over what was changed there; of a private one the times go there again."""
        if self._way != IN and self._is_private(mark):
            self._send(name, mark, etag)
            return
        event_put.change(self._database, self._book, mark, event_put.read_events(self._peer.get(name)))
        self._outcome.received += 1
        self._note(name, mark.record, etag)

    def _new_there(self, name: str, etag: str, by_uid: dict[str, Mark]) -> None:
        """Take over an entry that is new there; one that is here by its identifier is the same."""
        data = self._peer.get(name)
        mark = by_uid.pop(event_put.read_events(data)[0].event.uid, None)
        if mark is None:
            self._create(name, etag, data)
            return
        if not self._is_private(mark):
            self._book.keep(self._database, mark.name, data)
        self._settle(name, mark, etag)

    def _create(self, name: str, etag: str, data: bytes = b"") -> None:
        incoming = event_put.read_events(data or self._peer.get(name))
        made = event_put.create(self._database, self._book, f"{CAME}{uuid4()}.ics", incoming)
        self._outcome.received += 1
        self._over.discard(name)
        self._note(name, made, etag)

    def _send(self, name: str, mark: Mark, etag: str) -> None:
        """Write an appointment there; the next round sees to one that was deleted here meanwhile."""
        with self._database.read() as session:
            text = busy(session, mark.record) or self._book.texts(session, [mark]).get(mark.name, "")
        if not text:
            return
        told = self._peer.put(name, text.encode(), etag)
        self._outcome.sent += 1
        self._same[name] = (mark.record, told)

    def _note(self, name: str, activity: int, etag: str) -> None:
        self._same[name] = (activity, etag)

    def _is_private(self, mark: Mark) -> bool:
        with self._database.read() as session:
            return bool(session.scalar(select(Activity.is_private).where(Activity.id == mark.record)))

    def _remember(self) -> None:
        """Keep in which states both sides are the same now."""
        there: dict[str, str] = {}
        if any(not etag for _record, etag in self._same.values()):
            with suppress(EnvironmentProblem):  # the next round then looks at them once more
                there = self._peer.listing()
        marks = {record: self._read(record) for record, _etag in self._same.values()}
        with unit_of_work(self._database, N_("Calendars brought in step"), kind="system") as work:
            mine = select(DavPeer).where(DavPeer.user_id == work.user_id)
            rows = {row.name: row for row in work.session.scalars(mine)}
            for name in self._over & rows.keys():
                work.session.delete(rows.pop(name))
            for name, (record, etag) in self._same.items():
                mark = marks[record]
                row = rows.get(name) or DavPeer(user_id=work.user_id, name=name)
                row.activity_id = record if mark is not None else None  # it may be deleted here meanwhile
                row.etag = etag or there.get(name, "")
                row.mark = mark.etag if mark is not None else ""
                work.session.add(row)


def _refuse_emptied(gone: int, known: int) -> None:
    """Raise UserError where most of what both sides had is gone on one of them."""
    if gone > FEW and gone * 2 > known:
        sentence = _(
            "Most entries are gone on one side, so nothing was changed. Look there; disconnect it and connect it again."
        )
        raise UserError(sentence)


def busy(session: Session, root: int) -> str:
    """Return a private appointment as "busy": its times and nothing else; "" for one that is not private."""
    found = list(records(session, ids_of(session, root)))
    if not any(row.is_private for row, _people in found):
        return ""
    lines: list[str] = []
    zones: dict[str, int] = {}
    for row, _people in sorted(found, key=lambda one: one[0].original):
        told = event_of(row, row, ())
        event = Event(
            told.starts, told.ends, told.zone, told.end_zone, told.uid, told.original, _("Private appointment"),
            rule=told.rule, left_out=told.left_out, added=told.added, is_private=True, sequence=told.sequence,
        )  # fmt: skip
        lines += event_lines(event, [], {}, now())
        year = read_wall(told.starts).year
        zones |= {zone: year for zone in (told.zone, told.end_zone) if is_zone(zone) and zone != "UTC"}
    return whole_bytes(lines, zones, {}).decode()
