"""What activities speak of besides their own contact: links to other contacts (services/related.py: the other end)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.i18n import N_
from gcrm.model.activity import Activity, ActivityLink
from gcrm.model.contact import Contact
from gcrm.services.activity import find
from gcrm.services.database import Database
from gcrm.services.privacy import visible_to
from gcrm.services.unit_of_work import unit_of_work

CONTACT = Contact.__tablename__


@dataclass(frozen=True, slots=True)
class LinkedContact:
    """A contact an activity speaks of; `id` is that of the link."""

    id: int
    contact: int
    name: str


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
