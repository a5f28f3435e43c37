"""Lists of contacts: ids first, rows on demand, so that a list of a million scrolls.

Sorting, filtering and counting are the database's work. `ids` gives the order, `rows` the texts of what is seen.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, Text, any_, func, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.base import now
from gcrm.model.contact import Contact
from gcrm.model.custom_field import CustomField
from gcrm.model.setting import SavedFilter
from gcrm.services import search
from gcrm.services.contact_columns import OF_ACTIVITIES, column_of, custom_fields, seen_names
from gcrm.services.database import Database
from gcrm.services.filters import condition, seen_condition
from gcrm.services.first_page import BY_NAME, Listed, first_page, shown
from gcrm.services.privacy import rights_of, viewer
from gcrm.services.trip import Prepared, ask, bound
from gcrm.services.unit_of_work import unit_of_work

PAGE = 200
PANE_COLUMNS = ("display_name", "town", "person", "priority", "number", "kind", "phone")


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """What a list shows: words to find, conditions (services/filters.py), sort columns (a minus in front: falling).

    `include` is "active", "archived" or "trash". With words and no sort, the best matches come first.
    """

    words: str = ""
    conditions: Mapping[str, Any] = field(default_factory=dict)
    sort: tuple[str, ...] = ()
    include: str = "active"
    only: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One row of the list: the id and the value of each column that was asked for."""

    id: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


def _where(session: Session, query: ContactQuery) -> list[ColumnElement[bool]]:
    """Return the conditions of a query besides its words."""
    conditions = shown(query.include)
    if query.conditions:
        conditions.append(seen_condition(session, query.conditions, now()))
    if query.only is not None:
        conditions.append(Contact.id.in_(query.only))
    return conditions


def _selected(session: Session, query: ContactQuery, *wanted: Any) -> Select[Any]:
    """Return the select of a query without order; `wanted` are the columns.

    What is found is joined, so that the search index leads; a list sorted by columns looks up whether a row was found,
    so that the index of names may lead and stop at the limit.
    """
    statement = select(*wanted).select_from(Contact).where(*_where(session, query))
    found = search.matching(query.words, session.get_bind().dialect.name)
    if found is None:
        return statement
    if query.sort:
        return statement.where(Contact.id.in_(found))
    hits = found.subquery()
    return statement.join(hits, hits.c.contact_id == Contact.id)


def _order(session: Session, query: ContactQuery) -> list[Any]:
    """Return the order: the chosen columns, else rank of the match, then name; ids make it total."""
    custom = custom_fields(session) if any("custom." in name for name in query.sort) else {}
    order = _order_by(query.sort, custom, viewer(session))
    if not order and search.terms_of(query.words):
        order.append(search.rank(query.words))
    return [*order, *BY_NAME]


def _order_by(sort: tuple[str, ...], custom: Mapping[str, CustomField], user: int | None) -> list[Any]:
    """Return the order by the chosen columns."""
    order: list[Any] = []
    for name in sort:
        column = column_of(name.lstrip("-"), custom, user=user)
        if column is None:
            continue
        falling = name.startswith("-")
        order.append(column.sort.desc().nulls_last() if falling else column.sort.asc().nulls_last())
    return order


def ids(session: Session, query: ContactQuery, limit: int | None = None) -> array[int]:
    """Return the ids of a query in order, as a compact array (8 bytes each); at most `limit`."""
    if not rights_of(session).sees("contact"):
        return array("q")
    query = replace(query, sort=seen_names(session, query.sort))
    spellings = search.single_term(query.words)
    if limit is not None and not query.sort and spellings is not None:
        listed = Listed(query.include, None if _is_plain(query) else _where(session, query))
        page = first_page(session, query.words, spellings, listed, limit)
        if page is not None:
            return page
    if limit is not None and not query.words and _is_plain(query):
        statement = _first_page(session.get_bind().dialect.name, query.include, tuple(query.sort))
        return array("q", [row[0] for row in ask(session.connection(), [(statement, {"limit": limit})])[0]])
    return _found(session, query, limit)


