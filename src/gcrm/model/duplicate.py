"""How likely two contacts are the same one: a score from 0 to 1 with its reasons, and keys to find who to compare.

Evidence adds up as independent chances do (1 - product of the doubts); what speaks against lowers the result. Limits:
from SURE on an import may propose "update", from LIKELY on the duplicate radar of the new form shows the contact, from
POSSIBLE on the page of duplicates lists the pair. Nothing is ever merged by the score alone.

`keys` are texts of which two contacts that could score POSSIBLE share at least one (but for rare typing mistakes in a
name that stands alone); an index over them keeps the number of comparisons small.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from gcrm.i18n import N_
from gcrm.model.fold import collapse, digits, fold
from gcrm.model.free_mail import FREE_MAIL
from gcrm.model.name_key import Person, likeness, organisation_words, person_likeness, person_of, sound, traces

SURE, LIKELY, POSSIBLE = 0.92, 0.75, 0.55
_WEIGHTS = {
    "vat": 0.9,
    "email": 0.8,
    "phone": 0.68,
    "name": 0.72,
    "address": 0.45,
    "postcode": 0.2,
    "town": 0.12,
    "domain": 0.3,
}
REASONS = {
    "vat": N_("Same VAT number"),
    "email": N_("Same e-mail address"),
    "phone": N_("Same phone number"),
    "same_name": N_("Same name"),
    "name": N_("Similar name"),
    "address": N_("Same address"),
    "postcode": N_("Same postcode"),
    "town": N_("Same town"),
    "domain": N_("Same domain in the e-mail addresses"),
}


@dataclass(frozen=True)
class Candidate:
    """What is compared: `organisation` or a person's names, numbers in E.164, addresses as typed."""

    organisation: str = ""
    first_name: str = ""
    last_name: str = ""
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    street: str = ""
    postcode: str = ""
    town: str = ""
    vat_number: str = ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The organisation's name without legal form, in comparable words."""
        return organisation_words(self.organisation)

    @cached_property
    def person(self) -> Person:
        """The person's names in comparable form."""
        return person_of(self.first_name, self.last_name)

    @cached_property
    def word_traces(self) -> frozenset[str]:
        """What the organisation's name shares with any that is alike."""
        return traces(self.words)

    @cached_property
    def person_traces(self) -> frozenset[str]:
        """What the person's names share with any that are alike."""
        return traces(self.person_words)

    @cached_property
    def person_words(self) -> tuple[str, ...]:
        """All words of the person's names."""
        return self.person.words

    @cached_property
    def ways(self) -> frozenset[str]:
        """Telephones, mailboxes and domains."""
        return frozenset().union(self.phones, self.mails, (f"@{domain}" for domain in self.domains))

    @cached_property
    def mails(self) -> frozenset[str]:
        """The e-mail addresses in comparable form."""
        return frozenset(mail.strip().casefold() for mail in self.emails if "@" in mail)

    @cached_property
    def domains(self) -> frozenset[str]:
        """The domains of the e-mail addresses that belong to one organisation."""
        return frozenset(mail.rpartition("@")[2] for mail in self.mails) - FREE_MAIL

    @cached_property
    def vat(self) -> str:
        """The VAT number without separators."""
        return "".join(char for char in fold(self.vat_number) if char.isalnum())

    @cached_property
    def place(self) -> tuple[str, str, str]:
        """Street without its usual ending and with the digits of the number, postcode, town."""
        return _street_key(self.street), fold(self.postcode).replace(" ", ""), collapse(fold(self.town))


@dataclass(frozen=True, slots=True)
class Match:
    """The result: `score` from 0 to 1 and the `reasons`, marked for translation, strongest first."""

    score: float
    reasons: tuple[str, ...] = ()


def score(one: Candidate, other: Candidate) -> Match:
    """Say how likely both are the same contact; the same for both orders."""
    return _scored(one, other, _names(one, other))


def _scored(one: Candidate, other: Candidate, names: float) -> Match:
    evidence = {
        "vat": float(bool(one.vat) and one.vat == other.vat),
        "email": float(not one.mails.isdisjoint(other.mails)),
        "phone": float(not one.phones.isdisjoint(other.phones)),
        "name": max(0.0, names),
        **_place_evidence(one, other),
    }
    evidence["domain"] = float(not evidence["email"] and not one.domains.isdisjoint(other.domains))
    doubt = 1.0
    for kind, strength in evidence.items():
        doubt *= 1 - _WEIGHTS[kind] * strength
    total = _against(1 - doubt, names, one, other)
    return Match(round(total, 3), _reasons(evidence))


def possible(one: Candidate, other: Candidate) -> Match | None:
    """Return the score of two contacts that may be the same, None for all others, about which this is quick."""
    same_vat = bool(one.vat) and one.vat == other.vat
    if not same_vat and _are_strangers(one, other):
        return None
    names = _names(one, other)
    if names < 0 and not same_vat:
        return None
    if not (same_vat or _share_a_way(one, other)):
        place = sum(_WEIGHTS[kind] for kind in _place_evidence(one, other))  # one of them at most
        if 1 - (1 - _WEIGHTS["name"] * names) * (1 - place) < POSSIBLE:
            return None
    found = _scored(one, other, names)
    return found if found.score >= POSSIBLE else None


