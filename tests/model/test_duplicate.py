from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.model.duplicate import LIKELY, POSSIBLE, REASONS, SURE, Candidate, best, keys, score


def who(
    organisation: str = "",
    name: str = "",
    phone: str = "",
    email: str = "",
    street: str = "",
    postcode: str = "",
    town: str = "",
    vat: str = "",
) -> Candidate:
    first, _blank, last = name.rpartition(" ")
    return Candidate(
        organisation,
        first,
        last,
        frozenset(phone.split()),
        frozenset(email.split()),
        street,
        postcode,
        town,
        vat,
    )


BERLIN = {"street": "Hauptstraße 7", "postcode": "10115", "town": "Berlin"}
HAMBURG = {"street": "Deichweg 3", "postcode": "20457", "town": "Hamburg"}

# Our own labelled pairs: two contacts, the least and the highest score they may get.
PAIRS: list[tuple[Candidate, Candidate, float, float]] = [
    # the same, written differently
    (who("Müller GmbH", **BERLIN), who("Mueller G.m.b.H.", **BERLIN), LIKELY, 1),
    (who("Müller & Söhne GmbH & Co. KG", phone="+49301"), who("Mueller und Soehne", phone="+49301"), LIKELY, 1),
    (who("Café Sol, Lda.", town="Lisboa"), who("Cafe Sol Lda", town="LISBOA"), LIKELY, 1),
    (who("Nordlicht AG", email="info@nordlicht.de"), who("Nordlicht", email="INFO@nordlicht.de"), SURE, 1),
    (who("Acme Ltd", vat="GB980780684"), who("Acme Limited", vat="GB 980 7806 84"), SURE, 1),
    (who("Acme Ltd", vat="DE136695976"), who("Bolt & Sons", vat="DE136695976"), LIKELY, SURE),
    (who("Bäckerei Schmidt", **BERLIN), who("Bäckerei Schmitd", **BERLIN), LIKELY, 1),
    (who("DataCom GmbH", **BERLIN), who("Data Com", **BERLIN), LIKELY, 1),
    (who(name="Anna Müller", **BERLIN), who(name="Müller Anna", **BERLIN), LIKELY, 1),
    (who(name="Hans Meier", phone="+4930123"), who(name="Johannes Meier", phone="+4930123"), LIKELY, 1),
    (who(name="Bob Smith", email="bob@smith.org"), who(name="Robert Smith", email="bob@smith.org"), SURE, 1),
    (who(name="José António", town="Porto"), who(name="Jose Antonio", town="Porto"), LIKELY, 1),
    (who(name="A. Kim", phone="+4930123"), who(name="Alex Kim", phone="+4930123"), LIKELY, 1),
    (who(name="Anna Müller-Lüdenscheid", phone="+493"), who(name="Anna Müller", phone="+493"), LIKELY, 1),
    (who("Anna Müller GmbH", **BERLIN), who(name="Anna Müller", **BERLIN), POSSIBLE, SURE),
    (who("Hotel Post", street="Haupt Str. 7", postcode="10115"), who("Hotel zur Post", **BERLIN), LIKELY, 1),
    (who("Muster Bau GmbH", phone="+4930123"), who("Muster Hochbau GmbH", phone="+4930123"), POSSIBLE, SURE),
    (who("Nordlicht AG"), who("Nordlicht GmbH"), POSSIBLE, LIKELY),
    # different ones that look alike
    (who(name="Anna Müller", phone="+49301", **BERLIN), who(name="Eva Müller", phone="+49301", **BERLIN), 0, POSSIBLE),
    (who(name="Anna Müller", email="info@x.de"), who(name="Jörg Weber", email="info@x.de"), 0, POSSIBLE),
    (who("Praxis Weber", **BERLIN), who("Kanzlei Schulz", **BERLIN), 0, POSSIBLE),
    (who("Stadtwerke Bonn GmbH"), who("Sparkasse Bonn"), 0, POSSIBLE),
    (who("Autohaus Meier GmbH", **BERLIN), who("Autohaus Schulze GmbH", **HAMBURG), 0, POSSIBLE),
    (who(name="Thomas Müller", **BERLIN), who(name="Thomas Müller", **HAMBURG), POSSIBLE, LIKELY),
    (who("Alpha GmbH", vat="DE136695976"), who("Alpha GmbH", vat="DE999999999"), 0, POSSIBLE + 0.01),
    (who(name="Anna Müller", email="a@gmail.com"), who(name="Eva Schulz", email="e@gmail.com"), 0, POSSIBLE),
    (who("GmbH"), who("AG"), 0, POSSIBLE),
    (who(town="Berlin"), who(town="Berlin"), 0, POSSIBLE),
    (who(), who(), 0, POSSIBLE),
]


