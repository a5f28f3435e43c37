"""Cards and files for the tests of the exchange."""

from __future__ import annotations

from gcrm.services.exchange.card import Card, CardAddress, CardDate, CardFile, CardPoint, Name
from gcrm.services.exchange.vcard_read import read_vcard

FULL = Card(
    kind="organisation",
    formatted="Müller & Söhne GmbH",
    name=Name("Müller", "Jörg", "Max, Moritz", "Herr Dr.", "jun."),
    nicknames=("Jogi", "Komma, Strich"),
    organisation="Müller & Söhne; GmbH",
    departments=("Einkauf", "Süd"),
    job_title="Leiter Einkauf",
    role="Käufer",
    addresses=(
        CardAddress("work", "Hauptstraße", "7a", "Hinterhaus", "", "50667", "Köln", "NRW", "Deutschland", "DE"),
        CardAddress("invoice", "Postweg 1\n2. Stock", label="Müller\n50667 Köln", name="Ärchiv", preference=2),
        CardAddress("", label="Nur ein\nAufkleber", types=("postal",)),
    ),
    points=(
        CardPoint("phone", "+49 221 12345", "work", 1, types=("msg",)),
        CardPoint("mobile", "0171/1234567", "home", name="iPhone"),
        CardPoint("fax", "+49 221 12345-9", "work"),
        CardPoint("email", "joerg,mueller@example.com", "work", 1),
        CardPoint("email", "privat@example.com", "home", 3, parameters=(("X-NOTE", 'a "b"; c^d\ne'),)),
        CardPoint("web", "https://example.com/a;b,c?d=\\e", "work", name="HomePage"),
        CardPoint("messenger", "joerg.m", service="Skype"),
        CardPoint("messenger", "xmpp:j@example.com", service="Own service"),
    ),
    birthday=CardDate(1970, 2, 28),
    anniversary=CardDate(0, 12, 24),
    gender="m",
    gender_text="er; ihm",
    language="de",
    categories=("Kunde", "A, B; C"),
    notes=("Zeile 1, mit Komma;\n\nZeile 3 \\ " + "weiter " * 40, "Zweite Notiz " + "ß€😀" * 60),
    latitude="50.9",
    longitude="-6.95",
    time_zone="Europe/Berlin",
    uid="urn:uuid:1",
    revised="20260101T120000Z",
    kept=("X-SPOUSE:Eva", "item1.X-ABRELATEDNAMES:Max", "item1.X-ABLabel:_$!<Child>!$_", "X-LONG:" + " " * 200 + "x"),
    parameters=(("N", (("LANGUAGE", "de"),)), ("ORG", (("TYPE", "work"),))),
)


def read(*lines: str, version: str = "3.0") -> Card:
    """Read one card from its lines without frame."""
    file = read_lines("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD")
    assert len(file.cards) == 1
    return file.cards[0]


def read_lines(*lines: str) -> CardFile:
    """Read a file from its lines; every line must be accounted for."""
    file = read_vcard("\r\n".join(lines).encode())
    assert file.account.is_balanced
    return file
