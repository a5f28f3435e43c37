"""Open items: saved with their contact, added up by currency, kept by law, and unseen by whoever may not see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from gcrm.errors import UserError
from gcrm.model.base import now
from gcrm.model.contact import Contact
from gcrm.model.open_item import OpenItem
from gcrm.services import calendar, caller, contact, contact_list, merge, open_item, undo
from gcrm.services.calendar_layers import DOCUMENTS
from gcrm.services.check import check
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.open_item import Sums
from gcrm.services.personal_data import belongings
from gcrm.services.personal_data.erase import erase
from gcrm.services.personal_data.plan import plan
from gcrm.services.printing.for_contact import sheet_lines, sheet_of

TODAY = date.today()


def item(number: str, amount: str, **more: Any) -> OpenItem:
    return OpenItem(number=number, amount=Decimal(amount), rest=Decimal(more.pop("rest", amount)), **more)


def owing(database: Database, *items: OpenItem, **more: Any) -> int:
    record = contact.empty(**{"name": "Albrecht Metallbau GmbH", **more})
    record.open_items.extend(items)
    return contact.create(database, record)


def test_an_item_is_settled_reopened_and_undone_with_its_contact(database: Database) -> None:
    made = owing(database, item("RE 1", "119", due_on=TODAY), currency="CHF")
    loaded = contact.load(database, made)
    (mine,) = loaded.record.open_items
    assert (mine.currency, str(mine.rest)) == ("CHF", "119.00")
    assert (mine.is_overdue(TODAY), mine.is_overdue(TODAY + timedelta(1))) == (False, True)
    mine.settled_on = TODAY
    loaded = contact.save(database, loaded)
    assert not loaded.record.open_items[0].is_open
    assert loaded.record.open_items[0].rest == 0
    undo.undo_last(database)
    assert contact.load(database, made).record.open_items[0].is_open
    undo.redo_last(database)
    loaded = contact.load(database, made)
    loaded.record.open_items[0].settled_on = None
    loaded = contact.save(database, loaded)
    assert loaded.record.open_items[0].rest == 119, "not settled after all: all of it is open again"
    loaded.record.open_items[0].amount = Decimal(120)
    loaded = contact.save(database, loaded)
    assert loaded.record.open_items[0].rest == 120
    loaded.record.open_items[0].rest = Decimal(0)
    assert contact.save(database, loaded).record.open_items[0].settled_on == TODAY
    assert check(database).ok


def test_what_cannot_be_is_refused_with_its_number(database: Database) -> None:
    for wrong, name in (
        (item("RE 1", "100", rest="100.01"), "rest"), (item("RE 1", "-5"), "amount"),
        (item("RE 1", "5", currency="Euro"), "currency"), (item(" ", "5"), "number"),
    ):  # fmt: skip
        with pytest.raises(UserError) as refused:
            owing(database, wrong)
        assert refused.value.field == name
        assert wrong.number == "" or "RE 1" in refused.value.sentence


def test_what_is_due_and_owed_is_told_by_currency(database: Database) -> None:
    made = owing(
        database, item("RE 1", "119", rest="19", due_on=TODAY - timedelta(3)),
        item("GS 2", "9", kind="credit_note", due_on=TODAY - timedelta(1)), item("RE 3", "50", due_on=TODAY),
        item("RE 4", "7", currency="CHF"),
        item("RE 6", "1", due_on=TODAY - timedelta(2)), item("RE 5", "8", due_on=TODAY, settled_on=TODAY),
    )  # fmt: skip
    gone = owing(database, item("RE 9", "1", due_on=TODAY), name="Becker")
    contact.trash(database, [gone])
    wanted = (Sums("CHF", Decimal(7)), Sums("EUR", Decimal(61), Decimal(11)))
    with database.read() as session:
        due = list(open_item.due_items(session, TODAY - timedelta(1), TODAY))
        assert open_item.sums(session, [made], TODAY) == {made: wanted}
        assert caller.caller_card(session, made, now=now()).owed == wanted
        told = list(sheet_lines(sheet_of(session, made, sections=["open_items"])))
        late, count = open_item.overdue_items(session, TODAY, 1)
        shown = calendar.entries(session, 1, TODAY - timedelta(2), TODAY, [1], [DOCUMENTS])
        assert list(contact_list.ids(session, ContactQuery(words="GS 2"))) == [made]
    assert [(each.number, each.rest) for each in due] == [("GS 2", Decimal(-9)), ("RE 3", Decimal(50))]
    assert [(each.title, each.kind, each.contact_id) for each in shown] == [
        ("RE 6 · €1.00 · Albrecht Metallbau GmbH", "overdue", made),
        ("GS 2 · -€9.00 · Albrecht Metallbau GmbH", "due", made),
        ("RE 3 · €50.00 · Albrecht Metallbau GmbH", "due", made),
    ]
    assert [line.split(" · ")[0].strip() for line in told[-5:]] == ["RE 1", "RE 6", "GS 2", "RE 3", "RE 4"]
    assert ([each.number for each in late], count) == (["RE 1"], 2)
    assert len({each.key for each in shown}) == 3
    assert {each.contact for each in due} == {"Albrecht Metallbau GmbH"}
    assert open_item.sums_of(contact.load(database, made).record.open_items, TODAY) == wanted
    database.rights = replace(database.rights, hidden=frozenset({"open_items"}))
    with database.read() as session:
        assert list(open_item.due_items(session, TODAY, TODAY)) == []
        assert open_item.sums(session, [made]) == {}
        assert calendar.entries(session, 1, TODAY, TODAY, [1], [DOCUMENTS]) == []
    assert contact.load(database, made).record.open_items == []


def test_a_merge_takes_items_along_and_the_same_one_once(database: Database) -> None:
    keep = owing(database, item("RE 1", "119", currency="EUR"))
    other = owing(database, item("re 1", "119", currency="EUR"), item("RE 2", "5"))
    merge.merge(database, keep, [other])
    assert [each.number for each in contact.load(database, keep).record.open_items] == ["RE 1", "RE 2"]


def test_an_item_stays_as_long_as_vouchers_do(database: Database) -> None:
    made = owing(database, item("RE 1", "119", document_on=TODAY), item("RE 2", "5", document_on=date(2001, 2, 3)))
    subject = belongings.Subject("contact", made)
    (paper,) = plan(database, subject).papers
    assert (paper.label, paper.until) == ("RE 1", date(TODAY.year + 8, 12, 31))
    erase(database, subject, today=TODAY)
    with database.read() as session:
        assert session.execute(text("SELECT number FROM open_item")).all() == [("RE 1",)]
        assert session.get_one(Contact, made).restricted_until == date(TODAY.year + 8, 12, 31)
    assert check(database).ok
