"""Importing: what is news to contacts that are here, lists of contacts, and numbers of other offices."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from gcrm.model.attachment import Attachment
from gcrm.services import contact as contacts
from gcrm.services import contact_list
from gcrm.services.contact_data import category_names
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.exchange.contact_card import uid_of
from gcrm.services.exchange.import_plan import Rule
from gcrm.services.undo import undo_last
from tests.services.exchange.importing import card, company, loaded, take


def test_a_number_alone_is_nobody(database: Database, tmp_path: Path) -> None:
    """Every office begins with the same number."""
    take(database, tmp_path, card("N:Beta;Bert", "FN:Bert Beta"))
    stranger = card("UID:gcrm-1-0123456789abcdef", "N:Alpha;Anna", "FN:Anna Alpha", "TEL:+49 30 555011",
                    'X-GCRM:{"number":"50001"}')  # fmt: skip
    plan, report = take(database, tmp_path, stranger, "update")
    assert plan.counts() == {"create": 1}
    assert loaded(database, "bert").points == []
    anna = contacts.load(database, report.created[0]).record
    assert (anna.number, anna.kept) == ("50002", ["X-GCRM-NUMBER:50001"])
    plan, _report = take(database, tmp_path, stranger, "update")
    assert plan.counts() == {"skip": 1}
    same = card("N:Beta;Bert", "FN:Bert Beta", "EMAIL:bert@beta.example", 'X-GCRM:{"number":"50001"}')
    plan, _report = take(database, tmp_path, same, "update")
    assert (plan.counts(), plan.rows[0].why) == ({"update": 1}, "Same number")


@pytest.mark.parametrize(
    "number", ["<b>70001</b>", "7000\u202e1", "7" * 50_000, "none"], ids=("tags", "turned", "long", "word")
)
def test_what_is_no_number_stays_with_the_other_data(database: Database, tmp_path: Path, number: str) -> None:
    _plan, report = take(database, tmp_path, card("FN:Anna Alpha", f'X-GCRM:{{"number":"{number}"}}'))
    anna = contacts.load(database, report.created[0]).record
    assert anna.number == "50001"
    assert len(anna.kept) == 1
    assert anna.kept[0].startswith("X-GCRM-NUMBER:")


CLUB = (
    "BEGIN:VCARD", "VERSION:4.0", "KIND:group", "FN:Skittles club", "NOTE:meets on", "  Tuesdays", "TEL:+49 30 777777",
    "X-CLUBROOM:17", "MEMBER:urn:uuid:a", "MEMBER:urn:uuid:nobody", "MEMBER:mailto:bert@beta.example",
    "MEMBER:mailto:stranger@example.org", "END:VCARD", "",
)  # fmt: skip


def test_a_list_accounts_for_every_line_of_its_own(database: Database, tmp_path: Path) -> None:
    text = card("UID:A", "FN:Anna A") + card("FN:Bert B", "EMAIL:Bert@Beta.example") + "\r\n".join(CLUB)
    plan, report = take(database, tmp_path, text)
    assert plan.counts() == {"create": 2, "skip": 1}
    (file,) = report.files
    assert file.lines == file.mapped + file.kept + len(file.reported)
    assert [line for line, _why in file.reported] == [15, 16, 17, 18, 20, 22]
    assert "list" in file.reported[0][1]
    assert "member" in file.reported[4][1]
    with database.read() as session:
        assert category_names(session, report.created) == dict.fromkeys(report.created, ("Skittles club",))


@pytest.mark.parametrize("rule", ["skip", "update"])
def test_members_who_are_here_already_get_the_category_of_a_list(
    database: Database, tmp_path: Path, rule: Rule
) -> None:
    anna, bert = card("UID:urn:uuid:A", "FN:Anna A"), card("FN:Bert B", "EMAIL:bert@beta.example")
    _plan, first = take(database, tmp_path, anna + bert)
    for text in (anna + "\r\n".join(CLUB), "\r\n".join(CLUB)):  # with one of them in the file, with none
        _plan, report = take(database, tmp_path, text, rule)
        assert report.updated == first.created
        with database.read() as session:
            assert category_names(session, first.created) == dict.fromkeys(first.created, ("Skittles club",))
            assert contact_list.count(session, contact_list.ContactQuery("skittles")) == 2
        again, nothing = take(database, tmp_path, text, rule)
        assert (again.counts()["update"], nothing.operation) == (0, None)
        undo_last(database)
        with database.read() as session:
            assert category_names(session, first.created) == {}


def test_a_member_with_an_exchange_id_of_our_own_is_found(database: Database, tmp_path: Path) -> None:
    _plan, report = take(database, tmp_path, card("FN:Anna A"))
    uid = uid_of(contacts.load(database, report.created[0]).record)
    _plan, again = take(database, tmp_path, card("FN:Club", "X-ADDRESSBOOKSERVER-KIND:group", f"MEMBER:{uid}"))
    assert again.updated == report.created


def picture() -> str:
    out = BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(
    ("news", "label"),
    [(f"PHOTO;ENCODING=b;TYPE=PNG:{picture()}", "Picture"), ("CATEGORIES:VIP", "Category")],
    ids=("picture", "category"),
)
def test_a_picture_or_a_category_is_news(database: Database, tmp_path: Path, news: str, label: str) -> None:
    take(database, tmp_path, company(0))
    plan, report = take(database, tmp_path, company(0, news), "update")
    assert (plan.rows[0].additions, len(report.updated)) == ((label,), 1)
    again, nothing = take(database, tmp_path, company(0, news), "update")
    assert (again.rows[0].additions, nothing.operation) == ((), None)


def test_a_category_for_all_is_given_to_those_who_are_here(database: Database, tmp_path: Path) -> None:
    _plan, first = take(database, tmp_path, company(0, "CATEGORIES:VIP"))
    plan = importer.preview(database, [tmp_path / "cards.vcf"], duplicates="update")
    assert importer.apply(database, plan, categories=["vip"]).operation is None
    report = importer.apply(database, plan, categories=["Fair"])
    assert report.updated == first.created
    assert report.files[0].updated == 1
    with database.read() as session:
        assert category_names(session, first.created)[first.created[0]] == ("Fair", "VIP")
    skipped = importer.preview(database, [tmp_path / "cards.vcf"])
    assert importer.apply(database, skipped, categories=["Other"]).operation is None


def test_what_a_repeated_card_adds_is_not_lost(database: Database, tmp_path: Path) -> None:
    news = ("CATEGORIES:Fair", f"PHOTO;ENCODING=b;TYPE=PNG:{picture()}")
    text = card("UID:7", "FN:Eva", "CATEGORIES:VIP") + card("UID:7", "FN:Eva", *news)
    plan, report = take(database, tmp_path, text, "update")
    assert plan.rows[1].additions == ("Picture", "Category")
    with database.read() as session:
        assert category_names(session, report.created)[report.created[0]] == ("Fair", "VIP")
        assert session.scalar(select(func.count()).select_from(Attachment)) == 1


def test_texts_that_no_index_holds_are_kept(database: Database, tmp_path: Path) -> None:
    long = (f"UID:{'u' * 4000}", f"ADR:;;Weg 1;Ulm;;{'8' * 5000};")
    own = f'X-GCRM:{{"number":"{"7" * 50_000}"}}'
    _plan, report = take(database, tmp_path, card("FN:Eva", *long, own))
    eva = contacts.load(database, report.created[0]).record
    assert {line[:8] for line in eva.kept} == {"UID:uuuu", "ADR:;;We", "X-GCRM-N"}
    assert (report.files[0].kept, report.files[0].reported) == (3, ())
