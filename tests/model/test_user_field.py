from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.errors import UserError
from gcrm.i18n import language
from gcrm.model import user_field
from gcrm.model.user_field import KINDS, Definition, Place

PLACE = Place("de", "DE", "EUR", {7: "Müller GmbH", 8: "Meyer", 9: "Meyer"})
CHOICES = ("Gold", "Silber", "Ärger")
NUMBERS = st.decimals("-1e20", "1e20", allow_nan=False, places=4)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool),
    "long_text": st.text(min_size=1).map(str.strip).filter(bool),
    "number": NUMBERS,
    "money": st.decimals("-1e12", "1e12", allow_nan=False, places=2),
    "date": st.dates(date(1000, 1, 1)),
    "yes_no": st.booleans(),
    "choice": st.sampled_from(CHOICES),
    "choices": st.sets(st.sampled_from(CHOICES), min_size=1).map(
        lambda chosen: tuple(choice for choice in CHOICES if choice in chosen)
    ),
    "link": st.sampled_from(["https://example.com/a?b=c", "mailto:a@example.com", "https://localhost:8080/x"]),
    "contact": st.sampled_from([7]),
}


def definition(kind: str, **more: Any) -> Definition:
    return Definition("Field", kind, CHOICES, **more)


def test_every_kind_of_the_database_is_known() -> None:
    from gcrm.model.custom_field import CUSTOM_KINDS

    assert [(key, kind.label) for key, kind in KINDS.items()] == list(CUSTOM_KINDS)
    assert set(VALUES) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
def test_value_survives_json_and_showing(kind: str, data: st.DataObject) -> None:
    told, value = definition(kind), data.draw(VALUES[kind])
    kept = json.loads(json.dumps(user_field.to_json(told, value)))
    assert user_field.from_json(told, kept) == value
    assert user_field.parse(told, user_field.show(told, value, PLACE), PLACE) == value
    assert user_field.check(told, value).level in ("ok", "hint")


@pytest.mark.parametrize("kind", ["number", "money", "date", "yes_no", "contact"])
@given(data=st.data())
def test_order_of_keys_is_the_order_of_values(kind: str, data: st.DataObject) -> None:
    strategy = st.integers(1, 10**9) if kind == "contact" else VALUES[kind]
    one, other = data.draw(strategy), data.draw(strategy)
    told = definition(kind)
    keys = [user_field.sort_key(told, value).encode() for value in (one, other)]
    assert (keys[0] < keys[1], keys[0] == keys[1]) == (one < other, one == other)
    assert user_field.sort_key(told, None).encode() < keys[0]


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(
    kept=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
        max_leaves=3,
    ),
    text=st.text(max_size=20),
)
def test_anything_kept_or_typed_is_a_value_or_refused(kind: str, kept: Any, text: str) -> None:
    told = definition(kind)
    value = user_field.from_json(told, kept)
    assert isinstance(user_field.show(told, value, PLACE), str)
    assert isinstance(user_field.sort_key(told, value), str)
    try:
        typed = user_field.parse(told, text, PLACE)
    except UserError:
        return
    assert user_field.from_json(told, json.loads(json.dumps(user_field.to_json(told, typed)))) == typed


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "1.234,5", Decimal("1234.5")),
        ("money", "€ 12", Decimal(12)),
        ("date", "23.11.2026", date(2026, 11, 23)),
        ("yes_no", "Ja", True),
        ("yes_no", "não", False),
        ("choice", "arger", "Ärger"),
        ("choices", "silber, gold", ("Gold", "Silber")),
        ("link", "example.com", "https://example.com"),
        ("link", "nas:5000/share", "https://nas:5000/share"),
        ("contact", "mueller gmbh", None),
        ("contact", "müller gmbh", 7),
        ("text", "  a   b ", "a b"),
        ("text", "  ", None),
    ],
)
def test_typed_values(kind: str, text: str, value: Any) -> None:
    if kind == "contact" and value is None:
        with pytest.raises(UserError, match="no contact"):
            user_field.parse(definition(kind), text, PLACE)
        return
    assert user_field.parse(definition(kind), text, PLACE) == value


@pytest.mark.parametrize(
    ("kind", "text", "part"),
    [
        ("number", "abc", "not a number"),
        ("number", "9" * 30, "too large"),
        ("money", "5 USD", "kept in EUR"),
        ("money", "5,001", "decimal places"),
        ("date", "31.2.2026", "not a date"),
        ("yes_no", "maybe", "neither yes nor no"),
        ("choice", "Bronze", "Gold, Silber"),
        ("choices", "Gold, Bronze", "Bronze"),
        ("link", "javascript:alert(1)", "not opened"),
        ("link", "a b.com", "blanks"),
        ("contact", "Meyer", "Several"),
        ("contact", "99", "no contact"),
    ],
)
def test_wrong_values_get_a_sentence(kind: str, text: str, part: str) -> None:
    with pytest.raises(UserError, match=part):
        user_field.parse(definition(kind), text, PLACE)


def test_values_are_shown_in_the_language_of_the_place() -> None:
    assert user_field.show(definition("money"), Decimal("1234.5"), PLACE) == "1.234,50\u00a0€"
    assert user_field.show(definition("money", currency="CHF"), Decimal("1"), Place("en", "GB")) == "CHF\u00a01.00"
    assert user_field.show(definition("contact"), 7, PLACE) == "Müller GmbH"
    assert user_field.show(definition("date"), date(2026, 3, 4), PLACE) == "04.03.2026"
    with language("en"):
        assert user_field.show(definition("yes_no"), False, PLACE) == "No"


def test_databases_get_numbers_they_can_compare() -> None:
    told = definition("number")
    assert [user_field.to_json(told, Decimal(text)) for text in ("12", "12.50", "0.1")] == [12, 12.5, 0.1]
    assert user_field.to_json(told, Decimal("12345678901234.5678")) == "12345678901234.5678"


def test_required_and_choices_that_are_gone() -> None:
    assert user_field.check(definition("text", is_required=True), None).level == "error"
    assert user_field.check(definition("choices", is_required=True), ()).level == "error"
    assert user_field.check(definition("text"), None).level == "ok"
    gone = user_field.check(definition("choice"), "Bronze")
    assert gone.level == "hint"
    assert "Bronze" in gone.sentence
    assert user_field.check(definition("text"), "x" * 1000).level == "hint"
