"""A PostgreSQL server that can be killed and started again, and that keeps its promises meanwhile (fsync)."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.server import KeptServer
from tests.postgres import ServerProblem, find_binaries
from tests.postgres import _free_port as free_port
from tests.postgres import _temporary_folder as temporary_folder


@dataclass(frozen=True)
class CrashingServer(KeptServer):
    """A server that dies when told."""

    def kill(self) -> None:
        """Kill it with everything that works for it, as nobody can prevent, and start it again."""
        master = int((self._data / "postmaster.pid").read_text().split()[0])
        listed = subprocess.run(["ps", "-Ao", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
        workers = [process for process, parent in pairs if parent == master]
        for process in (master, *workers):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(_is_alive(process) for process in (master, *workers)):
            time.sleep(0.01)
        # Where nobody buries the dead, it would find its own number in these and not start.
        for lock in (self._data / "postmaster.pid", *Path(tempfile.gettempdir()).glob(f".s.PGSQL.{self.port}*")):
            lock.unlink()
        self.start()

    def restart(self) -> None:
        """Stop it in order, which ends all sessions, and start it again."""
        self.stop()
        self.start()


def _is_alive(process: int) -> bool:
    """Tell whether a process still works; one that is dead and not yet buried does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in ("", "Z")


@contextmanager
def crashing_server() -> Iterator[CrashingServer]:
    """Run a fresh server on the disk; stop it and remove its folder afterwards."""
    folder = temporary_folder(on_disk=True)
    try:
        server = CrashingServer(find_binaries(), folder, secrets.token_hex(8), free_port())
        server.create()
        server.start()
        try:
            yield server
        finally:
            with suppress(ServerProblem):  # it may be dead
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