@pytest.mark.parametrize(("one", "other", "least", "most"), PAIRS)
def test_labelled_pairs(one: Candidate, other: Candidate, least: float, most: float) -> None:
    found = score(one, other)
    assert least <= found.score <= most
    assert score(other, one) == found


@pytest.mark.parametrize(("one", "other", "least", "most"), [pair for pair in PAIRS if pair[2] >= POSSIBLE])
def test_likely_pairs_share_a_key_and_have_reasons(one: Candidate, other: Candidate, least: float, most: float) -> None:
    assert keys(one) & keys(other)
    assert score(one, other).reasons


def test_reasons_are_in_words_and_strongest_first() -> None:
    one = who("Nordlicht AG", email="info@nordlicht.de", **BERLIN)
    assert score(one, who("Nordlicht", email="info@nordlicht.de", **BERLIN)).reasons == (
        REASONS["email"],
        REASONS["same_name"],
        REASONS["address"],
    )


def test_domain_counts_only_when_it_belongs_to_the_organisation() -> None:
    pair = [who("Nordlicht", email=f"{local}@nordlicht.de") for local in ("info", "kontakt")]
    free = [who("Nordlicht", email=f"{local}@gmail.com") for local in ("info", "kontakt")]
    assert score(*pair).score > score(*free).score
    assert REASONS["domain"] in score(*pair).reasons


def test_best_is_sorted_and_leaves_out_the_unlikely() -> None:
    near, far = who("Nordlicht AG"), who("Sparkasse Bonn")
    nearer = who("Nordlicht GmbH", **BERLIN)
    found = best(who("Nordlicht", **BERLIN), [far, near, nearer])
    assert [candidate for candidate, _match in found] == [nearer, near]


NAMES = st.sampled_from(["", "Müller", "Mueller", "Anna", "Peter", "Meyer", "Maier", "Kim", "Schmidt", "Nordlicht"])
CANDIDATES = st.builds(
    Candidate,
    st.builds(" ".join, st.lists(NAMES | st.sampled_from(["GmbH", "AG", "Bau"]), max_size=3)) | st.text(max_size=20),
    NAMES | st.text(max_size=8),
    NAMES | st.text(max_size=8),
    st.frozensets(st.sampled_from(["+491", "+492"]), max_size=2),
    st.frozensets(st.sampled_from(["a@x.de", "b@x.de", "c@gmail.com"]), max_size=2),
    st.sampled_from(["", "Weg 1", "Weg 2"]),
    st.sampled_from(["", "10115", "20457"]),
    st.sampled_from(["", "Berlin", "Bonn"]),
    st.sampled_from(["", "DE1", "DE2"]),
)


@given(CANDIDATES, CANDIDATES)
def test_score_is_symmetric_and_in_range(one: Candidate, other: Candidate) -> None:
    found = score(one, other)
    assert found == score(other, one)
    assert 0 <= found.score <= 1


@given(CANDIDATES)
def test_whoever_is_compared_with_itself_is_never_denied(one: Candidate) -> None:
    if one.words or one.person:
        assert score(one, one).score >= POSSIBLE
        assert keys(one)


@given(CANDIDATES, CANDIDATES)
def test_adding_the_same_evidence_to_both_never_lowers_the_score(one: Candidate, other: Candidate) -> None:
    from dataclasses import replace

    both = [replace(candidate, phones=candidate.phones | {"+499"}) for candidate in (one, other)]
    assert score(*both).score >= score(one, other).score
