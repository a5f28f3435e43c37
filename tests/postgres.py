"""A private PostgreSQL server for the tests: `python -m tests.postgres [--disk]` runs one until its input ends.

The server lives in a process of its own that reads standard input. When the test run ends, however it ends,
that pipe closes, and the server is stopped and its folder removed. As root the server runs as user `postgres`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",  # all of them are looked through whenever a database is dropped
    "timezone": "UTC",
}
PASSWORDS = ("--auth-host=password", "--auth-local=md5")
"""Passwords are kept as initdb keeps them where "md5" is said: one look instead of 4096 for each new connection."""
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
OLDEST = 15
MEMORY = Path("/dev/shm")
ROOM = 2_000_000_000  # bytes that memory must have free before the data lies there


class ServerProblem(Exception):
    """The server cannot be started; the text says why and what to install."""


def _version(folder: Path) -> int:
    """Return the major version of the server in this folder, 0 when it does not run."""
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
    except OSError:
        return 0
    words = answer.stdout.split()
    digits = words[2].split(".")[0] if len(words) > 2 else ""
    return int(digits) if digits.isdigit() else 0


def _folders() -> Iterator[Path]:
    """Yield every folder that may hold the server's programs."""
    if "PGBIN" in os.environ:
        yield Path(os.environ["PGBIN"])
    for pattern in PLACES:
        anchor = Path(Path(pattern).anchor)
        if os.name != "nt" or anchor.drive:
            yield from anchor.glob(str(Path(pattern).relative_to(anchor)))
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent


def find_binaries() -> Path:
    """Return the folder with initdb and pg_ctl of the newest server here."""
    versions = {folder: _version(folder) for folder in _folders()}
    best = max(versions, key=versions.__getitem__, default=None)
    if best is None or versions[best] < OLDEST:
        raise ServerProblem(
            f"The tests need the programs of PostgreSQL {OLDEST} or newer (initdb, pg_ctl), or GCRM_TEST_POSTGRES "
            "with the URL of a server. On Debian and Ubuntu: apt-get install postgresql"
        )
    return best


def _free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _as_server_user(command: Sequence[str]) -> list[str]:
    """Wrap a command so that it runs as user postgres when we are root (the server refuses root)."""
    return ["runuser", "-u", "postgres", "--", *command] if _is_root() else list(command)


def _run(command: Sequence[str], folder: Path) -> None:
    """Run one of the server's programs; raise ServerProblem with what it said when it fails."""
    with (folder / "output.txt").open("w+") as output:
        done = subprocess.run(
            _as_server_user(command), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
        output.seek(0)
        if done.returncode:
            raise ServerProblem(f"{Path(command[0]).name} failed: {output.read().strip()}{_log(folder)}")


def _log(folder: Path) -> str:
    """Return what the server wrote into its log, if it came that far."""
    log = folder / "server.log"
    return f"\n{log.read_text(errors='replace').strip()}" if log.exists() else ""


@dataclass(frozen=True)
class Server:
    """A private server: where its programs, its data and its door are."""

    binaries: Path
    folder: Path
    password: str
    port: int

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"postgresql://gcrm:{self.password}@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Make the data folder: UTF-8, byte order of the C locale, one user with a password."""
        secret = self.folder / "password"
        secret.write_text(self.password)
        if _is_root():
            shutil.chown(self.folder, "postgres")
            shutil.chown(secret, "postgres")
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        options = ["--username=gcrm", f"--pwfile={secret}", *PASSWORDS, "--encoding=UTF8", "--no-sync"]
        _run([str(self.binaries / "initdb"), "-D", str(self._data), f"--locale={locale}", *options], self.folder)

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = SETTINGS | {"port": str(self.port)}
        if os.name != "nt":
            settings["unix_socket_directories"] = str(self.folder)
        options = " ".join(f'-c {name}="{value}"' for name, value in settings.items())
        self._control("start", "-w", "-o", options, "-l", str(self.folder / "server.log"))

    def stop(self) -> None:
        """Stop it at once; nothing in it is worth keeping."""
        self._control("stop", "-m", "immediate")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _control(self, *words: str) -> None:
        _run([str(self.binaries / "pg_ctl"), "-D", str(self._data), *words], self.folder)


def _temporary_folder(on_disk: bool) -> Path:
    """Make a folder that user postgres can reach, with a name short enough for a Unix socket.

    In memory a copy of an office takes 13 ms instead of up to 400 ms: one has hundreds of files.
    """
    in_memory = not on_disk and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    parent = MEMORY if in_memory else Path("/tmp") if os.name == "posix" else None
    return Path(tempfile.mkdtemp(prefix="gcrm-pg-", dir=parent))


@contextmanager
def private_server(*, on_disk: bool = False) -> Iterator[str]:
    """Run a fresh server and yield its URL; stop it and remove its folder afterwards."""
    folder = _temporary_folder(on_disk)
    try:
        server = Server(find_binaries(), folder, secrets.token_hex(8), _free_port())
        server.create()
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Keeper:
    """The process that keeps the server; it ends, and the server with it, when this process does."""

    def __init__(self, *, on_disk: bool = False) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres", *(["--disk"] if on_disk else [])],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise ServerProblem(self._process.communicate()[1].strip())

    def stop(self) -> None:
        """End the input of the keeper and wait until the server is gone."""
        self._process.communicate()


def main() -> int:
    """Keep a server until standard input ends: the URL is the one line of output."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with private_server(on_disk="--disk" in sys.argv) as url:
            print(url, flush=True)
            sys.stdin.read()
    except ServerProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
