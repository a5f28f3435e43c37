"""Mails as the common programs write them, made by rule."""

from __future__ import annotations

import base64
from email.message import EmailMessage

PDF = b"%PDF-1.4\n% offer\n"
LOGO = b"\x89PNG\r\n\x1a\n" + bytes(200)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(30_000)
INVITATION = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Werft//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:werft-1\r\n"
    b"DTSTAMP:20261101T080000Z\r\nDTSTART:20261204T090000Z\r\nDTEND:20261204T100000Z\r\nSUMMARY:Launch\r\n"
    b"ORGANIZER:mailto:eva@werft.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
HEADS = (
    "From: Eva Neu <eva@werft.example>\r\nTo: Office <office@ours.example>\r\nSubject: Offer\r\n"
    "Date: Fri, 27 Nov 2026 14:03:01 +0100\r\nMessage-ID: <offer-1@werft.example>\r\nMIME-Version: 1.0\r\n"
)


def thunderbird() -> bytes:
    """Flowed text, quoted-printable, an attachment whose name is cut in pieces (RFC 2231)."""
    return (
        HEADS.replace("Offer", "=?UTF-8?B?QW5nZWJvdCBmw7w=?=\r\n =?UTF-8?B?ciBNw7xsbGVy?=")
        + 'Content-Type: multipart/mixed; boundary="------------x"\r\n\r\nThis is a multi-part message.\r\n'
        "--------------x\r\nContent-Type: text/plain; charset=UTF-8; format=flowed\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\nSch=C3=B6ne Gr=C3=BC=C3=9Fe aus =\r\nder =\r\nWerft. \r\n"
        "Das Angebot liegt bei.\r\n\r\n-- \r\nEva\r\n"
        "--------------x\r\nContent-Type: application/pdf;\r\n name*0*=UTF-8''Angebot%20f%C3%BCr;\r\n name*1*=%20M%C3"
        "%BCller.pdf\r\nContent-Disposition: attachment;\r\n filename*0*=UTF-8''Angebot%20f%C3%BCr;\r\n filename*1*=%20"
        "M%C3%BCller.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(PDF).decode() + "\r\n"
        "--------------x--\r\n"
    ).encode()


def apple_mail() -> bytes:
    """Text around a PDF, and the same as HTML with the PDF inside."""
    return (
        HEADS
        + "Content-Type: multipart/alternative; boundary=A\r\n\r\n--A\r\nContent-Type: text/plain; charset=us-ascii\r\n"
        "\r\nBefore the file.\r\n\r\nAfter it.\r\n--A\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        "--B\r\nContent-Type: text/html\r\n\r\n<html><body>Before the file.<br></body></html>\r\n"
        "--B\r\nContent-Disposition: inline; filename=offer.pdf\r\n"
        "Content-Type: application/pdf;\r\n\tx-unix-mode=0644; name=offer.pdf"
        "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(PDF).decode() + "\r\n"
        "--B\r\nContent-Type: text/html\r\n\r\n<html><body>After it.</body></html>\r\n--B--\r\n--A--\r\n"
    ).encode()


def outlook() -> bytes:
    """HTML with a logo and a screenshot in it, Latin-1 that is Windows-1252, a name in encoded words, winmail.dat."""
    html = (
        "<html xmlns:o=3D'urn'><head><style>p {margin:0}</style></head><body><p>Gr\xfc\xdfe \x96 bis bald</p>"
        "<p>&nbsp;</p><p>Siehe <a href=3D'https://werft.example/o'>hier</a></p><img src=3D'cid:logo@x'>"
        "<img src=3D'cid:shot@x'></body></html>"
    )
    parts = [
        (
            "text/html; charset=iso-8859-1",
            "quoted-printable",
            html.encode("cp1252", "replace").replace(b"?", b"\x96"),
            "",
        ),
        ("image/png; name=image001.png", "base64", LOGO, "<logo@x>"),
        ("image/png; name=shot.png", "base64", PICTURE, "<shot@x>"),
        ('application/ms-tnef; name="=?iso-8859-1?Q?winm=E4il.dat?="', "base64", b"\x78\x9f\x3e\x22tnef", ""),
    ]
    body = HEADS.encode() + b"Content-Type: multipart/related; boundary=R\r\n\r\n"
    for kind, encoding, data, cid in parts:
        more = f"Content-ID: {cid}\r\nContent-Disposition: inline\r\n" if cid else ""
        head = f"--R\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{more}\r\n"
        body += head.encode() + (base64.encodebytes(data) if encoding == "base64" else data) + b"\r\n"
    return body + b"--R--\r\n"


def gmail() -> bytes:
    """Plain and HTML, and an invitation."""
    made = EmailMessage()
    for line in HEADS.split("\r\n")[:-2]:
        name, _colon, value = line.partition(": ")
        made[name] = value
    made.set_content("See you at the launch.\n")
    made.add_alternative("<div dir='ltr'>See you at the <b>launch</b>.</div>", subtype="html")
    made.make_mixed()
    made.add_attachment(
        INVITATION, maintype="text", subtype="calendar", params={"method": "REQUEST"}, filename="invite.ics"
    )
    return made.as_bytes()


def mail(sender: str, to: str, subject: str = "Hello", message_id: str = "", text: str = "Text") -> bytes:
    """Return a plain mail."""
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Mon, 16 Jun 2025 09:30:00 -0300\r\n"
    return (head + (f"Message-ID: {message_id}\r\n" if message_id else "") + f"\r\n{text}\r\n").encode()
