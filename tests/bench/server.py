"""A PostgreSQL server whose data stays: offices of a million activities are made once, not at every run.

Unlike the server of the tests it keeps its promises (fsync, vacuum): saving is compared as it happens in an office.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import Server, ServerProblem, find_binaries
from tests.postgres import _free_port as free_port

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "max_wal_size": "4GB",
}


@dataclass(frozen=True)
class KeptServer(Server):
    """A server on a folder that may hold the offices of an earlier run."""

    def start(self) -> None:
        """Start it, after ending one that an interrupted run has left."""
        if (self._data / "postmaster.pid").exists():
            try:
                self.stop()
            except ServerProblem:
                (self._data / "postmaster.pid").unlink(missing_ok=True)
        settings = SETTINGS | {"port": str(self.port)}
        if os.name != "nt":
            settings["unix_socket_directories"] = tempfile.gettempdir()
        options = " ".join(f'-c {name}="{value}"' for name, value in settings.items())
        self._control("start", "-w", "-o", options, "-l", str(self.folder / "server.log"))

    def stop(self) -> None:
        """Stop it in order."""
        self._control("stop", "-w", "-m", "fast")


def _home(cache: Path) -> Path:
    """Return where the data lies: in the cache, or beside it where user `postgres` cannot come to it."""
    folder = cache / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    look = ["runuser", "-u", "postgres", "--", "ls", str(folder)]
    if is_root and subprocess.run(look, capture_output=True, check=False).returncode:
        folder = Path(tempfile.gettempdir()) / "gcrm-bench-postgres"
        folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other run uses the folder; two at once would also measure each other."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def kept_server(cache: Path) -> Iterator[str]:
    """Start the server of a cache folder, made when it is new; yield its URL and stop it afterwards."""
    folder = _home(cache)
    secret = folder / "password"
    is_new = not (folder / "data" / "PG_VERSION").exists()
    password = secrets.token_hex(8) if is_new else secret.read_text(encoding="ascii")
    server = KeptServer(find_binaries(), folder, password, free_port())
    if is_new:
        server.create()
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