def _is_plain(query: ContactQuery) -> bool:
    """Tell whether what a query selects, without its words, has few forms: their statements are made once."""
    return not query.conditions and query.only is None and not any(map(_is_changing, query.sort))


def _is_changing(column: str) -> bool:
    """Tell whether a column depends on the time or on what an office set up."""
    return column.startswith(("custom.", "-custom.")) or column.lstrip("-") in OF_ACTIVITIES


@lru_cache(100)
def _first_page(engine: str, include: str, sort: tuple[str, ...]) -> Prepared:
    """Return the statement for the first :limit ids of a list without words and conditions."""
    statement = select(Contact.id).where(*shown(include)).order_by(*_order_by(sort, {}, None), *BY_NAME)
    return Prepared(statement.limit(bound("limit", BigInteger())), engine)


def _found(session: Session, query: ContactQuery, limit: int | None) -> array[int]:
    """Return the ids of a query, whatever it asks for."""
    statement = _selected(session, query, Contact.id).order_by(*_order(session, query))
    if limit is None and session.get_bind().dialect.name == "sqlite":
        return _all_at_once(session, statement)
    return array("q", session.connection().execute(statement.limit(limit)).scalars())


def _all_at_once(session: Session, statement: Select[Any]) -> array[int]:
    """Return all ids of an ordered select, fetched as one value.

    Python would take and give back its lock for every row, and the thread of the windows would wait 100 000 times.
    SQLite keeps the order of a subquery for this aggregate (sqlite.org/optoverview.html, "Omit ORDER BY", rule 6).
    """
    found = statement.subquery()
    text = session.connection().execute(select(func.json_group_array(found.c.id))).scalar_one()
    return array("q", json.loads(text))


def count(session: Session, query: ContactQuery) -> int:
    """Return how many contacts a query finds."""
    if not rights_of(session).sees("contact"):
        return 0
    return session.scalar(_selected(session, query, func.count(Contact.id))) or 0


def rows(session: Session, wanted: Sequence[int], columns: Sequence[str] = PANE_COLUMNS) -> dict[int, ContactRow]:
    """Return the rows of these ids with the named columns; unknown ones and those that are hidden are left out."""
    read = _row_reader(session, seen_names(session, columns))
    found: dict[int, ContactRow] = {}
    for start in range(0, len(wanted), PAGE * 2):
        names, rows = read(list(wanted[start : start + PAGE * 2]))
        for row in rows:
            found[row[0]] = ContactRow(row[0], dict(zip(names, row[1:], strict=True)))
    return found


def _row_reader(session: Session, columns: tuple[str, ...]) -> Callable[[list[int]], tuple[list[str], Sequence[Any]]]:
    """Return a function that gives the names of the columns and the rows of a batch of ids."""
    engine, connection = session.get_bind().dialect.name, session.connection()
    if not any(map(_is_changing, columns)):
        names, prepared = _rows_made(engine, columns)
        turn = json.dumps if engine == "sqlite" else list
        return lambda batch: (names, ask(connection, [(prepared, {"ids": turn(batch)})])[0])
    custom = custom_fields(session) if any(name.startswith("custom.") for name in columns) else {}
    shown, statement = _row_columns(columns, custom, viewer(session))
    return lambda batch: (shown, connection.execute(statement.where(Contact.id.in_(batch))).all())


def _row_columns(
    columns: tuple[str, ...], custom: Mapping[str, CustomField], who: int | None
) -> tuple[list[str], Select[Any]]:
    """Return the names of the columns that there are, and the select of the id with them."""
    chosen = [column for name in columns if (column := column_of(name, custom, user=who)) is not None]
    return [column.name for column in chosen], select(Contact.id, *(column.value for column in chosen))


@lru_cache(100)
def _rows_made(engine: str, columns: tuple[str, ...]) -> tuple[list[str], Prepared]:
    """Return the names of the columns and the statement for the rows of :ids; made once."""
    names, statement = _row_columns(columns, {}, None)
    if engine == "sqlite":
        ids = func.json_each(bound("ids", Text())).table_valued("value")
        return names, Prepared(statement.where(Contact.id.in_(select(ids.c.value))), engine)
    return names, Prepared(statement.where(Contact.id == any_(bound("ids", ARRAY(BigInteger)))), engine)


