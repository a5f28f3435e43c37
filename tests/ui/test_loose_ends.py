"""Loose ends on the Today page are worked off with the keys of follow-ups, missed calls too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.services import activity
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui.context import Context
from gcrm.ui.today import TodayPage
from tests.ui.office import Office
from tests.ui.turning import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)


@pytest.mark.parametrize("key", [Qt.Key.Key_Plus, Qt.Key.Key_W, Qt.Key.Key_D])
def test_a_missed_call_is_put_off_by_the_keys(context: Context, office: Office, qtbot: QtBot, key: Qt.Key) -> None:
    made = activity.log(context.database, office.becker, "", type="call", direction="in", phone="+49221998877")
    with unit_of_work(context.database, "missed", kind="system") as work:
        call = work.session.get(Activity, made)
        assert call is not None
        call.state, call.done_at, call.done_by = "missed", None, None
    page = TodayPage(context)
    qtbot.addWidget(page)
    page.resize(900, 700)
    with qtbot.waitExposed(page):
        page.show()
    settle(context)
    page.activateWindow()
    place = page.model.place(f"activity:{made}")
    assert place is not None
    page.view.put_cursor(place)
    page.view.setFocus()
    QTest.keyClick(page.view, key)
    if key == Qt.Key.Key_D:
        QTest.keyClicks(page.bar.when, "in 2w")
        QTest.keyClick(page.bar.when, Qt.Key.Key_Return)
    settle(context)
    assert page.model.place(f"activity:{made}") is None
    with context.database.read() as session:
        [planned] = session.scalars(select(Activity).where(Activity.follows_id == made))
    assert planned.follow_up_at is not None
