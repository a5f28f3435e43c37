"""Letters open in the contact's language, else in that of its country or of the office."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gcrm.model.address import Address
from gcrm.model.base import Home
from gcrm.model.salutation import salutation_line
from gcrm.services import contact
from gcrm.services.addressee import addressee, letter_language


@pytest.mark.parametrize(
    ("language", "country", "line"),
    [
        ("", "", "Sehr geehrte Damen und Herren"), ("", "AT", "Sehr geehrte Damen und Herren"),
        ("", "PT", "Exmos. Senhores"), ("", "BR", "Prezados Senhores"), ("en", "DE", "Dear Sir or Madam"),
    ],
)  # fmt: skip
def test_the_salutation_of_a_german_office(language: str, country: str, line: str) -> None:
    one = contact.empty(name="Firma", language=language)
    one.addresses.append(Address(purpose="postal", country=country))
    assert salutation_line(addressee(one, Home("DE"))) == line


def test_an_address_to_come_and_one_of_another_purpose_do_not_decide() -> None:
    one = contact.empty(name="Firma")
    later = date.today() + timedelta(days=9)
    one.addresses += [
        Address(purpose="postal", country="PT", from_on=later), Address(purpose="delivery", country="GB"),
        Address(purpose="postal", country="AT"),
    ]  # fmt: skip
    assert letter_language(one, Home("CH")) == "de"
