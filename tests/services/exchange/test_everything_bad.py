"""What may come of an export on its way: broken off, damaged, hostile. A sentence is said, and nothing changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gcrm.cli import run_command
from gcrm.errors import GcrmError, UserError
from gcrm.model.change import Operation
from gcrm.services import attachment
from gcrm.services.database import Database
from gcrm.services.exchange.everything import source
from gcrm.services.exchange.everything.export import export_everything
from gcrm.services.exchange.everything.load import import_everything
from gcrm.services.opening import open_office
from gcrm.services.progress import Silence
from tests.databases import SqliteOffices
from tests.services.exchange.whole_office import Files, pack, rows
from tests.services.offices import organisation

PLAN = b"%PDF" * 300_000
LOGIN = "anna"


@pytest.fixture
def office(sqlite_offices: SqliteOffices, tmp_path: Path) -> Iterator[Database]:
    """Give an office in a file."""
    with sqlite_offices.migrated(tmp_path) as url, closing(open_office(url)) as database:
        yield database


class Stopped(Exception):
    """What somebody who presses Cancel raises."""


class Stops(Silence):
    """Stops at a step."""

    def __init__(self, text: str) -> None:
        self._text = text

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        assert 0 <= done <= total
        if text.startswith(self._text):
            raise Stopped


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_cancel_leaves_nothing(office: Database, tmp_path: Path, name: str) -> None:
    attachment.attach_bytes(office, PLAN, "Plan.pdf", contact_id=organisation(office))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Stopped):
        export_everything(office, tmp_path / name, Stops("Writing the pages"))
    assert sorted(tmp_path.iterdir()) == before
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        export_everything(office, tmp_path / "out")
    export_everything(office, tmp_path / "good.zip")
    empty = open_office(str(tmp_path / "back.gcrm"))
    fresh = rows(empty)
    with pytest.raises(Stopped):
        import_everything(empty, tmp_path / "good.zip", Stops("Making the search index"))
    assert rows(empty) == fresh
    assert organisation(empty) > 0
    empty.close()


def with_path(files: Files) -> None:
    [line] = files["tables/blob.jsonl"].splitlines()
    resum(files, "blob", json.dumps({**json.loads(line), "file": "files/../../secret.txt"}).encode() + b"\n")


def resum(files: Files, table: str, data: bytes) -> None:
    """Put other lines into a table and make office.json fit them."""
    files[f"tables/{table}.jsonl"] = data
    whole = json.loads(files["office.json"])
    for told in whole["tables"]:
        if told["name"] == table:
            told["sha256"], told["rows"] = sha256(data).hexdigest(), data.count(b"\n")
    files["office.json"] = json.dumps(whole).encode()


def with_value(name: str, value: object) -> Callable[[Files], None]:
    """Return what gives a field of the contact another value, with sums that fit."""

    def change(files: Files) -> None:
        row = json.loads(files["tables/contact.jsonl"])
        resum(files, "contact", json.dumps({**row, name: value}).encode() + b"\n")

    return change


def told(name: str, value: object) -> Callable[[Files], None]:
    """Return what changes office.json."""
    return lambda files: files.update(
        {"office.json": json.dumps({**json.loads(files["office.json"]), name: value}).encode()}
    )


def one(files: Files, start: str) -> str:
    return next(name for name in files if name.startswith(start))


BAD: dict[str, tuple[Callable[[Files], object], str]] = {
    "a path that leads out": (with_path, "holds something that no export has"),
    "a file is missing": (lambda files: files.pop(one(files, "files/")), "is missing in the export"),
    "a table is missing": (lambda files: files.pop("tables/seal.jsonl"), "is missing in the export"),
    "a file is another": (lambda files: files.update({one(files, "files/"): b"other"}), "is not as it was exported"),
    "a line is gone": (lambda files: files.update({"tables/user.jsonl": b""}), "is not as it was exported"),
    "a line is none": (lambda files: files.update({"tables/user.jsonl": b"{}\n"}), "Line 1 of “tables/user.jsonl”"),
    "a number is a text": (with_value("discount", "1.234"), "Line 1 of “tables/contact.jsonl”"),
    "a day that never was": (with_value("birthday", "2026-02-30"), "Line 1 of “tables/contact.jsonl”"),
    "nobody of that number": (with_value("responsible_id", 4711), "is damaged"),
    "a newer version": (told("version", 2), "Update gCRM"),
    "no tables": (told("tables", []), "is damaged"),
    "no list": (lambda files: files.update({"office.json": b"[]"}), "is damaged"),
    "a bomb": (lambda files: files.update({"tables/user.jsonl": bytes(65 << 20)}), "unpacks to far more"),
}


@pytest.fixture(scope="module")
def good(sqlite_offices: SqliteOffices, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Give the files of an export of a small office with a contact and a file."""
    folder = tmp_path_factory.mktemp("good")
    with sqlite_offices.migrated(folder) as url, closing(open_office(url, user=LOGIN)) as database:
        attachment.attach_bytes(database, b"plan", "Plan.txt", contact_id=organisation(database))
        export_everything(database, folder / "good")
    return {path.relative_to(folder / "good").as_posix(): path.read_bytes()
            for path in (folder / "good").rglob("*") if path.is_file()}  # fmt: skip


