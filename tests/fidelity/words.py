"""Of every format a few whole files and its words, for the runs that damage them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO

import xlsxwriter

from gcrm.services.exchange.vcard_write import write_vcard
from tests.services.exchange.cards import FULL
from tests.services.mail import mails
from tests.services.mail.msg_file import message

FOLDERS: Mapping[str, tuple[str, ...]] = {
    "vcard": ("vcard", "hostile"),
    "ical": ("ical", "hostile"),
    "ldif": ("ldif",),
    "fritzbox": ("fritzbox/public-lines",),
    "csv": ("contacts-csv",),
}
_EVERYWHERE = (
    b"\r\n",
    b"\n",
    b"\r",
    b"\n ",
    b"\n\t",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\\",
    b'"',
    b";",
    b",",
    b":",
    b"=",
    b"\x1f",
    b"99999999999999999999",
    b"-1",
    b"0000-00-00",
    b"\xf0\x9f\x98\x80",
    b"\xe2\x80\xae",
    b"A" * 5000,
    b"=C3=\n=BC",
)
WORDS: Mapping[str, tuple[bytes, ...]] = {
    name: (*_EVERYWHERE, *words)
    for name, words in {
        "vcard": (
            b"BEGIN:VCARD\n",
            b"END:VCARD\n",
            b"VERSION:2.1\n",
            b"N:",
            b";;;;",
            b"item1.",
            b"X-ABLabel:_$!<Home>!$_\n",
            b";ENCODING=QUOTED-PRINTABLE",
            b";ENCODING=b:",
            b";CHARSET=utf-7",
            b";TYPE=",
            b";PREF=101",
            b"BDAY:--02-30\n",
            b"PHOTO;ENCODING=b;TYPE=JPEG:/9j/\n",
            b"X-GCRM:{",
            b"X-GCRM:[[[[\n",
            b"ADR:;;;;;;\n",
            b"GEO:nan;inf\n",
            b"X-GCRM-FIELD:{}\n",
            b"AGENT:BEGIN:VCARD\n",
            b"TEL;VALUE=uri:tel:;ext=\n",
            b"ORG:;\n",
            b"BDAY:00010101\n",
        ),
        "ical": (
            b"BEGIN:VEVENT\n",
            b"END:VEVENT\n",
            b"BEGIN:VTIMEZONE\n",
            b"DTSTART:",
            b"DTSTART:99991231T235959Z\n",
            b"BEGIN:VTODO\n",
            b"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\n",
            b"RRULE:FREQ=SECONDLY\n",
            b";INTERVAL=0",
            b";COUNT=-1",
            b";TZID=",
            b"DURATION:-P99999999W\n",
            b"DTEND:00010101\n",
            b"EXDATE:",
            b"RDATE;VALUE=PERIOD:1/2\n",
            b"RECURRENCE-ID:",
            b"TRIGGER:-PT99999999999M\n",
            b"TZOFFSETTO:+9999\n",
            b";UNTIL=",
            b"DUE:00000000\n",
            b"BEGIN:X\n",
            b"COMPLETED:",
        ),
        "ldif": (
            b"dn: ",
            b"objectClass: person\n",
            b"changetype: add\n",
            b"cn:: ",
            b"jpegPhoto:: /9j/4AAQ\n",
            b"cn:< file:///etc/passwd\n",
            b"member: ",
            b"objectclass: groupOfNames\n",
            b"\n\n",
            b"mozillaHomeStreet: ",
            b"birthyear: 99999\n",
        ),
        "fritzbox": (
            b"<contact>",
            b"</contact>",
            b'<number type="label:">',
            b"&amp;",
            b"&#0;",
            b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
            b"<phonebook>",
            b"<![CDATA[",
            b"<?xml version='1.0' encoding='utf-16'?>",
        ),
        "csv": (
            b"sep=;\n",
            b'""',
            b'"\n"',
            b"'",
            b"\t",
            b"|",
            b"Vorname;Nachname\n",
            b"31.02.1900",
            b"=cmd",
            b"E-Mail 2",
            b";" * 600,
        ),
        "spreadsheet": (b"PK\x03\x04", b'<c t="s"><v>99999999</v></c>', b'<row r="1048577">', b"PK\x05\x06"),
        "eml": (
            b"Content-Type: multipart/mixed; boundary=a\n\n--a\n",
            b"Content-Type: message/rfc822\n\n",
            b"--a--",
            b"=?utf-8?q?=FF?=",
            b"Content-Transfer-Encoding: base64\n",
            b"Date: Mon, 99 Foo 0000 25:61:61 +9999\n",
            b'charset="utf-7"',
            b"<html>" * 50,
            b"begin 644 a\n",
            b"From: <<>>@@\n",
            b"filename*0*=utf-8''%ff",
            b"Content-Type: text/html; charset=idna\n",
        ),
        "msg": (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"\xfe\xff\xff\xff",
            b"\xff\xff\xff\xff",
            b"_\0_\0s\0u\0b\0s\0t\0g\0",
        ),
    }.items()
}

CALENDAR = b"""BEGIN:VCALENDAR
PRODID:-//x//y//EN
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@x
DTSTART;TZID=Berlin:20261127T090000
DTEND;TZID=Berlin:20261127T100000
RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=5
EXDATE;TZID=Berlin:20261204T090000
SUMMARY:Jour fixe\\, G\xc3\xbcnther
CATEGORIES:A,B
ATTENDEE;CN="M, E";PARTSTAT=ACCEPTED:mailto:e@x.example
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
END:VALARM
END:VEVENT
BEGIN:VTODO
UID:2@x
DUE;VALUE=DATE:20261201
SUMMARY:Call
RRULE:FREQ=MONTHLY
END:VTODO
END:VCALENDAR
"""
DIRECTORY = b"""version: 1
dn: cn=Eva Neu,mail=eva@x.example
objectclass: person
cn: Eva Neu
sn:: TmV1
mail: eva@x.example
mozillaHomeStreet: Weg 1
birthyear: 1980
birthmonth: 2
birthday: 29

