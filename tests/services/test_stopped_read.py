"""A long read of an office in a file ends as soon as nobody waits for it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from gcrm.services.database import Database

LONG = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n")


def test_a_read_nobody_waits_for_is_broken_off_and_the_next_one_is_not(database: Database) -> None:
    if not database.is_sqlite:
        with database.read(lambda: True) as session:
            assert session.scalar(LONG) == 300_000
        return
    with pytest.raises(OperationalError, match="interrupted"), database.read(lambda: True) as session:
        session.scalar(LONG)
    with database.read() as session:
        assert session.scalar(LONG) == 300_000
    with database.read(lambda: False) as session:
        assert session.scalar(LONG) == 300_000
