"""Merging contacts that are the same one: a preview field by field, then one operation that undo takes back.

Everything that points to the contacts that go is pointed to the one that stays (services/repoint.py). The others are
deleted; their history stays and is shown with that of the contact that stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, delete, func, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.base import now
from gcrm.model.contact import ROLES, Contact
from gcrm.model.fields import fields_of
from gcrm.model.registry import table_of
from gcrm.model.rights import EVERY_FIELD
from gcrm.services import contact as contacts
from gcrm.services import contact_rules
from gcrm.services.activity import add
from gcrm.services.changes import by_count
from gcrm.services.custom_field import fields as custom_fields
from gcrm.services.database import Database
from gcrm.services.privacy import file_visible_to, viewer, visible_to
from gcrm.services.progress import Progress, Silence
from gcrm.services.repoint import pointing_tables, repoint
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

MOST = 20
_EMPTY: tuple[Any, ...] = (None, "", False, [], {})
_LEFT_OUT = ("custom", "kept", "deleted_at", "archived_at")


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field with the value of each contact by id, and the contact whose value is proposed (`proposal`).

    `is_equal`: nothing to choose. Values are as the model keeps them; user-defined ones are named `custom.f<id>`.
    """

    name: str
    label: str
    kind: str
    values: Mapping[int, Any]
    proposal: int
    is_equal: bool


@dataclass(frozen=True, slots=True)
class MergePreview:
    """The contacts to merge, `keep` is the one that is proposed to stay; what else each has, by table and count.

    Private activities of others and their files are not counted; they go over with the rest.
    """

    keep: int
    names: Mapping[int, str]
    fields: tuple[MergeField, ...]
    children: Mapping[int, Mapping[str, int]]


def preview(session: Session, ids: Sequence[int], keep: int | None = None) -> MergePreview:
    """Show contacts side by side; the first one with a number stays unless told. UserError for fewer than two."""
    found = _read(session, ids)
    chosen = keep if keep in found else next((i for i in found if found[i].number), next(iter(found)))
    order = [chosen, *(i for i in found if i != chosen)]
    children: dict[int, dict[str, int]] = {i: {} for i in found}
    for column in pointing_tables():
        seen = column.in_(list(found)), *_seen(column.table, viewer(session))
        counted = select(column, func.count()).where(*seen).group_by(column)
        for contact, count in session.execute(counted):
            known = children[contact]
            known[column.table.name] = known.get(column.table.name, 0) + count
    names = {i: found[i].display_name for i in order}
    return MergePreview(chosen, names, tuple(_fields(session, found, order)), children)


def _seen(table: FromClause, user: int | None) -> Iterator[ColumnElement[bool]]:
    """Yield the condition that a row of a table may be seen, where not all may be."""
    if table is table_of(Activity):
        yield visible_to(user)
    elif table is table_of(Attachment):
        yield file_visible_to(user)


def _read(session: Session, ids: Sequence[int], *, lock: bool = False) -> dict[int, Contact]:
    """Return the contacts by id, in the order given."""
    wanted = list(dict.fromkeys(ids))
    if not 2 <= len(wanted) <= MOST:
        raise UserError(_("Choose from two to {most} contacts to merge.").format(most=MOST))
    statement = select(Contact).where(Contact.id.in_(wanted), Contact.deleted_at.is_(None))
    if lock:
        statement = statement.with_for_update()
    rows = {row.id: row for row in session.scalars(statement)}
    if len(rows) < len(wanted):
        raise UserError(_("One of these contacts was deleted meanwhile. Choose again."))
    return {i: rows[i] for i in wanted}


def _fields(session: Session, found: Mapping[int, Contact], order: Sequence[int]) -> Iterator[MergeField]:
    """Yield the fields side by side, those of the program before user-defined ones."""
    for name, told in fields_of(Contact).items():
        if name not in _LEFT_OUT:
            values = {i: getattr(found[i], name) for i in order}
            yield _field(name, told.label, told.kind, values, order)
    for custom in custom_fields(session, "contact", hidden=True):
        values = {i: found[i].custom.get(custom.key) for i in order}
        yield _field(f"custom.{custom.key}", custom.label, custom.kind, values, order)


def _field(name: str, label: str, kind: str, values: Mapping[int, Any], order: Sequence[int]) -> MergeField:
    """Propose the value of the contact that stays, or the first that is filled in."""
    proposal = next((i for i in order if values[i] not in _EMPTY), order[0])
    is_equal = all(values[i] == values[order[0]] for i in order)
    return MergeField(name, label, kind, values, proposal, is_equal)


