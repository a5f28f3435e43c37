"""Mail files of Outlook, Apple Mail, Thunderbird and Gmail are read as their programs show them; no file stops it."""

from __future__ import annotations

import base64
import random
import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.services.mail import mime
from gcrm.services.mail.eml import read_eml
from gcrm.services.mail.html_text import text_of
from gcrm.services.mail.message import (
    IN_ORIGINAL,
    IS_ENCRYPTED,
    MOST_FILES,
    Mail,
    Mailbox,
    NoMail,
    below_head,
    people_in,
)
from gcrm.services.mail.msg import INNER, read_msg
from gcrm.services.mail.rtf import text_of_rtf
from tests.services.mail import mails
from tests.services.mail.msg_file import Storage, attach, binary, compound, message, properties, storage
from tests.services.mail.tnef_file import winmail

HEAD = b"From: a@x.example\nTo: b@x.example\n"


def files(mail: Mail) -> list[tuple[str, bytes]]:
    return [(one.name, one.read()) for one in mail.enclosures]


def test_a_mail_of_thunderbird() -> None:
    mail = read_eml(mails.thunderbird())
    assert (mail.sender, mail.to) == (
        Mailbox("Eva Neu", "eva@werft.example"),
        (Mailbox("Office", "office@ours.example"),),
    )
    assert (mail.subject, mail.message_id) == ("Angebot für Müller", "<offer-1@werft.example>")
    assert mail.at is not None
    assert mail.at.isoformat() == "2026-11-27T14:03:01+01:00"
    assert mail.text == "Schöne Grüße aus der Werft. Das Angebot liegt bei.\n\n-- \nEva"
    assert files(mail) == [("Angebot für Müller.pdf", mails.PDF)]
    assert below_head(mail.body()) == mail.text
    assert below_head("To do:\n\nthis") == "To do:\n\nthis"
    assert mail.body().startswith(
        "From: Eva Neu <eva@werft.example>\nTo: Office <office@ours.example>\nDate: 2026-11-27 14:03 +01:00\n\n"
    )


def test_a_file_is_decoded_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mime, "PIECE", 7)
    assert files(read_eml(mails.thunderbird())) == [("Angebot für Müller.pdf", mails.PDF)]


def test_a_mail_of_apple_mail() -> None:
    mail = read_eml(mails.apple_mail())
    assert mail.text == "Before the file.\n\nAfter it."
    assert files(mail) == [("offer.pdf", mails.PDF)]


def test_a_mail_of_outlook_keeps_screenshots_and_no_logos() -> None:
    mail = read_eml(mails.outlook())
    assert mail.text == "Grüße – bis bald\n\nSiehe hier <https://werft.example/o>"
    assert [name for name, _data in files(mail)] == ["shot.png", "winmäil.dat"]


def test_a_mail_of_gmail_with_an_invitation() -> None:
    mail = read_eml(mails.gmail())
    assert mail.text == "See you at the launch."
    assert [name for name, _data in files(mail)] == ["invite.ics"]
    assert b"UID:werft-1" in mail.calendars[0]


def test_a_message_of_outlook() -> None:
    at = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)
    names = {"Angebot für Müller.pdf": mails.PDF * 1000, "small.txt": b"x"}
    data = message(
        "Angebot", "Guten Tag,\r\nanbei.\r\n", ("Eva Neu", "eva@werft.example"), ("Max", "max@x.example"), names, at=at
    )
    mail = read_msg(data)
    assert (mail.sender, mail.to) == (Mailbox("Eva Neu", "eva@werft.example"), (Mailbox("Max", "max@x.example"),))
    assert (mail.subject, mail.text, mail.at) == ("Angebot", "Guten Tag,\nanbei.", at)
    assert files(mail) == list(names.items())


