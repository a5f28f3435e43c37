"""Clocks and middles."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence

Work = Callable[[], object]


def milliseconds(work: Work) -> float:
    """Return how long a piece of work takes in milliseconds."""
    begin = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - begin) / 1e6


def interleaved(ours: Sequence[Work], floor: Sequence[Work], *, warm_up: int = 1) -> tuple[list[float], list[float]]:
    """Run both in turn, A B A B …, and return their times in milliseconds; the first `warm_up` pairs do not count."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for turn, pair in enumerate(zip(ours, floor, strict=True)):
        order = (0, 1) if turn % 2 == 0 else (1, 0)
        for place in order:
            took = milliseconds(pair[place])
            if turn >= warm_up:
                times[place].append(took)
    return times


def median(times: Sequence[float]) -> float:
    """Return the middle one."""
    return statistics.median(times)


def p95(times: Sequence[float]) -> float:
    """Return the time that 95 of 100 keep."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
