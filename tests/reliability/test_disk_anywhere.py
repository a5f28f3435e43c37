"""No room, or no right, wherever something is written: one sentence, and what was there before is there still."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from gcrm.errors import EnvironmentProblem
from gcrm.services import attachment, contact
from gcrm.services.backup.verify import verify
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.reliability.conftest import RUNS
from tests.reliability.filler import FILE, work
from tests.reliability.saver import record
from tests.reliability.test_kill import is_whole, state

KINDS = ("save", "attach", "out", "export", "backup")
SHORT = 1
ROOM = 8 << 20


def filled(office: str, folder: Path) -> None:
    """Make an office with contacts and a file, and all files that are written later."""
    with closing(open_office(office, user="saver")) as database:
        for turn in range(40):
            contact.create(database, record(turn))
        attachment.attach_bytes(database, FILE, "first.bin", contact_id=1)
        for kind in ("out", "export", "backup"):
            work(database, folder)[kind]()


def counts(office: Path) -> tuple[int, int]:
    """Return how many contacts and files there are; fails where the office is not whole."""
    is_whole(office, set())
    with closing(open_office(str(office), user="saver")) as database, database.read() as session:
        return contact.count(session), len(attachment.rows(session, contact_id=1))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits for files there")
def test_a_full_disk_spoils_nothing_wherever_it_is_met(
    tmp_path: Path, runs: Callable[[int], int], noted: Callable[[str, str], None]
) -> None:
    office, folder, dice = tmp_path / "office.gcrm", tmp_path / "out", random.Random(4)
    folder.mkdir()
    filled(str(office), folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    sizes = {"save": 20_000, "attach": len(FILE), **{kind: min(map(len, before.values())) for kind in KINDS[2:]}}
    command = [sys.executable, "-m", "tests.reliability.filler", str(office), str(folder)]
    pipe, root = subprocess.PIPE, Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, text=True) as filler:
        assert filler.stdin is not None
        assert filler.stdout is not None
        there = counts(office)
        for kind in KINDS:
            for _turn in range(runs(SHORT)):
                print(kind, dice.randrange(sizes[kind] // 2), file=filler.stdin, flush=True)
                assert filler.stdout.readline().startswith("! "), kind
                assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
                assert counts(office) == there
            noted(f"disk full: {kind}", f"{runs(SHORT)} times, nothing lost, nothing left behind")
    assert verify(folder / "office.gcrmbackup").ok
    with closing(open_office(str(office), user="saver")) as database:
        contact.create(database, record(1))
        assert check(database, full=True).ok


def test_a_disk_that_can_only_be_read_is_said(
    tmp_path: Path, runs: Callable[[int], int], noted: Callable[[str, str], None]
) -> None:
    office = tmp_path / "office.gcrm"
    filled(str(office), tmp_path)
    there = counts(office)
    with closing(open_office(str(office), user="saver")) as database:
        database.engine.dispose()
        event.listen(database.engine, "connect", lambda raw, _record: raw.execute("PRAGMA query_only = ON"))
        for _turn in range(runs(SHORT)):
            for kind in ("save", "attach"):
                with pytest.raises(EnvironmentProblem, match="read-only"):
                    work(database, tmp_path)[kind]()
    assert counts(office) == there
    noted("office that can only be read: save, attach", f"{runs(SHORT)} times each, said, nothing changed")


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """Give a real file system with little room, where this user may mount one."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.skipif(RUNS not in os.environ or sys.platform != "linux", reason="mounts a disk: only in the long runs")
def test_a_real_disk_that_is_full_and_then_read_only(
    tmp_path: Path, runs: Callable[[int], int], noted: Callable[[str, str], None]
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        office, ballast = disk / "office.gcrm", disk / "ballast"
        filled(str(office), disk)
        for turn in range(runs(SHORT)):
            saved = state(office)[1]
            with closing(open_office(str(office), user="saver")) as database:
                free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
                ballast.write_bytes(bytes(max(0, free - 40_000 * (turn % 3))))
                with pytest.raises(EnvironmentProblem):
                    save_on(database, saved)
                for kind in ("attach", "export", "backup"):
                    with pytest.raises(EnvironmentProblem):
                        work(database, disk)[kind]()
            ballast.unlink()
            remount(disk, "ro")
            with pytest.raises(EnvironmentProblem, match="read-only"):
                open_office(str(office), user="saver")
            remount(disk, "rw")
            assert state(office)[1] == saved
            with closing(open_office(str(office), user="saver")) as database:
                contact.trash(database, [2])
                contact.restore(database, [2])
        is_whole(office, set())
        with closing(open_office(str(office), user="saver")) as database:
            assert check(database, full=True).ok
    noted("a real disk of 8 MB: full, then read-only, then as before", f"{runs(SHORT)} times, 0 lost")


def save_on(database: Database, saved: list[int]) -> None:
    """Save contacts until something stops it; note the numbers of those that were saved."""
    for turn in range(100):
        contact.create(database, record(turn))
        saved.append(saved[-1] + 1)


def remount(disk: Path, how: str) -> None:
    """Let a disk be written, or not."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)
