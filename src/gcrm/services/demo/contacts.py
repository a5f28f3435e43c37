"""Rows of one contact after the other, with the columns that follow from others filled as the models do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.model.fold import index_text
from gcrm.services.demo.material import Country, Town
from gcrm.services.demo.numbers import iban, vat
from gcrm.services.demo.people import Human, Maker, Phone, key_of, mail_word
from gcrm.services.demo.sheets import Sheet
from gcrm.services.search_texts import plain_fields, point_texts

LANGUAGE = {"DE": "de", "AT": "de", "CH": "de", "PT": "pt"}
PRIORITIES = ("A", "B", "B", "C", "C", "C", "", "")
PAYMENTS = ("transfer", "transfer", "transfer", "direct_debit", "prepayment", "")


@dataclass(slots=True)
class Made:
    """A contact that was made: what its chronicle and its search index need."""

    id: int
    name: str
    persons: list[tuple[int, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    phone: str = ""

    def index_text(self) -> str:
        """Return the row of the search index, in the order in which services/search_texts.py reads it."""
        return index_text([text for text in (*self.texts, *self.points) if text])


class Contacts:
    """Makes contacts; `users` are the ids of who may be responsible, `categories` ids and names."""

    def __init__(
        self, maker: Maker, sheets: dict[str, Sheet], users: list[int], categories: list[tuple[int, str]], today: date
    ) -> None:
        self.maker = maker
        self.sheets = sheets
        self.users = users
        self.categories = categories
        self.today = today
        self.texts = maker.material.texts
        self._companies = 0

    def make(self, numbers: Any) -> Made:
        """Make an organisation or a person with everything that belongs to it."""
        maker = self.maker
        country = maker.country()
        town, postcode = maker.town(country)
        if maker.chance(0.72):
            return self._organisation(country, town, postcode, numbers)
        return self._person(country, town, postcode, numbers)

    def _organisation(self, country: Country, town: Town, postcode: str, numbers: Any) -> Made:
        """Make an organisation with its people."""
        maker, name = self.maker, self.maker.organisation(country)
        self._companies += 1
        tax = vat(country.code, self._companies) if maker.chance(0.7) else ""
        made = self._contact(country, numbers, kind="organisation", name=name, vat_number=tax, name_key=key_of(name))
        self.address(made, country, town, postcode)
        host, stem = maker.hosts.take(name), maker.lines.stem(country.code, town.area)
        people = [maker.human(country) for _each in range(maker.pick((1, 1, 1, 2, 2, 3)))]
        links = [self.person(made, human, place) for place, human in enumerate(people)]
        self._account(made, country, name)
        self._categories(made)
        central = maker.landline(country, town.area, stem, "0")
        self.point(made, "phone", central, is_default=True)
        if maker.chance(0.85):
            self.point(made, "email", f"{maker.pick(('info', 'office', 'mail'))}@{host}", is_default=True)
        if maker.chance(0.6):
            self.point(made, "web", f"www.{host}", is_default=True)
        for place, (human, link) in enumerate(zip(people, links, strict=True)):
            if maker.chance(0.6):
                self.point(made, "phone", maker.landline(country, town.area, stem, str(place + 1)), link)
            if maker.chance(0.4):
                self.point(made, "email", f"{mail_word(human.first, human.last)}@{host}", link)
        self._consents(made)
        return made

    def _person(self, country: Country, town: Town, postcode: str, numbers: Any) -> Made:
        """Make a private person."""
        maker, human = self.maker, self.maker.human(country)
        born = self._day(365 * 18, 365 * 85) if maker.chance(0.6) else None
        made = self._contact(
            country,
            numbers,
            kind="person",
            salutation=human.salutation,
            title=human.title,
            first_name=human.first,
            last_name=human.last,
            name_key=key_of(f"{human.last} {human.first}"),
            birthday=born,
        )
        self.address(made, country, town, postcode, purpose="private" if maker.chance(0.2) else "postal")
        if maker.chance(0.2):
            self._account(made, country, made.name)
        self._categories(made)
        self.point(made, "mobile", maker.mobile(country), is_default=True)
        if maker.chance(0.75):
            host = maker.hosts.take(human.last)
            self.point(made, "email", f"{mail_word(human.first, human.last)}@{host}", is_default=True)
        self._consents(made)
        return made

    def _contact(self, country: Country, numbers: Any, **values: Any) -> Made:
        """Add the row of a contact in a role, with terms."""
        maker = self.maker
        role = maker.pick(("is_customer",) * 7 + ("is_supplier",) * 2 + ("is_prospect",))
        number = numbers.take({"is_customer": "customer", "is_supplier": "supplier"}.get(role, "contact"))
        customer = role == "is_customer"
        since = self._day(30, 365 * 15) if customer and maker.chance(0.3) else None
        row = {
            "number": number,
            role: True,
            "priority": maker.pick(PRIORITIES) if customer else "",
            "responsible_id": maker.pick(self.users),
            "language": LANGUAGE[country.code],
            "anniversary": since,
            "payment_type": maker.pick(PAYMENTS) if customer else "",
            "payment_terms": maker.pick(self.texts["terms"]) if customer else "",
            "price_group": maker.pick(self.texts["price"]) if customer and maker.chance(0.4) else "",
            "currency": "CHF" if country.code == "CH" else "EUR",
            "debtor_number": number if customer and number.isdigit() and len(number) == 5 else "",
            "notes": maker.pick(self.texts["notes"]) if maker.chance(0.15) else "",
            **values,
        }
        return self.contact(row)

    def contact(self, row: dict[str, Any]) -> Made:
        """Add the row of a contact and begin its texts for the search index."""
        made = Made(self.sheets["contact"].add(**row), row.get("name", ""))
        first, last = row.get("first_name", ""), row.get("last_name", "")
        made.name = made.name or f"{row.get('title', '')} {first} {last}".strip()
        made.texts = [row.get(name) or "" for name in plain_fields(Contact)]
        return made

    def address(self, made: Made, country: Country, town: Town, postcode: str, **values: Any) -> None:
        """Add a postal address."""
        street, house = self.maker.street(country)
        row = {"street": street, "house_number": house, "postcode": postcode, "town": town.name} | values
        self.sheets["address"].add(
            contact_id=made.id, is_default=True, country=country.code, town_key=key_of(row["town"]), **row
        )
        made.texts += [row.get(name) or "" for name in plain_fields(Address)]

    def person(self, made: Made, human: Human, place: int, function: str = "") -> int:
        """Add a person with a function at an organisation; return the id of the contact person."""
        function = function or self.maker.pick(self.texts["functions"])
        birthday = self._day(365 * 20, 365 * 65) if self.maker.chance(0.25) else None
        person = self.sheets["person"].add(
            salutation=human.salutation,
            title=human.title,
            first_name=human.first,
            last_name=human.last,
            name_key=key_of(f"{human.last} {human.first}"),
            birthday=birthday,
        )
        link = self.sheets["contact_person"].add(
            contact_id=made.id, person_id=person, function=function, is_default=place == 0
        )
        made.texts += [human.first, human.last, function]
        made.persons.append((link, f"{human.first} {human.last}"))
        return link

    def point(
        self, made: Made, kind: str, value: str | Phone, person: int | None = None, *, is_default: bool = False
    ) -> None:
        """Add a number or address of a contact, or of its contact person."""
        text, e164, suffix = (value, None, None) if isinstance(value, str) else (value.value, value.e164, "")
        if e164 is not None:
            suffix = e164[:0:-1]
            made.phone = made.phone or e164
        self.sheets["contact_point"].add(
            contact_id=made.id,
            contact_person_id=person,
            kind=kind,
            value=text,
            value_key=text.lower() if text.isascii() else key_of(text),
            e164=e164,
            suffix=suffix,
            is_default=is_default,
        )
        made.points += point_texts(text, e164)

    def _account(self, made: Made, country: Country, holder: str) -> None:
        """Add a bank account."""
        if not self.maker.chance(0.6):
            return
        number, bic, bank = self.maker.pick(country.banks)
        self.account(made, iban(country.code, number, 1_000_000 + made.id * 7919), bic, bank)

    def account(self, made: Made, iban: str, bic: str, bank: str) -> None:
        """Add a bank account by its IBAN."""
        self.sheets["bank_account"].add(contact_id=made.id, iban=iban, bic=bic, bank_name=bank, is_default=True)
        made.texts.append(iban)

    def open_item(self, made: Made, number: str, cents: int, rest: int, days: int) -> None:
        """Add an invoice that is due in so many days (past ones are overdue), with amount and rest in cents."""
        due = self.today + timedelta(days=days)
        self.sheets["open_item"].add(
            contact_id=made.id, number=number, document_on=(due - timedelta(days=14)).isoformat(),
            due_on=due.isoformat(), amount=cents, rest=rest, currency="EUR",
        )  # fmt: skip
        made.texts.append(number)

    def _categories(self, made: Made) -> None:
        """Give some categories, each once."""
        for identifier, name in self.categories:
            if self.maker.chance(0.1):
                self.sheets["contact_category"].add(contact_id=made.id, category_id=identifier)
                made.texts.append(name)

    def _consents(self, made: Made) -> None:
        """Note permissions and objections, with source and date."""
        for channel, share in (("email", 0.3), ("mail", 0.08), ("phone", 0.1)):
            if self.maker.chance(share):
                allowed = self.maker.chance(0.8 if channel == "email" else 0.3)
                source = self.maker.pick(self.texts["categories"][:3])
                said = self._day(10, 900)
                self.sheets["consent"].add(
                    contact_id=made.id, channel=channel, is_allowed=allowed, source=source, said_on=said
                )

    def _day(self, least: int, most: int) -> str:
        """Return a day that is at least and at most so many days ago."""
        return (self.today - timedelta(days=least + int(self.maker.random.random() * (most - least)))).isoformat()
