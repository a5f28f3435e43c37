"""How the server starts with the machine: the descriptions, and what is run to install them."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gcrm.errors import EnvironmentProblem
from gcrm.services.team import boot
from gcrm.services.team.binaries import own_account
from gcrm.services.team.server import Plan, Server
from tests.team_server import TeamServer, server_folder


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "100 % Büro $HOME", Plan("Muster & Töchter\n[Service]\nUser=root\\", version=15), "anna")


def lines(text: bytes) -> list[str]:
    return text.decode().splitlines()


# --- systemd ---------------------------------------------------------------------------------------------------------
def test_a_unit_of_the_system_starts_at_boot_and_comes_back(server: Server) -> None:
    service = boot.describe(server, "linux", is_administrator=True)
    assert service.file == Path("/etc/systemd/system/gcrm-server.service")
    told = lines(service.text)
    assert {"User=anna", "Restart=on-failure", "WantedBy=multi-user.target", "StartLimitIntervalSec=0"} <= set(told)
    assert "User=root" not in told
    assert [line for line in told if line.startswith("ExecStart=")] == [
        f'ExecStart="{sys.executable}" "-m" "gcrm" "server" "--folder" '
        f'"{str(server.folder).replace("%", "%%").replace("$", "$$")}" "run"'
    ]
    assert service.install[-1] == ("systemctl", "enable", "--now", "gcrm-server.service")
    assert service.may_install


def test_without_rights_it_is_a_unit_of_the_account_that_may_linger(server: Server) -> None:
    service = boot.describe(server, "linux", is_administrator=False)
    told = lines(service.text)
    assert not any(line.startswith("User=") for line in told)
    assert "WantedBy=default.target" in told
    assert service.file is not None
    assert service.file.parts[-3:] == ("systemd", "user", "gcrm-server.service")
    assert all("--user" in command for command in (*service.install, *service.uninstall))
    assert service.linger == ("loginctl", "enable-linger", own_account())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("account", ["root", ""])
def test_systemd_finds_nothing_wrong_with_a_unit(server: Server, tmp_path: Path, account: str) -> None:
    file = tmp_path / "gcrm-server.service"
    file.write_text(boot.unit(server, account))
    done = subprocess.run(
        ["systemd-analyze", "verify", *([] if account else ["--user"]), str(file)],
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [line for line in done.stderr.splitlines() if "gcrm" in line] == []
    assert done.returncode == 0, done.stderr


# --- launchd ---------------------------------------------------------------------------------------------------------
def test_a_daemon_of_macos_starts_at_boot_and_comes_back(server: Server) -> None:
    service = boot.describe(server, "darwin", is_administrator=False)
    told = plistlib.loads(service.text)
    assert service.file == Path("/Library/LaunchDaemons/org.gcrm.server.plist")
    assert told["ProgramArguments"][-4:] == ["server", "--folder", str(server.folder), "run"]
    assert told["UserName"] == "anna"
    assert told["RunAtLoad"] is True
    assert told["KeepAlive"] == {"SuccessfulExit": False}
    assert not service.may_install
    assert boot.describe(server, "darwin", is_administrator=True).may_install


# --- Windows ---------------------------------------------------------------------------------------------------------
def test_a_service_of_windows_starts_at_boot_and_comes_back(server: Server) -> None:
    service = boot.describe(server, "win32", is_administrator=False)
    assert service.file is None
    register = next(command for command in service.install if "register" in command)
    assert register[register.index("-S") + 1] == "auto"
    assert register[register.index("-D") + 1] == str(server.data)
    assert register[register.index("-U") + 1] == r"NT AUTHORITY\NetworkService"
    assert any("restart/5000" in command for command in service.install)
    task = next(command for command in service.install if command[0] == "schtasks")
    assert task[-1].endswith("daily")
    assert str(server.folder) in task[-1]
    assert any("unregister" in command for command in service.uninstall)
    assert not service.may_install


# --- doing it --------------------------------------------------------------------------------------------------------
@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put programs before those of the system that note how they are called; `refuse` names one that fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("systemctl", "loginctl"):
        program = folder / name
        note = f'echo "{name} $*" >> "{folder}/called"'
        program.write_text(f'#!/bin/sh\n{note}\nif [ -e "{folder}/refuse-{name}" ]; then echo no; exit 1; fi\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(boot, "MANAGER", tmp_path)
    monkeypatch.setattr(boot, "SYSTEM_UNITS", tmp_path / "units")
    return folder


def called(manager: Path) -> list[str]:
    return (manager / "called").read_text().splitlines()


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd runs on Linux only")


@needs_linux
def test_installing_writes_the_unit_and_starts_it(manager: Path, team: TeamServer, tmp_path: Path) -> None:
    with server_folder() as (folder, owner):
        server = Server.create(folder, Plan("x", team.server.plan.port + 1), owner)
        assert boot.install(server) == []
        file = boot.describe(server).file
        assert file is not None
        assert file.is_relative_to(tmp_path)
        assert file.read_bytes() == boot.describe(server).text
        assert any(line.endswith("enable --now gcrm-server.service") for line in called(manager))
        assert boot.uninstall(server) == []
        assert not file.exists()
        assert called(manager)[-1].endswith("disable --now gcrm-server.service")


@needs_linux
def test_what_the_system_refuses_is_said(manager: Path, team: TeamServer) -> None:
    (manager / "refuse-systemctl").touch()
    with pytest.raises(EnvironmentProblem, match="daemon-reload") as failed:
        boot.run_all(boot.describe(team.server, "linux").install)
    assert failed.value.details == "no"


@needs_linux
def test_what_needs_an_administrator_is_told_line_by_line(manager: Path, tmp_path: Path) -> None:
    server = Server(tmp_path, Plan("x", version=15))
    told = boot._for_administrator(server, boot.describe(server, "darwin", is_administrator=False))
    assert told == [
        f"sudo install -m 644 {tmp_path / 'org.gcrm.server.plist'} /Library/LaunchDaemons/org.gcrm.server.plist",
        "sudo launchctl bootstrap system /Library/LaunchDaemons/org.gcrm.server.plist",
    ]
    assert plistlib.loads((tmp_path / "org.gcrm.server.plist").read_bytes())["Label"] == "org.gcrm.server"


@needs_linux
def test_people_go_on_working_until_the_administrator_has_done_it(
    manager: Path, team: TeamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = boot.describe(team.server, "darwin", is_administrator=False)
    monkeypatch.setattr(boot, "describe", lambda server: described)
    stop, *lines = boot.install(team.server)
    assert stop.startswith("sudo -u ")
    assert stop.endswith(" stop")
    assert lines == boot._for_administrator(team.server, described)
    assert team.server.is_running()


@needs_linux
def test_an_account_that_may_not_linger_is_told_whom_to_ask(
    manager: Path, team: TeamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (manager / "refuse-loginctl").touch()
    described = boot.describe(team.server, "linux", is_administrator=False)
    monkeypatch.setattr(boot, "describe", lambda server: described)
    monkeypatch.setattr(Server, "stop", lambda server: None)
    assert boot.install(team.server) == [f"sudo loginctl enable-linger {own_account()}"]


@needs_linux
def test_a_system_without_a_manager_is_said(team: TeamServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(boot, "MANAGER", tmp_path / "nowhere")
    with pytest.raises(EnvironmentProblem, match="gcrm server run"):
        boot.install(team.server)
    assert team.server.is_running()
