"""A logged call and the form in which it is edited, for the tests of that form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from pytestqt.qtbot import QtBot

from gcrm.model.activity import Activity
from gcrm.services import activity
from gcrm.ui.activity_form import ActivityForm
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper
from tests.ui.office import Office
from tests.ui.turning import settle

AT = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)


def log_call(context: Context, office: Office) -> int:
    """Log a call and return it."""
    return activity.log(
        context.database, office.albrecht, "Agreed to call back", type="call", direction="out", at=AT, seconds=372
    )


@contextmanager
def shown_form(context: Context, made: int, qtbot: QtBot) -> Iterator[ActivityForm]:
    """Show the form of an activity; it has the keyboard."""
    window = ActivityForm(context, made, DraftKeeper(context))
    qtbot.addWidget(window)
    window.resize(380, 700)
    with qtbot.waitExposed(window):
        window.show()
    settle(context)
    with qtbot.waitActive(window):
        window.activateWindow()
    yield window
    settle(context)


def stored(context: Context, made: int) -> Activity:
    """Return the activity as it is in the office now."""
    with context.database.read() as session:
        found = session.get(Activity, made)
        assert found is not None
        return found


def choose(combo: Any, data: object) -> None:
    """Choose an entry by its data."""
    place = combo.findData(data)
    assert place >= 0
    combo.setCurrentIndex(place)
