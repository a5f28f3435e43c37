"""The chronicle of a contact: the box in which something is logged, and everything that was done and is to be done."""

from gcrm.ui.chronicle.rail import ChronicleRail

__all__ = ["ChronicleRail"]
