"""What the properties of every maker become, and that no line is lost."""

from __future__ import annotations

import pytest

from gcrm.errors import UserError
from gcrm.services.exchange import vcard_read
from gcrm.services.exchange.card import CardAddress, CardDate, CardPoint
from gcrm.services.exchange.content_line import count_lines
from gcrm.services.exchange.vcard_map import TOO_MANY
from gcrm.services.exchange.vcard_read import EMPTY, FOREIGN, NESTED, NO_BEGIN, NO_CONTACT, NO_END, OUTSIDE, read_vcard
from tests.services.exchange.cards import read, read_lines

CARD = ("BEGIN:VCARD", "VERSION:3.0", "FN:A", "END:VCARD")


def test_name_organisation_and_function() -> None:
    card = read("N:Müller;Jörg;Max;Herr Dr.;jun.", "ORG:Söhne\\; KG;Einkauf;", "TITLE:Leiter\\, Einkauf", "ROLE:Käufer")
    assert (card.name.last, card.name.first, card.name.middle, card.name.suffix) == ("Müller", "Jörg", "Max", "jun.")
    assert (card.name.salutation, card.name.title, card.suggested_gender) == ("Herr", "Dr.", "m")
    assert (card.organisation, card.departments) == ("Söhne; KG", ("Einkauf",))
    assert (card.job_title, card.role) == ("Leiter, Einkauf", "Käufer")
    assert card.formatted == "Herr Dr. Jörg Max Müller jun."


def test_components_after_the_fifth_are_not_lost() -> None:
    assert read("N:Doe;John;;;;secondary;III").name.more == ("secondary", "III")


@pytest.mark.parametrize(
    ("line", "point"),
    [
        ("TEL;TYPE=WORK,VOICE:+49 221 1", CardPoint("phone", "+49 221 1", "work")),
        ("TEL;HOME;CELL;PREF:1", CardPoint("mobile", "1", "home", 1)),
        ("TEL;TYPE=fax;TYPE=work:1", CardPoint("fax", "1", "work")),
        ("TEL;TYPE=pager,car:1", CardPoint("phone", "1", types=("pager", "car"))),
        (
            'TEL;VALUE=uri;PREF=2;TYPE="voice,home":tel:+1-418-656-9254;ext=102',
            CardPoint("phone", "+1-418-656-9254 ext. 102", "home", 2),
        ),
        ("X-MS-TEL;VOICE;CALLBACK:1", CardPoint("phone", "1", types=("callback",))),
        ("EMAIL;TYPE=INTERNET;TYPE=pref:a@b.de", CardPoint("email", "a@b.de", "", 1)),
        ("EMAIL:mailto:a@b.de", CardPoint("email", "a@b.de")),
        ("URL;WORK:http\\://a.de", CardPoint("web", "http://a.de", "work")),
        ("X-SKYPE:joe", CardPoint("messenger", "joe", service="Skype")),
        ("IMPP;X-SERVICE-TYPE=GTalk:xmpp:joe", CardPoint("messenger", "joe", service="GTalk")),
        ("IMPP:skype:joe", CardPoint("messenger", "joe", service="skype")),
        ("IMPP;X-SERVICE-TYPE=Other:other:joe", CardPoint("messenger", "other:joe", service="Other")),
        ('TEL;X-COUCHDB-UUID="1":1', CardPoint("phone", "1", parameters=(("X-COUCHDB-UUID", "1"),))),
    ],
)
def test_points(line: str, point: CardPoint) -> None:
    assert read("FN:x", line).points == (point,)


def test_labels_of_groups_name_what_they_belong_to() -> None:
    card = read(
        *("FN:x", "item1.TEL:1", "item1.X-ABLabel:_$!<AssistantPhone>!$_", "item2.URL:u", "item2.X-ABLabel:Laden"),
        *("i3.X-ABDATE:1975-03-01", "i3.X-ABLabel:_$!<Anniversary>!$_", "i4.TEL:2", "i4.X-ABLabel:homeFax"),
        *("i5.X-ABRELATEDNAMES:Eva", "i5.X-ABLabel:_$!<Spouse>!$_", "i6.TEL:3", "i6.X-ABLabel:"),
    )
    assert [(point.kind, point.name) for point in card.points] == [
        ("phone", "AssistantPhone"),
        ("web", "Laden"),
        ("fax", "homeFax"),
        ("phone", ""),
    ]
    assert card.anniversary == CardDate(1975, 3, 1)
    assert card.kept == ("i5.X-ABRELATEDNAMES:Eva", "i5.X-ABLabel:_$!<Spouse>!$_")


