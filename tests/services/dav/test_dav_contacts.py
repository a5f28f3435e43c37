"""Contacts on a phone: found, read, made, changed and deleted, both ways; nothing that a phone leaves out is lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.contact import Contact
from gcrm.services import contact, undo
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.contact_data import category_names
from gcrm.services.dav.address_book import AddressBook
from gcrm.services.dav.book import Mark
from tests.services.dav.conftest import Office
from tests.services.dav.device import DAV, DISCOVER, HOME, LISTED, Answer, Device, lines
from tests.services.offices import organisation

CARD = (
    "BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Apple Inc.//iOS 26.1//EN", "N:Weber;Petra;;Dr.;", "FN:Dr. Petra Weber",
    "item1.TEL;type=CELL;type=pref:+49 171 5550123", "item1.X-ABLabel:_$!<Mobile>!$_",
    "EMAIL;type=HOME:petra@weber.example",
    "ADR;type=HOME:;;Ringstraße 5;Leipzig;;04103;Germany", "NOTE:Likes boats", "X-BOAT:Nessie",
    "UID:8F3A1B2C-0001", "END:VCARD",
)  # fmt: skip
QUERY = """<?xml version="1.0"?><C:addressbook-query xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:D="DAV:">
<D:prop><D:getetag/><C:address-data/></D:prop><C:filter test="{test}">{filters}</C:filter></C:addressbook-query>"""
FIND = """<C:prop-filter name="{name}"><C:text-match match-type="{type}">{text}</C:text-match></C:prop-filter>"""


class Apple(Device):
    """An iPhone."""

    def ask(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> Answer:
        return super().ask(method, path, body, **{**headers, "User_Agent": "iOS/18.1 (22B83) dataaccessd/1.0"})


def test_a_phone_finds_the_address_book_by_the_address_alone(office: Office) -> None:
    found = office.phone.ask("PROPFIND", "/.well-known/carddav", DISCOVER)
    assert (found.status, found.headers["location"]) == (301, "/")
    root = office.phone.ask("PROPFIND", "/", DISCOVER, Depth="0")
    assert root.xml.findtext(f".//{DAV}current-user-principal/{DAV}href") == "/anna/"
    home = office.phone.ask("PROPFIND", "/anna/", HOME, Depth="0")
    assert [one.text for one in home.xml.iter(f"{DAV}href")] == ["/anna/"] * 3
    listed = office.phone.ask("PROPFIND", "/anna/", LISTED, Depth="1").hrefs()
    names = {href.split("/")[2]: one.findtext(f".//{DAV}displayname") for href, one in listed.items()}
    assert {"contacts": "Contacts", "calendar": "Calendar", "tasks": "Tasks"}.items() <= names.items()
    assert [name for name, title in names.items() if title == "Jonas"] == [f"calendar-{office.jonas.user_id}"]
    assert f"{DAV}write" in {part.tag for part in listed["/anna/contacts/"].iter()}
    assert f"{DAV}write" not in {part.tag for part in listed[f"/anna/calendar-{office.jonas.user_id}/"].iter()}


def test_contacts_go_both_ways_and_keep_what_a_phone_does_not_know(office: Office) -> None:
    made = organisation(office.anna)
    token, first = office.phone.sync("contacts")
    assert list(first) == [f"c{made}.vcf"]
    assert office.phone.put("contacts", "8F3A.vcf", lines(*CARD)).status == 201
    with office.anna.read() as session:
        petra = session.scalars(select(Contact).where(Contact.uid == "8F3A1B2C-0001")).one()
        assert (petra.kind, petra.title, petra.first_name, petra.last_name) == ("person", "Dr.", "Petra", "Weber")
        assert petra.number
    token, news = office.phone.sync("contacts", token)
    assert list(news) == ["8F3A.vcf"]
    # at the desk: another address, a category; the phone reads both and what it wrote itself
    loaded = contact.load(office.anna, petra.id)
    loaded.record.addresses[0].street = "Hafenstraße"
    contact.save(office.anna, loaded)
    contact.set_category(office.anna, [petra.id], "Sailors")
    token, news = office.phone.sync("contacts", token)
    assert list(news) == ["8F3A.vcf"]
    text = office.phone.texts("contacts", "8F3A.vcf")["8F3A.vcf"]
    assert all(word in text for word in ("Hafenstraße", "X-BOAT:Nessie", "CATEGORIES:Sailors", "UID:8F3A1B2C-0001"))
    # the phone changes the number, adds one, and leaves out what it does not know
    changed = [
        line for line in lines(*CARD).replace("Ringstraße 5", "Hafenstraße 5").split("\r\n") if "BOAT" not in line
    ]
    changed[5] = changed[5].replace("5550123", "5550199")
    changed.insert(6, "TEL;type=WORK:+49 341 99")
    answer = office.phone.put("contacts", "8F3A.vcf", "\r\n".join(changed), str(news["8F3A.vcf"]))
    assert (answer.status, answer.headers.get("etag")) == (204, None)
    after = contact.load(office.anna, petra.id).record
    assert {point.value for point in after.points} == {"+49 171 5550199", "petra@weber.example", "+49 341 99"}
    assert after.points[0].id == loaded.record.points[0].id
    assert "X-BOAT:Nessie" in after.kept
    with office.anna.read() as session:
        assert category_names(session, [petra.id])[petra.id] == ("Sailors",)
    # deleted on the phone: in the trash, and gone for others
    token, _news = office.phone.sync("contacts", token)
    assert office.phone.ask("DELETE", "/anna/contacts/8F3A.vcf").status == 200
    assert contact.load(office.anna, petra.id).record.deleted_at is not None
    assert office.phone.sync("contacts", token)[1] == {"8F3A.vcf": None}
    assert office.phone.sync("contacts")[1].keys() == {f"c{made}.vcf"}


def test_each_side_hears_of_the_other_at_the_next_question(office: Office) -> None:
    """How many seconds that is, is the pace of the questions: half a second at the desk, the device's own there."""
    made = organisation(office.anna)
    desk = ChangeWatcher(office.jonas)
    desk.start()
    token, _listed = office.phone.sync("contacts")
    contact.set_category(office.jonas, [made], "Sailors")
    assert list(office.phone.sync("contacts", token)[1]) == [f"c{made}.vcf"]
    assert "CATEGORIES:Newsletter,Sailors" in office.phone.texts("contacts", f"c{made}.vcf")[f"c{made}.vcf"]
    desk.wait(0)
    assert office.phone.put("contacts", "8F3A.vcf", lines(*CARD)).status == 201
    with office.anna.read() as session:
        petra = session.scalars(select(Contact.id).where(Contact.uid == "8F3A1B2C-0001")).one()
    assert ("contact", petra, "I") in {(each.table, each.record, each.action) for each in desk.wait(0)}
    assert desk.wait(0) == frozenset()
    desk.stop()


