"""Reads the phone book of a FRITZ!Box (XML, as its page *Telephone book > Save* and TR-064 write it).

A value is an element or attribute that says something; these are counted as lines. A number of an entry stands for
its line. Read by defusedxml: entities and other files are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.services.exchange.card import Card, CardFile, CardPoint, LineAccount, Reported
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.tables.draft import Draft, card_of
from gcrm.services.exchange.tables.values import Reading
from gcrm.services.exchange.vcard_read import MAX_CARDS, check_size

NOBODY = N_("This entry names nobody and has no number")
INTERNAL = N_("This is a number inside the telephone system")
IMPORTANT = N_("Important person")
_TYPES = {
    "home": ("phone", "home"),
    "work": ("phone", "work"),
    "mobile": ("mobile", ""),
    "fax_work": ("fax", "work"),
    "fax_home": ("fax", "home"),
    "fax": ("fax", ""),
    "other": ("phone", "other"),
}
_PURPOSES = {"private": "home", "home": "home", "work": "work", "business": "work"}
_STRUCTURE = ("mod_time", "uniqueid", "setup", "telephony", "services", "person")
_SILENT = ("nid", "id", "prio", "type", "classifier", "doorphone")
_NOT_INSIDE = ("intern", "memo")


def is_phonebook(data: bytes) -> bool:
    """Tell whether XML is a phone book."""
    return b"<phonebook" in data[:4000]


def read_fritzbox(data: bytes, choice: Choice, *, hand_on: Callable[[Card], None] | None = None) -> CardFile:
    """Return the contacts of a phone book. Raises UserError for what is none, and beyond 50 MB or 100,000 entries."""
    check_size(len(data))
    try:
        root: Element = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        sentence = _("This phone book cannot be read. Save it once more from the FRITZ!Box.")
        raise UserError(sentence) from problem
    entries = [(book.get("name", ""), entry) for book in root.iter("phonebook") for entry in book.iter("contact")]
    if len(entries) > MAX_CARDS:
        raise UserError(_("The file holds more than 100,000 contacts. Split it into several files."))
    reader = _Reader(Reading(choice.where.language, choice.where.country))
    cards: list[Card] = []
    for number, (_book, entry) in enumerate(entries, 1):
        card = reader.card(entry, number)
        if card is not None:
            (hand_on or cards.append)(card)
    told = LineAccount(reader.values, reader.mapped, reader.kept, tuple(reader.reported))
    return CardFile("fritzbox", tuple(cards), told, "utf-8")


class _Reader:
    """Makes cards of entries and keeps the account of their values."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.values = self.mapped = self.kept = 0
        self.reported: list[Reported] = []

    def card(self, entry: Element, number: int) -> Card | None:
        """Return the card of an entry, None for one that names nobody."""
        draft = Draft()
        before = self.mapped, self.kept, len(self.reported)
        count = 0
        for element in entry.iter():
            for name, value in _told(element):
                count += 1
                self._take(draft, number, element, name, value)
        self.values += count
        card = card_of(draft, number, self._reading)
        if card.display_name():
            first = tuple(point for point in card.points if point.preference)
            return replace(card, points=(*first, *(point for point in card.points if not point.preference)))
        self.mapped, self.kept = before[0], before[1]
        del self.reported[before[2] :]
        self.reported += [Reported(number, NOBODY)] * count
        return None

    def _take(self, draft: Draft, number: int, element: Element, name: str, value: str) -> None:
        """Take one value."""
        if name == "realName":
            draft.texts.setdefault("any_name", []).append(value)
        elif name == "number":
            kind = element.get("type", "")
            if kind in _NOT_INSIDE:
                self.reported.append(Reported(number, INTERNAL))
                return
            draft.points.append(_number(value, element))
        elif name == "email":
            draft.points.append(CardPoint("email", value, _PURPOSES.get(element.get("classifier", ""), "")))
        elif name == "category" and value == "1":
            draft.categories.append(_(IMPORTANT))
        elif name not in _STRUCTURE and not (name == "category" and value == "0") and value.strip("."):
            draft.keep(name, value)
            self.kept += 1
            return
        self.mapped += 1


def _told(element: Element) -> Iterator[tuple[str, str]]:
    """Yield what an element says: its text, and the attributes that say something of their own."""
    text = (element.text or "").strip()
    if text:
        yield element.tag, text
    for name, value in element.attrib.items():
        if name not in _SILENT and value.strip():
            yield name, value.strip()


def _number(value: str, element: Element) -> CardPoint:
    """Return a telephone number; a type of one's own is `label:WORDS`."""
    told = element.get("type", "")
    kind, purpose = _TYPES.get(told, ("phone", ""))
    label = told.partition(":")[2] if told.startswith("label:") else ""
    return CardPoint(kind, value, purpose, 1 if element.get("prio") == "1" else 0, name=label)
