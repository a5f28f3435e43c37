"""A commit whose answer was never heard: asked again over a line that is cut at that very moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, make_url, select

from gcrm.errors import ConflictError, Unreachable
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.base import now
from gcrm.model.change import Operation
from gcrm.model.contact import Contact
from gcrm.services import activity, contact, landing
from gcrm.services.changed import Changed
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.databases import PostgresOffices
from tests.line import Line


@pytest.fixture
def address(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[str]:
    with postgres_offices.migrated(data_folder) as url:
        yield url


@pytest.fixture
def line(address: str) -> Iterator[Line]:
    url = make_url(address)
    with Line(str(url.host), int(url.port or 5432)) as made:
        yield made


@pytest.fixture
def database(line: Line, address: str) -> Iterator[Database]:
    opened = open_office(line.url(address))
    yield opened
    opened.close()


def count(database: Database, model: type[Contact] | type[Activity] | type[Operation]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def mend_when_cut(line: Line) -> threading.Thread:
    """Mend the line as soon as it was cut, while the program is asking."""

    def mend() -> None:
        line.has_cut.wait()
        line.mend()

    thread = threading.Thread(target=mend)
    thread.start()
    return thread


def test_pauses_grow_up_to_a_quarter_of_a_minute() -> None:
    found = [pause for pause, _turn in zip(landing.pauses(), range(8), strict=False)]
    assert found == [0.5, 1, 2, 4, 8, 15, 15, 15]


def test_a_commit_whose_answer_was_lost_counts_once(database: Database, line: Line) -> None:
    made = contact.create(database, contact.empty(name="Albrecht AG", is_customer=True))
    line.cut_at(b"COMMIT", before=False)
    mender = mend_when_cut(line)
    number = activity.log(database, made, "Called")
    mender.join()
    assert count(database, Activity) == 1
    with database.read() as session:
        assert session.get_one(Activity, number).text == "Called"
    assert check(database).ok


def test_a_save_whose_answer_was_lost_comes_back_as_saved(database: Database, line: Line) -> None:
    made = contact.create(database, contact.empty(name="Albrecht AG", is_customer=True))
    loaded = contact.load(database, made)
    loaded.record.notes = "Asked for a catalogue"
    heard: list[frozenset[Changed]] = []
    database.listeners.append(lambda _operation, changed: heard.append(changed))
    line.cut_at(b"COMMIT", before=False)
    mender = mend_when_cut(line)
    saved = contact.save(database, loaded)
    mender.join()
    assert (saved.record.notes, saved.version) == ("Asked for a catalogue", 2)
    assert contact.load(database, made).base == saved.base
    assert heard == [frozenset({Changed("contact", made, made, "U")})]
    assert check(database).ok


def test_a_save_that_never_arrived_wrote_nothing_and_can_be_repeated(database: Database, line: Line) -> None:
    made = contact.create(database, contact.empty(name="Albrecht AG", is_customer=True))
    loaded = contact.load(database, made)
    loaded.record.addresses.append(Address(street="Kesselgasse", town="Leipzig", country="DE"))
    line.cut_at(b"COMMIT", before=True)
    mender = mend_when_cut(line)
    with pytest.raises(Unreachable, match="nothing was saved"):
        contact.save(database, loaded)
    mender.join()
    assert contact.load(database, made).record.addresses == []
    assert len(contact.save(database, loaded).record.addresses) == 1


def test_a_commit_that_never_arrived_wrote_nothing_and_can_be_repeated(database: Database, line: Line) -> None:
    new = contact.empty(name="Albrecht AG", is_customer=True)
    new.addresses.append(
        Address(street="Kesselgasse", house_number="4", postcode="04109", town="Leipzig", country="DE")
    )
    line.cut_at(b"COMMIT", before=True)
    mender = mend_when_cut(line)
    with pytest.raises(Unreachable, match="nothing was saved"):
        contact.create(database, new)
    mender.join()
    assert count(database, Contact) == 0
    made = contact.create(database, new)
    with database.read() as session:
        found = session.get_one(Contact, made)
        second = contact.create(database, contact.empty(name="Becker AG", is_customer=True))
        numbers = (found.number, session.get_one(Contact, second).number)
    assert len(set(numbers)) == 2
    assert contact.load(database, made).record.addresses[0].town == "Leipzig"
    assert check(database, full=True).ok


def test_an_edit_with_a_new_child_can_be_repeated(database: Database, line: Line) -> None:
    made = contact.create(database, contact.empty(name="Albrecht AG", is_customer=True))
    loaded = contact.load(database, made)
    loaded.record.name = "Albrecht Stahl AG"
    loaded.record.addresses.append(Address(street="Ring", postcode="04109", town="Leipzig", country="DE"))
    line.cut_at(b"COMMIT", before=True)
    mender = mend_when_cut(line)
    with pytest.raises(Unreachable):
        contact.save(database, loaded)
    mender.join()
    saved = contact.save(database, loaded).record
    assert (saved.name, [one.town for one in saved.addresses]) == ("Albrecht Stahl AG", ["Leipzig"])


def test_nobody_to_ask_is_said_honestly(database: Database, line: Line) -> None:
    made = contact.create(database, contact.empty(name="Albrecht AG", is_customer=True))
    database.wait_for_server = lambda _pause: False
    line.cut_at(b"COMMIT", before=False)
    with pytest.raises(Unreachable, match="is not known"):
        activity.log(database, made, "Called")
    line.mend()
    assert count(database, Activity) == 1, "it was done, and nobody heard"


def test_without_windows_it_is_asked_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(landing, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    wait = landing._patient(20)
    assert [wait(pause) for pause in (0.5, 1, 2, 4, 8, 15)] == [True] * 5 + [False]
    assert sum(slept) == 15.5


def test_the_same_key_is_taken_once(database: Database) -> None:
    made = contact.create(database, contact.empty(name="Albrecht AG", is_customer=True))
    activity.log(database, made, "Called", operation_key="one")
    assert landing.is_done(database, "one")
    assert not landing.is_done(database, "two")
    with pytest.raises(ConflictError):
        activity.log(database, made, "Called", operation_key="one")
    assert count(database, Activity) == 1


def test_asking_waits_for_whoever_is_still_writing(address: str) -> None:
    """The server may still be at work on the first sending when the second asks: nobody passes before it is decided."""
    from gcrm.services.unit_of_work import unit_of_work

    first, second = open_office(address), open_office(address)
    made = contact.create(first, contact.empty(name="Albrecht AG", is_customer=True))
    told: list[bool] = []
    with unit_of_work(first, "label", key="slow") as work:
        work.session.add(Activity(contact_id=made, type="note", text="slow", at=now(), custom={}))
        work.session.flush()
        asker = threading.Thread(target=lambda: told.append(landing._is_taken(second, "slow")))
        asker.start()
        asker.join(0.3)
        assert asker.is_alive(), "it answered before the first was decided"
    asker.join()
    assert told == [True]
    for database in (first, second):
        database.close()
