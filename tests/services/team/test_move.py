"""Moving an office to a server and back: all of it and verified, and nothing when it is broken off anywhere."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.services import attachment, contact, demo, schema, table_rows
from gcrm.services.check import check
from gcrm.services.contact_list import find
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.team import verify
from gcrm.services.team.move import Report, share, unshare
from gcrm.services.team.target import FileTarget, ServerTarget, Target
from tests.databases import PostgresOffices, SqliteOffices
from tests.services.offices import organisation, tamper


class Steps:
    """A progress that writes down what it hears, and may do something at a step when it hears of it the nth time.

    The first time a step begins; the second time rows are on their way.
    """

    def __init__(self, at: str = "", does: Callable[[], object] = lambda: None, *, nth: int = 1) -> None:
        self.texts: list[str] = []
        self.last = (0, 0)
        self._at, self._does, self._nth = at, does, nth

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        assert self.last[0] <= done <= total
        self.last = (done, total)
        self.texts.append(text)
        if text == self._at and self.texts.count(text) == self._nth:
            self._does()

    def check(self) -> None:
        """Go on."""


class Stopped(Exception):
    """What somebody who presses Cancel raises."""


def stop() -> None:
    raise Stopped


def a_bit_of_everything(database: Database) -> None:
    demo.create(database, 20, seed=5, language="de")
    number = organisation(database, "Quarzwerk Zwönitz")
    attachment.attach_bytes(database, b"%PDF" * 400_000, "plan.pdf", contact_id=number)


@pytest.fixture
def source(sqlite_offices: SqliteOffices, tmp_path: Path) -> Iterator[Database]:
    """Give an office in a file, with a bit of everything."""
    with sqlite_offices.filled(tmp_path, a_bit_of_everything) as url, closing(open_office(url)) as database:
        yield database


@pytest.fixture
def server(postgres_offices: PostgresOffices, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database."""
    with postgres_offices.empty(tmp_path) as url:
        yield url


def rows(database: Database) -> dict[str, bytes]:
    with database.engine.connect() as connection:
        return {table.name: b"".join(table_rows.read_rows(connection, table)) for table in table_rows.tables()}


def tables_of(url: str) -> int:
    with psycopg.connect(url) as raw:
        found = raw.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert found is not None
    return int(found[0])


def is_whole_and_written(database: Database) -> bool:
    """Tell whether an office is as it should be and takes new records."""
    report = check(database, full=True)
    assert report.ok, report.findings
    return organisation(database, "Nachher GmbH") > 0


def test_an_office_moves_to_a_server_with_all_it_has(source: Database, server: str) -> None:
    before, steps = rows(source), Steps()
    report = share(source, server, steps)
    team = open_office(server)
    assert rows(team) == before
    assert report.rows == {name: lines.count(b"\n") for name, lines in before.items()}
    assert report.total == sum(report.rows.values())
    assert report.rows["blob"] == 1
    url = team.url
    assert report.place == f"postgresql://{url.username}@{url.host}:{url.port}/{url.database}"
    assert steps.last[0] == steps.last[1] == 2 * report.total + report.rows["contact"]
    assert list(dict.fromkeys(steps.texts)) == PLACES
    assert not team.is_read_only
    assert not team.warnings
    with team.read() as session:
        assert find(session, "Quarzwerk")[0] == 1
    assert is_whole_and_written(team)
    team.close()


def test_the_old_file_is_kept_and_can_only_be_read(source: Database, server: str) -> None:
    other = open_office(str(source.path))
    before = rows(source)
    place = share(source, server).place
    for database in (source, other):  # the other program does not know yet: the file refuses it
        with pytest.raises(EnvironmentProblem, match=r"^Nothing was saved: this office moved to .* on 20\d\d-") as said:
            organisation(database, "Zu spät GmbH")
        assert place in said.value.sentence
        assert database.is_read_only
    with closing(sqlite3.connect(source.path or "")) as raw, pytest.raises(sqlite3.Error):
        raw.execute("UPDATE contact SET name = 'x'")
    again = open_office(str(source.path))
    assert again.is_read_only
    assert [sentence for sentence in again.warnings if place in sentence]
    assert {
        name: lines for name, lines in rows(again).items() if name not in {"setting", "operation", "change", "seal"}
    } == {name: lines for name, lines in before.items() if name not in {"setting", "operation", "change", "seal"}}
    report = check(again, full=True)
    assert report.ok, report.findings
    with pytest.raises(UserError, match="moved to"):
        share(again, server)
    other.close()
    again.close()


