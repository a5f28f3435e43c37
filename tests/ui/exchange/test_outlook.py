"""The window that exchanges with Outlook: look first, then write, and the way back."""

from __future__ import annotations

from contextlib import nullcontext

from pytestqt.qtbot import QtBot

from gcrm.services import settings
from gcrm.ui.context import Context
from gcrm.ui.exchange.outlook_dialog import KEY, OutlookDialog
from tests.services.outlook.fake import Outlook
from tests.ui.office import Office


def test_the_window_looks_first_and_then_exchanges(context: Context, office: Office, qtbot: QtBot) -> None:
    outlook = Outlook()
    outlook.add_contact(FirstName="Eva", LastName="Neu", CompanyName="Werft <b>GmbH</b>")
    dialog = OutlookDialog(context, None, lambda: nullcontext(outlook.link()))
    dialog.show()
    context.tasks.wait_idle()
    parts = dialog.parts
    parts.appointments.setChecked(False)
    parts.look.click()
    context.tasks.wait_idle()
    assert dialog.outcome is not None
    planned = dialog.outcome.as_json()
    shown = [parts.lines.topLevelItem(row) for row in range(parts.lines.topLevelItemCount())]
    assert ["gCRM", "Create", "Werft <b>GmbH</b>"] in [[item.text(c) for c in range(3)] for item in shown if item]
    assert len(outlook.contacts.items) == 1

    outlook.busy = 400
    parts.go.click()
    context.tasks.wait_idle()
    assert "waits for an answer" in parts.banner.message()
    outlook.busy = 0
    parts.go.click()
    context.tasks.wait_idle()
    assert dialog.outcome.as_json() == planned
    assert len(outlook.contacts.items) > 1
    with context.database.read() as session:
        assert settings.get(session, KEY, context.database.user_id)["appointments"] is False
    dialog.reject()
    assert not dialog.isVisible()


def test_all_contacts_do_not_go_in_place_of_a_category_that_is_gone(context: Context) -> None:
    settings.set(context.database, KEY, {"contacts": True, "appointments": True, "category": "Gone", "deletes": False})
    dialog = OutlookDialog(context, None, lambda: nullcontext(Outlook().link()))
    dialog.show()
    assert not dialog.parts.go.isEnabled()
    context.tasks.wait_idle()
    assert (dialog.parts.go.isEnabled(), dialog.parts.choice().contacts) == (True, False)
    assert "“Gone” is gone" in dialog.parts.banner.message()
    dialog.reject()
