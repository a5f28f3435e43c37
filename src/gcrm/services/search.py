"""The search index and finding contacts in it.

One row per contact holds the folded texts of everything that belongs to it (search_texts.py, model/fold.py). SQLite
looks in an FTS5 table with trigrams, PostgreSQL by pg_trgm; both then compare the same text, so both find the same.
Terms of one or two letters are shorter than a trigram and are looked for in the text itself.

A query is a list of readings, of which one must fit; a reading is a list of terms that must all be there. A telephone
number has blanks and dashes wherever people like them, and so have customer numbers, postcodes and VAT numbers:
a query of digits is read as one number without them, and as the words that were typed.

Ranked: exact number, start of the name, start of a word, inside a word, anything else; within a rank by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    column,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from gcrm.model.category import ContactCategory
from gcrm.model.change import ContactSearch
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson
from gcrm.model.fields import searched_fields
from gcrm.model.fold import clean, collapse, fold, number_digits, query_terms
from gcrm.model.phone import without_code, without_label
from gcrm.model.registry import table_of
from gcrm.services.changed import Changed
from gcrm.services.many_rows import insert_rows
from gcrm.services.privacy import UNINDEXED
from gcrm.services.search_custom import naming
from gcrm.services.search_shape import LITERALS, Literals, Shape
from gcrm.services.search_texts import SEARCHED, index_texts
from gcrm.services.team.rights_in_force import unindexed_fields

FTS = table("contact_search_fts", column("rowid"), column("text"), column("contact_search_fts"))
BATCH = 400
TRIGRAM = 3
LINKS = ("contact_id", "person_id", "category_id")
"""Columns that say to which contact a row belongs."""
MOST_STARTS = 8
"""Ways to write a word with umlauts, up to which its beginnings are looked up one by one."""
LAST = "\U0010ffff"
"""Behind a beginning it makes the end of its range."""
VOWELS = "aou"
"""Letters of which umlauts are written with an e behind."""
Term = tuple[str, ...]


def is_searched(change: Changed, payload: str | None) -> bool:
    """Tell whether a change may touch the index; `payload` is the JSON text of an update's new values."""
    cls = next((cls for cls in SEARCHED if cls.__tablename__ == change.table), None)
    if cls is None:
        return False
    return change.action != "U" or payload is None or any(f'"{name}":' in payload for name in _names(cls))


def is_touched(cls: type[Any], columns: Iterable[str]) -> bool:
    """Tell whether writing these columns of a class may touch the index."""
    return cls in SEARCHED and not _names(cls).isdisjoint(columns)


@cache
def _names(cls: type[Any]) -> frozenset[str]:
    """Return the columns of a class that the index depends on."""
    return frozenset((*searched_fields(cls), *LINKS))


def touched_contacts(session: Session, changed: Iterable[Changed]) -> set[int]:
    """Return the contacts whose index row may be out of date after these changes."""
    tables = {cls.__tablename__ for cls in SEARCHED}
    relevant = [change for change in changed if change.table in tables]
    contacts = {change.contact for change in relevant if change.contact is not None}
    persons = {change.record for change in relevant if change.table == "person"}
    if persons:
        contacts |= set(session.scalars(select(ContactPerson.contact_id).where(ContactPerson.person_id.in_(persons))))
    categories = {change.record for change in relevant if change.table == "category" and change.action == "U"}
    if categories:
        contacts |= set(
            session.scalars(select(ContactCategory.contact_id).where(ContactCategory.category_id.in_(categories)))
        )
    named = {change.record for change in relevant if change.table == "contact" and change.action != "I"}
    return contacts | naming(session, named) if named else contacts


def reindex(session: Session, contacts: Iterable[int]) -> None:
    """Write the index rows of these contacts anew; rows of contacts that are gone disappear."""
    wanted = sorted(contacts)
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        texts = index_texts(session, batch)
        known = {
            row.contact_id: row.text
            for row in session.execute(
                select(ContactSearch.contact_id, ContactSearch.text).where(ContactSearch.contact_id.in_(batch))
            )
        }
        stale = [contact for contact in batch if known.get(contact) != texts.get(contact)]
        if not stale:
            continue
        gone = [contact for contact in stale if contact in known]
        if gone:
            session.execute(delete(ContactSearch).where(ContactSearch.contact_id.in_(gone)))
        _add_texts(session.connection(), [(contact, texts[contact]) for contact in stale if contact in texts])


def _add_texts(connection: Connection, texts: Sequence[tuple[int, str]]) -> None:
    """Write index rows that are not there yet: contacts with their texts."""
    if connection.dialect.name == "sqlite":
        insert_rows(connection, table_of(ContactSearch), texts)
    elif texts:
        connection.execute(
            insert(table_of(ContactSearch)), [{"contact_id": contact, "text": words} for contact, words in texts]
        )


