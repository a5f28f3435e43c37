"""Every spelling of one number is one number, and no two numbers ever become one."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model import phone
from gcrm.model.phone import Home, PhoneKind, normalise, parse, parse_all, pretty, split_numbers, suffix_key

BERLIN = Home("DE", "030")
BEHIND_ZERO = Home("DE", "30", outside_prefix="0")
BEHIND_NINE = Home("DE", "30", outside_prefix="9")


@pytest.mark.parametrize(
    "text",
    [
        "030123456",
        "030 123456",
        "030/123456",
        "030 / 12 34 56",
        "(030) 123456",
        "030 (123456)",
        "(0)30 123456",
        "030-123456",
        "030 12 34-56",
        "030.12.34.56",
        "030\u00a0123\u2009456",
        "030 123\u2013456",
        "\u202a030 123456\u202c",
        "030\u200b123456",
        "+4930123456",
        "+49 30 123456",
        "+49 (30) 123456",
        "+49 (0) 30 123456",
        "+49(0)30/123456",
        "+49030123456",
        "004930123456",
        "0049 30 123456",
        "0049 (0)30 123456",
        "0049 030 123456",
        "123456",
        "12 34 56",
        "Tel.: 030 123456",
        "Telefon 030 123456",
        "tel:+4930123456",
        "Fax +49 30 123456",
        "٠٣٠١٢٣٤٥٦",
    ],
)
def test_every_spelling_of_one_number_is_one_number(text: str) -> None:
    parsed = parse(text, BERLIN)
    assert parsed.e164 == "+4930123456"
    assert parsed.kind is PhoneKind.NUMBER
    assert not parsed.extension


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", PhoneKind.HIDDEN),
        ("   ", PhoneKind.HIDDEN),
        ("anonymous", PhoneKind.HIDDEN),
        ("Anónimo", PhoneKind.HIDDEN),
        ("110", PhoneKind.SERVICE),
        ("112", PhoneKind.SERVICE),
        ("11833", PhoneKind.SERVICE),
        ("116117", PhoneKind.SERVICE),
        ("0800 1234567", PhoneKind.FREEPHONE),
        ("+49 800 1234567", PhoneKind.FREEPHONE),
        ("11", PhoneKind.INTERNAL),
        ("623", PhoneKind.INTERNAL),
        ("**610", PhoneKind.INTERNAL),
        ("#96*5*", PhoneKind.INTERNAL),
        ("Müller", PhoneKind.UNKNOWN),
        ("+", PhoneKind.UNKNOWN),
        ("+490", PhoneKind.UNKNOWN),
        ("+490351", PhoneKind.UNKNOWN),
        ("00490351", PhoneKind.UNKNOWN),
        ("+49 (0)160", PhoneKind.UNKNOWN),
        ("01755290xxx", PhoneKind.UNKNOWN),
        ("732xxx", PhoneKind.UNKNOWN),
        ("0301234567890123456789", PhoneKind.UNKNOWN),
    ],
)
def test_what_is_no_public_number_has_no_e164_form(text: str, kind: PhoneKind) -> None:
    parsed = parse(text, BERLIN)
    assert (parsed.kind, parsed.e164) == (kind, None)


def test_a_local_number_is_not_guessed_without_an_area_code() -> None:
    assert parse("123456", Home("DE")).kind is PhoneKind.LOCAL
    assert parse("123456", Home("DE")).e164 is None


@pytest.mark.parametrize(
    ("text", "home", "e164"),
    [
        ("0030123456", BEHIND_ZERO, "+4930123456"),
        ("0 030 123456", BEHIND_ZERO, "+4930123456"),
        ("0123456", BEHIND_ZERO, "+4930123456"),
        ("030 123456", BEHIND_ZERO, "+4930123456"),
        ("00049301234567", BEHIND_ZERO, "+49301234567"),
        ("0049301234567", BEHIND_ZERO, "+49301234567"),
        ("0049351234567", BEHIND_ZERO, "+49351234567"),  # not 0 + 04935 1234567
        ("000351210123456", BEHIND_ZERO, "+351210123456"),
        ("+351210123456", BEHIND_ZERO, "+351210123456"),
        ("9030123456", BEHIND_NINE, "+4930123456"),
        ("900351210123456", BEHIND_NINE, "+351210123456"),
        ("123456", BEHIND_NINE, "+4930123456"),
        ("9110", BEHIND_NINE, None),
        ("0110", BEHIND_ZERO, None),
    ],
)
def test_the_prefix_for_an_outside_line_is_taken_off(text: str, home: Home, e164: str | None) -> None:
    assert parse(text, home).e164 == e164


def test_typed_numbers_never_carry_the_outside_prefix() -> None:
    assert parse("00351 210 123 456", BEHIND_ZERO.typed).e164 == "+351210123456"


@pytest.mark.parametrize(
    ("text", "country", "area", "e164"),
    [
        ("01 5880 00", "AT", "1", "+431588000"),
        ("044 668 18 00", "CH", "44", "+41446681800"),
        ("210 123 456", "PT", "", "+351210123456"),
        ("210 123 456", "PT", "30", "+351210123456"),
        ("+351 (0)21 012 3456", "DE", "", "+351210123456"),
        ("06 1234 5678", "IT", "", "+390612345678"),
        ("+39 06 1234 5678", "DE", "", "+390612345678"),
        ("020 7946 0958", "GB", "", "+442079460958"),
        ("011 49 30 123456", "US", "", "+4930123456"),
        ("212 555 0123", "US", "", "+12125550123"),
        ("+1 800 555 0199", "DE", "", "+18005550199"),
        ("+800 1234 5678", "DE", "", "+80012345678"),
    ],
)
def test_other_countries_write_otherwise(text: str, country: str, area: str, e164: str) -> None:
    assert normalise(text, country, area) == e164


@pytest.mark.parametrize(
    ("text", "extension"),
    [
        ("030 123456 ext. 12", "12"),
        ("030 123456 Durchwahl 12", "12"),
        ("030 123456, Nst. 12", "12"),
        ("+49 30 123456;ext=12", "12"),
        ("030 123456 x12", "12"),
        ("030123456x12", "12"),
        ("030 123456 ramal 7", "7"),
    ],
)
def test_an_extension_in_words_is_kept_apart(text: str, extension: str) -> None:
    parsed = parse(text, BERLIN)
    assert (parsed.e164, parsed.extension) == ("+4930123456", extension)
    assert suffix_key(text).startswith("65432103")


def test_the_hyphen_of_din_5008_belongs_to_the_number() -> None:
    assert normalise("030 1234-56") == "+4930123456"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("08001234567 (0301234567)", ("08001234567", "0301234567")),
        ("22833 (+49228123456)", ("22833", "+49228123456")),
        ("030 123456, 0170 1234567", ("030 123456", "0170 1234567")),
        ("030 123456; 0170 1234567", ("030 123456", "0170 1234567")),
        ("030 123456 / 0170 1234567", ("030 123456", "0170 1234567")),
        ("030 123456\n0170 1234567", ("030 123456", "0170 1234567")),
        ("030 123456 oder 0170 1234567", ("030 123456", "0170 1234567")),
        ("030/123456", ("030/123456",)),
        ("030 (123456)", ("030 (123456)",)),
        ("+49 (0) 30 123456", ("+49 (0) 30 123456",)),
        ("(030) 123456", ("(030) 123456",)),
        ("", ("",)),
    ],
)
def test_two_numbers_in_one_text_stay_two(text: str, parts: tuple[str, ...]) -> None:
    assert split_numbers(text) == parts


def test_a_call_with_two_numbers_gives_both() -> None:
    own, network = parse_all("0221 98765432 (030 1234567)", BERLIN)
    assert (own.e164, network.e164) == ("+4922198765432", "+49301234567")


def test_the_written_form_is_kept_for_display() -> None:
    assert parse("030 / 12 34 56", BERLIN).shown == "030 / 12 34 56"


def test_pretty_is_national_at_home_and_international_abroad() -> None:
    assert pretty("+4930123456", "DE") == "030 123456"
    assert pretty("+4930123456", "PT") == "+49 30 123456"
    assert pretty("**610") == "**610"
    assert pretty("+") == "+"


def test_pretty_is_read_back_as_the_same_number() -> None:
    for e164 in ("+4930123456", "+4915112345678", "+351210123456", "+12125550123"):
        assert normalise(pretty(e164, "DE"), "DE", "221") == e164


@pytest.mark.parametrize(("name", "country"), [("areacodes_germany.csv", "DE"), ("areacodes_austria.csv", "AT")])
def test_every_area_code_of_the_country_reads_the_same_in_all_forms(corpora: Path, name: str, country: str) -> None:
    code = {"DE": "49", "AT": "43"}[country]
    with (corpora / "phone" / "jfritz-areacodes" / name).open(encoding="utf-8", errors="replace") as lines:
        areas = [row[0] for row in csv.reader(lines, delimiter=";") if row and row[0].startswith("0")]
    assert len(areas) > 900
    for area in areas:
        expected = f"+{code}{area[1:]}234567"
        assert normalise(f"{area} 234567", country) == expected
        assert normalise(f"00{code} ({area}) 234567", "PT") == expected
        assert normalise(f"+{code} (0){area[1:]}/234567", country) == expected


def test_every_local_number_in_a_german_area_gets_its_area_code(corpora: Path) -> None:
    path = corpora / "phone" / "jfritz-areacodes" / "areacodes_germany.csv"
    with path.open(encoding="utf-8", errors="replace") as lines:
        areas = [row[0] for row in csv.reader(lines, delimiter=";") if row and row[0].startswith("0")]
    wrong = [area for area in areas if normalise("234567", "DE", area) != f"+49{area[1:]}234567"]
    assert not wrong


def test_no_call_monitor_number_of_the_corpus_becomes_another(corpora: Path) -> None:
    text = (corpora / "fritzbox" / "public-lines" / "callmonitor_lines.txt").read_text(encoding="utf-8")
    numbers = [field for line in text.splitlines() for field in line.split(";")[3:5] if phone.digits(field)]
    assert len(numbers) > 30
    for number in numbers:
        e164 = normalise(number, "DE", "30")
        assert e164 is None or e164.endswith(number.lstrip("0"))


@given(st.text(max_size=120))
def test_any_text_is_read_without_an_error_and_nothing_is_invented(text: str) -> None:
    parsed = parse(text, BERLIN)
    assert (parsed.e164 is not None) == (parsed.kind is PhoneKind.NUMBER)
    if parsed.e164:
        assert parsed.e164[1:].isdigit()
        assert len(parsed.e164) <= 16
        tail = phone.digits(parsed.e164)[-5:]
        assert tail in phone.digits(text)


@given(st.text(alphabet="0123456789+()/- .,;x*#\n", max_size=40), st.sampled_from(["DE", "PT", "US", "IT", "", "XX"]))
def test_any_dial_string_in_any_country_is_stable(text: str, country: str) -> None:
    e164 = normalise(text, country, "30", "0")
    assert e164 is None or normalise(e164, "GB") == e164


@given(st.integers(1_000_000, 99_999_999), st.sampled_from(["30", "221", "89"]), st.sampled_from(" /-."))
def test_national_and_international_spelling_agree(subscriber: int, area: str, separator: str) -> None:
    national = f"0{area}{separator}{subscriber}"
    international = f"+49 (0) {area}{separator}{subscriber}"
    assert normalise(national) == normalise(international) == f"+49{area}{subscriber}"
    assert suffix_key(f"+49{area}{subscriber}").startswith(suffix_key(national))
    assert phone.common_suffix(suffix_key(national), suffix_key(international)) >= phone.SHORTEST_SUFFIX


@given(
    st.lists(st.from_regex(r"\A0[1-9]\d{6,9}\Z"), min_size=2, max_size=3),
    st.sampled_from([", ", "; ", " / ", "\n"]),
)
def test_digits_of_two_numbers_are_never_joined(numbers: list[str], separator: str) -> None:
    text = separator.join(numbers)
    assert [parsed.e164 for parsed in parse_all(text)] == [normalise(number) for number in numbers]


def test_a_huge_text_costs_nothing() -> None:
    assert parse("0" * 5_000_000).kind is PhoneKind.UNKNOWN
    assert len(parse("1" * 5_000_000).shown) == phone.LONGEST_TEXT


def test_importing_the_module_does_not_load_the_numbering_plans() -> None:
    code = "import sys, gcrm.model.phone; sys.exit('phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_national_form_of_every_country_holds_what_is_dialled_there() -> None:
    import phonenumbers

    style = phonenumbers.PhoneNumberFormat
    for region in phonenumbers.SUPPORTED_REGIONS:
        number = phonenumbers.example_number(region)
        assert number is not None
        e164 = phonenumbers.format_number(number, style.E164)
        dialled = phone.digits(phonenumbers.format_number(number, style.NATIONAL))
        assert dialled in e164 or dialled in phone.national_form(e164), region


@pytest.mark.parametrize("text", ["Tel. 0221 4711", "telefon: 0221 4711", "Fax 0221 4711", "0221 4711"])
def test_the_label_of_a_number_goes(text: str) -> None:
    assert phone.without_label(text) == "0221 4711"
    assert phone.without_label("Telekom 0221") == "Telekom 0221"