def test_addresses_with_house_number_country_and_label() -> None:
    card = read(
        "FN:x",
        "ADR;TYPE=work:;Hinterhaus;Hauptstraße 7a;Köln;NRW;50667;Deutschland",
        "ADR;TYPE=home:;;25 Main St;Austin;TX;73301;USA",
        "LABEL;TYPE=home:25 Main St\\nAustin",
        "LABEL;TYPE=work:Köln",
        "LABEL;TYPE=postal:Sonst",
        "ADR;TYPE=billing;CC=pt:Apartado 5;;;Lisboa;;1000;",
    )
    work, home, other, invoice = card.addresses
    assert (work.purpose, work.street, work.house_number, work.country) == ("work", "Hauptstraße", "7a", "DE")
    assert (work.supplement, work.region, work.label) == ("Hinterhaus", "NRW", "Köln")
    assert (home.street, home.house_number, home.label) == ("Main St", "25", "25 Main St\nAustin")
    assert other == CardAddress("", label="Sonst", types=("postal",))
    assert (invoice.purpose, invoice.po_box, invoice.country, invoice.country_name) == (
        *("invoice", "Apartado 5", "PT"),
        "Portugal",
    )


def test_a_label_may_come_before_its_address() -> None:
    card = read("FN:x", "LABEL;HOME:printed", "ADR;HOME:;;Weg 1;Ort", version="2.1")
    assert [(address.town, address.label) for address in card.addresses] == [("Ort", "printed")]


def test_the_country_code_of_apple_belongs_to_its_address() -> None:
    card = read("FN:x", "item1.ADR:;;Weg 1;Ort;;1;", "item1.X-ABADR:at", "item2.ADR:;;B;C;;;", "item2.X-ABADR:Silicon")
    assert [(address.country, address.group) for address in card.addresses] == [("AT", ""), ("", "item2")]
    assert card.kept == ("item2.X-ABADR:Silicon",)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1980-03-22", CardDate(1980, 3, 22)),
        ("19800322", CardDate(1980, 3, 22)),
        ("1980-03-22T00:00:00Z", CardDate(1980, 3, 22)),
        ("20090808T1430-0500", CardDate(2009, 8, 8, "T1430-0500")),
        ("--0203", CardDate(0, 2, 3)),
        ("--02-29", CardDate(0, 2, 29)),
        ("--12", CardDate(0, 12, 0)),
        ("1985-04", CardDate(1985, 4)),
        ("1985", CardDate(1985)),
        ("1604-05-06", CardDate(0, 5, 6)),
    ],
)
def test_dates(text: str, day: CardDate) -> None:
    assert read("FN:x", f"BDAY:{text}").birthday == day


@pytest.mark.parametrize(
    "text", ["0000", "19723101", "circa 1800", "1980-02-30", "---03", "0000-01-01", "1604", "２０００"]
)
def test_what_is_no_date_is_kept(text: str) -> None:
    card = read("FN:x", f"BDAY:{text}")
    assert (card.birthday, card.kept) == (None, (f"BDAY:{text}",))


def test_escapes_of_the_versions() -> None:
    assert read("NOTE:a\\nb\\Nc\\, \\; \\\\n \\x").notes == ("a\nb\nc, ; \\n \\x",)
    path = "NOTE;ENCODING=QUOTED-PRINTABLE:\\\\server\\new=0D=0Aline\\; 2"
    assert read(path, version="2.1").notes == ("\\\\server\\new\nline; 2",)


def test_a_second_value_without_a_field_is_kept() -> None:
    card = read(
        "FN:x", "ORG:A", "ORG:B;C", "TITLE:1", "TITLE:2", "N;ALTID=1:a;b", "N;ALTID=1:c;d", "LANG:de", "LANG:en"
    )
    assert card.kept == ("ORG:B;C", "TITLE:2", "N;ALTID=1:c;d", "LANG:en")
    assert dict(card.parameters)["N"] == (("ALTID", "1"),)


