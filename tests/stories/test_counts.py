"""How many clicks and keys the everyday tasks cost, on the real program; each fails above its target (ux.md 2)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.services import contact, contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.printing.preview import page_count
from gcrm.services.telephony.interface import CallEvent, CallEventKind
from gcrm.ui.call_stack import newest_popup
from gcrm.ui.new_contact import NewContactDialog
from gcrm.ui.printing.labels import LabelsDialog
from gcrm.ui.telephony import PhoneBridge
from tests.stories.sitting import ALT, CTRL, Key, Person, at_the_desk, customers, make_office
from tests.ui.office import Office
from tests.ui.printing.paper import PaperFile


def test_e19_a_company_with_address_and_phone_costs_six_actions(me: Person) -> None:
    me.key(Key.Key_N, CTRL)
    me.write("Meyer Heizungsbau GmbH")
    fields = {"street": "Ringstraße 5", "postcode": "04109", "town": "Leipzig", "phone": "0341 5566"}
    form = me.dialog(NewContactDialog).form
    left = dict(fields)
    while left:
        me.key(Key.Key_Tab)
        here = next((name for name in left if form.handle(name).widget is QApplication.focusWidget()), "")
        if here:
            me.write(left.pop(here))
    me.key(Key.Key_Return, CTRL)
    assert me.count() <= 6, me.actions
    assert me.shown() == "Meyer Heizungsbau GmbH"
    number = me.window.current_contact()
    assert number is not None
    made = contact.load(me.database, number).record
    street = made.addresses[0]
    assert (street.street, street.house_number, street.postcode, street.town) == (
        "Ringstraße", "5", "04109", "Leipzig"
    )  # fmt: skip
    assert [(point.kind, point.value) for point in made.points] == [("phone", "0341 5566")]


@pytest.mark.parametrize("screen", ["contacts", "today", "table"])
def test_e19_finding_a_customer_costs_two_actions_from_any_screen(me: Person, screen: str) -> None:
    me.window.open_section(screen)
    me.settle()
    me.key(Key.Key_K, CTRL)
    me.write("card")
    me.key(Key.Key_Return)
    assert me.count() == 2
    assert me.shown() == "Joana Cardoso"
    assert me.window.contacts.isVisible()


def test_e19_logging_with_a_follow_up_costs_three_actions(me: Person, office: Office) -> None:
    me.key(Key.Key_L, CTRL)
    me.write("Wants a new offer for the gate")
    me.key(Key.Key_Tab)
    me.write("in 2w")
    me.key(Key.Key_Return, CTRL)
    assert me.count() <= 3
    with me.database.read() as session:
        logged = session.scalars(select(Activity).where(Activity.text == "Wants a new offer for the gate")).one()
    assert logged.contact_id == office.albrecht
    assert logged.follow_up_at is not None


def _thirty(database: Database) -> None:
    customers(database, 30)
    contact_list.save_filter(database, "Everybody", ContactQuery(), user_id=None)


def test_e19_thirty_labels_from_the_seventh_cost_five_actions(
    address: str, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paper = PaperFile(tmp_path / "labels.pdf")
    monkeypatch.setattr("gcrm.ui.printing.shell.SystemPrinters", lambda: paper)
    make_office(address, _thirty)
    with at_the_desk(address) as me:
        lists = [key for key in me.window.sidebar._items if key.startswith("list:")]
        me.click(me.window.sidebar.item(lists[0]))
        me.key(Key.Key_A, CTRL)
        me.key(Key.Key_P, CTRL, ALT)
        dialog = me.dialog(LabelsDialog)
        label_sheet, first = dialog.label_sheet(), 7
        me.write("7")
        me.key(Key.Key_Return)
        assert me.count() <= 5, me.actions
        me.until(lambda: not me.windows(), "nothing was printed")
    assert paper.opened == ["Laser"]
    each = label_sheet.columns * label_sheet.rows
    rest = 30 - (each - first + 1)
    assert page_count(paper.path) == 1 + -(-rest // each)


def test_e19_who_calls_costs_nothing(me: Person, office: Office) -> None:
    before = QApplication.focusWidget()
    bridge = next(extra for extra in me.program.extras if isinstance(extra, PhoneBridge))
    bridge._hear(CallEvent(CallEventKind.RING, 0, datetime.now(), "03411234560", "987654", "SIP0"))
    me.until(lambda: newest_popup() is not None, "nobody was announced")
    popup = newest_popup()
    assert popup is not None
    card = popup.card()
    assert card is not None
    assert (card.name, card.priority) == ("Albrecht Metallbau GmbH", "A")
    assert me.count() == 0
    assert QApplication.focusWidget() is before
