"""Checking an office: is everything as it was written, and does everything fit together?

`check` reads the whole office in one snapshot and changes nothing. With `repair` what can be made again from the
records (search index, keys, defaults, triggers) is repaired after a verified backup; history, files and the database
file itself are never "repaired": that is what backups are for.
"""

from __future__ import annotations

from gcrm.services.check.office import check
from gcrm.services.check.report import Finding, NoBackup, Report

__all__ = ["Finding", "NoBackup", "Report", "check"]
