"""Files opened in other programs: safe copies, and versions stored when they are saved."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcrm.errors import UserError
from gcrm.services import attachment, undo
from gcrm.services.database import Database
from gcrm.services.opened_files import OpenedFiles, save_as
from tests.services.chronicle_office import customer


@pytest.fixture
def opened(database: Database) -> Iterator[OpenedFiles]:
    files = OpenedFiles(database)
    yield files
    files.close()


def attach(database: Database, data: bytes = b"first", name: str = "offer.odt") -> tuple[int, int]:
    who = customer(database)
    return who, attachment.attach_bytes(database, data, name, contact_id=who)


def to_look_at(database: Database, opened: OpenedFiles, made: int) -> Path:
    with database.read() as session:
        return opened.copy_to_look_at(session, made)


def to_edit(database: Database, opened: OpenedFiles, made: int) -> Path:
    with database.read() as session:
        return opened.copy_to_edit(session, made)


def end_suddenly(opened: OpenedFiles) -> None:
    """Let go of the locks as the operating system does when a program is killed."""
    for lock in opened._locks.values():
        lock.close()


def newest(database: Database, who: int) -> tuple[int, bytes]:
    with database.read() as session:
        [row] = attachment.rows(session, who)
        return row.id, attachment.head(session, row.id)


def test_a_copy_to_look_at_is_read_only_private_and_gone_at_the_end(database: Database, opened: OpenedFiles) -> None:
    _who, made = attach(database)
    one, two = to_look_at(database, opened, made), to_look_at(database, opened, made)
    assert one != two
    assert (one.name, one.read_bytes()) == ("offer.odt", b"first")
    assert stat.S_IMODE(one.stat().st_mode) == 0o400
    assert stat.S_IMODE(one.parent.stat().st_mode) == 0o700
    opened.close()
    assert not one.exists()
    assert not two.exists()


@pytest.mark.parametrize(("name", "data"), [("setup.exe", b"x"), ("photo.jpg", b"MZ\x90"), ("a.pdf", b"#!/bin/sh\n")])
def test_programs_are_never_opened_but_can_be_saved(
    database: Database, opened: OpenedFiles, tmp_path: Path, name: str, data: bytes
) -> None:
    _who, made = attach(database, data, name)
    for copy in (to_look_at, to_edit):
        with pytest.raises(UserError, match="never started"):
            copy(database, opened, made)
    with database.read() as session:
        save_as(session, made, tmp_path / name)
    assert (tmp_path / name).read_bytes() == data
    assert not os.access(tmp_path / name, os.X_OK)


def test_what_is_saved_elsewhere_becomes_a_version(database: Database, opened: OpenedFiles) -> None:
    who, made = attach(database)
    path = to_edit(database, opened, made)
    assert to_edit(database, opened, made) == path
    assert opened.poll() == []
    path.write_bytes(b"second, longer")
    assert opened.poll() == []  # it may still be written
    [stored] = opened.poll()
    assert (stored.name, stored.before) == ("offer.odt", made)
    assert newest(database, who) == (stored.now, b"second, longer")
    assert opened.poll() == []
    path.write_bytes(b"third")
    opened.poll()
    [again] = opened.poll()
    assert again.before == stored.now
    with database.read() as session:
        assert [row.id for row in attachment.versions(session, again.now)] == [again.now, stored.now, made]
        assert attachment.head(session, made) == b"first"


def test_saving_the_same_again_or_by_exchange_is_understood(database: Database, opened: OpenedFiles) -> None:
    who, made = attach(database)
    path = to_edit(database, opened, made)
    os.utime(path, ns=(1, 1))
    assert [opened.poll() for _n in range(3)] == [[], [], []]
    path.unlink()  # many programs write beside and exchange
    assert opened.poll() == []
    path.write_bytes(b"second")
    opened.poll()
    assert len(opened.poll()) == 1
    assert newest(database, who)[1] == b"second"


def test_a_copy_with_unstored_changes_survives_a_crash(database: Database, opened: OpenedFiles) -> None:
    who, made = attach(database)
    path = to_edit(database, opened, made)
    path.write_bytes(b"typed before the crash")
    end_suddenly(opened)
    after = OpenedFiles(database)
    [left] = after.take_up()
    assert (left.path, left.attachment_id) == (path, made)
    after.poll()
    assert len(after.poll()) == 1
    assert newest(database, who)[1] == b"typed before the crash"
    after.close()
    assert not path.exists()


def test_closing_keeps_what_is_not_stored_and_drops_the_rest(database: Database, opened: OpenedFiles) -> None:
    _who, made = attach(database)
    other = attachment.attach_bytes(database, b"other", "other.odt")
    changed, unchanged = to_edit(database, opened, made), to_edit(database, opened, other)
    changed.write_bytes(b"changed")
    opened.close()
    assert changed.exists()
    assert not unchanged.exists()


def test_a_damaged_note_of_an_earlier_run_is_left_alone(database: Database, opened: OpenedFiles) -> None:
    _who, made = attach(database)
    path = to_edit(database, opened, made)
    (path.parent / ".origin.json").write_text("{half")
    end_suddenly(opened)
    assert OpenedFiles(database).take_up() == []
    assert path.exists()


def test_what_was_saved_just_before_the_end_is_stored_at_once(database: Database, opened: OpenedFiles) -> None:
    who, made = attach(database)
    to_edit(database, opened, made).write_bytes(b"saved and closed")
    assert len(opened.poll(at_once=True)) == 1
    assert newest(database, who)[1] == b"saved and closed"


def test_a_copy_is_taken_up_by_one_running_program_only(database: Database, opened: OpenedFiles) -> None:
    _who, made = attach(database)
    path = to_edit(database, opened, made)
    path.write_bytes(b"still being edited")
    second = OpenedFiles(database)
    assert second.take_up() == []
    second.close()
    assert path.exists()


def test_what_was_left_behind_without_a_change_is_deleted(database: Database, opened: OpenedFiles) -> None:
    _who, made = attach(database)
    path = to_edit(database, opened, made)
    end_suddenly(opened)
    after = OpenedFiles(database)
    assert after.take_up() == []
    assert not path.parent.exists()


def test_a_copy_that_is_open_elsewhere_outlives_the_program(database: Database, opened: OpenedFiles) -> None:
    who, made = attach(database)
    path = to_edit(database, opened, made)
    lock = path.with_name(f".~lock.{path.name}#")
    lock.write_text("anna")
    opened.close()
    path.write_bytes(b"saved after gCRM ended")
    lock.unlink()
    after = OpenedFiles(database)
    assert [edited.path for edited in after.take_up()] == [path]
    after.poll(at_once=True)
    assert newest(database, who)[1] == b"saved after gCRM ended"
    after.close()


def test_a_file_that_was_removed_meanwhile_hinders_no_other(database: Database, opened: OpenedFiles) -> None:
    who, made = attach(database)
    other = attachment.attach_bytes(database, b"other", "other.odt", contact_id=who)
    copies = [to_edit(database, opened, one) for one in (made, other)]
    for path in copies:
        path.write_bytes(b"changed")
    attachment.remove(database, [made])
    with pytest.raises(UserError, match="was removed here while"):
        opened.poll(at_once=True)
    assert newest(database, who)[1] == b"changed"
    assert opened.poll(at_once=True) == []
    assert copies[0].exists()


def test_saving_on_after_a_version_was_undone_follows_the_one_before(database: Database, opened: OpenedFiles) -> None:
    who, made = attach(database)
    path = to_edit(database, opened, made)
    path.write_bytes(b"second")
    opened.poll(at_once=True)
    undo.undo_last(database)
    path.write_bytes(b"third, longer")
    [stored] = opened.poll(at_once=True)
    assert stored.before == made
    assert newest(database, who) == (stored.now, b"third, longer")


def test_an_earlier_version_is_restored_as_a_new_one(database: Database, opened: OpenedFiles) -> None:
    who, made = attach(database)
    to_edit(database, opened, made).write_bytes(b"second")
    opened.poll(at_once=True)
    restored = attachment.restore(database, made)
    assert newest(database, who) == (restored, b"first")
    with database.read() as session:
        assert [row.size for row in attachment.versions(session, restored)] == [5, 6, 5]
