"""A private activity is for whoever wrote it and whoever is responsible: every way to see one is walked here.

Each way tells what it shows of an office. For a colleague it must say the same before and after something private
happened; for the author it must say more (or it proves nothing). To add a way: a function and its line in WAYS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from gcrm.errors import UserError
from gcrm.model.activity import Activity, ActivityLink, Notice
from gcrm.model.attachment import Attachment
from gcrm.model.change import Change
from gcrm.services import (
    absence,
    activity,
    attachment,
    caller,
    changes,
    chronicle,
    contact_list,
    contact_page,
    merge,
    reminders,
    today,
)
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.delegation import delegate, notices
from gcrm.services.exchange.exporter import clipboard_texts
from gcrm.services.printing.for_contact import sheet_lines, sheet_of
from gcrm.services.printing.sources import list_of
from gcrm.services.undo import undo_last
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui.history import groups
from tests.services.chronicle_office import MONDAY, at, colleague, timed, whole, with_number

NOW = at(12)
SECRET = "SECRET salary talk"
Way = Callable[[Database, int], Any]


def read(database: Database, ask: Callable[[Any], Any]) -> Any:
    with database.read() as session:
        return ask(session)


def history(database: Database, who: int) -> Any:
    return [(e.table, e.record, e.field, e.old, e.new) for e in read(database, lambda s: changes.contact_history(
        s, who, user=database.user_id))]  # fmt: skip


def history_in_words(database: Database, who: int) -> Any:
    return [(group.label, group.lines) for group in groups(database, who)]


def records_one_by_one(database: Database, who: int) -> Any:
    found: list[Any] = []
    for cls in (Activity, Attachment, ActivityLink, Notice):
        for record in range(1, 12):
            name = cls.__tablename__
            with database.read() as session:
                told = changes.record_history(session, name, record, user=database.user_id)
            found += [(name, record, one.field, one.new) for one in told]
    return found


def figures(database: Database, who: int) -> Any:
    return read(database, lambda s: contact_page.read_figures(s, who, database.user_id, NOW))


def page(database: Database, who: int) -> Any:
    return contact_page.view(database, who).figures


def rail(database: Database, who: int) -> Any:
    return read(database, lambda s: chronicle.chronicle(s, who, user=database.user_id, now=NOW))


def one_by_one(database: Database, who: int) -> Any:
    found = []
    for one in range(1, 12):
        try:
            found.append(activity.load(database, one).record.text)
        except UserError:
            continue
    return found


def files(database: Database, who: int) -> Any:
    return [row.name for row in read(database, lambda s: attachment.rows(s, who, user=database.user_id))]


def columns_of_the_list(database: Database, who: int) -> Any:
    return read(database, lambda s: contact_list.rows(s, [who], ("follow_up", "last_contact")))


def order_of_the_list(database: Database, who: int) -> Any:
    query = ContactQuery(sort=("last_contact", "-follow_up"))
    return read(database, lambda s: list(contact_list.ids(s, query)))


def open_follow_ups_in_a_filter(database: Database, who: int) -> Any:
    conditions = {"any": [{"not": {"field": "open_follow_up", "op": "is_not"}}]}
    query = ContactQuery(conditions=conditions)
    return read(database, lambda s: (list(contact_list.ids(s, query)), contact_list.count(s, query)))


def dates_in_a_filter(database: Database, who: int) -> Any:
    one = {"field": "follow_up", "op": "filled"}
    other = {"field": "last_contact", "op": "more", "value": (NOW + timedelta(hours=1)).isoformat()}
    return read(database, lambda s: list(contact_list.ids(s, ContactQuery(conditions={"any": [one, other]}))))


def copied_list(database: Database, who: int) -> Any:
    wanted = ("display_name", "follow_up", "last_contact")
    return read(database, lambda s: clipboard_texts(s, [who], database.home, wanted))


def printed_list(database: Database, who: int) -> Any:
    wanted = ("display_name", "follow_up", "last_contact")
    return read(database, lambda s: [tuple(row) for row in list_of(s, ContactQuery(), wanted).rows])


def contact_sheet(database: Database, who: int) -> Any:
    return read(database, lambda s: list(sheet_lines(sheet_of(s, who, user=database.user_id, speak=""))))


def pop_up(database: Database, who: int) -> Any:
    return read(database, lambda s: caller.caller_card(s, who, None, user=database.user_id, now=NOW))


def todays_page(database: Database, who: int) -> Any:
    return read(database, lambda s: today.today(s, database.user_id, NOW))


def count_in_the_side_bar(database: Database, who: int) -> Any:
    return read(database, lambda s: today.due_count(s, database.user_id, NOW))


def agenda(database: Database, who: int) -> Any:
    return read(database, lambda s: today.agenda(s, database.user_id, MONDAY, MONDAY + timedelta(days=9), NOW))


def reminded(database: Database, who: int) -> Any:
    span = (NOW - timedelta(days=1), NOW + timedelta(days=9))
    return read(database, lambda s: reminders.due_reminders(s, database.user_id, *span))


def merge_preview(database: Database, who: int) -> Any:
    other = read(database, lambda s: [row for row in contact_list.ids(s, ContactQuery()) if row != who])[0]
    return read(database, lambda s: merge.preview(s, [who, other], other).children[who])


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        history, history_in_words, records_one_by_one, figures, page, rail, one_by_one, files, columns_of_the_list,
        order_of_the_list, open_follow_ups_in_a_filter, dates_in_a_filter, copied_list, printed_list, contact_sheet,
        pop_up, todays_page, count_in_the_side_bar, agenda, reminded,
        merge_preview,
    )
}  # fmt: skip


@pytest.fixture
def anna(database: Database) -> Iterator[Database]:
    """Give a colleague who stands in for whoever works."""
    with colleague(database) as opened:
        absence.set_absence(database, database.user_id, MONDAY, MONDAY + timedelta(days=9), opened.user_id)
        yield opened


def customers(database: Database) -> int:
    """Make two customers of whom something public happened, and return the one with the secrets."""
    who, other = with_number(database, "Zander GmbH", "0341 1234567"), with_number(database, "Adler KG", "0341 7654321")
    activity.log(database, who, "Public word", at=at(9))
    activity.log(database, other, "Public word", at=at(10))
    return who


def keep_secrets(database: Database, who: int) -> None:
    """Let happen whatever private may happen: a note, a file, one deleted, one made private later."""
    kept = activity.log(database, who, SECRET, at=at(11), is_private=True, follow_up=timed(MONDAY, 11, 30))
    attachment.attach_bytes(database, b"secret", "SECRET.txt", activity_id=kept)
    with unit_of_work(database, "link") as work:
        work.session.add(ActivityLink(activity_id=kept, table_name="contact", record_id=who))
        work.session.add(Notice(user_id=database.user_id, activity_id=kept, kind="delegated"))
    gone = activity.log(database, who, SECRET, is_private=True, links=[("contact", who)])
    attachment.attach_bytes(database, b"secret", "SECRET gone.txt", activity_id=gone)
    activity.remove(database, [gone])
    later = activity.log(database, who, SECRET, at=at(11), follow_up=whole(MONDAY))
    loaded = activity.load(database, later)
    loaded.record.is_private = True
    activity.save(database, loaded)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_private_is_told_to_a_colleague(way: Way, database: Database, anna: Database) -> None:
    who = customers(database)
    before, own = way(anna, who), way(database, who)
    keep_secrets(database, who)
    assert way(anna, who) == before
    assert way(database, who) != own, "shows nothing of activities at all; such a way proves nothing"


def test_what_was_private_once_stays_so_in_the_history(database: Database, anna: Database) -> None:
    who = customers(database)
    made = activity.log(database, who, SECRET, is_private=True)
    for values in ({"is_private": False, "text": "What all may know"}, {"text": "What all may know by now"}):
        loaded = activity.load(database, made)
        for name, value in values.items():
            setattr(loaded.record, name, value)
        activity.save(database, loaded)
    told = [(field, old, new) for table, _record, field, old, new in history(anna, who) if table == "activity"]
    assert ("text", "What all may know", "What all may know by now") in told
    assert "SECRET" not in str(told)
    assert "SECRET" in str(history(database, who))


def test_a_private_activity_that_comes_back_from_deletion_stays_private(database: Database, anna: Database) -> None:
    who = customers(database)
    before = history(anna, who)
    activity.remove(database, [activity.log(database, who, SECRET, is_private=True)])
    undo_last(database)
    assert history(anna, who) == before
    assert str(history(database, who)).count(SECRET) == 3


def test_whoever_is_made_responsible_sees_it_and_no_longer_when_it_is_taken_back(
    database: Database, anna: Database
) -> None:
    who = customers(database)
    before = history(anna, who)
    made = activity.log(database, who, SECRET, is_private=True, follow_up=whole(MONDAY))
    delegate(database, made, anna.user_id)
    assert SECRET in str(history(anna, who))
    assert SECRET in str(read(anna, lambda s: notices(s, anna.user_id)))
    delegate(database, made, database.user_id)
    assert history(anna, who) == before
    assert SECRET not in str(read(anna, lambda s: notices(s, anna.user_id)))


def test_a_long_history_is_full_although_much_of_it_is_private(database: Database, anna: Database) -> None:
    who = customers(database)
    before = read(anna, lambda s: changes.contact_history(s, who, 2, user=anna.user_id))
    for _turn in range(7):
        activity.log(database, who, SECRET, is_private=True)
    assert read(anna, lambda s: changes.contact_history(s, who, 2, user=anna.user_id)) == before
    assert len({entry.change_id for entry in before}) == 2


def test_an_activity_whose_history_was_erased_keeps_its_secret(database: Database, anna: Database) -> None:
    who = customers(database)
    made = activity.log(database, who, SECRET, is_private=True)
    with database.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        of_it = (Change.table_name == "activity", Change.record_id == made)
        connection.execute(update(Change).where(*of_it).values(salt=None, old=None, new=None))
    assert all(record != made for table, record, *_rest in history(anna, who) if table == "activity")


def test_nobody_in_particular_sees_what_is_public_only(database: Database) -> None:
    who = customers(database)
    keep_secrets(database, who)
    with database.read() as session:
        assert "SECRET" not in str(changes.contact_history(session, who))
        assert session.scalars(select(Activity.text).where(Activity.is_private)).all() == [SECRET, SECRET]
