"""The types of activities: those every office has, and own ones with name, icon and colour.

Reading needs no rows: the built-in types stand in the program. Their rows are written when an office changes its types
for the first time, so that a built-in one can be given another icon, colour or place, or be hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import BUILT_IN_TYPES, Activity, ActivityType
from gcrm.model.fold import clean, fold
from gcrm.services.database import Database
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

COLOURS = ("neutral", "info", "ok", "warn", "bad")
WRITTEN_BY_PROGRAM = ("print", "export")
"""Types that people do not choose in the log box."""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A type as it is shown: `label` in the language in force, `icon` a Lucide name, `colour` a token."""

    key: str
    label: str
    icon: str
    colour: str
    is_own: bool = False
    is_hidden: bool = False

    @property
    def is_chosen_by_people(self) -> bool:
        """Tell whether the log box offers it."""
        return not self.is_hidden and self.key not in WRITTEN_BY_PROGRAM


def built_in(key: str) -> TypeRow:
    """Return a type as the program has it; an unknown key (its row was purged) looks like a note of that name."""
    for known, name, icon, colour in BUILT_IN_TYPES:
        if known == key:
            return TypeRow(key, _(name), icon, colour)
    return TypeRow(key, key, "sticky-note", "neutral", is_own=True)


def label_of(key: str, name: str | None) -> str:
    """Return the label of a type: an own name as it is, a built-in one translated."""
    original = {known: text for known, text, _icon, _colour in BUILT_IN_TYPES}.get(key)
    if not name or name == original:
        return built_in(key).label
    return name


def types(session: Session) -> list[TypeRow]:
    """Return all types in their order, hidden ones too."""
    found = session.scalars(select(ActivityType).order_by(ActivityType.position, ActivityType.id)).all()
    own = [_row(row) for row in found]
    keys = {row.key for row in own}
    return [built_in(key) for key, *_rest in BUILT_IN_TYPES if key not in keys] + own


def _row(row: ActivityType) -> TypeRow:
    is_own = row.key not in {key for key, *_rest in BUILT_IN_TYPES}
    return TypeRow(row.key, label_of(row.key, row.name), row.icon, row.colour, is_own, row.is_hidden)


def seed(work: UnitOfWork) -> None:
    """Write the rows of the built-in types that are not there yet."""
    have = set(work.session.scalars(select(ActivityType.key)))
    for position, (key, name, icon, colour) in enumerate(BUILT_IN_TYPES):
        if key not in have:
            work.session.add(ActivityType(key=key, name=name, icon=icon, colour=colour, position=position))
    work.session.flush()


def add_type(database: Database, name: str, *, icon: str = "sticky-note", colour: str = "neutral") -> str:
    """Add an own type and return its key. Raises UserError for an empty or taken name."""
    name = clean(name).strip()
    _check(name, colour)
    with unit_of_work(database, N_("Activity type “{name}” added"), params={"name": name}) as work:
        seed(work)
        _refuse_taken(work, name, "")
        key = _free_key(work.session, name)
        position = (work.session.scalar(select(func.max(ActivityType.position))) or 0) + 1
        work.session.add(ActivityType(key=key, name=name, icon=icon, colour=colour, position=position))
    return key


def change_type(
    database: Database,
    key: str,
    *,
    name: str | None = None,
    icon: str | None = None,
    colour: str | None = None,
    is_hidden: bool | None = None,
    position: int | None = None,
) -> None:
    """Change what is given of a type, built-in or own. Raises UserError where `add_type` does."""
    wanted = {"name": name, "icon": icon, "colour": colour, "is_hidden": is_hidden, "position": position}
    _check(clean(name).strip() if name is not None else "x", colour or "neutral")
    with unit_of_work(database, N_("Activity type changed")) as work:
        seed(work)
        row = work.session.scalar(select(ActivityType).where(ActivityType.key == key))
        if row is None:
            raise UserError(_("This type does not exist any more."))
        if name is not None:
            _refuse_taken(work, name, key)
        for field, value in wanted.items():
            if value is not None:
                setattr(row, field, value)


def remove_type(database: Database, key: str) -> None:
    """Delete an own type that no activity has. Raises UserError for a used or built-in one: it can be hidden."""
    with unit_of_work(database, N_("Activity type deleted")) as work:
        row = work.session.scalar(select(ActivityType).where(ActivityType.key == key))
        used = work.session.scalar(select(Activity.id).where(Activity.type == key).limit(1)) is not None
        if used or key in {known for known, *_rest in BUILT_IN_TYPES}:
            label = label_of(key, row.name if row else None)
            raise UserError(_("“{name}” is in use. Hide it instead.").format(name=label))
        if row is not None:
            work.session.delete(row)


def _check(name: str, colour: str) -> None:
    if not name:
        raise UserError(_("Enter a name for the type."), field="name")
    if colour not in COLOURS:
        raise UserError(_("Choose one of the colours."), field="colour")


def _refuse_taken(work: UnitOfWork, name: str, but: str) -> None:
    for row in types(work.session):
        if row.key != but and fold(row.label) == fold(name):
            raise UserError(_("There is a type “{name}” already.").format(name=row.label), field="name")


def _free_key(session: Session, name: str) -> str:
    """Return a key made from the name that no type has, hidden and built-in ones included."""
    taken = {key for key, *_rest in BUILT_IN_TYPES} | set(session.scalars(select(ActivityType.key)))
    stem = "own-" + ("".join(char if char.isalnum() else "-" for char in fold(name)).strip("-") or "type")
    key, count = stem, 1
    while key in taken:
        count += 1
        key = f"{stem}-{count}"
    return key
