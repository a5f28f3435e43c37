"""Card to contact and back: nothing is lost, and a second round changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.errors import UserError
from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.services.aggregate import values_of
from gcrm.services.contact import empty
from gcrm.services.contact_rules import ensure_defaults, walk
from gcrm.services.exchange.card import Card, CardAddress, CardPoint, Name
from gcrm.services.exchange.contact_card import Imported, to_card, to_contact, uid_of
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.exchange.vcard_write import write_vcard

Version = Literal["3.0", "4.0"]
VERSIONS: tuple[Version, ...] = ("3.0", "4.0")


def values(imported: Imported) -> list[tuple[str, dict[str, Any]]]:
    """Return everything a contact holds."""
    return [(type(record).__name__, values_of(record)) for record in walk(imported.contact)]


def there_and_back(imported: Imported, version: Version) -> Imported:
    """Write a contact as a file and read that."""
    card = to_card(imported.contact, imported.categories, imported.photo)
    (read,) = read_vcard(write_vcard([card], version).encode()).cards
    return to_contact(read)


def read_one(*lines: str) -> Card:
    (card,) = read_vcard("\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", "")).encode()).cards
    return card


def test_every_card_of_the_corpora_survives(corpora: Path) -> None:
    count = 0
    for file in sorted((corpora / "vcard").rglob("*.vcf")):
        try:
            cards = read_vcard(file.read_bytes()).cards
        except UserError:
            continue
        for card in cards:
            for version in VERSIONS:
                first = to_contact(card)
                second = there_and_back(first, version)
                third = there_and_back(second, version)
                assert set(second.contact.kept) <= set(first.contact.kept), file.name
                first.contact.kept = second.contact.kept  # a line that was there twice is there once
                assert values(first) == values(second) == values(third), (file.name, card.line)
                assert first.categories == second.categories == third.categories, file.name
                assert (first.photo is None) == (second.photo is None)
                count += 1
    assert count > 4000


def test_no_value_of_a_card_of_the_corpora_is_lost(corpora: Path) -> None:
    """Every text of the card stands somewhere in the card that is written from the contact."""
    for file in sorted((corpora / "vcard").rglob("*.vcf")):
        for card in read_vcard(file.read_bytes()).cards:
            written = to_card(to_contact(card).contact, to_contact(card).categories)
            said = repr(replace(written, photo=None))
            for point in card.points:
                assert repr(point.value.strip())[1:-1] in said, (file.name, card.line, point)
                assert all(repr(word)[1:-1] in said for word in point.types), (file.name, card.line, point)
            for address in card.addresses:
                for part in (address.town, address.postcode, address.label):
                    assert repr(part.strip())[1:-1] in said, (file.name, card.line, address)
            for text in (card.job_title, card.role, card.time_zone, card.name.middle, card.name.suffix, card.uid):
                assert repr(text.strip())[1:-1] in said, (file.name, card.line, text)
            for line in card.kept:  # a second line that says the same as the field is no loss
                assert line in written.kept or line.partition(":")[2] in said, (file.name, card.line, line)


def test_a_company_with_a_person_becomes_an_organisation_with_a_contact_person() -> None:
    card = read_one(
        "N:Maier;Eva;;Frau Dr.;", "FN:Frau Dr. Eva Maier", "ORG:Werft Süd GmbH;Einkauf", "TITLE:Leiterin",
        "TEL;TYPE=WORK:040 5550100", "TEL;TYPE=CELL:0171 5550100", "EMAIL;TYPE=WORK:e.maier@werft.example",
    )  # fmt: skip
    contact = to_contact(card).contact
    assert (contact.kind, contact.name) == ("organisation", "Werft Süd GmbH")
    (person,) = contact.persons
    assert (person.person.salutation, person.person.title, person.person.full_name) == ("ms", "Dr.", "Dr. Eva Maier")
    assert (person.function, person.department, person.is_default) == ("Leiterin", "Einkauf", True)
    assert [point.value for point in contact.points] == ["040 5550100"]
    assert [point.kind for point in person.points] == ["mobile", "email"]


def test_a_person_with_something_private_is_a_person_who_works_there() -> None:
    card = read_one("N:Maier;Eva;;;", "FN:Eva Maier", "ORG:Werft Süd GmbH", "BDAY:1980-04-12", "TITLE:Leiterin")
    contact = to_contact(card).contact
    assert (contact.kind, contact.name or "", contact.name2) == ("person", "", "Werft Süd GmbH")
    assert contact.birthday == date(1980, 4, 12)
    assert to_card(contact).job_title == "Leiterin"


def test_what_has_no_field_stays_and_is_written_back() -> None:
    lines = ("N:Roe;Jane;Q.;;jr.", "FN:Jane Q. Roe jr.", "NICKNAME:Janey", "X-PET:cat", "GEO:51.3;12.4")
    contact = to_contact(read_one(*lines)).contact
    card = to_card(contact)
    assert (card.name.middle, card.name.suffix, card.nicknames) == ("Q.", "jr.", ("Janey",))
    assert (card.latitude, card.longitude) == ("51.3", "12.4")
    assert "X-PET:cat" in card.kept
    assert contact.first_name == "Jane Q."


def test_a_detail_goes_when_its_value_is_changed() -> None:
    card = read_one("N:Roe;Jane;;;", "FN:Jane Roe (night shift)", "TEL;TYPE=WORK,PAGER:555 1234")
    contact = to_contact(card).contact
    assert to_card(contact).points[0].types == ("pager",)
    contact.points[0].value = "555 9999"
    contact.last_name = "Poe"
    changed = to_card(contact)
    assert changed.points == (CardPoint("phone", "555 9999", "work", name="pager"),)
    assert changed.formatted == "Jane Poe"


def test_a_deleted_number_does_not_come_back() -> None:
    contact = to_contact(read_one("FN:Jane", "TEL;TYPE=PAGER:555 1234")).contact
    contact.points.clear()
    assert to_card(contact).points == ()


def test_a_birthday_without_year_is_kept() -> None:
    contact = to_contact(read_one("FN:Jane", "BDAY:--0412")).contact
    assert contact.birthday is None
    day = to_card(contact).birthday
    assert day is not None
    assert (day.month, day.day) == (4, 12)
    contact.birthday = date(1980, 5, 1)
    assert to_card(contact).birthday != day


def test_further_persons_travel_in_a_line_of_our_own() -> None:
    second = ContactPerson(
        person=Person(first_name="Ola", last_name="Ny", salutation="mx", birthday=date(1970, 1, 2)),
        function="Lager", points=[ContactPoint(kind="mobile", value="0171 1", purpose="work", label="")],
    )  # fmt: skip
    first = ContactPerson(person=Person(first_name="Eva", last_name="Maier"), is_default=True, points=[])
    contact = empty(name="Werft")
    contact.number = "10007"
    contact.persons = [first, second]
    again = there_and_back(Imported(contact), "3.0").contact
    assert [person.person.full_name for person in again.persons] == ["Eva Maier", "Ola Ny"]
    assert again.persons[1].person.birthday == date(1970, 1, 2)
    assert again.persons[1].points[0].value == "0171 1"
    assert again.number == "10007"
    assert not any(line.startswith("X-GCRM") for line in again.kept)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_every_number_keeps_its_owner(version: Version) -> None:
    contact = empty(name="Werft")
    contact.points = [
        ContactPoint(kind="mobile", value="0171 1", purpose="", label="", is_default=True),
        ContactPoint(kind="phone", value="040 1", purpose="", label="", is_default=True),
        ContactPoint(kind="email", value="info@werft.example", purpose="", label="", is_default=True),
    ]
    eva = ContactPerson(person=Person(first_name="Eva", last_name="Maier"), is_default=True)
    eva.points = [
        ContactPoint(kind="phone", value="040 1", purpose="", label="", is_default=False),
        ContactPoint(kind="phone", value="040 2", purpose="", label="", is_default=True),
        ContactPoint(kind="email", value="eva@werft.example", purpose="", label="", is_default=False),
    ]
    contact.persons = [eva]
    again = there_and_back(Imported(contact), version).contact

    def told(points: Iterable[ContactPoint]) -> list[tuple[str, bool]]:
        return [(point.value, bool(point.is_default)) for point in points]

    assert told(again.points) == told(contact.points)
    assert told(again.persons[0].points) == told(eva.points)
    assert again.kept == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("salutation", ["mx", "Familie", "Dr.-Familie", "mr", ""])
def test_every_salutation_survives_a_file(salutation: str, version: Version) -> None:
    person = empty(kind="person", salutation=salutation, first_name="Kim", last_name="Berg")
    assert there_and_back(Imported(person), version).contact.salutation == salutation
    firm = empty(kind="organisation", name="Berg KG")
    for first, is_default in (("Kim", True), ("Toni", False)):
        name = Person(salutation=salutation, first_name=first, last_name="Berg")
        firm.persons.append(ContactPerson(person=name, is_default=is_default, points=[], custom={}))
    back = there_and_back(Imported(firm), version).contact
    assert [link.person.salutation for link in back.persons] == [salutation] * 2
    assert back.salutation in ("", None)


def test_a_number_that_another_program_added_goes_by_its_kind() -> None:
    line = 'X-GCRM:{"contact_points":[{"kind":"email","value":"info@w.example"},7],"person_points":[[],{"kind":3}]}'
    points = (CardPoint("email", "info@w.example"), CardPoint("email", "eva@w.example"), CardPoint("phone", "1"))
    card = Card(formatted="Eva Maier", name=Name("Maier", "Eva"), organisation="W", points=points, kept=(line,))
    contact = to_contact(card).contact
    assert [point.value for point in contact.points] == ["info@w.example", "1"]
    assert [point.value for point in contact.persons[0].points] == ["eva@w.example"]


@pytest.mark.parametrize(
    "line", ["X-GCRM:", "X-GCRM:[]", "X-GCRM:{", 'X-GCRM:{"persons":7,"number":["x"]}', "X-GCRM:" + "[" * 90_000]
)
def test_a_broken_line_of_our_own_harms_nothing(line: str) -> None:
    contact = to_contact(Card(formatted="Jane", kept=(line,))).contact
    assert contact.last_name == "Jane"
    assert contact.persons == []


def test_the_exchange_id_stays_the_same() -> None:
    contact = empty(name="Werft", id=7)
    assert uid_of(contact).startswith("gcrm-7-")
    assert uid_of(contact) == uid_of(contact)
    contact.uid = "urn:uuid:1"
    assert uid_of(contact) == "urn:uuid:1"


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), max_size=20).map(
    lambda text: " ".join(text.split())
)
NAMES = WORDS.filter(lambda text: any(letter.isalpha() for letter in text))


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    """Make a contact as the office keeps it."""
    if draw(st.booleans()):
        contact = empty(
            kind="person", first_name=draw(WORDS), last_name=draw(NAMES), title=draw(st.sampled_from(("", "Dr.")))
        )
    else:
        contact = empty(kind="organisation", name=draw(NAMES), name2="")
    contact.notes = draw(WORDS)
    contact.salutation = draw(st.sampled_from(("", "mr", "ms", "mx"))) if contact.kind == "person" else ""
    contact.anniversary = draw(st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)))
    kinds = st.sampled_from(("phone", "mobile", "fax", "email", "web", "messenger"))
    for kind, value, purpose in draw(
        st.lists(st.tuples(kinds, NAMES, st.sampled_from(("", "work", "home"))), max_size=4)
    ):
        plain = value.replace(":", "").strip() or "x"
        contact.points.append(ContactPoint(kind=kind, value=plain, purpose=purpose, label=""))
    for town, street, purpose in draw(
        st.lists(st.tuples(NAMES, WORDS, st.sampled_from(("postal", "delivery", "private"))), max_size=3)
    ):
        place = {"supplement": "", "po_box": "", "postcode": "04109", "region": "", "country": "DE", "house_number": ""}
        contact.addresses.append(Address(purpose=purpose, street=street, town=town, custom={}, **place))
    ensure_defaults(contact)
    return contact


@given(contact=contacts(), version=st.sampled_from(VERSIONS))
def test_what_the_office_keeps_survives_a_file(contact: Contact, version: Version) -> None:
    again = there_and_back(Imported(contact), version).contact
    for name in ("kind", "name", "title", "first_name", "last_name", "salutation", "notes", "anniversary"):
        assert (getattr(again, name) or "") == (getattr(contact, name) or ""), name
    key = lambda point: (point.kind, point.purpose, point.value)  # noqa: E731 - read twice below
    assert sorted(map(key, again.points)) == sorted(map(key, contact.points))
    places = [(a.purpose, a.town, f"{a.street} {a.house_number}".strip()) for a in again.addresses]
    assert sorted(places) == sorted((a.purpose, a.town, a.street) for a in contact.addresses)
    assert again.kept == []


def test_addresses_and_names_without_a_place_are_not_lost() -> None:
    card = Card(
        formatted="Jane Roe", name=Name(last="Roe", first="Jane"),
        addresses=(CardAddress(label="Box 1\nSomewhere"), CardAddress(town="Leipzig", country_name="Narnia")),
    )  # fmt: skip
    contact = to_contact(card).contact
    assert [address.town for address in contact.addresses] == ["Leipzig"]
    written = to_card(contact).addresses
    assert {address.label for address in written} == {"", "Box 1\nSomewhere"}
    assert {address.country_name for address in written} == {"", "Narnia"}


def test_a_card_without_any_name_gets_one() -> None:
    assert to_contact(Card(birthday=None, kept=("X-PET:cat",))).contact.display_name == "Contact without name"
    assert to_contact(Card(kind="organisation")).contact.name == "Contact without name"
