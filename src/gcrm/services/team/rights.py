"""The groups of an office: their rights, the fields hidden from them, and who is in which.

On a server that enforces them (`enforce`) the database makes roles and grants out of these rows by itself. In a file
rights are an aid: whoever can open the file can read all of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.contact import Contact
from gcrm.model.rights import ADMINISTRATOR, EVERY_RIGHT, FIELD_GROUPS, GROUPS, OFFICE
from gcrm.model.user import User
from gcrm.model.user_group import GroupField, GroupRight, UserGroup
from gcrm.services.database import Database
from gcrm.services.privacy import UNINDEXED
from gcrm.services.search import reindex
from gcrm.services.team.rights_in_force import unindexed_fields
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

_MAY_MAKE_ROLES = text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group as a page shows it: `name` is translated for built-in ones; `members` are active users."""

    id: int
    key: str
    name: str
    rights: frozenset[str]
    hidden: frozenset[str]
    members: int


def groups(session: Session) -> list[GroupRow]:
    """Return the groups of the office, built-in ones first; none as long as nobody set any up."""
    rights = _by_group(session, select(GroupRight.group_id, GroupRight.module + "." + GroupRight.action))
    hidden = _by_group(session, select(GroupField.group_id, GroupField.fields))
    members = select(User.group_id, func.count()).where(User.is_active).group_by(User.group_id)
    counts = {row[0]: row[1] for row in session.execute(members)}
    found = session.scalars(select(UserGroup).order_by(UserGroup.key.is_(None), UserGroup.id))
    return [
        GroupRow(
            group.id,
            group.key or "",
            group_name(group.key, group.name),
            frozenset(rights.get(group.id, ())),
            frozenset(hidden.get(group.id, ())),
            counts.get(group.id, 0),
        )
        for group in found
    ]


def _by_group(session: Session, statement: object) -> dict[int, set[str]]:
    """Return the texts of rows (group, text) by group."""
    found: dict[int, set[str]] = {}
    for group, told in session.execute(statement):  # type: ignore[call-overload]  # a select of two columns
        found.setdefault(group, set()).add(told)
    return found


def group_name(key: str | None, name: str) -> str:
    """Return the name of a group in the language in force."""
    return _(GROUPS[key].label) if key is not None and key in GROUPS else name


def make_groups(work: UnitOfWork) -> dict[str, int]:
    """Make the built-in groups where they are missing and return their ids by key.

    Whoever was there before there were groups is an administrator; whoever has none later comes to the office.
    """
    known = {row.key: row.id for row in work.session.execute(select(UserGroup.id, UserGroup.key))}
    newcomers = OFFICE if known else ADMINISTRATOR
    for key, told in GROUPS.items():
        if key not in known:
            group = UserGroup(key=key, name=told.label)
            work.session.add(group)
            work.session.flush()
            known[key] = group.id
            _write_rights(work, group.id, told.rights, told.hidden)
    for user in work.session.scalars(select(User).where(User.group_id.is_(None))):
        user.group_id = known[newcomers]
    work.session.flush()
    return {key: known[key] for key in GROUPS}


def _write_rights(work: UnitOfWork, group: int, rights: Collection[str], hidden: Collection[str]) -> None:
    """Write the rows of a group's rights and hidden fields."""
    for right in sorted(rights):
        module, _dot, action = right.partition(".")
        work.session.add(GroupRight(group_id=group, module=module, action=action))
    work.session.add_all(GroupField(group_id=group, fields=name) for name in sorted(hidden))
    work.session.flush()


def ensure_groups(database: Database) -> dict[str, int]:
    """Return the built-in groups by key, made when nobody has done so yet."""
    with database.read() as session:
        known = {row.key: row.id for row in session.execute(select(UserGroup.id, UserGroup.key)) if row.key}
        homeless = session.scalar(select(User.id).where(User.group_id.is_(None)).limit(1))
    if known.keys() >= GROUPS.keys() and homeless is None:
        return known
    database.rights.require("users", "settings")
    with unit_of_work(database, N_("Groups made"), kind="system") as work:
        return make_groups(work)


def group_named(session: Session, name: str) -> GroupRow:
    """Return a group by key or name, upper and lower case alike. Raises UserError when there is none."""
    for group in groups(session):
        if name.casefold() in (group.key.casefold(), group.name.casefold()):
            return group
    raise UserError(_("There is no group called “{name}”.").format(name=name), field="group")


def add_group(database: Database, name: str, rights: Collection[str], hidden: Collection[str] = ()) -> int:
    """Add an own group. Raises UserError for an empty or taken name and for rights that there are not."""
    database.rights.require("users", "settings")
    ensure_groups(database)
    name = name.strip()
    _check(rights, hidden)
    with database.read() as session:
        _check_name(session, name)
    with unit_of_work(database, N_("Group “{name}” added"), kind="system", params={"name": name}) as work:
        group = UserGroup(name=name)
        work.session.add(group)
        work.session.flush()
        _write_rights(work, group.id, rights, hidden)
        return group.id


