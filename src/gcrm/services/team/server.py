"""A PostgreSQL that gCRM makes, starts and keeps on this machine, for the team of one office.

Everything of it lies in one folder: `data` (its own data folder), `tls` (authority.py), `log`, `socket`, and the plan
of what was told. The configuration is written anew at each start (server_files.py), so that nothing weaker stays.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.atomic_file import replacing
from gcrm.services.team import binaries
from gcrm.services.team.authority import Authority, Certificate
from gcrm.services.team.server_files import ADMINISTRATOR, accounts, configuration, doors

PORT = 5433
"""Not 5432: there the server listens that came with the system, whose programs this one uses."""
HERE = ("localhost",)
LONGEST_SOCKET = 90
"""Bytes that the path of a socket's folder may have: a system takes 104 with the name in it (sockaddr_un)."""
PATIENCE = "120"  # seconds until a start or a stop counts as failed: after a power cut it repairs itself first
PLAN = "server.json"
SOON, HOUR = 60.0, 3600.0
"""Seconds until the daily work is done for the first time, and until it is asked again whether it is another day."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was told when the server was made."""

    office: str
    port: int = PORT
    listen: tuple[str, ...] = HERE
    names: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Server:
    """A server in its folder; `owner` is the account that owns it and runs it, "" for that of this program."""

    folder: Path
    plan: Plan
    owner: str = ""

    @staticmethod
    def open(folder: Path) -> Server:
        """Return the server that was made in a folder. Raises UserError when there is none."""
        try:
            told = json.loads((folder / PLAN).read_text(encoding="utf-8"))
            plan = Plan(**told | {"listen": tuple(told["listen"]), "names": tuple(told["names"])})
        except FileNotFoundError as problem:
            sentence = _("There is no server in {folder}. Make one with “gcrm server create”.")
            raise UserError(sentence.format(folder=folder)) from problem
        except (OSError, ValueError, TypeError, KeyError) as problem:
            sentence = _("The file {file} cannot be read. Check that you may read it.").format(file=folder / PLAN)
            raise EnvironmentProblem(sentence, details=str(problem)) from problem
        return Server(folder, plan, binaries.owner_of(folder))

    @staticmethod
    def create(folder: Path, plan: Plan, owner: str = "") -> Server:
        """Make a server in a folder, which must be new or empty. Raises UserError or EnvironmentProblem.

        `owner` is needed for root alone, whom no server may belong to. What was begun is removed again when it cannot
        be made.
        """
        binaries.check_account(owner)
        folder = folder.expanduser().absolute()
        programs = binaries.find()
        _check_folder(folder)
        server = Server(folder, replace(plan, version=binaries.version_of(programs)), owner)
        try:
            server._make(programs)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return server

    def _make(self, programs: Path) -> None:
        for name in ("", "tls", "log", "socket"):
            self._make_folder(self.folder / name)
        self.authority.create(self.plan.office)
        self.authority.issue(self.plan.names)
        with _first_password(self.folder, self.plan) as password:
            self._must(
                [
                    str(programs / "initdb"), "-D", str(self.data), f"--username={ADMINISTRATOR}", "--encoding=UTF8",
                    f"--locale={'C.UTF-8' if sys.platform == 'linux' else 'C'}", "--lc-messages=C",
                    "--data-checksums", "--auth-host=scram-sha-256", "--no-instructions", *password,
                ],
                _("The server cannot be made in {folder}.").format(folder=self.folder),
            )  # fmt: skip
        self._write(self.folder / PLAN, json.dumps(asdict(self.plan), indent=2))

    @property
    def data(self) -> Path:
        """Return the server's own data folder."""
        return self.folder / "data"

    @property
    def authority(self) -> Authority:
        """Return keys and certificates."""
        return Authority(self.folder / "tls", self.owner)

    @property
    def programs(self) -> Path:
        """Return where the programs are that can read this data folder."""
        return binaries.find(self.plan.version)

    def administrator_url(self, database: str = "postgres") -> str:
        """Return the address by which the account that owns the server works on it, without a password."""
        if os.name == "nt":
            return f"postgresql://{ADMINISTRATOR}@127.0.0.1:{self.plan.port}/{database}"
        return f"postgresql://{ADMINISTRATOR}@/{database}?host={self.folder / 'socket'}&port={self.plan.port}"

    # --- starting and stopping ----------------------------------------------------------------------------------
    def is_running(self) -> bool:
        """Tell whether it runs."""
        status, _said = self._control("status")
        return status == 0

    def prepare(self) -> None:
        """Write its configuration anew, and its certificate where that ends soon."""
        binaries.check_account(self.owner)
        self.authority.renew(self.plan.names)
        owners = {self.owner or binaries.own_account(), *(["root"] if self.owner else [])}
        self._write(self.data / "postgresql.conf", configuration(self.folder, self.plan.port, self.plan.listen))
        self._write(self.data / "pg_hba.conf", doors(has_socket=os.name != "nt"))
        self._write(self.data / "pg_ident.conf", accounts(sorted(owners)))

    def start(self) -> None:
        """Start it in the background and wait until it answers. Raises EnvironmentProblem, with its log."""
        if self.is_running():
            return
        self.prepare()
        before = self._log_sizes()
        status, said = self._control("start", "-w", "-t", PATIENCE, "-l", str(self.folder / "log" / "start.log"))
        self._judge(status, said, before)

    def _judge(self, status: int, said: str, before: dict[Path, int]) -> None:
        """Say why it did not start, or not at all its addresses: it would go on with the others."""
        log = self._logged_since(before)
        if "could not bind" in log:
            if status == 0:
                self.stop()
            sentence = _("Port {port} is taken by another program. Stop that one, or make the server with --port.")
            raise EnvironmentProblem(sentence.format(port=self.plan.port), details=log)
        if status:
            raise EnvironmentProblem(
                _("The server does not start. Look at the details."), details=f"{said}\n{log}".strip()
            )

    def stop(self) -> None:
        """Stop it cleanly: nobody new comes in, what is not committed is rolled back, everything is on the disk."""
        if not self.is_running():
            return
        status, said = self._control("stop", "-m", "fast", "-w", "-t", PATIENCE)
        if status:
            raise EnvironmentProblem(_("The server does not stop. Look at the details."), details=said)

    def renew(self, names: tuple[str, ...] = ()) -> Certificate:
        """Make its certificate anew, for other names when some are given; a running server takes it at once."""
        binaries.check_account(self.owner)
        plan = replace(self.plan, names=names or self.plan.names)
        certificate = self.authority.issue(plan.names)
        self._write(self.folder / PLAN, json.dumps(asdict(plan), indent=2))
        self.reload()
        return certificate

    def reload(self) -> None:
        """Have it read configuration and certificate again; nobody notices."""
        self._control("reload")

    def run(self, daily: Callable[[], None], hourly: Callable[[], None]) -> int:
        """Run it in the foreground until it ends or this program is told to end; return its exit status.

        `daily` is called in a thread of its own, soon after the start and then once a day, `hourly` in the other hours.
        """
        if self.is_running():
            raise UserError(_("The server runs already."))
        self.prepare()
        ended = threading.Event()
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        child = subprocess.Popen(  # noqa: S603  # the server found by binaries.py, on its own folder
            command, cwd=self.folder, stdin=subprocess.DEVNULL, **binaries.change_to(self.owner)
        )
        worker = threading.Thread(target=_every_day, args=(daily, hourly, ended), daemon=True)
        with _told_to_end(lambda: self._end(child)):
            worker.start()
            status = child.wait()
            ended.set()
        return status

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        if os.name == "nt":
            self._control("stop", "-m", "fast")
        else:
            child.send_signal(signal.SIGINT)  # what `pg_ctl stop -m fast` sends

    # --- its programs and files ---------------------------------------------------------------------------------
    def _control(self, *words: str) -> tuple[int, str]:
        command = [str(self.programs / "pg_ctl"), "-D", str(self.data), *words]
        return binaries.run(command, self.folder, self.owner)

    def _must(self, command: list[str], sentence: str) -> None:
        status, said = binaries.run(command, self.folder, self.owner)
        if status:
            raise EnvironmentProblem(sentence, details=said)

    def _make_folder(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            binaries.give(folder, self.owner)
        except OSError as problem:
            sentence = _("The folder {folder} for the server cannot be made. Choose another one.").format(folder=folder)
            raise EnvironmentProblem(sentence, details=str(problem)) from problem

    def _write(self, path: Path, text: str) -> None:
        """Write a file that only the server's account can read."""
        with replacing(path) as file:
            binaries.give(file.fileno(), self.owner)
            file.write(text.encode("utf-8"))

    def _log_sizes(self) -> dict[Path, int]:
        return {file: file.stat().st_size for file in (self.folder / "log").glob("*.log")}

    def _logged_since(self, before: dict[Path, int]) -> str:
        """Return what stands in the log since its files had these sizes."""
        texts = []
        for file in sorted((self.folder / "log").glob("*.log")):
            with suppress(OSError), file.open("rb") as log:
                log.seek(before.get(file, 0))
                texts.append(log.read().decode("utf-8", "replace"))
        return "".join(texts).strip()


def default_folder() -> Path:
    """Return where a server lies when nobody says: with the data of this account, for root with those of the system."""
    from gcrm.paths import data_folder

    if binaries.is_root() and "GCRM_DATA" not in os.environ:
        return Path("/Library/Application Support/gcrm/server" if sys.platform == "darwin" else "/var/lib/gcrm/server")
    return data_folder() / "server"


def _check_folder(folder: Path) -> None:
    """Refuse a folder that holds something, or whose name is too long for a socket."""
    if folder.exists() and any(folder.iterdir()):
        raise UserError(_("The folder {folder} is not empty. Name a new one.").format(folder=folder))
    if os.name != "nt" and len(os.fsencode(folder / "socket")) > LONGEST_SOCKET:
        raise UserError(
            _("The name of the folder {folder} is too long for a server. Choose another one.").format(folder=folder)
        )


@contextmanager
def _first_password(folder: Path, plan: Plan) -> Iterator[list[str]]:
    """Give the options by which the administrator's role gets its password.

    With sockets it has none: the system itself says whose program it is that connects. Windows has no such thing, there
    a password is made and kept in its store.
    """
    if os.name != "nt":
        yield ["--auth-local=peer"]
        return
    import secrets

    from gcrm.services.address import parse
    from gcrm.services.team.passwords import keep_password

    password = secrets.token_urlsafe(24)
    if not keep_password(parse(f"postgresql://{ADMINISTRATOR}@127.0.0.1:{plan.port}"), password):
        raise EnvironmentProblem(
            _("This computer has no store for passwords, which the server needs. Install one first.")
        )
    file = Path(tempfile.mkstemp(dir=folder)[1])
    try:
        file.write_text(password, encoding="ascii")
        yield ["--auth-local=scram-sha-256", f"--pwfile={file}"]
    finally:
        file.unlink()


@contextmanager
def _told_to_end(end: Callable[[], None]) -> Iterator[None]:
    """Have `end` called when the system, or Ctrl+C, tells this program to end."""

    def told(number: int, frame: FrameType | None) -> None:
        end()

    former: dict[int, Any] = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _every_day(daily: Callable[[], None], hourly: Callable[[], None], ended: threading.Event) -> None:
    """Call `daily` soon and then once on every day until the end, `hourly` in between; a fault stops nothing."""
    done, pause = None, SOON
    while not ended.wait(pause):
        pause = HOUR  # not a day: the clock of a computer that sleeps stands still
        today = datetime.now().date()
        worker = threading.Thread(target=hourly if today == done else daily, daemon=True)
        done = today
        worker.start()
        worker.join()