def test_a_stranger_may_read_the_old_file(source: Database, server: str) -> None:
    share(source, server)
    guest = open_office(str(source.path), user="guest")
    with guest.read() as session:
        assert find(session, "Quarzwerk")[0] == 1
    assert guest.is_read_only
    guest.close()


def test_an_office_comes_back_from_the_server(source: Database, server: str, tmp_path: Path) -> None:
    share(source, server)
    team, path = open_office(server), tmp_path / "back.gcrm"
    organisation(team, "Unterwegs GmbH")
    other = open_office(server)
    before = rows(team)
    report = unshare(team, path, Steps())
    assert report.place == str(path)
    assert sorted(file.name for file in tmp_path.glob("*back*")) == ["back.gcrm"]
    back = open_office(str(path))
    kept = rows(back)
    assert kept.keys() == before.keys()
    assert {name for name in kept if kept[name] != before[name]} <= {"seal"}
    assert is_whole_and_written(back)
    for database in (team, other):
        with pytest.raises(EnvironmentProblem, match=f"moved to {path} on"):
            organisation(database, "Zu spät GmbH")
    report_of_old = check(team, full=True)
    assert report_of_old.ok, report_of_old.findings
    for database in (team, other, back):
        database.close()


def test_a_database_that_is_not_empty_is_refused(source: Database, server: str) -> None:
    with psycopg.connect(server) as raw:
        raw.execute("CREATE TABLE recipes (id integer)")
    with pytest.raises(UserError, match="is not empty"):
        share(source, server)
    assert tables_of(server) == 1
    assert is_whole_and_written(source)


def test_an_office_on_a_server_is_no_empty_database(source: Database, server: str) -> None:
    open_office(server).close()
    with pytest.raises(UserError, match="is not empty"):
        share(source, server)


def test_only_a_file_is_shared_and_only_to_a_server(source: Database, server: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="works on a server"):
        share(source, str(tmp_path / "other.gcrm"))
    with pytest.raises(UserError, match="in a file already"):
        unshare(source, tmp_path / "other.gcrm")
    share(source, server)
    team = open_office(server)
    with pytest.raises(UserError, match="on a server already"):
        share(team, server)
    with pytest.raises(UserError, match="exists already"):
        unshare(team, source.path or tmp_path)
    assert is_whole_and_written(team)
    team.close()


PLACES = [f"Copying: {table.name}" for table in table_rows.tables()]
PLACES += ["Making the search index", "Comparing with the original"]

SOME = [PLACES[0], "Copying: contact", *PLACES[-2:]]


def test_cancel_at_any_step_changes_nothing(source: Database, server: str) -> None:
    before = rows(source)
    for place in SOME:
        with pytest.raises(Stopped):
            share(source, server, Steps(place, stop))
        assert tables_of(server) == 0, place
    assert rows(source) == before
    assert is_whole_and_written(source)
    share(source, server)


def test_cancel_on_the_way_back_changes_nothing(source: Database, server: str, tmp_path: Path) -> None:
    share(source, server)
    team, path = open_office(server), tmp_path / "back.gcrm"
    before = rows(team)
    for place in SOME:
        with pytest.raises(Stopped):
            unshare(team, path, Steps(place, stop))
        assert not list(tmp_path.glob("*back*")), place
    assert {name for name, lines in rows(team).items() if lines != before[name]} <= {"seal"}
    assert is_whole_and_written(team)
    unshare(team, path)
    team.close()


def test_a_server_that_goes_away_changes_nothing(source: Database, server: str) -> None:
    before = rows(source)

    def end_all() -> None:
        with psycopg.connect(server, autocommit=True) as raw:
            raw.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    for place, nth in (
        (PLACES[0], 1),
        ("Copying: change", 2),
        ("Copying: contact", 2),
        (PLACES[-2], 1),
        (PLACES[-1], 9),
    ):
        with pytest.raises(EnvironmentProblem, match="cannot be reached"):
            share(source, server, Steps(place, end_all, nth=nth))
        assert rows(source) == before
    assert is_whole_and_written(source)
    share(source, server)


def test_nobody_writes_into_the_file_meanwhile(source: Database, server: str) -> None:
    def write() -> None:
        with (
            closing(sqlite3.connect(source.path or "", timeout=0)) as raw,
            pytest.raises(sqlite3.Error, match="locked"),
        ):
            raw.execute("BEGIN IMMEDIATE")

    steps = Steps("Copying: contact", write)
    share(source, server, steps)
    assert "Copying: contact" in steps.texts


