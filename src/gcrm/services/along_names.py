"""What a server finds for one word in names and texts, in the order of ranks and only as far as a page needs.

Three letters stand in hundreds of thousands of a million contacts, which nobody ranks in a moment; and for a rare word
nobody walks along a million names. So each statement counts first, up to a bound, what trigrams find: few are ranked,
of many the names are walked along in their order until the page is full.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, and_, case, func, literal, not_, or_, select, union_all
from sqlalchemy.sql.selectable import FromClause

from gcrm.model.contact import Contact
from gcrm.services import search
from gcrm.services.search_shape import Named, Shape
from gcrm.services.trip import Prepared, bound

_TABLE = Contact.__table__.c
_ACTIVE = (_TABLE.deleted_at.is_(None), _TABLE.archived_at.is_(None))
_NAME = (_TABLE.name_key, _TABLE.id)
_LIMIT = bound("limit", BigInteger())
_WORD, _INSIDE = "% {}%", "%{}%"
_COMMON = 3
"""So many hits in the first names, and a word is not rare."""
BOUNDS: Mapping[str, int] = {"some": 2_000, "few_names": 300, "near": 10_000, "far": 50_000, "few_texts": 5_000}
"""How many are the first names, how many hits in names are few, how many names are walked along for words that begin
so and for letters inside, and how many hits in texts are few. A hit by trigrams costs twenty names of a walk."""


@lru_cache(200)
def hits_along_names(engine: str, shape: Shape) -> tuple[Prepared, Named]:
    """Return the statement for :limit hits by their rank, for words of the same shape; one trip for all of it.

    Where there are few hits in names, they are ranked. Else, each only where those before found too little: for words
    that begin so, the first :near names, then all by trigrams; for letters inside, the first :far names, then all.
    When all hits in names are known, what else is found has one rank: few are ranked, many taken in the order of names.
    """
    names, spellings = Named(engine, shape=shape), search.terms_of(shape.typed)[0]
    words, inside = _all_names(spellings, _WORD, names), _all_names(spellings, _INSIDE, names)
    is_rare = _is_rare(spellings, names, inside)
    rank = case((search.in_name(inside.c.name_key, spellings, _WORD, names), 2), else_=3)
    is_inside = search.in_name(inside.c.name_key, spellings, _INSIDE, names)
    steps = [_page(inside, rank, is_inside, is_rare)]
    parts = (_first_names("near"), _WORD, 2), (words, _WORD, 2), (_first_names("far"), _INSIDE, 3), (inside, _INSIDE, 3)
    for part, form, place in parts:
        has = search.in_name(part.c.name_key, spellings, form, names)
        steps.append(_page(part, literal(place), has, not_(is_rare), *_too_few(steps)))
    return Prepared(_together([*steps, *_in_texts(engine, shape, names, _too_few(steps))]), engine), names


def _in_texts(engine: str, shape: Shape, names: Named, too_few: Sequence[ColumnElement[bool]]) -> list[CTE]:
    """Return the first :limit hits in texts: one step for few of them, and one for many."""
    matching = search.matching(shape.typed, engine, names)
    if matching is None:
        raise ValueError("a shape is that of a word")
    hits = matching.cte("hits").prefix_with("MATERIALIZED")
    is_rare = _is_less(hits, bound("few_texts", BigInteger()))
    rank = search.rank(shape.typed, names).label("rank")
    ranked = select(*_NAME, rank).join(hits, hits.c.contact_id == _TABLE.id).where(*_ACTIVE, *too_few, is_rare)
    has = search.text_has(search.terms_of(shape.typed)[0], names)
    along = select(*_NAME, literal(4).label("rank")).where(*_ACTIVE, *too_few, not_(is_rare), has)
    return [
        ranked.order_by(rank, *_NAME).limit(_LIMIT).cte("few_hits"),
        along.order_by(*_NAME).limit(_LIMIT).cte("many_hits"),
    ]


def _page(found: FromClause, rank: ColumnElement[int], *conditions: ColumnElement[bool]) -> CTE:
    """Return the first :limit of what is found, by rank and in its own order."""
    chosen = select(found.c.id, found.c.name_key, rank.label("rank")).where(*conditions)
    return chosen.order_by(rank, *found.c).limit(_LIMIT).cte()


def _too_few(steps: Iterable[CTE]) -> list[ColumnElement[bool]]:
    """Return the conditions that each step found less than :limit."""
    return [_is_less(step, _LIMIT) for step in steps]


def _together(steps: Iterable[CTE]) -> Select[Any]:
    """Return the ids of all steps by their rank, each once."""
    found = union_all(*(select(step.c.id, step.c.name_key, step.c.rank) for step in steps)).subquery()
    order = func.min(found.c.rank), found.c.name_key, found.c.id
    return select(found.c.id).group_by(found.c.id, found.c.name_key).order_by(*order).limit(_LIMIT)


def _is_less(found: FromClause, bound_: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that less than a number of rows are found; no more are read."""
    some = select(literal(1)).select_from(found).limit(bound_).subquery()
    return select(func.count()).select_from(some).scalar_subquery() < bound_


def _is_rare(spellings: search.Term, names: Named, inside: CTE) -> ColumnElement[bool]:
    """Return the condition that few names have a word inside: trigrams are not asked where the first names tell."""
    first = _first_names("some")
    seen = select(first.c.id).where(search.in_name(first.c.name_key, spellings, _INSIDE, names)).subquery()
    is_rare = and_(_is_less(seen, literal(_COMMON)), _is_less(inside, bound("few_names", BigInteger())))
    return select(select(is_rare.label("is_rare")).cte("found").c.is_rare).scalar_subquery()  # found out once


def _first_names(count: str) -> FromClause:
    """Return the first so many contacts in the order of names, off the index alone.

    Those that are neither deleted nor archived stand together there; without these columns the order is the same, but
    PostgreSQL would read the contact itself to tell.
    """
    listed = _TABLE.deleted_at, _TABLE.archived_at, *_NAME
    return select(*listed).where(*_ACTIVE).order_by(*listed).limit(bound(count, BigInteger())).subquery()


def _all_names(spellings: search.Term, form: str, names: Named) -> CTE:
    """Return all contacts that may have a word in their name, by trigrams, and none that was not asked for yet.

    Materialized, or the names would be walked along for the first ones in their order.
    """
    may = or_(*(names.like(_TABLE.name_key, word, form) for word in search.starts_of(spellings)))
    return select(*_NAME).where(*_ACTIVE, may).cte("words" if form == _WORD else "inside").prefix_with("MATERIALIZED")
