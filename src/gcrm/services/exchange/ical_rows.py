"""Appointments as they go out: what an activity and its times say in one row, and who takes part.

JSON comes as its text: a server takes half as long as for an array of the whole row, most lists are empty, and what
was kept of many appointments is read at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Text,
    any_,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.types import read_json
from gcrm.services.exchange.ical_event import TOLD
from gcrm.services.privacy import rights_of, viewer, visible_to
from gcrm.services.trip import Prepared, Row, ask, bound

_OF_ACTIVITY = ("subject", "text", "is_private")


class Going(NamedTuple):
    """What goes out of an appointment; first what a fingerprint is of (TOLD)."""

    starts: str
    ends: str
    zone: str
    end_zone: str
    uid: str
    subject: str
    text: str
    location: str
    rule: str
    left_out: list[str]
    added: list[str]
    status: str
    is_busy: bool
    is_private: bool
    categories: list[str]
    reminder_minutes: int | None
    sequence: int
    organizer: str
    id: int
    series_id: int | None
    original: str
    kept: Any
    changed_at: Any = None
    times_changed_at: Any = None


class Guest(NamedTuple):
    """Who takes part."""

    name: str
    email: str
    role: str
    answer: str


Booked = tuple[Going, list[Guest]]
_LISTS = tuple(map(Going._fields.index, ("left_out", "added", "categories")))
_YES_OR_NO = tuple(map(Going._fields.index, ("is_busy", "is_private")))
_KEPT = Going._fields.index("kept")


def records(session: Session, ids: Sequence[int], *, is_dated: bool = False) -> Iterator[Booked]:
    """Yield appointments with what their activities say, perhaps when both were changed, and their participants.

    They come by their beginning. What the person for whom the session reads may not see is left out.
    """
    if not rights_of(session).sees(Activity.__tablename__):
        return
    connection = session.connection()
    engine = connection.dialect.name
    wanted = json.dumps(list(ids)) if engine == "sqlite" else f"{{{','.join(map(str, ids))}}}"
    asked = {"ids": wanted, "its_viewer": viewer(session)}
    rows, guests = ask(connection, [(_rows(engine, is_dated), asked), (_guests(engine), {"ids": wanted})])
    people: dict[int, list[Guest]] = {}
    for activity, *told in guests:
        people.setdefault(activity, []).append(Guest(*told))
    for row in _going(rows):
        yield row, people.get(row.id, [])


def _going(rows: Sequence[Row]) -> Iterator[Going]:
    """Return what was read of appointments, made of their columns: what is done for each row counts here."""
    columns: list[Iterable[Any]] = [*zip(*rows, strict=True)]
    if not columns:
        return iter(())
    for place in _LISTS:
        columns[place] = map(read_json, columns[place])
    for place in _YES_OR_NO:
        columns[place] = map(bool, columns[place])
    columns[_KEPT] = json.loads(f"[{','.join([text or 'null' for text in columns[_KEPT]])}]")
    return starmap(Going, zip(*columns, strict=True))


@cache
def _rows(engine: str, is_dated: bool) -> Prepared:
    """Return the select of the appointments of :ids that :its_viewer may see."""
    names = [getattr(Activity if name in _OF_ACTIVITY else Appointment, name) for name in TOLD]
    names += [Activity.id, Appointment.series_id, Appointment.original, Appointment.kept]
    dates = [Activity.changed_at, Appointment.changed_at.label("times_changed_at")] if is_dated else []
    seen = visible_to(bound("its_viewer", BigInteger()))
    found = select(*(_plain(engine, name) for name in names), *dates).select_from(Activity)
    wanted = found.join(Appointment, Appointment.activity_id == Activity.id).where(
        Activity.id.in_(_ids()) if engine == "sqlite" else Activity.id == _ids_of_server(), seen
    )
    return Prepared(wanted.order_by(Appointment.begins_at, Activity.id), engine)


@cache
def _guests(engine: str) -> Prepared:
    """Return the select of who takes part in :ids."""
    columns = (Participant.activity_id, Participant.name, Participant.email, Participant.role, Participant.answer)
    mine = Participant.activity_id
    wanted = mine.in_(_ids()) if engine == "sqlite" else mine == _ids_of_server()
    return Prepared(select(*columns).where(wanted).order_by(Participant.id), engine)


def _ids() -> Any:
    """Return the rows of :ids in a file, where they come as a JSON array."""
    found = func.json_each(bound("ids", Text())).table_valued("value")
    return select(found.c.value)


def _ids_of_server() -> Any:
    """Return any of :ids on a server, where they come as the text of an array: the driver writes a list slowly."""
    return any_(cast(bound("ids", NullType()), ARRAY(BigInteger)))


def _plain(engine: str, column: Any) -> ColumnElement[Any]:
    """Return a column as its driver gives it quickest: JSON as text, yes and no as SQLite has them."""
    if isinstance(column.type, JSON):
        return type_coerce(column, Text) if engine == "sqlite" else cast(column, Text)
    return type_coerce(column, Integer) if isinstance(column.type, Boolean) else column
