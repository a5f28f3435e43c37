"""A made-up office to look at, to try out and to measure with: `create`."""

from __future__ import annotations

from gcrm.services.demo.office import create

__all__ = ["create"]