def find(session: Session, words: str, limit: int = PAGE) -> tuple[int, list[ContactRow]]:
    """Return the total and the best rows for some words: what `gcrm find` and the palette show."""
    query = ContactQuery(words=words)
    wanted = ids(session, query, limit)
    found = rows(session, wanted)
    total = len(wanted) if len(wanted) < limit else count(session, query)
    return total, [found[contact] for contact in wanted if contact in found]


def saved_filters(session: Session, user: int, module: str = "contact") -> list[SavedFilter]:
    """Return the saved lists of the office and of this user, in their order."""
    mine = (SavedFilter.user_id.is_(None)) | (SavedFilter.user_id == user)
    rows = session.scalars(
        select(SavedFilter).where(SavedFilter.module == module, mine).order_by(SavedFilter.position, SavedFilter.id)
    )
    return list(rows)


def save_filter(database: Database, name: str, query: ContactQuery, columns: Iterable[str] = (), **more: Any) -> int:
    """Save a list under a name; raises UserError for an empty name or conditions that cannot be read."""
    if not name.strip():
        raise UserError(_("Give the list a name."), field="name")
    if more.get("user_id") is None:
        database.rights.require("contacts", "change")
    with database.read() as session:
        condition(query.conditions, custom_fields(session), now=now())
    with unit_of_work(database, N_("List “{name}” saved"), params={"name": name}) as work:
        saved = SavedFilter(
            name=name.strip(),
            module="contact",
            conditions=dict(query.conditions),
            sort=list(query.sort),
            columns=list(columns),
            **more,
        )
        work.session.add(saved)
        work.session.flush()
        return saved.id


def change_filter(database: Database, saved: int, **values: Any) -> None:
    """Change name, position or icon of a saved list. Raises UserError for an empty name or a list that is gone."""
    if not str(values.get("name", "-")).strip():
        raise UserError(_("Give the list a name."), field="name")
    with unit_of_work(database, N_("Saved list changed")) as work:
        found = work.session.get(SavedFilter, saved)
        if found is None:
            raise UserError(_("This list does not exist any more."))
        _require_shared(database, found)
        for name in values.keys() & {"name", "position", "icon"}:
            setattr(found, name, values[name])


def order_filters(database: Database, saved: Sequence[int]) -> None:
    """Put saved lists into this order."""
    with unit_of_work(database, N_("Saved lists put in order")) as work:
        for position, one in enumerate(saved):
            found = work.session.get(SavedFilter, one)
            if found is not None and found.position != position:
                _require_shared(database, found)
                found.position = position


def remove_filter(database: Database, saved: int) -> None:
    """Remove a saved list; the contacts in it stay, and undo brings the list back."""
    with unit_of_work(database, N_("Saved list removed"), kind="delete") as work:
        found = work.session.get(SavedFilter, saved)
        if found is not None:
            _require_shared(database, found)
            work.session.delete(found)


def _require_shared(database: Database, saved: SavedFilter) -> None:
    """Refuse to change a list of the whole office without the right to change contacts."""
    if saved.user_id is None:
        database.rights.require("contacts", "change")


def query_of(saved: SavedFilter) -> ContactQuery:
    """Return the query of a saved list."""
    return ContactQuery(conditions=dict(saved.conditions or {}), sort=tuple(saved.sort or ()))


def filter_named(session: Session, name: str, user: int) -> SavedFilter:
    """Return the saved list of this name (upper and lower case alike). Raises UserError when there is none."""
    for saved in saved_filters(session, user):
        if _(saved.name).casefold() == name.casefold() or saved.name.casefold() == name.casefold():
            return saved
    raise UserError(_("There is no saved list called “{name}”.").format(name=name))


def position_of(session: Session, query: ContactQuery, contact: int) -> int | None:
    """Return the place of a contact in a list (from 0), None when it is not in it."""
    found = ids(session, query)
    return found.index(contact) if contact in found else None
