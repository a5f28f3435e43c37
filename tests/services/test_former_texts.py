"""A name taken out of a text about somebody else: its history goes with an erasure where people say so."""

from __future__ import annotations

from sqlalchemy import select

from gcrm.model.change import Change
from gcrm.services import contact
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.erase import erase
from gcrm.services.personal_data.plan import plan
from gcrm.services.seals import seal_pending


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
