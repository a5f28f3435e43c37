"""What can be filled into an address: the town of a postcode, the postcode of a town.

First comes what the office itself knows from its addresses, then the book of postcodes (book.py).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from gcrm.model.address import Address
from gcrm.model.checks import postcode as postcodes
from gcrm.model.fold import sort_key
from gcrm.services.database import Database
from gcrm.services.geo.book import Book, find_book

Wanted = Literal["town", "postcode"]
MOST = 60
"""Suggestions that are offered in a list; a town with more postcodes than that offers none."""
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be filled in by itself ("" for nothing), and what is offered in a list, the likeliest first."""

    fill: str = ""
    choices: tuple[str, ...] = ()


def suggest(database: Database, wanted: Wanted, country: str, known: str) -> Offer:
    """Return what goes with a postcode (`wanted` = "town") or with a town ("postcode") in a country."""
    country = country or database.home.country
    known = " ".join(known.split())
    if len(known) < SHORTEST:
        return Offer()
    book = find_book()
    with database.read() as session:
        is_home = country == database.home.country
        look = _town if wanted == "town" else _code
        return look(session, book, country, known, is_home)


def _town(session: Session, book: Book | None, country: str, known: str, is_home: bool) -> Offer:
    """Return the town of a postcode: the only one the office knows, else the only one there is."""
    found = postcodes.check(known, country)
    if found.level != "ok":
        return Offer()
    mine = _known(session, Address.town, Address.postcode.in_({known, found.value}), country, is_home)
    there = _of_book(book, "towns", country, found.value)
    fill = mine[0] if len(mine) == 1 else there[0] if not mine and len(there) == 1 else ""
    return Offer(fill, _joined(mine, there)[:MOST])


def _code(session: Session, book: Book | None, country: str, known: str, is_home: bool) -> Offer:
    """Return the postcode of a town that has only one; a large town has many of which the office knows some."""
    mine = _known(session, Address.postcode, Address.town_key == sort_key(known), country, is_home)
    there = _of_book(book, "postcodes", country, known)
    if len(there) > MOST:
        return Offer("", tuple(mine))
    return Offer(there[0] if len(there) == 1 else "", _joined(mine, there)[:MOST])


def _of_book(book: Book | None, what: str, country: str, known: str) -> list[str]:
    """Return what the book says; a damaged one says nothing."""
    if book is None:
        return []
    try:
        return book.towns(country, known) if what == "towns" else book.postcodes(country, known, MOST + 1)
    except sqlite3.Error as problem:
        logging.getLogger(__name__).warning("The postcodes in %s cannot be read: %s", book.path, problem)
        return []


def _known(
    session: Session, column: InstrumentedAttribute[str], where: ColumnElement[bool], country: str, is_home: bool
) -> list[str]:
    """Return what the office's addresses say, the most frequent first; an address without country is at home."""
    of_country: ColumnElement[bool] = Address.country == country
    if is_home:
        of_country = or_(of_country, Address.country == "")
    wanted = select(column).where(where, of_country, column != "").group_by(column)
    return list(session.scalars(wanted.order_by(func.count().desc(), column).limit(MOST)))


def _joined(mine: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    """Return both, each text once whatever its accents."""
    found: dict[str, str] = {}
    for text in (*mine, *there):
        found.setdefault(sort_key(text), text)
    return tuple(found.values())
