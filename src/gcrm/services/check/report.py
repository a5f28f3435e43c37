"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _

KINDS = ("integrity", "reference", "trigger", "version", "history", "seal", "state", "file", "index", "key", "default")
REPAIRABLE = frozenset({"trigger", "index", "key", "default"})


class NoBackup(EnvironmentProblem):
    """The backup before a repair could not be made; whoever has another one may say so, and repair."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: its kind (one of KINDS), the record ("contact:17"), and a sentence.

    `repaired` tells that it was put right.
    """

    kind: str
    record: str
    sentence: str
    repaired: bool = False

    @property
    def can_be_repaired(self) -> bool:
        """Tell whether `repair` would put it right."""
        return not self.repaired and self.kind in REPAIRABLE

    @property
    def outcome(self) -> str:
        """Return the sentence, told apart where what it says was put right."""
        return _("Repaired: {sentence}").format(sentence=self.sentence) if self.repaired else self.sentence


@dataclass(frozen=True, slots=True)
class Report:
    """The result: `ok` when nothing is left to do. `backup` is the copy made before a repair, "" for none.

    `repaired` counts all that was put right, also what is not told one by one.
    """

    ok: bool
    findings: tuple[Finding, ...] = ()
    backup: str = ""
    repaired: int = 0


MOST = 100
"""Findings of one kind that are told one by one; the rest is counted in one more."""
