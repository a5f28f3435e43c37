"""Who may see an activity: private ones are for whoever wrote them and whoever is responsible, for nobody else.

The history of them is watched over by services/private_history.py.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.rights import Rights

VIEWER = "viewer"
"""Where a session to read with keeps whose eyes it has (`Database.read`)."""
UNINDEXED = "unindexed"
"""Where a session keeps the field groups that some group of users does not see: what they hold is not searched."""

RIGHTS = "rights"
"""Where a session to read with keeps what the person it reads for may do."""


def rights_of(session: Session) -> Rights:
    """Return what the person may do for whom a session reads; everything where it is for nobody."""
    return session.info.get(RIGHTS) or Rights()


def viewer(session: Session) -> int | None:
    """Return the user for whom a session reads, None where it is for anybody."""
    found: int | None = session.info.get(VIEWER)
    return found


def visible_to(user: int | None, activity: Any = Activity) -> ColumnElement[bool]:
    """Return the condition that `user` may see an activity; None stands for anybody."""
    public = activity.is_private.is_(False)
    if user is None:
        return or_(public)
    return or_(public, activity.created_by == user, activity.responsible_id == user)


def is_visible(activity: Activity, user: int) -> bool:
    """Tell of an activity that was read what `visible_to` tells the database."""
    return not activity.is_private or user in (activity.created_by, activity.responsible_id)


def file_visible_to(user: int | None) -> ColumnElement[bool]:
    """Return the condition that `user` may see a file: it belongs to no activity, or to one that may be seen."""
    seen = select(Activity.id).where(Activity.id == Attachment.activity_id, visible_to(user))
    return or_(Attachment.activity_id.is_(None), seen.exists())
