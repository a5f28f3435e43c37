"""What activities speak of besides their own contact: links to other contacts, seen from both ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.contact import Contact
from gcrm.services.activity import find
from gcrm.services.activity_types import types
from gcrm.services.database import Database
from gcrm.services.privacy import visible_to
from gcrm.services.unit_of_work import unit_of_work

CONTACT = Contact.__tablename__
SHOWN = 80
"""Characters of an activity's text that stand for it where it has no subject."""


@dataclass(frozen=True, slots=True)
class LinkedContact:
    """A contact an activity speaks of; `id` is that of the link."""

    id: int
    contact: int
    name: str


@dataclass(frozen=True, slots=True)
class LinkingActivity:
    """An activity that speaks of a contact: its words, when it was (UTC), its type and whose chronicle it is in."""

    id: int
    words: str
    at: datetime
    type: str
    contact_name: str


def linked_contacts(session: Session, activity_id: int) -> list[LinkedContact]:
    """Return the contacts an activity speaks of, by name."""
    wanted = (
        select(ActivityLink.id, Contact)
        .join(Contact, Contact.id == ActivityLink.record_id)
        .where(ActivityLink.activity_id == activity_id, ActivityLink.table_name == CONTACT)
        .where(Contact.deleted_at.is_(None))
        .order_by(Contact.name_key, Contact.id)
    )
    return [LinkedContact(link, found.id, found.display_name) for link, found in session.execute(wanted)]


def add_link(database: Database, activity_id: int, contact_id: int) -> None:
    """Let an activity speak of a contact; its own one and those it has are left as they are. Raises UserError."""
    with unit_of_work(database, N_("Contact linked to an activity")) as work:
        activity = find(work.session, activity_id, work.user_id)
        known = {each.contact for each in linked_contacts(work.session, activity_id)} | {activity.contact_id}
        if contact_id not in known:
            work.session.add(ActivityLink(activity_id=activity_id, table_name=CONTACT, record_id=contact_id))


def remove_links(database: Database, link_ids: Collection[int]) -> None:
    """Take links off their activities; undo brings them back. Those of other people's private activities stay."""
    with unit_of_work(database, N_("Link of an activity removed")) as work:
        mine = (
            select(ActivityLink)
            .join(Activity, Activity.id == ActivityLink.activity_id)
            .where(ActivityLink.id.in_(link_ids), visible_to(work.user_id))
        )
        for link in work.session.scalars(mine).all():
            work.session.delete(link)


def linking_activities(
    session: Session, contact_id: int, *, user: int | None = None, limit: int = 100
) -> list[LinkingActivity]:
    """Return the activities of others that speak of a contact, the newest first. `user` is who looks."""
    labels = {row.key: row.label for row in types(session)}
    wanted = (
        select(Activity, Contact)
        .join(ActivityLink, ActivityLink.activity_id == Activity.id)
        .outerjoin(Contact, Contact.id == Activity.contact_id)
        .where(ActivityLink.table_name == CONTACT, ActivityLink.record_id == contact_id, visible_to(user))
        .where(Contact.deleted_at.is_(None))
        .order_by(Activity.at.desc(), Activity.id.desc())
        .limit(limit)
    )
    return [_linking(*row, labels) for row in session.execute(wanted)]


def _linking(activity: Activity, contact: Contact | None, labels: Mapping[str, str]) -> LinkingActivity:
    kind = labels.get(activity.type, activity.type)
    return LinkingActivity(
        activity.id, _words(activity), activity.at, kind, contact.display_name if contact is not None else ""
    )


def _words(activity: Activity) -> str:
    """Return what an activity is about in one line."""
    words = " ".join((activity.subject or activity.text).split())
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"
