"""What people said about contacts that look alike: these two are not the same one.

A verdict is kept once for a pair, in either order. It goes over to the contact that stays when one of both is merged
(services/repoint.py), and goes with a contact that is deleted for good.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.model.contact import Contact
from gcrm.model.duplicate_verdict import DuplicateVerdict
from gcrm.services.changes import by_count
from gcrm.services.database import Database
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

Two = tuple[int, int]
BATCH = 400


def ordered(one: int, other: int) -> Two:
    """Return two contacts as pairs are compared: the older first."""
    return (one, other) if one < other else (other, one)


def pairs_of(contacts: Iterable[int]) -> list[Two]:
    """Return all pairs of some contacts."""
    return [ordered(one, other) for one, other in combinations(dict.fromkeys(contacts), 2)]


def told_apart(session: Session) -> frozenset[Two]:
    """Return every pair that is no duplicate."""
    rows = session.execute(select(DuplicateVerdict.one_id, DuplicateVerdict.other_id))
    return frozenset(ordered(row.one_id, row.other_id) for row in rows)


def strangers(session: Session, contact: int) -> frozenset[int]:
    """Return the contacts that are not the same as this one."""
    mine = or_(DuplicateVerdict.one_id == contact, DuplicateVerdict.other_id == contact)
    rows = session.execute(select(DuplicateVerdict.one_id, DuplicateVerdict.other_id).where(mine))
    return frozenset(other for row in rows for other in (row.one_id, row.other_id) if other != contact)


def tell_apart(database: Database, pairs: Collection[Two]) -> int:
    """Remember that these pairs are no duplicates, in one operation; return how many were not known yet."""
    label = by_count(N_("Two contacts told apart"), N_("{count} pairs of contacts told apart"), len(pairs))
    with unit_of_work(database, label, params={"count": len(pairs)}) as work:
        return add(work, pairs)


def add(work: UnitOfWork, pairs: Iterable[Two]) -> int:
    """Remember inside a unit of work that pairs are no duplicates."""
    wanted = {ordered(*pair) for pair in pairs if pair[0] != pair[1]}
    contacts = sorted({contact for pair in wanted for contact in pair})
    there: set[int] = set()  # a contact that was deleted meanwhile is no duplicate of anybody
    for start in range(0, len(contacts), BATCH):
        there |= set(work.session.scalars(select(Contact.id).where(Contact.id.in_(contacts[start : start + BATCH]))))
    wanted = {pair for pair in wanted if there.issuperset(pair)}
    news = sorted(wanted - {ordered(each.one_id, each.other_id) for each in _about(work.session, wanted)})
    work.session.add_all(DuplicateVerdict(one_id=one, other_id=other) for one, other in news)
    work.session.flush()
    return len(news)


def take_back(database: Database, pairs: Collection[Two]) -> int:
    """Forget that pairs are no duplicates, in one operation; return how many were known."""
    label = by_count(N_("Two contacts may be the same again"), N_("{count} pairs may be the same again"), len(pairs))
    with unit_of_work(database, label, params={"count": len(pairs)}) as work:
        gone = _about(work.session, {ordered(*pair) for pair in pairs})
        for each in gone:
            work.session.delete(each)
        return len(gone)


def _about(session: Session, pairs: Collection[Two]) -> list[DuplicateVerdict]:
    """Return the verdicts about some pairs."""
    contacts = sorted({contact for pair in pairs for contact in pair})
    found: list[DuplicateVerdict] = []
    for start in range(0, len(contacts), BATCH):
        mine = select(DuplicateVerdict).where(DuplicateVerdict.one_id.in_(contacts[start : start + BATCH]))
        found += [each for each in session.scalars(mine) if ordered(each.one_id, each.other_id) in pairs]
    return found


def repoint(work: UnitOfWork, other: int, keep: int) -> None:
    """Give the verdicts about a contact that is merged to the one that stays, each pair once."""
    session = work.session
    known = strangers(session, keep)
    mine = or_(DuplicateVerdict.one_id == other, DuplicateVerdict.other_id == other)
    for each in session.scalars(select(DuplicateVerdict).where(mine)).all():
        mate = each.other_id if each.one_id == other else each.one_id
        if mate == keep or mate in known:
            session.delete(each)
        elif each.one_id == other:
            each.one_id = keep
        else:
            each.other_id = keep
    session.flush()
