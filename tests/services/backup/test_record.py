"""One contact out of a backup: compared with today, and taken over as one step that can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.model.appointment import Appointment
from gcrm.model.contact import Contact
from gcrm.model.outlook_peer import OutlookPeer
from gcrm.services import activity, activity_links, appointment, attachment, contact, undo
from gcrm.services.backup.create import create
from gcrm.services.backup.lock import Secret
from gcrm.services.backup.record import Compared, compare, scratch
from gcrm.services.backup.store import Store
from gcrm.services.backup.taking import Taken, take_over
from gcrm.services.blob import collect_garbage
from gcrm.services.check import check
from gcrm.services.contact_data import contact_data
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.erase import erase
from gcrm.services.personal_data.plan import plan
from gcrm.services.search import matching
from gcrm.services.unit_of_work import unit_of_work
from tests.services.backup.conftest import BIG, PASSWORD, Filled
from tests.services.offices import organisation


def edit(database: Database, number: int, **values: object) -> None:
    loaded = contact.load(database, number)
    for name, value in values.items():
        setattr(loaded.record, name, value)
    contact.save(database, loaded)


def whole(database: Database, number: int) -> dict[str, object]:
    with database.read() as session:
        files = sorted(row.name for row in attachment.rows(session, number))
        return contact_data(session, number) | {"files": files}


def taken(database: Database, path: Path, number: int, secret: Secret | None = None) -> Compared:
    with scratch(path, secret=secret) as old:
        found = compare(database, old, number)
        assert take_over(database, old, found).count == len(found.differences)
    return found


def test_what_is_as_it_was_has_no_difference(office: Filled, tmp_path: Path) -> None:
    database, path = office.database, tmp_path / "a.gcrmbackup"
    with unit_of_work(database, "Outlook") as work:
        work.session.add(OutlookPeer(user_id=work.user_id, contact_id=office.first, place="1", entry="2", etag="then"))
    create(database.engine, path)
    with unit_of_work(database, "Outlook") as work:  # how far another program is in step is no part of a contact
        work.session.scalars(select(OutlookPeer)).one().etag = "now"
    found = taken(database, path, office.first)
    assert (found.differences, found.added, found.is_gone) == ((), 0, False)
    assert found.name == "Albrecht Metallbau GmbH"


def test_fields_that_were_changed_are_set_back_and_what_is_new_stays(office: Filled, tmp_path: Path) -> None:
    database, path = office.database, tmp_path / "a.gcrmbackup"
    before = whole(database, office.first)
    create(database.engine, path)
    edit(database, office.first, name2="Werk 2", priority="C")
    loaded = contact.load(database, office.first)
    loaded.record.addresses[0].town = "Dresden"
    loaded.record.points.pop()
    contact.save(database, loaded)
    changed = whole(database, office.first)
    office.attach("later.txt", b"later")
    found = taken(database, path, office.first)
    assert found.added == 1
    told = {(each.table, each.field) for each in found.differences}
    assert {("contact", "name2"), ("contact", "priority"), ("address", "town"), ("contact_point", "")} <= told
    again = whole(database, office.first)
    assert "later.txt" in str(again.pop("files"))
    assert again == {name: value for name, value in before.items() if name != "files"}
    assert check(database, full=True).ok
    undo.undo_last(database)
    again = whole(database, office.first)
    assert {name: value for name, value in again.items() if name != "files"} == {
        name: value for name, value in changed.items() if name != "files"
    }
    assert check(database, full=True).ok


@pytest.mark.parametrize("way", ["whole", "store", "encrypted"])
def test_a_contact_that_is_gone_comes_back_with_its_children_and_files(
    office: Filled, tmp_path: Path, way: str
) -> None:
    database, path = office.database, tmp_path / "a.gcrmbackup"
    secret = Secret(PASSWORD) if way == "encrypted" else None
    before = whole(database, office.first)
    create(database.engine, path, secret=secret, store=Store(tmp_path) if way == "store" else None)
    contact.trash(database, [office.first])
    contact.purge(database, [office.first])
    collect_garbage(database, kept_days=0, kept_steps=0)
    found = taken(database, path, office.first, secret)
    assert found.is_gone
    assert whole(database, office.first) == before
    with database.read() as session:
        rows = {row.name: row.id for row in attachment.rows(session, office.first)}
        assert attachment.read_bytes(session, rows["plan.pdf"], 1 << 30) == BIG
        hits = matching("albrecht metallbau", session.get_bind().dialect.name)
        assert hits is not None
        assert office.first in session.scalars(hits).all()
    assert check(database, full=True).ok
    undo.undo_last(database)
    with database.read() as session:
        assert session.get(Contact, office.first) is None


def test_a_number_that_somebody_has_by_now_is_drawn_anew(office: Filled, tmp_path: Path) -> None:
    database, path = office.database, tmp_path / "a.gcrmbackup"
    create(database.engine, path)
    with database.read() as session:
        number = session.get_one(Contact, office.first).number
    contact.trash(database, [office.first])
    contact.purge(database, [office.first])
    contact.create(database, contact.empty(name="Erbe GmbH", number=number))
    taken(database, path, office.first)
    with database.read() as session:
        numbers = list(session.scalars(select(Contact.number)))
    assert len(set(numbers)) == len(numbers) == 3


def test_only_what_was_chosen_is_taken_over(office: Filled, tmp_path: Path) -> None:
    database, path = office.database, tmp_path / "a.gcrmbackup"
    create(database.engine, path)
    edit(database, office.first, name2="Werk 2", priority="C")
    with scratch(path) as old:
        found = compare(database, old, office.first)
        place = next(turn for turn, each in enumerate(found.differences) if each.field == "priority")
        assert take_over(database, old, found, frozenset({place})).count == 1
        assert take_over(database, old, found, frozenset()) == Taken()
        with pytest.raises(UserError, match="not in the backup"):
            compare(database, old, 999)
        with pytest.raises(UserError, match="no contact with the number"):
            old.find("4711-0815")
    now = whole(database, office.first)
    assert (now["priority"], now["name2"]) == ("A", "Werk 2")


def test_a_backup_of_another_office_is_not_mixed_in(office: Filled, tmp_path: Path) -> None:
    other = open_office(str(tmp_path / "other.gcrm"))
    number = organisation(other, "Anders KG")
    path = tmp_path / "a.gcrmbackup"
    create(other.engine, path)
    other.close()
    with scratch(path) as old, pytest.raises(UserError, match="of another office"):
        compare(office.database, old, number)


def test_what_was_erased_for_good_stays_so(office: Filled, tmp_path: Path) -> None:
    database, path = office.database, tmp_path / "a.gcrmbackup"
    create(database.engine, path)
    papers = {each.paper for each in plan(database, Subject("contact", office.first)).papers}
    erase(database, Subject("contact", office.first), release=papers)
    with scratch(path) as old, pytest.raises(UserError, match="was erased for good"):
        compare(database, old, office.first)


def test_links_and_times_come_back_as_far_as_the_other_side_is_there(office: Filled, tmp_path: Path) -> None:
    database, path = office.database, tmp_path / "a.gcrmbackup"
    there, gone = (contact.create(database, contact.empty(name=name)) for name in ("Bleibt GmbH", "Geht GmbH"))
    links = [("contact", there), ("contact", gone)]
    mine = activity.log(database, office.first, text="Von beiden gesprochen", links=links)
    theirs = activity.log(database, there, text="Von der ersten gesprochen", links=[("contact", office.first)])
    made = appointment.book(database, "2026-11-30T09:00", "2026-11-30T10:00", subject="Termin", contact_id=office.first)
    create(database.engine, path)
    for number in (office.first, gone):
        contact.trash(database, [number])
        contact.purge(database, [number])
    with scratch(path) as old:
        found = compare(database, old, office.first)
        done = take_over(database, old, found)
    assert [each.then["record_id"] for each in done.left] == [gone]
    assert "1 link of activities did not come back" in done.notice
    with database.read() as session:
        assert [one.contact for one in activity_links.linked_contacts(session, mine)] == [there]
        assert [one.contact for one in activity_links.linked_contacts(session, theirs)] == [office.first]
        assert session.scalar(select(Appointment.starts).where(Appointment.activity_id == made)) == "2026-11-30T09:00"
    assert check(database, full=True).ok
