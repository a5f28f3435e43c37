"""Files on contacts: stored once, streamed, written out whole."""

from __future__ import annotations

import hashlib
import os
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.model.attachment import CHUNK, Attachment, Blob, BlobChunk
from gcrm.services import activity, attachment, blob, undo
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from tests.services.chronicle_office import MONDAY, colleague, count, customer, whole

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def tally(database: Database, cls: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(cls)) or 0


def written(database: Database, made: int, target: Path) -> bytes:
    with database.read() as session:
        attachment.write_to(session, made, target)
    return target.read_bytes()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_every_size_comes_back_as_it_went_in(database: Database, tmp_path: Path, size: int) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(os.urandom(size))
    made = attachment.attach_file(database, path, contact_id=customer(database))
    assert written(database, made, tmp_path / "out.bin") == path.read_bytes()
    with database.read() as session:
        assert blob.verify_hashes(session) == []
        assert session.scalar(select(func.count()).select_from(BlobChunk)) == -(-size // CHUNK)


def test_equal_contents_are_kept_once(database: Database, tmp_path: Path) -> None:
    one, two = customer(database), customer(database, "Two")
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 same")
    attachment.attach_file(database, path, contact_id=one)
    attachment.attach_bytes(database, b"%PDF-1.4 same", "b.pdf", contact_id=two)
    attachment.attach_bytes(database, b"%PDF-1.4 other", "b.pdf", contact_id=two)
    assert (count(database, Attachment), tally(database, Blob), tally(database, BlobChunk)) == (3, 2, 2)


def test_the_list_tells_what_there_is(database: Database, tmp_path: Path) -> None:
    who = customer(database)
    path = tmp_path / "Angebot für Groß.pdf"
    path.write_bytes(b"%PDF-1.7 x")
    made = attachment.attach_file(database, path, contact_id=who)
    link = attachment.attach_link(database, r"\\server\share\Plan.dwg", contact_id=who)
    program = attachment.attach_bytes(database, b"MZ", "setup\u202efdp.exe", contact_id=who)
    with database.read() as session:
        rows = attachment.rows(session, who)
    assert [row.id for row in rows] == [program, link, made]
    assert [row.name for row in rows] == ["setupfdp.exe", "Plan.dwg", "Angebot für Groß.pdf"]
    assert [row.is_program for row in rows] == [True, False, False]
    assert [row.is_link for row in rows] == [False, True, False]
    assert (rows[2].media_type, rows[2].size, rows[1].link) == ("application/pdf", 10, r"\\server\share\Plan.dwg")
    assert rows[2].author


def test_a_link_has_a_place_and_no_content(database: Database, tmp_path: Path) -> None:
    who = customer(database)
    made = attachment.attach_link(database, "/mnt/share/a.pdf", contact_id=who, name="The plan")
    with database.read() as session, pytest.raises(UserError, match=r"/mnt/share/a\.pdf"):
        attachment.write_to(session, made, tmp_path / "x")
    with pytest.raises(UserError):
        attachment.attach_link(database, " \n ", contact_id=who)


def test_a_file_of_an_activity_is_a_file_of_its_contact_and_as_private(database: Database) -> None:
    who = customer(database)
    open_one = activity.log(database, who, "open")
    secret = activity.log(database, who, "secret", is_private=True, follow_up=whole(MONDAY))
    for made in (open_one, secret):
        attachment.attach_bytes(database, b"data", "a.bin", activity_id=made)
    with colleague(database) as anna, database.read() as session:
        assert [row.activity_id for row in attachment.rows(session, who, user=anna.user_id)] == [open_one]
        assert len(attachment.rows(session, who, user=database.user_id)) == 2
        assert len(attachment.rows(session, who, activity_id=secret, user=database.user_id)) == 1


def test_deleting_is_undone_and_garbage_is_collected_later(database: Database, tmp_path: Path) -> None:
    who = customer(database)
    made = attachment.attach_bytes(database, b"precious", "a.txt", contact_id=who)
    attachment.remove(database, [made])
    assert blob.collect_garbage(database) == 0
    undo.undo_last(database)
    assert written(database, made, tmp_path / "a.txt") == b"precious"
    attachment.remove(database, [made])
    kept = attachment.attach_bytes(database, b"kept", "b.txt", contact_id=who)
    assert blob.collect_garbage(database, kept_days=0) == 0, "it is among the last operations and can be undone"
    assert blob.collect_garbage(database, kept_days=0, kept_steps=1) == 1
    assert (tally(database, Blob), tally(database, BlobChunk)) == (1, 1)
    assert written(database, kept, tmp_path / "b.txt") == b"kept"


def test_the_picture_of_a_contact_is_exchanged_and_undone(database: Database) -> None:
    who = customer(database)
    with database.read() as session:
        assert attachment.picture(session, who) is None
    attachment.set_picture(database, who, PNG + b"1")
    attachment.set_picture(database, who, PNG + b"2", "logo.png")
    with database.read() as session:
        assert attachment.picture(session, who) == PNG + b"2"
        assert [row.is_picture for row in attachment.rows(session, who)] == [True]
    undo.undo_last(database)
    with database.read() as session:
        assert attachment.picture(session, who) == PNG + b"1"


@pytest.mark.parametrize("data", [b"<svg xmlns='x'/>", b"%PDF-1.4", b"", PNG + bytes(9 << 20)])
def test_only_small_safe_pictures_are_pictures(database: Database, data: bytes) -> None:
    with pytest.raises(UserError):
        attachment.set_picture(database, customer(database), data)


def test_a_damaged_content_is_found_and_not_handed_out(database: Database, tmp_path: Path) -> None:
    made = attachment.attach_bytes(database, b"x" * (CHUNK + 5), "a.txt", contact_id=customer(database))
    other = attachment.attach_bytes(database, b"y" * (CHUNK + 5), "b.txt")
    with database.engine.execution_options(gcrm_write=True).begin() as connection:
        first = hashlib.sha256(b"x" * (CHUNK + 5)).hexdigest()
        wrong = update(BlobChunk).where(BlobChunk.sha256 == first, BlobChunk.position == 1)
        connection.execute(wrong.values(data=b"zzzzz"))
        connection.execute(delete(BlobChunk).where(BlobChunk.sha256 != first, BlobChunk.position == 1))
    with database.read() as session:
        found = {finding.names: finding.problem for finding in blob.verify_hashes(session)}
        assert found == {("a.txt",): "The bytes are not those that were stored", ("b.txt",): "Bytes are missing"}
        target = tmp_path / "out.txt"
        target.write_text("before")
        for damaged in (made, other):
            with pytest.raises(EnvironmentProblem):
                attachment.write_to(session, damaged, target)
        assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.txt"]


def test_64_mb_stream_in_and_out_with_flat_memory(database: Database, tmp_path: Path) -> None:
    path, size = tmp_path / "large.bin", 64 << 20
    piece = os.urandom(CHUNK)
    with path.open("wb") as file:
        for n in range(64):
            file.write(n.to_bytes(4) + piece[4:])
    who = customer(database)
    tracemalloc.start()
    try:
        made = attachment.attach_file(database, path, contact_id=who)
        with database.read() as session:
            attachment.write_to(session, made, tmp_path / "out.bin")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 << 20
    assert (tmp_path / "out.bin").stat().st_size == size
    with (tmp_path / "out.bin").open("rb") as one, path.open("rb") as two:
        assert blob.measure(one) == blob.measure(two)


def test_a_file_that_changes_while_it_is_stored_is_refused(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"first")
    measure = blob.measure

    def measure_and_write(stream: Any) -> blob.Content:
        content = measure(stream)
        path.write_bytes(b"second")
        return content

    monkeypatch.setattr(blob, "measure", measure_and_write)
    with pytest.raises(UserError):
        attachment.attach_file(database, path, contact_id=customer(database))
    assert (count(database, Attachment), tally(database, Blob)) == (0, 0)


def test_what_cannot_be_read_is_said_in_one_sentence(database: Database, tmp_path: Path) -> None:
    who = customer(database)
    with pytest.raises(EnvironmentProblem, match=r"gone\.pdf"):
        attachment.attach_file(database, tmp_path / "gone.pdf", contact_id=who)
    with pytest.raises(UserError, match="folder"):
        attachment.attach_file(database, tmp_path, contact_id=who)
    with database.read() as session, pytest.raises(UserError):
        attachment.write_to(session, 4711, tmp_path / "x")


@pytest.fixture
def full_office(data_folder: Path) -> Iterator[Database]:
    """Give a SQLite office whose disk has room for half a megabyte more."""
    from sqlalchemy import event

    office = open_office(str(data_folder / "small.gcrm"))
    office.engine.dispose()

    @event.listens_for(office.engine, "connect")
    def limit(raw: Any, record: Any) -> None:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages + 120}")

    yield office
    office.close()


