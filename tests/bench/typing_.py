"""Typing into the search field: from the key to the painted results."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from gcrm.ui.tasks import Task
from tests.bench.desk import Desk, Heart, Watch, desk, turn_for, turn_until
from tests.bench.finding import letters_inside
from tests.bench.lines import Goal, Line
from tests.bench.offices import Bench
from tests.bench.raw import raw
from tests.bench.timing import p95

WORDS = 25
PAUSE_MS = 90
"""From a painted result to the next key: a quick typist."""


def typed(bench: Bench) -> Iterator[Line]:
    """Type beginnings and middles of names, letter by letter, into the list of the main window."""
    url = bench.office("sqlite")
    with raw(url) as connection:
        names = [row[0] for row in connection.rows("SELECT name_key FROM contact ORDER BY id DESC LIMIT 5000")]
    words = [name[:4] for name in names[: WORDS // 2]] + letters_inside(names, WORDS - WORDS // 2)
    with desk(url) as found:
        times, blocked = _type_all(found, words)
    yield Line("typed letter to painted results, p95", p95(times), None, "ms", Goal(most=50))
    yield Line("typed letter, longest time the window did not answer", blocked, None, "ms", Goal(most=100))


class Answers:
    """What comes of a key: first rows that were read, and whether they are others than those shown before."""

    def __init__(self, found: Desk) -> None:
        self._watch = Watch(found.pane.view.viewport(), found.pane.no_hits.sentence)
        self._has_come = False
        self._painted_before: int | None = None
        found.program.tasks.ended.connect(self._on_ended)
        found.pane.model.modelReset.connect(self._on_reset)

    def expect(self) -> None:
        """Begin to wait."""
        self._has_come, self._painted_before = False, None

    def _on_ended(self, task: Task) -> None:
        first = task.result
        self._has_come = self._has_come or (isinstance(first, tuple) and isinstance(first[-1], dict))

    def _on_reset(self) -> None:
        self._painted_before = self._watch.painted

    def are_painted(self) -> bool:
        """Tell whether the new rows are painted; the same rows as before are not painted again."""
        if self._painted_before is None:
            return self._has_come
        return self._watch.painted > self._painted_before


def _type_all(found: Desk, words: list[str]) -> tuple[list[float], float]:
    """Type the words; return the time of each letter and the longest block, in milliseconds."""
    search, answers = found.pane.search, Answers(found)
    _type(found, answers, "a")
    heart, times = Heart(), []
    heart.start()
    for word in words:
        search.clear()
        turn_for(PAUSE_MS)
        turn_until(found.program.tasks.is_idle)
        for letter in word:
            times.append(_type(found, answers, letter))
            turn_for(PAUSE_MS)
    return times, heart.stop()


def _type(found: Desk, answers: Answers, letter: str) -> float:
    """Press one key and wait until its results are painted."""
    answers.expect()
    begin = time.perf_counter()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(found.pane.search, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))
    turn_until(answers.are_painted)
    return (time.perf_counter() - begin) * 1000