def _are_strangers(one: Candidate, other: Candidate) -> bool:
    """Tell at once of most pairs that their names contradict, as `_names` would find out word by word."""
    return bool(
        (one.words and other.words and one.word_traces.isdisjoint(other.word_traces))
        or (one.person_words and other.person_words and one.person_traces.isdisjoint(other.person_traces))
    )


def _share_a_way(one: Candidate, other: Candidate) -> bool:
    """Tell whether a telephone, a mailbox or a domain is the same; without any, an address is not enough."""
    return not one.ways.isdisjoint(other.ways)


def keys(candidate: Candidate) -> set[str]:
    """Return the keys under which possible duplicates are found."""
    found = {f"p:{phone}" for phone in candidate.phones} | {f"e:{mail}" for mail in candidate.mails}
    if candidate.vat:
        found.add(f"v:{candidate.vat}")
    found |= {f"n:{key}" for key in _name_keys(candidate)}
    street, postcode, town = candidate.place
    if street and postcode:
        found.add(f"a:{postcode} {street}")
    if town:
        found |= {f"t:{town} {word[:3]}" for word in (*candidate.words, *candidate.person.last)}
    return found


def best(candidate: Candidate, others: Iterable[Candidate], limit: int = 5) -> list[tuple[Candidate, Match]]:
    """Return the likeliest duplicates among `others`, best first, none below POSSIBLE."""
    rated = ((other, score(candidate, other)) for other in others)
    found = [(other, match) for other, match in rated if match.score >= POSSIBLE]
    return sorted(found, key=lambda pair: -pair[1].score)[:limit]


def _names(one: Candidate, other: Candidate) -> float:
    """Return how alike the names are, -1 when they contradict and 0 when there is nothing to compare."""
    results = []
    if one.words and other.words:
        results.append(likeness(one.words, other.words))
    if one.person_words and other.person_words:
        results.append(person_likeness(one.person, other.person))
    if len(results) == 1:
        return results[0]
    if not results:
        return _crossed(one, other)
    lowest = min(results)
    return lowest if lowest < 0 else sum(results) / len(results)


def _crossed(one: Candidate, other: Candidate) -> float:
    """Compare a person with an organisation that is called after a person ("Anna Müller", "Anna Müller GmbH")."""
    organisation = one.words or other.words
    person = other.person_words if one.words else one.person_words
    return 0.8 if len(person) > 1 and organisation and set(person) <= set(organisation) else 0.0


def _place_evidence(one: Candidate, other: Candidate) -> dict[str, float]:
    """Compare the addresses; the strongest of address, postcode and town counts alone."""
    (street, postcode, town), (street2, postcode2, town2) = one.place, other.place
    same_postcode = bool(postcode) and postcode == postcode2
    same_town = bool(town) and town == town2
    if street and street == street2 and (same_postcode or (same_town and not (postcode and postcode2))):
        return {"address": 1.0}
    return {"postcode": 1.0} if same_postcode else {"town": 1.0} if same_town else {}


def _against(total: float, names: float, one: Candidate, other: Candidate) -> float:
    """Lower the result where something contradicts: other names at one number are a household or a colleague."""
    same_vat = bool(one.vat) and one.vat == other.vat
    if names < 0:
        total = min(total, LIKELY + 0.1 if same_vat else POSSIBLE - 0.05)
    if one.vat and other.vat and not same_vat:
        total = min(total * 0.6, POSSIBLE)
    if _elsewhere(one, other) and not same_vat and one.phones.isdisjoint(other.phones):
        total *= 0.85
    return total


def _elsewhere(one: Candidate, other: Candidate) -> bool:
    """Tell whether both have a postcode and live in different towns."""
    (_street, postcode, town), (_street2, postcode2, town2) = one.place, other.place
    return bool(postcode and postcode2 and postcode != postcode2 and town != town2)


def _reasons(evidence: dict[str, float]) -> tuple[str, ...]:
    """Return what speaks for it, strongest first."""
    held = [(strength * _WEIGHTS[kind], kind, strength) for kind, strength in evidence.items() if strength >= 0.5]
    held.sort(reverse=True)
    return tuple(REASONS["same_name" if kind == "name" and strength == 1 else kind] for _w, kind, strength in held)


def _name_keys(candidate: Candidate) -> set[str]:
    """Return keys of the name that survive a typing mistake, another order and other vowels."""
    found: set[str] = set()
    if candidate.words:
        found.add(" ".join(sorted(candidate.words)))
        found |= {sound(word) for word in sorted(candidate.words, key=len)[-2:]}
    for word in candidate.person.words if candidate.person else ():
        found.add(sound(word))
    telling = {key for key in found if len(key) > 1}
    return telling or {" ".join(sorted(found))} - {""}


_STREET_WORDS = {"strasse": "str", "str.": "str", "street": "st", "avenida": "av", "road": "rd", "platz": "pl"}


def _street_key(street: str) -> str:
    """Return letters and number of a street; "Haupt Str. 7" and "Hauptstraße 7" are equal."""
    key = collapse(fold(street))
    for word, short in _STREET_WORDS.items():
        key = key.replace(word, short)
    letters = "".join(char for char in key if char.isalnum())
    return letters if digits(letters) else ""
