"""What the window of duplicates reads off the GUI thread, and the lines it makes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gcrm.i18n import _, ngettext
from gcrm.model.duplicate import LIKELY, SURE
from gcrm.services import contact, duplicate_groups, duplicates
from gcrm.services.database import Database
from gcrm.services.duplicate_groups import Found, Group, Known
from gcrm.services.duplicates import Pair
from gcrm.services.verdicts import told_apart
from gcrm.ui.merge.partner import joined, likelihood
from gcrm.ui.tasks import Progress
from gcrm.ui.widgets.two_line_list import Line

MOST = 50
LIKE, OFFICE, APART = "like", "office", "apart"
LEAST = (0.0, LIKELY, SURE)
"""What can be chosen to be shown, by the likeness it takes."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a search gave: the name of the contact that was compared ("" for the whole office), and what was found."""

    name: str
    found: Found
    is_whole: bool = True

    def with_apart(self, apart: frozenset[tuple[int, int]]) -> Look:
        """Return the same with other pairs told apart."""
        return replace(self, found=replace(self.found, apart=apart))


def like_contact(database: Database, contact_id: int) -> Look:
    """Return the contacts like one."""
    with database.read() as session:
        shown = contact.read(session, contact_id)
        rows = duplicates.alike(session, shown, MOST)
        pairs = [Pair(contact_id, row.contact, row.score, row.reasons) for row in rows]
        return Look(shown.display_name, duplicate_groups.found_of(session, pairs))


def in_office(database: Database, progress: Progress) -> Look:
    """Return the pairs of the whole office; may take some seconds. Cancel ends it with what was found so far."""

    def tell(done: int, total: int) -> bool:
        progress.reported.emit(done, total, "")
        return not progress.is_cancelled()

    with database.read() as session:
        found = duplicate_groups.look(session, tell)
    return Look("", found, not progress.is_cancelled())


def told_apart_before(database: Database) -> Look:
    """Return the pairs that somebody has told apart."""
    with database.read() as session:
        return Look("", duplicate_groups.look_apart(session))


def still_there(database: Database, contacts: Collection[int]) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    """Return which of some contacts are there and not in the trash, and every pair that is told apart."""
    with database.read() as session:
        return duplicate_groups.alive(session, contacts), told_apart(session)


def groups_of(look: Look, where: str, least: float, gone: Collection[int]) -> list[Group]:
    """Return what is listed: groups of the whole office, pairs where one contact, or what was told apart, is shown."""
    if where == OFFICE:
        return duplicate_groups.grouped(look.found, least, gone)
    pairs = duplicate_groups.as_pairs(look.found)
    return pairs if where == APART else [pair for pair in pairs if pair.score >= least]


def with_first(groups: Sequence[Group], first: Mapping[frozenset[int], int]) -> list[Group]:
    """Return groups with the contact first that somebody chose to stay."""
    return [_with_first(group, first.get(frozenset(group.contacts), 0)) for group in groups]


def _with_first(group: Group, first: int) -> Group:
    if first not in group.contacts:
        return group
    return replace(group, contacts=(first, *(one for one in group.contacts if one != first)))


def group_line(group: Group, known: Mapping[int, Known], where: str) -> Line:
    """Return a group as a line: who it is, why, and how likely."""
    sides = [known[contact] for contact in group.contacts]
    shown = sides[1:] if where == LIKE else sides
    names = dict.fromkeys(side.name for side in shown)
    title = "  ·  ".join(names)
    if len(names) < len(shown):
        title = f"{title}  ×{len(shown)}"
    numbers = ", ".join(side.number for side in shown if side.number)
    detail = " · ".join(part for part in (joined(group.reasons), numbers) if part)
    word, tone = (_("Not a duplicate"), "neutral") if where == APART else likelihood(group.score)
    return Line(group.contacts, title, detail, "copy", mark=word, tone=tone)


def member_line(known: Known, stays: bool) -> Line:
    """Return a contact of a group as a line: where it is, what it has, and whether it stays."""
    entries = ngettext("{count} entry", "{count} entries", known.entries).format(count=known.entries)
    archived = _("archived") if known.is_archived else ""
    detail = " · ".join(part for part in (known.number, known.town, entries, archived) if part)
    word, tone = (_("Stays"), "ok") if stays else (_("Goes"), "neutral")
    return Line(known.contact, known.name, detail, "building-2", mark=word, tone=tone)


def sentence(look: Look, where: str, count: int) -> str:
    """Say how many there are."""
    if where == APART:
        if not count:
            return _("Nobody has told two contacts apart.")
        return ngettext("{count} pair was told apart.", "{count} pairs were told apart.", count).format(count=count)
    if where == LIKE:
        if not count:
            return _("No contact looks like “{name}”.").format(name=look.name)
        text = ngettext("{count} contact looks like “{name}”.", "{count} contacts look like “{name}”.", count)
        return text.format(count=count, name=look.name)
    if not look.is_whole:
        text = ngettext("Stopped. {count} group so far.", "Stopped. {count} groups so far.", count)
        return text.format(count=count)
    if not count:
        return _("No two contacts of this office look alike.")
    text = ngettext("The contacts of {count} group look alike.", "The contacts of {count} groups look alike.", count)
    return text.format(count=count)
