"""How well duplicates are told: precision and recall over pairs that were made by other rules than the matcher's."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from gcrm.model.contact import Contact
from gcrm.model.duplicate import LIKELY, POSSIBLE, Candidate, keys, possible, score
from gcrm.services import demo, duplicates
from gcrm.services.opening import open_office
from tests.labelled_pairs import TESTED, LabelledPair, labelled_pairs

PAIRS = 2400


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[LabelledPair]:
    path: Path = tmp_path_factory.mktemp("labelled") / "office.gcrm"
    with closing(open_office(f"sqlite:///{path}")) as database:
        demo.create(database, 1200, seed=5, language="de", activities=0)
        with database.read() as session:
            ids = session.scalars(select(Contact.id).order_by(Contact.id)).all()
            office: list[Candidate] = list(duplicates.candidates(session, ids).values())
    return labelled_pairs(office, PAIRS, TESTED)


@pytest.mark.parametrize(("least", "precision", "recall"), [(POSSIBLE, 0.95, 0.9), (LIKELY, 0.99, 0.9)])
def test_nearly_all_duplicates_are_found_and_hardly_anybody_else(
    pairs: list[LabelledPair], least: float, precision: float, recall: float
) -> None:
    found = [pair for pair in pairs if _is_found(pair, least)]
    right = sum(pair.is_same for pair in found)
    assert right / len(found) >= precision
    assert right / sum(pair.is_same for pair in pairs) >= recall


def _is_found(pair: LabelledPair, least: float) -> bool:
    """Tell whether the look through the office would list the pair: one key brings both together."""
    match = possible(pair.one, pair.other)
    return match is not None and match.score >= least and not keys(pair.one).isdisjoint(keys(pair.other))


def test_the_quick_look_sees_what_the_long_one_sees(pairs: list[LabelledPair]) -> None:
    for pair in pairs:
        long = score(pair.one, pair.other)
        assert possible(pair.one, pair.other) == (long if long.score >= POSSIBLE else None)


def test_every_rule_made_pairs(pairs: list[LabelledPair]) -> None:
    assert len({rule for pair in pairs for rule in pair.rules}) >= 18
    assert sum(pair.is_same for pair in pairs) == PAIRS / 2
