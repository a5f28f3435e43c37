"""How phones are served without the window: the descriptions for each system, and what is run to install them."""

from __future__ import annotations

import os
import plistlib
import sys
from pathlib import Path

import pytest

from gcrm.errors import EnvironmentProblem
from gcrm.services.dav import at_log_in
from gcrm.services.team import boot

OFFICE = "sqlite:////home/anna/100 % Büro.gcrm"


def test_each_system_starts_it_for_its_person_and_needs_no_administrator() -> None:
    unit, agent, run = (at_log_in.describe(OFFICE, system) for system in ("linux", "darwin", "win32"))
    assert f'"--database" "{OFFICE.replace("%", "%%")}" "dav" "serve"' in unit.text.decode()
    assert "User=" not in unit.text.decode()
    assert unit.install[-1] == ("systemctl", "--user", "enable", "--now", "gcrm-phones.service")
    told = plistlib.loads(agent.text)
    assert told["ProgramArguments"][-4:] == ["--database", OFFICE, "dav", "serve"]
    assert (told["RunAtLoad"], told["KeepAlive"]) == (True, {"SuccessfulExit": False})
    assert agent.file == Path.home() / "Library" / "LaunchAgents" / "org.gcrm.phones.plist"
    (add,) = run.install
    assert add[:3] == ("reg", "add", at_log_in.RUN)
    assert f'"{OFFICE}" dav serve' in add[add.index("/d") + 1]
    assert all(service.may_install for service in (unit, agent, run))


@pytest.mark.skipif(sys.platform != "linux", reason="systemd runs on Linux only")
def test_it_is_installed_once_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, called = tmp_path / "bin" / "systemctl", tmp_path / "called"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" >> "{called}"\n')
    program.chmod(0o755)
    refuses = program.with_name("loginctl")
    refuses.write_text("#!/bin/sh\nexit 1\n")
    refuses.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(boot, "MANAGER", tmp_path / "nowhere")
    with pytest.raises(EnvironmentProblem, match="while gCRM runs"):
        at_log_in.install(OFFICE)
    monkeypatch.setattr(boot, "MANAGER", tmp_path)
    assert not at_log_in.is_installed()
    assert at_log_in.install(OFFICE).startswith("sudo loginctl enable-linger")
    assert at_log_in.is_installed()
    at_log_in.uninstall()
    assert not at_log_in.is_installed()
    assert [line.split()[1] for line in called.read_text().splitlines()] == ["daemon-reload", "enable", "disable"]
