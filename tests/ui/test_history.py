"""The history in words: who, when, from what to what, grouped by operation."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gcrm.model.activity import Activity
from gcrm.model.fields import fields_of
from gcrm.services import contact as contacts
from gcrm.services import showing
from gcrm.ui.context import Context
from gcrm.ui.history import HistoryLine, groups, line_text, open_history
from gcrm.ui.widgets.safe import PlainLabel
from tests.ui.office import Office


def change(office: Office) -> None:
    loaded = contacts.load(office.database, office.albrecht)
    loaded.record.payment_terms = "at once"
    loaded.record.priority = ""
    loaded.record.addresses[0].country = "AT"
    loaded.record.consents[0].is_allowed = False
    loaded.record.custom = {"f4": "Steel"}
    contacts.save(office.database, loaded)


def test_an_operation_is_told_in_words(office: Office) -> None:
    change(office)
    newest = groups(office.database, office.albrecht)[0]
    assert newest.label == "Contact “Albrecht Metallbau GmbH” changed"
    assert newest.who == "anna"
    assert set(newest.lines) == {
        HistoryLine("Payment terms", "14 days 2 %, 30 days net", "at once"),
        HistoryLine("Priority", "A", ""),
        HistoryLine("Address · Country", "Germany", "Austria"),
        HistoryLine("Permission · Allowed", "Yes", "No"),
        HistoryLine("Trade", "", "Steel"),
    }


def test_a_created_contact_tells_its_category_by_name(office: Office) -> None:
    first = groups(office.database, office.albrecht)[-1]
    assert first.label == "Contact “Albrecht Metallbau GmbH” created"
    assert HistoryLine("Category", "", "Metal") in first.lines


def test_the_length_of_a_call_is_told_in_minutes() -> None:
    told = fields_of(Activity)["seconds"]
    shown = [showing.show(seconds, told.kind) for seconds in (5, 245, 4805)]
    assert shown == ["5 s", "4 min 05 s", "1 h 20 min 05 s"]


def test_a_line_says_what_became_of_a_value() -> None:
    assert line_text(HistoryLine("Street", "Ring", "Weg")) == "Street: Ring → Weg"
    assert line_text(HistoryLine("Street", "", "Weg")) == "Street: Weg"
    assert line_text(HistoryLine("Street", "Ring", "")) == "Street: Ring removed"


def test_the_window_shows_the_newest_on_top(context: Context, office: Office, qtbot: QtBot) -> None:
    change(office)
    dialog = open_history(context, office.albrecht)
    qtbot.addWidget(dialog)
    context.tasks.wait_idle()
    QApplication.processEvents()
    texts = [label.full_text() for label in dialog.findChildren(PlainLabel) if label.isVisible()]
    assert texts.index("Contact “Albrecht Metallbau GmbH” changed") < texts.index(
        "Contact “Albrecht Metallbau GmbH” created"
    )
    assert "Payment terms: 14 days 2 %, 30 days net → at once" in texts