def test_the_same_once_more_is_no_loss() -> None:
    card = read("FN:x", "GENDER:M", "X-GENDER:male", "BDAY:1980-01-02", "BDAY:19800102")
    assert (card.gender, card.kept) == ("m", ())


def test_kept_lines_lose_only_the_encodings_of_version_2() -> None:
    card = read(
        *(
            "FN:x",
            "X-A;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE;HOME:=C3=A4=0D=0Ab",
            "KEY;X509;ENCODING=BASE64:",
            " QUJD",
        ),
        *(
            "",
            'X-B;P="a,b":c\\,d;e',
        ),
        version="2.1",
    )
    assert card.kept == ("X-A;TYPE=home:ä\\nb", "KEY;TYPE=x509;ENCODING=b:QUJD", 'X-B;P="a,b":c\\,d;e')


def test_lists_kinds_and_members() -> None:
    card = read("FN:x", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1", "CATEGORIES:a,b\\,c")
    assert (card.kind, card.suggested_kind, card.categories) == ("group", "group", ("a", "b,c"))
    assert card.kept == ("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1",)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("FN:Eva Braun",), "person"),
        (("KIND:org", "FN:Eva"), "organisation"),
        (("X-ABShowAs:COMPANY", "FN:A", "ORG:A"), "organisation"),
        (("KIND:individual", "FN:A", "ORG:A"), "person"),
        (("KIND:location", "FN:Room 1"), "organisation"),
        (("FN:ACME", "ORG:ACME"), "organisation"),
        (("ORG:ACME", "TEL:1"), "organisation"),
        (("N:Doe;John", "ORG:ACME"), "organisation"),
        (("FN:John Doe", "N:;;;;", "ORG:ACME", "TEL;WORK:1"), "organisation"),
        (("N:Doe;John", "ORG:ACME", "BDAY:1980-01-01"), "person"),
        (("N:Doe;John", "ORG:ACME", "TEL;HOME:1"), "person"),
        (("N:Doe;John", "ORG:ACME", "ADR;HOME:;;a;b"), "person"),
    ],
)
def test_the_kind_is_suggested_by_the_rule(lines: tuple[str, ...], kind: str) -> None:
    assert read(*lines).suggested_kind == kind


def test_a_person_is_told_from_the_name_of_the_organisation() -> None:
    assert not read("FN:ACME", "ORG:ACME").has_person
    assert not read("N:ACME;;;;", "FN:ACME", "ORG:acme").has_person
    assert read("FN:John Doe", "ORG:ACME").has_person


# Broken files


def test_a_missing_end_and_a_missing_beginning_lose_nothing() -> None:
    file = read_lines("VERSION:3.0", "FN:A", "END:VCARD", "BEGIN:VCARD", "FN:B", "BEGIN:VCARD", "FN:C")
    assert [card.formatted for card in file.cards] == ["A", "B", "C"]
    assert [(remark.line, remark.reason) for remark in file.remarks] == [(1, NO_BEGIN), (4, NO_END), (6, NO_END)]
    assert not file.account.reported


def test_a_contact_inside_another_one_is_a_contact() -> None:
    file = read_lines("BEGIN:VCARD", "FN:A", "AGENT:", *CARD[:2], "FN:B", "END:VCARD", "TEL:1", "END:VCARD", *CARD)
    assert [(card.formatted, len(card.points)) for card in file.cards] == [("A", 1), ("B", 0), ("A", 0)]
    assert [remark.reason for remark in file.remarks] == [NESTED]


def test_lines_without_meaning_are_reported_with_their_numbers() -> None:
    file = read_lines("# list", "", *CARD[:3], "garbage", " folded", "END:VCARD", "X-OUT:1", "END:VCARD")
    assert [report.line for report in file.account.reported] == [1, 6, 7, 9, 10]
    assert [report.reason for report in file.account.reported[-2:]] == [OUTSIDE, NO_CONTACT]
    assert (file.account.lines, file.account.mapped) == (9, 4)


def test_calendars_are_not_contacts() -> None:
    file = read_lines("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", "END:VEVENT", "END:VCALENDAR", *CARD)
    assert len(file.cards) == 1
    assert {report.reason for report in file.account.reported} == {FOREIGN}


