"""Hearing of others: nothing that is committed is missed, in whatever order, however much, and after a pause."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gcrm.model.base import Home
from gcrm.model.change import Operation, Seal
from gcrm.services import change_feed, contact, settings, undo
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.changed import MUCH, Changed
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.unit_of_work import unit_of_work
from tests.databases import PostgresOffices
from tests.services.offices import enter_company, organisation


@pytest.fixture
def other(database: Database, database_url: str) -> Iterator[Database]:
    """Give the same office, opened by a colleague."""
    opened = open_office(database_url, user="bruno")
    yield opened
    opened.close()


@pytest.fixture
def watcher(other: Database) -> Iterator[ChangeWatcher]:
    """Give the ears of the colleague's program."""
    watching = ChangeWatcher(other)
    watching.start()
    yield watching
    watching.stop()


@pytest.fixture
def team_url(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[str]:
    """Give the address of an office on a server."""
    with postgres_offices.migrated(data_folder) as url:
        yield url


def make(database: Database, name: str) -> int:
    return contact.create(database, contact.empty(name=name))


def contacts(changed: frozenset[Changed]) -> set[int]:
    return {change.record for change in changed if change.table == "contact"}


def test_an_operation_that_is_committed_late_is_heard_of(team_url: str) -> None:
    slow, quick, third = (open_office(team_url, user=name) for name in ("anna", "bruno", "clara"))
    watcher = ChangeWatcher(third)
    watcher.start()
    with unit_of_work(slow, "Slow") as work:
        late = contact.empty(name="Begun first", number="1")
        contact.add(work, late)
        early = make(quick, "Committed first")
        assert contacts(watcher.wait(5)) == {early}
    assert contacts(watcher.wait(5)) == {late.id}
    assert watcher.wait(0.01) == frozenset()
    watcher.stop()
    for database in (slow, quick, third):
        database.close()


def test_what_was_committed_while_the_line_was_down_is_not_missed(team_url: str) -> None:
    anna, bruno = open_office(team_url, user="anna"), open_office(team_url, user="bruno")
    watcher = ChangeWatcher(bruno)
    watcher.start()
    assert watcher._listener is not None
    watcher._listener.close()
    make(anna, "While nobody listened")
    assert MUCH in watcher.wait(0.01)
    made = make(anna, "Afterwards")
    assert contacts(watcher.wait(5)) == {made}
    watcher.stop()
    anna.close()
    bruno.close()


def test_a_line_that_comes_back_and_breaks_again_still_tells_of_much(
    team_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_office(team_url, user="anna")
    watcher = ChangeWatcher(database)
    watcher.start()
    assert watcher._listener is not None
    watcher._listener.close()
    with monkeypatch.context() as patch:
        patch.setattr(change_feed, "seal_pending", lambda database: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            watcher.wait(0.01)
    assert watcher.wait(0.01) == {MUCH}
    assert watcher.wait(0.01) == frozenset()
    watcher.stop()
    database.close()


def test_more_than_can_be_told_is_told_as_much(
    database: Database, watcher: ChangeWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_feed, "LIMIT", 5)
    with unit_of_work(database, "Many") as work:
        for number in range(6):
            contact.add(work, contact.empty(name=f"Firma {number}"))
    assert watcher.wait(5) == {MUCH}
    assert watcher.wait(0.01) == frozenset()
    made = make(database, "One more")
    assert contacts(watcher.wait(5)) == {made}


def test_a_look_that_fails_is_made_again(
    database: Database, watcher: ChangeWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(database, "Firma")
    with monkeypatch.context() as patch:
        patch.setattr(change_feed, "latest_change", lambda session: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            watcher.wait(5)
    assert contacts(watcher.wait(0.01)) == {made}


def test_own_operations_of_any_size_are_not_told_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_feed, "LIMIT", 2)
    watcher = ChangeWatcher(database)
    watcher.start()
    database.listeners.append(lambda operation, changed: watcher.mark_own(operation))
    organisation(database)
    assert watcher.wait(1) == frozenset()
    watcher.stop()


# --- where the office is ---------------------------------------------------------------------------------------------
def test_the_home_follows_a_colleague_and_undo(database: Database, other: Database, watcher: ChangeWatcher) -> None:
    enter_company(database, name="Costa Lda", country="PT", area_code="21")
    settings.set(database, "phone.outside_prefix", "0")
    assert other.home == Home("DE", "")
    watcher.wait(5)
    assert other.home == database.home == Home("PT", "21", "0")
    settings.set(database, "office.country", "AT")
    assert database.home.country == "AT"
    undo.undo_last(database)
    assert database.home.country == "PT"
    watcher.wait(5)
    assert other.home == database.home


# --- seals -----------------------------------------------------------------------------------------------------------
def unsealed(database: Database) -> int:
    with database.read() as session:
        open_ones = select(func.count()).select_from(Operation).outerjoin(Seal, Seal.operation_id == Operation.id)
        return session.scalar(open_ones.where(Seal.id.is_(None))) or 0


def test_a_program_that_ends_has_sealed_what_it_wrote(database_url: str) -> None:
    writer = open_office(database_url, user="anna")
    make(writer, "Firma")
    assert unsealed(writer) == (0 if writer.is_sqlite else 2)
    writer.close()
    reader = open_office(database_url, user="anna")
    assert unsealed(reader) == 0
    reader.close()


def test_a_program_that_starts_seals_what_others_left(team_url: str) -> None:
    killed = open_office(team_url, user="anna")
    make(killed, "Firma")
    killed.engine.dispose()
    database = open_office(team_url, user="anna")
    assert unsealed(database) > 0
    watcher = ChangeWatcher(database)
    watcher.start()
    assert unsealed(database) == 0
    watcher.stop()
    database.close()


def test_who_may_only_read_leaves_the_seals_to_others(team_url: str, postgres_offices: PostgresOffices) -> None:
    killed = open_office(team_url, user="anna")
    killed.engine.dispose()
    with postgres_offices.reader(team_url) as url:
        reader = open_office(url, user="anna")
        watcher = ChangeWatcher(reader)
        watcher.start()
        watcher.stop()
        assert unsealed(reader) == 1
        reader.close()
