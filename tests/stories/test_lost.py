"""The line to the team's server is cut while somebody works: nothing is lost, nothing happens twice (E 53)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from sqlalchemy import make_url

from gcrm.services import activity, contact
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.check import check
from gcrm.services.database import PATIENCE, Database
from gcrm.services.drafts import OPERATION, DraftStore, log_key
from gcrm.services.opening import open_office
from gcrm.services.unfinished import unfinished
from gcrm.ui.new_contact import NewContactDialog, open_new_contact
from gcrm.ui.presence import words
from tests.databases import PostgresOffices
from tests.line import Line, is_able_to_die
from tests.stories.sitting import CTRL, Key, Person, at_the_desk, fill_as_anna
from tests.stories.test_team import begin, set_terms, write_as
from tests.ui.office import Office


@pytest.fixture
def address(postgres_offices: PostgresOffices, data_folder: Path) -> Iterator[str]:
    with postgres_offices.filled(data_folder, fill_as_anna) as url:
        yield url


@pytest.fixture
def team(filled: tuple[Path, Office]) -> Office:
    """Give the records of the office, which have the same numbers on either engine."""
    return filled[1]


@pytest.fixture
def line(address: str, team: Office) -> Iterator[Line]:
    url = make_url(address)
    with Line(str(url.host), int(url.port or 5432)) as made:
        yield made


@pytest.fixture
def desk(line: Line, address: str, qapp: QApplication) -> Iterator[Person]:
    with at_the_desk(line.url(address)) as me:
        yield me


@pytest.fixture
def bruno(address: str, desk: Person) -> Iterator[Database]:
    """A colleague whose line is whole."""
    database = open_office(address, user="bruno")
    yield database
    database.close()


def log(me: Person, text: str) -> None:
    me.key(Key.Key_L, CTRL)
    me.write(text)
    me.key(Key.Key_Return, CTRL)


def cut(me: Person, line: Line) -> None:
    line.cut()
    me.until(lambda: me.window.banner.isVisible(), "nobody said that the line is cut")


def is_back(me: Person) -> bool:
    return not me.window.banner.isVisible() and not me.context.tasks.waiting()


def test_what_is_saved_meanwhile_waits_and_is_written_once(desk: Person, line: Line, team: Office) -> None:
    row = begin(desk, "Payment terms", "at once")
    cut(desk, line)
    desk.key(Key.Key_Return)
    log(desk, "Said on the phone while the line was cut")
    desk.until(lambda: desk.context.tasks.waiting() == 2, "nothing waits")
    said = desk.window.banner.message()
    assert "2 changes wait" in said, said
    assert desk.windows() == [], "no question may stand in the way"
    assert row.values() == ["at once"]
    line.mend()
    desk.click(desk.find_button("Try again now"))
    desk.until(lambda: is_back(desk), "nobody noticed that the line is whole")
    desk.until(lambda: not row.is_editing(), "the field was never saved")
    assert contact.load(desk.database, team.albrecht).record.payment_terms == "at once"
    assert [text for text in desk.chronicle_texts(team.albrecht) if "was cut" in text] == [
        "Said on the phone while the line was cut"
    ]
    assert desk.window.contacts.rail.box.text.toPlainText() == ""
    assert unfinished(desk.database) == []
    assert check(desk.database).ok


@pytest.mark.parametrize("before", [True, False], ids=["the server never got it", "the answer was never heard"])
def test_a_line_cut_in_the_middle_of_a_commit(desk: Person, line: Line, team: Office, before: bool) -> None:
    line.cut_at(b"COMMIT", before=before)
    log(desk, "Said in the middle")
    desk.until(lambda: line.has_cut.is_set(), "it was never cut")
    line.mend()
    desk.until(lambda: is_back(desk) and desk.context.tasks.is_idle(), "it was never saved")
    desk.until(lambda: desk.window.contacts.rail.box.text.toPlainText() == "", "the box still holds the text")
    assert desk.chronicle_texts(team.albrecht).count("Said in the middle") == 1


needs_linux = pytest.mark.skipif(not is_able_to_die(), reason="only Linux lets a line be dead without root")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server that does not answer count as gone after a second or two, not after half a minute."""
    short = {"connect_timeout": 2, "keepalives_idle": 1, "keepalives_interval": 1, "keepalives_count": 1}
    for name, value in (short | {"tcp_user_timeout": 1500}).items():
        monkeypatch.setitem(PATIENCE, name, value)


@needs_linux
@pytest.mark.usefixtures("impatient")
def test_a_dead_cable_is_noticed_while_typing_goes_on(desk: Person, line: Line, team: Office) -> None:
    box = desk.window.contacts.rail.box.text
    desk.key(Key.Key_L, CTRL)
    line.die()
    desk.window.open_contact(team.becker)
    desk.window.open_contact(team.albrecht)
    assert not desk.program.tasks.is_idle(), "nothing is being read over the dead line"
    QTest.keyClicks(box, "Said into the dead line")
    assert box.toPlainText() == "Said into the dead line", "typing waits for the line"
    QTest.keyClick(box, Key.Key_Return, CTRL)
    desk.until(lambda: desk.window.banner.isVisible() and desk.context.tasks.waiting() == 1, "nobody noticed")
    kept = DraftStore.of(desk.database).get(log_key(team.albrecht))
    assert kept is not None
    assert kept.data["text"] == "Said into the dead line"
    line.revive()
    desk.until(lambda: is_back(desk), "nobody noticed that the line lives")
    assert desk.chronicle_texts(team.albrecht).count("Said into the dead line") == 1
    assert unfinished(desk.database) == []
    assert check(desk.database).ok


