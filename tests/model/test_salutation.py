from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.i18n import language
from gcrm.model.first_names import first_name_gender
from gcrm.model.salutation import Addressee, address_line, mismatch, proposed, salutation_line, written_language

# salutation, title, first name, last name, language | line | name line of the address
EXAMPLES = [
    ("ms|Dr.|Anna|Müller|de", "Sehr geehrte Frau Dr. Müller", "Frau Dr. Anna Müller"),
    ("mr||Max|Müller|de", "Sehr geehrter Herr Müller", "Herrn Max Müller"),
    ("mx||Alex|Kim|de", "Guten Tag Alex Kim", "Alex Kim"),
    ("||Alex|Kim|de", "Guten Tag Alex Kim", "Alex Kim"),
    ("mx|Dr.|Alex|Kim|de", "Guten Tag Dr. Alex Kim", "Dr. Alex Kim"),
    ("||||de", "Sehr geehrte Damen und Herren", ""),
    ("mr||||de", "Sehr geehrte Damen und Herren", ""),
    (
        "ms|Prof. Dr. med. Dr. h.c.|Eva|von der Heide|de",
        "Sehr geehrte Frau Prof. Dr. von der Heide",
        "Frau Prof. Dr. med. Dr. h.c. Eva von der Heide",
    ),
    ("mr|Dipl.-Ing.|Max|Huber|de", "Sehr geehrter Herr Huber", "Herrn Dipl.-Ing. Max Huber"),
    ("mr|Dipl.-Ing.|Max|Huber|de-AT", "Sehr geehrter Herr Dipl.-Ing. Huber", "Herrn Dipl.-Ing. Max Huber"),
    ("ms|Mag.|Eva|Huber|de_AT", "Sehr geehrte Frau Mag. Huber", "Frau Mag. Eva Huber"),
    ("mr|M.Sc.|Max|Muster|de", "Sehr geehrter Herr Muster", "Herrn Max Muster, M.Sc."),
    ("mr||Max||de", "Guten Tag Max", "Herrn Max"),
    ("ms|||Müller|de", "Sehr geehrte Frau Müller", "Frau Müller"),
    ("ms|Dr.|Jane|Smith|en", "Dear Dr Smith", "Dr Jane Smith"),
    ("ms|Dr|Jane|Smith|en-US", "Dear Dr. Smith", "Dr. Jane Smith"),
    ("mr||John|Smith|en-GB", "Dear Mr Smith", "Mr John Smith"),
    ("mr||John|Smith|en-US", "Dear Mr. Smith", "Mr. John Smith"),
    ("mr|PhD|John|Smith|en", "Dear Mr Smith", "Mr John Smith PhD"),
    ("mr|Sir|John|Smith|en", "Dear Sir John", "Sir John Smith"),
    ("mx||Alex|Kim|en", "Dear Alex Kim", "Alex Kim"),
    ("|Dr|Alex|Kim|en", "Dear Dr Kim", "Dr Alex Kim"),
    ("||||en", "Dear Sir or Madam", ""),
    ("||||fr", "Dear Sir or Madam", ""),
    ("mr|Eng.|João|Silva|pt", "Exmo. Senhor Eng. João Silva", "Exmo. Senhor Eng. João Silva"),
    ("ms|Dr.|Ana|Silva|pt", "Exma. Senhora Dra. Ana Silva", "Exma. Senhora Dra. Ana Silva"),
    ("||Alex|Kim|pt", "Exmo.(a) Senhor(a) Alex Kim", "Exmo.(a) Senhor(a) Alex Kim"),
    ("mx||Alex|Kim|pt", "Bom dia Alex Kim", "Alex Kim"),
    ("||||pt", "Exmos. Senhores", ""),
    ("ms||Ana|Silva|pt-BR", "Prezada Senhora Ana Silva", "Sra. Ana Silva"),
    ("||||pt-BR", "Prezados Senhores", ""),
]


