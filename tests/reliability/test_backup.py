"""A backup is whole or not there: while others write, when the program is killed, when the disk is full."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gcrm.services import attachment, contact
from gcrm.services.backup import automatic
from gcrm.services.backup.create import create
from gcrm.services.backup.store import Store
from gcrm.services.backup.verify import skim, verify
from gcrm.services.opening import open_office
from tests.reliability.saver import record

ROOT = Path(__file__).parents[2]
UNDER_LOAD, KILLS = 2, 2


def start(module: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"tests.reliability.{module}", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def read(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def test_backups_made_while_others_write_are_whole(
    database_url: str, tmp_path: Path, runs: Callable[[int], int]
) -> None:
    with closing(open_office(database_url, user="saver")) as database:
        savers = [start("saver", database_url) for _each in range(2)]
        try:
            assert [read(saver) for saver in savers] == ["ready", "ready"]
            counts = []
            for turn in range(runs(UNDER_LOAD)):
                for saver in savers:
                    read(saver)
                path = tmp_path / f"{turn}.gcrmbackup"
                made = create(database.engine, path, store=Store(tmp_path) if turn % 2 else None)
                skim(path)
                counts.append(made.contacts)
                if turn % 6 == 1:
                    verdict = verify(path)
                    assert (verdict.contacts, verdict.findings) == (made.contacts, ())
        finally:
            for saver in savers:
                saver.kill()
                saver.communicate()
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="ending a program is no kill there")
def test_a_killed_program_leaves_no_half_backup(
    tmp_path: Path, runs: Callable[[int], int], noted: Callable[[str, str], None]
) -> None:
    office, folder, dice = tmp_path / "office.gcrm", tmp_path / "backups", random.Random(9)
    folder.mkdir()
    with closing(open_office(str(office))) as database:
        for turn in range(20):
            contact.create(database, record(turn))
        for turn in range(4):
            attachment.attach_bytes(database, dice.randbytes(1_500_000), f"{turn}.bin", contact_id=1)
    made: set[str] = set()
    for turn in range(runs(KILLS)):
        program = start("backer", office, folder)
        assert read(program) == "ready"
        if turn % 3:
            read(program)
        time.sleep(dice.random() / 4)
        program.kill()
        program.communicate()
        found = sorted(folder.glob("*.gcrmbackup"))
        for path in found:
            skim(path)
        made |= {path.name for path in found}
    assert made
    assert all(verify(folder / name).ok for name in sorted(made)[:3])
    with closing(open_office(str(office))) as database:
        assert automatic.place_of(database).files() == {}
    for path in folder.glob("files/*/*"):
        assert path.name.startswith(".") or len(path.name) == 64
    noted("program killed while it makes a backup", f"{runs(KILLS)} kills, {len(made)} made, no half one")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits for files there")
def test_a_full_disk_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    office, folder = tmp_path / "office.gcrm", tmp_path / "backups"
    folder.mkdir()
    with closing(open_office(str(office))) as database:
        contact.create(database, record(1))
        attachment.attach_bytes(database, random.Random(1).randbytes(900_000), "big.bin", contact_id=1)
        create(database.engine, folder / "whole.gcrmbackup")
    before = (folder / "whole.gcrmbackup").read_bytes()
    program = start("backer", office, folder, 100_000)
    lines = program.communicate()[0].splitlines()
    assert lines[0] == "ready"
    assert len(lines) == 3
    assert all(line.startswith("! ") and "could not be saved" in line for line in lines[1:])
    assert (folder / "whole.gcrmbackup").read_bytes() == before
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["whole.gcrmbackup"]
    assert verify(folder / "whole.gcrmbackup").ok
