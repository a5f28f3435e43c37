"""What an operation is called: one record in the singular, several counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.follow_up import Step
from gcrm.services import activity, attachment, contact, follow_up, undo
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def entries(database: Database, count: int) -> list[int]:
    with unit_of_work(database, "Made") as work:
        made = [
            Activity(type="task", at=AT, state="open", follow_up_at=AT, text="x", custom={}) for _place in range(count)
        ]
        work.session.add_all(made)
        work.session.flush()
        return [one.id for one in made]


def contacts(database: Database, count: int) -> list[int]:
    return [contact.create(database, contact.empty(name=f"Firm {place}")) for place in range(count)]


def files(database: Database, count: int) -> list[int]:
    (firm,) = contacts(database, 1)
    with unit_of_work(database, "Made") as work:
        made = [Attachment(contact_id=firm, name=f"{place}.pdf", link=f"/{place}.pdf") for place in range(count)]
        work.session.add_all(made)
        work.session.flush()
        return [one.id for one in made]


def purged(database: Database, count: int) -> None:
    ids = contacts(database, count)
    contact.trash(database, ids)
    contact.purge(database, ids)


DONE: list[tuple[Callable[[Database, int], object], str, str]] = [
    (
        lambda database, n: follow_up.postpone(database, entries(database, n), Step.DAY),
        "Follow-up postponed", "2 follow-ups postponed",
    ),
    (
        lambda database, n: follow_up.set_priority(database, entries(database, n), "high"),
        "Priority of a follow-up set", "Priority of 2 follow-ups set",
    ),
    (
        lambda database, n: activity.remove(database, entries(database, n)),
        "Activity deleted", "2 activities deleted",
    ),
    (
        lambda database, n: contact.set_category(database, contacts(database, n), "VIP"),
        "Category “VIP” of “Firm 0” changed", "Category “VIP” of 2 contacts changed",
    ),
    (purged, "Contact “Firm 0” deleted for good", "2 contacts deleted for good"),
    (lambda database, n: attachment.remove(database, files(database, n)), "File deleted", "2 files deleted"),
]  # fmt: skip


@pytest.mark.parametrize(("run", "one", "many"), DONE)
def test_one_is_not_counted(run: Callable[[Database, int], object], one: str, many: str, database: Database) -> None:
    assert [newest(database, run, count) for count in (1, 2)] == [one, many]


def newest(database: Database, run: Callable[[Database, int], object], count: int) -> str:
    run(database, count)
    with database.read() as session:
        step = undo.next_undo(session, database.user_id)
    return step.label if step else ""
