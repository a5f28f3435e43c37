"""Links to files that lie elsewhere: a program is told by what lies at their end, not by what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.services import attachment
from gcrm.services.database import Database
from gcrm.services.linked_files import is_address, names_program, path_of, path_to_open
from tests.services.chronicle_office import customer


def lying(folder: Path, name: str, content: bytes, mode: int = 0o644) -> Path:
    path = folder / name
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/share/evil.sh", True), ("file:///share/evil.sh", True), ("file:///share/evil%2Esh", True),
        (r"\\server\share\setup.exe", True), ("smb://server/share/setup.exe", True), ("ftp://host/a.lnk", True),
        ("https://example.com", False), ("https://example.com/", False), ("https://host.example/page.aspx", False),
        ("https://host.example/setup.exe", True), ("https://host.example/a.pdf?x=b.exe", False),
        ("/share/offer.pdf", False), ("", False), ("https://[", False),
    ],
)  # fmt: skip
def test_a_place_names_a_program_or_not(place: str, expected: bool) -> None:
    assert names_program(place) is expected


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("/share/a.pdf", "/share/a.pdf"), ("file:///share/a%20b.pdf", "/share/a b.pdf"),
        ("FILE://localhost/share/a.pdf", "/share/a.pdf"), ("file:///C:/share/a.pdf", "C:/share/a.pdf"),
        ("file://server/share/a.pdf", "//server/share/a.pdf"),
    ],
)  # fmt: skip
def test_file_addresses_are_paths(place: str, path: str) -> None:
    assert path_of(place) == Path(path)
    assert not is_address(place)


@pytest.mark.parametrize(
    ("name", "content", "mode"),
    [
        ("evil.sh", b"echo", 0o644), ("tool", b"\x7fELF", 0o644), ("script", b"#!/bin/sh\n", 0o644),
        ("letter.pdf", b"MZ\x90", 0o644), ("tool", b"echo hello", 0o755), ("a.desktop", b"[Desktop Entry]", 0o644),
    ],
)  # fmt: skip
def test_programs_at_the_end_of_a_link_are_refused(tmp_path: Path, name: str, content: bytes, mode: int) -> None:
    path = lying(tmp_path, name, content, mode)
    for place in (str(path), path.as_uri()):
        with pytest.raises(UserError, match="never started"):
            path_to_open("notes.txt", place)


def test_a_symbolic_link_to_a_program_is_refused(tmp_path: Path) -> None:
    disguise = tmp_path / "notes.txt"
    disguise.symlink_to(lying(tmp_path, "evil.bat", b"del"))
    with pytest.raises(UserError, match="never started"):
        path_to_open("notes.txt", str(disguise))


def test_documents_and_folders_are_opened_also_where_a_share_marks_all_as_executable(tmp_path: Path) -> None:
    letter = lying(tmp_path, "letter.pdf", b"%PDF-1.7", 0o755)
    assert path_to_open("letter", str(letter)) == letter
    assert path_to_open("notes", str(lying(tmp_path, "notes.txt", b"Hello", 0o755))).name == "notes.txt"
    (tmp_path / "example.com").mkdir()
    assert path_to_open("folder", str(tmp_path / "example.com")) == tmp_path / "example.com"


def test_nothing_at_the_end_of_a_link_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"“plan\.pdf” cannot be read"):
        path_to_open("plan.pdf", str(tmp_path / "plan.pdf"))


def test_the_list_warns_by_link_and_content_whatever_the_name(database: Database) -> None:
    who = customer(database)
    attachment.attach_link(database, "/share/evil.sh", name="notes.txt", contact_id=who)
    attachment.attach_bytes(database, b"MZ\x90\x00", "notes.txt", contact_id=who)
    attachment.attach_bytes(database, b"Hello", "notes.txt", contact_id=who)
    with database.read() as session:
        assert [row.is_program for row in attachment.rows(session, who)] == [False, True, True]
