"""Where showing and erasing somebody meets a limit: what is private to others, undo, and a disk without room."""

from __future__ import annotations

import errno
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.model.activity import Activity
from gcrm.model.base import now
from gcrm.model.change import Operation
from gcrm.services import activity, contact, undo, user
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.erase import erase
from gcrm.services.personal_data.give import give
from gcrm.services.personal_data.plan import plan
from gcrm.services.unit_of_work import unit_of_work
from tests.databases import SqliteOffices


def test_what_is_private_to_others_is_named_without_a_word(database: Database) -> None:
    one = contact.create(database, contact.empty(name="Zander GmbH", is_customer=True))
    for owner in (one, None):
        activity.log(database, owner, "Zander GmbH knows nothing of it", type="letter", is_private=True)
    mine = plan(database, Subject("contact", one))
    database.user_id = user.add_user(database, "jonas", "Jonas Becker")
    theirs = plan(database, Subject("contact", one))
    assert [len(mine.mentions), len(theirs.mentions)] == [1, 0]
    assert [each.label for found in (mine, theirs) for each in found.papers] == [
        "Zander GmbH knows nothing of it", "Letter",
    ]  # fmt: skip


def test_undo_takes_nothing_away_that_the_law_keeps(database: Database) -> None:
    one = contact.create(database, contact.empty(name="Zander GmbH", is_customer=True))
    contact.create(database, contact.empty(name="Other"))
    with database.read() as session:
        other = undo.next_undo(session, database.user_id)
    letter = activity.log(database, one, "Offer", type="letter")
    with database.read() as session:
        step = undo.next_undo(session, database.user_id)
    assert step
    assert other
    erase(database, Subject("contact", one))
    with database.read() as session:
        assert undo.next_undo(session, database.user_id) == other
    with pytest.raises(UserError, match="erased for good"):
        undo.undo(database, step.operation)
    with database.read() as session:
        assert session.get_one(Activity, letter).contact_id == one


def test_names_are_taken_out_of_what_was_done_as_whole_words(database: Database) -> None:
    one = contact.create(database, contact.empty(name="Rot"))
    for told in ("Name", "Protokoll AG", "rot, blau", "Herr Rot, Köln", "(Rots)", "Rotär"):
        with unit_of_work(database, "“{name}” looked at", params={"name": told}) as work:
            work.session.add(Activity(type="note", at=now(), text="looked at", custom={}))
    erase(database, Subject("contact", one))
    with database.read() as session:
        found = select(Operation.params).where(Operation.label.contains("looked at"))
        left = session.scalars(found.order_by(Operation.id)).all()
    assert [each.get("name") for each in left] == ["Name", "Protokoll AG", "rot, blau", None, None, "Rotär"]


def test_an_answer_that_finds_no_room_says_so(
    sqlite_offices: SqliteOffices, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with sqlite_offices.migrated(data_folder) as url, closing(open_office(url)) as database:
        made = contact.create(database, contact.empty(name="Zander GmbH"))
        monkeypatch.setattr(Path, "write_bytes", full)
        for target in (data_folder / "answer.zip", data_folder / "answer"):
            with pytest.raises(EnvironmentProblem, match="The disk is full"):
                give(database, Subject("contact", made), target)
