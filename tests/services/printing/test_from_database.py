"""Prints out of the database: what stands on the sheet of a contact and on a list, on both engines."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from gcrm.i18n import set_language
from gcrm.model.address import Address
from gcrm.model.bank_account import BankAccount
from gcrm.model.follow_up import When
from gcrm.services import activity, contact
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.printing.contact_sheet import print_contact_sheet
from gcrm.services.printing.for_contact import sheet_of
from gcrm.services.printing.lists import print_list
from gcrm.services.printing.page import without_font
from gcrm.services.printing.preview import page_text
from gcrm.services.printing.sources import LONGEST_CELL, list_of
from tests.services.offices import enter_company
from tests.services.printing.pdf_facts import whole_text


def customer(database: Database, name: str, town: str = "", **values: object) -> int:
    made = contact.empty(name=name, is_customer=True, **values)
    if town:
        made.addresses.append(Address(street="Ring", house_number="1", postcode="04103", town=town, country="DE"))
    return contact.create(database, made)


def printed_sheet(database: Database, number: int, path: Path, *sections: str) -> str:
    with database.read() as session:
        sheet = sheet_of(session, number, user=database.user_id, sections=sections)
    result = print_contact_sheet(path, sheet)
    return whole_text(path, result.pages)


def test_an_office_without_company_prints_nothing_in_its_place(database: Database, tmp_path: Path) -> None:
    assert "None" not in printed_sheet(database, customer(database, "Bau AG"), tmp_path / "sheet.pdf")


def test_the_foot_names_the_company_once_and_its_whole_address(database: Database, tmp_path: Path) -> None:
    enter_company(database, name="Costa Tools GmbH", street="Karl-Heine-Straße", house_number="54", postcode="04229",
                  town="Leipzig", country="DE")  # fmt: skip
    text = printed_sheet(database, customer(database, "Bau AG"), tmp_path / "sheet.pdf")
    assert text.count("Costa Tools GmbH") == 1
    assert "Costa Tools GmbH · Karl-Heine-Straße 54 · 04229 Leipzig" in text


def test_an_iban_is_printed_whole_in_groups_of_four(database: Database, tmp_path: Path) -> None:
    made = contact.empty(name="Bau AG")
    made.bank_accounts.append(
        BankAccount(iban="MT84MALT011000012345MTLCAST001S", bic="MALTMTMTXXX", bank_name="Bank of Valletta")
    )
    text = printed_sheet(database, contact.create(database, made), tmp_path / "sheet.pdf", "bank")
    assert "MT84 MALT 0110 0001 2345 MTLC AST0 01S" in text
    assert "Bank of Valletta, MALTMTMTXXX" in text
    assert "…" not in text


def test_the_whole_sheet_speaks_the_language_of_the_customer(database: Database, tmp_path: Path) -> None:
    who = customer(database, "Bau AG", language="de")
    due = When(datetime(2030, 1, 7), all_day=True)
    activity.log(database, who, "Angebot", type="call", direction="in", follow_up=due)
    set_language("en")
    text = printed_sheet(database, who, tmp_path / "sheet.pdf")
    assert "Eingehender Anruf" in text
    assert "Wiedervorlage 07.01.2030" in text
    assert "Incoming call" not in text


def test_the_first_of_a_grouped_list_are_those_of_the_first_groups(database: Database, tmp_path: Path) -> None:
    for name, town in (("A", "Wismar"), ("B", "Aachen"), ("C", "Wismar"), ("D", "Aachen")):
        customer(database, name, town)
    with database.read() as session:
        listing = list_of(session, ContactQuery(), ["display_name"], group="town", limit=3)
        rows = [list(row) for row in listing.rows]
    assert rows == [["Aachen", "B"], ["Aachen", "D"], ["Wismar", "A"]]


def test_a_name_as_long_as_a_book_fills_no_ream(database: Database, tmp_path: Path) -> None:
    customer(database, "Wort " * 200_000)
    with database.read() as session:
        listing = list_of(session, ContactQuery(), ["display_name"])
        result = print_list(tmp_path / "list.pdf", listing)
    assert result.pages < 3
    assert len(page_text(tmp_path / "list.pdf", 1)) < 2 * LONGEST_CELL


@pytest.mark.parametrize("engine_free", ["\U0001f4a9"])
def test_characters_without_a_font_are_named(engine_free: str) -> None:
    assert without_font(engine_free) == f"No font has these characters; a box is printed instead: {engine_free}"
