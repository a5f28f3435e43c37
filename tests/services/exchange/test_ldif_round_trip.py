"""LDIF out and in again: everything that its schema has a place for comes back, whatever letters it is made of."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.services.exchange.card import Card, CardAddress, CardDate, CardPoint, Name
from gcrm.services.exchange.ldif_read import read_ldif
from gcrm.services.exchange.out.ldif_file import write_ldif
from gcrm.services.exchange.tables.choice import Choice, Where

CHOICE = Choice(kind="ldif", where=Where("de", "DE"))
WORDS = st.lists(st.text("aÄßz漢é:<,;=+#\"\\'()&", min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join)
PLAIN = st.lists(st.text("abcdefghÄöü", min_size=2, max_size=8), min_size=1, max_size=2).map(" ".join)
MAILS = st.lists(st.sampled_from("abcdef").map("{0}@example.com".format), max_size=2, unique=True)
PHONES = st.lists(
    st.tuples(st.sampled_from((("phone", "work"), ("mobile", ""), ("fax", "work"))), st.integers(10**6, 10**9)),
    max_size=3, unique_by=lambda pair: pair[0],
)  # fmt: skip
PLACES = st.builds(
    CardAddress, purpose=st.sampled_from(("work", "home")), street=PLAIN, town=PLAIN, region=st.just(""),
    house_number=st.sampled_from(("", "7", "12 b")), postcode=st.sampled_from(("", "04103", "1010")),
    country=st.sampled_from(("DE", "AT")),
)  # fmt: skip
CARDS = st.builds(
    lambda name, firm, job, mails, phones, places, day, groups, note: Card(
        kind="organisation" if firm else "person", name=name, organisation=firm, job_title=job,
        points=(*(CardPoint("email", each, "work") for each in mails),
                *(CardPoint(kind, f"+49 {number}", use) for (kind, use), number in phones)),
        addresses=tuple(places), birthday=day, categories=tuple(groups), notes=(note,) if note else (),
    ),
    st.builds(Name, last=PLAIN, first=PLAIN), st.one_of(st.just(""), WORDS), st.one_of(st.just(""), WORDS), MAILS,
    PHONES, st.lists(PLACES, max_size=2, unique_by=lambda place: place.purpose),
    st.one_of(st.none(), st.builds(CardDate, st.integers(1930, 2005), st.integers(1, 12), st.integers(1, 28))),
    st.lists(PLAIN, max_size=2, unique=True), st.one_of(st.just(""), WORDS, st.just("two\nlines")),
)  # fmt: skip


def written(cards: tuple[Card, ...]) -> bytes:
    file = BytesIO()
    write_ldif(file, cards)
    return file.getvalue()


@settings(max_examples=30)
@given(st.lists(CARDS, min_size=1, max_size=3).map(tuple))
def test_what_goes_out_comes_in_and_goes_out_as_it_was(cards: tuple[Card, ...]) -> None:
    data = written(cards)
    read = read_ldif(data, CHOICE)
    assert (read.account.is_balanced, read.account.reported) == (True, ())
    assert written(read.cards) == data
    for card, back in zip(cards, read.cards, strict=True):
        assert (back.name.first, back.name.last, back.organisation) == (
            card.name.first,
            card.name.last,
            card.organisation,
        )
        assert {point.value for point in back.points} == {point.value for point in card.points}
        assert (back.birthday, set(back.categories), "\n".join(back.notes)) == (
            card.birthday, set(card.categories), "\n".join(card.notes),
        )  # fmt: skip
