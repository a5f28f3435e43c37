from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.checks import email


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (" anna.muster@Example.COM ", "anna.muster@example.com"),
        ("mailto:a+b@example.org", "a+b@example.org"),
        ("Anna.Muster@müller.de", "Anna.Muster@müller.de"),
        ("a@xn--mller-kva.de", "a@xn--mller-kva.de"),
        ("o'neill@example.ie", "o'neill@example.ie"),
        ("", ""),
    ],
)
def test_right_address_is_tidied(typed: str, value: str) -> None:
    found = email.check(typed)
    assert (found.value, found.sentence, found.level) == (value, "", "ok")


def test_name_is_taken_apart() -> None:
    found = email.check('"Muster, Anna" <anna@example.com>')
    assert (found.value, found.proposals) == ("anna@example.com", {"name": "Muster, Anna"})


@pytest.mark.parametrize(
    "typed",
    ["a b@c.de", "a@b", "@x.de", "a..b@x.de", ".a@x.de", "x@1.2.3.4", "a@-x.de", "a" * 65 + "@x.de", "a@b_c.de"],
)
def test_impossible_address(typed: str) -> None:
    assert email.check(typed).level == "error"


def test_slips_are_proposed_and_legal_rarities_only_hinted() -> None:
    assert email.check("a@gmial.com").proposals == {"email": "a@gmail.com"}
    assert email.check("a@firma.con").proposals == {"email": "a@firma.com"}
    assert email.check("jürgen@example.de").level == "hint"


def test_international_domain_for_mail_servers() -> None:
    assert email.ascii_domain("a@müller.de") == "a@xn--mller-kva.de"


@given(st.text(max_size=80) | st.from_regex(r"[^@\s]{0,70}@[^@\s]{0,90}", fullmatch=True))
def test_any_text_gives_a_finding_that_stays(text: str) -> None:
    found = email.check(text)
    assert (found.level == "ok") == (found.sentence == "")
    if found.level == "ok":
        assert email.check(found.value).value == found.value


def test_huge_text_is_kept_and_refused() -> None:
    text = "a@" * 100_000
    assert email.check(text).value == text
