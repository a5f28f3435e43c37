"""One row on its way to a card: what its cells said so far, and the card that is made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from gcrm.model.first_names import first_name_gender
from gcrm.model.fold import clean, fold
from gcrm.services.exchange.card import Card, CardDate, CardPoint, Name
from gcrm.services.exchange.own_fields import HEAD
from gcrm.services.exchange.tables.names import (
    COMPANY_WORDS,
    is_person,
    is_plain_name,
    salutation_of,
    split_company,
    split_name,
    without_salutation,
)
from gcrm.services.exchange.tables.places import make_addresses, point_of
from gcrm.services.exchange.tables.values import Reading, Unfit, read_day
from gcrm.services.exchange.vcard_values import is_possible

_GENDERS = {"mr": "m", "ms": "f"}
_GREETINGS = frozenset(
    ["sehr", "liebe", "lieber", "dear", "hallo", "guten", "exmo", "exma", "caro", "cara", "prezado", "prezada"]
)
_BIRTHDAYS = ("birthday", "geburtstag")
_ANNIVERSARIES = ("anniversary", "jahrestag", "hochzeitstag", "aniversario")


@dataclass(slots=True)
class Draft:
    """What a row says. `pairs` are values whose kind stands in a column of its own ("Phone 1 - Type").

    `area_code` is the code for the numbers that follow, with the heading of its column until one took it.
    """

    texts: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    points: list[CardPoint] = field(default_factory=list)
    pairs: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    days: dict[str, CardDate] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    area_code: tuple[str, str] = ("", "")

    def keep(self, label: str, value: str) -> None:
        """Keep a value under the heading of its column."""
        self.kept.append(own_line(label, value))

    def text(self, name: str, glue: str = " ") -> str:
        """Return what was said under a name."""
        return glue.join(self.texts.get(name, ()))


def own_line(label: str, value: str) -> str:
    """Return the line that keeps a value; a user-defined field of that name takes it (own_fields.py)."""
    told = {"label": clean(label), "kind": "text", "value": clean(value)}
    return HEAD + json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def card_of(draft: Draft, line: int, reading: Reading) -> Card:
    """Return the card of a row."""
    name, gender = _names(draft)
    _pairs(draft, reading)
    keep_area_code(draft)
    organisation = draft.text("name")
    names = f"{organisation} {draft.told.get('name2', '')} {name.full}"
    addresses = make_addresses(draft.addresses, reading.country, names)
    card = Card(
        kind=draft.text("kind"),
        name=name,
        nicknames=tuple(draft.texts.get("nickname", ())),
        organisation=organisation,
        departments=tuple(filter(None, [draft.text("department", ", ")])),
        job_title=draft.text("function", ", "),
        addresses=addresses,
        points=tuple(draft.points),
        birthday=_birthday(draft),
        anniversary=draft.days.get("anniversary"),
        gender=gender,
        language=draft.text("language"),
        categories=tuple(draft.categories),
        notes=tuple(filter(None, ["\n".join(draft.texts.get("notes", ()))])),
        kept=tuple(draft.kept),
        told=tuple(draft.told.items()),
        line=line,
    )
    return _of_kind(_named(card, draft))


def keep_area_code(draft: Draft) -> None:
    """Give an area code that no number took to the first one that stands before it and has none; else keep it."""
    code, heading = draft.area_code
    if not code or not heading:
        return
    place = next((place for place, point in enumerate(draft.points) if lacks_area_code(point)), None)
    if place is None:
        draft.keep(heading, code)
    else:
        draft.points[place] = replace(draft.points[place], value=f"{code} {draft.points[place].value}")
    draft.area_code = code, ""


def lacks_area_code(point: CardPoint) -> bool:
    """Tell whether a number begins with neither an area code nor a country's."""
    return point.kind in ("phone", "fax") and point.value[:1].isdigit() and not point.value.startswith("0")


def _of_kind(card: Card) -> Card:
    """Leave the kind open where the rest of the card tells it."""
    if not card.kind:
        return card
    open_card = replace(card, kind="")
    return open_card if open_card.suggested_kind == card.kind else card


def of_business(card: Card) -> Card:
    """Return a card of a table of customers: who is named beside a company is its contact person."""
    if card.organisation and not card.kind and card.suggested_kind == "person":
        return replace(card, kind="organisation")
    return card


def _named(card: Card, draft: Draft) -> Card:
    """Give a card the name it is shown by; a full name beside its parts counts where it says more."""
    full = draft.text("full_name")
    if full and (card.name.first or card.name.last):
        parts = (card.name.full, *card.name.more, card.organisation, *card.nicknames, draft.text("salutation"))
        known = set(fold(" ".join(parts)).replace(",", " ").split())
        says_more = not set(fold(full).replace(",", " ").split()) <= known
        return replace(card, formatted=full if says_more else _formatted(card))
    return replace(card, formatted=_formatted(card))


def _formatted(card: Card) -> str:
    """Return the name as the fields of a contact give it."""
    if card.name.first or card.name.last:
        plain = Name(last=card.name.last, first=card.name.first, prefix=card.name.prefix)
        return plain.full
    return card.display_name()


