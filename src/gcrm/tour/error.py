"""What ends the tour."""

from __future__ import annotations

from gcrm.errors import GcrmError


class TourError(GcrmError):
    """A step did not do what it says."""
