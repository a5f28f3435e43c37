"""A chronicle rail that shows the first contact of the office."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gcrm.ui.chronicle import ChronicleRail
from gcrm.ui.context import Context
from tests.ui.office import Office
from tests.ui.turning import settle


@pytest.fixture
def rail(context: Context, office: Office, qtbot: QtBot) -> ChronicleRail:
    made = ChronicleRail(context)
    qtbot.addWidget(made)
    made.resize(316, 820)
    with qtbot.waitExposed(made):
        made.show()
    made.show_contact(office.albrecht)
    settle(context)
    with qtbot.waitActive(made):
        made.activateWindow()
    return made
