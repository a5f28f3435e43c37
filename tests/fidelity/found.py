"""What became of one file of another program."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field

from tests.fidelity.said import Told

SHOWN = 60


@dataclass(slots=True)
class Found:
    """What became of a file. `refused` is the sentence for one that is not taken; `lost` names what is missing.

    `memory` is the most that reading it had, in MB, before anything is compared.
    """

    kind: str = ""
    properties: int = 0
    mapped: int = 0
    kept: int = 0
    reported: int = 0
    back: int = 0
    refused: str = ""
    reasons: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    product: str = ""
    memory: float = 0

    def count(self, *, is_kept: bool) -> None:
        """Count a property that goes back."""
        self.mapped += not is_kept
        self.kept += is_kept
        self.back += 1

    def lose(self, told: Told) -> None:
        """Count a property that is missing."""
        self.lost.append(f"{told.line} {told.name}: {told.value[:SHOWN]!r}")

    def report(self, reason: str, count: int = 1) -> None:
        """Count properties that the reader reports."""
        self.reported += count
        self.reasons[reason] += count


def most_memory() -> float:
    """Return the most memory in MB that this process ever had; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
