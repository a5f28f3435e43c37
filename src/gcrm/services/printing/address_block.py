"""The lines of an address as the post of its country wants them.

Order and form come from `address_rules` (UPU S42 and the national posts). The country stands alone in the last line,
in capitals, only on mail abroad, in a language of the country of posting (UPU Convention Regulations, article on
addressing: "in capital letters, preferably in the language of the country of origin"); where that language is not
written in Latin letters, in English, which sorting centres everywhere read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from string import Formatter

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from gcrm.i18n import N_, _
from gcrm.services.printing.address_rules import PO_BOX, CountryRule, rule_for

CONTENTS = (
    ("organisation_person", N_("Organisation and person")),
    ("organisation", N_("Organisation only")),
    ("person", N_("Person only")),
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom and where; empty texts are left out. `key` is the caller's (a contact's id), `country` is ISO alpha-2.

    `person` is written as it shall appear ("Dr. Eva Muster"); `first_name` and `last_name` serve households only.
    """

    organisation: str = ""
    department: str = ""
    person: str = ""
    street: str = ""
    house_number: str = ""
    supplement: str = ""
    po_box: str = ""
    postcode: str = ""
    town: str = ""
    region: str = ""
    country: str = ""
    first_name: str = ""
    last_name: str = ""
    key: int = 0
    no_mail: bool = False

    def is_complete(self) -> bool:
        """Tell whether a letter could arrive: a street or box, and a town."""
        return bool((self.street.strip() or self.po_box.strip()) and self.town.strip())


def address_lines(
    recipient: Recipient,
    home_country: str,
    *,
    content: str = "organisation_person",
    language: str = "",
    country_line: bool = True,
) -> list[str]:
    """Return the lines from name to country, none of them empty.

    `content` is one of CONTENTS; where the wanted name is missing the other one stands in. `language` overrides the
    language of the country line, `country_line=False` leaves it out.
    """
    country = (recipient.country or home_country).strip().upper()
    rule = rule_for(country)
    lines = name_lines(recipient, content, person_first=rule.person_first) + place_lines(recipient, country)
    if country_line and country and home_country and country != home_country.strip().upper():
        lines.append(country_name(country, home_country, language))
    return [line for line in map(_tidy, lines) if line]


def name_lines(recipient: Recipient, content: str, *, person_first: bool) -> list[str]:
    """Return who is addressed; the person stands above the organisation where the post of the country wants it."""
    organisation, person = recipient.organisation.strip(), recipient.person.strip()
    if content == "organisation" and organisation:
        return [organisation, recipient.department]
    if content == "person" and person:
        return [person]
    if organisation == person:
        person = ""
    lines = [organisation, recipient.department, person]
    return lines[::-1] if person_first else lines


def place_lines(recipient: Recipient, country: str) -> list[str]:
    """Return supplement, street or box, and town."""
    rule = rule_for(country)
    parts = _parts(recipient, rule)
    street = _street_lines(recipient, rule, parts, country)
    town = [fill(line, parts) for line in rule.town]
    if parts["postcode"].strip() and not rule.street_last and not any("{postcode}" in line for line in rule.town):
        town.append(parts["postcode"])  # a country without postcodes; what was entered is not dropped
    if rule.street_last:
        return [*town, *street, parts["postcode"]]
    return [*street, *town]


def _parts(recipient: Recipient, rule: CountryRule) -> dict[str, str]:
    capital = str.upper if rule.capitals else str
    is_repeated = recipient.region.strip().casefold() == recipient.town.strip().casefold()
    return {
        "street": recipient.street,
        "number": recipient.house_number,
        "postcode": recipient.postcode,
        "town": capital(recipient.town),
        "region": "" if is_repeated else capital(recipient.region),
    }


def _street_lines(recipient: Recipient, rule: CountryRule, parts: dict[str, str], country: str) -> list[str]:
    supplement = recipient.supplement.strip()
    if recipient.po_box.strip():
        return [supplement, _box_line(recipient.po_box.strip(), country)]
    street = fill(rule.street, parts)
    if rule.supplement and street and supplement and not supplement.lower().startswith(("c/o", "a/c", "att")):
        return [f"{street}{rule.supplement}{supplement}"]
    return [supplement, street]


def _box_line(box: str, country: str) -> str:
    """Write "Postfach 12 34"; a box that already brings its word stays as it is."""
    return box if box[0].isalpha() else f"{PO_BOX.get(country, 'PO Box')} {box}"


def fill(template: str, parts: dict[str, str]) -> str:
    """Fill a line; what stands before a missing part goes with it."""
    result = ""
    for literal, name, _spec, _conversion in Formatter().parse(template):
        value = parts[name or ""].strip()
        if value:
            result += f"{literal}{value}" if result else value
    return result


def _tidy(line: str) -> str:
    """Remove line ends and blanks at the edges; the two blanks of Dutch postcodes stay."""
    return re.sub(r"[\r\n\t]+", " ", line).strip()


def country_name(country: str, home_country: str, language: str = "") -> str:
    """Return the name of a country in capitals for mail posted in `home_country`; an unknown code stays as it is."""
    locale = _posting_locale(home_country.strip().upper(), language)
    name = locale.territories.get(country) or country
    name = name.partition("(")[0].strip()
    if locale.language in ("tr", "az"):
        name = name.replace("i", "İ")
    return name.upper()


@lru_cache(maxsize=64)
def _posting_locale(home_country: str, language: str) -> Locale:
    """Return the language of the country line: the wanted one, else the first official one in Latin letters."""
    for code in (language, *get_official_languages(home_country, de_facto=True)):
        locale = _locale(code)
        if locale is not None and (locale.territories.get("DE") or "?")[0] < "\u0250":
            return locale
    return Locale("en")


def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code.replace("-", "_")) if code else None
    except (UnknownLocaleError, ValueError):
        return None


def households(recipients: Iterable[Recipient]) -> list[list[Recipient]]:
    """Group recipients who share one letter box, in their order: the same place and the same organisation or none.

    Two firms in one house stay apart, and so do recipients without a complete address.
    """
    groups: dict[object, list[Recipient]] = {}
    for place, recipient in enumerate(recipients):
        groups.setdefault(_door(recipient) if recipient.is_complete() else place, []).append(recipient)
    return list(groups.values())


def _door(recipient: Recipient) -> tuple[str, ...]:
    parts = (
        recipient.organisation, recipient.street, recipient.house_number, recipient.supplement, recipient.po_box,
        recipient.postcode, recipient.town, recipient.country,
    )  # fmt: skip
    return tuple(" ".join(part.casefold().split()) for part in parts)


def household_recipient(members: list[Recipient]) -> Recipient:
    """Return one recipient for all who share a letter box: "Eva and Ben Muster", "Family Muster" or name by name."""
    first = members[0]
    people = {m.person.strip(): m for m in members if m.person.strip()}
    if len(people) < 2 or first.organisation.strip():
        return first if len(people) < 2 else replace(first, person="")
    last_names = {m.last_name.strip() for m in people.values()}
    if len(last_names) == 1 and (last := last_names.pop()):
        given = [m.first_name.strip() for m in people.values()]
        if len(people) == 2 and all(given):
            name = _("{first} and {second} {last}").format(first=given[0], second=given[1], last=last)
            return replace(first, person=name)
        return replace(first, person=_("Family {name}").format(name=last))
    return replace(first, person=", ".join(people))
