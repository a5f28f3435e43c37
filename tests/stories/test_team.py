"""Several people in one office: changes of others, the same field edited twice, a server that dies (E 53, 54)."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gcrm.model.contact import Contact
from gcrm.services import activity, contact
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.ui.conflict import ConflictDialog
from gcrm.ui.contact.value_row import ValueRow
from tests.databases import PostgresOffices
from tests.postgres import Server, _free_port, _temporary_folder, find_binaries
from tests.stories.sitting import CTRL, Key, Person, at_the_desk, fill_as_anna, make_office, name_of
from tests.ui.office import Office, fill_office

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(params=ENGINES)
def team(request: pytest.FixtureRequest, data_folder: Path) -> Iterator[tuple[str, Office]]:
    """Give the address of an office that several people can open, filled, once per engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("address"), request.getfixturevalue("office")
        return
    contents: Office = request.getfixturevalue("filled")[1]  # records have the same numbers on either engine
    offices: PostgresOffices = request.getfixturevalue("postgres_offices")
    with offices.filled(data_folder, fill_as_anna) as address:
        yield address, contents


@pytest.fixture
def desk(team: tuple[str, Office], qapp: QApplication) -> Iterator[Person]:
    with at_the_desk(team[0]) as me:
        yield me


@pytest.fixture
def bruno(team: tuple[str, Office], desk: Person) -> Iterator[Database]:
    """Open the same office once more, as a colleague's program does."""
    database = open_office(team[0], user="bruno")
    yield database
    database.close()


def field(me: Person, name: str) -> ValueRow:
    rows = [row for row in me.window.contacts.page.findChildren(ValueRow) if row.spec.label == name]
    assert rows
    return rows[0]


def begin(me: Person, name: str, text: str) -> ValueRow:
    """Open a field of the record, type over what stands there, and leave it open."""
    row = field(me, name)
    row.view.setFocus()
    me.key(Key.Key_Return)
    me.key(Key.Key_A, CTRL)
    me.write(text)
    return row


def write_as(database: Database, number: int, change: Callable[[Contact], None]) -> None:
    loaded = contact.load(database, number)
    change(loaded.record)
    contact.save(database, loaded)


def set_terms(record: Contact) -> None:
    record.payment_terms = "60 days"


def rename(record: Contact) -> None:
    record.name = "Albrecht Stahl AG"


# --- changes of others -----------------------------------------------------------------------------------------------
def test_a_colleagues_change_reaches_list_record_and_chronicle(
    desk: Person, bruno: Database, team: tuple[str, Office]
) -> None:
    office = team[1]
    pane, page, rail = desk.window.contacts.pane, desk.window.contacts.page, desk.window.contacts.rail
    write_as(bruno, office.albrecht, rename)
    activity.log(bruno, office.albrecht, "Bruno was here", type="note")
    desk.until(
        lambda: pane.model.index(0).data().startswith("Albrecht Stahl AG"), "the list never heard of it"
    )  # fmt: skip
    desk.until(lambda: page.header.name_row.view.shown() == "Albrecht Stahl AG", "the record never heard of it")
    desk.until(
        lambda: any("Bruno was here" in rail.model.index(row).data() for row in range(rail.model.rowCount())),
        "the chronicle never heard of it",
    )


def test_a_colleagues_new_contact_appears_and_a_deleted_one_goes(
    desk: Person, bruno: Database, team: tuple[str, Office]
) -> None:
    pane = desk.window.contacts.pane
    contact.create(bruno, contact.empty(name="Zimmer AG", is_customer=True))
    desk.until(lambda: pane.model.rowCount() == 4, "the new one never came")
    contact.trash(bruno, [team[1].becker])
    desk.until(lambda: pane.model.rowCount() == 3, "the deleted one never went")
    assert desk.window.current_contact() == team[1].albrecht


def test_what_is_being_typed_is_not_touched_by_a_colleague(
    desk: Person, bruno: Database, team: tuple[str, Office]
) -> None:
    office = team[1]
    row = begin(desk, "Payment terms", "at once")
    box = desk.window.contacts.rail.box.text
    box.setPlainText("half a senten")
    focus = QApplication.focusWidget()
    write_as(bruno, office.albrecht, rename)
    page = desk.window.contacts.page
    desk.until(lambda: page.header.name_row.view.shown() == "Albrecht Stahl AG", "the record never heard of it")
    assert row.is_editing()
    assert row.values() == ["at once"]
    assert QApplication.focusWidget() is focus
    assert box.toPlainText() == "half a senten"


# --- E 54: the same field --------------------------------------------------------------------------------------------
def test_e54_different_fields_both_win(desk: Person, bruno: Database, team: tuple[str, Office]) -> None:
    office = team[1]
    begin(desk, "Payment terms", "at once")
    write_as(bruno, office.albrecht, rename)
    desk.key(Key.Key_Return)
    saved = contact.load(desk.database, office.albrecht).record
    assert (saved.name, saved.payment_terms) == ("Albrecht Stahl AG", "at once")
    assert desk.windows() == []


