"""What an operation changed, as it is told to open windows and kept to be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Changed:
    """One record that changed: its table, id, the contact it belongs to (or None) and I, U or D."""

    table: str
    record: int
    contact: int | None
    action: str


@dataclass(frozen=True, slots=True)
class Latest:
    """An operation of this program that can be undone, with its label as it is kept."""

    operation: int
    label: str
    params: Mapping[str, Any]


MUCH = Changed("", 0, None, "")
"""Stands for changes that are not told one by one: any record may be another."""
