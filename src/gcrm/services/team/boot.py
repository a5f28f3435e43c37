"""How the server starts with the machine, without anybody logging in, and comes back by itself when it failed.

One description for each service manager: systemd, launchd, and the services of Windows. Without the rights of an
administrator systemd takes a unit of the account, which starts with the machine too once the account may linger.
"""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.paths import own_program
from gcrm.services.atomic_file import replacing
from gcrm.services.team.binaries import is_root, own_account
from gcrm.services.team.server import Server

UNIT, LABEL, WINDOWS_NAME = "gcrm-server.service", "org.gcrm.server", "gcrm-server"
DAILY_NAME = "gcrm-server-daily"
SYSTEM_UNITS, DAEMONS = Path("/etc/systemd/system"), Path("/Library/LaunchDaemons")
MANAGER = Path("/run/systemd/system")
"""Is there where systemd runs (sd_booted)."""
NETWORK_SERVICE = r"NT AUTHORITY\NetworkService"
Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """What makes a service: its file and text (None for Windows), and the commands that install and remove it.

    `linger` is the command that lets a service of an account start before that logs in; not every system allows it.
    """

    file: Path | None
    text: bytes
    install: tuple[Command, ...]
    uninstall: tuple[Command, ...]
    may_install: bool
    linger: Command = ()


def describe(server: Server, system: str = sys.platform, *, is_administrator: bool | None = None) -> Service:
    """Return the service of a server on a system; `is_administrator` is found out by itself."""
    administrator = _is_administrator() if is_administrator is None else is_administrator
    if system == "win32":
        return _windows(server, administrator)
    if system == "darwin":
        return _launchd(server, administrator)
    return _systemd(server, administrator)


def _is_administrator() -> bool:
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return is_root()


def _own_command(server: Server, word: str) -> list[str]:
    return own_program(["server", "--folder", str(server.folder), word])


# --- systemd --------------------------------------------------------------------------------------------------------
def word(text: str) -> str:
    """Return a word of a command as units write it (systemd.syntax, systemd.unit: specifiers)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def unit(server: Server, account: str) -> str:
    """Return the text of a unit; without an account it is one of the person who installs it."""
    office = " ".join(server.plan.office.split()).replace("%", "%%").rstrip("\\")  # which would take the next line in
    command = " ".join(map(word, _own_command(server, "run")))
    lines = [
        "[Unit]",
        f"Description=gCRM: the server of {office}" if office else "Description=gCRM: the server of the office",
        *(["Wants=network-online.target", "After=network-online.target"] if account else []),
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        *([f"User={account}"] if account else []),
        f"ExecStart={command}",
        "Restart=on-failure",
        "RestartSec=5",
        "KillMode=mixed",
        "TimeoutStopSec=180",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "",
        "[Install]",
        f"WantedBy={'multi-user' if account else 'default'}.target",
        "",
    ]
    return "\n".join(lines)


def _systemd(server: Server, administrator: bool) -> Service:
    if administrator:
        text = unit(server, server.owner or own_account())
        control: Command = ("systemctl",)
        return Service(SYSTEM_UNITS / UNIT, text.encode(), *enabled(control, UNIT), may_install=True)
    install, uninstall = enabled(("systemctl", "--user"), UNIT)
    linger = ("loginctl", "enable-linger", own_account())
    return Service(user_units() / UNIT, unit(server, "").encode(), install, uninstall, True, linger)


def user_units() -> Path:
    """Return the folder of the units of this account."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def enabled(control: Command, name: str) -> tuple[tuple[Command, ...], tuple[Command, ...]]:
    """Return the commands that start a unit now and at each boot, and those that end that."""
    reload = (*control, "daemon-reload")
    return (reload, (*control, "enable", "--now", name)), ((*control, "disable", "--now", name),)