def test_headers_of_a_message_tell_its_time_zone_and_number() -> None:
    heads = ("__substg1.0_007D001F", mails.HEADS.encode("utf-16-le"))
    html = binary(0x1013, "<p>Grüße</p><img src='cid:logo'>".encode())
    more = dict([heads, html])
    mail = read_msg(message("x", "", ("Eva", "eva@werft.example"), ("Max", "max@x.example"), {}, more))
    assert mail.at is not None
    assert mail.at.utcoffset() == timedelta(hours=1)
    assert (mail.message_id, mail.text) == ("<offer-1@werft.example>", "Grüße")


def test_rich_text_gives_its_words_or_the_html_in_it() -> None:
    def packed(source: bytes) -> bytes:
        return struct.pack("<IIII", len(source) + 12, len(source), 0x414C454D, 0) + source

    plain = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard Gr\'fc\'dfe\b  an\b0\par alle \u8364?\par}"
    html = rb"{\rtf1\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 A & B\htmlrtf }\htmlrtf0{\*\htmltag72 </p>}}"
    assert text_of_rtf(packed(plain)) == "Grüße an\nalle €"
    assert text_of_rtf(packed(html)) == "A & B"
    cut = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert "hello world" in text_of_rtf(cut)  # the example of [MS-OXRTFCP] 4.1.1


def test_html_is_read_without_what_is_hidden_in_it() -> None:
    source = """<head><title>no</title></head><!-- no --><script>no()</script><style>no</style>
        <div>One &amp; two<br>three</div><ul><li>a<li>b</ul><table><tr><td>1<td>2</table><p>x < y</p>
        <a href="mailto:a@x.example">write</a> <a href="javascript:no()">no link</a><img src="http://x.example/pixel">"""
    assert text_of(source) == "One & two\nthree\n\n- a\n- b\n\n1  2\n\nx < y\n\nwrite <a@x.example> no link"


def test_what_fills_the_line_below_a_subject_is_left_out() -> None:
    assert text_of("<div>News" + "&#847;&zwnj;&nbsp;" * 40 + "</div><p>Dear Eva &zwj;</p>") == "News\n\nDear Eva \u200d"


def test_addresses_are_read_as_programs_write_them() -> None:
    text = '"Neu, Eva" <eva@x.example>, Bob <BOB@x.example>; c@x.example (Carla), friends: d@x.example;, nobody, <>'
    assert people_in(text) == (
        Mailbox("Neu, Eva", "eva@x.example"), Mailbox("Bob", "BOB@x.example"), Mailbox("Carla", "c@x.example"),
        Mailbox("", "d@x.example"), Mailbox("nobody", ""),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"Content-Type: text/plain; charset=us-ascii\n\nGr\xc3\xbc\xc3\x9fe", "Grüße"),
        (b"Content-Type: text/plain; charset=iso-8859-1\n\nPreis 5 \x80", "Preis 5 €"),
        (b"Content-Type: text/plain; charset=x-unknown\n\nGr\xfc\xdfe", "Grüße"),
        (b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nR3LDvMOfZQ=", "Grüße"),
        (b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nNo end", "No end"),
        (b"Content-Type: multipart/mixed; boundary=a\n\nNo parts at all\n--\nEva", "No parts at all\n--\nEva"),
        (b"Content-Type: multipart/mixed\n\nx\n--=_b\nContent-Type: text/plain\n\nNo name\n--=_b--\n", "No name"),
        (b"Content-Type: multipart/mixed; boundary=a\n\n--b\nContent-Type: text/plain\n\nOther\n--b--", "Other"),
        (b"no header at all, and no line between\nmore", "no header at all, and no line between\nmore"),
    ],
)
def test_what_is_wrong_in_a_mail_costs_little(body: bytes, text: str) -> None:
    assert read_eml(HEAD + body).text == text


def test_a_broken_date_and_a_sealed_mail() -> None:
    assert read_eml(HEAD + b"Date: yesterday 25:99\n\nx").at is None
    assert read_eml(HEAD + b"Date: Fri, 27 Nov 2026 14:03:01 -0000\n\nx").at == datetime(
        2026, 11, 27, 14, 3, 1, tzinfo=UTC
    )
    sealed = HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nxx"
    assert read_eml(sealed).notes == [IS_ENCRYPTED]


