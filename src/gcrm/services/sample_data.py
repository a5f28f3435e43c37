"""Sample data in a new office: a few contacts with their chronicle to try everything on, taken out again as a whole."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from gcrm.model.change import Operation
from gcrm.model.contact import Contact
from gcrm.services import undo
from gcrm.services.database import Database
from gcrm.services.home import read_home

CONTACTS = 60
ACTIVITIES = 240
SEED = 1


def is_empty(session: Session) -> bool:
    """Tell whether nobody has ever put a contact into this office, not even into its trash."""
    return session.scalar(select(Contact.id).limit(1)) is None


def add(database: Database) -> None:
    """Fill the office with sample data in the language in force."""
    from gcrm.services.demo import add_appointments, create

    create(database, CONTACTS, seed=SEED, activities=ACTIVITIES)
    add_appointments(database)


def operations(session: Session) -> list[int]:
    """Return the operations that wrote sample data and were not taken back, the newest first."""
    undoing = aliased(Operation)
    is_back = select(undoing.id).where(undoing.undoes_id == Operation.id).exists()
    return list(session.scalars(select(Operation.id).where(Operation.kind == "demo", ~is_back).order_by(-Operation.id)))


def remove(database: Database) -> int:
    """Take all sample data out again; contacts that were edited since stay. Return how many edits kept something."""
    with database.read() as session:
        found = operations(session)
    kept = sum(len(undo.undo(database, operation, keep_edited=True)) for operation in found)
    with database.read() as session:
        database.home = read_home(session)  # what the sample data told of the own company went with them
    return kept