def test_a_bad_export_gives_a_sentence_and_nothing_else(good: Files, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    with closing(open_office(str(tmp_path / "back.gcrm"), user=LOGIN)) as empty:
        fresh = rows(empty)
        for what, (spoil, sentence) in BAD.items():
            files = dict(good)
            spoil(files)
            with pytest.raises(GcrmError) as said:
                import_everything(empty, pack(files, tmp_path / "bad.zip"))
            assert sentence in said.value.sentence, what
        (tmp_path / "bad.zip").write_bytes((tmp_path / "bad.zip").read_bytes()[:900])
        with pytest.raises(GcrmError, match="is damaged"):
            import_everything(empty, tmp_path / "bad.zip")
        assert rows(empty) == fresh
        repacked = pack({**good, "../__MACOSX/x": b""}, tmp_path / "packed again.zip", "Export/")
        assert import_everything(empty, repacked, is_trial=True).rows["contact"] == 1
        assert rows(empty) == fresh
        assert import_everything(empty, repacked).files == 1


def test_a_link_in_a_folder_leads_nowhere(good: Files, tmp_path: Path) -> None:
    for name, data in good.items():
        path = tmp_path / "out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    plan = next((tmp_path / "out/files").glob("*/*"))
    plan.rename(tmp_path / "plan")
    plan.symlink_to(tmp_path / "plan")
    assert source.is_export(tmp_path / "out")
    with (
        closing(open_office(str(tmp_path / "back.gcrm"), user=LOGIN)) as empty,
        pytest.raises(UserError, match="no export has"),
    ):
        import_everything(empty, tmp_path / "out")


def test_the_command_line(good: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(office: str, *words: object, status: int = 0) -> Any:
        assert run_command(["--database", str(tmp_path / office), *map(str, words)]) == status
        said = capsys.readouterr()
        return said.err if status else json.loads(said.out)

    export = pack(good, tmp_path / "good.zip")
    assert run("back.gcrm", "import", export, "--dry-run", "--json")["contacts"] == 1
    told = run("back.gcrm", "import", export, "--json")
    assert (told["contacts"], told["files"], told["left_out"]) == (1, 1, [])
    again = run("back.gcrm", "export", "everything", tmp_path / "again", "--json")
    assert (again["contacts"], again["files"]) == (1, 1)
    assert "not empty" in run("back.gcrm", "import", tmp_path / "again", status=1)
    assert "Name it alone" in run("back.gcrm", "import", export, tmp_path / "again", status=1)
    with closing(open_office(str(tmp_path / "back.gcrm"))) as back, back.read() as session:
        assert session.scalar(select(Operation.label).order_by(Operation.id).limit(1))