dn: cn=All
objectclass: groupOfNames
cn: All
member: cn=Eva Neu,mail=eva@x.example
"""
PHONE_BOOK = b"""<?xml version="1.0" encoding="utf-8"?>
<phonebooks><phonebook name="Telefonbuch">
<contact><category>1</category><person><realName>Neu, Eva</realName></person>
<telephony><number type="home" prio="1">0301234567</number><number type="label:Laube">+49 30 1</number></telephony>
<services><email classifier="private">eva@x.example</email></services><mod_time>1</mod_time></contact>
</phonebook></phonebooks>
"""
TABLE = """Kundennr.;Firma;Vorname;Nachname;Straße;PLZ;Ort;Telefon;E-Mail;Geburtstag;IBAN;Notiz
1001;Werft GmbH;Eva;Neu;Kai 1;01067;Dresden;+49 351 1;eva@x.example;29.02.1980;DE02120300000000202051;"zwei
Zeilen; und ""mehr"" davon"
1002;;Jörg;Müller;Weg 2a;50667;Köln;0221/1;;1.3.70;;
"""


def samples(name: str) -> Iterator[bytes]:
    """Yield the whole files of a format."""
    if name == "vcard":
        yield write_vcard([FULL]).encode()
        yield write_vcard([FULL], "2.1").encode("cp1252", "replace")
    elif name == "eml":
        yield from (mails.thunderbird(), mails.apple_mail(), mails.gmail())
    elif name == "msg":
        yield mails.outlook()
        yield message("S", "T", ("Eva", "eva@x.example"), ("Max", "max@x.example"), {"a.pdf": bytes(5000)})
    elif name == "spreadsheet":
        yield _sheet()
    else:
        yield {"ical": CALENDAR, "ldif": DIRECTORY, "fritzbox": PHONE_BOOK, "csv": TABLE.encode()}[name]


def _sheet() -> bytes:
    """Return the table as a spreadsheet."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 11, 27)})  # the same bytes every time
        sheet = book.add_worksheet()
        for place, line in enumerate(TABLE.splitlines()):
            sheet.write_row(place, 0, line.split(";"))
    return file.getvalue()