def rebuild(connection: Connection, told: Callable[[int], object] = lambda count: None) -> None:
    """Make the whole index anew, in an office without triggers; `told` hears of so many contacts more.

    What some group of users does not see is not in it, as ever.
    """
    connection.execute(delete(ContactSearch))
    with Session(connection, autoflush=False) as session:
        session.info[UNINDEXED] = unindexed_fields(session)
        contacts = session.scalars(select(Contact.id).order_by(Contact.id)).all()
        for start in range(0, len(contacts), BATCH):
            batch = contacts[start : start + BATCH]
            reindex(session, batch)
            told(len(batch))
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO contact_search_fts (contact_search_fts) VALUES ('rebuild')"))


def terms_of(query: str) -> list[Term]:
    """Return the words of a query, each as the spellings of which one must be found."""
    return query_terms(clean(query))


def number_of(query: str) -> str:
    """Return the digits of a query that is a number in whatever spelling, also behind "Tel.", "" for words."""
    return number_digits(without_code(without_label(clean(query))))


def readings(query: str) -> list[list[Term]]:
    """Return the ways to read a query, the nearest first; none when it has no words.

    Pairs of digits stand everywhere: as words they would find half of the office, so several of them are one number.
    """
    words, number = terms_of(query), number_of(query)
    if not number or words == [(number,)]:
        return [words] if words else []
    short = sum(len(spellings[0]) < TRIGRAM for spellings in words)
    return [[(number,)], words] if short < min(2, len(words)) else [[(number,)]]


def _quoted(terms: Iterable[Term]) -> str:
    """Return the FTS5 expression for terms that are long enough for trigrams; quoted, so nothing is syntax."""
    groups = (" OR ".join('"' + spelling.replace('"', '""') + '"' for spelling in term) for term in terms)
    return " AND ".join(f"({group})" for group in groups)


def _contains(spellings: Term, texts: Literals = LITERALS) -> ColumnElement[bool]:
    """Return the condition that one of the spellings stands in the text."""
    return or_(*(texts.like(ContactSearch.__table__.c.text, word, "%{}%") for word in spellings))


def matching(query: str, dialect: str, texts: Literals | None = None) -> Select[Any] | None:
    """Return a select of the ids of contacts that match, None when the query has no words (all match)."""
    found, texts = readings(query), texts or Literals(dialect)
    if not found:
        return None
    if dialect == "sqlite":
        return _by_trigrams(found, texts)
    ways = (and_(*(_contains(term, texts) for term in terms)) for terms in found)
    return select(ContactSearch.contact_id).where(or_(*ways))


def shape_of(query: str, spellings: Term) -> Shape:
    """Return the shape of a query of one word that is long enough for trigrams (`single_term`)."""
    typed = query.replace("\0", "")
    joined = collapse(spellings[-1])
    roles = (fold(typed), *spellings, joined, *starts_of(spellings))
    letters = [letter for letter in VOWELS if letter in joined[:-1]]
    signature = (len(spellings), *letters, *map(roles.index, roles))
    return Shape(signature, typed, roles, f"({_quoted([spellings])})")


def _by_trigrams(found: list[list[Term]], texts: Literals) -> Select[Any]:
    """Return the select for SQLite: what is long enough is looked up in the full-text table, all at once if it can."""
    match = FTS.c.contact_search_fts.op("MATCH")
    if all(_is_long(term) for terms in found for term in terms):
        whole = " OR ".join(f"({_quoted(terms)})" for terms in found)
        return select(FTS.c.rowid.label("contact_id")).where(match(texts.match(whole)))
    ways = []
    for terms in found:
        short = [_contains(term) for term in terms if not _is_long(term)]
        long_enough = _quoted(filter(_is_long, terms))
        if long_enough:
            short.append(ContactSearch.contact_id.in_(select(FTS.c.rowid).where(match(long_enough))))
        ways.append(and_(*short))
    return select(ContactSearch.contact_id).where(or_(*ways))


def _is_long(term: Term) -> bool:
    """Tell whether a term can be looked up by trigrams."""
    return all(len(spelling) >= TRIGRAM for spelling in term)


