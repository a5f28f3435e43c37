"""The bench says what it means: goals, ratios, turns, replays. How fast anything is, no test decides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import vobject

from gcrm.services import contact, table_rows
from gcrm.services.changes import record_history
from gcrm.services.check import check
from tests.bench import cards, moving, paper, starting
from tests.bench.__main__ import GROUPS, arguments
from tests.bench.finding import letters_inside
from tests.bench.lines import Goal, Line, as_json
from tests.bench.offices import Bench, opened
from tests.bench.raw import raw
from tests.bench.recording import recorded
from tests.bench.timing import interleaved, p95
from tests.databases import PostgresOffices
from tests.reliability import torture


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Bench(60, cache=tmp_path / "cache") as found:
        yield found


def test_a_goal_of_a_ratio_is_kept_up_to_its_limit() -> None:
    assert Line("a", 2.0, 1.0, "ms", Goal(ratio=2)).met
    assert not Line("a", 2.1, 1.0, "ms", Goal(ratio=2)).met


def test_more_pages_a_second_are_better() -> None:
    line = Line("sheets", 100.0, 140.0, "pages/s", Goal(ratio=1.5), is_rate=True)
    assert line.ratio == pytest.approx(1.4)
    assert line.met
    assert not Line("sheets", 90.0, 140.0, "pages/s", Goal(ratio=1.5), is_rate=True).met


def test_a_goal_may_limit_the_time_itself_and_what_stands_above_the_floor() -> None:
    assert not Line("typed", 50.1, None, "ms", Goal(most=50)).met
    assert Line("memory", 140.0, 60.0, "MB", Goal(above=80)).met
    assert not Line("memory", 141.0, 60.0, "MB", Goal(above=80)).met


def test_a_ratio_without_a_floor_is_never_kept() -> None:
    assert not Line("find", 1.0, None, "ms", Goal(ratio=2)).met


def test_json_is_one_object_with_the_documented_keys() -> None:
    found = json.loads(
        as_json([Line("find", 3.0, 2.0, "ms", Goal(ratio=2)), Line("type", 9.0, None, "ms", Goal(most=50))])
    )
    assert found["lines"] == [
        {"name": "find", "ours": 3.0, "floor": 2.0, "unit": "ms", "ratio": 1.5, "goal": "≤ 2 ×", "met": True},
        {"name": "type", "ours": 9.0, "floor": None, "unit": "ms", "ratio": None, "goal": "≤ 50 ms", "met": True},
    ]


def test_both_run_in_turn_and_the_warm_up_does_not_count() -> None:
    done: list[str] = []
    mine, theirs = interleaved([lambda: done.append("A")] * 4, [lambda: done.append("B")] * 4)
    assert "".join(done) == "ABBAABBA"
    assert len(mine) == len(theirs) == 3


def test_p95_of_a_hundred_is_kept_by_ninety_five() -> None:
    assert p95([float(each) for each in range(1, 102)]) == 96.0


def test_every_name_is_a_group_and_an_unknown_one_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert arguments(["find", "start", "--size", "10000"]).names == ["find", "start"]
    with pytest.raises(SystemExit) as left:
        arguments(["finnd"])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert all(name in said for name in GROUPS)


def test_letters_come_from_the_middle_of_words_and_are_the_same_every_time() -> None:
    names = ["hoffmann elektrotechnik", "kaufmann steuerberatung"]
    found = letters_inside(names, 5)
    assert found == letters_inside(names, 5)
    assert all(any(word in name[1:] for name in names) for word in found)


def test_an_office_is_made_once(bench: Bench) -> None:
    url = bench.office("sqlite")
    with raw(url) as connection:
        assert connection.rows("SELECT count(*) FROM contact") == [(60,)]
        assert connection.rows("SELECT count(*) FROM activity") == [(600,)]
        connection.run("UPDATE company SET name = 'Still the same'")
    assert bench.office("sqlite") == url
    with raw(url) as connection:
        assert connection.rows("SELECT name FROM company LIMIT 1") == [("Still the same",)]


def test_a_replayed_print_is_the_same_file_but_for_its_date(bench: Bench) -> None:
    line = next(paper.labels(bench))
    assert line.unit == "pages/s"
    assert line.floor is not None
    assert line.floor > 0


def test_the_floor_of_the_export_is_a_file_that_can_be_read(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "floor.vcf"
    with opened(bench.office("sqlite")) as database, raw(bench.office("sqlite")) as connection:
        wanted = [row[0] for row in connection.rows("SELECT id FROM contact")]
        assert database.is_sqlite
        cards.stream_by_hand(connection, wanted, path)
    assert all(len(line.encode()) <= 75 for line in path.read_text(encoding="utf-8").split("\n"))
    with path.open(encoding="utf-8") as stream:
        assert sum(1 for _card in vobject.readComponents(stream)) == len(wanted)


def test_an_empty_window_tells_when_it_was_painted_and_how_large_it_is() -> None:
    found = starting._run("bare")
    assert 0 < found["painted"] <= found["usable"]
    assert found["memory"] > 10


def test_the_floor_of_the_move_writes_the_very_same_rows(
    bench: Bench, tmp_path: Path, postgres_offices: PostgresOffices
) -> None:
    with opened(bench.office("sqlite")) as database, postgres_offices.empty(tmp_path) as url:
        moving.prepare(database, tmp_path)
        assert moving.copy_prepared(url, tmp_path) > 0
        with opened(url) as copy, copy.engine.connect() as connection:
            for table in table_rows.tables():
                assert b"".join(table_rows.read_rows(connection, table)) == (tmp_path / table.name).read_bytes()


def test_a_recorded_save_sends_the_very_same_work_about_another_contact(
    tmp_path: Path, postgres_offices: PostgresOffices
) -> None:
    with postgres_offices.migrated(tmp_path) as url, opened(url) as database:
        first, other = (contact.create(database, contact.empty(name=name)) for name in ("One", "Two"))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT setval('operation_id_seq', 1000000)")
            loaded = contact.load(database, first)
            loaded.record.notes = "7777777"
            with recorded(database.engine, first) as tape:
                contact.save(database, loaded)
            asked = "SELECT id FROM operation WHERE key = %s"
            tape.operation = connection.execute(asked, (tape.key,)).fetchall()[0][0]
            for value in ("8", "9"):
                tape.play(connection, other, {"7777777": value})
        assert len({id(said.trip) for said in tape.said}) == 2
        assert contact.load(database, first).record.notes == "7777777"
        assert contact.load(database, other).record.notes == "9"
        with database.read() as session:
            changed = [entry for entry in record_history(session, "contact", other) if entry.field == "notes"]
        assert [(entry.old, entry.new) for entry in changed] == [("8", "9"), ("", "8")]
        found = check(database, full=True).findings
    assert {finding.kind for finding in found} == {"index"}  # only the text to search is that of the first


def test_the_long_runs_have_names_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert torture.arguments(["kill", "office", "--runs", "3"]).names == ["kill", "office"]
    with pytest.raises(SystemExit) as left:
        torture.arguments(["kil"])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert all(name in said for name in torture.TESTS)
    folder = Path(torture.__file__).parent
    assert all((folder / file).exists() for files in torture.TESTS.values() for file in files)
