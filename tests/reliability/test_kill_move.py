"""A move that is killed anywhere leaves one office: the old one, and behind the mark the one that the next try ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gcrm.errors import UserError
from gcrm.model.change import Change, Operation
from gcrm.services import attachment, demo, table_rows
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.moved import read_moved
from gcrm.services.opening import open_office
from gcrm.services.team.move import Report, share, unshare
from tests.databases import PostgresOffices
from tests.reliability.conftest import RUNS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ending a program is no kill there")

STEPS = [(1, f"Copying: {table.name}") for table in table_rows.tables()]
STEPS += [(2, "Copying: change"), (2, "Copying: blob_chunk"), (1, "Making the search index")]
STEPS += [(2, "Making the search index"), (1, "Comparing with the original"), (12, "Comparing with the original")]
SOME = [STEPS[0], (1, "Copying: contact"), (2, "Copying: blob_chunk"), (1, "Making the search index"), STEPS[-1]]


@contextmanager
def killing(old: str, new: str) -> Iterator[Callable[[int, str], None]]:
    """Give a way to move until a step is heard of the nth time, at which the program is killed."""
    command = [sys.executable, "-m", "tests.reliability.mover", old, new]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as mover:
        assert mover.stdin is not None
        assert mover.stdout is not None

        def kill(nth: int, step: str) -> None:
            print(nth, step, file=mover.stdin, flush=True)
            assert mover.stdout is not None
            assert mover.stdout.readline() == "-9\n", step

        yield kill
        mover.stdin.close()


def lines(database: Database) -> dict[str, bytes]:
    with database.engine.connect() as connection:
        return {table.name: b"".join(table_rows.read_rows(connection, table)) for table in table_rows.tables()}


def last(database: Database) -> tuple[int, int, bool]:
    """Return the newest operation and change of an office, and whether it went elsewhere."""
    with database.read() as session:
        operation = session.scalar(select(func.max(Operation.id))) or 0
        change = session.scalar(select(func.max(Change.id))) or 0
        return operation, change, read_moved(session) is not None


def is_no_office(address: str) -> bool:
    """Tell whether no program takes this place for an office."""
    if "://" not in address:
        return not Path(address).exists()
    try:
        open_office(address, user="mover").close()
    except UserError as problem:
        return "being moved here" in problem.sentence
    return False


def move_on(old: str, new: str) -> Report:
    """Move as a person does who tries again."""
    database = open_office(old, user="mover")
    try:
        return share(database, new) if database.is_sqlite else unshare(database, Path(new))
    finally:
        database.close()


def killed(old: str, new: str, steps: Sequence[tuple[int, str]]) -> None:
    """Kill a move at its steps, each time on what the one before has left, and then let one end."""
    database = open_office(old, user="mover")
    before, newest = lines(database), last(database)
    with killing(old, new) as kill:
        for nth, step in steps:
            kill(nth, step)
            assert is_no_office(new), step
            assert last(database) == newest, step
        assert lines(database) == before
        kill(1, "marked")
        assert is_no_office(new)
    database.close()
    marked = open_office(old, user="mover")
    assert marked.is_read_only
    marked.close()
    move_on(old, new)
    moved = open_office(new, user="mover")
    assert lines(moved) == before
    report = check(moved, full=True)
    assert report.ok, report.findings
    moved.close()
    with pytest.raises(UserError, match="moved to"):
        move_on(old, new)


def test_a_move_that_is_killed_anywhere_changes_nothing(postgres_offices: PostgresOffices, tmp_path: Path) -> None:
    file, back = tmp_path / "office.gcrm", tmp_path / "back.gcrm"
    database = open_office(str(file), user="mover")
    demo.create(database, 20, seed=5, language="de")
    attachment.attach_bytes(database, b"%PDF" * 400_000, "plan.pdf", contact_id=1)
    database.close()
    with postgres_offices.empty(tmp_path) as server:
        killed(str(file), server, STEPS if RUNS in os.environ else SOME)
        killed(server, str(back), STEPS[::2] if RUNS in os.environ else SOME[::2])
    assert sorted(path.name for path in tmp_path.glob("*.gcrm*")) == ["back.gcrm", "office.gcrm"]
