"""Exporting: other programs read it, importing it again changes nothing, the clipboard speaks three languages."""

from __future__ import annotations

from pathlib import Path

import pytest
import vobject
from sqlalchemy import func, select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.change import Change
from gcrm.services import attachment, contact_list
from gcrm.services.contact_data import contact_data
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.demo import create
from gcrm.services.exchange import importer
from gcrm.services.exchange.exporter import clipboard_texts, export_contacts, export_query
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.exchange.vcard_write import Version
from gcrm.services.opening import open_office
from gcrm.tour.phone_file import write_phone_file

VERSIONS: tuple[Version, ...] = ("2.1", "3.0", "4.0")


@pytest.fixture
def phone(database: Database, tmp_path: Path) -> tuple[int, ...]:
    """Give the four contacts of a mobile phone."""
    file = tmp_path / "phone.vcf"
    write_phone_file(file)
    return importer.apply(database, importer.preview(database, [file])).created


def changes(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Change)) or 0


@pytest.mark.parametrize("version", VERSIONS)
def test_importing_an_export_changes_nothing(database: Database, tmp_path: Path, version: Version) -> None:
    create(database, 150, seed=11, activities=0)
    file = tmp_path / "all.vcf"
    assert export_query(database, ContactQuery(), file, version=version) == 150
    before = changes(database)
    for rule in ("skip", "update"):
        plan = importer.preview(database, [file], duplicates=rule)
        assert plan.counts() == {"skip": 150}
        assert importer.apply(database, plan).operation is None
    assert changes(database) == before


@pytest.mark.parametrize("version", VERSIONS)
def test_another_office_gets_everything_a_card_can_say(
    database: Database, tmp_path: Path, phone: tuple[int, ...], version: Version
) -> None:
    first, second = tmp_path / "first.vcf", tmp_path / "second.vcf"
    export_contacts(database, phone, first, version=version)
    elsewhere = open_office(str(tmp_path / "other.gcrm"))
    made = importer.apply(elsewhere, importer.preview(elsewhere, [first])).created
    export_contacts(elsewhere, made, second, version=version)
    elsewhere.close()
    cards, again = (read_vcard(file.read_bytes()).cards for file in (first, second))
    assert len(cards) == len(again) == 4
    for card, other_card in zip(cards, again, strict=True):
        assert (card.formatted, card.points, card.addresses) == (
            other_card.formatted, other_card.points, other_card.addresses,
        )  # fmt: skip
        assert (card.photo is None) == (other_card.photo is None)
        assert set(other_card.kept) == set(card.kept)


LEFT_OUT = (
    *("uid", "bank_accounts", "open_items", "consents", "priority"),
    *("is_customer", "is_supplier", "is_prospect", "is_other"),
    *("debtor_number", "creditor_number", "currency", "price_group", "payment_type", "payment_terms", "discount"),
    *("credit_limit", "responsible_id"),
)
"""The exchange id, and what docs/cli.md lists as left out."""


def shown(database: Database) -> dict[str, dict[str, object]]:
    """Return every contact by number, as `gcrm show` writes it."""
    with database.read() as session:
        found = [contact_data(session, contact) for contact in contact_list.ids(session, ContactQuery())]
    return {str(data["number"]): {n: v for n, v in data.items() if n not in LEFT_OUT} for data in found}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_empty_office_gets_every_number_with_its_owner(database: Database, tmp_path: Path, version: Version) -> None:
    create(database, 40, seed=7, activities=0)
    export_query(database, ContactQuery(), tmp_path / "all.vcf", version=version)
    elsewhere = open_office(str(tmp_path / "other.gcrm"))
    importer.apply(elsewhere, importer.preview(elsewhere, [tmp_path / "all.vcf"]))
    before, after = shown(database), shown(elsewhere)
    elsewhere.close()
    assert len(before) == 40
    assert after == before