def test_a_full_disk_under_the_office_loses_nothing(full_office: Database, tmp_path: Path) -> None:
    who = customer(full_office)
    small = attachment.attach_bytes(full_office, b"small", "a.txt", contact_id=who)
    with pytest.raises(EnvironmentProblem, match="full"):
        attachment.attach_bytes(full_office, os.urandom(2 << 20), "b.bin", contact_id=who)
    with full_office.read() as session:
        assert [row.name for row in attachment.rows(session, who)] == ["a.txt"]
        assert blob.verify_hashes(session) == []
    assert written(full_office, small, tmp_path / "a.txt") == b"small"


@pytest.mark.parametrize("code", ["ENOSPC", "EROFS", "EACCES", "EIO"])
@pytest.mark.parametrize("call", ["mkstemp", "fsync"])
def test_a_disk_that_refuses_leaves_the_former_file(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, call: str
) -> None:
    import errno

    made = attachment.attach_bytes(database, b"new", "a.txt", contact_id=customer(database))
    target = tmp_path / "a.txt"
    target.write_text("former")

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise OSError(getattr(errno, code), "refused")

    monkeypatch.setattr(tempfile if call == "mkstemp" else os, call, refuse)
    with database.read() as session, pytest.raises(EnvironmentProblem, match=r"a\.txt"):
        attachment.write_to(session, made, target)
    monkeypatch.undo()
    assert target.read_text() == "former"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.txt"]


def test_renaming_keeps_names_harmless(database: Database) -> None:
    who = customer(database)
    made = attachment.attach_bytes(database, b"x", "a.txt", contact_id=who)
    attachment.rename(database, made, "../../b.txt")
    with database.read() as session:
        assert [row.name for row in attachment.rows(session, who)] == ["b.txt"]
        assert attachment.read_bytes(session, made, 10) == b"x"
        with pytest.raises(UserError):
            attachment.read_bytes(session, made, 0)