def test_ten_thousand_parts_and_deep_nesting_are_bounded() -> None:
    part = b"--a\nContent-Type: application/pdf; name=x.pdf\n\nx\n"
    mail = read_eml(HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n" + part * 10_000)
    assert len(mail.enclosures) == MOST_FILES
    assert mail.notes == [IN_ORIGINAL]
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
    assert read_eml(HEAD + deep).text == ""


@pytest.mark.parametrize("data", [b"", b"\0" * 50, b"Hello,\n\nthis is no mail", b"PK\x03\x04", b"\n" * 100])
def test_what_is_no_mail_is_said(data: bytes) -> None:
    for read in (read_eml, read_msg):
        with pytest.raises(NoMail):
            read(data)


def test_a_compound_file_of_another_program_is_no_mail() -> None:
    with pytest.raises(NoMail):
        read_msg(compound(Storage({"WordDocument": bytes(5000)})))


def wrapped(inside: bytes) -> bytes:
    """Return a mail with an empty text and a winmail.dat."""
    text = b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain\n\n\n--a\n"
    kind = b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    return HEAD + text + kind + base64.encodebytes(inside) + b"--a--\n"


def test_what_outlook_wraps_for_outlook_is_unwrapped() -> None:
    inside = winmail("Grüße aus der Werft", {"Angebot für Müller.pdf": b"%PDF offer", "b.txt": b"xyz"})
    mail = read_eml(wrapped(inside))
    assert (mail.text, files(mail)) == (
        "Grüße aus der Werft", [("Angebot für Müller.pdf", b"%PDF offer"), ("b.txt", b"xyz")],
    )  # fmt: skip
    assert [name for name, _data in files(read_eml(wrapped(inside[:40])))] == ["winmail.dat"], "broken, so kept whole"


SAMPLES = (
    wrapped(winmail("T", {"a.txt": b"xyz"})), mails.thunderbird(), mails.apple_mail(), mails.outlook(), mails.gmail(),
    message("S", "T", ("Eva", "eva@x.example"), ("Max", "max@x.example"), {"a.pdf": bytes(5000)}),
)  # fmt: skip


@settings(max_examples=60)
@given(st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_damage_gives_a_mail_or_a_sentence(sample: bytes, seed: int) -> None:
    dice = random.Random(seed)
    data = bytearray(sample)
    for _count in range(dice.randrange(1, 30)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    cut = bytes(data[: dice.randrange(len(data))] if dice.random() < 0.3 else data)
    try:
        mail = read_msg(cut)
    except NoMail:
        return
    assert isinstance(mail.body(), str)
    for one in mail.enclosures:
        assert isinstance(one.read(), bytes)


def test_a_message_attached_to_a_message_is_a_mail_file() -> None:
    people = ("Eva Größe", "eva@x.example"), ("Max", "max@x.example")
    at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    inner = storage("Angebot für Müller", "Schöne Grüße\r\nEva", *people, {"Plan ä.pdf": b"%PDF"}, at=at, head=24)
    [(name, data)] = files(read_msg(attach(storage("Fwd", "Siehe unten", *people, {}), inner)))
    assert name == "Angebot für Müller.eml"
    mail = read_eml(data)
    assert (mail.sender, mail.subject, mail.text, mail.at) == (
        Mailbox(*people[0]), "Angebot für Müller", "Schöne Grüße\nEva", at,
    )  # fmt: skip
    assert files(mail) == [("Plan ä.pdf", b"%PDF")]


def test_another_item_inside_a_message_stays_in_the_original() -> None:
    data = message("S", "T", ("Eva", "eva@x.example"), ("Max", "max@x.example"), {"inner": b"?"})
    kind = properties(8, {0x3705: 1})[8:]
    mail = read_msg(data.replace(kind, properties(8, {0x3705: 5})[8:]))
    assert (mail.notes, mail.enclosures) == ([INNER], [])
