"""A mail as a file that every mail program opens: a message that was attached to a message of Outlook becomes one."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from typing import BinaryIO
from urllib.parse import quote

from gcrm.services.mail.message import Mail, Mailbox, one_line


def write_eml(mail: Mail, target: BinaryIO) -> None:
    """Write who, when, text and files of a mail."""
    boundary = f"=_{sha256(mail.body().encode('utf-8', 'replace')).hexdigest()[:32]}"
    for line in (*_heads(mail), "MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{boundary}"', ""):
        target.write(f"{line}\r\n".encode("ascii", "replace"))
    _part(target, boundary, 'text/plain; charset="utf-8"', mail.text.encode("utf-8", "replace"))
    for one in mail.enclosures:
        name = quote(one_line(one.name).encode("utf-8", "replace"))
        _part(target, boundary, f"application/octet-stream; name*=UTF-8''{name}", one.read(), is_file=True)
    target.write(f"--{boundary}--\r\n".encode("ascii"))


def _heads(mail: Mail) -> Iterator[str]:
    """Yield the headers that say something."""
    told = (("From", [mail.sender] if mail.sender else []), ("To", mail.to), ("Cc", mail.cc))
    for name, people in told:
        if people:
            yield f"{name}: {_people(people)}"
    yield f"Subject: {_coded(mail.subject)}"
    if mail.at is not None:
        yield f"Date: {format_datetime(mail.at)}"
    if mail.message_id:
        yield f"Message-ID: {one_line(mail.message_id)}"


def _people(people: Iterable[Mailbox]) -> str:
    shown = (f"{_coded(one.name)} <{one.address}>" if one.address else _coded(one.name) for one in people)
    return ",\r\n ".join(shown)


def _coded(text: str) -> str:
    """Return words as a header holds them (RFC 2047)."""
    return Header(one_line(text), "utf-8").encode(linesep="\r\n") if text else ""


def _part(target: BinaryIO, boundary: str, kind: str, data: bytes, *, is_file: bool = False) -> None:
    """Write one part."""
    placed = "Content-Disposition: attachment\r\n" if is_file else ""
    head = f"--{boundary}\r\nContent-Type: {kind}\r\n{placed}Content-Transfer-Encoding: base64\r\n\r\n"
    target.write(head.encode("ascii", "replace") + base64.encodebytes(data).replace(b"\n", b"\r\n") + b"\r\n")