def rank(query: str, texts: Literals = LITERALS) -> ColumnElement[int]:
    """Return the rank of a contact for a query.

    0 exact number, 1 start of the name, 2 start of a word in the name, 3 inside the name, 4 in anything else of it,
    5 digits that were found as words only. Whether a name has written-out umlauts is asked once, for most have none.
    """
    query = query.replace("\0", "")
    first, found = terms_of(query)[0], readings(query)
    begins = (fold(query), *first)
    name = Contact.__table__.c.name_key
    rest: Any = 4 if len(found) == 1 else case((_in_text(found[0][0]), 4), else_=5)
    best = [(is_number(query, texts), 0), (_has(name, begins, "{}%", texts), 1)]
    inside = case((_has(name, first, "% {}%", texts), 2), (_has(name, first, "%{}%", texts), 3), else_=rest)
    written = _is_written_out(name, first)
    if written is None:
        return case(*best, else_=inside)
    forms = enumerate(("{}%", "% {}%", "%{}%"), 1)
    joined = [(in_name(name, first, form, texts), place) for place, form in forms]
    return case(*best, (not_(written), inside), *joined, else_=rest)


def in_name(name: ColumnElement[str], spellings: Term, form: str, texts: Literals = LITERALS) -> ColumnElement[bool]:
    """Return the condition that a key of a name has a word where `form` says: "{}%" is the start of the name.

    Müller, Mueller and Muller are the same name. The key is joined ("mueller" to "muller") only where it has what the
    word could have been written with: that costs far less than joining the names of all hits.
    """
    written = _is_written_out(name, spellings)
    if written is None:
        return _has(name, spellings, form, texts)
    joined = name
    for letter in VOWELS:
        joined = func.replace(joined, f"{letter}e", letter)
    return or_(_has(name, spellings, form, texts), and_(written, _has(joined, spellings[-1:], form, texts)))


def _has(name: ColumnElement[str], spellings: Term, form: str, texts: Literals) -> ColumnElement[bool]:
    """Return the condition that a key of a name has one of these spellings where `form` says."""
    words = dict.fromkeys((*spellings, collapse(spellings[-1])))
    return or_(*(texts.like(name, word, form) for word in words))


def _is_written_out(name: ColumnElement[str], spellings: Term) -> ColumnElement[bool] | None:
    """Return the condition that a name has an umlaut as two letters that a word has as one, None when it has none.

    The last letter does not count: "mu" is the beginning of "mueller" as it is.
    """
    letters = [letter for letter in VOWELS if letter in collapse(spellings[-1])[:-1]]
    return or_(*(name.like(f"%{letter}e%") for letter in letters)) if letters else None


def _in_text(spellings: Term) -> ColumnElement[bool]:
    """Return the condition that a spelling stands in the index text of the contact."""
    mine = select(ContactSearch.contact_id).where(ContactSearch.contact_id == Contact.id, _contains(spellings))
    return mine.correlate(Contact).exists()


def text_has(spellings: Term, texts: Literals) -> ColumnElement[bool]:
    """Return the condition that the text of a contact has a spelling, asked of one after the other, of no index."""
    mine = select(ContactSearch.text).where(ContactSearch.contact_id == Contact.id).correlate(Contact)
    return or_(*(texts.like(mine.scalar_subquery(), word, "%{}%") for word in spellings))


def is_number(query: str, texts: Literals = LITERALS) -> ColumnElement[bool]:
    """Return the condition that a query is a contact's number, in whatever case it is written."""
    return Contact.number.in_(texts.numbers(clean(query)))


def single_term(query: str) -> Term | None:
    """Return the spellings a name can have for a query of one word, None for others.

    None as well for a telephone number, for a word between marks that a name may have too, and for one that has so many
    vowels, or an e so often behind them, that its spellings are no few ranges.
    """
    terms = terms_of(query)
    if len(terms) != 1 or number_of(query) or fold(query) not in terms[0]:
        return None
    word = collapse(terms[0][-1])
    if word not in terms[0]:
        return None
    vowels = [place for place, letter in enumerate(word[:-1]) if letter in VOWELS]
    if 2 ** len(vowels) > MOST_STARTS:
        return None
    return terms[0]


def starts_of(spellings: Term) -> list[str]:
    """Return how a name may start that starts with a word in any of its spellings: ranges that an index serves."""
    word = collapse(spellings[-1])
    letters = [(letter, f"{letter}e") if letter in VOWELS else (letter,) for letter in word[:-1]]
    return list(dict.fromkeys((*spellings, *("".join(parts) + word[-1:] for parts in product(*letters)))))


def short_ranks(spellings: Term) -> Iterator[ColumnElement[bool]]:
    """Yield what makes the ranks of a short word after the start of the name, each including the ones before it."""
    name = Contact.__table__.c.name_key
    yield in_name(name, spellings, "% {}%")
    yield in_name(name, spellings, "%{}%")
    yield _in_text(spellings)
