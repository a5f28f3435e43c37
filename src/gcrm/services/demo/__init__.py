"""A made-up office to look at, to try out and to measure with: `create`, and its calendar: `add_appointments`."""

from __future__ import annotations

from gcrm.services.demo.appointments import add_appointments
from gcrm.services.demo.office import create

__all__ = ["add_appointments", "create"]
