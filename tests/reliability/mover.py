"""Moves an office and dies at a step, again and again: `python -m tests.reliability.mover FROM TO`.

Each line on standard input is a step, as "NTH TEXT": the text of the progress, heard NTH times before the end;
"marked" is the moment between the mark on the old place and the last step. Each line on standard output tells how the
program ended that moved until then: -9 is killed. Every one is a fork of this one, which saves loading everything.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from gcrm.services.opening import open_office
from gcrm.services.team.move import share, unshare
from gcrm.services.team.target import FileTarget, ServerTarget


def die() -> None:
    """End at once, as a power cut or an impatient person does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Killer:
    """A progress that ends the program."""

    def __init__(self, step: str, nth: int) -> None:
        self._step, self._left = step, nth

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        """End at the step."""
        if text == self._step:
            self._left -= 1
            if not self._left:
                die()

    def check(self) -> None:
        """Go on."""


def move(old: str, new: str, step: str, nth: int) -> None:
    """Move; a target that is a file is the way back."""
    if step == "marked":
        for kind in (FileTarget, ServerTarget):
            kind.complete = lambda self: die()  # type: ignore[method-assign]  # the moment lies between two calls
    database = open_office(old, user="mover")
    killer = Killer(step, nth)
    if database.is_sqlite:
        share(database, new, killer)
    else:
        unshare(database, Path(new), killer)


def main(old: str, new: str) -> None:
    """Begin a move for each line."""
    for line in sys.stdin:
        nth, _blank, step = line.strip().partition(" ")
        child = os.fork()
        if not child:
            move(old, new, step, int(nth))
            os._exit(0)
        _child, status = os.waitpid(child, 0)
        print(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
