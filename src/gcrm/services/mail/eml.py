"""A mail file as every mail program saves it (.eml): who, when, the text, and the files that came with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import BinaryIO

from gcrm.i18n import _
from gcrm.services.mail.html_text import charset_of, text_of
from gcrm.services.mail.message import (
    IN_ORIGINAL,
    IS_ENCRYPTED,
    MOST_FILES,
    Enclosure,
    Mail,
    Mailbox,
    NoMail,
    one_line,
    people_in,
    sensible,
)
from gcrm.services.mail.mime import Part, parse
from gcrm.services.mail.mime import text_of as decoded_text
from gcrm.services.mail.tnef import MEDIA_TYPES, unwrap

SMALL_PICTURE = 10_000
"""Bytes of a picture inside the text that is decoration (a logo in a signature); the original keeps it."""
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_ENCRYPTED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted")
_KNOWN = frozenset({"from", "to", "cc", "subject", "date", "message-id", "received", "content-type", "mime-version"})
_SUFFIXES = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/html": ".html", "text/plain": ".txt"}


def read_eml(data: bytes) -> Mail:
    """Return what a mail file holds. Raises NoMail for a file that is none."""
    root, is_cut = parse(data)
    if len(_KNOWN & {name for name, _value in root.headers}) < 2:
        raise NoMail(_("It is no e-mail, or its beginning is missing."))
    mail = Mail(
        sender=_first(people_in(root.all("from") or root.all("sender"))),
        to=people_in(root.all("to")),
        cc=people_in(root.all("cc")),
        bcc=people_in(root.all("bcc")),
        at=_moment(root),
        subject=one_line(root.header("subject"))[:500],
        message_id=root.raw("message-id").strip()[:500],
    )
    if root.media_type in _ENCRYPTED and "signed" not in root.parameters.get("smime-type", ""):
        mail.notes.append(IS_ENCRYPTED)
    leaves = list(root.leaves())
    texts = _texts(root)
    mail.text = "\n\n".join(text for text in map(_words, texts) if text)
    _take_files(mail, leaves, texts)
    if is_cut and IN_ORIGINAL not in mail.notes:
        mail.notes.append(IN_ORIGINAL)
    return mail


def _first(people: Sequence[Mailbox]) -> Mailbox | None:
    return people[0] if people else None


def _moment(root: Part) -> datetime | None:
    """Return when a mail was written; where it does not tell, when the last server got it."""
    for text in (root.raw("date"), root.raw("received").rpartition(";")[2], root.raw("resent-date")):
        try:
            found = sensible(parsedate_to_datetime(text[:200])) if text else None
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if found is not None:
            return found
    return None


def _texts(part: Part) -> list[Part]:
    """Return the parts that are the text of a mail: of alternatives the plain one, where it says anything."""
    if part.media_type == "multipart/alternative":
        found = [texts for texts in map(_texts, part.parts) if texts]
        plain = [texts for texts in found if all(text.media_type == "text/plain" for text in texts)]
        return next((texts for texts in (*plain, *found) if any(_words(text) for text in texts)), [])
    if part.media_type == "multipart/related":
        return next((texts for texts in map(_texts, part.parts) if texts), [])
    if part.parts:
        return [text for each in part.parts for text in _texts(each)]
    is_text = part.media_type in ("text/plain", "text/html")
    return [part] if is_text and part.disposition != "attachment" and not part.file_name() else []


def _words(part: Part) -> str:
    """Return the words of a text part."""
    if part.media_type == "text/html":
        data = part.content()
        return text_of(decoded_text(data, part.parameters.get("charset", "") or charset_of(data)))
    text = part.text().replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if part.parameters.get("format", "").lower() == "flowed":
        text = _unflowed(text, is_joined=part.parameters.get("delsp", "").lower() == "yes")
    return text.strip("\n")


def _unflowed(text: str, *, is_joined: bool) -> str:
    """Put the lines of a paragraph together again (RFC 3676); quoted ones and the signature stay as they are."""
    lines: list[str] = []
    is_open = False
    for line in text.split("\n"):
        is_plain = not line.startswith(">") and line != "-- "
        plain = line.removeprefix(" ") if is_plain else line
        if is_open and is_plain:
            lines[-1] += plain
        else:
            lines.append(plain)
        is_open = is_plain and plain.endswith(" ")
        if is_open and is_joined:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _take_files(mail: Mail, leaves: Sequence[Part], texts: Sequence[Part]) -> None:
    """Take out the files of a mail: not its text in other forms, signatures, and small pictures in the text."""
    shown = b" ".join(part.content() for part in leaves if part.media_type == "text/html" and not part.file_name())
    for part in leaves:
        if any(part is text for text in texts) or part.media_type in _SIGNATURES:
            continue
        if part.media_type == "text/calendar":
            mail.calendars.append(part.content())
        if _is_other_form(part) or _is_decoration(part, shown):
            continue
        found = _unwrapped(mail, part) or [Enclosure(_name_of(part), part.media_type, part.write_to)]
        if len(mail.enclosures) + len(found) > MOST_FILES:
            mail.notes.append(IN_ORIGINAL)
            return
        mail.enclosures += found


def _unwrapped(mail: Mail, part: Part) -> list[Enclosure]:
    """Return the files in a winmail.dat, and take its text where the mail has none; nothing for any other part."""
    if part.media_type not in MEDIA_TYPES and not part.file_name().lower().endswith("winmail.dat"):
        return []
    inside = unwrap(part.content())
    mail.text = mail.text or inside.text
    return [
        Enclosure(one_line(each.name) or _("Attachment"), each.media_type, partial(_write, each.data))
        for each in inside.files
        if not (each.content_id and each.media_type.startswith("image/") and len(each.data) < SMALL_PICTURE)
    ]


def _write(data: bytes, target: BinaryIO) -> None:
    """Write the bytes of a file."""
    target.write(data)


def _is_other_form(part: Part) -> bool:
    """Tell whether a part is the text once more (HTML beside plain), or nothing."""
    is_text = part.media_type.startswith(("text/plain", "text/html", "text/enriched", "text/watch-html"))
    is_bare = part.disposition != "attachment" and not part.file_name()
    return is_bare and (is_text or part.media_type.startswith("multipart/") or part.begin >= part.end)


def _is_decoration(part: Part, shown: bytes) -> bool:
    """Tell whether a part is a small picture that the HTML text shows."""
    if not part.media_type.startswith("image/") or not part.content_id:
        return False
    is_shown = b"cid:" + part.content_id.encode("utf-8", "surrogateescape") in shown
    return is_shown and part.end - part.begin < SMALL_PICTURE * 4 // 3


def _name_of(part: Part) -> str:
    """Return the name of a file, made of its subject or its kind where it has none."""
    name = part.file_name()
    if name:
        return name
    if part.media_type == "message/rfc822":
        inner, _is_cut = parse(part.content()[:100_000])
        name = re.sub(r"[\\/]", " ", one_line(inner.header("subject")))[:80]
    kind = part.media_type.partition("/")[2] or "file"
    suffix = _SUFFIXES.get(part.media_type, f".{kind}" if re.fullmatch(r"[a-z0-9]{2,5}", kind) else "")
    return f"{name or _('Attachment')}{suffix}"
