"""Saving what was edited on the record page: one change at a time, merged with what others did meanwhile.

A change is a function that edits a contact. It is applied to a copy of what the person saw, and where that cannot be
saved, to the contact as it is in the database now. The values the person saw are the base of the comparison, so that an
edit of a colleague to the same field is a conflict and to another one is not (services/aggregate.py).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QLocale, QTime

from gcrm.errors import ConflictError, GcrmError, UserError
from gcrm.i18n import _
from gcrm.model.base import Record
from gcrm.model.contact import Contact
from gcrm.services import contact as contacts
from gcrm.services import contact_rows, contact_rules, undo
from gcrm.services.aggregate import Key, Loaded, values_of
from gcrm.services.database import Database
from gcrm.ui.context import Context

Change = Callable[[Contact], None]
Chosen = frozenset[tuple[Key, str]]
NONE: Chosen = frozenset()


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a save: the contact as it is now, and the label of the operation."""

    loaded: Loaded[Contact]
    label: str


def find(contact: Contact, key: Key) -> Any:
    """Return a record of the aggregate. Raises UserError when somebody has removed it."""
    for record in contact_rules.walk(contact):
        if (record.__tablename__, record.id) == key:
            return record
    raise UserError(_("Somebody else removed this entry meanwhile."))


def key_of(record: Record) -> Key:
    """Return how a record is named in changes and conflicts."""
    return record.__tablename__, record.id


def save_change(
    database: Database, shown: Loaded[Contact], change: Change, mine: Chosen = NONE, theirs: Chosen = NONE
) -> Saved:
    """Apply a change and save it. `mine` are fields to write over somebody else's value, `theirs` those to leave.

    What is shown is enough where nobody else wrote the same; only what is refused then is tried over the contact as it
    is now. Raises what services.contact.save raises.
    """
    if not mine and not theirs:
        with suppress(ConflictError, UserError):
            return _save(database, _as_shown(shown), change)
    with database.read() as session:
        fresh = Loaded(contact_rows.read(session, shown.record.id), contact_rules.walk).remember()
    before = {key: dict(values) for key, values in fresh.base.items()}

    def merged(contact: Contact) -> None:
        change(contact)
        _leave(contact, before, theirs)
        _compare_with(fresh, shown)

    return _save(database, fresh, merged, mine)


def _as_shown(shown: Loaded[Contact]) -> Loaded[Contact]:
    """Return a copy of what is shown, as if it did not lie in the trash: whether it does is seen when it is saved."""
    copy = contact_rows.twin(shown.walk(shown.record))
    copy.deleted_at = None
    return Loaded(copy, shown.walk).remember()


def _save(database: Database, loaded: Loaded[Contact], change: Change, mine: Chosen = NONE) -> Saved:
    """Apply a change to an aggregate and save it."""
    contact, before = loaded.record, database.latest
    change(contact)
    loaded.base[key_of(contact)][contact_rules.IN_TRASH] = None  # also who sees that it is there is asked to restore it
    saved = contacts.save(database, loaded, force=mine)
    step = undo.done_since(database, before)
    if step is None:  # nothing was left to save: what was done before can be undone
        with database.read() as session:
            step = undo.next_undo(session, database.user_id)
    return Saved(saved, step.label if step else "")


def _leave(contact: Contact, before: dict[Key, dict[str, Any]], theirs: Chosen) -> None:
    """Take the fields out of a change for which the other's value was chosen."""
    for record in contact_rules.walk(contact):
        for name, value in before.get(key_of(record), {}).items():
            if (key_of(record), name) in theirs:
                setattr(record, name, value)


def _compare_with(fresh: Loaded[Contact], shown: Loaded[Contact]) -> None:
    """Make the values that the person saw the base of every field that the change touches."""
    present = set()
    for record in fresh.walk(fresh.record):
        key = key_of(record)
        present.add(key)
        base, seen = fresh.base.get(key), shown.base.get(key)
        if base is None or seen is None:
            continue
        for name, value in values_of(record).items():
            if base[name] != value and name in seen:
                base[name] = seen[name]
    for key in set(fresh.base) - present:
        fresh.base[key] = shown.base.get(key, fresh.base[key])


@dataclass(slots=True)
class Saver:
    """Saves changes of one page, asks where two people changed the same field, and says what was done."""

    context: Context

    def save(
        self,
        shown: Loaded[Contact],
        change: Change,
        done: Callable[[Loaded[Contact]], object],
        failed: Callable[[GcrmError], object],
    ) -> None:
        """Save in the background; `done` gets the contact as it is now, `failed` an error that was not solved."""
        self._run(shown, change, NONE, NONE, done, failed)

    def _run(
        self,
        shown: Loaded[Contact],
        change: Change,
        mine: Chosen,
        theirs: Chosen,
        done: Callable[[Loaded[Contact]], object],
        failed: Callable[[GcrmError], object],
    ) -> None:
        def finished(saved: Saved) -> None:
            say_saved(self.context, saved.label)
            done(saved.loaded)

        def chosen(own: Chosen, other: Chosen) -> None:
            self._run(shown, change, mine | own, theirs | other, done, failed)

        def refused(error: GcrmError) -> None:
            fields = {conflict.field for conflict in error.conflicts} if isinstance(error, ConflictError) else {"id"}
            if fields == {contact_rules.IN_TRASH}:
                from gcrm.ui.conflict import open_trashed

                trashed = frozenset({(key_of(shown.record), contact_rules.IN_TRASH)})
                open_trashed(self.context, error, lambda: chosen(trashed, NONE), lambda: failed(error))
            elif isinstance(error, ConflictError) and fields - {"id"}:
                from gcrm.ui.conflict import open_conflict

                open_conflict(self.context, shown.record.display_name, error, chosen, lambda: failed(error))
            else:
                failed(error)

        database = self.context.database
        self.context.tasks.write(
            lambda: save_change(database, shown, change, mine, theirs), finished, refused, _("Save contact")
        )


def say_saved(context: Context, label: str) -> None:
    """Say in the status line what was saved, with the way back."""
    moment = datetime.now()
    time = QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)
    context.window.say(_("Saved {time} · {label}").format(time=time, label=label), undo=True)
