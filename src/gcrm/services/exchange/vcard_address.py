"""Postal addresses of a vCard: ADR, the printed LABEL that belongs to it, and the country by name or code."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass

from gcrm.model.address_format import join_street, split_street
from gcrm.model.country import country_code, country_name
from gcrm.services.exchange.card import CardAddress
from gcrm.services.exchange.content_line import Head
from gcrm.services.exchange.vcard_points import plain_label, purpose_of

# RFC 9554 names delivery and billing addresses.
PURPOSES = {"work": "work", "home": "home", "delivery": "delivery", "billing": "invoice", "other": "other"}
TYPES = {purpose: word for word, purpose in PURPOSES.items()}
_WORDS = tuple(PURPOSES)
_FIELDS = 7  # post office box, extended address, street, town, region, postcode, country (RFC 6350 6.3.1)
POSTCODE = 5
LONGEST_POSTCODE = 60
"""Far beyond any post code; an index holds no more than a few of these. A longer one stays with the other data."""


@dataclass(slots=True)
class _Draft:
    """An address whose label or country may still come on another line."""

    head: Head
    parts: list[str]
    label: str = ""
    name: str = ""
    country: str = ""

    @property
    def key(self) -> frozenset[str]:
        return frozenset(self.head.types)


class AddressBook:
    """Collects the addresses of one card; everything is found by key, so that thousands of lines stay linear."""

    def __init__(self) -> None:
        self._drafts: list[_Draft] = []
        self._unlabelled: dict[frozenset[str], deque[_Draft]] = defaultdict(deque)
        self._labels_first: dict[frozenset[str], deque[_Draft]] = defaultdict(deque)
        self._by_group: dict[str, _Draft] = {}

    def add(self, parts: list[str], head: Head, label: str) -> bool:
        """Take an ADR line."""
        told = dict(head.extra)
        draft = _Draft(head, parts, told.get("LABEL", ""), plain_label(label), _two_letters(told.get("CC", "")))
        waiting = self._labels_first.get(draft.key)
        if waiting and not draft.label:
            first = waiting.popleft()
            first.head, first.parts, first.name, first.country = head, parts, draft.name, draft.country
            draft = first
        else:
            self._drafts.append(draft)
            if not draft.label:
                self._unlabelled[draft.key].append(draft)
        if head.group:
            self._by_group.setdefault(head.group.upper(), draft)
        return True

    def add_label(self, text: str, head: Head) -> bool:
        """Take a LABEL line: it belongs to the address before it or to the first of the same types without one."""
        if not text:
            return True
        if head.extra:
            return False
        key = frozenset(head.types)
        unlabelled = self._unlabelled.get(key)
        if not unlabelled:
            draft = _Draft(head, [], text)
            self._drafts.append(draft)
            self._labels_first[key].append(draft)
        elif unlabelled[-1] is self._drafts[-1]:
            unlabelled.pop().label = text
        else:
            unlabelled.popleft().label = text
        return True

    def add_country(self, text: str, head: Head) -> bool:
        """Take an X-ABADR line: the country code of the address in the same group."""
        code = _two_letters(text)
        draft = self._by_group.get(head.group.upper()) if head.group else None
        if not code or draft is None:
            return False
        draft.country = draft.country or code
        return draft.country == code

    def finished(self, groups: set[str]) -> tuple[CardAddress, ...]:
        """Return the addresses that hold anything; a group stays known if kept lines belong to it."""
        return tuple(_address(draft, groups) for draft in self._drafts if draft.label or any(draft.parts))


def _two_letters(text: str) -> str:
    code = text.strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _address(draft: _Draft, groups: set[str]) -> CardAddress:
    head = draft.head
    parts = [*draft.parts, *[""] * (_FIELDS - len(draft.parts))]
    po_box, supplement, whole_street, town, region, postcode, written = parts[:_FIELDS]
    country = draft.country or country_code(written)
    street, house_number = split_street(whole_street, country) if whole_street else ("", "")
    if join_street(street, house_number, country) != whole_street:
        street, house_number = whole_street, ""
    word = purpose_of(head.types, _WORDS)
    more = parts[_FIELDS:]
    while more and not more[-1]:
        more.pop()
    return CardAddress(
        purpose=PURPOSES.get(word, ""),
        street=street,
        house_number=house_number,
        supplement=supplement,
        po_box=po_box,
        postcode=postcode,
        town=town,
        region=region,
        country_name=written or country_name(country, "en"),
        country=country,
        label=draft.label,
        name=draft.name,
        preference=head.preference,
        types=tuple(other for other in head.types if other != word),
        parameters=tuple(pair for pair in head.extra if pair[0] not in ("LABEL", "CC")),
        more=tuple(more),
        group=head.group if head.group.upper() in groups else "",
    )
