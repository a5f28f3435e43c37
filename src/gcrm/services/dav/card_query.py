"""What a search of a device can find, asked of the search index (RFC 6352, addressbook-query).

The index keeps the folded texts of the names, numbers, categories and notes of each contact. Whatever a search by these
can find is among what the index finds; cards are read for those alone, and compared exactly. What has no field is among
the lines that a contact kept. A search for anything else finds any contact, so all cards are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, select, true, union
from sqlalchemy.orm import Session

from gcrm.model.change import ContactSearch
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.fold import fold
from gcrm.services.privacy import UNINDEXED
from gcrm.services.search_texts import LONGEST

INDEXED = frozenset({"FN", "N", "ORG", "EMAIL", "TEL", "CATEGORIES", "TITLE", "NOTE"})
"""Properties whose texts come from fields that are searched; what else a card kept is looked at by itself."""
KEPT = frozenset({"NICKNAME", "ROLE"})
"""Properties that have no field: a card has one where it kept the line."""
WRITTEN = ("FN", "N", "ORG")
"""Properties that others are made of, as they came."""
ALWAYS = frozenset({"FN", "N", "UID", "VERSION", "REV"})
"""Properties that every card has."""
_CARD = "{urn:ietf:params:xml:ns:carddav}"
_LETTERS = re.compile(r"\w+")
Condition = ColumnElement[bool]


def finds_all(filters: Iterable[Element]) -> bool:
    """Tell whether filters ask for nothing but what every card has."""
    return all(
        len(one) > 0 and all(_name(prop) in ALWAYS and len(prop) == 0 for prop in one) for one in filters
    )  # fmt: skip


def candidates(session: Session, filters: Iterable[Element]) -> Condition:
    """Return the condition of a contact, joined with its row of the index, that may be found; all where none helps."""
    asked = list(filters)
    unsearched = _unsearched(session)
    has_notes = "notes" not in session.info.get(UNINDEXED, frozenset())
    parts = ((one, [_prop(prop, unsearched, has_notes=has_notes) for prop in one]) for one in asked)
    found = and_(true(), *(_joined(one, told) for one, told in parts))
    if found.compare(true()):
        return found
    return or_(found, ContactSearch.text.is_(None), ContactSearch.text == "")


def _unsearched(session: Session) -> tuple[str, ...]:
    """Return the texts that stand in names and firms on cards, and not in the index: titles and departments."""
    texts = union(select(Contact.title), select(Person.title), select(ContactPerson.department))
    return tuple(fold(text) for text in session.scalars(texts) if text)


def _name(prop: Element) -> str:
    return prop.get("name", "").upper()


def _joined(element: Element, parts: Iterable[Condition]) -> Condition:
    """Return parts joined as an element wants it: one of them must fit (as usual), or all."""
    every = list(parts)
    if element.get("test", "anyof") == "allof":
        return and_(true(), *every)
    return true() if any(part.compare(true()) for part in every) else or_(false(), *every)


def _prop(prop: Element, unsearched: Iterable[str], *, has_notes: bool) -> Condition:
    """Return what a filter of a property asks of the index; true where it cannot say."""
    name = _name(prop)
    if prop.tag != f"{_CARD}prop-filter" or name not in INDEXED | KEPT or len(prop) == 0:
        return true()
    told = _joined(prop, (_text(match, unsearched) for match in prop))
    if told.compare(true()):
        return told
    if name in KEPT:
        return _keeps({name})
    if name == "NOTE":  # the index has the beginning of a long one, and none that somebody may not see
        told = or_(told, func.length(Contact.notes) > LONGEST) if has_notes else Contact.notes != ""
    return or_(told, _keeps({*WRITTEN, name}))


def _keeps(names: Iterable[str]) -> Condition:
    """Return that a contact kept lines of these properties as they came: what they say, the index need not have."""
    lines = cast(Contact.kept, Text)
    forms = (f"{before}{name}{behind}" for name in sorted(names) for before in '".' for behind in ":;")
    return or_(*(lines.icontains(form, autoescape=True) for form in forms))


def _text(match: Element, unsearched: Iterable[str]) -> Condition:
    """Return that the index has the words of a text; what is between words may stand between two fields."""
    if match.tag != f"{_CARD}text-match" or match.get("negate-condition") == "yes":
        return true()
    words = _LETTERS.findall(fold("".join(match.itertext())))
    telling = [word for word in words if not any(word in text for text in unsearched)]
    return and_(true(), *(ContactSearch.text.contains(word, autoescape=True) for word in telling))
