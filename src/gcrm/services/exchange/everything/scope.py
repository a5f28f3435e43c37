"""What of an office a person takes along: everything, or what that person may see.

What is hidden from somebody is not picked out of the history: where anything is left out, all of it stays behind.
Whoever owns the office can take along what is private to others, too, when that is said: a backup holds that anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.change import Change
from gcrm.model.registry import RECORDS, table_of
from gcrm.model.rights import FIELD_GROUPS, MODULES
from gcrm.model.user import User
from gcrm.services.database import Database
from gcrm.services.exchange.everything.rules import HISTORY, RULES
from gcrm.services.privacy import visible_to
from gcrm.services.private_history import OWNER, hidden_changes

BATCH = 500
SEEN = ("contacts", "activities", "files")
"""Modules that somebody may not see anything of."""
REASONS: Mapping[str, str] = {
    **{key: group.label for key, group in FIELD_GROUPS.items()},
    **{key: label for key, (label, _actions) in MODULES.items()},
    "private": N_("What is private to others"),
    "history": N_("History of changes"),
}
"""Why something is left out → what that is called."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is left out: tables (`shut`), columns by table (`hidden`), activities (`private`); why: keys of REASONS."""

    reasons: tuple[str, ...] = ()
    shut: frozenset[str] = frozenset()
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    private: frozenset[int] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left out."""
        return not self.reasons


def scope_of(database: Database, session: Session, *, with_private: bool = False) -> Scope:
    """Return what the person who works takes along.

    Raises UserError for `with_private` where somebody does not own the office, or does not see all of it.
    """
    rights, user = database.rights, database.user_id
    reasons = [key for key in FIELD_GROUPS if key in rights.hidden]
    reasons += [key for key in SEEN if not rights.may(key, "see")]
    if with_private:
        if reasons or not database.is_owner:
            sentence = _("Only the owner of the office can export what is private to others. Leave that out.")
            raise UserError(sentence)
        return Scope()
    private = frozenset(session.scalars(select(Activity.id).where(~visible_to(user))))
    if private or not database.is_owner or _were_private(session, user):
        reasons.append("private")
    if not reasons:
        return Scope()
    tables = (name for name in RULES if name not in HISTORY and RULES[name].way != "follows")
    shut = frozenset({*HISTORY, *(name for name in tables if not rights.sees(name))})
    hidden = {table: columns for table, columns in rights.hidden_fields.items() if "*" not in columns}
    return Scope((*reasons, "history"), shut, hidden, private)


def _were_private(session: Session, user: int) -> bool:
    """Tell whether the history tells anything that is private to others."""
    if (session.scalar(select(func.count()).select_from(User)) or 0) < 2:
        return False
    about = [table_of(cls).name for cls in RECORDS if OWNER in table_of(cls).columns]
    wanted = select(Change).where(Change.table_name.in_([Activity.__tablename__, *about])).order_by(Change.id)
    last = 0
    while batch := session.scalars(wanted.where(Change.id > last).limit(BATCH)).all():
        if hidden_changes(session, batch, user):
            return True
        last = batch[-1].id
        session.expunge_all()
    return False


def left_out_words(reasons: Iterable[str]) -> str:
    """Return the sentence about what an export does not hold, "" for nothing."""
    named = ", ".join(f"“{_(REASONS[key])}”" for key in reasons if key in REASONS)
    sentence = _("Left out, because whoever exported it may not see it: {names}.")
    return sentence.format(names=named) if named else ""
