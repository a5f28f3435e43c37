"""One server as gCRM makes it for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.team_server import TeamServer, team_server


@pytest.fixture(scope="session")
def team() -> Iterator[TeamServer]:
    """Give a running server with TLS and an empty database."""
    with team_server() as running:
        yield running
