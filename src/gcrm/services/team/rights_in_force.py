"""What counts now of the rights of an office: for one user, for the server, and for what is searched."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gcrm.model.invitation import Invitation
from gcrm.model.rights import EVERY_RIGHT, Rights
from gcrm.model.user import User
from gcrm.model.user_group import GroupField, GroupRight, UserGroup

NAMED = 3
"""Administrators who are named where a right is missing."""


def load(session: Session, user: int, *, is_enforced: bool) -> Rights:
    """Return what a user may do; everything as long as nobody put the user into a group."""
    mine = select(UserGroup).join(User, User.group_id == UserGroup.id).where(User.id == user)
    group = session.scalar(mine)
    rows = session.execute(_hidden_from_somebody(GroupField.group_id, GroupField.fields)).all()
    unindexed = frozenset(row.fields for row in rows)
    if group is None:
        return Rights(unindexed=unindexed, is_enforced=is_enforced)
    wanted = select(GroupRight.module, GroupRight.action).where(GroupRight.group_id == group.id)
    actions = frozenset(f"{row.module}.{row.action}" for row in session.execute(wanted))
    own = frozenset(row.fields for row in rows if row.group_id == group.id)
    asked = () if actions >= EVERY_RIGHT and not own else administrators(session)
    return Rights(group.key or group.name, actions, own, unindexed, is_enforced, asked)


def administrators(session: Session) -> tuple[str, ...]:
    """Return the names of the first users who can give rights."""
    may = select(GroupRight.group_id).where(GroupRight.module == "users", GroupRight.action == "settings")
    names = select(User.name).where(User.is_active, User.group_id.in_(may), User.name != "")
    return tuple(session.scalars(names.order_by(User.name, User.id).limit(NAMED)))


def in_force(session: Session) -> bool:
    """Tell whether the server of this office enforces the rights with roles."""
    return session.get_bind().dialect.name != "sqlite" and bool(session.scalar(select(func.gcrm_in_force())))


def unindexed_fields(session: Session) -> frozenset[str]:
    """Return the field groups that are hidden from any group with users."""
    return frozenset(session.scalars(_hidden_from_somebody(GroupField.fields)))


def _hidden_from_somebody(*columns: Any) -> Select[Any]:
    """Return the select of what is hidden from groups with active users, or with colleagues who are invited."""
    people = select(User.group_id).where(User.is_active, User.group_id.is_not(None))
    invited = select(Invitation.group_id).where(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    return select(*columns).where(GroupField.group_id.in_(people.union(invited))).distinct()
