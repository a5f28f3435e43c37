"""What went wrong, in words for the person at the desk.

Every error that reaches a window or the command line is one of these three; its text is one or two
sentences that say what happened, to which record, and what to do. Anything else is a fault of the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class GcrmError(Exception):
    """Base of all errors that carry a sentence for the user; `details` is folded away and can be copied."""

    def __init__(self, sentence: str, *, details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details


class UserError(GcrmError):
    """The input cannot be accepted. `field` names the field the sentence belongs to, if there is one."""

    def __init__(self, sentence: str, *, field: str = "", details: str = "") -> None:
        super().__init__(sentence, details=details)
        self.field = field


class EnvironmentProblem(GcrmError):  # noqa: N818 - the word of the house for what is not our fault
    """Something outside the program is not as it should be: disk, network, server, printer, phone box."""


class Unreachable(EnvironmentProblem):
    """The server of the office is away; nothing was written. The same step can be tried again when it is back."""


class BeingUpgraded(Unreachable):
    """The office on a server is being brought to a new version; it is there again when that is done."""


class NewerOffice(UserError):  # noqa: N818 - as above
    """The office was brought to a schema that this program does not know.

    `program` is the version that is needed, `installer` where the office keeps it; both may be "".
    """

    def __init__(self, sentence: str, *, program: str = "", installer: str = "") -> None:
        super().__init__(sentence)
        self.program = program
        self.installer = installer


class OlderOffice(UserError):  # noqa: N818 - as above
    """The office on a server has the schema of an older program, and nobody has upgraded it yet.

    `program` is the version that fits it ("": not known), `is_owner` tells whether this login may upgrade it, `owner`
    is the login that may, `others` are those that work in it at the moment, `installer` is where the office keeps the
    program.
    """

    def __init__(
        self,
        sentence: str,
        *,
        program: str = "",
        installer: str = "",
        is_owner: bool = False,
        others: tuple[str, ...] = (),
        owner: str = "",
    ) -> None:
        super().__init__(sentence)
        self.program = program
        self.installer = installer
        self.is_owner = is_owner
        self.others = others
        self.owner = owner


class PasswordProblem(EnvironmentProblem):
    """The server of an office wants a password that was not given, or refuses the one that was."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that two people changed: the value before, mine and theirs, and who `theirs` is."""

    record: tuple[str, int]
    field: str
    before: Any
    mine: Any
    theirs: Any
    who: str


class ConflictError(GcrmError):
    """Somebody else changed the same fields since the record was read; nothing has been written."""

    def __init__(self, sentence: str, conflicts: tuple[FieldConflict, ...] = (), *, details: str = "") -> None:
        super().__init__(sentence, details=details)
        self.conflicts = conflicts

    def by_record(self) -> Mapping[tuple[str, int], list[FieldConflict]]:
        """Group the conflicts by (table, id)."""
        grouped: dict[tuple[str, int], list[FieldConflict]] = {}
        for conflict in self.conflicts:
            grouped.setdefault(conflict.record, []).append(conflict)
        return grouped
