"""What an exchange did, or would do, in words."""

from __future__ import annotations

from collections.abc import Iterator

from gcrm.i18n import N_, _
from gcrm.services.outlook.sync import Line, Outcome

ACTIONS = {"create": N_("Create"), "change": N_("Change"), "delete": N_("Delete")}
SIDES = {"here": "gCRM", "outlook": "Outlook"}
KINDS = {"contact": N_("Contact"), "appointment": N_("Appointment")}


def cells(line: Line) -> tuple[str, str, str, str]:
    """Return a line of an outcome as a row: where, what happens, with whom or what, which fields."""
    return SIDES[line.side], _(ACTIONS[line.what]), line.name, ", ".join(line.fields)


def summary(outcome: Outcome) -> str:
    """Return the numbers of an outcome in one line."""
    if outcome.is_nothing:
        return _("Both sides are in step.")
    words = _(
        "gCRM: {here} new, {here_changed} changed, {here_deleted} deleted · "
        "Outlook: {there} new, {there_changed} changed, {there_deleted} deleted"
    )
    return words.format(
        here=outcome.created_here, here_changed=outcome.changed_here, here_deleted=outcome.deleted_here,
        there=outcome.created_there, there_changed=outcome.changed_there, there_deleted=outcome.deleted_there,
    )  # fmt: skip


def remarks(outcome: Outcome) -> Iterator[str]:
    """Yield what else is to be said: what changed twice, what keeps its own, what failed."""
    if outcome.conflicts:
        yield _("Changed on both sides: {count}. What stood in Outlook is kept as notes.").format(
            count=outcome.conflicts
        )
    if outcome.differing:
        yield _("Different on both sides, and left so: {count}").format(count=outcome.differing)
    yield from dict.fromkeys(outcome.problems)
