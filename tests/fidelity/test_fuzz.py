"""Damaged files are read or refused with a sentence; the long run is `dev.py bench fuzz`."""

from __future__ import annotations

import random
from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.errors import UserError
from gcrm.services.exchange.contact_card import to_contact
from gcrm.services.exchange.read_file import read_data
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.tables.columns import make_columns
from tests.fidelity.fuzz import READERS, harmed, seeds, tried
from tests.fidelity.words import WORDS

FILES = 60
PIECES = {
    name: [*WORDS[name], *(line for whole in seeds(name, None) for line in whole.splitlines(keepends=True))]
    for name in READERS
}


@pytest.mark.parametrize("name", READERS)
def test_damage_is_read_or_refused(name: str) -> None:
    dice = random.Random(1)
    whole = seeds(name, None)
    for data in whole:
        READERS[name](data)
    for _file in range(FILES):
        tried(READERS[name], harmed(name, whole, dice))


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=15)
@given(data=st.data())
def test_words_in_any_order_are_read_or_refused(name: str, data: st.DataObject) -> None:
    words = st.sampled_from(PIECES[name])
    tried(READERS[name], b"".join(data.draw(st.lists(words | st.binary(max_size=8), max_size=30))))


def test_a_birthday_in_parts_that_is_no_day_stays_as_other_data() -> None:
    entry = "objectclass: person\ncn: Eva\nbirthyear: {}\nbirthmonth: 2\nbirthday: 29\n"
    (wrong,) = read_data(entry.format(1981).encode(), "ldif", Choice()).cards
    (right,) = read_data(entry.format(1980).encode(), "ldif", Choice()).cards
    assert (wrong.birthday, "1981-2-29" in "".join(wrong.kept)) == (None, True)
    assert to_contact(right).contact.birthday == date(1980, 2, 29)


def test_what_a_column_holds_is_guessed_from_the_beginning_of_a_huge_cell() -> None:
    (column,) = make_columns(["Notes"], 1)
    column.note("x" * 500_000)
    assert len(column.values[0]) == 1000


def test_a_spreadsheet_packed_in_an_unknown_way_is_refused_with_a_sentence() -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet()
    data = bytearray(file.getvalue())
    data[data.index(b"PK\x01\x02") + 6] = 200
    with pytest.raises(UserError, match="cannot be read"):
        read_data(bytes(data), "spreadsheet", Choice())
