"""Contacts that look alike, group by group: of a group every two look alike, and nobody said that they do not.

The first contact of a group is the one that is proposed to stay: it is not archived, has the most entries in its
chronicle, a number, and is the oldest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.contact import Contact
from gcrm.model.duplicate import possible
from gcrm.model.fold import fold
from gcrm.services import contact_list, duplicates
from gcrm.services.duplicates import Pair
from gcrm.services.merge import MOST
from gcrm.services.privacy import viewer, visible_to
from gcrm.services.verdicts import Two, ordered, told_apart

LIMIT = 5000
"""Pairs that one look brings at most."""
BATCH = 400
SHOWN = ("display_name", "town", "number")


@dataclass(frozen=True, slots=True)
class Known:
    """What is shown of a contact in a group; `entries` counts what of its chronicle may be seen.

    `searched` is the folded text in which words are looked for.
    """

    contact: int
    name: str
    town: str = ""
    number: str = ""
    entries: int = 0
    is_archived: bool = False
    searched: str = ""

    def weight(self) -> tuple[bool, int, bool, int]:
        """Return by what the contact that stays is proposed; the greatest stays."""
        return (not self.is_archived, self.entries, bool(self.number), -self.contact)


@dataclass(frozen=True, slots=True)
class Group:
    """Contacts that look alike, the one that is proposed to stay first; `score` is that of the two least alike."""

    contacts: tuple[int, ...]
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a look through the office gave: pairs, what is shown of their contacts, and who was told apart since."""

    pairs: tuple[Pair, ...] = ()
    known: Mapping[int, Known] = field(default_factory=dict)
    apart: frozenset[Two] = frozenset()


def look(session: Session, progress: Callable[[int, int], bool] | None = None) -> Found:
    """Look through the whole office for pairs that nobody has told apart."""
    return found_of(session, duplicates.find_pairs(session, LIMIT, progress))


def look_apart(session: Session) -> Found:
    """Return the pairs that somebody has told apart, each with the likeness it has today."""
    pairs = sorted(told_apart(session))
    compared = duplicates.candidates(session, sorted({contact for pair in pairs for contact in pair}))
    found = []
    for one, other in pairs:
        if one in compared and other in compared:
            match = possible(compared[one], compared[other])
            reasons = tuple(map(_, match.reasons)) if match is not None else ()
            found.append(Pair(one, other, match.score if match is not None else 0.0, reasons))
    return found_of(session, sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other)))


def found_of(session: Session, pairs: Sequence[Pair]) -> Found:
    """Return pairs with what is shown of their contacts."""
    ids = sorted({contact for pair in pairs for contact in (pair.one, pair.other)})
    rows = contact_list.rows(session, ids, SHOWN)
    entries: dict[int | None, int] = {}
    archived: set[int] = set()
    user = viewer(session)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        counted = select(Activity.contact_id, func.count()).where(Activity.contact_id.in_(batch), visible_to(user))
        entries |= {row[0]: row[1] for row in session.execute(counted.group_by(Activity.contact_id))}
        archived |= set(
            session.scalars(select(Contact.id).where(Contact.id.in_(batch), Contact.archived_at.is_not(None)))
        )
    known = {
        contact: Known(
            contact, str(row["display_name"] or ""), str(row["town"] or ""), str(row["number"] or ""),
            entries.get(contact, 0), contact in archived, fold(" ".join(str(row[name] or "") for name in SHOWN)),
        )
        for contact, row in rows.items()
    }  # fmt: skip
    return Found(tuple(pair for pair in pairs if pair.one in known and pair.other in known), known)


def grouped(found: Found, least: float = 0.0, gone: Collection[int] = ()) -> list[Group]:
    """Put pairs of at least this likeness together, the likeliest group first.

    Left out are contacts that are `gone`, and pairs that were told apart. What fits into no group as a whole stays a
    pair of its own, so that a contact may stand in two.
    """
    scores = {
        ordered(pair.one, pair.other): pair
        for pair in found.pairs
        if pair.score >= least and pair.one not in gone and pair.other not in gone
        and ordered(pair.one, pair.other) not in found.apart
    }  # fmt: skip
    groups = (_group(found, scores, contacts) for contacts in _cliques(scores))
    return sorted(groups, key=lambda each: (-each.score, each.contacts))


def alive(session: Session, contacts: Collection[int]) -> frozenset[int]:
    """Return which of some contacts are there and not in the trash."""
    wanted, found = sorted(contacts), set[int]()
    for start in range(0, len(wanted), BATCH):
        here = Contact.id.in_(wanted[start : start + BATCH]), Contact.deleted_at.is_(None)
        found |= set(session.scalars(select(Contact.id).where(*here)))
    return frozenset(found)


def as_pairs(found: Found) -> list[Group]:
    """Return pairs as groups of two, as they are."""
    return [Group((pair.one, pair.other), pair.score, pair.reasons) for pair in found.pairs]


def holding(groups: Iterable[Group], found: Found, words: str) -> list[Group]:
    """Return the groups of which a contact holds what is typed in name, town or number."""
    key = fold(words).strip()
    return [each for each in groups if any(key in found.known[one].searched for one in each.contacts)]


def _cliques(scores: Mapping[Two, Pair]) -> list[list[int]]:
    """Put contacts together of which every two are a pair, strongest pairs first; what is left over stays a pair."""
    home: dict[int, list[int]] = {}
    left: list[list[int]] = []
    for one, other in sorted(scores, key=lambda two: (-scores[two].score, two)):
        mine, theirs = home.get(one, [one]), home.get(other, [other])
        if mine is theirs:
            continue
        together = [*mine, *theirs]
        if len(together) <= MOST and all(ordered(a, b) in scores for a in mine for b in theirs):
            home |= dict.fromkeys(together, together)
        else:
            left.append([one, other])
    whole = {id(group): group for group in home.values()}
    return [*whole.values(), *left]


def _group(found: Found, scores: Mapping[Two, Pair], contacts: Iterable[int]) -> Group:
    """Return a group with the one that is proposed to stay first, and the reasons that all pairs share."""
    members = sorted(contacts, key=lambda one: found.known[one].weight(), reverse=True)
    pairs = [scores[ordered(a, b)] for place, a in enumerate(members) for b in members[place + 1 :]]
    shared = [reason for reason in pairs[0].reasons if all(reason in pair.reasons for pair in pairs)]
    return Group(tuple(members), min(pair.score for pair in pairs), tuple(shared) or pairs[0].reasons)
