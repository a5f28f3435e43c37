"""Signatures of our own invention from Austria and Switzerland."""

from __future__ import annotations

from tests.model.paste_address.sample import Sample

# fmt: off
SAMPLES = [
    Sample(
        "Austrian signature",
        "AT",
        """Mag. Eva Gruber
Geschäftsführerin

Alpenblick Tourismus GmbH
Mariahilfer Straße 12/3/14
1070 Wien
Österreich

T: +43 1 5550123
M: +43 664 5550123
UID: ATU13585627
FN 123456a""",
        {
            "organisation": "Alpenblick Tourismus GmbH", "title": "Mag.", "first_name": "Eva",
            "last_name": "Gruber", "salutation": "ms", "job_title": "Geschäftsführerin",
            "street": "Mariahilfer Straße", "house_number": "12/3/14", "postcode": "1070", "town": "Wien",
            "country": "AT", "phones": ["+43 1 5550123"], "mobiles": ["+43 664 5550123"],
            "vat_number": "ATU13585627",
        },
        ["FN 123456a"],
    ),
    Sample(
        "Austrian address seen from Germany",
        "DE",
        """DI Franz Hofer
Hofer Architekten ZT GmbH
A-6020 Innsbruck, Maria-Theresien-Straße 18
office@hofer-architekten.at""",
        {
            "organisation": "Hofer Architekten ZT GmbH", "title": "DI", "first_name": "Franz", "last_name": "Hofer",
            "salutation": "mr", "street": "Maria-Theresien-Straße", "house_number": "18", "postcode": "6020",
            "town": "Innsbruck", "country": "AT", "emails": ["office@hofer-architekten.at"],
        },
    ),
    Sample(
        "Swiss signature",
        "CH",
        """Freundliche Grüsse
Urs Keller
Leiter Technik
Keller Präzision AG
Bahnhofstrasse 21
8001 Zürich
Tel. +41 44 555 01 23
Natel 079 555 01 23
CHE-107.787.577 MWST
urs.keller@keller-praezision.ch""",
        {
            "organisation": "Keller Präzision AG", "first_name": "Urs", "last_name": "Keller", "salutation": "mr",
            "job_title": "Leiter Technik", "street": "Bahnhofstrasse", "house_number": "21", "postcode": "8001",
            "town": "Zürich", "country": "CH", "vat_number": "CHE107787577MWST", "phones": ["+41 44 555 01 23"],
            "mobiles": ["079 555 01 23"], "emails": ["urs.keller@keller-praezision.ch"],
        },
        ["Freundliche Grüsse"],
    ),
    Sample(
        "Swiss address known by the domain only",
        "DE",
        """Buchhandlung Lesezeichen
Marktgasse 4
3011 Bern
info@lesezeichen-bern.ch""",
        {
            "organisation": "Buchhandlung Lesezeichen", "street": "Marktgasse", "house_number": "4",
            "postcode": "3011", "town": "Bern", "country": "CH", "emails": ["info@lesezeichen-bern.ch"],
        },
    ),
    Sample(
        "sole trader with Inh.",
        "AT",
        """Tischlerei Holzer e.U.
Inh. Josef Holzer
Dorfplatz 3, 5700 Zell am See
Tel: 06542/55501, Mobil: 0650/5550123
holzer@aon.at""",
        {
            "organisation": "Tischlerei Holzer e.U.", "salutation": "mr", "first_name": "Josef",
            "last_name": "Holzer", "job_title": "Inh.", "street": "Dorfplatz", "house_number": "3",
            "postcode": "5700", "town": "Zell am See", "country": "AT", "phones": ["06542/55501"],
            "mobiles": ["0650/5550123"], "emails": ["holzer@aon.at"],
        },
    ),
    Sample(
        "floor and door in Vienna",
        "AT",
        """Dr. Maria Steiner
Rechtsanwältin
Graben 12, 1. Stock, Top 4
A-1010 Wien
kanzlei@steiner-recht.at | www.steiner-recht.at""",
        {
            "salutation": "ms", "title": "Dr.", "first_name": "Maria", "last_name": "Steiner",
            "job_title": "Rechtsanwältin", "street": "Graben", "house_number": "12",
            "supplement": "1. Stock, Top 4", "postcode": "1010", "town": "Wien", "country": "AT",
            "emails": ["kanzlei@steiner-recht.at"], "webs": ["www.steiner-recht.at"],
        },
    ),
    Sample(
        "partners and two numbers",
        "CH",
        """Müller + Partner Treuhand AG
Herr Beat Müller
Postfach 123
CH-6002 Luzern
Direktwahl 041 555 01 22
Zentrale 041 555 01 00""",
        {
            "organisation": "Müller + Partner Treuhand AG", "salutation": "mr", "first_name": "Beat",
            "last_name": "Müller", "po_box": "Postfach 123", "postcode": "6002", "town": "Luzern", "country": "CH",
            "phones": ["041 555 01 22", "041 555 01 00"],
        },
    ),
    Sample(
        "French Swiss",
        "CH",
        """Sophie Dubois
Responsable commerciale
Chocolats du Lac SA
12, rue du Rhône
1204 Genève
Suisse
+41 22 555 01 23""",
        {
            "organisation": "Chocolats du Lac SA", "salutation": "ms", "first_name": "Sophie",
            "last_name": "Dubois", "street": "rue du Rhône", "house_number": "12", "postcode": "1204",
            "town": "Genève", "country": "CH", "phones": ["+41 22 555 01 23"],
        },
        ["Responsable commerciale"],
    ),
]
