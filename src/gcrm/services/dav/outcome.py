"""What a round with a calendar elsewhere is told and tells: which way, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field

BOTH, OUT, IN = "both", "out", "in"
WAYS = (BOTH, OUT, IN)
CAME = "peer-"
"""What the names of entries begin with that came from there."""
COUNTS = ("received", "sent", "deleted_here", "deleted_there", "conflicts")
"""What a round counts."""


@dataclass(slots=True)
class Outcome:
    """What a round did: entries that came, went, were deleted on either side or changed on both, and troubles."""

    received: int = 0
    sent: int = 0
    deleted_here: int = 0
    deleted_there: int = 0
    conflicts: int = 0
    problems: list[str] = field(default_factory=list)