def merge(database: Database, keep: int, others: Sequence[int], choices: Mapping[str, int] | None = None) -> int:
    """Merge contacts into `keep` and return the operation.

    `choices` maps the name of a field to the contact whose value stays; without a choice the proposal holds. Raises
    UserError when one of them is gone. A choice of a contact that is not merged is ignored.
    """
    ids = [keep, *(other for other in others if other != keep)]
    _refuse_blind(database)
    params = {"keep": keep, "others": ids[1:]}
    with database.read() as session:
        params["name"] = _read(session, ids)[keep].display_name
    with unit_of_work(database, N_("Contacts merged into “{name}”"), kind="merge", params=params) as work:
        _join(work, ids, choices or {})
        return work.operation_id


def merge_all(database: Database, groups: Sequence[Sequence[int]], progress: Progress | None = None) -> int:
    """Merge several groups in one operation and return it; the first contact of each stays, the proposals hold.

    No contact may be in two groups. Raises UserError when one of them is gone; nothing is merged then.
    """
    _refuse_blind(database)
    watch = progress or Silence()
    params: dict[str, Any] = {"groups": [list(group) for group in groups], "count": len(groups)}
    label = by_count(N_("Contacts merged in a group"), N_("Contacts merged in {count} groups"), len(groups))
    with unit_of_work(database, label, kind="merge", params=params) as work:
        for done, group in enumerate(groups):
            watch.report(done, len(groups), _("Merging contacts…"))
            _join(work, group, {})
        watch.check()
        return work.operation_id


def _join(work: UnitOfWork, ids: Sequence[int], choices: Mapping[str, int]) -> None:
    """Merge contacts into the first of them inside a unit of work."""
    keep = ids[0]
    found = _read(work.session, ids, lock=True)
    shown = preview(work.session, ids, keep)
    names = [f"{each.display_name} ({each.number or '–'})" for each in found.values() if each.id != keep]
    _take_values(work, found, shown, choices)
    for other in ids[1:]:
        repoint(work, other, keep)
    gone = delete(Contact).where(Contact.id.in_(ids[1:]))
    work.session.execute(gone.execution_options(synchronize_session=False))
    work.session.expire_all()
    stays = contacts.read(work.session, keep)
    contact_rules.ensure_defaults(stays)
    # The note also ties the operation to the contact, so that the history of the others is found with it.
    add(work, Activity(contact_id=keep, at=now(), text=_merged(names), custom={}))


def _refuse_blind(database: Database) -> None:
    """Refuse who does not see all fields of a contact: those of the contacts that go would be lost unseen."""
    database.rights.require("contacts", "delete")
    if database.rights.lacks(EVERY_FIELD):
        raise UserError(_("You do not see all fields of a contact. Ask somebody who does to merge these contacts."))


def _merged(names: Sequence[str]) -> str:
    """Return what the chronicle says about a merge."""
    return _("Merged with {names}.").format(names=", ".join(names))


def _take_values(
    work: UnitOfWork, found: Mapping[int, Contact], shown: MergePreview, choices: Mapping[str, int]
) -> None:
    """Give the contact that stays the chosen values; a number is free before it is taken."""
    stays = found[shown.keep]
    values = {each.name: each.values[_choice(each, choices)] for each in shown.fields}
    values |= {role: any(getattr(each, role) for each in found.values()) for role in ROLES if role not in choices}
    custom = dict(stays.custom)
    for other in found.values():
        if other is not stays and other.number is not None:
            other.number = None
    work.session.flush()
    for name, value in values.items():
        if not name.startswith("custom."):
            setattr(stays, name, value)
        elif value is not None:
            custom[name.removeprefix("custom.")] = value
        else:
            custom.pop(name.removeprefix("custom."), None)
    stays.custom = custom
    lines = [line for each in found.values() for line in each.kept or []]
    stays.kept = list(dict.fromkeys(lines))
    if stays.archived_at is not None and any(each.archived_at is None for each in found.values()):
        stays.archived_at = None
    work.session.flush()


def _choice(each: MergeField, choices: Mapping[str, int]) -> int:
    """Return the contact whose value stays."""
    wanted = choices.get(each.name, each.proposal)
    return wanted if wanted in each.values else each.proposal
