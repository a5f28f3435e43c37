"""Serving phones in a process that ends with this one, however that ends: it listens to a pipe that closes then."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from json import JSONDecodeError

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.paths import own_program

SECONDS = 20
"""How long it may take to end by itself."""


@dataclass(frozen=True, slots=True)
class Child:
    """The process that serves, and the address and fingerprint that it told."""

    process: subprocess.Popen[str]
    address: str
    fingerprint: str

    def is_running(self) -> bool:
        """Tell whether it still serves."""
        return self.process.poll() is None

    def stop(self) -> None:
        """End it; devices that are being answered get their answer."""
        _end(self.process)


def start(office: str, *more: str) -> Child:
    """Serve an office. Raises EnvironmentProblem with what it says where it cannot."""
    command = own_program(["--database", office, "dav", "serve", "--attached", "--json", *more])
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        process = subprocess.Popen(  # noqa: S603  # this program once more, without a shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            errors="replace", creationflags=hidden,
        )  # fmt: skip
    except OSError as problem:
        raise EnvironmentProblem(_("Serving cannot be started. Start gCRM anew."), details=str(problem)) from problem
    try:
        told = json.loads(process.stdout.readline() if process.stdout is not None else "")
    except JSONDecodeError as problem:
        said = _end(process)
        sentence = said.splitlines()[-1] if said else _("Serving ended at once. Start gCRM anew.")
        raise EnvironmentProblem(sentence, details=said) from problem
    return Child(process, str(told["address"]), str(told["fingerprint"]))


def _end(process: subprocess.Popen[str]) -> str:
    """Let a process end, and return what it said of troubles."""
    try:
        return process.communicate(timeout=SECONDS)[1].strip()
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[1].strip()


def until_closed(stop: Callable[[], object]) -> None:
    """Wait until whoever started this process is gone, then stop."""
    while sys.stdin.buffer.read(4096):
        continue
    stop()
