"""Work off the thread of the windows: in order, overtaken, cancelled, failing, and at the end of the program."""

from __future__ import annotations

import linecache
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from gcrm.errors import GcrmError, UserError
from gcrm.ui.tasks import Cancelled, Progress, Task, Tasks
from gcrm.ui.widgets.task_bar import TaskBar


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def ignore(_outcome: Any) -> None:
    """Take an outcome and do nothing with it."""


def test_a_read_runs_elsewhere_and_arrives_here(tasks: Tasks) -> None:
    here = threading.get_ident()
    ran: list[int] = []
    arrived: list[tuple[str, int]] = []

    def function() -> str:
        ran.append(threading.get_ident())
        return "rows"

    tasks.read(function, lambda rows: arrived.append((rows, threading.get_ident())))
    assert arrived == []
    tasks.wait_idle()
    assert ran != [here]
    assert arrived == [("rows", here)]
    assert tasks.is_idle()


def test_writes_keep_their_order_and_never_overlap(tasks: Tasks) -> None:
    inside = threading.Semaphore(1)
    written: list[int] = []
    overlapped: list[int] = []

    def write(number: int) -> int:
        if not inside.acquire(blocking=False):
            overlapped.append(number)
        written.append(number)
        QThread.yieldCurrentThread()
        inside.release()
        return number

    handed: list[int] = []
    for number in range(50):
        tasks.write(lambda number=number: write(number), handed.append, label="Save")
    tasks.wait_idle()
    assert written == handed == list(range(50))
    assert overlapped == []


def test_a_newer_read_of_the_same_key_drops_the_older_result(tasks: Tasks) -> None:
    gate = threading.Event()
    shown: list[str] = []
    tasks.read(lambda: gate.wait() and "alb", shown.append, key="search")
    tasks.read(lambda: "albrecht", shown.append, key="search")
    tasks.read(lambda: "other", shown.append, key="elsewhere")
    gate.set()
    tasks.wait_idle()
    assert sorted(shown) == ["albrecht", "other"]


def test_an_overtaken_read_is_asked_to_stop(tasks: Tasks) -> None:
    first = tasks.read(lambda: None, ignore, key="search")
    second = tasks.read(lambda: None, ignore, key="search")
    assert first.progress.is_cancelled()
    assert not second.progress.is_cancelled()
    tasks.wait_idle()


def test_a_sentence_for_the_user_goes_to_who_asked(tasks: Tasks) -> None:
    heard: list[GcrmError] = []
    crashed: list[str] = []
    tasks.crashed.connect(lambda sentence, _details: crashed.append(sentence))

    def refuse() -> None:
        raise UserError("The name is missing.", field="name")

    tasks.write(refuse, ignore, heard.append, "Save contact")
    tasks.wait_idle()
    assert [str(error) for error in heard] == ["The name is missing."]
    assert crashed == []


def test_a_sentence_nobody_asked_for_reaches_the_window(tasks: Tasks) -> None:
    heard: list[GcrmError] = []
    tasks.failed.connect(heard.append)

    def refuse() -> None:
        raise UserError("The disk is full.")

    tasks.read(refuse, ignore)
    tasks.wait_idle()
    assert [error.sentence for error in heard] == ["The disk is full."]