def test_an_organisation_keeps_its_people_and_what_no_card_tells(office: Office) -> None:
    made = organisation(office.anna)
    name = f"c{made}.vcf"
    tag, text = office.phone.sync("contacts")[1][name], office.phone.texts("contacts", name)[name]
    new = text.replace("123456-0", "123456-77").replace("Albrecht;Anna", "Albrecht;Anne")
    kept = [line for line in new.splitlines() if not line.startswith(("CATEGORIES", "X-GENDER", "FN", "END"))]
    new = lines(*kept, "FN:Anne Albrecht", "END:VCARD")
    assert office.phone.put("contacts", name, new, str(tag)).status == 204
    record = contact.load(office.anna, made).record
    assert (record.kind, record.name, record.priority) == ("organisation", "Albrecht Metallbau GmbH", "A")
    assert "+49 341 123456-77" in {point.value for point in record.points}
    assert len(record.bank_accounts) == len(record.categories) == len(record.persons) == 1
    assert (record.persons[0].person.first_name, record.persons[0].person.salutation) == ("Anne", "ms")


def test_changed_twice_keeps_both(office: Office) -> None:
    made = organisation(office.anna)
    name = f"c{made}.vcf"
    tag, text = office.phone.sync("contacts")[1][name], office.phone.texts("contacts", name)[name]
    loaded = contact.load(office.jonas, made)
    loaded.record.notes = "Called back"
    contact.save(office.jonas, loaded)
    late = text.replace("END:VCARD", "NOTE:Moves in May\r\nEND:VCARD")
    for _again in range(2):
        assert office.phone.put("contacts", name, late, str(tag)).status == 412
    assert contact.load(office.anna, made).record.notes == "Called back"
    with office.anna.read() as session:
        note = session.scalars(select(Activity).where(Activity.contact_id == made)).one()
        assert "Moves in May" in note.text
        assert (note.state, note.responsible_id) == ("open", office.anna.user_id)
        file = session.scalars(select(Attachment).where(Attachment.activity_id == note.id)).one()
        assert file.name.endswith(".vcf")