@pytest.mark.parametrize("mine", [True, False])
def test_e54_the_same_field_shows_both_values_and_who(
    desk: Person, bruno: Database, team: tuple[str, Office], mine: bool
) -> None:
    office = team[1]
    begin(desk, "Payment terms", "at once")
    write_as(bruno, office.albrecht, set_terms)
    if not mine:  # what she compares with is what stood there when she began, also where the record has heard since
        desk.until(lambda: field(desk, "Payment terms").view.shown() == "60 days", "the record never heard of it")
    desk.key(Key.Key_Return)
    question = desk.dialog(ConflictDialog)
    said = "\n".join(desk.texts(question))
    for part in ("Albrecht Metallbau GmbH", "at once", "60 days", "bruno", "Payment terms"):
        assert part in said
    assert contact.load(bruno, office.albrecht).record.payment_terms == "60 days", "nothing is written before"
    question.choose(0, mine)
    desk.click(question.save_button)
    wanted = "at once" if mine else "60 days"
    assert contact.load(bruno, office.albrecht).record.payment_terms == wanted
    desk.until(lambda: field(desk, "Payment terms").view.shown() == wanted, "the record shows another value")


def test_e54_going_back_to_the_editor_keeps_what_was_typed(
    desk: Person, bruno: Database, team: tuple[str, Office]
) -> None:
    office = team[1]
    row = begin(desk, "Payment terms", "at once")
    write_as(bruno, office.albrecht, set_terms)
    desk.key(Key.Key_Return)
    desk.dialog(ConflictDialog).reject()
    desk.settle()
    assert row.is_editing()
    assert row.values() == ["at once"]
    assert contact.load(bruno, office.albrecht).record.payment_terms == "60 days"


def test_two_whole_programs_over_one_file(office: Office, address: str, qapp: QApplication) -> None:
    with at_the_desk(address) as me, at_the_desk(address, first_start=True) as other:
        other.window.open_contact(office.becker)
        other.settle()
        write_as(me.database, office.becker, rename)
        other.until(lambda: other.window.contacts.page.header.name_row.view.shown() == "Albrecht Stahl AG")
        write_as(other.database, office.albrecht, set_terms)
        me.until(lambda: field(me, "Payment terms").view.shown() == "60 days")


# --- E 53: the server dies -------------------------------------------------------------------------------------------
@pytest.fixture
def own_server() -> Iterator[Server]:
    """Run a server that a test may stop and start."""
    folder = _temporary_folder(False)
    server = Server(find_binaries(), folder, secrets.token_hex(8), _free_port())
    server.create()
    server.start()
    yield server
    if server_runs(server):
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def server_runs(server: Server) -> bool:
    return os.path.exists(server._data / "postmaster.pid")


def test_e53_a_lost_server_costs_nothing_that_was_read_or_typed(own_server: Server, qapp: QApplication) -> None:
    office = make_office(own_server.url, fill_office)
    assert office is not None
    with at_the_desk(own_server.url) as me:
        pane, page, box = me.window.contacts.pane, me.window.contacts.page, me.window.contacts.rail.box
        row = begin(me, "Payment terms", "at once")
        own_server.stop()
        me.until(lambda: me.window.banner.isVisible(), "nobody said that the server is gone")
        sentence = me.window.banner.message()
        assert "cannot be reached" in sentence
        assert own_server.password not in sentence
        # What was read stays readable.
        assert me.window.current_contact() == office.albrecht
        assert page.header.name_row.view.shown() == "Albrecht Metallbau GmbH"
        assert [pane.model.index(place).data().split(",")[0] for place in range(3)] == [
            "Albrecht Metallbau GmbH", "Becker & Söhne <b>KG</b>", "Joana Cardoso"
        ]  # fmt: skip
        # What is typed stays typed, also when saving it fails.
        me.key(Key.Key_Return)
        assert row.is_editing()
        assert row.values() == ["at once"]
        me.key(Key.Key_L, CTRL)
        me.write("Called while the server was away")
        me.key(Key.Key_Return, CTRL)
        assert box.text.toPlainText() == "Called while the server was away"
        assert me.windows() == [], "no question may stand in the way"
        own_server.start()
        me.until(lambda: not me.window.banner.isVisible(), "the server came back and nobody noticed")
        me.key(Key.Key_Return, CTRL)
        me.until(lambda: box.text.toPlainText() == "", "the text could not be logged afterwards")
        if row.is_editing():
            row.commit()
        me.until(lambda: not row.is_editing(), "the field could not be saved afterwards")
        saved = contact.load(me.database, office.albrecht).record
        assert saved.payment_terms == "at once"
        texts = [text for text in me.chronicle_texts(office.albrecht) if "server was away" in text]
        assert len(texts) == 1
        assert name_of(me.database, office.albrecht) == "Albrecht Metallbau GmbH"