def test_vobject_reads_what_is_exported(database: Database, tmp_path: Path, phone: tuple[int, ...]) -> None:
    file = tmp_path / "out.vcf"
    export_contacts(database, phone, file, version="3.0")
    read = list(vobject.readComponents(file.read_text(encoding="utf-8")))
    assert {card.fn.value for card in read} == {"Jürgen Grünwald", "Inês Santos", "Żaneta Łukasiewicz", "Werkstatt"}
    santos = next(card for card in read if card.fn.value == "Inês Santos")
    assert santos.org.value == ["Cerâmica São João, Lda.", "Vendas"]
    grunwald = next(card for card in read if card.fn.value == "Jürgen Grünwald")
    assert grunwald.adr.value.city == "Köln"
    assert grunwald.photo.value[:2] == b"\xff\xd8"


def test_the_old_version_is_plain_ascii_in_short_lines(
    database: Database, tmp_path: Path, phone: tuple[int, ...]
) -> None:
    file = tmp_path / "out.vcf"
    export_contacts(database, phone, file, version="2.1")
    text = file.read_bytes().decode("ascii")
    assert max(map(len, text.splitlines())) <= 120
    read = list(vobject.readComponents(text, allowQP=True))
    assert {card.fn.value for card in read} == {"Jürgen Grünwald", "Inês Santos", "Żaneta Łukasiewicz", "Werkstatt"}


def test_an_export_is_noted_in_the_chronicle(database: Database, tmp_path: Path, phone: tuple[int, ...]) -> None:
    export_contacts(database, phone, tmp_path / "out.vcf")
    with database.read() as session:
        noted = session.scalars(select(Activity).where(Activity.type == "export")).all()
    assert sorted(activity.contact_id or 0 for activity in noted) == sorted(phone)
    assert all("out.vcf" in activity.subject for activity in noted)


def test_one_file_each(database: Database, tmp_path: Path, phone: tuple[int, ...]) -> None:
    assert export_contacts(database, phone, tmp_path / "each", split=True) == 4
    assert len(list((tmp_path / "each").glob("*.vcf"))) == 4


def test_nothing_to_export_is_said(database: Database, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        export_contacts(database, [], tmp_path / "out.vcf")
    assert not (tmp_path / "out.vcf").exists()


def test_terms_and_bank_accounts_stay_here(database: Database, tmp_path: Path) -> None:
    create(database, 60, seed=3, activities=0)
    export_query(database, ContactQuery(), tmp_path / "out.vcf")
    text = (tmp_path / "out.vcf").read_text(encoding="utf-8")
    for secret in ("credit", "discount", "iban", "payment"):
        assert secret not in text.lower()


def test_the_clipboard_has_address_vcard_and_rows(database: Database, phone: tuple[int, ...]) -> None:
    with database.read() as session:
        texts = clipboard_texts(session, phone[:2], database.home, ("display_name", "town"))
        numbers = clipboard_texts(session, phone[:1], database.home, ("phone",)).rows.splitlines()[1]
    assert texts.plain.startswith("Jürgen Grünwald\nDomstraße 4\n50668 Köln")
    assert "PORTUGAL" in texts.plain
    assert texts.vcard.count("BEGIN:VCARD") == 2
    assert "X-GCRM" not in texts.vcard
    assert texts.rows == "Name\tTown\nJürgen Grünwald\tKöln\nCerâmica São João, Lda.\tLisboa"
    assert numbers.startswith("+")  # no apostrophe: it is no formula


def test_a_picture_that_is_too_large_for_a_card_is_made_smaller(
    database: Database, tmp_path: Path, phone: tuple[int, ...]
) -> None:
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.effect_noise((1500, 1500), 90).convert("RGB").save(data, "JPEG", quality=95)
    attachment.set_picture(database, phone[2], data.getvalue())
    export_contacts(database, [phone[2]], tmp_path / "out.vcf")
    (card,) = read_vcard((tmp_path / "out.vcf").read_bytes()).cards
    assert card.photo is not None
    assert (tmp_path / "out.vcf").stat().st_size < len(data.getvalue()) / 4
    with database.read() as session:
        assert contact_list.count(session, ContactQuery()) == 4
