"""How often the tests of this folder do what they do: a few times, or as often as `dev.py bench torture` wants."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

RUNS, SECONDS, NOTES = "GCRM_TORTURE_RUNS", "GCRM_TORTURE_SECONDS", "GCRM_TORTURE_NOTES"
"""Variables of the environment: how often, how long an office is torn, the file for what was done."""


@pytest.fixture
def runs() -> Callable[[int], int]:
    """Give how often to do something that is usually done so many times."""
    return lambda usual: int(os.environ.get(RUNS, usual))


@pytest.fixture
def lasting() -> Callable[[float], float]:
    """Give for how many seconds an office works that is usually torn for so many."""
    return lambda usual: float(os.environ.get(SECONDS, usual))


@pytest.fixture
def noted() -> Callable[[str, str], None]:
    """Give a way to say what was done and what came of it; the long runs print it."""

    def note(what: str, result: str) -> None:
        if NOTES in os.environ:
            with Path(os.environ[NOTES]).open("a", encoding="utf-8") as file:
                print(what, result, sep="\t", file=file)

    return note
