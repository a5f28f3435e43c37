"""`gcrm dav`: a password is made, and the program serves until it is told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from gcrm.cli import run_command
from gcrm.errors import EnvironmentProblem
from gcrm.services import settings
from gcrm.services.dav import account, child
from gcrm.services.opening import open_office
from tests.databases import SqliteOffices
from tests.postgres import _free_port
from tests.services.dav.device import Device


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a program without telling it")
def test_a_password_is_made_and_serves(
    sqlite_offices: SqliteOffices, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite_offices.migrated(data_folder) as url:
        assert run_command(["--database", url, "dav", "password", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert run_command(["--database", url, "dav", "password", "nobody"]) == 1
        assert "no active user" in capsys.readouterr().err
        assert run_command(["--database", url, "dav", "sync"]) == 1
        assert "No calendar elsewhere is connected" in capsys.readouterr().err
        words = ["--host", "127.0.0.1", "--plain", "--port", str(_free_port()), "--json"]
        command = [sys.executable, "-m", "gcrm", "--database", url, "dav", "serve", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            place = json.loads(running.stdout.readline())
            phone = Device(place["port"], told["login"], told["password"])
            assert phone.sync("contacts")[1] == {}
            with pytest.raises(EnvironmentProblem, match=f"Port {place['port']} cannot be used"):
                child.start(url, "--host", "127.0.0.1", "--plain", "--port", str(place["port"]))
            running.send_signal(signal.SIGTERM)
            assert running.wait(30) == 0


def test_rounds_go_on_where_one_meets_that_of_a_window(
    sqlite_offices: SqliteOffices,
    data_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    waits: list[float] = []

    class Clock(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            if len(waits) < 3:
                return False
            raise KeyboardInterrupt

    with sqlite_offices.migrated(data_folder) as url:
        words = ["--database", url, "dav", "sync", "--every", "2"]
        monkeypatch.setattr(threading, "Event", Clock)
        assert run_command(words) == 1
        assert (waits, "No calendar elsewhere" in capsys.readouterr().err) == ([], True)
        with closing(open_office(url)) as database:
            settings.set(database, account.KEY, asdict(account.Account("https://a.example/", "anna", "Calendar")))
        with account._alone():
            run_command(words)
    assert waits == [120, 120, 120]
    assert capsys.readouterr().err.count("are being brought in step already") == 3