# --- launchd --------------------------------------------------------------------------------------------------------
def daemon(server: Server, account: str) -> bytes:
    """Return the property list of a LaunchDaemon (launchd.plist): it starts with the machine."""
    log = str(server.folder / "log" / "service.log")
    told = {
        "Label": LABEL,
        "ProgramArguments": _own_command(server, "run"),
        "UserName": account,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 10,
        "ExitTimeOut": 180,
        "Umask": 0o077,
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    return plistlib.dumps(told)


def _launchd(server: Server, administrator: bool) -> Service:
    file = DAEMONS / f"{LABEL}.plist"
    return Service(
        file, daemon(server, server.owner or own_account()),
        (("launchctl", "bootstrap", "system", str(file)),), (("launchctl", "bootout", f"system/{LABEL}"),),
        may_install=administrator,
    )  # fmt: skip


# --- Windows --------------------------------------------------------------------------------------------------------
def _windows(server: Server, administrator: bool) -> Service:
    """Return the commands that make the server itself a service, as an account that may do nothing else.

    gCRM is no service there: a task of each day does what else is to do.
    """
    control, daily = str(server.programs / "pg_ctl"), subprocess.list2cmdline(_own_command(server, "daily"))
    install = (
        ("icacls", str(server.folder), "/grant", f"{NETWORK_SERVICE}:(OI)(CI)F", "/T", "/Q"),
        (control, "register", "-N", WINDOWS_NAME, "-U", NETWORK_SERVICE, "-D", str(server.data), "-S", "auto", "-w"),
        ("sc.exe", "failure", WINDOWS_NAME, "reset=", "86400", "actions=", "restart/5000"),
        ("sc.exe", "start", WINDOWS_NAME),
        ("schtasks", "/Create", "/F", "/TN", DAILY_NAME, "/RU", "SYSTEM", "/SC", "DAILY", "/ST", "12:00", "/TR", daily),
    )
    uninstall = (
        ("schtasks", "/Delete", "/F", "/TN", DAILY_NAME),
        ("sc.exe", "stop", WINDOWS_NAME),
        (control, "unregister", "-N", WINDOWS_NAME),
    )
    return Service(None, b"", install, uninstall, may_install=administrator)


# --- doing it -------------------------------------------------------------------------------------------------------
def install(server: Server) -> list[str]:
    """Install the service and start it; return the lines that an administrator must run where this account may not.

    A server that runs by hand is stopped first, so that the service can take its place. Where that is left to an
    administrator it goes on meanwhile: people work in its offices.
    """
    service = describe(server)
    _check_manager()
    if not service.may_install:
        server.prepare()
        stops = [_stop_line(server)] if server.is_running() else []
        return [*stops, *_for_administrator(server, service)]
    server.stop()
    server.prepare()
    return put_in(service)


def _stop_line(server: Server) -> str:
    """Return what stops a server that runs by hand, typed by an administrator."""
    if os.name == "nt":
        return as_typed((str(server.programs / "pg_ctl"), "stop", "-D", str(server.data), "-m", "fast", "-w"))
    return as_typed(("sudo", "-u", server.owner or own_account(), *_own_command(server, "stop")))


def put_in(service: Service) -> list[str]:
    """Write a service down and start it; return what an administrator must still type, nothing where that was all."""
    if service.file is not None:
        service.file.parent.mkdir(parents=True, exist_ok=True)
        write_unit(service.file, service.text)
    run_all(service.install)
    try:
        run_all([service.linger] if service.linger else [])
    except EnvironmentProblem:
        return [f"sudo {as_typed(service.linger)}"]
    return []


def uninstall(server: Server) -> list[str]:
    """Remove the service, whose server is stopped by that; return the lines for an administrator, as above."""
    service = describe(server)
    _check_manager()
    if service.may_install:
        run_all(service.uninstall)
        if service.file is not None:
            service.file.unlink(missing_ok=True)
        return []
    lines = [as_typed(command) for command in service.uninstall]
    if service.file is None:
        return lines
    return [*(f"sudo {line}" for line in lines), f"sudo rm {as_typed((str(service.file),))}"]


def _for_administrator(server: Server, service: Service) -> list[str]:
    """Return what an administrator must run; the file to install lies in the server's folder."""
    lines = [as_typed(command) for command in service.install]
    if service.file is None:
        return lines
    draft = server.folder / service.file.name
    write_unit(draft, service.text)
    copy = as_typed(("install", "-m", "644", str(draft), str(service.file)))
    return [f"sudo {line}" for line in (copy, *lines)]


def write_unit(file: Path, text: bytes) -> None:
    """Write the file of a service whole."""
    with replacing(file, mode=0o644) as written:
        written.write(text)


def as_typed(command: Command) -> str:
    """Return a command as people type it on this system."""
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)


def _check_manager() -> None:
    """Say where nothing starts services. Raises EnvironmentProblem."""
    if sys.platform == "linux" and not MANAGER.is_dir():
        sentence = _("This computer starts its services without systemd. Have it run “gcrm server run” by itself.")
        raise EnvironmentProblem(sentence)


def run_all(commands: Sequence[Command]) -> None:
    """Run commands one after the other; raise EnvironmentProblem with what the first one that fails says."""
    for command in commands:
        program = shutil.which(command[0])
        if program is None:
            raise EnvironmentProblem(
                _("The program {program} cannot be started. Check whether it is installed.").format(program=command[0])
            )
        done = subprocess.run(  # noqa: S603  # the commands above, without a shell
            [program, *command[1:]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        if done.returncode:
            sentence = _("“{command}” failed. Look at the details.").format(command=as_typed(command))
            raise EnvironmentProblem(sentence, details=done.stdout.strip())
