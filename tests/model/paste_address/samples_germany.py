"""Signatures of our own invention from Germany."""

from __future__ import annotations

from tests.model.paste_address.sample import Sample

# fmt: off
SAMPLES = [
    Sample(
        "German business signature",
        "DE",
        """Mit freundlichen Grüßen

Dr. Sabine Müller
Leiterin Vertrieb

Nordlicht Energietechnik GmbH
Hafenstraße 17a
20457 Hamburg

Tel.: +49 40 5550123-45
Fax: +49 40 5550123-99
Mobil: 0171 5550123
E-Mail: sabine.mueller@nordlicht-energie.de
www.nordlicht-energie.de""",
        {
            "organisation": "Nordlicht Energietechnik GmbH", "title": "Dr.", "first_name": "Sabine",
            "last_name": "Müller", "salutation": "ms", "job_title": "Leiterin Vertrieb", "street": "Hafenstraße",
            "house_number": "17a", "postcode": "20457", "town": "Hamburg", "country": "DE",
            "phones": ["+49 40 5550123-45"], "faxes": ["+49 40 5550123-99"], "mobiles": ["0171 5550123"],
            "emails": ["sabine.mueller@nordlicht-energie.de"], "webs": ["www.nordlicht-energie.de"],
        },
        ["Mit freundlichen Grüßen"],
    ),
    Sample(
        "one line with pipes",
        "DE",
        "Max Mustermann | Beispiel & Söhne KG | Am Markt 3 | 04109 Leipzig | T 0341 5550199 | max@beispiel-soehne.de",
        {
            "organisation": "Beispiel & Söhne KG", "first_name": "Max", "last_name": "Mustermann",
            "salutation": "mr", "street": "Am Markt", "house_number": "3", "postcode": "04109", "town": "Leipzig",
            "country": "DE", "phones": ["0341 5550199"], "emails": ["max@beispiel-soehne.de"],
        },
    ),
    Sample(
        "one line with commas",
        "DE",
        "Frau Anneliese Groß, Lindenallee 12, 50968 Köln, Tel. 0221/5550177",
        {
            "first_name": "Anneliese", "last_name": "Groß", "salutation": "ms", "street": "Lindenallee",
            "house_number": "12", "postcode": "50968", "town": "Köln", "country": "DE", "phones": ["0221/5550177"],
        },
    ),
    Sample(
        "German imprint",
        "DE",
        """Angaben gemäß § 5 DDG
Sonnenhof Gartenbau GmbH & Co. KG
Gärtnerweg 5
D-85354 Freising
Geschäftsführer: Karl Huber, Eva Huber
Registergericht: Amtsgericht München, HRA 012345
USt-IdNr.: DE136695976
Telefon: 08161 / 55 50 - 0
Telefax: 08161 / 55 50 - 20
info@sonnenhof-gartenbau.de
IBAN: DE89 3704 0044 0532 0130 00
BIC: COBADEFFXXX""",
        {
            "organisation": "Sonnenhof Gartenbau GmbH & Co. KG", "first_name": "Karl", "last_name": "Huber",
            "salutation": "mr", "job_title": "Geschäftsführer", "street": "Gärtnerweg", "house_number": "5",
            "postcode": "85354", "town": "Freising", "country": "DE", "vat_number": "DE136695976",
            "iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "phones": ["08161 / 55 50 - 0"],
            "faxes": ["08161 / 55 50 - 20"], "emails": ["info@sonnenhof-gartenbau.de"],
        },
        ["Eva Huber", "HRA 012345", "Amtsgericht München"],
    ),
    Sample(
        "bullets and short labels",
        "DE",
        """Jana Petersen • Projektmanagerin
• Atelier Nord
• Deichstr. 8 • 28195 Bremen
• M: +49 (0)160 5550111 • E: jana@ateliernord.de • W: ateliernord.de""",
        {
            "organisation": "Atelier Nord", "first_name": "Jana", "last_name": "Petersen", "salutation": "ms",
            "job_title": "Projektmanagerin", "street": "Deichstr.", "house_number": "8", "postcode": "28195",
            "town": "Bremen", "country": "DE", "mobiles": ["+49 (0)160 5550111"], "emails": ["jana@ateliernord.de"],
            "webs": ["ateliernord.de"],
        },
    ),
    Sample(
        "post office box and private practice",
        "DE",
        """Praxis Dr. med. Thomas Weber
Facharzt für Innere Medizin
Postfach 12 34
53113 Bonn
Telefon 0228 5550144
Öffnungszeiten: Mo-Fr 8-12 Uhr""",
        {
            "organisation": "Praxis Dr. med. Thomas Weber", "po_box": "Postfach 12 34", "postcode": "53113",
            "town": "Bonn", "country": "DE", "phones": ["0228 5550144"],
        },
        ["Öffnungszeiten", "Facharzt für Innere Medizin"],
    ),
    Sample(
        "square of Mannheim and c/o",
        "DE",
        """Herr Jörg Schmidt
c/o Familie Kern
Q7, 24
68161 Mannheim
Handy 0151-5550133""",
        {
            "first_name": "Jörg", "last_name": "Schmidt", "salutation": "mr", "supplement": "c/o Familie Kern",
            "street": "Q7", "house_number": "24", "postcode": "68161", "town": "Mannheim", "country": "DE",
            "mobiles": ["0151-5550133"],
        },
    ),
    Sample(
        "labels with equals of two numbers in one line",
        "DE",
        """i. A. Petra Lang
Einkauf
Stahlbau Lang AG, Industriestraße 100-104, 47051 Duisburg
Tel. 0203 5550-120 Fax 0203 5550-121
petra.lang@stahlbau-lang.com""",
        {
            "organisation": "Stahlbau Lang AG", "first_name": "Petra", "last_name": "Lang", "salutation": "ms",
            "job_title": "Einkauf", "street": "Industriestraße", "house_number": "100-104", "postcode": "47051",
            "town": "Duisburg", "country": "DE", "phones": ["0203 5550-120"], "faxes": ["0203 5550-121"],
            "emails": ["petra.lang@stahlbau-lang.com"],
        },
    ),
    Sample(
        "German with quotes and stars",
        "DE",
        """> *Anna-Lena von Stetten*
> Assistentin der Geschäftsleitung
> --
> Weingut Rebstock e.K.
> Burgweg 1, D 55116 Mainz
> fon +49.6131.5550123
> mailto:a.vonstetten@weingut-rebstock.de""",
        {
            "organisation": "Weingut Rebstock e.K.", "first_name": "Anna-Lena", "last_name": "von Stetten",
            "salutation": "ms", "job_title": "Assistentin der Geschäftsleitung", "street": "Burgweg",
            "house_number": "1", "postcode": "55116", "town": "Mainz", "country": "DE",
            "phones": ["+49.6131.5550123"], "emails": ["a.vonstetten@weingut-rebstock.de"],
        },
    ),
    Sample(
        "sole trader with owner label",
        "DE",
        """Malerbetrieb Farbenfroh
Inhaberin: Claudia Kaiser
Adresse: Feldstraße 3, 99084 Erfurt
Telefon/Fax: 0361 5550166""",
        {
            "organisation": "Malerbetrieb Farbenfroh", "first_name": "Claudia", "last_name": "Kaiser",
            "salutation": "ms", "job_title": "Inhaberin", "street": "Feldstraße", "house_number": "3",
            "postcode": "99084", "town": "Erfurt", "country": "DE", "phones": ["0361 5550166"],
        },
    ),
    Sample(
        "tabs and a title after the name",
        "DE",
        "Lukas Brandt, M.Sc.\tSoftware GmbH Brandt\n\tKantstraße 9\t10623 Berlin\nTel. (030) 5550-188\thttps://brandt.example.com/team",
        {
            "organisation": "Software GmbH Brandt", "title": "M.Sc.", "first_name": "Lukas", "last_name": "Brandt",
            "salutation": "mr", "street": "Kantstraße", "house_number": "9", "postcode": "10623", "town": "Berlin",
            "country": "DE", "phones": ["(030) 5550-188"], "webs": ["https://brandt.example.com/team"],
        },
    ),
    Sample(
        "nothing to find",
        "DE",
        """Danke und bis morgen!
Ich rufe dann noch einmal an, sobald ich die Unterlagen gesehen habe.""",
        {},
        ["Danke und bis morgen", "Unterlagen"],
    ),
    Sample(
        "systems house with first name above",
        "DE",
        """Viele Grüße
Markus

--
Markus Feldmann
IT-Systemhaus Feldmann
Bergstraße 44 | 69120 Heidelberg
06221 - 555 01 80
www.it-feldmann.de""",
        {
            "organisation": "IT-Systemhaus Feldmann", "salutation": "mr", "first_name": "Markus",
            "last_name": "Feldmann", "street": "Bergstraße", "house_number": "44", "postcode": "69120",
            "town": "Heidelberg", "country": "DE", "phones": ["06221 - 555 01 80"], "webs": ["www.it-feldmann.de"],
        },
        ["Markus"],
    ),
    Sample(
        "attention of",
        "DE",
        """Stadtwerke Neuburg GmbH
Abt. Einkauf
z. Hd. Herrn Peter Krause
Werkstraße 2
86633 Neuburg an der Donau""",
        {
            "organisation": "Stadtwerke Neuburg GmbH", "salutation": "mr", "first_name": "Peter",
            "last_name": "Krause", "job_title": "Abt. Einkauf", "street": "Werkstraße", "house_number": "2",
            "postcode": "86633", "town": "Neuburg an der Donau", "country": "DE",
        },
    ),
    Sample(
        "university",
        "DE",
        """Prof. Dr.-Ing. Wolfgang Schreiber
Technische Universität Beispielstadt
Institut für Werkstoffkunde
Campusallee 1, Gebäude 12
01069 Dresden
Telefon: +49 351 555-0123
Telefax: +49 351 555-0124
wolfgang.schreiber@tu-beispielstadt.de""",
        {
            "organisation": "Technische Universität Beispielstadt", "salutation": "mr", "title": "Prof. Dr.-Ing.",
            "first_name": "Wolfgang", "last_name": "Schreiber", "street": "Campusallee", "house_number": "1",
            "supplement": "Gebäude 12", "postcode": "01069", "town": "Dresden", "country": "DE",
            "phones": ["+49 351 555-0123"], "faxes": ["+49 351 555-0124"],
            "emails": ["wolfgang.schreiber@tu-beispielstadt.de"],
        },
        ["Institut für Werkstoffkunde"],
    ),
    Sample(
        "printed range of numbers and imprint line",
        "DE",
        """ppa. Nicole Baumann
Head of Marketing

BAUMANN LOGISTIK SE & Co. KGaA
Am Hafen 10 - 12
D-26721 Emden

Phone +49 4921 555-01
Mobile +49 151 555 012 34
nicole.baumann@baumann-logistik.com
Sitz der Gesellschaft: Emden | AG Aurich HRB 200123 | Geschäftsführer: Jens Baumann""",
        {
            "organisation": "BAUMANN LOGISTIK SE & Co. KGaA", "salutation": "ms", "first_name": "Nicole",
            "last_name": "Baumann", "job_title": "Head of Marketing", "street": "Am Hafen",
            "house_number": "10 - 12", "postcode": "26721", "town": "Emden", "country": "DE",
            "phones": ["+49 4921 555-01"], "mobiles": ["+49 151 555 012 34"],
            "emails": ["nicole.baumann@baumann-logistik.com"],
        },
        ["Jens Baumann", "HRB 200123"],
    ),
    Sample(
        "mobile only",
        "GB",
        """Oliver Stone
Stone Plumbing
07700 900789
oliver@stoneplumbing.co.uk""",
        {
            "organisation": "Stone Plumbing", "salutation": "mr", "first_name": "Oliver", "last_name": "Stone",
            "mobiles": ["07700 900789"], "emails": ["oliver@stoneplumbing.co.uk"],
        },
    ),
    Sample(
        "family",
        "DE",
        """Familie Schneider
Gartenweg 7 b
22880 Wedel""",
        {
            "first_name": "Familie", "last_name": "Schneider", "street": "Gartenweg", "house_number": "7 b",
            "postcode": "22880", "town": "Wedel", "country": "DE",
        },
    ),
    Sample(
        "one line with Ansprechpartner",
        "DE",
        "Elektro Blitz GmbH, Ringstr. 5, 71634 Ludwigsburg, Ansprechpartner: Herr Timo Vogel, "
        "Tel. 07141/555012, E-Mail: t.vogel@elektro-blitz.de",
        {
            "organisation": "Elektro Blitz GmbH", "salutation": "mr", "first_name": "Timo", "last_name": "Vogel",
            "street": "Ringstr.", "house_number": "5", "postcode": "71634", "town": "Ludwigsburg", "country": "DE",
            "phones": ["07141/555012"], "emails": ["t.vogel@elektro-blitz.de"],
        },
    ),
    Sample(
        "letter with greeting",
        "DE",
        """Sehr geehrter Herr Meier,
anbei die Unterlagen.
Beste Grüße
Heike Sommer
Sommer Reisen
Kirchplatz 1
48143 Münster""",
        {
            "organisation": "Sommer Reisen", "salutation": "ms", "first_name": "Heike", "last_name": "Sommer",
            "street": "Kirchplatz", "house_number": "1", "postcode": "48143", "town": "Münster", "country": "DE",
        },
        ["Sehr geehrter Herr Meier", "anbei die Unterlagen"],
    ),
    Sample(
        "organisation known by its domain",
        "DE",
        """Kim Lorenz
Wolkenkuckuck
kim@wolkenkuckuck.io""",
        {
            "organisation": "Wolkenkuckuck", "first_name": "Kim", "last_name": "Lorenz",
            "emails": ["kim@wolkenkuckuck.io"],
        },
    ),
]
