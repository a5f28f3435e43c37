"""Names of attachments that want out of their folder, hide what they are, or cannot exist on some system."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.file_safety import LONGEST_NAME, free_path, is_executable, safe_name, suffix_of

EXPECTED = {
    "../../.bashrc": "bashrc",
    "..\\..\\autoexec.bat": "autoexec.bat",
    "invoice.pdf.exe": "invoice.pdf.exe",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "CON.txt": "_CON.txt",
    "a" * 300 + ".pdf": "a" * 116 + ".pdf",
    ".": "file",
    "..": "file",
    "x\0.pdf": "x.pdf",
    "rechnung .lnk": "rechnung.lnk",
    "．．/evil": "evil",
    "-rf": "rf",
    "~/.ssh/id": "id",
    "nul": "_nul",
    "file://attacker/share/x": "x",
    "": "file",
    "   ": "file",
    "offer.pdf.": "offer.pdf",
    "offer.pdf   ...": "offer.pdf",
    "COM1.tar.gz": "_COM1.tar.gz",
    "lpt¹": "_lpt¹",
    "con .txt": "_con.txt",
    "report.txt:evil.exe": "report.txt_evil.exe",
    "C:\\Users\\me\\offer.pdf": "offer.pdf",
    "\\\\server\\share\\offer.pdf": "offer.pdf",
    'a<b>c"d|e?f*.txt': "a_b_c_d_e_f_.txt",
    "tab\there.txt": "tabhere.txt",
    "Angebot für Müller & Söhne (2).pdf": "Angebot für Müller & Söhne (2).pdf",
    "Mu\u0308ller.pdf": "Müller.pdf",
    "请求.docx": "请求.docx",
    "folder/": "folder",
    "a\u2215b.txt": "b.txt",
    ".pdf": "pdf",
    "\u200b.exe": "exe",
}

PROGRAMS = [
    *("a.exe", "a.pdf.EXE", "invoice\u202efdp.exe", "a.exe.", "a.exe  ", "a.lnk", "b.desktop", "c.command", "d.ps1"),
    *("e.hta", "f.js", "g.jar", "h.SCR", "i.settingcontent-ms", "rechnung .lnk", "a.e\u200bxe", "k.iso", "l.url"),
]


@pytest.mark.parametrize(("name", "safe"), EXPECTED.items())
def test_a_hostile_name_becomes_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def assert_safe(name: str) -> None:
    assert 0 < len(name) <= LONGEST_NAME
    assert len(name.encode()) <= 255
    assert name == Path(name).name == PureWindowsPath(name).name
    assert not PureWindowsPath(name).drive
    assert name[0] not in ".-~ "
    assert name[-1] not in ". "
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in name)
    assert not set(name) & set('<>:"/\\|?*')
    assert safe_name(name) == name


def test_every_name_of_the_collection_stays_in_its_folder(corpora: Path, tmp_path: Path) -> None:
    lines = (corpora / "hostile" / "files" / "attachment_names.txt").read_bytes().split(b"\n")
    assert len(lines) == 15
    base = (tmp_path / "base").resolve()
    base.mkdir()
    written = set()
    for _round in range(2):
        for line in lines:
            path = free_path(base, line.decode())
            assert_safe(path.name)
            assert path.resolve().parent == base
            path.touch(exist_ok=False)
            written.add(path)
    assert len(written) == 30


@given(st.text(max_size=400))
def test_any_text_becomes_a_safe_name(name: str) -> None:
    assert_safe(safe_name(name))


@given(st.text(alphabet=st.sampled_from("./\\~- :aCONnul\u202e\u200b\0\u0308é😀．／＼"), max_size=300))
def test_any_wicked_text_becomes_a_safe_name(name: str) -> None:
    assert_safe(safe_name(name))


@given(st.text(min_size=1, max_size=300), st.sampled_from(["pdf", "docx", "jpeg"]))
def test_a_long_name_keeps_its_suffix(stem: str, suffix: str) -> None:
    assert safe_name(f"x{stem}y.{suffix}").endswith(f"y.{suffix}") or len(safe_name(f"x{stem}y.{suffix}")) > 60
    assert suffix_of(f"x{stem}y.{suffix}") == suffix


@pytest.mark.parametrize(
    "name",
    PROGRAMS,
)
def test_a_program_is_known_by_its_name(name: str) -> None:
    assert is_executable(name)


@pytest.mark.parametrize(
    "head",
    [
        b"MZ\x90",
        b"\x7fELF\x02",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        b"#!/bin/sh\n",
        b"\xef\xbb\xbf#!/bin/sh",
        b"L\0\0\0\x01\x14\x02\0",
        b"[Desktop Entry]\n",
        b"[InternetShortcut]\r\n",
    ],
)
def test_a_program_is_known_by_its_content_whatever_its_name(head: bytes) -> None:
    assert is_executable("photo.jpg", head)


@pytest.mark.parametrize("name", ["a.pdf", "b.docx", "c.jpg", "d.txt", "e.zip", "f", "Makefile", "offer.2025", "m.msg"])
def test_papers_and_pictures_are_no_programs(name: str) -> None:
    assert not is_executable(name, b"%PDF-1.7")
