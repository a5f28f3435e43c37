"""The fields of a new contact, and the contact they make.

What a pasted address brings besides the fields on the page (fax, VAT number, account, second numbers) waits in
`extra` and is saved too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gcrm.i18n import N_, _
from gcrm.model.address import Address
from gcrm.model.address_format import address_format, label, split_street
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import Home
from gcrm.model.contact import Contact
from gcrm.model.contact_person import SALUTATIONS, ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fields import Field
from gcrm.model.first_names import first_name_gender
from gcrm.model.fold import fold
from gcrm.model.name_key import LEGAL_FORMS
from gcrm.model.salutation import proposed
from gcrm.services import contact as contacts
from gcrm.services.known_person import KnownPerson, role
from gcrm.ui.forms.binding import Input, field_of
from gcrm.ui.forms.form import Form

ROLE_CHOICES = (
    ("is_customer", N_("Customer")),
    ("is_supplier", N_("Supplier")),
    ("is_prospect", N_("Prospect")),
    ("is_other", N_("Other contact")),
)
_POLITE = {"herr": "mr", "herrn": "mr", "mr": "mr", "senhor": "mr", "sr": "mr", "frau": "ms", "ms": "ms", "mrs": "ms",
           "senhora": "ms", "sra": "ms"}  # fmt: skip
_PARTICLES = frozenset({"von", "van", "de", "da", "dos", "zu"})
_TITLES = frozenset({"dr", "prof", "dipl", "ing", "mag", "eng", "dra"})
# How words end that name a trade and no person, folded, in German, English and Portuguese.
_TRADE = re.compile(
    r"(?:bau|werk|werke|werkstatt|technik|service|services|praxis|design|haus|handel|gruppe|group|verwaltung|beratung"
    r"|transporte|transportes|logistik|metall|elektro|solutions|consulting|studio|verlag|hotel|shop|laden|arquitetura"
    r"|construcoes|comercio|industria|servicos|trading|systems|systeme|immobilien|software|druckerei|backerei)$"
)
PERSON_FIELDS = ("salutation", "title", "first_name", "last_name")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart."""

    salutation: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""


def split_person(text: str) -> PersonName:
    """Take "Frau Dr. Anna Albrecht" apart; a salutation that is not there is proposed by the first name."""
    words = text.split()
    salutation, titles = "", []
    while words and (key := fold(words[0]).strip(".")) in _POLITE:
        salutation = _POLITE[key]
        words.pop(0)
    while len(words) > 1 and fold(words[0]).split(".")[0] in _TITLES:
        titles.append(words.pop(0))
    if len(words) < 2:
        return PersonName(salutation, " ".join(titles), "", " ".join(words))
    places = (place for place, word in enumerate(words) if place and word in _PARTICLES)
    particle = next(places, len(words) - 1)
    first, last = " ".join(words[:particle]), " ".join(words[particle:])
    return PersonName(salutation or proposed(first), " ".join(titles), first, last)


def looks_like_person(text: str) -> bool:
    """Tell whether a name is a person's: a form of address, a title, or a first name that is one, and no legal form."""
    words = text.split()
    keys = [fold(word).strip(".,") for word in words]
    is_organisation = any(key in LEGAL_FORMS for key in keys) or any(char.isdigit() or char == "&" for char in text)
    if is_organisation or not 2 <= len(words) <= 6 or any(_TRADE.search(key) for key in keys):
        return False
    if keys[0] in _POLITE or keys[0] in _TITLES:
        return True
    return len(words) <= 4 and bool(first_name_gender(words[0]))


def _entry(cls: Any, name: str, as_: str = "", **more: Any) -> Input:
    told = replace(field_of(cls, name), name=as_ or name)
    return Input(told, **more)


