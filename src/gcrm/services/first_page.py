"""The first page of a search for one word, best matches first, without ranking everything that is found.

The best ranks are hits in the name, and names stand in order in an index: what the page needs is read off it, rank by
rank, and no further. The result is the beginning of the whole one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from gcrm.model.contact import Contact
from gcrm.model.fold import clean
from gcrm.services import search
from gcrm.services.search_shape import WAYS_OF_NUMBER, Named, Shape, numbers_of
from gcrm.services.trip import Prepared, ask, bound

_TABLE = Contact.__table__.c
BY_NAME = (_TABLE.name_key, _TABLE.id)
_LIMIT = bound("limit", BigInteger())
NEAR = 10_000
"""Names from the first on that are looked through for a word that begins so; beyond, its trigrams are looked up."""
FAR = 50_000
"""The same for a word that has the letters inside."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Which contacts a list shows besides its words: `conditions`, or all that `include` names where there are none."""

    include: str
    conditions: Sequence[ColumnElement[bool]] | None = None

    @property
    def where(self) -> Sequence[ColumnElement[bool]]:
        """Return the conditions."""
        return shown(self.include) if self.conditions is None else self.conditions


def shown(include: str) -> list[ColumnElement[bool]]:
    """Return the conditions of what a list includes."""
    if include == "trash":
        return [_TABLE.deleted_at.is_not(None), _TABLE.restricted_until.is_(None)]
    if include == "restricted":
        return [_TABLE.restricted_until.is_not(None)]
    if include == "archived":
        return [_TABLE.deleted_at.is_(None), _TABLE.archived_at.is_not(None)]
    return [_TABLE.deleted_at.is_(None), _TABLE.archived_at.is_(None)]


def first_page(session: Session, words: str, spellings: search.Term, listed: Listed, limit: int) -> array[int] | None:
    """Return the first `limit` ids of a search for one word (`search.single_term`), None where all must be ranked.

    Names that start with the word come off the index of names. One or two letters are too short for trigrams: then the
    other ranks follow one after the other, each in the order of names and only as far as the page needs.
    """
    page = array("q")
    for rows in _best(session, words, listed, spellings, limit):
        page = _joined(page, rows, limit)
    if len(page) == limit:
        return page
    if min(map(len, spellings)) >= search.TRIGRAM:
        return _ranked(session, words, listed, spellings, page, limit)
    found = select(Contact.id).where(*listed.where).order_by(*BY_NAME)
    for rank in search.short_ranks(spellings):
        if len(page) < limit:
            # Up to a page of them may stand in the page already, with a better rank.
            page = _joined(page, session.connection().execute(found.where(rank).limit(2 * limit)), limit)
    return page


def _best(session: Session, words: str, listed: Listed, spellings: search.Term, limit: int) -> list[list[Any]]:
    """Return the rows of the two best ranks: the contact with that number, and names that start with the word."""
    starts = search.starts_of(spellings)
    values: dict[str, Any] = {f"number{place}": number for place, number in enumerate(numbers_of(clean(words)))}
    values |= {f"start{place}": start for place, start in enumerate(starts)}
    values |= {f"end{place}": start + search.LAST for place, start in enumerate(starts)}
    values["limit"] = limit
    if listed.conditions is not None:
        connection, statements = session.connection(), _best_of(listed.conditions, len(starts))
        return [list(connection.execute(statement, values)) for statement in statements]
    asked = _best_asked(session.get_bind().dialect.name, listed.include, len(starts))
    return ask(session.connection(), [(statement, values) for statement in asked])


@lru_cache(100)
def _best_asked(engine: str, include: str, starts: int) -> tuple[Prepared, ...]:
    """Return what `_best_of` does where there are no conditions; made once."""
    return tuple(Prepared(statement, engine) for statement in _best_of(shown(include), starts))


def _best_of(where: Sequence[ColumnElement[bool]], starts: int) -> tuple[Select[Any], ...]:
    """Return the statements for :limit contacts with the number :number0 or …, and with names from :start0 or …."""
    numbers = [bound(f"number{place}", Contact.number.type) for place in range(WAYS_OF_NUMBER)]
    key = Contact.name_key
    ranges = [
        and_(key >= bound(f"start{place}", key.type), key < bound(f"end{place}", key.type)) for place in range(starts)
    ]
    found = select(Contact.id).where(*where).order_by(*BY_NAME).limit(_LIMIT)
    return tuple(found.where(best) for best in (Contact.number.in_(numbers), or_(*ranges)))


