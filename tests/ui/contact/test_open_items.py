"""The card of open items, and overdue invoices on Today."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from PySide6.QtCore import Qt

from gcrm.model.contact import Contact
from gcrm.model.open_item import OpenItem
from gcrm.services import contact as contacts
from gcrm.services import undo
from gcrm.ui.contact.more_tabs import TermsTab
from gcrm.ui.context import Context
from gcrm.ui.today.items import items_of
from gcrm.ui.today.reading import read_page
from tests.ui.contact.conftest import Hands
from tests.ui.office import Office

NOW = datetime(2026, 11, 24, 10, 30).astimezone()


def test_an_open_item_is_typed_told_and_settled(hands: Hands) -> None:
    assert hands.page.overview.items.is_blank()
    hands.page.open_tab("terms")
    hands.settle()
    [tab] = hands.page.findChildren(TermsTab)
    tab.items.add_button.click()
    hands.type("INV-7")
    hands.press(Qt.Key.Key_Tab)
    hands.type("119")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    (made,) = hands.stored().open_items
    assert (made.number, made.rest, made.currency) == ("INV-7", Decimal(119), "EUR")

    def owe(contact: Contact) -> None:
        contact.open_items[0].due_on = date.today() - timedelta(days=1)
        contact.open_items.append(OpenItem(number="INV-8", amount=Decimal(50), rest=Decimal(20)))

    hands.elsewhere(owe)
    hands.settle()
    assert [row.spec.text for row in tab.items.rows.rows()] == ["€139.00", "€119.00", "€20.00 of €50.00"]
    assert [(row.spec.note, row.spec.tone) for row in tab.items.rows.rows()][:2] == [
        ("overdue €119.00", "bad"), ("1 day overdue", "bad"),
    ]  # fmt: skip
    [settle] = [each for each in hands.row(f"open_item:{made.id}:line").spec.commands if each.icon == "check"]
    settle.run()
    hands.settle()
    assert [one.is_open for one in hands.stored().open_items] == [False, True]
    assert hands.text("open_item:settled") == "1 document"
    undo.undo_last(hands.office.database)
    assert all(one.is_open for one in hands.stored().open_items)
    hands.page.open_tab("overview")
    hands.settle()
    figures = [card._value.full_text() for card in hands.page.overview.figures]
    assert figures == ["1", "€139.00", "€119.00", "Today"]


def test_overdue_invoices_stand_on_today_and_lead_to_their_contact(context: Context, office: Office) -> None:
    loaded = contacts.load(context.database, office.becker)
    for number, days, kind in (("RE 1", -12, "invoice"), ("RE 2", 0, "invoice"), ("GS 3", -2, "credit_note")):
        due = (NOW + timedelta(days=days)).date()
        loaded.record.open_items.append(
            OpenItem(number=number, kind=kind, amount=Decimal(119), rest=Decimal(19), due_on=due)
        )
    contacts.save(context.database, loaded)
    items = items_of(read_page(context.database, context.database.user_id, NOW))
    place = next(place for place, item in enumerate(items) if item.key == "header:documents")
    heading, found, *_rest = items[place:]
    assert (heading.title, heading.due, heading.tone) == ("Overdue invoices", "1", "bad")
    assert (found.text, found.due, found.is_bad) == ("RE 1 · €19.00", "12 days overdue", True)
    assert found.contact == office.becker