def entries(home: Home) -> list[Input]:
    """Return the inputs of the form."""

    def point(name: str, text: str, kind: str) -> Input:
        return Input(Field(name, text, kind), label=_(text))

    person = [_entry(Contact, name) for name in PERSON_FIELDS]
    return [
        _entry(Contact, "name", label=_("Company or person")),
        *person,
        Input(Field("street", N_("Street"))),
        _entry(Address, "postcode", country=home.country, label=label(home.country, "postcode", N_("Postcode"))),
        _entry(Address, "town", label=_("City")),
        _entry(Address, "region"),
        _entry(Address, "country", value=home.country),
        point("phone", N_("Phone"), "phone"),
        point("mobile", N_("Mobile"), "phone"),
        point("email", N_("E-mail"), "email"),
        Input(Field("role", N_("Role"), "choice", choices=ROLE_CHOICES), "is_customer"),
        Input(Field("category", N_("Category"))),
        Input(Field("person", N_("Contact person"))),
    ]


def rows(country: str, *, is_person: bool) -> list[list[tuple[str, int]]]:
    """Return the rows of the form with the share of each field in twelfths."""
    town = [name for row in address_format(country).rows() for name in row if name in ("postcode", "town", "region")]
    spans = {2: {"postcode": 4, "town": 8}, 3: {"postcode": 3, "town": 6, "region": 3}}[max(2, len(town))]
    person = [[("salutation", 3), ("title", 2), ("first_name", 3), ("last_name", 4)]] if is_person else []
    last: list[tuple[str, int]] = [] if is_person else [("person", 4)]
    return [
        [("name", 12)],
        *person,
        [("street", 12)],
        [(name, spans[name]) for name in town],
        [("phone", 6), ("mobile", 6)],
        [("email", 6), ("country", 6)],
        [("role", 4), ("category", 4), *last],
    ]


def make_contact(
    form: Form, extra: Mapping[str, Any], *, is_person: bool, known: KnownPerson | None = None
) -> tuple[Contact, list[str]]:
    """Return the contact that the form describes, not yet saved, and the names of its categories.

    `known` gets the role of the contact person in place of somebody new of that name.
    """
    values = form.values()
    contact = contacts.empty(notes=str(extra.get("notes", "")), vat_number=str(extra.get("vat_number", "")))
    setattr(contact, values["role"] or "is_customer", True)
    if is_person:
        contact.kind = "person"
        for name in PERSON_FIELDS:
            setattr(contact, name, values[name])
    else:
        contact.name = values["name"]
    _add_address(contact, values, extra)
    _add_points(contact, values, extra)
    if not is_person:
        _add_person(contact, values, extra, known)
    if extra.get("iban"):
        contact.bank_accounts.append(BankAccount(iban=extra["iban"], bic=str(extra.get("bic", ""))))
    names = [name.strip() for name in values["category"].split(",")]
    return contact, [name for name in names if name]


def _add_address(contact: Contact, values: Mapping[str, Any], extra: Mapping[str, Any]) -> None:
    street, number = split_street(values["street"], values["country"])
    parts = {name: values[name] for name in ("postcode", "town", "region", "country")}
    more = {name: str(extra.get(name, "")) for name in ("supplement", "po_box")}
    if any((street, number, values["postcode"], values["town"], *more.values())):
        contact.addresses.append(Address(street=street, house_number=number, custom={}, **parts, **more))


def _add_points(contact: Contact, values: Mapping[str, Any], extra: Mapping[str, Any]) -> None:
    for kind in ("phone", "mobile", "email"):
        if values[kind]:
            contact.points.append(ContactPoint(kind=kind, value=values[kind]))
    for kind, value in extra.get("points", ()):
        contact.points.append(ContactPoint(kind=kind, value=value))


def _add_person(
    contact: Contact, values: Mapping[str, Any], extra: Mapping[str, Any], known: KnownPerson | None
) -> None:
    name = split_person(values["person"])
    function = str(extra.get("job_title", ""))
    if known is not None:
        contact.persons.append(role(known, contact, function))
        return
    if not (name.first_name or name.last_name):
        return
    person = Person(salutation=name.salutation, title=name.title, first_name=name.first_name, last_name=name.last_name)
    contact.persons.append(ContactPerson(person=person, function=function, points=[], custom={}))


def person_words(name: PersonName) -> str:
    """Return a name as it is typed into one field."""
    called = _(dict(SALUTATIONS)[name.salutation]) if name.salutation in ("mr", "ms") else ""
    return " ".join(part for part in (called, name.title, name.first_name, name.last_name) if part)
