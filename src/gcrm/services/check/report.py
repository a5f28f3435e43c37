"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("integrity", "reference", "trigger", "version", "history", "seal", "state", "file", "index", "key", "default")
REPAIRABLE = frozenset({"trigger", "index", "key", "default"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: its kind (one of KINDS), the record ("contact:17"), and a sentence.

    `repaired` tells that it was put right.
    """

    kind: str
    record: str
    sentence: str
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The result: `ok` when nothing is left to do. `backup` is the copy made before a repair, "" for none."""

    ok: bool
    findings: tuple[Finding, ...] = ()
    backup: str = ""


MOST = 100
"""Findings of one kind that are told one by one; the rest is counted in one more."""
