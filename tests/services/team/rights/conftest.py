"""One shared office for the tests that only look at it, and a fresh one for those that change it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.team.rights.team_office import Team, shared_office


@pytest.fixture
def team(postgres_url: str) -> Iterator[Team]:
    """Give a shared office of its own."""
    with shared_office(postgres_url) as made:
        yield made
