"""LDIF and FRITZ!Box phone books: contacts, lists, what is none of both, and the account of all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcrm.errors import UserError
from gcrm.services.exchange.card import CardFile
from gcrm.services.exchange.fritzbox_read import read_fritzbox
from gcrm.services.exchange.ldif_read import read_ldif
from gcrm.services.exchange.read_file import is_wanted, kind_of, read_data
from gcrm.services.exchange.tables.choice import Choice, Where

CHOICE = Choice(where=Where("de", "DE"))
BOOK = """version: 1

dn: cn=Eva Neu,mail=eva@neu.example
objectclass: top
objectclass: person
objectclass: mozillaAbPersonAlpha
givenName: Eva
sn:: TsO2dQ==
cn: Eva Nöu
mail: eva@neu.example
mozillaHomeStreet: Ring 1
mozillaHomeLocalityName: Bonn
description: eine lange
  Notiz
birthyear: 1970
birthmonth: 2
birthday: 28
userPassword: geheim
custom1: rot

dn: cn=Segler
objectclass: groupOfNames
cn: Segler
member: cn=Eva Neu,mail=eva@neu.example
description: eine Liste

dn: ou=Leute
objectclass: organizationalUnit
ou: Leute
"""


def ldif(text: str) -> CardFile:
    found = read_ldif(text.encode(), CHOICE)
    assert found.account.is_balanced
    return found


def test_an_address_book_of_thunderbird() -> None:
    found = ldif(BOOK)
    eva, sailors = found.cards
    assert (eva.name.first, eva.name.last, eva.notes) == ("Eva", "Nöu", ("eine lange Notiz",))
    assert eva.birthday is not None
    assert eva.birthday.as_date() is not None
    assert (eva.addresses[0].purpose, eva.addresses[0].town) == ("home", "Bonn")
    assert ('"label":"custom1"' in eva.kept[0], len(eva.kept)) == (True, 1)
    assert [source.value for source in sailors.sources if source.name == "MEMBER"] == ["mailto:eva@neu.example"]
    assert {said.line for said in found.account.reported} == {18, 27, 28, 29}
    assert found.account.lines == sum(1 for line in BOOK.splitlines() if line.strip())


def test_real_ldif_files_are_read_line_by_line(corpora: Path) -> None:
    files = sorted((corpora / "ldif").rglob("*.ldif"))
    cards = 0
    for file in files:
        data = file.read_bytes()
        found = read_data(data, kind_of(file, CHOICE), CHOICE)
        lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        assert found.account.is_balanced, file.name
        assert found.account.lines == sum(1 for line in lines if line.strip()), file.name
        cards += len(found.cards)
    assert cards > 130


def test_a_phone_book_of_a_fritzbox(corpora: Path) -> None:
    file = corpora / "fritzbox" / "public-lines" / "phonebook_example.xml"
    assert is_wanted(file)
    found = read_fritzbox(file.read_bytes(), CHOICE)
    (card,) = found.cards
    assert found.account.is_balanced
    assert (card.name.first, card.name.last) == ("John", "Doe")
    assert [(point.kind, point.purpose) for point in card.points] == [
        ("phone", "home"), ("mobile", ""), ("email", "home"),
    ]  # fmt: skip
    with pytest.raises(UserError, match="no phone book"):
        kind_of(corpora / "fritzbox" / "fritzconnection-xml" / "tr64desc.xml", CHOICE)


def test_a_hostile_or_broken_phone_book_is_refused_in_words() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><phonebooks><phonebook><contact>&a;</contact></phonebook></phonebooks>'
    for data in (bomb, b"<phonebooks><phonebook>", b""):
        with pytest.raises(UserError, match="Save it once more"):
            read_fritzbox(data, CHOICE)
