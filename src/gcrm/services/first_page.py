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

from sqlalchemy import BigInteger, ColumnElement, Select, select, union
from sqlalchemy.orm import Session

from gcrm.model.contact import Contact
from gcrm.model.fold import clean
from gcrm.services import along_names, search
from gcrm.services.search_shape import WAYS_OF_NUMBER, Named, Shape, numbers_of
from gcrm.services.trip import Prepared, ask, bound

_TABLE = Contact.__table__.c
BY_NAME = (_TABLE.name_key, _TABLE.id)
_LIMIT = bound("limit", BigInteger())


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
    """Return the statements for :limit contacts with the number :number0 or …, and with names from :start0 or ….

    Each beginning is looked up by itself: the index gives the first ones of each in their order, but not of all.
    """
    numbers = [bound(f"number{place}", Contact.number.type) for place in range(WAYS_OF_NUMBER)]
    found = select(*BY_NAME).where(*where).order_by(*BY_NAME).limit(_LIMIT)
    key, parts = BY_NAME[0], []
    for place in range(starts):
        start, end = (bound(f"{name}{place}", key.type) for name in ("start", "end"))
        part = found.where(key >= start, key < end).subquery()
        parts.append(select(part.c.id, part.c.name_key))
    every = union(*parts).subquery()
    starting = select(every.c.id).order_by(every.c.name_key, every.c.id).limit(_LIMIT)
    return found.where(Contact.number.in_(numbers)).with_only_columns(Contact.id), starting


def _ranked(
    session: Session, words: str, listed: Listed, spellings: search.Term, page: array[int], limit: int
) -> array[int] | None:
    """Return the page with what follows by its rank, None where the list has conditions."""
    if listed.conditions is not None:
        return None
    engine, shape = session.get_bind().dialect.name, search.shape_of(words, spellings)
    if engine == "postgresql" and listed.include == "active":
        statement, names = along_names.hits_along_names(engine, shape)
        # What stands in the page comes once more.
        values = {**names.given(shape), **along_names.BOUNDS, "limit": limit + len(page)}
        return _joined(page, ask(session.connection(), [(statement, values)])[0], limit)
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


def _joined(first: Sequence[int], more: Iterable[Any], limit: int) -> array[int]:
    """Return the ids of both (`more` are rows of one), each once, at most `limit`."""
    return array("q", list(dict.fromkeys([*first, *(row[0] for row in more)]))[:limit])
