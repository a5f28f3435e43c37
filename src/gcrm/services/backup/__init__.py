"""Backups of an office: one file that can be checked and restored, on either engine and from one to the other.

`create` writes one, `verify` proves it, `restore` makes an office of it, `listing` tells what a folder holds,
`automatic` makes them by itself, `record` looks into one. The format is described in docs/backup-format.md.
"""

from __future__ import annotations

from gcrm.services.backup.copy import copy_beside

__all__ = ["copy_beside"]
