"""How often a save on the real record page, or in the form of an activity, waits for a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from gcrm.services import activity, undo
from gcrm.services.opening import open_office
from gcrm.ui.activity_saving import ActivitySaver
from gcrm.ui.conflict import no_words
from gcrm.ui.context import Context
from tests.databases import PostgresOffices
from tests.round_trips import Line, line_to
from tests.services.test_round_trips import WARM
from tests.ui.contact.conftest import Hands
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office, fill_office
from tests.ui.turning import settle

TIMES = WARM + 3


@pytest.fixture
def line(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[Line]:
    with postgres_offices.migrated(data_folder) as url, line_to(url) as line:
        yield line


@pytest.fixture
def office(line: Line) -> Iterator[Office]:
    database = open_office(line.url, user="anna")
    yield fill_office(database)
    database.close()


@pytest.fixture
def spent(context: Context, line: Line, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the round trips of each write that the windows ask for."""
    found: list[int] = []
    write = context.tasks.write

    def counted(function: Callable[[], Any], *more: Any, **options: Any) -> Any:
        def work() -> Any:
            before = line.trips
            result = function()
            found.append(line.trips - before)
            return result

        return write(work, *more, **options)

    monkeypatch.setattr(context.tasks, "write", counted)
    return found


def test_a_save_takes_two(hands: Hands, spent: list[int], window: FakeWindow, line: Line) -> None:
    for number in range(TIMES):
        with line.counting() if number >= WARM else nullcontext():
            hands.edit("payment_terms", f"{number} days")
    assert 0 < min(spent[WARM:]) <= 2
    assert hands.stored().payment_terms == f"{TIMES - 1} days"
    with hands.office.database.read() as session:
        step = undo.next_undo(session, hands.office.database.user_id)
    assert step is not None
    assert window.said[-1].endswith(step.label)


def test_an_activity_edited_in_its_form_takes_two(
    context: Context, office: Office, spent: list[int], line: Line
) -> None:
    made = activity.log(context.database, office.albrecht, "Called", type="call")
    for number in range(TIMES):
        loaded = activity.load(context.database, made)
        loaded.record.text = f"Called {number} times"
        with line.counting() if number >= WARM else nullcontext():
            ActivitySaver(context, no_words).save(loaded, "Call", None, False, lambda: None, lambda: None)
            settle(context)
    assert 0 < min(spent[WARM:]) <= 2
    assert activity.load(context.database, made).record.text == f"Called {TIMES - 1} times"
