"""Where things of the user lie: data, settings and log; and how the program is started once more."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _


def data_folder() -> Path:
    """Return the folder of the office file and its backups, made when missing; GCRM_DATA overrides it.

    Raises EnvironmentProblem, as the others do, where it cannot be made.
    """
    chosen = os.environ.get("GCRM_DATA")
    return _made(Path(chosen) if chosen else Path(platformdirs.user_data_dir("gcrm", appauthor=False)))


def config_folder() -> Path:
    """Return the folder of this computer's settings (window sizes, last office), made when missing."""
    chosen = os.environ.get("GCRM_DATA")
    return _made(Path(chosen) / "config" if chosen else Path(platformdirs.user_config_dir("gcrm", appauthor=False)))


def log_folder() -> Path:
    """Return the folder of the log files, made when missing."""
    chosen = os.environ.get("GCRM_DATA")
    return _made(Path(chosen) / "log" if chosen else Path(platformdirs.user_log_dir("gcrm", appauthor=False)))


def _made(folder: Path) -> Path:
    """Make a folder when it is missing, and return it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        sentence = _("The folder {folder} for the data of gCRM cannot be made. Name another one in GCRM_DATA.")
        raise EnvironmentProblem(sentence.format(folder=folder), details=str(problem)) from problem
    return folder


def default_database() -> str:
    """Return the URL of the office file that opens when nothing else was asked for."""
    return f"sqlite:///{data_folder() / 'office.gcrm'}"


def own_program(arguments: list[str]) -> list[str]:
    """Return the command that starts gCRM once more, built or from Python."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "gcrm", *arguments]
