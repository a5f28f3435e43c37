"""Unfinished texts with whom they are about, and their way to another contact when that one is gone.

A draft is named by its contact (services/drafts.py). After a merge it is named by the contact that stays, on whichever
computer it lies; where the contact or the activity is gone for good the text stays whole and can be given to another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from gcrm.errors import Unreachable
from gcrm.model.activity import Activity
from gcrm.model.change import Operation, merges_of
from gcrm.services import contact_list, landing
from gcrm.services.database import Database
from gcrm.services.drafts import (
    ACTIVITY,
    APPOINTMENT,
    LOG,
    NEW_CONTACT,
    OPERATION,
    RECORD,
    Draft,
    DraftStore,
    kind_of,
    log_key,
    record_key,
)
from gcrm.services.personal_data.erased import erased_records
from gcrm.services.privacy import visible_to

BEGINNING = 200
_TEXTS = ("text", "title", "subject")
_CODES = ("salutation", "country", "role", "type", "direction", "repeats", "status", "kind", "zone")
"""Fields whose values are no words of the person who typed."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One draft as it is listed. `is_gone`: what it was typed into does not exist any more."""

    key: str
    kind: str
    contact_id: int | None
    contact: str
    beginning: str
    text: str
    saved_at: datetime
    data: Mapping[str, Any]
    is_gone: bool = False


def unfinished(database: Database) -> list[Unfinished]:
    """Return all drafts of this user on this computer, the newest first. Reads files and the office."""
    store = DraftStore.of(database)
    follow_merges(database, store)
    drop_erased(database, store)
    drafts = [draft for draft in store.unfinished() if not was_saved(database, store, draft)]
    ids = sorted({contact for draft in drafts if (contact := contact_of(draft)) is not None})
    activities = [draft.data.get("activity_id") for draft in drafts if kind_of(draft.key) in (ACTIVITY, APPOINTMENT)]
    with database.read() as session:
        names = contact_list.rows(session, ids, ("display_name",)) if ids else {}
        seen = select(Activity.id).where(Activity.id.in_(activities), visible_to(database.user_id))
        known = set(session.scalars(seen)) if activities else set()
    return [_listed(draft, names, known) for draft in drafts]


def was_saved(database: Database, store: DraftStore, draft: Draft) -> bool:
    """Tell whether a draft was saved after all, by a program that did not live to hear of it; it is forgotten then.

    While the office cannot be reached nobody knows, and the draft stays.
    """
    key = draft.data.get(OPERATION)
    try:
        if not isinstance(key, str) or not landing.is_done(database, key):
            return False
    except Unreachable:
        return False
    store.remove(draft.key)
    return True


def contact_of(draft: Draft) -> int | None:
    """Return the contact a draft was typed for."""
    contact = draft.data.get("contact_id")
    return contact if isinstance(contact, int) else None


def _listed(draft: Draft, names: Mapping[int, Any], activities: set[int]) -> Unfinished:
    contact, kind = contact_of(draft), kind_of(draft.key)
    row = names.get(contact) if contact is not None else None
    texts = (" ".join(str(draft.data.get(name) or "").split()) for name in _TEXTS)
    beginning = next((text for text in texts if text), "")[:BEGINNING]
    if kind == RECORD and draft.data.get("label"):
        beginning = f"{draft.data['label']}: {beginning}"
    is_gone = kind != NEW_CONTACT and not row
    if kind in (ACTIVITY, APPOINTMENT):
        is_gone = draft.data.get("activity_id") not in (activities if kind == ACTIVITY else {*activities, None})
    name = str(row["display_name"]) if row else ""
    return Unfinished(
        draft.key, kind, contact if row else None, name, beginning, whole_text(draft), draft.saved_at, draft.data,
        is_gone,
    )  # fmt: skip


def whole_text(draft: Draft) -> str:
    """Return everything that was typed, as it can be copied."""
    return "\n".join(dict.fromkeys(text for text in _texts(draft) if text.strip()))


