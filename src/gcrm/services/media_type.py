"""What a file is, told by its content; the name only decides between kinds that look alike inside.

Signatures are from the formats' own specifications (PDF 32000, PNG, JFIF, RFC 9649 for WebP, APPNOTE for ZIP, ECMA-376,
OpenDocument 1.3 part 2, MS-CFB). To add one: a line in `_BEGINS`.
"""

from __future__ import annotations

from gcrm.services.file_safety import suffix_of

HEAD = 8192
"""Bytes from the beginning of a file that are enough to tell its type."""

UNKNOWN = "application/octet-stream"
_BEGINS = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"BM", "image/bmp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (0, b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (0, b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xca\xfe\xba\xbe", "application/x-mach-binary"),
    (0, b"#!", "text/x-script"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OOXML = {
    "docx": (b"word/", f"{_OFFICE}wordprocessingml.document"),
    "xlsx": (b"xl/", f"{_OFFICE}spreadsheetml.sheet"),
    "pptx": (b"ppt/", f"{_OFFICE}presentationml.presentation"),
}
_OLE = {
    "msg": "application/vnd.ms-outlook",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
_TEXTS = {
    "csv": "text/csv",
    "eml": "message/rfc822",
    "xml": "application/xml",
    "json": "application/json",
    "html": "text/html",
    "htm": "text/html",
    "md": "text/markdown",
}
_TEXT_BEGINS = (
    (b"begin:vcard", "text/vcard"),
    (b"begin:vcalendar", "text/calendar"),
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<svg", "image/svg+xml"),
    (b"<?xml", "application/xml"),
)
PROGRAMS = frozenset({
    "application/vnd.microsoft.portable-executable", "application/x-executable", "application/x-mach-binary",
    "application/x-ms-shortcut", "text/x-script",
})  # fmt: skip
"""What is a program by its content, whatever it is called."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""Pictures that are safe to show; SVG can refer to other files and is not among them."""


def media_type(head: bytes, name: str = "") -> str:
    """Return the media type of a file from its first HEAD bytes; "application/octet-stream" when it is unknown."""
    for offset, sign, kind in _BEGINS:
        if head.startswith(sign, offset) and (kind != "image/webp" or head.startswith(b"RIFF")):
            return kind
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip_type(head, suffix_of(name))
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLE.get(suffix_of(name), "application/x-ole-storage")
    return _text_type(head[:HEAD], suffix_of(name))


def _zip_type(head: bytes, suffix: str) -> str:
    """Tell OpenDocument and Office files from other archives."""
    if head[30:38] == b"mimetype":
        kind = head[38:120].split(b"PK", 1)[0].decode("ascii", "replace").strip()
        if kind.startswith("application/"):
            return kind
    if b"[Content_Types].xml" in head:
        for wanted, (folder, kind) in _OOXML.items():
            if folder in head or suffix == wanted:
                return kind
    return "application/zip"


def _text_type(head: bytes, suffix: str) -> str:
    """Tell texts, in UTF-8, UTF-16 with mark or an 8-bit encoding, from data."""
    if not head:
        return "text/plain"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _TEXTS.get(suffix, "text/plain")
    if any(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head):
        return UNKNOWN
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for sign, kind in _TEXT_BEGINS:
        if begin.startswith(sign):
            return "image/svg+xml" if kind == "application/xml" and b"<svg" in begin else kind
    return _TEXTS.get(suffix, "text/plain")
