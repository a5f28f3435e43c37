"""What columns mean beside each other: whose name it is, which address a part belongs to, and what is told once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gcrm.model.fold import fold
from gcrm.services.exchange.tables.content import are_addresses
from gcrm.services.exchange.tables.heading import number_of
from gcrm.services.exchange.tables.names import is_person
from gcrm.services.exchange.tables.proposal import Column
from gcrm.services.exchange.tables.setters import slot_of

_SINGLE = frozenset(
    (
        "number", "full_name", "birthday", "anniversary", "language", "gender", "vat_number", "tax_number",
        "debtor_number", "creditor_number", "payment_terms", "payment_type", "currency", "discount", "credit_limit",
        "price_group",
    )
)  # fmt: skip
"""Targets that one column of a table fills: a second one is another thing and is kept."""
_OF_CUSTOMER = re.compile(r"kund|kd|customer|client|lieferant|supplier|fornecedor|vendor|debitor")
_ONCE = frozenset(("address.postcode", "address.postcode_town", "vat_number", "salutation", "birthday", "name"))
"""Targets that the content names for one column of a table only."""
_SECOND = 2
_SHORT = re.compile(r"kurz ?name|kurz ?bezeichnung|such ?name|suchbegriff|short ?name|nome (?:curto|abreviado)")
"""Headings of a short name, by which people look somebody up: the name only where nothing else is one."""
_FULL = ("any_name", "name", "full_name", "last_name")
_OWN_TOWN = ("postcode", "town", "postcode_town")


def settle(columns: Sequence[Column]) -> None:
    """Give columns the targets that they have beside each other; what a person chose is said afterwards."""
    _settle_guesses(columns)
    _settle_whole(columns)
    _settle_short_names(columns)
    _settle_names(columns)
    _settle_singles(columns)
    _settle_lines(columns)
    for slot in dict.fromkeys(slot_of(column.target) for column in columns if _is_place(column)):
        _settle_places(columns, slot)


def _settle_guesses(columns: Sequence[Column]) -> None:
    """Take back what the content alone says of a second postcode and the like: customer numbers look like them."""
    known = {column.target for column in columns if column.by != "content"}
    for column in (each for each in columns if each.by == "content" and each.target in _ONCE):
        if column.target in known:
            column.target, column.by = "keep", ""
        known.add(column.target)


def _settle_short_names(columns: Sequence[Column]) -> None:
    """Keep a short name beside the name that it is short for."""
    named = [column for column in columns if column.target in _FULL]
    short = [column for column in named if column.by == "heading" and _SHORT.search(fold(column.heading))]
    if len(short) < len(named):
        for column in short:
            column.target = "keep"


def _settle_names(columns: Iterable[Column]) -> None:
    """Decide what "Name" means beside the other columns, where no program says that it holds both kinds."""
    by_target: dict[str, list[Column]] = {}
    for column in columns:
        by_target.setdefault(column.target, []).append(column)
    for column in (each for each in by_target.get("any_name", []) if each.by != "program"):
        if "first_name" in by_target and "last_name" not in by_target:
            column.target = "last_name"
            by_target["last_name"] = [column]
        elif "name" in by_target and "full_name" not in by_target and "last_name" not in by_target:
            people = sum(map(is_person, column.values))
            column.target = "full_name" if 2 * people >= len(column.values) else "name2"
        elif "last_name" in by_target and "name" not in by_target:
            column.target = "full_name"


def _settle_singles(columns: Iterable[Column]) -> None:
    """Keep the second column of what is told once; of bank accounts it is the second account."""
    by_target: dict[str, list[Column]] = {}
    for column in columns:
        if column.filled:
            by_target.setdefault(column.target, []).append(column)
    for target, some in by_target.items():
        if target in _SINGLE:
            chosen = max(some, key=_tells_number) if target == "number" else some[0]
            for column in some:
                if column is not chosen:
                    column.target = "keep"
        elif target.startswith("bank."):
            for place, column in enumerate(some[1:], 2):
                column.target = f"bank{place}.{target[5:]}"


def _tells_number(column: Column) -> int:
    """Say how much a heading speaks of the number of a contact, and not of that of an address or a row."""
    words = fold(column.heading)
    return 2 if _OF_CUSTOMER.search(words) else int("adres" in words)


def _settle_whole(columns: Sequence[Column]) -> None:
    """Take what a heading calls a street, or "Address 3", for the whole one where only its own cells have the town."""
    known = {column.target for column in columns}
    for column in (each for each in columns if each.by == "heading" and _part(each) in ("street", "supplement")):
        number = number_of(column.heading) if _part(column) == "supplement" else 0
        slot = f"other{number}" if number > 1 else slot_of(column.target)
        place = f"address.{slot}" if slot else "address"
        is_line = _part(column) == "supplement" and number < _SECOND
        if not is_line and known.isdisjoint(f"{place}.{part}" for part in _OWN_TOWN) and are_addresses(column.values):
            column.target = f"{place}.whole"


def _settle_lines(columns: Iterable[Column]) -> None:
    """Take "Street 3" for the street of the third address where that has a town; alone it is a line of the first."""
    slots = {slot_of(column.target) for column in columns if _part(column) in _OWN_TOWN}
    for column in columns:
        slot = f"other{number_of(column.heading)}"
        if column.target == "address.supplement" and slot in slots:
            column.target = f"address.{slot}.street"


def _settle_places(columns: Sequence[Column], slot: str) -> None:
    """Give the second postcode of an address, and what stands beside it, to an address of its own."""
    mine = [column for column in columns if _is_place(column) and slot_of(column.target) == slot]
    if not any(sum(_part(column) == part for column in mine) > 1 for part in _OWN_TOWN):
        return
    free = _free_slots(columns)
    for group in list(_groups(mine))[1:]:
        other = next(free)
        for column in group:
            column.target = f"address.{other}.{_part(column)}"


def _groups(columns: Iterable[Column]) -> Iterator[list[Column]]:
    """Yield the columns of each address: a new one begins where a part comes again; of lines there may be several."""
    group: list[Column] = []
    seen: set[str] = set()
    for column in columns:
        part = _part(column)
        if part in seen and part != "supplement":
            yield group
            group, seen = [], set()
        group.append(column)
        seen.add(part)
    yield group


def _free_slots(columns: Iterable[Column]) -> Iterator[str]:
    """Yield further addresses that no column speaks of."""
    taken = {slot_of(column.target) for column in columns}
    return (slot for slot in (f"other{number}" for number in range(2, 1000)) if slot not in taken)


def _is_place(column: Column) -> bool:
    return column.target.startswith("address.")


def _part(column: Column) -> str:
    return column.target.rpartition(".")[2] if _is_place(column) else ""