def test_a_fault_of_the_program_is_told_with_details(tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    told: list[tuple[str, str]] = []
    heard: list[GcrmError] = []
    tasks.crashed.connect(lambda sentence, details: told.append((sentence, details)))

    def break_down() -> None:
        raise ZeroDivisionError("by naught")

    tasks.read(break_down, ignore, heard.append)
    tasks.wait_idle()
    [(sentence, details)] = told
    assert "Traceback" not in sentence
    assert "by naught" in details
    assert "break_down" in details
    assert heard == []
    assert "by naught" in caplog.text


def test_a_fault_in_the_windows_takes_the_same_way(tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    tasks.crashed.connect(lambda _sentence, details: told.append(details))
    error = ValueError("in a slot")
    tasks.excepthook(ValueError, error, None)
    assert "in a slot" in told[0]


def test_cancel_stops_at_the_next_check_and_calls_nobody(qtbot: QtBot, tasks: Tasks) -> None:
    started, gate = threading.Event(), threading.Event()
    heard: list[Any] = []
    steps: list[int] = []

    def work(progress: Progress) -> None:
        for step in range(3):
            progress.report(step, 3)
            steps.append(step)
            started.set()
            gate.wait()

    task = tasks.read(work, heard.append, heard.append)
    started.wait()
    task.progress.cancel()
    gate.set()
    tasks.wait_idle()
    assert steps == [0]
    assert heard == []
    assert isinstance(task.error, Cancelled)


def test_the_outcome_for_a_window_that_is_gone_is_dropped(tasks: Tasks) -> None:
    gate = threading.Event()
    window = QObject()
    shown: list[object] = []
    tasks.read(gate.wait, shown.append, owner=window)
    delete(window)
    gate.set()
    tasks.wait_idle()
    assert shown == []


def test_a_slot_that_fails_does_not_stop_the_others(qtbot: QtBot, tasks: Tasks) -> None:
    linecache.getlines(__file__)  # read before: what is told of the fault shows its lines
    shown: list[str] = []

    def fail(_rows: object) -> None:
        raise RuntimeError("slot")

    with qtbot.captureExceptions() as caught:
        tasks.read(lambda: "a", fail)
        tasks.wait_idle()
    tasks.read(lambda: "b", shown.append)
    tasks.wait_idle()
    assert [str(error) for _kind, error, _trace in caught] == ["slot"]
    assert shown == ["b"]


def test_closing_waits_for_what_is_being_written(tasks: Tasks) -> None:
    written: list[int] = []
    for number in range(5):
        tasks.write(lambda number=number: written.append(number), ignore)
    tasks.close()
    assert written == [0, 1, 2, 3, 4]
    assert tasks.is_idle()
    tasks.wait_idle()


def test_closing_stops_a_long_read_and_takes_no_more(tasks: Tasks) -> None:
    started = threading.Event()
    late: list[int] = []

    def read(progress: Progress) -> None:
        while True:
            progress.check()
            started.set()
            QThread.yieldCurrentThread()

    tasks.read(read, ignore)
    started.wait()
    tasks.close()
    tasks.read(lambda: late.append(1), ignore)
    tasks.wait_idle()
    assert late == []


def test_a_write_that_fails_while_closing_is_in_the_log(tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    def refuse() -> None:
        raise UserError("The disk is full.")

    tasks.write(refuse, ignore)
    tasks.close()
    assert "The disk is full." in caplog.text


def test_a_bar_appears_only_for_long_work_and_can_stop_it(qtbot: QtBot, tasks: Tasks) -> None:
    bar = TaskBar(tasks)
    qtbot.addWidget(bar)
    tasks.read(lambda: None, ignore)
    tasks.wait_idle()
    assert bar.isHidden()
    reported = threading.Event()

    def work(progress: Progress) -> None:
        reported.wait()
        progress.report(1, 2, "Reading line 1")
        while True:
            progress.check()
            QThread.yieldCurrentThread()

    lingering: list[Task] = []
    tasks.lingering.connect(lingering.append)
    task = tasks.read(work, ignore, label="Import")
    qtbot.waitUntil(lambda: lingering == [task])
    assert not bar.isHidden()
    reported.set()
    qtbot.waitUntil(lambda: bar._label.full_text() == "Reading line 1")
    assert (bar._bar.value(), bar._bar.maximum()) == (1, 2)
    bar.cancel_button.click()
    tasks.wait_idle()
    assert bar.isHidden()


def test_many_tasks_at_once_all_arrive(tasks: Tasks) -> None:
    shown: list[int] = []
    for number in range(500):
        tasks.read(lambda number=number: number, shown.append)
    tasks.wait_idle()
    assert sorted(shown) == list(range(500))
