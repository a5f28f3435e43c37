"""One file of another program: how many properties it holds, what became of each, what goes back.

Every property is *reported* (the reader names its line and why), or else has to stand in what is written of the contact
or appointment that it became: in a field (*mapped*) or beside the fields (*kept*). What does neither is *lost*.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gcrm.errors import UserError
from gcrm.services.exchange.card import Card, CardFile
from gcrm.services.exchange.contact_card import to_card, to_contact
from gcrm.services.exchange.encoding import decode
from gcrm.services.exchange.ical_import import is_calendar
from gcrm.services.exchange.read_file import kind_of, read_data
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.vcard_write import write_vcard
from tests.fidelity.calendars import follow
from tests.fidelity.found import Found, most_memory
from tests.fidelity.plain import told_by_cells, told_by_ldif, told_by_xml
from tests.fidelity.said import FRAME, Told, by_contact, is_there, told_by_lines, written_of


def read(path: Path) -> Found:
    """Return what becomes of a file."""
    data = path.read_bytes()
    if is_calendar(path.name, data):
        return follow(data)
    found = Found()
    try:
        found.kind = kind_of(path, Choice())
        file = read_data(data, found.kind, Choice())
    except UserError as error:
        found.refused = error.sentence
        return found
    found.memory = most_memory()
    _contacts(found, file, data)
    return found


def _properties(kind: str, data: bytes, file: CardFile) -> Iterator[Told]:
    """Return the properties of a file of contacts."""
    if kind == "vcard":
        return told_by_lines(decode(data).text)
    if kind == "ldif":
        return told_by_ldif(decode(data).text)
    if kind == "fritzbox":
        return told_by_xml(data)
    assert file.table is not None
    return told_by_cells(decode(data).text, file.table.delimiter, file.table.header)


def _contacts(found: Found, file: CardFile, data: bytes) -> None:
    """Follow the properties of a file of contacts."""
    found.product = next((card.product for card in file.cards if card.product), "")
    everything = list(_properties(found.kind, data, file))
    found.properties = len(everything)
    reported = dict((*file.account.reported, *file.remarks))
    cards = sorted(file.cards, key=lambda card: card.line)
    told = by_contact(everything, [card.line for card in cards])
    for each in told.pop(-1, []):
        if each.line in reported:
            found.report(reported[each.line])
        elif each.name in FRAME:
            found.count(is_kept=False)
        else:
            found.lose(each)
    for place, mine in told.items():
        _contact(found, cards[place], mine, reported)


def _contact(found: Found, card: Card, mine: list[Told], reported: dict[int, str]) -> None:
    """Follow the properties of one contact: into the office, out again."""
    if card.kind == "group" and card.sources:
        _list(found, {source.line for source in card.sources}, mine, reported)
        return
    imported = to_contact(card)
    written = written_of(write_vcard([to_card(imported.contact, imported.categories, imported.photo)], "4.0"))
    told = {"reported": written_of("\n".join(f"X:{value}" for _name, value in card.told))}
    kept = "\n".join(card.kept).casefold()
    for each in mine:
        if each.line in reported and not is_there(each, written):
            found.report(reported[each.line])
        elif is_there(each, written) or is_there(each, told["reported"]):
            found.count(is_kept=bool(each.name) and each.value.casefold()[:20] in kept)
        else:
            found.lose(each)


def _list(found: Found, sources: set[int], mine: list[Told], reported: dict[int, str]) -> None:
    """Follow a list of contacts, which becomes a category; what follows it in the file may be no contact."""
    for each in mine:
        if each.line in sources or each.name in FRAME:
            found.count(is_kept=False)
        elif each.line in reported:
            found.report(reported[each.line])
        else:
            found.lose(each)