def test_a_search_reads_only_what_the_index_finds(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    organisation(office.anna)
    for number, name in enumerate(("Éder", "Öztürk", "Vogt")):
        text = lines(*CARD).replace("Weber", name).replace("0001", f"000{number}")
        assert office.phone.put("contacts", f"{number}.vcf", text).status == 201
    read: list[int] = []
    texts = AddressBook.texts

    def counted(book: AddressBook, session: Session, marks: Sequence[Mark]) -> dict[str, str]:
        read.append(len(marks))
        return texts(book, session, marks)

    monkeypatch.setattr(AddressBook, "texts", counted)

    def found(*filters: str, test: str = "anyof") -> set[str]:
        read.clear()
        asked = QUERY.format(test=test, filters="".join(filters))
        answer = office.phone.ask("REPORT", "/anna/contacts/", asked, Depth="1")
        return {href.rpartition("/")[2] for href in answer.hrefs()}

    every = {"0.vcf", "1.vcf", "2.vcf", "c1.vcf"}
    assert found(FIND.format(name="FN", type="contains", text="öZTÜRK")) == {"1.vcf"}
    assert sum(read) == 1
    assert found(FIND.format(name="FN", type="starts-with", text="dr. petra v")) == {"2.vcf"}
    assert found(FIND.format(name="FN", type="starts-with", text="petra")) == set()
    assert found(FIND.format(name="EMAIL", type="equals", text="petra@weber.example")) == every - {"c1.vcf"}
    both = (FIND.format(name="N", type="contains", text="vogt"), FIND.format(name="TEL", type="contains", text="341"))
    assert found(*both) == {"2.vcf", "c1.vcf"}
    assert found(*both, test="allof") == set()
    assert found(FIND.format(name="X-BOAT", type="contains", text="nessie")) == every - {"c1.vcf"}
    assert sum(read) == len(every)  # it could be on any card
    text = lines(*CARD).replace(
        "NOTE:Likes boats", "NICKNAME:Peti,Pé\r\nTITLE:Buyer\r\nNOTE:Rows on " + "x" * 21_000 + " lakes"
    )
    assert office.phone.put("contacts", "3.vcf", text.replace("0001", "0009")).status == 201
    for name, words in (("NICKNAME", "peti"), ("TITLE", "buyer"), ("NOTE", "ROWS"), ("NOTE", "lakes")):
        assert found(FIND.format(name=name, type="contains", text=words)) == {"3.vcf"}, name
        assert sum(read) == 1
    assert found(FIND.format(name="NICKNAME", type="contains", text="boats")) == set()
    office.phone.ask("DELETE", "/anna/contacts/3.vcf")
    assert found('<C:prop-filter name="NOTE"><C:is-not-defined/></C:prop-filter>') == {"c1.vcf"}
    assert found('<C:prop-filter name="FN"/>') == every


def test_categories_are_groups_on_devices_of_apple(office: Office) -> None:
    first, second = organisation(office.anna), organisation(office.anna, "Becker KG")
    phone = Apple(office.phone.port, "anna", office.phone.password)
    assert not any(name.startswith("g") for name in office.phone.sync("contacts")[1])
    token, listed = phone.sync("contacts")
    (name,) = listed.keys() - {f"c{first}.vcf", f"c{second}.vcf"}
    text = phone.texts("contacts", name)[name]
    uids = [line.rpartition(":")[2] for line in text.splitlines() if "MEMBER" in line]
    assert ("FN:Newsletter" in text, "X-ADDRESSBOOKSERVER-KIND:group" in text, len(uids)) == (True, True, 2)
    # one goes out of it on the phone, while another comes in at the desk: the phone is late, reads, and tries again
    without = "".join(f"{line}\r\n" for line in text.splitlines() if not line.endswith(uids[0]))
    third = organisation(office.jonas, "Carl OHG")
    assert phone.put("contacts", name, without, str(listed[name])).status == 412
    token, listed = phone.sync("contacts", token)
    assert listed.keys() == {name, f"c{third}.vcf"}
    text = phone.texts("contacts", name)[name]
    without = "".join(f"{line}\r\n" for line in text.splitlines() if not line.endswith(uids[0]))
    renamed = without.replace("Newsletter", "Circular")
    assert phone.put("contacts", name, renamed, str(listed[name])).status == 204
    with office.anna.read() as session:
        assert category_names(session, [first, second, third]) == {second: ("Circular",), third: ("Circular",)}
        assert session.scalars(select(Activity.id)).all() == []
    # a new one, made empty and then filled
    made = lines("BEGIN:VCARD", "VERSION:3.0", "UID:group-1", "FN:Fair", "N:Fair", "X-ADDRESSBOOKSERVER-KIND:group",
                 "END:VCARD")  # fmt: skip
    assert phone.put("contacts", "fair.vcf", made).status == 201
    token, listed = phone.sync("contacts", token)
    filled = made.replace("END:", f"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:{uids[0]}\r\nEND:")
    assert phone.put("contacts", "fair.vcf", filled, str(listed["fair.vcf"])).status == 204
    token, listed = phone.sync("contacts", token)
    assert listed.keys() == {"fair.vcf", f"c{first}.vcf"}
    text = phone.texts("contacts", "fair.vcf")["fair.vcf"]
    assert ("UID:group-1" in text, text.count("MEMBER")) == (True, 1)
    # deleted there: nobody carries it any more, and undo brings it back
    assert phone.ask("DELETE", f"/anna/contacts/{name}").status == 200
    assert phone.sync("contacts", token)[1][name] is None
    with office.anna.read() as session:
        assert category_names(session, [first, second, third]) == {first: ("Fair",)}
    undo.undo_last(office.anna)
    assert phone.sync("contacts")[1].keys() >= {name, "fair.vcf"}
    assert office.phone.put("contacts", "g9.vcf", made).status == 403
    assert phone.ask("PROPFIND", f"/anna/contacts/{name}", Depth="0").status == 207
    assert office.phone.ask("PROPFIND", f"/anna/contacts/{name}", Depth="0").status == 404


def test_what_a_phone_will_ask_for_next_is_read_ahead_and_never_old(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [organisation(office.anna, f"Becker {number} KG") for number in range(14)]
    names = [f"c{number}.vcf" for number in made]
    read: list[int] = []
    texts = AddressBook.texts

    def counted(book: AddressBook, session: Session, marks: Sequence[Mark]) -> dict[str, str]:
        read.append(len(marks))
        return texts(book, session, marks)

    monkeypatch.setattr(AddressBook, "texts", counted)
    office.phone.sync("contacts")
    assert len(office.phone.texts("contacts", *names[:10])) == 10
    assert office.phone.texts("contacts", *names[10:12]).keys() == set(names[10:12])
    assert read == [14]
    loaded = contact.load(office.anna, made[13])
    loaded.record.notes = "Moves in May"
    contact.save(office.anna, loaded)
    assert "Moves in May" in office.phone.texts("contacts", names[13])[names[13]]
    assert read == [14, 1]
