from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.paste_address import Pasted, parse_signature
from gcrm.model.paste_address.pasted import SINGLE
from tests.model.paste_address.sample import Sample
from tests.model.paste_address.samples import SAMPLES

SEVERAL = ("phones", "mobiles", "faxes", "emails", "webs")


def words(*texts: str) -> Counter[str]:
    return Counter(word for text in texts for word in re.findall(r"\w+", text))


def found_in(pasted: Pasted) -> dict[str, object]:
    single = {name: getattr(pasted, name) for name in SINGLE if getattr(pasted, name)}
    return single | {name: list(getattr(pasted, name)) for name in SEVERAL if getattr(pasted, name)}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_sample_is_taken_apart(sample: Sample) -> None:
    pasted = parse_signature(sample.text, sample.home)
    expected = {name: value for name, value in sample.expected.items() if value}
    assert found_in(pasted) == expected
    assert all(part in "\n".join(pasted.rest) for part in sample.rest)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_word_of_a_sample_is_lost_or_used_twice(sample: Sample) -> None:
    pasted = parse_signature(sample.text, sample.home)
    assert words(*(placed.raw for placed in pasted.placed), *pasted.rest) == words(sample.text)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
@pytest.mark.parametrize("home", ["DE", "AT", "CH", "PT", "GB", "US", "XX"])
def test_every_field_has_a_confidence(sample: Sample, home: str) -> None:
    pasted = parse_signature(sample.text, home)
    assert all(0 < pasted.confidence[name] <= 1 for name in SINGLE if getattr(pasted, name))
    assert words(*(placed.raw for placed in pasted.placed), *pasted.rest) == words(sample.text)


LINES = [line for sample in SAMPLES for line in sample.text.split("\n") if line.strip()]
SEPARATORS = st.sampled_from(["\n", "\n\n", " | ", ", ", " - ", "\t", " ", " / ", "\r\n", ""])
TEXTS = (
    st.text(max_size=200)
    | st.builds(lambda lines, mark: mark.join(lines), st.lists(st.sampled_from(LINES), max_size=8), SEPARATORS)
    | st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=8).map(" ".join)
)


def letters(*texts: str) -> Counter[str]:
    return Counter(char for text in texts for char in text if char.isalnum())


@given(TEXTS, st.sampled_from(["DE", "AT", "CH", "PT", "GB", "US", "FR", "XX", ""]))
def test_any_text_is_taken_apart_without_losing_a_letter(text: str, home: str) -> None:
    pasted = parse_signature(text, home)
    assert letters(*(placed.raw for placed in pasted.placed), *pasted.rest) == letters(text)


@given(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join))
def test_values_come_from_the_text(text: str) -> None:
    pasted = parse_signature(text)
    for name in ("organisation", "first_name", "last_name", "job_title", "street", "town", "po_box"):
        assert words(getattr(pasted, name)) <= words(text)


@pytest.mark.parametrize(
    "part",
    ["a", "a.", "a@", "1 ", "(", "1/", "Ab ", "Tel. ", "DE89 ", "USt-IdNr. DE 1", "A, ", "+1", " ", "a-", "IBAN", "\n"],
)
def test_hostile_texts_of_megabytes_come_back_whole(part: str) -> None:
    text = part * (2_000_000 // len(part))
    assert letters(*parse_signature(text).rest) == letters(text)
    lines = "\n".join([part * (400 // len(part))] * 2000)
    pasted = parse_signature(lines)
    assert letters(*(placed.raw for placed in pasted.placed), *pasted.rest) == letters(lines)


@pytest.mark.parametrize(
    ("text", "home", "kind", "number"),
    [
        ("Tel./Fax: 030 5550123", "DE", "phone", "030 5550123"),
        ("F +49 30 5550123", "DE", "fax", "+49 30 5550123"),
        ("Tel. mobil: 0171 5550123", "DE", "mobile", "0171 5550123"),
        ("0664 5550123", "AT", "mobile", "0664 5550123"),
        ("079 555 01 23", "CH", "mobile", "079 555 01 23"),
        ("912 555 012", "PT", "mobile", "912 555 012"),
        ("07700 900123", "GB", "mobile", "07700 900123"),
        ("+44 20 7946 0123", "DE", "phone", "+44 20 7946 0123"),
        ("212-555-0123", "US", "phone", "212-555-0123"),
        ("T: (0 30) 555 01-23", "DE", "phone", "(0 30) 555 01-23"),
    ],
)
def test_numbers(text: str, home: str, kind: str, number: str) -> None:
    assert [(found.kind, found.text) for found in parse_signature(text, home).numbers] == [(kind, number)]


@pytest.mark.parametrize(
    "text",
    ["HRB 0123456", "24.11.2026", "01.02.2026", "St.-Nr. 012/345/67890", "Kto 0123456789", "D 01067 Dresden", "1 234"],
)
def test_no_telephone_numbers(text: str) -> None:
    assert parse_signature(text).numbers == ()


def test_two_numbers_in_a_line() -> None:
    pasted = parse_signature("Tel. 030 5550123 / 0171 5550123")
    assert [number.kind for number in pasted.numbers] == ["phone", "mobile"]
    pasted = parse_signature("T 030 5550123 F 030 5550124 M 0171 5550125")
    assert [number.kind for number in pasted.numbers] == ["phone", "fax", "mobile"]
