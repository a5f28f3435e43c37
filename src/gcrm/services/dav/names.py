"""The last part of an address: how a record is called there, and which record a name stands for.

What a device made keeps the name that the device gave it (model/dav_name.py). Everything else is called by its id:
"c12.vcf" is a contact, "a12.ics" an activity, "g12.vcf" a group (groups.py). No name ever becomes the path of a file.

Calendars and lists of tasks belong to one user each, and two of them can have the same name: who accepts an invitation
on a phone calls it by its UID, and so do colleagues. A name that is taken elsewhere is kept with its `home` before it
("2/calendar/x.ics"), which no device can say; in other homes such a record is called by its id.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from gcrm.errors import ConflictError, UserError
from gcrm.i18n import _
from gcrm.model.dav_name import DavName
from gcrm.services.dav.state import Renamed
from gcrm.services.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from gcrm.services.dav.book import Book

BATCH = 400
LONGEST = 200
CONTACT, ACTIVITY = "c", "a"
_ENDINGS = {CONTACT: ".vcf", ACTIVITY: ".ics"}
_OWN = re.compile(r"([cag])([1-9][0-9]{0,17})\.(?:vcf|ics)", re.ASCII)


def own_name(kind: str, record: int) -> str:
    """Return how a record is called that no device made."""
    return f"{kind}{record}{_ENDINGS[kind]}"


def check(name: str) -> None:
    """Raise UserError for a name that a device may not give: too long, or one of ours."""
    if not name.isprintable() or len(name) > LONGEST or "/" in name or "\\" in name or _OWN.fullmatch(name):
        raise UserError(_("This name of an entry cannot be used. Let the device choose another one."))


def batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield values in lists that a statement can take."""
    wanted = list(values)
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]


def column_of(kind: str) -> InstrumentedAttribute[int | None]:
    """Return the column that points to records of a kind."""
    return DavName.contact_id if kind == CONTACT else DavName.activity_id


def names_of(session: Session, kind: str, records: Collection[int], home: str = "") -> dict[int, str]:
    """Return how records are called in a home."""
    column, called = column_of(kind), dict[int, list[str]]()
    for some in batches(sorted(records)):
        rows = session.execute(select(column, DavName.name).where(column.in_(some)).order_by(DavName.id))
        for record, spelled in rows:
            called.setdefault(record or 0, []).append(spelled)
    shadowed = _shadowed(session, home, [spelled for each in called.values() for spelled in each])
    found = {record: own_name(kind, record) for record in records}
    for record, each in called.items():
        shown = filter(None, (_shown(spelled, home, shadowed) for spelled in each))
        found[record] = next(shown, found[record])
    return found


def records_of(session: Session, kind: str, names: Sequence[str], home: str = "") -> dict[str, int]:
    """Return which records names stand for in a home; those that stand for none are left out."""
    column, found = column_of(kind), dict[str, int]()
    for some in batches(dict.fromkeys(names)):
        spelled = [*some, *(home + name for name in some if home)]
        rows = session.execute(select(DavName.name, column).where(DavName.name.in_(spelled), column.is_not(None)))
        told = {name: record for name, record in rows if record is not None}
        found |= {name: told[name] for name in some if name in told}
        found |= {name: told[home + name] for name in some if home + name in told}
    for name in names:
        told_id = _OWN.fullmatch(name)
        if told_id and told_id[1] == kind and name.endswith(_ENDINGS[kind]):
            found.setdefault(name, int(told_id[2]))
    return found


def changed_names(
    session: Session, kind: str, records: Collection[int], former: Renamed, home: str = ""
) -> set[str]:
    """Return how records are called that changed, and how those were whose names are gone."""
    shadowed = _shadowed(session, home, [spelled for _record, spelled in former.called])
    gone = [(record, _shown(spelled, home, shadowed)) for record, spelled in former.called]
    left = set(records) - {record for record, name in gone if name}  # those have no other name
    return {*names_of(session, kind, left, home).values(), *(name for _record, name in gone if name)}


def _shown(spelled: str, home: str, shadowed: Collection[str]) -> str:
    """Return the name that is spelled so in a home, "" where it is none there."""
    if home and spelled.startswith(home):
        return spelled.removeprefix(home)
    return "" if "/" in spelled or spelled in shadowed else spelled


def _shadowed(session: Session, home: str, names: Iterable[str]) -> set[str]:
    """Return the names that stand for another record in a home than elsewhere."""
    found = set[str]()
    for some in batches(name for name in names if home and "/" not in name):
        rows = session.scalars(select(DavName.name).where(DavName.name.in_([home + name for name in some])))
        found.update(spelled.removeprefix(home) for spelled in rows)
    return found


def give(work: UnitOfWork, book: Book, name: str, activity: int, kept: Sequence[str] = ()) -> None:
    """Give a new activity the name that a device gave it; one that is taken elsewhere gets the home before it.

    What is taken cannot be asked: on a server the rows of what is private to others cannot be seen. Raises
    ConflictError where another device of the user made an entry of this name at the same moment.
    """
    if _is_given(work, name, activity, kept):
        return
    with work.database.read() as session:
        if book.marks(session, [name]):
            raise ConflictError(_("Somebody else changed this record at the same moment. Read it again."))
    former = work.session.scalar(select(DavName).where(DavName.name == book.home + name))
    if former is not None:  # what it stands for is in the list of a colleague now
        former.name = own_name(ACTIVITY, former.activity_id or 0)
        work.session.flush()
    work.session.add(DavName(name=book.home + name, activity_id=activity, kept=list(kept)))


def _is_given(work: UnitOfWork, name: str, activity: int, kept: Sequence[str]) -> bool:
    """Give an activity a name, and tell whether that is possible."""
    try:
        with work.session.begin_nested():
            work.session.add(DavName(name=name, activity_id=activity, kept=list(kept)))
    except IntegrityError:
        return False
    return True


def rename_taken(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Let what is brought back be called by its id where a phone gave its name to something else meanwhile."""
    for some in batches(rows):
        taken = set(session.scalars(select(DavName.name).where(DavName.name.in_([row["name"] for row in some]))))
        for row in some:
            if row["name"] in taken:
                contact = row.get("contact_id")
                row["name"] = own_name(CONTACT, contact) if contact else own_name(ACTIVITY, row["activity_id"])