def test_an_empty_contact_is_reported() -> None:
    file = read_lines("BEGIN:VCARD", "VERSION:3.0", "END:VCARD", *CARD)
    assert len(file.cards) == 1
    assert [(report.line, report.reason) for report in file.account.reported] == [(1, EMPTY), (2, EMPTY), (3, EMPTY)]


def test_every_line_of_an_empty_contact_is_reported() -> None:
    file = read_lines("BEGIN:VCARD", "VERSION:3.0", "FN:", "N:;;;", "garbage", *CARD)
    assert len(file.cards) == 1
    assert [report.line for report in file.account.reported] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("indent", [" ", "   ", "\t"])
def test_a_contact_that_stands_indented_keeps_all_its_lines(indent: str) -> None:
    lines = ("BEGIN:VCARD", "VERSION:3.0", "FN:Eva Maier", "NOTE:one", "  two", "END:VCARD")
    file = read_lines(*CARD, *(indent + line for line in lines), *CARD)
    assert [card.formatted for card in file.cards][1] == "Eva Maier"
    assert file.cards[1].notes[0].startswith("one")
    assert (len(file.cards), file.account.reported) == (3, ())


def test_a_folded_line_that_looks_like_a_property_is_none() -> None:
    (card,) = read_lines("BEGIN:VCARD", "VERSION:3.0", "FN:Eva", "NOTE:see", " https://eva.example", "END:VCARD").cards
    assert card.notes == ("seehttps://eva.example",)


def test_a_text_in_base64_is_read() -> None:
    card = read("NOTE;ENCODING=BASE64:SGFsbG8gV2VsdA==", "FN;ENCODING=b:TcO8bGxlcg==", "TITLE;ENCODING=b:no base64!")
    assert (card.notes, card.formatted, card.job_title) == (("Hallo Welt",), "Müller", "no base64!")


def test_what_no_index_can_hold_stays_with_the_other_data() -> None:
    long = (f"UID:{'u' * 4000}", f"ADR:;;Weg 1;Ulm;;{'8' * 5000};")
    card = read("FN:Eva", *long)
    assert (card.uid, card.addresses, card.kept) == ("", (), long)


def test_too_many_categories_are_reported() -> None:
    many = ",".join(f"c{number}" for number in range(200_000))
    file = read_lines("BEGIN:VCARD", "VERSION:3.0", "FN:Eva", "CATEGORIES:one,two", f"CATEGORIES:{many}", "END:VCARD")
    assert file.cards[0].categories == ("one", "two")
    assert [(said.line, said.reason) for said in file.account.reported] == [(5, TOO_MANY)]


def test_empty_files_give_nothing() -> None:
    for data in (b"", b"\xef\xbb\xbf", b"\r\n\r\n", b"\xff\xfe"):
        file = read_vcard(data)
        assert (file.cards, file.account.lines) == ((), 0)


def test_marks_inside_a_file_put_together_from_several() -> None:
    text = "\r\n".join(CARD) + "\r\n\ufeff" + "\r\n".join(CARD)
    assert len(read_vcard(text.encode("utf-8-sig")).cards) == 2


def test_nul_never_reaches_a_field() -> None:
    file = read_vcard(b"BEGIN:VCARD\nFN:a\0b\nNOTE;QUOTED-PRINTABLE:c=00d\nEND:VCARD")
    assert (file.cards[0].formatted, file.cards[0].notes) == ("a\ufffdb", ("c\ufffdd",))


def test_beyond_the_limits_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    data = ("\r\n".join(CARD) + "\r\n").encode() * 3
    for name, limit in (("MAX_BYTES", 100), ("MAX_LINES", 5), ("MAX_CARDS", 2)):
        with monkeypatch.context() as patch:
            patch.setattr(vcard_read, name, limit)
            with pytest.raises(UserError, match="Split it into several files"):
                read_vcard(data)
    monkeypatch.setattr(vcard_read, "MAX_REPORTED", 2)
    with pytest.raises(UserError, match="does not look like a file of contacts"):
        read_vcard(b"a\nb\nc\n")
    assert count_lines(data.decode()) == 12
