"""Merging duplicates: contacts side by side, and the lists in which duplicates are found."""

from __future__ import annotations

from gcrm.ui.merge.dialog import MergeDialog, open_merge
from gcrm.ui.merge.duplicates import DuplicatesDialog, open_duplicates

__all__ = ["DuplicatesDialog", "MergeDialog", "open_duplicates", "open_merge"]
