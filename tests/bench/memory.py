"""How much memory a program has."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MEGABYTE = 1_000_000


def resident() -> float:
    """Return the resident memory of this process in MB; where the system tells no more, the most it ever had."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
    if sys.platform == "win32":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MEGABYTE


def private(process: Path) -> float:
    """Return the MB that a process, as a folder of /proc, shares with nobody; 0 where the system does not tell."""
    statm = process / "statm"
    if not statm.exists():
        return 0.0
    _size, resident_pages, shared = map(int, statm.read_text().split()[:3])
    return (resident_pages - shared) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
