"""Importing: nothing is created silently, every line is accounted for, one undo takes all of it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from gcrm.errors import ConflictError, UserError
from gcrm.model.attachment import Attachment
from gcrm.model.base import Record
from gcrm.model.change import Change, ContactSearch, Operation
from gcrm.model.contact_point import ContactPoint
from gcrm.model.registry import table_of, tracked_columns
from gcrm.services import contact as contacts
from gcrm.services import contact_list, contact_rules
from gcrm.services.caller import who_is
from gcrm.services.check import check
from gcrm.services.contact_data import category_names
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.exchange.contact_card import to_contact
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.search_texts import index_texts
from gcrm.services.undo import undo, undo_last
from tests.services.exchange.importing import card, company, count, loaded, take


class StoppedError(Exception):
    """Somebody pressed Cancel."""


class Stopper:
    """Presses Cancel at the given look."""

    def __init__(self, at: int) -> None:
        self.left = at

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        self.check()

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise StoppedError


def test_a_preview_writes_nothing(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "cards.vcf"
    file.write_text(company())
    with database.read() as session:
        before = session.scalar(select(func.count()).select_from(Change))
    assert importer.preview(database, [file]).counts() == {"create": 1}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Change)) == before


def test_what_is_imported_is_found_numbered_and_known_to_the_telephone(database: Database, tmp_path: Path) -> None:
    text = card(
        "N:Maier;Eva;;Frau;", "FN:Eva Maier", "ORG:Werft Süd GmbH", "TITLE:Leitung", "TEL;TYPE=CELL:0171 5550100",
        "ADR;TYPE=WORK:;;Hafen 3;Hamburg;;20457;Germany", "CATEGORIES:Press,VIP",
    )  # fmt: skip
    _plan, report = take(database, tmp_path, text)
    contact = loaded(database, "werft hamburg maier")
    assert contact.number == "50001"
    assert (contact.persons[0].function, contact.persons[0].points[0].contact_id) == ("Leitung", contact.id)
    assert (contact.version, contact.created_by, contact.addresses[0].is_default) == (1, database.user_id, True)
    with database.read() as session:
        (match,) = who_is(session, "+491715550100", database.home)
        assert (match.name, match.contact_name) == ("Eva Maier", "Werft Süd GmbH")
        assert category_names(session, [contact.id])[contact.id] == ("Press", "VIP")
    assert report.created == (contact.id,)
    assert check(database).findings == ()


def test_an_import_is_one_operation_that_is_undone_whole(database: Database, tmp_path: Path) -> None:
    _plan, report = take(database, tmp_path, "".join(company(number, "CATEGORIES:New") for number in range(30)))
    assert count(database) == 30
    with database.read() as session:
        operation = session.get(Operation, report.operation)
        assert operation is not None
        assert operation.kind == "import"
    step = undo_last(database)
    assert step is not None
    assert count(database) == 0
    with database.read() as session:
        assert contact_list.count(session, contact_list.ContactQuery("werft")) == 0
        assert session.scalar(select(func.count()).select_from(ContactPoint)) == 0
    assert check(database).findings == ()


def test_undo_keeps_what_was_edited_since_with_all_that_belongs_to_it(database: Database, tmp_path: Path) -> None:
    _plan, report = take(database, tmp_path, "".join(company(number, "EMAIL:a@b.example") for number in range(5)))
    edited = contacts.load(database, report.created[2])
    edited.record.notes = "rang back"
    contacts.save(database, edited)
    assert report.operation is not None
    with pytest.raises(ConflictError):
        undo(database, report.operation)
    assert importer.undo_import(database, report.operation) == ("Werft 2 GmbH",)
    assert count(database) == 1
    kept = contacts.load(database, report.created[2]).record
    assert (kept.notes, len(kept.points)) == ("rang back", 2)
    with pytest.raises(UserError):
        importer.undo_import(database, report.operation)


def test_undo_keeps_a_contact_of_which_only_a_number_was_edited(database: Database, tmp_path: Path) -> None:
    text = card("N:Maier;Eva", "FN:Eva Maier", "ORG:Werft", "TEL;TYPE=CELL:0171 1") + company(1)
    _plan, report = take(database, tmp_path, text)
    edited = contacts.load(database, report.created[0])
    edited.record.persons[0].points[0].value = "0171 2"
    contacts.save(database, edited)
    assert importer.undo_import(database, report.operation or 0) == ("Werft",)
    kept = contacts.load(database, report.created[0]).record
    assert kept.persons[0].person.full_name == "Eva Maier"
    assert count(database) == 1


@pytest.mark.parametrize(
    "again",
    [
        card("UID:urn:uuid:7", "FN:Somebody Else", "N:Else;Somebody"),
        card("FN:Werft 0 GmbH", "ORG:Werft 0 GmbH", "TEL:0049 (40) 5550-000"),
        card("FN:Werft 0", "ORG:Werft 0", "EMAIL:Office@Werft.example", "URL:https://werft.example"),
        card("FN:WERFT 0 GMBH", "ORG:WERFT 0 GMBH", "ADR;TYPE=WORK:;;;Hamburg;;;"),
        card("FN:Werft 0 GmbH", "ORG:Werft 0 GmbH"),
    ],
    ids=("exchange id", "telephone number", "e-mail address", "name and town", "nothing new"),
)
def test_what_seems_to_be_here_is_proposed_and_not_created(database: Database, tmp_path: Path, again: str) -> None:
    first = company(0, "UID:urn:uuid:7", "EMAIL:office@werft.example", "ADR;TYPE=WORK:;;Hafen 3;Hamburg;;20457;Germany")
    take(database, tmp_path, first)
    plan, report = take(database, tmp_path, again)
    assert plan.counts() == {"skip": 1}
    assert "Werft 0 GmbH" in plan.rows[0].reason()
    assert (count(database), report.operation) == (1, None)
    take(database, tmp_path, again, "add")
    assert count(database) == 2


def test_filling_adds_what_is_missing_and_clears_nothing(database: Database, tmp_path: Path) -> None:
    take(database, tmp_path, company(0, "NOTE:old words", "ADR;TYPE=WORK:;;Hafen 3;Hamburg;;20457;Germany"))
    before = loaded(database, "werft")
    more = company(
        0,
        "NOTE:new words",
        "EMAIL:office@werft.example",
        "CATEGORIES:Press",
        "X-PET:cat",
        "ADR;TYPE=WORK:;;;Hamburg;;;",
    )
    plan, report = take(database, tmp_path, more, "update")
    assert plan.rows[0].additions == ("E-mail", "other data", "Category")
    after = loaded(database, "werft")
    assert report.updated == (after.id,) == (before.id,)
    assert after.notes == "old words"
    assert [point.value for point in after.points] == ["+49 40 5550000", "office@werft.example"]
    assert len(after.addresses) == 1
    assert after.kept == ["X-PET:cat"]
    assert after.version > before.version
    assert plan.file_reports()[0].updated == 1
    again, nothing = take(database, tmp_path, more, "update")
    assert again.counts() == {"skip": 1}
    assert nothing.operation is None
    undo_last(database)
    assert len(loaded(database, "werft").points) == 1


def test_a_card_that_stands_twice_is_created_once(database: Database, tmp_path: Path) -> None:
    text = company(1) + company(1) + card("UID:7", "FN:Eva") + card("UID:7", "FN:Eva", "TEL:0171 1")
    plan, _report = take(database, tmp_path, text)
    assert plan.counts() == {"create": 2, "skip": 2}
    assert "1" in plan.rows[1].reason()
    assert count(database) == 2
    importer.undo_import(database, _report.operation or 0)
    plan, _report = take(database, tmp_path, text, "update")
    assert plan.counts() == {"create": 2, "skip": 1, "update": 1}
    assert loaded(database, "eva").points[0].value == "0171 1"


def test_a_list_gives_its_members_a_category(database: Database, tmp_path: Path) -> None:
    text = card("UID:1", "FN:Eva Maier", "N:Maier;Eva") + card(
        "FN:Skittles club", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1"
    )
    plan, report = take(database, tmp_path, text)
    assert plan.counts() == {"create": 1, "skip": 1}
    with database.read() as session:
        assert category_names(session, report.created)[report.created[0]] == ("Skittles club",)


RICH = card(
    "N:Müller;Jörg;;Herr Dr.;", "FN:Dr. Jörg Müller", "ORG:Bäckerei Groß & Söhne;Einkauf", "TITLE:Leitung",
    "TEL;TYPE=CELL:0171 5550100", "TEL:+49 40 5550100", "TEL;TYPE=FAX:040/5550-109", "EMAIL:j.mueller@gross.example",
    "URL:https://gross.example", "IMPP;X-SERVICE-TYPE=Skype:skype:gross", "BDAY:1980-02-29", "LANG:de",
    "ADR;TYPE=WORK:;Hinterhof;Hafenstraße 3;Hamburg;;20457;Germany", "ADR;TYPE=HOME:;;Am Öhr 1;Köln;;50667;Germany",
    "CATEGORIES:Press,vip", "X-PET:cat", "NOTE:a\\nb",
    'X-GCRM:{"number":"70007","persons":[{"last_name":"Øre","function":"Empfang","points":'
    '[{"kind":"phone","value":"+49 40 5550101"}]}],"points":[{"kind":"other","value":"Tor 3"}]}',
)  # fmt: skip


def test_the_index_of_an_import_is_the_one_made_of_its_rows(database: Database, tmp_path: Path) -> None:
    take(database, tmp_path, company(1, "CATEGORIES:VIP"))
    twins = card("UID:7", "FN:Eva Öz", "N:Öz;Eva") + card("UID:7", "FN:Eva Öz", "TEL:0171 1", "ADR:;;Weg 1;Ulm;;89073;")
    _plan, report = take(database, tmp_path, RICH + twins + company(2), "update")
    assert len(report.created) == 3
    with database.read() as session:
        rows = session.execute(select(ContactSearch.contact_id, ContactSearch.text)).all()
        written = {row.contact_id: row.text for row in rows}
        assert written == index_texts(session, sorted(written))
    assert set(report.created) < set(written)
    assert check(database).findings == ()


def test_rows_written_in_masses_are_those_of_one_contact_saved(database: Database, tmp_path: Path) -> None:
    _plan, report = take(database, tmp_path, RICH)
    imported = to_contact(read_vcard((tmp_path / "cards.vcf").read_bytes()).cards[0])
    imported.contact.number = None
    alone = contacts.create(database, imported.contact, categories=imported.categories)
    single = contacts.load(database, alone).record
    masses = contacts.load(database, report.created[0]).record
    for one, other in zip(contact_rules.walk(single), contact_rules.walk(masses), strict=True):
        mine, theirs = comparable(one), comparable(other)
        assert mine == theirs
        assert (other.version, other.created_by) == (1, database.user_id)


def comparable(record: Record) -> dict[str, object]:
    """Return the fields of a record but ids, numbers and bookkeeping."""
    names = [name for name in tracked_columns(table_of(type(record))) if not name.endswith("_id")]
    return {name: getattr(record, name) for name in names if name != "number"}


def test_cancel_leaves_nothing(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "cards.vcf"
    file.write_text("".join(company(number) for number in range(40)))
    plan = importer.preview(database, [file])
    looks = 0
    while True:
        try:
            importer.apply(database, plan, Stopper(looks))
            break
        except StoppedError:
            looks += 1
            assert count(database) == 0
            plan = importer.preview(database, [file])
    assert looks >= 2
    assert count(database) == 40


def test_a_contact_that_was_deleted_meanwhile_stops_the_import(database: Database, tmp_path: Path) -> None:
    take(database, tmp_path, company(0))
    file = tmp_path / "more.vcf"
    file.write_text(company(0, "EMAIL:office@werft.example") + company(1))
    plan = importer.preview(database, [file], duplicates="update")
    gone = loaded(database, "werft").id
    contacts.trash(database, [gone])
    contacts.purge(database, [gone])
    with pytest.raises(ConflictError):
        importer.apply(database, plan)
    assert count(database) == 0


def test_pictures_come_along_and_are_not_replaced(database: Database, tmp_path: Path, corpora: Path) -> None:
    from gcrm.tour.phone_file import write_phone_file

    file = tmp_path / "phone.vcf"
    write_phone_file(file)
    importer.apply(database, importer.preview(database, [file]))
    importer.apply(database, importer.preview(database, [file], duplicates="update"))
    with database.read() as session:
        (picture,) = session.scalars(select(Attachment)).all()
    assert (picture.media_type, picture.is_picture) == ("image/jpeg", True)


def test_every_line_of_every_real_file_is_accounted_for(database: Database, corpora: Path) -> None:
    plan = importer.preview(database, [corpora / "vcard"])
    for report in plan.file_reports():
        assert report.lines == report.mapped + report.kept + len(report.reported), report.file
        assert report.records == report.created + report.updated + report.skipped, report.file
    done = importer.apply(database, plan)
    assert count(database) == len(done.created) == plan.counts()["create"] > 1000
    if database.is_sqlite:  # equal keys are asked for, which Python makes
        again = importer.preview(database, [corpora / "vcard"])
        assert again.counts()["create"] == 0
    assert check(database).findings == ()


def test_several_files_are_read_though_one_is_missing(database: Database, tmp_path: Path) -> None:
    (tmp_path / "good.vcf").write_text(company())
    plan = importer.preview(database, [tmp_path / "good.vcf", tmp_path / "missing.vcf"])
    assert plan.counts() == {"create": 1}
    assert "missing.vcf" in plan.refused[0][1]
    with pytest.raises(UserError):
        importer.preview(database, [tmp_path / "missing.vcf"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError):
        importer.preview(database, [tmp_path / "empty"])


def test_numbers_of_our_own_export_are_kept_where_they_are_free(database: Database, tmp_path: Path) -> None:
    take(database, tmp_path, company(0))
    text = (
        card("FN:Other", 'X-GCRM:{"number":"70007"}')
        + card("FN:Third", 'X-GCRM:{"number":"70007"}')
        + card("FN:Fourth")
    )
    take(database, tmp_path, text)
    numbers = [loaded(database, name).number for name in ("other", "third", "fourth")]
    assert numbers[0] == "70007"
    assert len({*numbers, "50001"}) == 4