def _check_name(session: Session, name: str, own: int = 0) -> None:
    """Refuse a name that is empty, or that another group than `own` has."""
    if not name:
        raise UserError(_("Enter a name."), field="name")
    others = (group for group in groups(session) if group.id != own)
    if any(name.casefold() in (group.key, group.name.casefold()) for group in others):
        raise UserError(_("There is a group called “{name}” already.").format(name=name), field="name")


def set_rights(
    database: Database, group: int, rights: Collection[str], hidden: Collection[str], *, name: str = ""
) -> None:
    """Give a group exactly these rights, and an own one another name; the server grants anew in the same transaction.

    Raises UserError for the administrators, who keep every right, and where nobody could set up users any more.
    """
    database.rights.require("users", "settings")
    _check(rights, hidden)
    with unit_of_work(database, N_("Rights of a group changed"), kind="system") as work:
        found = work.session.get(UserGroup, group)
        if found is None:
            raise UserError(_("This group does not exist any more."))
        if found.key == ADMINISTRATOR:
            raise UserError(_("Administrators have every right. Make a group of your own for other rights."))
        if name.strip() and found.key is None:
            _check_name(work.session, name.strip(), found.id)
            found.name = name.strip()
        before = unindexed_fields(work.session)
        work.session.execute(delete(GroupRight).where(GroupRight.group_id == group))
        work.session.execute(delete(GroupField).where(GroupField.group_id == group))
        _write_rights(work, group, rights, hidden)
        refuse_without_administrator(work.session)
        _follow_index(work, before)


def _check(rights: Collection[str], hidden: Collection[str]) -> None:
    """Refuse what is no right and no group of fields, and to write what may not be seen."""
    strange = [*sorted(set(rights) - EVERY_RIGHT), *sorted(set(hidden) - set(FIELD_GROUPS))]
    if strange:
        raise UserError(_("There is no right “{name}”.").format(name=strange[0]), field="rights")
    for module in ("contacts", "activities", "files"):
        if any(right.startswith(f"{module}.") for right in rights) and f"{module}.see" not in rights:
            raise UserError(_("Who may change something must see it. Add the right to see."), field="rights")


def remove_group(database: Database, group: int) -> None:
    """Remove an own group. Raises UserError for built-in groups and for one with users, also disabled ones."""
    database.rights.require("users", "settings")
    with unit_of_work(database, N_("Group removed"), kind="system") as work:
        found = work.session.get(UserGroup, group)
        if found is None:
            return
        if found.key is not None:
            raise UserError(_("This group belongs to the program and stays."))
        if work.session.scalar(select(User.id).where(User.group_id == group).limit(1)) is not None:
            raise UserError(_("There are users in this group. Put them into another one first."))
        work.session.execute(delete(UserGroup).where(UserGroup.id == group))


def set_group(database: Database, user: int, group: int) -> None:
    """Put a user into another group; a server ends the user's sessions, so that nothing old stays open.

    Raises UserError when that would leave the office without an administrator.
    """
    database.rights.require("users", "settings")
    with unit_of_work(database, N_("User put into another group"), kind="system") as work:
        found = work.session.get(User, user)
        if found is None:
            raise UserError(_("This user does not exist."))
        put(work, found, group)


def put(work: UnitOfWork, user: User, group: int) -> None:
    """Put a user into another group; see `set_group`."""
    before = unindexed_fields(work.session)
    user.group_id = group
    work.session.flush()
    refuse_without_administrator(work.session)
    _follow_index(work, before)


def refuse_without_administrator(session: Session) -> None:
    """Raise UserError when no active user could set up users any more."""
    may = select(GroupRight.group_id).where(GroupRight.module == "users", GroupRight.action == "settings")
    if session.scalar(select(User.id).where(User.is_active, User.group_id.in_(may)).limit(1)) is None:
        raise UserError(_("An office needs at least one administrator. Make somebody else one first."))


def _follow_index(work: UnitOfWork, before: frozenset[str]) -> None:
    """Write the search index anew where other fields may be found in it now."""
    after = unindexed_fields(work.session)
    if after != before:
        work.session.info[UNINDEXED] = after
        reindex(work.session, work.session.scalars(select(Contact.id).order_by(Contact.id)).all())


def follow_index(work: UnitOfWork) -> None:
    """Bring the search index in step after somebody came into a group for the first time."""
    _follow_index(work, work.database.rights.unindexed)


def enforce(database: Database) -> None:
    """Let the server of an office enforce the rights from now on: roles and grants; harmless when it does already.

    Only the owner of the office can, with the right to make roles (CREATEROLE). Raises UserError otherwise.
    """
    if database.is_sqlite:
        raise UserError(_("In a file rights are an aid only. Share the office on a server to have them enforced."))
    if not database.is_owner:
        raise UserError(_("Only the owner of the office can share it. Open it with the owner's address."))
    with database.read() as session:
        if not session.scalar(_MAY_MAKE_ROLES):
            raise UserError(
                _("The owner of the office may not make roles on this server. Ask its administrator for CREATEROLE.")
            )
    ensure_groups(database)
    with unit_of_work(database, N_("Rights enforced"), kind="system") as work:
        work.session.execute(select(func.gcrm_enforce()))
        follow_index(work)