@pytest.mark.parametrize("is_back", [False, True])
def test_whoever_waits_to_save_is_refused_by_the_place_that_was_left(
    source: Database, server: str, tmp_path: Path, is_back: bool
) -> None:
    if is_back:
        share(source, server)
    old = open_office(server) if is_back else open_office(str(source.path))
    other = open_office(server if is_back else str(source.path))
    said: list[str] = []

    def save() -> None:
        try:
            organisation(other, "Wartet GmbH")
        except EnvironmentProblem as problem:
            said.append(problem.sentence)

    waiting = threading.Thread(target=save)
    steps = Steps("Comparing with the original", waiting.start)
    if is_back:
        unshare(old, tmp_path / "back.gcrm", steps)
    else:
        share(old, server, steps)
    waiting.join()
    assert len(said) == 1
    assert "this office moved to" in said[0]
    old.close()
    other.close()


def test_a_half_made_place_is_no_office(source: Database, server: str) -> None:
    def look() -> None:
        with pytest.raises(UserError, match="being moved here"):
            open_office(server)
        with pytest.raises(UserError, match="at this moment"):
            share(source, server)

    share(source, server, Steps("Copying: contact", look))


def test_what_differs_from_the_original_is_refused(
    source: Database, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a server may do to a row on its way: each kind of check finds it."""
    finish = table_rows.finish
    for damage in (
        "UPDATE contact SET credit_limit = coalesce(credit_limit, 0) + 1 WHERE id = 3",
        "UPDATE contact SET name = name || ' ' WHERE id = 3",
        "DELETE FROM notice; DELETE FROM activity_link; DELETE FROM consent WHERE id = (SELECT max(id) FROM consent)",
        "UPDATE change SET new = replace(new, 'Quarz', 'Kalk') WHERE table_name = 'contact'",
        "UPDATE blob_chunk SET data = '\\x00'",
    ):

        def damaged(connection: Connection, told: verify.Told, damage: str = damage) -> None:
            connection.execute(text(damage))
            finish(connection, told)

        monkeypatch.setattr(table_rows, "finish", damaged)
        with pytest.raises(EnvironmentProblem, match="not like the original"):
            share(source, server)
        assert tables_of(server) == 0
    monkeypatch.setattr(table_rows, "finish", finish)
    assert is_whole_and_written(source)
    share(source, server)


def test_an_office_whose_history_was_altered_moves_as_it_is(source: Database, server: str) -> None:
    tamper(source, ["UPDATE change SET new = replace(new, 'Quarz', 'Kalk') WHERE table_name = 'contact'"])
    findings = {(found.kind, found.record) for found in check(source).findings if found.kind == "history"}
    share(source, server)
    team = open_office(server)
    assert findings
    assert {(found.kind, found.record) for found in check(team).findings if found.kind == "history"} == findings
    team.close()


def test_a_text_that_the_server_cannot_keep_stops_the_move(source: Database, server: str) -> None:
    tamper(source, ["UPDATE contact SET name2 = 'A' || char(0) WHERE id = 3"])
    with pytest.raises(UserError, match=r"^Record 3 in “contact” "):
        share(source, server)
    assert tables_of(server) == 0
    tamper(source, ["UPDATE contact SET name2 = '' WHERE id = 3"])
    share(source, server)


@pytest.mark.parametrize("is_back", [False, True])
def test_a_move_that_was_broken_off_behind_the_mark_is_ended_by_the_next_try(
    source: Database, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_back: bool
) -> None:
    path = tmp_path / "back.gcrm"
    if is_back:
        share(source, server)
    old = open_office(server) if is_back else source
    kind: type[Target] = FileTarget if is_back else ServerTarget

    def go() -> Report:
        return unshare(old, path) if is_back else share(old, server)

    complete = kind.complete
    monkeypatch.setattr(kind, "complete", lambda self: stop())
    with pytest.raises(Stopped):
        go()
    assert old.is_read_only
    assert not path.exists()
    old.moved = None  # as for a program that never heard of it
    monkeypatch.setattr(kind, "complete", complete)
    report = go()
    new = open_office(str(path) if is_back else server)
    assert report.rows["contact"] == 21
    assert is_whole_and_written(new)
    with pytest.raises(UserError, match="moved to"):
        go()
    new.close()
    if is_back:
        old.close()


def test_a_moved_office_stays_guarded_when_its_triggers_are_made_anew(source: Database, server: str) -> None:
    share(source, server)
    with source.engine.connect().execution_options(gcrm_write=True) as connection, connection.begin():
        schema.migrate(connection)
    stranger = open_office(str(source.path))
    stranger.moved = None
    with pytest.raises(EnvironmentProblem, match="moved to"):
        contact.trash(stranger, [1])
    stranger.close()
