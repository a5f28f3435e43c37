"""Mappings of columns that somebody saved under a name, for the next file of the same kind."""

from __future__ import annotations

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services import settings
from gcrm.services.database import Database
from gcrm.services.exchange.tables.choice import Choice, Where, as_mapping, from_mapping

KEY = "import.mappings"


def names(database: Database) -> tuple[str, ...]:
    """Return the names of the saved mappings."""
    with database.read() as session:
        return tuple(sorted(settings.get(session, KEY, database.user_id), key=str.casefold))


def find(database: Database, name: str) -> Choice:
    """Return a saved mapping. Raises UserError when there is none of that name."""
    with database.read() as session:
        saved = settings.get(session, KEY, database.user_id).get(name)
    if not isinstance(saved, dict):
        raise UserError(_("There is no saved mapping “{name}”. Save one in the import window.").format(name=name))
    return from_mapping(saved, Where())


def save(database: Database, name: str, choice: Choice) -> None:
    """Keep a mapping under a name; an older one of that name is replaced."""
    settings.put(database, KEY, name, as_mapping(choice))


def rename(database: Database, name: str, new: str) -> None:
    """Keep a mapping under another name. Raises UserError where that is taken, or there is none of the former one."""
    with database.read() as session:
        entries = dict(settings.get(session, KEY, database.user_id))
    if name not in entries:
        raise UserError(_("There is no saved mapping “{name}”. Save one in the import window.").format(name=name))
    if new != name and new in entries:
        raise UserError(_("There is a mapping “{name}” already. Choose another name.").format(name=new))
    entries[new] = entries.pop(name)
    settings.set(database, KEY, entries)


def remove(database: Database, name: str) -> None:
    """Forget a mapping."""
    settings.put(database, KEY, name, None)
