"""Walks the real program as a screen reader does, over AT-SPI on a display of its own; prints what it hears as JSON.

    dbus-run-session -- /usr/bin/python3 at_spi_walk.py WORD PROGRAM [ARGUMENT…]

It runs outside the tests, in the system's Python, which has the bindings of AT-SPI. The walk counts once it has come
across WORD, the name of a contact in the office that the program opens.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import gi  # type: ignore[import-not-found]  # the system's Python has it

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # type: ignore[import-not-found]  # noqa: E402  # after the version was chosen

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
PATIENCE_SECONDS = 120
DEEPEST = 40


def display() -> tuple[subprocess.Popen[bytes], str]:
    """Start a display that nobody sees; it tells its number when it is ready."""
    reads, writes = os.pipe()
    wanted = ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1600x1000x24"]
    server = subprocess.Popen(wanted, pass_fds=[writes], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writes)
    with os.fdopen(reads) as told:
        return server, f":{told.readline().strip()}"


def walk(node: Any, way: str = "") -> list[dict[str, Any]]:
    """Return everything below a node: role, name, where it is, whether it takes the keyboard and is to be seen."""
    states = node.get_state_set()
    role, name = node.get_role_name(), node.get_name() or ""
    here = f"{way}/{role}"
    heard = [
        {
            "role": role,
            "name": name,
            "where": here,
            "focusable": states.contains(Atspi.StateType.FOCUSABLE),
            "showing": states.contains(Atspi.StateType.SHOWING),
        }
    ]
    if here.count("/") < DEEPEST:
        children = [node.get_child_at_index(place) for place in range(node.get_child_count())]
        heard += [one for child in children if child is not None for one in walk(child, here)]
    return heard


def hear(word: str) -> list[dict[str, Any]]:
    """Walk the program again and again until the word was heard; nothing when that never happens."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        desktop = Atspi.get_desktop(0)
        programs = [desktop.get_child_at_index(place) for place in range(desktop.get_child_count())]
        try:
            heard = [one for program in programs if program is not None for one in walk(program)]
        except GLib.Error:  # something went away under the walk
            heard = []
        if any(word in one["name"] for one in heard):
            return heard
        time.sleep(0.2)
    return []


def main(word: str, *program: str) -> int:
    """Start display, bus and program, walk, and end them again."""
    server, number = display()
    os.environ.update(DISPLAY=number, QT_QPA_PLATFORM="xcb", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1")
    launcher = next(place for place in LAUNCHERS if Path(place).exists())
    commands = ([launcher, "--launch-immediately"], list(program))
    started = [server, *(subprocess.Popen(command, stdout=sys.stderr) for command in commands)]
    try:
        heard = hear(word)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()
    sys.stdout.write(json.dumps(heard))
    return 0 if heard else 1


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