def _ranked(
    session: Session, words: str, listed: Listed, spellings: search.Term, page: array[int], limit: int
) -> array[int] | None:
    """Return the page with what follows by its rank, None where the list has conditions."""
    if listed.conditions is not None:
        return None
    engine, shape = session.get_bind().dialect.name, search.shape_of(words, spellings)
    if engine == "postgresql" and listed.include == "active":
        statement, names = _in_names(engine, shape)
        # What stands in the page comes once more.
        values = {**names.given(shape), "limit": limit + len(page), "near": NEAR, "far": FAR}
        page = _joined(page, ask(session.connection(), [(statement, values)])[0], limit)
        if len(page) == limit:
            return page
    statement, names = _ranking(engine, listed.include, shape)
    return _joined((), ask(session.connection(), [(statement, {**names.given(shape), "limit": limit})])[0], limit)


@lru_cache(200)
def _ranking(engine: str, include: str, shape: Shape) -> tuple[Prepared, Named]:
    """Return the statement that ranks all hits of words of the same shape, and the names of its values; made once."""
    names = Named(engine, shape=shape)
    found = search.matching(shape.typed, engine, names)
    if found is None:
        raise ValueError("a shape is that of a word")
    hits = found.subquery()
    statement = select(Contact.id).where(*shown(include)).join(hits, hits.c.contact_id == Contact.id)
    statement = statement.order_by(search.rank(shape.typed, names), *BY_NAME).limit(_LIMIT)
    return Prepared(statement, engine), names


@lru_cache(200)
def _in_names(engine: str, shape: Shape) -> tuple[Prepared, Named]:
    """Return the statement for :limit hits in names by their rank, for words of the same shape, beginning with words.

    Each step is only done where those before found too little: for words that begin so, the first :near names, and all
    names by their trigrams; for letters inside, the first :far names, and all.
    """
    names, spellings = Named(engine, shape=shape), search.terms_of(shape.typed)[0]
    steps: list[CTE] = []
    for rank, form, count in ((2, "% {}%", "near"), (3, "%{}%", "far")):
        for found in (_first_names(spellings, form, names, count), _all_names(spellings, form, names, f"all{rank}")):
            few = (select(func.count()).select_from(step).scalar_subquery() < _LIMIT for step in steps)
            chosen = found.where(*few).add_columns(literal(rank).label("rank"))
            steps.append(chosen.limit(_LIMIT).cte(f"step{len(steps)}"))
    found = union_all(*(select(step.c.id, step.c.name_key, step.c.rank) for step in steps)).subquery()
    order = func.min(found.c.rank), found.c.name_key, found.c.id
    statement = select(found.c.id).group_by(found.c.id, found.c.name_key).order_by(*order).limit(_LIMIT)
    return Prepared(statement, engine), names


def _first_names(spellings: search.Term, form: str, names: Named, count: str) -> Select[Any]:
    """Return the select of the contacts that have a word in their name, of the first so many, off the index alone.

    Those that are neither deleted nor archived stand together there; without these columns the order is the same, but
    PostgreSQL would read the contact itself to tell.
    """
    listed = _TABLE.deleted_at, _TABLE.archived_at, *BY_NAME
    first = select(*listed).where(*shown("active")).order_by(*listed).limit(bound(count, BigInteger())).subquery()
    found = select(first.c.id, first.c.name_key).where(search.in_name(first.c.name_key, spellings, form, names))
    return found.order_by(*(first.c[column.name] for column in listed))


def _all_names(spellings: search.Term, form: str, names: Named, name: str) -> Select[Any]:
    """Return the select of all contacts that have a word in their name, by trigrams: not in the order of names."""
    may = select(*BY_NAME).where(*shown("active"), search.may_have(BY_NAME[0], spellings, form, names))
    found = may.cte(name).prefix_with("MATERIALIZED")  # or the order of names would be walked along for the first ones
    inside = search.in_name(found.c.name_key, spellings, form, names)
    return select(found.c.id, found.c.name_key).where(inside).order_by(found.c.name_key, found.c.id)


def _joined(first: Sequence[int], more: Iterable[Any], limit: int) -> array[int]:
    """Return the ids of both (`more` are rows of one), each once, at most `limit`."""
    return array("q", list(dict.fromkeys([*first, *(row[0] for row in more)]))[:limit])
