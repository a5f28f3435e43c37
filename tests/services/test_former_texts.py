"""A name taken out of a text about somebody else: its history goes with an erasure where people say so."""

from __future__ import annotations

from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.model.change import Change
from gcrm.services import activity, contact, user
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.erase import erase
from gcrm.services.personal_data.plan import plan
from gcrm.services.seals import seal_pending
from gcrm.services.unit_of_work import unit_of_work


def test_a_name_taken_out_of_texts_of_others_leaves_their_history_where_people_say_so(database: Database) -> None:
    made = contact.create(database, contact.empty(kind="person", first_name="Rosalind", last_name="Öhm"))
    others = [contact.create(database, contact.empty(name=name)) for name in ("Becker", "Voss")]
    for other in others:
        for notes in ("Married to Rosalind Öhm since May", "Married", "Married, two children"):
            loaded = contact.load(database, other)
            loaded.record.notes = notes
            contact.save(database, loaded)
    planned = plan(database, Subject("contact", made))
    assert planned.mentions == ()
    assert {each.id: each.label for each in planned.former} == dict(zip(others, ("Becker", "Voss"), strict=True))
    assert "Married to Rosalind Öhm since May" in planned.former[0].about
    erase(database, Subject("contact", made), former=[("contact", others[0]), ("contact", made + 99)])
    with database.read() as session:
        rows = session.execute(select(Change.record_id, Change.new, Change.old).where(Change.table_name == "contact"))
        told = [(row.record_id, f"{row.new} {row.old}") for row in rows]
    assert {record for record, text in told if "Öhm" in text} == {others[1]}, "of the other one nobody said so"
    assert any(record == others[0] and "two children" in text for record, text in told), "what names nobody stays"
    seal_pending(database)
    assert [each for each in check(database, full=True).findings if each.kind not in ("default", "file")] == []


def test_former_texts_that_are_private_to_others_are_named_without_words(database: Database) -> None:
    one, other = (contact.create(database, contact.empty(name=name)) for name in ("Zander GmbH", "Other"))
    noted = [activity.log(database, other, "Zander GmbH is broke", is_private=True) for _each in range(2)]
    with unit_of_work(database, "Edit") as work:
        work.session.get_one(Activity, noted[0]).text = "Somebody is broke"
    mine = plan(database, Subject("contact", one))
    database.user_id = user.add_user(database, "jonas", "Jonas Becker")
    theirs = plan(database, Subject("contact", one))
    assert [each.id for each in mine.former] == [each.id for each in theirs.former] == [noted[0]]
    assert ["broke" in each.about for each in (*mine.former, *theirs.former)] == [True, False]
    assert [len(mine.mentions), len(theirs.mentions)] == [1, 0]
