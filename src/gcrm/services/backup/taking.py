"""Whether somebody may take over what they chose out of a backup: asked before it is offered, and named where not."""

from __future__ import annotations

from collections.abc import Iterable

from gcrm.errors import UserError
from gcrm.model.rights import Rights
from gcrm.services.backup.record import Compared


def why_not_take(rights: Rights, compared: Compared, places: Iterable[int]) -> str:
    """Return which right is missing to take over differences, by their place in `compared`; "" where none is."""
    chosen = [compared.differences[place] for place in places]
    fields: dict[tuple[str, int], set[str]] = {}
    for each in chosen:
        if each.field:
            fields.setdefault((each.table, each.record), set()).add(each.field)
    try:
        for table in {each.table for each in chosen if not each.field}:
            rights.require_write(table, "insert")
        for (table, _record), names in fields.items():
            rights.require_write(table, "update", names)
    except UserError as problem:
        return problem.sentence
    return ""
