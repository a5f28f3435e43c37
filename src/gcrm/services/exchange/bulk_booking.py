"""Writing many new appointments and tasks at once: ids drawn beforehand, one statement per table, history as always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.base import Record
from gcrm.model.dav_name import DavName
from gcrm.model.registry import table_of
from gcrm.services.activity import settle_done
from gcrm.services.booking import settle
from gcrm.services.dav.names import ACTIVITY, own_name
from gcrm.services.exchange.bulk_insert import reserve_ids
from gcrm.services.exchange.plain_records import plain_class
from gcrm.services.exchange.table_rows import RowMaker, write_rows
from gcrm.services.invitees import recognise
from gcrm.services.unit_of_work import UnitOfWork


@dataclass(slots=True)
class Made:
    """What is to be written: an activity, with its times and who takes part where it is an appointment.

    Records are plain ones (plain_records.py). `series` is the appointment whose occurrence it stands for, `kept` are
    the lines that a task came as.
    """

    activity: Any
    appointment: Any = None
    people: list[Any] = field(default_factory=list)
    series: Any = None
    kept: list[str] = field(default_factory=list)


class BulkBooking:
    """Writes appointments and tasks; everything lies in the transaction of `work`."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._makers: dict[str, RowMaker] = {}

    def write(self, made: Sequence[Made]) -> None:
        """Write them; a series stands before what was moved out of it."""
        for each in made:
            if each.appointment is not None:
                settle(each.activity, each.appointment)
            settle_done(each.activity, self._work.user_id)
        self._write(Activity, [each.activity for each in made])
        for each in made:
            mine = each.activity.id
            if each.appointment is not None:
                each.appointment.activity_id = mine
                each.appointment.series_id = each.series.activity_id if each.series is not None else None
            for one in each.people:
                one.activity_id = mine
        self._write(Appointment, [each.appointment for each in made if each.appointment is not None])
        people = [one for each in made for one in each.people]
        recognise(self._work.session, people)
        self._write(Participant, people)
        make = plain_class(DavName)
        kept = [(each.activity.id, each.kept) for each in made if each.kept]
        self._write(DavName, [make(name=own_name(ACTIVITY, one), activity_id=one, kept=lines) for one, lines in kept])

    def _write(self, cls: type[Record], records: Sequence[Any]) -> None:
        """Draw ids for records of one kind and insert them."""
        if not records:
            return
        table, rights = table_of(cls), self._work.database.rights
        rights.require_write(table.name, "insert")
        home = self._work.database.home
        for record, record_id in zip(records, reserve_ids(self._work, table, len(records)), strict=True):
            record.id = record_id
            record.derive(home)
        maker = self._makers.get(table.name)
        if maker is None:
            maker = self._makers[table.name] = RowMaker(table, self._work.connection, self._work.user_id)
        rows = [maker.row(vars(record)) for record in records]
        write_rows(self._work.connection, table, rows, is_guarded=rights.is_enforced)
