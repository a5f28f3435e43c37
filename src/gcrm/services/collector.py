"""Pausing Python's search for cycles while many thousands of records are made at once.

None of them belongs to a cycle, yet the collector would look at all of them again and again (a third of the time).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let nothing be collected meanwhile; whoever paused it first goes on with it.

    What was made counts as old then, frozen and let go again: it is not looked through at once, only with all the rest.
    Where windows are, Python's own collector is off anyway and what they froze stays so (ui/garbage.py).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()
            gc.enable()
