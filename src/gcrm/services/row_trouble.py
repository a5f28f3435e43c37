"""Rows of which a table or a server does not take something: the record is named, or mended where that is wanted.

Lines are those of services/table_rows.py.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Table

from gcrm.errors import UserError
from gcrm.i18n import _


def checked(table: Table, block: bytes, mended: Callable[[str], object] | None) -> bytes:
    """Return lines whose texts a server keeps: those characters that none has are left out where that is wanted.

    Raises UserError, with the record, where it is not.
    """
    trouble = _trouble(block)
    if trouble is None:
        return block
    if mended is None:
        begin = block.rfind(b"\n", 0, trouble[0]) + 1
        sentence = _(
            "Record {record} in “{table}” has a text with a character that does not exist. Type that text again."
        )
        raise UserError(sentence.format(record=_key_of(block[begin:]), table=table.name), details=trouble[1])
    lines = block.split(b"\n")
    for place, line in enumerate(lines):
        if _trouble(line) is not None:
            mended(_key_of(line))
            lines[place] = line.replace(b"\0", b"").decode(errors="ignore").encode()
    return b"\n".join(lines)


def _trouble(block: bytes) -> tuple[int, str] | None:
    """Return where a text is none that a server keeps, and why; None where all are."""
    if b"\0" in block:
        return block.index(b"\0"), "NUL"
    try:
        block.decode()
    except UnicodeDecodeError as problem:
        return problem.start, problem.reason
    return None


def _key_of(line: bytes) -> str:
    """Return the key of a line's record, which stands first."""
    return line.split(b"\t", 1)[0].decode(errors="replace")


def refused(table: Table, line: bytes, reason: str) -> UserError:
    """Return the sentence for a row that a table does not take."""
    if not line:
        sentence = _("“{table}” has records that contradict each other. Look at the details and correct them.")
        return UserError(sentence.format(table=table.name), details=reason)
    sentence = _("Record {record} in “{table}” has a value that cannot be kept. Correct that record.")
    return UserError(sentence.format(record=_key_of(line), table=table.name), details=reason)