@needs_linux
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("before", [True, False], ids=["the server never got it", "the answer was never heard"])
def test_a_cable_that_dies_in_the_middle_of_a_commit(desk: Person, line: Line, team: Office, before: bool) -> None:
    line.die_at(b"COMMIT", before=before)
    log(desk, "Said in the middle")
    desk.until(lambda: desk.window.banner.isVisible(), "nobody noticed")
    line.revive()
    desk.until(lambda: is_back(desk) and desk.context.tasks.is_idle(), "it was never saved")
    desk.until(lambda: desk.window.contacts.rail.box.text.toPlainText() == "", "the box still holds the text")
    assert desk.chronicle_texts(team.albrecht).count("Said in the middle") == 1


def test_one_works_over_a_slow_line_that_loses_segments(desk: Person, line: Line, team: Office) -> None:
    line.delay, line.rate, line.loss = 0.04, 250_000, 0.01
    search = desk.window.contacts.pane.search
    QTest.keyClicks(search, "Becker")
    assert search.text() == "Becker", "typing waits for the line"
    desk.until(lambda: desk.window.contacts.pane.model.rowCount() == 1, "the list is never there")
    desk.window.open_contact(team.becker)
    desk.until(lambda: desk.window.contacts.page.contact_id() == team.becker, "the record is never there")
    log(desk, "Said over a slow line")
    desk.until(lambda: "Said over a slow line" in desk.chronicle_texts(team.becker), "it was never saved")
    assert not desk.window.banner.isVisible()


def test_a_conflict_that_arose_meanwhile_is_asked(desk: Person, line: Line, bruno: Database, team: Office) -> None:
    from gcrm.ui.conflict import ConflictDialog

    begin(desk, "Payment terms", "at once")
    cut(desk, line)
    write_as(bruno, team.albrecht, set_terms)
    desk.key(Key.Key_Return)
    desk.until(lambda: desk.context.tasks.waiting() == 1)
    line.mend()
    desk.until(lambda: any(isinstance(window, ConflictDialog) for window in desk.windows()), "nobody was asked")
    question = desk.dialog(ConflictDialog)
    said = "\n".join(desk.texts(question))
    assert "60 days" in said
    assert "at once" in said
    question.reject()


def test_a_new_contact_waits_with_its_form(desk: Person, line: Line, team: Office) -> None:
    open_new_contact(desk.context, {"name": "Zimmer AG"})
    desk.settle()
    form = desk.dialog(NewContactDialog)
    cut(desk, line)
    form.create_contact()
    desk.until(lambda: desk.context.tasks.waiting() == 1, "it does not wait")
    assert form.isVisible()
    [draft] = DraftStore.of(desk.database).unfinished()
    assert draft.data["title"] == "Zimmer AG"
    line.mend()
    desk.until(lambda: is_back(desk) and desk.shown() == "Zimmer AG", "it was never created")
    assert unfinished(desk.database) == []


def test_a_text_that_was_saved_by_a_program_that_died_is_not_offered_again(desk: Person, team: Office) -> None:
    store = DraftStore.of(desk.database)
    for name, number in (("saved", team.becker), ("lost", team.cardoso)):
        store.put(log_key(number), {"contact_id": number, "text": "Called", OPERATION: name})
    activity.log(desk.database, team.becker, "Called", operation_key="saved")
    box = desk.window.contacts.rail.box.text
    desk.window.open_contact(team.becker)
    desk.settle()
    assert box.toPlainText() == ""
    assert [one.contact_id for one in unfinished(desk.database)] == [team.cardoso]
    desk.window.open_contact(team.cardoso)
    desk.until(lambda: box.toPlainText() == "Called", "the text that was lost is not there")


@pytest.mark.parametrize("goes", [True, False])
def test_whoever_leaves_while_something_waits_is_asked(
    desk: Person, line: Line, team: Office, goes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        wanted = next(one for one in box.buttons() if (one.text() == "Close") == goes)
        wanted.click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    cut(desk, line)
    log(desk, "Not yet saved")
    desk.until(lambda: desk.context.tasks.waiting() == 1)
    assert desk.window._leave.may_go(desk.context) is goes
    assert len(asked) == 1
    assert "1 change waits" in asked[0]
    assert DraftStore.of(desk.database).get(log_key(team.albrecht)) is not None
    line.mend()
    desk.until(lambda: is_back(desk), "it was never saved")
    assert "Not yet saved" in desk.chronicle_texts(team.albrecht)


def test_the_record_says_who_else_is_editing_it(desk: Person, address: str, team: Office) -> None:
    bruno = open_office(address, user="bruno")
    ears = ChangeWatcher(bruno)
    ears.start()
    header = desk.window.contacts.page.header
    ears.presence.edit(team.albrecht)
    ears.wait(0)
    desk.until(lambda: "bruno is editing" in desk.texts(header), "nobody says so")
    row = begin(desk, "Payment terms", "at once")
    desk.until(lambda: ears.wait(0) == frozenset() and ears.presence.editors(), "the other desk never heard")
    assert ears.presence.editors() == {team.albrecht: {desk.database.user_id}}
    assert row.is_editing()
    ears.presence.edit(None)
    ears.wait(0)
    desk.until(lambda: "bruno is editing" not in desk.texts(header), "it is said for ever")
    row.leave_off()
    desk.until(lambda: ears.wait(0) == frozenset() and not ears.presence.editors(), "the other desk was not told")
    ears.stop()
    bruno.close()


def test_many_editors_are_counted() -> None:
    assert words([]) == ""
    assert words(["Anna"]) == "Anna is editing"
    assert words(["Anna", "Bruno"]) == "Anna and Bruno are editing"
    assert words(["Anna", "Bruno", "Clara"]) == "3 people are editing"
