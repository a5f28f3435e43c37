"""The real program on a real display, walked from outside as a screen reader walks it (E 48)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ui.office import Office

SYSTEM_PYTHON = "/usr/bin/python3"
WALK = Path(__file__).with_name("at_spi_walk.py")
Heard = list[dict[str, Any]]

pytestmark = pytest.mark.xdist_group("at-spi")


def missing() -> str:
    """Return what this machine lacks for the walk, "" for nothing."""
    if not sys.platform.startswith("linux"):
        return "AT-SPI is the accessibility of Linux"
    absent = [name for name in ("Xvfb", "dbus-run-session") if shutil.which(name) is None]
    binding = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    known = Path(SYSTEM_PYTHON).exists() and subprocess.run([SYSTEM_PYTHON, "-c", binding], capture_output=True)
    if not known or known.returncode != 0:
        absent.append("gir1.2-atspi-2.0")
    return f"not installed: {', '.join(absent)}" if absent else ""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Heard]:
    """Give the walk of the program over an office; it is walked once for all tests."""
    known: Heard = []

    def walk(address: str) -> Heard:
        if not known:
            words = ["Albrecht Metallbau", sys.executable, "-m", "gcrm", "--language", "en", "--database", address]
            environment = {**os.environ, "GCRM_DATA": str(tmp_path_factory.mktemp("data"))}
            done = subprocess.run(
                ["dbus-run-session", "--", SYSTEM_PYTHON, str(WALK), *words],
                env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            # The registry that the bus starts may write a line of its own before.
            known.extend(json.loads(next(line for line in done.stdout.splitlines() if line.startswith("["))))
        return known

    return walk


@pytest.fixture
def heard(walked: Callable[[str], Heard], office: Office, address: str) -> Heard:
    """Give what a screen reader hears of the program."""
    lacks = missing()
    if lacks:
        pytest.skip(lacks)
    return walked(address)


def names(heard: Heard, role: str) -> set[str]:
    return {one["name"] for one in heard if one["role"] == role}


def test_e48_everything_that_takes_the_keyboard_says_its_name(heard: Heard) -> None:
    reachable = [one for one in heard if one["focusable"] and one["showing"]]
    assert len(reachable) > 50
    assert [one["where"] for one in reachable if not one["name"].strip()] == []


def test_e48_rows_tell_their_whole_text(heard: Heard) -> None:
    rows = names(heard, "list item") | names(heard, "table cell")
    assert "Albrecht Metallbau GmbH, Leipzig · Anna Albrecht, Priority A" in rows
    assert "Becker & Söhne <b>KG</b>, Köln, Priority B" in rows
    assert any(row.startswith("Follow-up overdue since ") and "Call back about offer" in row for row in rows)


def test_e48_the_menu_bar_is_heard_with_all_its_commands(heard: Heard) -> None:
    items = names(heard, "menu item")
    assert {"File", "Edit", "Help", "New contact…", "Print labels…", "Undo"} <= items
    assert "" not in items


def test_e48_the_record_is_heard_with_its_fields(heard: Heard) -> None:
    spoken = {one["name"] for one in heard if one["showing"]}
    assert "Name: Albrecht Metallbau GmbH" in spoken
    assert {tab for tab in names(heard, "page tab") if tab} >= {"Overview", "People 3"}
