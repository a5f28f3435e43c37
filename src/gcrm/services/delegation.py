"""Handing follow-ups to colleagues, and the notices that go to and fro."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from gcrm.errors import ConflictError, FieldConflict, UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity, Notice
from gcrm.model.base import now
from gcrm.model.contact import Contact
from gcrm.model.user import User
from gcrm.services.changes import by_count, last_author
from gcrm.services.database import Database
from gcrm.services.privacy import visible_to
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

# Kind of notice → what it says. To add one: a line here, and whoever writes the notice.
SENTENCES = {
    "delegated": N_("{sender} gave you “{title}” ({contact})"),
    "completed": N_("{sender} completed “{title}” ({contact})"),
    "taken_back": N_("{sender} took “{title}” ({contact}) off your list"),
}


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as it is shown: when it was written (UTC), its sentence, and what it speaks of."""

    id: int
    kind: str
    at: datetime
    sentence: str
    activity_id: int | None
    contact_id: int | None


def delegate(database: Database, activity_ids: int | Collection[int], to_user: int) -> int:
    """Make a colleague responsible for follow-ups and leave word with them; return how many were handed over.

    Whoever delegates gets a notice when it is done. To oneself: takes over, without notice to oneself.
    """
    ids = [activity_ids] if isinstance(activity_ids, int) else list(activity_ids)
    label = by_count(N_("Follow-up delegated"), N_("{count} follow-ups delegated"), len(ids))
    with unit_of_work(database, label, params={"count": len(ids)}) as work:
        if not work.session.scalar(select(User.is_active).where(User.id == to_user)):
            raise UserError(_("This colleague does not work here any more. Choose somebody else."))
        wanted = select(Activity).where(Activity.id.in_(ids), visible_to(work.user_id)).order_by(Activity.id)
        found = [item for item in work.session.scalars(wanted.with_for_update()) if item.responsible_id != to_user]
        for activity in found:
            hand_over(work, activity, to_user)
    return len(found)


def refuse_clash(session: Session, activity: int, before: int | None, to_user: int) -> None:
    """Raise ConflictError where somebody else made another one responsible since it was `before`."""
    current = session.scalar(select(Activity.responsible_id).where(Activity.id == activity))
    if current not in (before, to_user):
        name = last_author(session, "activity", activity, "responsible_id")
        conflict = FieldConflict(("activity", activity), "responsible_id", before, to_user, current, name)
        sentence = _("{names} changed the same data meanwhile. Choose which value stays.").format(names=name)
        raise ConflictError(sentence, (conflict,))


def hand_over(work: UnitOfWork, activity: Activity, to_user: int) -> None:
    """Change the responsible user of one activity; who had it and whoever gets it hear of it."""
    before = activity.responsible_id
    activity.responsible_id = to_user
    activity.delegated_by = work.user_id if to_user != work.user_id else None
    tell_of(work, activity, before)


def tell_of(work: UnitOfWork, activity: Activity, before: int | None) -> None:
    """Leave word with whoever is given an activity, and with whoever was responsible `before`, where that changed."""
    now_responsible = activity.responsible_id
    if now_responsible == before:
        return
    if now_responsible is not None:
        _tell(work, now_responsible, activity, "delegated")
    if before is not None:
        _tell(work, before, activity, "taken_back")


def _tell(work: UnitOfWork, user: int, activity: Activity, kind: str) -> None:
    """Leave a notice, but not to whoever causes it, nor of a private activity to somebody who sees it no more."""
    if user == work.user_id:
        return
    if kind == "taken_back" and activity.is_private and activity.created_by != user:
        return
    work.session.add(Notice(user_id=user, activity_id=activity.id, kind=kind, sender_id=work.user_id))


def notices(session: Session, user: int, *, limit: int = 50) -> list[NoticeRow]:
    """Return the unread notices of a user, the newest first."""
    rows = session.execute(
        select(Notice, Activity.subject, Activity.text, Contact, User.name)
        .join(Activity, Activity.id == Notice.activity_id)
        .outerjoin(Contact, Contact.id == Activity.contact_id)
        .outerjoin(User, User.id == Notice.sender_id)
        .where(_unread(user))
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    return [_row(*row) for row in rows]


def _unread(user: int) -> ColumnElement[bool]:
    unread = and_(Notice.user_id == user, Notice.read_at.is_(None), Notice.kind.in_(SENTENCES))
    return and_(unread, visible_to(user))


def _row(notice: Notice, subject: str, text: str, contact: Contact | None, sender: str | None) -> NoticeRow:
    """Put the sentence of a notice together."""
    title = subject or (text.strip().splitlines() or [""])[0] or _("Activity")
    name = contact.display_name if contact else _("no contact")
    sentence = _(SENTENCES[notice.kind]).format(sender=sender or _("Somebody"), title=title, contact=name)
    contact_id = contact.id if contact else None
    return NoticeRow(notice.id, notice.kind, notice.created_at, sentence, notice.activity_id, contact_id)


def unread_count(session: Session, user: int) -> int:
    """Return how many notices a user has not read."""
    wanted = (
        select(func.count()).select_from(Notice).join(Activity, Activity.id == Notice.activity_id).where(_unread(user))
    )
    return session.scalar(wanted) or 0


def mark_read(database: Database, notice_ids: Collection[int]) -> None:
    """Put notices away; this is not a step to undo."""
    with unit_of_work(database, N_("Notices read"), kind="system") as work:
        mine = and_(Notice.id.in_(notice_ids), Notice.user_id == work.user_id, Notice.read_at.is_(None))
        work.session.execute(update(Notice).where(mine).values(read_at=now(), version=Notice.version + 1))
