"""Who edits what: told, repeated, forgotten, and never believed without looking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.opening import open_office
from gcrm.services.team.presence import FORGET, MOST, REPEAT, Presence
from tests.databases import PostgresOffices

ANNA, BRUNO, CONTACT = 1, 2, 17


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_what_is_edited_is_told_once_and_repeated(clock: Clock) -> None:
    anna = Presence(ANNA, clock)
    assert anna.due() is None
    anna.edit(CONTACT)
    first = anna.due()
    assert first is not None
    assert anna.due() is None
    clock.now += REPEAT
    assert anna.due() == first
    anna.edit(None)
    assert anna.due() == f"{anna.desk} {ANNA} 0"
    clock.now += REPEAT
    assert anna.due() is None


def test_another_desk_hears_and_forgets(clock: Clock) -> None:
    anna, bruno = Presence(ANNA, clock), Presence(BRUNO, clock)
    anna.edit(CONTACT)
    bruno.hear(anna.due() or "")
    assert bruno.editors() == {CONTACT: {ANNA}}
    clock.now += FORGET + 1
    assert bruno.editors() == {}, "a program that died edits nothing"
    anna.edit(CONTACT + 1)
    bruno.hear(anna.due() or "")
    anna.edit(None)
    bruno.hear(anna.due() or "")
    assert bruno.editors() == {}


def test_the_own_desks_are_not_shown(clock: Clock) -> None:
    anna, second = Presence(ANNA, clock), Presence(ANNA, clock)
    anna.edit(CONTACT)
    notice = anna.due() or ""
    anna.hear(notice)
    second.hear(notice)
    assert anna.editors() == second.editors() == {}


def test_after_a_cut_line_everything_is_told_anew(clock: Clock) -> None:
    anna = Presence(ANNA, clock)
    anna.edit(CONTACT)
    anna.due()
    anna.forget_told()
    assert anna.due() is not None


@given(st.text(max_size=200))
def test_no_notice_of_anybody_harms(notice: str) -> None:
    bruno = Presence(BRUNO)
    bruno.hear(notice)
    assert all(isinstance(contact, int) and users for contact, users in bruno.editors().items())


def test_a_flood_of_desks_is_not_believed(clock: Clock) -> None:
    bruno = Presence(BRUNO, clock)
    for desk in range(3 * MOST):
        bruno.hear(f"desk{desk} {desk + 10} {CONTACT}")
    assert len(bruno.editors()[CONTACT]) == MOST


@pytest.fixture
def desks(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[list[ChangeWatcher]]:
    """Give the ears of two programs at one server."""
    with postgres_offices.migrated(data_folder) as url:
        databases = [open_office(url, user=name) for name in ("anna", "bruno")]
        watchers = [ChangeWatcher(database) for database in databases]
        for watcher in watchers:
            watcher.start()
        yield watchers
        for watcher in watchers:
            watcher.stop()
        for database in databases:
            database.close()


def test_it_travels_over_the_server_and_is_no_change(desks: list[ChangeWatcher]) -> None:
    anna, bruno = desks
    anna.presence.edit(CONTACT)
    anna.wait(0)
    while not bruno.presence.editors():
        assert bruno.wait(0.2) == frozenset()
    assert bruno.presence.editors() == {CONTACT: {anna.database.user_id}}


def test_it_is_told_again_after_the_line_was_cut(desks: list[ChangeWatcher]) -> None:
    anna, bruno = desks
    anna.presence.edit(CONTACT)
    anna.wait(0)
    anna.stop()
    bruno.presence._others.clear()
    anna.wait(0)
    while not bruno.presence.editors():
        bruno.wait(0.2)
