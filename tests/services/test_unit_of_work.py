"""The unit of work: all or nothing, who and when, index and seals in step."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC
from functools import partial

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from gcrm.errors import ConflictError, EnvironmentProblem, GcrmError, UserError
from gcrm.model.base import now
from gcrm.model.change import Change, CurrentOperation, Operation, Seal
from gcrm.model.contact import Contact
from gcrm.model.registry import table_of
from gcrm.services import contact, search
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.seals import seal_pending
from gcrm.services.unit_of_work import unit_of_work
from tests.services.offices import organisation


def counts(database: Database) -> tuple[int, int, int]:
    with database.read() as session:
        return session.query(Contact).count(), session.query(Operation).count(), session.query(Change).count()


def test_who_and_when_are_stamped(database: Database) -> None:
    before = now()
    made = organisation(database)
    with database.read() as session:
        found = session.get_one(Contact, made)
        operation = session.scalars(select(Operation).order_by(Operation.id.desc())).first()
    assert found.created_by == found.changed_by == database.user_id
    assert before <= found.created_at == found.changed_at <= now()
    assert found.created_at.tzinfo is UTC
    assert found.name_key == "albrecht metallbau gmbh"
    assert operation is not None
    assert (operation.user_id, operation.kind) == (database.user_id, "create")
    assert operation.params == {"name": "Albrecht Metallbau GmbH"}


def test_what_fails_leaves_nothing(database: Database) -> None:
    before = counts(database)
    halves = [contact.empty(name="Half", number="7"), contact.empty(name="Other half", number="7")]
    with pytest.raises(UserError, match="belongs to"), unit_of_work(database, "Fails") as work:
        list(map(partial(contact.add, work), halves))
    assert counts(database) == before
    assert organisation(database)


def test_an_operation_that_changes_nothing_vanishes(database: Database) -> None:
    organisation(database)
    before = counts(database)
    with unit_of_work(database, "Nothing") as work:
        work.session.scalars(select(Contact)).all()
    with unit_of_work(database, "Same") as work:
        work.session.execute(text("UPDATE contact SET name = name"))
    assert counts(database) == before


def test_a_key_makes_sending_twice_harmless(database: Database) -> None:
    for _turn in range(2):
        try:
            with unit_of_work(database, "Sent", key="letter-7") as work:
                contact.add(work, contact.empty(name="Once"))
        except ConflictError:
            pass
    assert counts(database)[0] == 1


def test_a_version_that_was_not_read_is_not_written_over(database: Database) -> None:
    made = organisation(database)
    with database.read() as session:
        stale = session.get_one(Contact, made)
        session.expunge_all()
    contact.archive(database, [made])
    stale.name2 = "stale"
    with pytest.raises(ConflictError, match="same moment"), unit_of_work(database, "Stale") as work:
        work.session.add(stale)


def test_what_contradicts_is_said(database: Database) -> None:
    organisation(database)
    twice = Contact(name="Twice", number="10001", kept=[], custom={})
    with pytest.raises(ConflictError, match="contradicts"), unit_of_work(database, "Twice") as work:
        work.session.add(twice)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("database or disk is full", "disk is full"),
        ("could not extend file: No space left on device: disk full", "disk is full"),
        ("attempt to write a readonly database", "read-only"),
        ("cannot execute INSERT in a read-only transaction", "read-only"),
        ("database is locked", "Another program"),
        ("something else", "refused"),
    ],
)
def test_what_the_disk_says_is_said_in_words(database: Database, reason: str, words: str) -> None:
    with pytest.raises(EnvironmentProblem, match=words) as failed, unit_of_work(database, "Fails"):
        raise OperationalError("INSERT", {}, RuntimeError(reason))
    assert reason in failed.value.details


def test_writes_round_the_program_become_an_operation_of_their_own(database: Database) -> None:
    made = organisation(database)
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        connection.execute(text("UPDATE contact SET name = 'By hand', notes = 'x'"))
        connection.execute(text("UPDATE contact SET notes = 'y'"))
    with database.read() as session:
        outside = session.scalars(select(Operation).where(Operation.kind == "outside")).all()
        changes = session.scalars(select(Change).where(Change.operation_id.in_([o.id for o in outside]))).all()
        assert session.query(CurrentOperation).filter(CurrentOperation.operation_id.is_not(None)).count() == 0
    assert len(outside) == (2 if database.is_sqlite else 1)
    assert [change.record_id for change in changes] == [made, made]
    assert outside[0].user_id is None
    assert outside[0].database_user
    contact.archive(database, [made])
    seal_pending(database)
    assert {finding.kind for finding in check(database).findings} <= {"key", "index"}


def test_every_operation_is_sealed_once(database: Database) -> None:
    for name in ("One", "Two", "Three"):
        organisation(database, name)
    seal_pending(database)
    assert seal_pending(database) == 0
    with database.read() as session:
        sealed = session.scalars(select(Seal.operation_id).order_by(Seal.id)).all()
        assert list(sealed) == sorted(session.scalars(select(Operation.id)).all())


def test_the_history_cannot_be_changed_by_statements(database: Database) -> None:
    organisation(database)
    seal_pending(database)
    for statement in (
        "UPDATE change SET new = '{}'",
        "DELETE FROM change",
        "DELETE FROM seal",
        "UPDATE seal SET id = 9",
    ):
        with (
            pytest.raises(GcrmError) as refused,
            unit_of_work(database, "Forged", index=False) as work,
        ):
            work.session.execute(text(statement))
        assert "history cannot be changed" in refused.value.details


def test_the_index_follows_what_is_written(database: Database) -> None:
    made = organisation(database)
    loaded = contact.load(database, made)
    loaded.record.persons[0].person.last_name = "Zwickau"
    loaded.record.addresses[0].town = "Ödenburg"
    contact.save(database, loaded)
    with database.read() as session:
        for words in ("zwick", "oedenburg", "odenburg"):
            found = search.matching(words, session.get_bind().dialect.name)
            assert found is not None
            assert session.scalars(found).all() == [made]
    contact.trash(database, [made])
    contact.purge(database, [made])
    assert check(database).ok


def test_writers_wait_for_each_other(database: Database) -> None:
    done: list[int] = []

    def write(turn: int) -> None:
        for step in range(8):
            contact.create(database, contact.empty(name=f"W{turn}-{step}", is_customer=True))
        done.append(turn)

    threads = [threading.Thread(target=write, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1, 2, 3]
    with database.read() as session:
        numbers = sorted(int(number or 0) for number in session.scalars(select(Contact.number)))
    assert numbers == list(range(10001, 10033))
    seal_pending(database)
    assert check(database, full=True).ok


def test_a_text_that_no_index_holds_is_no_server_that_is_gone(database: Database) -> None:
    made = organisation(database)
    letters = "".join(hashlib.sha512(str(number).encode()).hexdigest() for number in range(200))
    statement = update(table_of(Contact)).where(table_of(Contact).c.id == made).values(uid=letters)

    def write() -> None:
        with unit_of_work(database, "Written in masses", index=False) as work:
            work.connection.execute(statement)

    if database.is_sqlite:  # knows no such limit
        write()
        return
    with pytest.raises(EnvironmentProblem, match="too long"):
        write()
