"""The last part of an address: how a record is called there, and which record a name stands for.

What a device made keeps the name that the device gave it (model/dav_name.py). Everything else is called by its id:
"c12.vcf" is a contact, "a12.ics" an activity, "g12.vcf" a group (groups.py). No name ever becomes the path of a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.dav_name import DavName

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


def names_of(session: Session, kind: str, records: Collection[int]) -> dict[int, str]:
    """Return how records are called."""
    column, found = column_of(kind), {record: own_name(kind, record) for record in records}
    for some in batches(sorted(records)):
        rows = session.execute(select(column, DavName.name).where(column.in_(some)).order_by(DavName.id.desc()))
        found |= {record: name for record, name in rows if record is not None}  # the first of several stays
    return found


def records_of(session: Session, kind: str, names: Sequence[str]) -> dict[str, int]:
    """Return which records names stand for; those that stand for none are left out."""
    column, found = column_of(kind), dict[str, int]()
    for some in batches(dict.fromkeys(names)):
        rows = session.execute(select(DavName.name, column).where(DavName.name.in_(some), column.is_not(None)))
        found |= {name: record for name, record in rows if record is not None}
    for name in names:
        told = _OWN.fullmatch(name)
        if told and told[1] == kind and name.endswith(_ENDINGS[kind]):
            found.setdefault(name, int(told[2]))
    return found