def _names(draft: Draft) -> tuple[Name, str]:
    """Return the name of the person, and the gender that a salutation tells."""
    _settle_kind(draft)
    salutation, title = draft.text("salutation"), draft.text("title")
    first = " ".join(filter(None, (draft.text("first_name"), draft.text("middle_name"))))
    last, suffix = draft.text("last_name"), draft.text("suffix")
    if not first and not last and (full := draft.text("full_name")):
        parts = split_name(full)
        first, last, suffix = parts.first, parts.last, suffix or parts.suffix
        salutation, title = salutation or parts.salutation, title or parts.title
    called = salutation_of(salutation) or salutation_of(title)
    if salutation and fold(salutation).split()[0] in _GREETINGS:
        draft.told.setdefault("salutation_line", salutation)
    elif called:
        title = " ".join(filter(None, (without_salutation(salutation), without_salutation(title))))
        if called == "mx":
            draft.told["salutation"] = "mx"
    elif salutation and fold(salutation) not in COMPANY_WORDS:
        draft.told["salutation"] = salutation
    gender = draft.text("gender")
    return Name(last=last, first=first, prefix=title, suffix=suffix), gender or _GENDERS.get(called, "")


def _settle_kind(draft: Draft) -> None:
    """Decide whether a name of unknown kind is a person's, by itself and by the salutation."""
    salutation = draft.text("salutation")
    is_company = fold(salutation) in COMPANY_WORDS or draft.text("kind") == "organisation"
    for whole in draft.texts.pop("any_name", ()):
        _settle_any_name(draft, whole, is_company=is_company)
    named = [name for name in ("first_name", "last_name", "full_name") if name in draft.texts]
    if is_company and fold(salutation) in COMPANY_WORDS and not draft.text("kind"):
        draft.texts["kind"] = ["organisation"]
        if "name" not in draft.texts and named == ["last_name"]:
            draft.texts["name"] = draft.texts.pop("last_name")
    elif salutation_of(salutation) in _GENDERS and not named and is_plain_name(draft.text("name")):
        _name_person(draft)


def _settle_any_name(draft: Draft, whole: str, *, is_company: bool) -> None:
    """Decide whose a name is, by itself and by the company that the row names beside it."""
    company, person = ("", "") if is_company else split_company(whole)
    above = draft.text("name")
    if is_company and above:
        draft.keep("Parent company", above)
        draft.texts["name"] = [whole]
    elif is_company:
        draft.texts.setdefault("name", []).append(whole)
    elif above:
        draft.texts.setdefault("full_name", []).append(whole.removeprefix(f"{above}, "))
    elif company:
        draft.texts["name"] = [company]
        draft.texts.setdefault("full_name", []).append(person)
    else:
        is_persons = "full_name" not in draft.texts and (is_person(whole) or draft.text("kind") == "person")
        kind = "full_name" if is_persons else "name"
        draft.texts.setdefault(kind, []).append(whole)


def _name_person(draft: Draft) -> None:
    """Take the name for a person's; its supplement is the rest of it where one of both is a first name."""
    names, second = draft.texts.pop("name"), str(draft.told.get("name2", ""))
    is_first, is_second = bool(first_name_gender(names[0])), bool(first_name_gender(second))
    if len(names) == 1 and is_plain_name(second) and is_first != is_second and len(names[0].split()) == 1:
        first, last = (second, names[0]) if is_second else (names[0], second)
        draft.texts |= {"first_name": [first], "last_name": [last]}
        del draft.told["name2"]
    else:
        draft.texts["full_name"] = names


def _birthday(draft: Draft) -> CardDate | None:
    """Return the birthday, also out of day, month and year in columns of their own; no such day is other data."""
    parts = draft.parts
    if "birthday" in draft.days or not parts:
        return draft.days.get("birthday")
    day = CardDate(parts.get("year", 0), parts.get("month", 0), parts.get("day", 0) if parts.get("month") else 0)
    if is_possible(day.year, day.month, day.day):
        return day
    draft.keep("Birthday", "-".join(str(parts[part]) for part in ("year", "month", "day") if part in parts))
    return None


def _pairs(draft: Draft, reading: Reading) -> None:
    """Place the values whose kind stands in a column of its own."""
    for (kind, _number), pair in draft.pairs.items():
        value, told = pair.get("value", ""), pair.get("type", "").lstrip("* ")
        if not value:
            continue
        if kind == "event":
            _event(draft, value, told, reading)
        elif kind == "other":
            draft.keep(told or "Custom", value)
        else:
            services = [each.strip() for each in pair.get("service", "").split(":::")]
            for place, single in enumerate(filter(None, (each.strip() for each in value.split(":::")))):
                service = services[place] if place < len(services) else ""
                point = point_of(kind, single, told, service)
                draft.points.append(replace(point, name=pair["label"]) if pair.get("label") else point)


def _event(draft: Draft, value: str, told: str, reading: Reading) -> None:
    """Place a day whose kind is said in words."""
    words = fold(told)
    name = "birthday" if words in _BIRTHDAYS else "anniversary" if words in _ANNIVERSARIES else ""
    try:
        day = read_day(value, reading) if name else None
    except Unfit:
        day = None
    if day and name not in draft.days:
        draft.days[name] = day
    else:
        draft.keep(told or "Event", value)
