"""The first contacts of every made-up office: those of the pictures, so that screens can be compared with them."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from gcrm.services.demo.chronicle import Chronicle, Due
from gcrm.services.demo.contacts import Contacts, Made
from gcrm.services.demo.material import Town
from gcrm.services.demo.numbers import iban, vat
from gcrm.services.demo.people import Human, Phone, host_word, key_of, mail_word

ROWS = (
    ("Becker & Söhne KG", "Köln", "50667", "DE", "B", "mr", "", "Bruno", "Becker"),
    ("Cardoso Arquitetura Lda", "Porto", "4050-253", "PT", "A", "ms", "", "Joana", "Cardoso"),
    ("Dahlmann Praxis", "Berlin", "10115", "DE", "C", "ms", "Dr.", "Ute", "Dahlmann"),
    ("Eckstein Hausverwaltung", "Dresden", "01097", "DE", "A", "ms", "", "Elena", "Eckstein"),
    ("Ferreira Transportes", "Lisboa", "1100-148", "PT", "B", "mr", "", "Paulo", "Ferreira"),
    ("Gruber Holz & Bau", "München", "80339", "DE", "B", "ms", "", "Greta", "Gruber"),
    ("Hoffmann Elektrotechnik", "Halle", "06108", "DE", "A", "mr", "", "Heinz", "Hoffmann"),
    ("Ibsen Design", "Hamburg", "20144", "DE", "C", "ms", "", "Ines", "Ibsen"),
    ("Junker Landmaschinen", "Oldenburg", "26121", "DE", "B", "mr", "", "Jonas", "Junker"),
    ("Kaufmann Steuerberatung", "Bonn", "53113", "DE", "A", "ms", "", "Karin", "Kaufmann"),
    ("Lindner Optik", "Erfurt", "99084", "DE", "C", "mr", "", "Lars", "Lindner"),
)
FIRST_NUMBER = 10042
OPEN_ITEMS = {
    0: (("0117", 49_980, 49_980, -12), ("0131", 11_900, 11_900, 2)), 1: (("0124", 238_000, 88_000, 1),),
    4: (("0098", 7_140, 7_140, -33),),
}  # fmt: skip
"""Number behind the year, amount and rest in cents, and in how many days it is due, by the place of the contact."""
COUNT = len(ROWS) + 1


ACTIVITIES = 4


def make(contacts: Contacts, chronicle: Chronicle | None) -> list[Made]:
    """Make the contacts of the pictures, with what was done there unless `chronicle` is None."""
    return [_albrecht(contacts, chronicle), *(_other(contacts, place, row) for place, row in enumerate(ROWS, 1))]


def numbers() -> list[str]:
    """Return the numbers of these contacts."""
    return [str(FIRST_NUMBER + place) for place in range(COUNT)]


def _row(contacts: Contacts, name: str, number: int, country: str, priority: str) -> dict[str, Any]:
    """Return the row of a pictured contact."""
    return {
        "kind": "organisation",
        "name": name,
        "name_key": key_of(name),
        "number": str(number),
        "is_customer": True,
        "priority": priority,
        "language": "pt" if country == "PT" else "de",
        "currency": "EUR",
        "payment_type": "transfer",
        "payment_terms": contacts.texts["terms"][0],
        "debtor_number": str(number),
        "vat_number": vat(country, 9_990_000 + number % 1000),
        "responsible_id": contacts.users[0],
    }


def _albrecht(contacts: Contacts, chronicle: Chronicle | None) -> Made:
    """Make Albrecht Metallbau with its people and its chronicle."""
    row = _row(contacts, "Albrecht Metallbau GmbH", FIRST_NUMBER, "DE", "A")
    row |= {"price_group": contacts.texts["picture"]["price"], "payment_type": "direct_debit"}
    made = contacts.contact(row)
    germany = contacts.maker.material.countries["DE"]
    contacts.address(made, germany, germany.towns[0], "04103", street="Hauptstraße", house_number="7")
    functions = contacts.texts["functions"]
    people = [
        (Human("ms", "", "Anna", "Albrecht"), functions[0], "11"),
        (Human("mr", "", "Jörg", "Pfeiffer"), functions[1], "23"),
        (Human("ms", "", "Lea", "Lindner"), functions[2], ""),
    ]
    links = [contacts.person(made, human, place, function) for place, (human, function, _e) in enumerate(people)]
    contacts.account(made, iban("DE", "37040044", 532013000), "COBADEFFXXX", "Commerzbank")
    _open_items(contacts, made, 0)
    contacts.point(made, "phone", Phone("+49 341 123456-0", "+493411234560"), is_default=True)
    contacts.point(made, "mobile", Phone("+49 171 5551234", "+491715551234"), is_default=True)
    contacts.point(made, "email", "info@albrecht.example", is_default=True)
    contacts.point(made, "web", "albrecht.example", is_default=True)
    for (_human, _function, extension), link in zip(people, links, strict=True):
        if extension:
            phone = Phone(f"+49 341 123456-{extension}", f"+49341123456{extension}")
            contacts.point(made, "phone", phone, link)
    if chronicle is not None:
        _chronicle(contacts, chronicle, made, links[0])
    return made


def _open_items(contacts: Contacts, made: Made, place: int) -> None:
    """Add what a pictured contact has not paid yet."""
    for number, cents, rest, days in OPEN_ITEMS.get(place, ()):
        contacts.open_item(made, f"{contacts.today:%Y}-{number}", cents, rest, days)


def _chronicle(contacts: Contacts, chronicle: Chronicle, made: Made, anna: int) -> None:
    """Write what the picture shows beside Albrecht Metallbau."""
    words, me = contacts.texts["picture"], contacts.users[0]
    miguel = contacts.users[1] if len(contacts.users) > 1 else me
    morning = min(chronicle.now, chronicle.now.astimezone().replace(hour=9, minute=12, second=0, microsecond=0))
    phone = "+4934112345611"
    chronicle.add(
        made, "call", morning, text=words["call"], direction="in", seconds=360, phone=phone,
        contact_person_id=anna, responsible_id=miguel, done_by=miguel,
    )  # fmt: skip
    chronicle.add(made, "task", morning, text=words["follow"], responsible_id=me, due=Due(0, time(14)))
    email = {"subject": words["email_subject"], "text": words["email"], "direction": "in"}
    for days, kind, values in ((5, "email", email), (12, "visit", {"text": words["visit"]})):
        chronicle.add(made, kind, morning - timedelta(days=days), responsible_id=me, done_by=me, **values)


def _other(contacts: Contacts, place: int, row: tuple[str, ...]) -> Made:
    """Make another contact of the list in the picture."""
    name, town, postcode, code, priority, salutation, title, first, last = row
    country = contacts.maker.material.countries[code]
    made = contacts.contact(_row(contacts, name, FIRST_NUMBER + place, code, priority))
    known = next((each for each in country.towns if each.name.startswith(town)), country.towns[0])
    contacts.address(made, country, Town(town, known.area, known.postcodes), postcode)
    link = contacts.person(made, Human(salutation, title, first, last), 0, contacts.texts["functions"][0])
    number, bic, bank = country.banks[0]
    contacts.account(made, iban(code, number, 4_000_000 + place * 7919), bic, bank)
    _open_items(contacts, made, place)
    host = f"{host_word(name.split()[0])}.example"
    stem = contacts.maker.lines.stem(code, known.area)
    contacts.point(made, "phone", contacts.maker.landline(country, known.area, stem, "0"), is_default=True)
    contacts.point(made, "email", f"info@{host}", is_default=True)
    contacts.point(made, "web", host, is_default=True)
    contacts.point(made, "email", f"{mail_word(first, last)}@{host}", link)
    return made
