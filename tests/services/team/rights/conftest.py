"""One shared office for the tests that only look at it, and a fresh one for those that change it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import PostgresOffices
from tests.services.team.rights.team_office import Team, shared_office


@pytest.fixture(scope="session")
def watched(postgres_offices: PostgresOffices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """Give one shared office for all tests that leave it as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GCRM_DATA", str(tmp_path_factory.mktemp("watched")))
        with shared_office(postgres_offices) as made:
            yield made


@pytest.fixture
def team(postgres_offices: PostgresOffices) -> Iterator[Team]:
    """Give a shared office of its own."""
    with shared_office(postgres_offices) as made:
        yield made
