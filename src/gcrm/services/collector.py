"""Pausing Python's search for cycles while many thousands of records are made at once.

None of them belongs to a cycle, yet the collector would look at all of them again and again (a third of the time).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let nothing be collected meanwhile; whoever paused it first goes on with it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
