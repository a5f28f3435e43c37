"""The windows' ears: what is only told as much reaches every window as a change of everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gcrm.errors import GcrmError
from gcrm.model.base import Record
from gcrm.services.changed import MUCH, Changed
from gcrm.ui.context import Context
from tests.ui.turning import settle


def test_much_reaches_the_windows_as_every_table(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[frozenset[Changed]] = []
    context.feed.changed.connect(heard.append)

    def look(
        function: Callable[[], object], done: Callable[[object], None], failed: Callable[[GcrmError], None]
    ) -> None:
        done(frozenset({MUCH}))

    with monkeypatch.context() as patch:
        patch.setattr(context.tasks, "read", look)
        context.feed._look()
    settle(context)
    assert {change.table for change in heard[0]} >= set(Record.metadata.tables)
