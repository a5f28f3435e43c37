"""Saving an activity that was edited in its form; where a colleague changed the same field, the person chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gcrm.errors import ConflictError, GcrmError
from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.services.aggregate import Key, Loaded
from gcrm.services.changed import Latest
from gcrm.ui.conflict import Chosen, Words, open_conflict
from gcrm.ui.contact.saving import say_saved
from gcrm.ui.context import Context
from gcrm.ui.steps import Steps

NONE: Chosen = frozenset()
RESPONSIBLE = "responsible_id"
FOLLOW_UP = ("follow_up_at", "follow_up_all_day", "recurrence", "state", "done_at", "done_by")
"""Fields that make sense together only: the choice for the date of a follow-up holds for all of them."""


@dataclass(slots=True)
class ActivitySaver:
    """Saves one form. `words` names the values of fields that keep a key, `name` the activity in the question."""

    context: Context
    words: Words

    def save(
        self, loaded: Loaded[Activity], name: str, colleague: int | None, completes: bool,
        done: Callable[[], object], kept: Callable[[], object],
    ) -> None:  # fmt: skip
        """Save in the background, then hand over to `colleague` and mark as done where wanted.

        `kept` is called when nothing was saved and the form stays.
        """

        def run(mine: Chosen) -> None:
            work = self._steps(loaded, colleague, completes, mine)
            self.context.tasks.write(work, finished, lambda error: refused(error, mine), _("Save activity"))

        def finished(label: str) -> None:
            if label:
                say_saved(self.context, label)
            done()

        def refused(error: GcrmError, mine: Chosen) -> None:
            def chosen(own: Chosen, theirs: Chosen) -> None:
                nonlocal colleague
                if (key_of(loaded), RESPONSIBLE) in theirs:
                    colleague = None
                run(mine | self._settle(loaded, own, theirs))

            if isinstance(error, ConflictError) and error.conflicts and error.conflicts[0].field != "id":
                open_conflict(self.context, name, error, chosen, kept, self.words)
            else:
                self.context.window.fail(error)
                kept()

        run(NONE)

    def _steps(self, loaded: Loaded[Activity], colleague: int | None, completes: bool, mine: Chosen) -> Steps:
        """Save, delegate, complete; the last step returns the label of what was done last, "" for nothing."""
        from gcrm.services import activity, delegation, follow_up, undo

        database, number = self.context.database, loaded.record.id
        before: list[Latest | None] = []

        def label() -> str:
            step = undo.done_since(database, before[0])
            return step.label if step is not None else ""

        def refuse_clash(to_user: int) -> None:
            with database.read() as session:
                delegation.refuse_clash(session, number, _base(loaded)[RESPONSIBLE], to_user)

        steps = Steps(lambda: before.append(database.latest))
        if colleague is not None and (key_of(loaded), RESPONSIBLE) not in mine:
            steps.add(lambda: refuse_clash(colleague))
        steps.add(lambda: activity.save(database, loaded, force=mine))
        if colleague is not None:
            steps.add(lambda: delegation.delegate(database, number, colleague))
        if completes:
            steps.add(lambda: follow_up.complete(database, number))
        return steps.add(label)

    @staticmethod
    def _settle(loaded: Loaded[Activity], own: Chosen, theirs: Chosen) -> Chosen:
        """Take back what the colleague's value was chosen for; return the fields to write over theirs."""
        record = loaded.record
        key = key_of(loaded)
        if (key, "follow_up_at") in theirs:
            theirs |= {(key, name) for name in FOLLOW_UP}
        elif (key, "follow_up_at") in own:
            own |= {(key, name) for name in FOLLOW_UP}
            theirs -= own
        for _key, name in theirs:
            setattr(record, name, loaded.base[key][name])
        return own - theirs


def as_read(loaded: Loaded[Activity]) -> None:
    """Give an activity the values it was read with, so that a save that was refused leaves nothing behind."""
    record = loaded.record
    for name, value in loaded.base[record.__tablename__, record.id].items():
        setattr(record, name, dict(value) if isinstance(value, dict) else value)


# --- what a draft was typed over ----------------------------------------------------------------------------------
ATTRIBUTES = {
    "type": ("type",), "direction": ("direction",), "subject": ("subject",), "text": ("text",), "day": ("at",),
    "time": ("at",), "minutes": ("seconds",), "person": ("contact_person_id",), "responsible": (RESPONSIBLE,),
    "follow_up": FOLLOW_UP, "repeats": FOLLOW_UP, "is_high": ("priority",), "is_private": ("is_private",),
}  # fmt: skip
"""Fields of the form and what they change of an activity; user-defined ones change `custom`."""
_INSTANTS = ("at", "follow_up_at", "done_at")


def key_of(loaded: Loaded[Activity]) -> Key:
    """Return what an activity is known by."""
    return loaded.record.__tablename__, loaded.record.id


def _base(loaded: Loaded[Activity]) -> dict[str, Any]:
    """Return the values an activity was read with."""
    return loaded.base[key_of(loaded)]


def typed_over(loaded: Loaded[Activity], touched: Iterable[str]) -> dict[str, Any]:
    """Return, as JSON values, what the touched fields were typed over: kept with the draft."""
    names = {name for field in touched for name in ATTRIBUTES.get(field, ("custom",))}
    base = _base(loaded)
    return {name: value.isoformat() if isinstance(value := base[name], datetime) else value for name in sorted(names)}


def take_base(loaded: Loaded[Activity], kept: object) -> bool:
    """Let an activity count as read when its draft was begun, so that saving asks; tell whether it changed since."""
    if not isinstance(kept, Mapping):
        return False
    base = _base(loaded)
    former = {name: _read(name, value) for name, value in kept.items() if name in base}
    changed = {name: value for name, value in former.items() if value != base[name]}
    base.update(changed)
    return bool(changed)


def _read(name: str, value: Any) -> Any:
    """Return a value as the activity has it."""
    return datetime.fromisoformat(value) if name in _INSTANTS and isinstance(value, str) else value
