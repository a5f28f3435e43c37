"""What every test of services is held to: no session outlives the call it was made for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sessions import left_open


@pytest.fixture(autouse=True)
def one_session_per_call() -> Iterator[None]:
    """Fail a test after which a session is still open (law 4)."""
    yield
    left = left_open()
    assert not left, "; ".join(left)
