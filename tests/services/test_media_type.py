"""Files are what they hold, not what they are called."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.services.media_type import HEAD, UNKNOWN, media_type

OFFICE = "application/vnd.openxmlformats-officedocument."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in names:
            target.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"%PDF-1.7\n", "x.txt", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\0", "x.pdf", "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "x", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "x", "image/webp"),
        (b"AVIF\x10\0\0\0WEBPVP8 ", "x", UNKNOWN),
        (b"GIF89a\x01\0", "x", "image/gif"),
        (archive("a.txt"), "x.docx", "application/zip"),
        (archive("mimetype", "content.xml"), "x", "application/vnd.oasis.opendocument.text"),
        (archive("[Content_Types].xml", "word/document.xml"), "x", f"{OFFICE}wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "y", f"{OFFICE}spreadsheetml.sheet"),
        (OLE, "mail.msg", "application/vnd.ms-outlook"),
        (OLE, "old.DOC", "application/msword"),
        (OLE, "what", "application/x-ole-storage"),
        (b"MZ\x90\0", "x.pdf", "application/vnd.microsoft.portable-executable"),
        (b"\x7fELF\x02", "x", "application/x-executable"),
        (b"\xcf\xfa\xed\xfe", "x", "application/x-mach-binary"),
        (b"#!/bin/sh", "x", "text/x-script"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "x", "text/vcard"),
        (b"\xef\xbb\xbfa;b\r\n", "x.csv", "text/csv"),
        ("Grüße".encode("cp1252"), "x.txt", "text/plain"),
        ("Grüße".encode("utf-16"), "x", "text/plain"),
        (b"<?xml version='1.0'?><svg>", "x.jpg", "image/svg+xml"),
        (b"<!DOCTYPE html><p>", "x", "text/html"),
        (b"", "x", "text/plain"),
        (b"\0\1\2", "x.txt", UNKNOWN),
    ],
)  # fmt: skip
def test_the_content_tells_the_type(head: bytes, name: str, kind: str) -> None:
    assert media_type(head, name) == kind


@given(st.binary(max_size=HEAD), st.text(max_size=20))
def test_any_bytes_have_a_type(head: bytes, name: str) -> None:
    assert "/" in media_type(head, name)


def test_real_files_are_recognised(corpora: Path) -> None:
    found = {path: media_type(path.read_bytes()[:HEAD], path.name) for path in (corpora / "einvoice").rglob("*.pdf")}
    assert set(found.values()) <= {"application/pdf"}
    cards = list((corpora / "vcard" / "ez-vcard").rglob("*.vcf"))
    assert sum(media_type(path.read_bytes()[:HEAD], path.name) == "text/vcard" for path in cards) >= len(cards) - 1
