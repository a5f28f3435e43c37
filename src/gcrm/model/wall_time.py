"""Local wall time of an office and instants, where the two do not match.

Follow-ups and appointments are meant in wall time ("at nine"), instants are stored in UTC. Twice a year they disagree:

* The hour that is skipped in spring does not exist. 02:30 becomes 03:30, as
  long after the change as it was meant to be.
* The hour that is repeated in autumn exists twice. The first one is meant: nobody comes too late.

Both are the rules of RFC 5545, section 3.3.5.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def to_utc(wall: datetime, zone: str) -> datetime:
    """Return the instant (aware, UTC) of a naive wall time in an IANA zone; ZoneInfoNotFoundError if unknown."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def to_wall(instant: datetime, zone: str) -> datetime:
    """Return the naive wall time in an IANA zone of an aware instant."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def exists(wall: datetime, zone: str) -> bool:
    """Tell whether clocks in the zone show this wall time at all."""
    return to_wall(to_utc(wall, zone), zone) == wall.replace(fold=0)
