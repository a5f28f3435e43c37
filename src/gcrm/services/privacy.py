"""Who may see an activity: private ones are for whoever wrote them and whoever is responsible, for nobody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_

from gcrm.model.activity import Activity


def visible_to(user: int | None, activity: Any = Activity) -> ColumnElement[bool]:
    """Return the condition that `user` may see an activity; None stands for anybody."""
    public = activity.is_private.is_(False)
    if user is None:
        return or_(public)
    return or_(public, activity.created_by == user, activity.responsible_id == user)