def addressee(text: str, is_informal: bool = False) -> Addressee:
    salutation, title, first_name, last_name, tongue = text.split("|")
    return Addressee(salutation, title, first_name, last_name, tongue, is_informal=is_informal)


@pytest.mark.parametrize(("who", "line", "name"), EXAMPLES)
def test_lines(who: str, line: str, name: str) -> None:
    assert salutation_line(addressee(who)) == line
    assert address_line(addressee(who)) == name


def test_country_of_the_contact_counts_where_the_language_has_none() -> None:
    assert salutation_line(Addressee("mr", "", "John", "Smith", "en", "US")) == "Dear Mr. Smith"


@pytest.mark.parametrize(
    ("who", "line"),
    [
        ("ms||Anna|M|de", "Liebe Anna"),
        ("mr||Max|M|de", "Lieber Max"),
        ("mx||Alex|M|de", "Hallo Alex"),
        ("mr|Dr|John|S|en", "Dear John"),
        ("ms||Ana|S|pt", "Cara Ana"),
        ("mr|||M|de", "Sehr geehrter Herr M"),
    ],
)
def test_informal(who: str, line: str) -> None:
    assert salutation_line(addressee(who, is_informal=True)) == line


@pytest.mark.parametrize(
    ("salutation", "first_name", "flagged"),
    [
        ("mr", "Susanne", True),
        ("mr", "Anna-Lena", True),
        ("ms", "João", True),
        ("ms", "Jörg", True),
        ("ms", "Susanne", False),
        ("mr", "Rainer Maria", False),
        ("mr", "Andrea", False),
        ("mr", "Kim", False),
        ("mx", "Susanne", False),
        ("", "Susanne", False),
        ("mr", "", False),
    ],
)
def test_mr_susanne_is_flagged_and_doubt_is_not(salutation: str, first_name: str, flagged: bool) -> None:
    sentence = mismatch(Addressee(salutation, "", first_name, "X"))
    assert bool(sentence) == flagged
    assert (first_name in sentence) == flagged or not first_name


def test_flag_speaks_the_language_of_the_window() -> None:
    with language("en"):
        assert "“Mr”" in mismatch(Addressee("mr", "", "Susanne"))


def test_salutation_is_proposed() -> None:
    assert [proposed(name) for name in ("Gonçalo", "MARGARETE", "Robin", "Xyz", "")] == ["mr", "ms", "", "", ""]
    assert first_name_gender("Juergen") == first_name_gender("Jürgen") == "m"


def test_no_name_is_on_both_lists() -> None:
    from gcrm.model import first_names

    assert not first_names._WOMEN & first_names._MEN
    assert len(first_names._WOMEN) > 200 < len(first_names._MEN)


TEXT = st.text(max_size=30)


@given(
    st.builds(
        Addressee,
        st.sampled_from(["mr", "ms", "mx", ""]),
        TEXT,
        TEXT,
        TEXT,
        st.sampled_from(["de", "de-AT", "en", "en-US", "pt", "pt-BR", "xx"]),
    )
)
def test_every_name_gets_a_line_that_holds_it(who: Addressee) -> None:
    assert salutation_line(who)
    line = address_line(who)
    assert all(part.strip() in line for part in (who.first_name, who.last_name))


@pytest.mark.parametrize(
    ("language", "country", "office", "spoken", "written"),
    [
        ("", "", "DE", "en", "de"), ("", "DE", "DE", "en", "de"), ("", "AT", "DE", "de", "de"),
        ("", "BR", "DE", "de", "pt"), ("", "FR", "DE", "de", "en"), ("", "FR", "FR", "de", "de"),
        ("pt", "DE", "DE", "de", "pt"), ("", "", "FR", "", "en"), ("", "US", "PT", "pt", "en"),
    ],
)  # fmt: skip
def test_a_letter_is_in_the_language_of_contact_country_or_office(
    language: str, country: str, office: str, spoken: str, written: str
) -> None:
    assert written_language(language, country, office, spoken) == written
