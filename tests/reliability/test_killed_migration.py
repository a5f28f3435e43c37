"""An upgrade that is killed before and after its statements leaves the office old or new, on both engines."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.databases import PostgresOffices, SqliteOffices
from tests.reliability.killed_migration import some, tear

KILLS = 4
"""Of some hundred steps; `python3 dev.py bench torture` takes all."""


@pytest.mark.skipif(sys.platform == "win32", reason="ending a program is no kill there")
def test_a_killed_upgrade_leaves_the_office_old_or_new(
    offices: SqliteOffices | PostgresOffices, tmp_path: Path
) -> None:
    torn = tear(offices, tmp_path, KILLS)
    assert torn.killed == torn.old + torn.new == KILLS
    assert torn.old >= 1
    assert torn.new >= 1


def test_the_steps_are_the_ends_and_some_between() -> None:
    assert some(5, 0) == [1, 2, 3, 4, 5]
    assert some(4, 9) == [1, 2, 3, 4]
    assert some(100, 6) == [1, 2, 34, 66, 99, 100]
