"""Serving phones from this computer by itself, without the window: no administrator is needed for it.

systemd starts it with the machine where the account may linger, else when its person logs in; launchd and Windows when
its person logs in. One office of a computer is served so.
"""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.paths import own_program
from gcrm.services.team import boot
from gcrm.services.team.binaries import own_account
from gcrm.services.team.boot import Service, enabled, put_in, run_all, user_units, word

UNIT, LABEL, WINDOWS_NAME = "gcrm-phones.service", "org.gcrm.phones", "gcrm-phones"
RUN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"


def describe(office: str, system: str = sys.platform) -> Service:
    """Return what lets an office be served."""
    command = own_program(["--database", office, "dav", "serve"])
    if system == "win32":
        return _windows(command)
    if system == "darwin":
        return _launchd(command)
    install, uninstall = enabled(("systemctl", "--user"), UNIT)
    linger = ("loginctl", "enable-linger", own_account())
    return Service(user_units() / UNIT, _unit(command).encode(), install, uninstall, True, linger)


def _unit(command: list[str]) -> str:
    """Return the text of a unit of the account (systemd.unit)."""
    lines = [
        "[Unit]", "Description=gCRM: contacts and calendar for phones", "StartLimitIntervalSec=0", "",
        "[Service]", "Type=exec", f"ExecStart={' '.join(map(word, command))}", "Restart=on-failure", "RestartSec=30",
        "UMask=0077", "NoNewPrivileges=yes", "",
        "[Install]", "WantedBy=default.target", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _launchd(command: list[str]) -> Service:
    """Return the agent of an account of macOS (launchd.plist)."""
    file = Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    told = {
        "Label": LABEL, "ProgramArguments": command, "RunAtLoad": True, "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 30, "Umask": 0o077,
    }  # fmt: skip
    domain = f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"
    install = (("launchctl", "bootstrap", domain, str(file)),)
    return Service(file, plistlib.dumps(told), install, (("launchctl", "bootout", f"{domain}/{LABEL}"),), True)


def _windows(command: list[str]) -> Service:
    """Return what Windows starts when its person logs in; without a black window where there is such a program."""
    program = Path(command[0])
    quiet = program.with_name("gcrm-window.exe" if program.name.startswith("gcrm") else "pythonw.exe")
    line = subprocess.list2cmdline([str(quiet if quiet.exists() else program), *command[1:]])
    add = ("reg", "add", RUN, "/v", WINDOWS_NAME, "/t", "REG_SZ", "/d", line, "/f")
    return Service(None, b"", (add,), (("reg", "delete", RUN, "/v", WINDOWS_NAME, "/f"),), True)


def is_installed() -> bool:
    """Tell whether an office is served so from this computer."""
    service = describe("")
    if service.file is not None:
        return service.file.exists()
    try:
        run_all([("reg", "query", RUN, "/v", WINDOWS_NAME)])
    except EnvironmentProblem:
        return False
    return True


def install(office: str) -> str:
    """Let an office be served from now on; return the line that lets it start before anybody logs in, "" for none.

    Raises EnvironmentProblem where nothing on this computer starts programs.
    """
    service = describe(office)
    _check_manager()
    if is_installed():
        uninstall()
    return "".join(put_in(service))


def uninstall() -> None:
    """Serve no more by itself, and stop it where it runs."""
    service = describe("")
    _check_manager()
    try:
        run_all(service.uninstall)
    finally:
        if service.file is not None:
            service.file.unlink(missing_ok=True)


def _check_manager() -> None:
    """Say where nothing starts programs. Raises EnvironmentProblem."""
    if sys.platform == "linux" and not boot.MANAGER.is_dir():
        sentence = _("This computer starts nothing by systemd. Let phones be served while gCRM runs.")
        raise EnvironmentProblem(sentence)
