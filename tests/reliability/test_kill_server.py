"""A server that is killed with all its sessions has everything that was acknowledged when it is back."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from gcrm.services.opening import open_office
from tests.reliability.clerks import UNKNOWN
from tests.reliability.crashing import crashing_server
from tests.reliability.test_kill import is_sealed, is_whole, kill, read, start

KILLS = 1
SAYS = ("cannot be reached; nothing was saved", UNKNOWN)
"""What a program may say meanwhile; of the second it cannot know, when a server is gone again and again."""


@pytest.mark.skipif(sys.platform == "win32", reason="ending a program is no kill there")
def test_a_killed_server_loses_nothing(runs: Callable[[int], int], noted: Callable[[str, str], None]) -> None:
    dice, acknowledged, kills = random.Random(3), set[int](), runs(KILLS)
    with crashing_server() as server:
        open_office(server.url, user="saver").close()
        savers = [start(server.url), start(server.url)]
        try:
            assert [read(saver) for saver in savers] == ["ready", "ready"]
            for _turn in range(kills):
                acknowledged.add(_next(savers[0]))
                time.sleep(dice.random() / 10)
                server.kill()
        finally:
            rest = [line for saver in savers for line in kill(saver)]
        refused = [line for line in rest if line.startswith("!")]
        assert all(is_expected(line) for line in refused), refused
        acknowledged |= {int(line) for line in rest if not line.startswith("!")}
        is_whole(server.url, acknowledged)
        is_sealed(server.url)
    assert len(acknowledged) >= kills
    noted(
        "server killed with all its sessions while two programs save",
        f"{kills} kills, {len(acknowledged)} saved, 0 lost",
    )


def _next(saver: subprocess.Popen[str]) -> int:
    """Return the next number that a program says is saved; what was refused meanwhile is said in the usual words."""
    while (line := read(saver)).startswith("!"):
        assert is_expected(line), line
    return int(line)


def is_expected(line: str) -> bool:
    """Tell whether a program said in the usual words that the server is away."""
    return any(words in line for words in SAYS)
