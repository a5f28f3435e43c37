"""Unused objects are cleared away by the thread of the windows and by no other."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gcrm.ui.garbage import Garbage


class Ring:
    """An object that only the collector can free: it holds itself. It notes in which thread that happens."""

    freed_in: list[int]

    def __init__(self, freed_in: list[int]) -> None:
        self.me = self
        weakref.finalize(self, lambda: freed_in.append(threading.get_ident()))


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[Garbage]:
    made = Garbage()
    yield made
    made.stop()


def test_another_thread_frees_nothing_however_much_it_makes(garbage: Garbage, qtbot: QtBot) -> None:
    freed: list[int] = []

    def work() -> None:
        for _turn in range(5000):
            Ring(freed)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert freed == []
    garbage.collect()
    garbage.collect()
    garbage.collect()
    assert set(freed) == {threading.get_ident()}


def test_it_clears_away_by_itself(garbage: Garbage, qtbot: QtBot) -> None:
    freed: list[int] = []
    for _turn in range(5000):
        Ring(freed)
    qtbot.waitUntil(lambda: len(freed) > 4000)


@pytest.mark.parametrize("automatic", [False, True])
def test_what_stands_is_not_looked_at_again_until_the_end(qtbot: QtBot, automatic: bool) -> None:
    if automatic:
        gc.enable()
    garbage = Garbage()
    assert not gc.isenabled()
    garbage.settle()
    assert gc.get_freeze_count() > 0
    garbage.stop()
    assert gc.get_freeze_count() == 0
    assert gc.isenabled() == automatic
    gc.disable()