def _texts(draft: Draft) -> Iterator[str]:
    """Yield what was typed, part by part."""
    data = draft.data
    yield from (str(part) for part in data.get("texts") or [data.get("title") or data.get("text") or ""])
    fields = data.get("fields") if kind_of(draft.key) in (ACTIVITY, APPOINTMENT) else data.get("values")
    if isinstance(fields, Mapping):
        yield from (value for name, value in fields.items() if isinstance(value, str) and name not in _CODES)
    yield str(data.get("follow_up") or "")
    extra = data.get("extra")
    if isinstance(extra, Mapping):
        yield from (str(pair[-1]) for pair in extra.get("points") or ())
        yield from (str(value) for name, value in extra.items() if name != "points")


# --- another contact --------------------------------------------------------------------------------------------------
def move(store: DraftStore, draft: Draft, contact: int) -> str:
    """Give the text of a draft to another contact, as the beginning of a log entry; return its new key.

    A text that waits there already stays before it.
    """
    key = log_key(contact)
    former = store.get(key)
    if former is not None:
        text = "\n".join(part for part in (str(former.data.get("text") or ""), whole_text(draft)) if part)
        values = {**former.data, "text": text, "caret": len(text)}
    elif kind_of(draft.key) == LOG:
        values = {**draft.data, "contact_id": contact}
    else:
        values = {"contact_id": contact, "text": whole_text(draft)}
    store.put(key, values)
    store.remove(draft.key)
    return key


def follow_merges(database: Database, store: DraftStore | None = None) -> None:
    """Name the drafts of contacts that were merged by the contact that stays. Raises EnvironmentProblem."""
    store = store or DraftStore.of(database)
    drafts = [(draft, contact) for draft in store.unfinished() if (contact := contact_of(draft)) is not None]
    if not drafts:
        return
    with database.read() as session:
        ids = sorted({contact for _draft, contact in drafts})
        known = contact_list.rows(session, ids, ("display_name",))
        stays = merged_to(session, [contact for contact in ids if contact not in known])
    for draft, contact in drafts:
        if contact in stays:
            _rename(store, draft, contact, stays[contact])


def drop_erased(database: Database, store: DraftStore) -> None:
    """Drop the drafts of whoever was erased for good meanwhile, also at another desk."""
    drafts = store.unfinished()
    contacts = {contact for draft in drafts if (contact := contact_of(draft)) is not None}
    activities = {each for draft in drafts if isinstance(each := draft.data.get("activity_id"), int)}
    if not contacts and not activities:
        return
    with database.read() as session:
        erased = erased_records(session)
    for draft in drafts:
        if not erased.isdisjoint({("contact", contact_of(draft)), ("activity", draft.data.get("activity_id"))}):
            store.remove(draft.key)


def merged_to(session: Session, contacts: Sequence[int]) -> dict[int, int]:
    """Return for each contact that was merged away the one that stays now."""
    if not contacts:
        return {}
    kept: dict[int, int] = {}
    undoing = aliased(Operation)
    is_back = select(undoing.id).where(undoing.undoes_id == Operation.id).exists()
    merges = select(Operation.params).where(Operation.kind == "merge", ~is_back).order_by(Operation.id)
    for params in session.scalars(merges):
        for keep, others in merges_of(params):
            kept |= dict.fromkeys(others, keep)
    found = {}
    for contact in contacts:
        end, passed = contact, {contact}
        while end in kept and kept[end] not in passed:
            end = kept[end]
            passed.add(end)
        if end != contact:
            found[contact] = end
    return found


def _rename(store: DraftStore, draft: Draft, old: int, new: int) -> None:
    """Move a draft from a contact that was merged to the one that stays."""
    kind = kind_of(draft.key)
    if kind == LOG:
        move(store, draft, new)
    elif kind == RECORD:
        row = str(draft.data.get("row") or "").replace(f"contact:{old}:", f"contact:{new}:", 1)
        if store.get(record_key(new, row)) is not None:
            move(store, draft, new)
            return
        store.put(record_key(new, row), {**draft.data, "contact_id": new, "row": row}, at=draft.saved_at)
        store.remove(draft.key)
    else:
        store.put(draft.key, {**draft.data, "contact_id": new}, at=draft.saved_at)
