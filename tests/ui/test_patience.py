"""Waiting for a server that is away: growing pauses, trying at once, giving up; and the feed that looks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice, repeat

import pytest
from PySide6.QtWidgets import QApplication

from gcrm.errors import Unreachable, UserError
from gcrm.ui.changes import PACE_MS, ChangeFeed
from gcrm.ui.context import Context
from gcrm.ui.patience import Patience, growing
from gcrm.ui.steps import Steps
from gcrm.ui.tasks import Tasks


class Server:
    """Answers after so many questions."""

    def __init__(self, away: int) -> None:
        self.away = away
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.asked <= self.away:
            raise Unreachable("away")
        return "written"


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def test_pauses_grow_up_to_a_quarter_of_a_minute() -> None:
    assert list(islice(growing(), 8)) == [0.5, 1, 2, 4, 8, 15, 15, 15]


def test_a_write_that_finds_the_server_away_is_repeated_until_it_is_done(tasks: Tasks) -> None:
    tasks.patience = Patience(lambda: repeat(0.0), tasks)
    server = Server(3)
    heard: list[str] = []
    errors: list[object] = []
    tasks.write(server, heard.append, errors.append)
    tasks.wait_written()
    while tasks.is_writing():
        tasks.wait_idle()
    assert (heard, errors, server.asked) == (["written"], [], 4)


def test_what_comes_after_it_waits_behind_it(tasks: Tasks, qapp: QApplication) -> None:
    server, order = Server(1), []
    tasks.write(server, lambda _result: order.append("first"))
    tasks.write(lambda: None, lambda _result: order.append("second"))
    tasks.wait_idle()
    assert tasks.waiting() == 2
    assert not order
    kept: list[str] = []
    tasks.keep(lambda: kept.append("text"), lambda _result: None)
    tasks.wait_idle()
    assert kept == ["text"], "a text on this computer's disk waits for nobody"
    tasks.patience.try_now()
    while tasks.is_writing():
        QApplication.processEvents()
    assert order == ["first", "second"]
    assert tasks.waiting() == 0


def test_cancel_lets_it_fail_and_a_mistake_fails_at_once(tasks: Tasks) -> None:
    errors: list[object] = []
    task = tasks.write(Server(10**6), errors.append, errors.append)
    tasks.wait_idle()
    assert tasks.waiting() == 1
    task.progress.cancel()
    while tasks.is_writing():
        QApplication.processEvents()
    assert [type(error) for error in errors] == [Unreachable]

    def refuse() -> None:
        raise UserError("no")

    tasks.write(refuse, errors.append, errors.append)
    tasks.wait_idle()
    assert [type(error) for error in errors] == [Unreachable, UserError]


def test_the_end_of_the_program_waits_for_no_server(qapp: QApplication) -> None:
    tasks = Tasks()
    server = Server(10**6)
    tasks.write(server, lambda _result: None)
    tasks.wait_idle()
    tasks.close()
    assert server.asked == 1


def test_a_pause_in_the_middle_of_a_write_counts_as_waiting(tasks: Tasks) -> None:
    """As when it is not known whether a commit came through (services/landing.py)."""
    answers: list[bool] = []
    inside = threading.Event()

    def ask() -> None:
        inside.set()
        answers.append(tasks.patience.pause(3600))

    tasks.write(ask, lambda _result: None)
    inside.wait()
    tasks.wait_idle()
    assert tasks.waiting() == 1
    tasks.patience.try_now()
    while tasks.is_writing():
        QApplication.processEvents()
    assert answers == [True]
    assert tasks.waiting() == 0


def test_steps_go_on_where_they_were_broken_off() -> None:
    server, done = Server(1), []
    steps = Steps(lambda: done.append("saved"), server).add(lambda: "label")
    with pytest.raises(Unreachable):
        steps()
    assert steps() == "label"
    assert done == ["saved"]


def test_the_feed_looks_less_and_less_often_while_the_office_is_away(context: Context) -> None:
    feed: ChangeFeed = context.feed
    lost: list[str] = []
    feed.lost.connect(lost.append)
    found: list[bool] = []
    feed.found.connect(lambda: found.append(True))
    paces = []
    for _try in range(6):
        feed._on_failed(Unreachable("away"))
        paces.append(feed._timer.interval())
    assert paces == [500, 1000, 2000, 4000, 8000, 15000]
    assert lost == ["away"]
    assert feed.is_lost()
    feed._on_looked(frozenset())
    assert feed._timer.interval() == PACE_MS
    assert found == [True]
