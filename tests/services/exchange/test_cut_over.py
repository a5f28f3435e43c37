"""Moving house: tables joined by customer number, files by the number in their name, in one step that can be undone."""

from __future__ import annotations

import json
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import func, select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.contact import Contact
from gcrm.model.open_item import OpenItem
from gcrm.services import contact as contacts
from gcrm.services import number_range
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.exchange.cut_over.account import (
    DOUBTFUL,
    LEFT,
    NO_AMOUNT,
    NO_DOCUMENT,
    OLD_NUMBER_TAKEN,
    SETTLED,
    TAKEN,
    UNKNOWN,
)
from gcrm.services.exchange.cut_over.carry_out import carry_out, take_back
from gcrm.services.exchange.cut_over.plan import CutOver, make_plan
from gcrm.services.exchange.cut_over.sheet import as_json, lines_of, print_sheet
from gcrm.services.exchange.cut_over.sources import look
from gcrm.services.moment import wall_of
from gcrm.services.opening import open_office
from tests.databases import SqliteOffices

TABLES = {
    "Kunden.csv": "Kundennr;Firma;Straße;PLZ;Ort;Telefon;Farbe\n"
    "20001;Werft GmbH;Am Kai 3;20457;Hamburg;040 5550001;\n20002;Mühle KG;Hof 1;04109;Leipzig;;\n;;;;;;rot\n"
    "20002;Bäcker OHG;Weg 2;04109;Leipzig;keins;\n",
    "Ansprechpartner.csv": "Kundennr;Firma;Vorname;Nachname;Funktion;Telefon;E-Mail\n"
    "20001;Werft GmbH;Eva;Neu;Einkauf;040 5550002;eva@werft.example\n"
    "20002;Mühle KG;Karl;Korn;;;\n20001;Werft GmbH;Eva;Neu;Einkauf;040 5550002;eva@werft.example\n"
    "99999;Nie GmbH;Nie;Mand;;;\n",
    "Bank.csv": "Kundennr;Kontoinhaber;IBAN;BIC\n20001;Werft GmbH;DE02120300000000202051;BYLADEM1001\n"
    ";Niemand;DE02500105170137075030;\n",
    "Notizen.csv": "ID;Kundennr;Datum;Uhrzeit;Art;Betreff;Text;Ort\n"
    '1;20001;03. OKT 2019;09:30 per Du;Anruf;Angebot;"Will 3 Boote,\nschnell";Kiel\n2;20002;irgendwann;;Besuch;Hof;;\n'
    "3;77777;01.01.2020;;Notiz;Nichts;;\n",
    "Posten.csv": "Kundennr;Rechnungsnr;Betrag;Fällig\n20001;R1;119,00;01.02.2020\n",
    "Wiedervorlagen.csv": "Kundennr;Wiedervorlage;Aufgabe;Erledigt\n"
    "20001;15.1.2031;Nachfassen;\n20002;1.2.2020;War schon;ja\n",
}
MORE = "Kundennr;Vorname;Nachname;Mobil\n020001;Ole;Olsen;0171 5550009\n20001;Eva;Neu;0171 5550003\n"
PDFS = ("20001/2020.pdf", "Belege/RE_20002_Rechnung.pdf", "Belege/ohne.pdf", "Belege/20001 20002.pdf", "77777.pdf")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Give a folder as another program left it."""
    folder = tmp_path / "Altes Programm"
    for name, text in TABLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("cp1252"))
    for name in PDFS:
        path = folder / "Dokumente" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.4 " + name.encode())
    return folder


def planned(database: Database, folder: Path) -> CutOver:
    return make_plan(database, look(database, folder))


def counts(database: Database) -> tuple[int, ...]:
    with database.read() as session:
        some = (Contact, Activity, Attachment)
        return tuple(session.scalar(select(func.count()).select_from(cls)) or 0 for cls in some)


def next_customer(database: Database) -> int:
    with database.read() as session:
        return next(row.next_value for row in number_range.ranges(session) if row.key == "customer")


def test_a_whole_folder_comes_in_and_goes_in_one_step(database: Database, old: Path, tmp_path: Path) -> None:
    before = counts(database), next_customer(database)
    made = planned(database, old)
    assert (counts(database), next_customer(database)) == before
    told = {each.name: (each.kind, each.rows, each.created, each.updated, each.left_out) for each in made.accounts}
    assert told == {
        "Ansprechpartner.csv": ("person", 4, 2, 0, 2),
        "Bank.csv": ("bank_account", 2, 1, 0, 1),
        "Kunden.csv": ("contact", 4, 3, 0, 1),
        "Notizen.csv": ("note", 3, 2, 0, 1),
        "Posten.csv": ("open_item", 1, 1, 0, 0),
        "Wiedervorlagen.csv": ("follow_up", 2, 2, 0, 0),
    }
    assert +made.accounts[2].remarks == {OLD_NUMBER_TAKEN: 1, DOUBTFUL: 1}
    unknown = {number: each.name for each in made.accounts for number in each.unknown}
    assert unknown == {"99999": "Ansprechpartner.csv", "77777": "Notizen.csv"}
    assert [(name.rpartition("/")[2], reason) for name, reason in made.files.without] == [
        ("77777.pdf", "The number in the name is not known"),
        ("20001 20002.pdf", "The name holds several customer numbers"),
        ("ohne.pdf", "No customer number in the name of file or folder"),
    ]
    assert json.dumps(as_json(made))
    print_sheet(tmp_path / "sheet.pdf", made, company="Werkstatt")
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    operation = carry_out(database, made)
    look_at_what_came(database)
    assert planned(database, old).count == 0
    assert take_back(database, operation or 0, made) == ((), ())
    assert (counts(database), next_customer(database)) == before
    made = planned(database, old)
    operation = carry_out(database, made)
    contacts.create(database, contacts.empty(name="Neu AG", is_customer=True))
    assert take_back(database, operation or 0, made) == ((), ("Customers",))
    assert next_customer(database) == 20005


def test_each_sheet_of_a_workbook_is_a_table(sqlite_offices: SqliteOffices, data_folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    tables = {name.removesuffix(".csv"): text for name, text in TABLES.items() if name[0] in "KAB"}
    with xlsxwriter.Workbook(home / "Alles.xlsx") as book:
        for name, text in {**tables, "Leer": "", "Notiz": "Stand von gestern\n"}.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(text.splitlines()):
                sheet.write_row(row, 0, line.split(";"))
    with sqlite_offices.migrated(data_folder) as url, closing(open_office(url)) as database:
        made = planned(database, home)
    told = {each.kind: (each.created, each.updated, each.left_out) for each in made.accounts if each.kind != "leave"}
    assert told == {"person": (2, 0, 2), "bank_account": (1, 0, 1), "contact": (3, 0, 1)}
    assert len(made.folder.sources) == 4


def look_at_what_came(database: Database) -> None:
    """Compare the contacts, what belongs to them, and where the numbers go on."""
    with database.read() as session:
        by_number = {each.number: each.id for each in session.scalars(select(Contact)) if each.number}
        at = {each.subject or each.text: each for each in session.scalars(select(Activity))}
        files = {each.name: each.contact_id for each in session.scalars(select(Attachment))}
    werft = contacts.load(database, by_number["20001"]).record
    [eva] = werft.persons
    assert (eva.person.full_name, eva.function) == ("Eva Neu", "Einkauf")
    assert {point.value for point in eva.points} == {"040 5550002", "eva@werft.example"}
    assert [(each.iban, each.holder) for each in werft.bank_accounts] == [("DE02120300000000202051", "Werft GmbH")]
    call = at["Angebot"]
    assert (call.type, call.state, call.contact_id) == ("call", "done", werft.id)
    assert str(wall_of(call.at, False)) == "2019-10-03 09:30:00"
    assert call.text == "Will 3 Boote,\nschnell\n\nID: 1\nOrt: Kiel"
    assert (at["Hof"].type, at["Hof"].text) == ("visit", "ID: 2\nDate: irgendwann")
    due = at["Nachfassen"]
    assert (due.type, due.state) == ("task", "open")
    assert due.follow_up_at is not None
    assert str(wall_of(due.follow_up_at, due.follow_up_all_day)) == "2031-01-15 00:00:00"
    assert at["War schon"].state == "done"
    assert files == {"2020.pdf": werft.id, "RE_20002_Rechnung.pdf": by_number["20002"]}
    assert next_customer(database) == 20004  # one contact brought a number that was taken


class Stopped:
    """A progress that is cancelled when the first file is attached."""

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        self.text = text

    def check(self) -> None:
        if self.text.endswith(".pdf"):
            raise UserError("Stopped.")


def test_what_is_stopped_leaves_nothing_and_a_mapping_file_is_obeyed(database: Database, old: Path) -> None:
    (old / "Bank.csv").unlink()
    (old / "Wiedervorlagen.csv").unlink()
    (old / "x.csv").write_text("Wer;Wann;Was\n20002;1.2.2020;Gruß\n", encoding="utf-8")
    columns = {"Wer": "number", "Wann": "at", "Was": "text"}
    told = {"files": {"x.csv": {"kind": "note", "columns": columns}, "Not*": {"kind": "leave"}},
            "next_numbers": {"customer": 30000, "contact": 1}}  # fmt: skip
    (old / "cut-over.json").write_text(json.dumps(told), encoding="utf-8")
    before = counts(database)
    made = planned(database, old)
    with pytest.raises(UserError):
        carry_out(database, made, Stopped())
    assert counts(database) == before
    made = planned(database, old)
    assert [(each.key, each.value) for each in made.ranges] == [("customer", 30000)]
    assert "Notizen.csv" in [line.name for line in lines_of(made) if line.group == "Left out, and why"]
    carry_out(database, made)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Activity)) == 1
        [werft] = session.scalars(select(Contact.id).where(Contact.number == "20001"))
    (old / "Ansprechpartner.csv").write_text(MORE, encoding="utf-8")
    made = planned(database, old)
    [persons] = [each for each in made.accounts if each.kind == "person"]
    assert (persons.created, persons.updated, persons.left_out) == (1, 1, 0)
    carry_out(database, made)
    names = [each.person.full_name for each in contacts.load(database, werft).record.persons]
    assert sorted(names) == ["Eva Neu", "Ole Olsen"]
    (old / "cut-over.json").write_text('{"files": {"x.csv": {"kind": "noten"}}}', encoding="utf-8")
    with pytest.raises(UserError, match=r"x\.csv"):
        look(database, old)


OWED = (
    "Kunde;Debitor-Nr.;Rechnungsnummer;Belegdatum;Fällig am;Betrag;OP-Betrag;Währung;Mahnstufe\n"
    "Werft GmbH;20001;RE 1;02.11.2026;16.11.2026;1.190,00;190,00;;2\n"
    "Werft GmbH;20001;RE 2;03.11.2026;17.11.2026;50,00 €;50,00;;\n"
    "Werft GmbH;20001;GS 3;04.11.2026;;-11,90;-11,90;EUR;\n"
    "Werft GmbH;20001;RE 4;05.11.2026;bald;10;10;CHF;\n"
    "Werft GmbH;20001;RE 5;05.11.2026;;80,00;0,00;;\n"
    "Werft GmbH;20001;;05.11.2026;;7,00;7,00;;\n"
    "Nie AG;77777;RE 6;05.11.2026;;5,00;5,00;;\n"
    "Werft GmbH;20001;RE 7;05.11.2026;;-;;;\n"
)
LATER = "Customer no,Invoice no,Due date,Amount due\n20001,re 1,2026-12-01,40.00\n20001,RE 2,,0.00\n20001,RE 9,,1.5\n"


def owed(database: Database) -> dict[str, tuple[str, str, str]]:
    """Return kind, rest with currency, and due date of the open items by number."""
    with database.read() as session:
        assert session.scalars(select(Contact.name).join(OpenItem).distinct()).all() in ([], ["Werft GmbH"])
        return {
            each.number: (each.kind, f"{each.rest} {each.currency}", str(each.due_on or ""))
            for each in session.scalars(select(OpenItem).where(OpenItem.settled_on.is_(None)).order_by(OpenItem.id))
        }


def test_open_items_come_in_with_their_sums_and_go_again(database: Database, tmp_path: Path) -> None:
    (tmp_path / "Kunden.csv").write_text(TABLES["Kunden.csv"], encoding="utf-8")
    (tmp_path / "OP-Liste.csv").write_text(OWED, encoding="utf-8")
    made = planned(database, tmp_path)
    [account] = [each for each in made.accounts if each.kind == "open_item"]
    assert (account.rows, account.created, account.updated, account.left_out) == (8, 4, 0, 4)
    assert account.skipped == {SETTLED: 1, NO_DOCUMENT: 1, UNKNOWN: 1, NO_AMOUNT: 1}
    assert account.amounts == {
        TAKEN: {"EUR": Decimal("228.10"), "CHF": Decimal(10)}, LEFT: {"EUR": Decimal(12)},
    }  # fmt: skip
    assert [line.what for line in lines_of(made) if line.group == "Open amounts"] == [
        "Taken over: CHF\xa010.00 + €228.10", "Left out: €12.00",
    ]  # fmt: skip
    first = carry_out(database, made) or 0
    assert owed(database) == {
        "RE 1": ("invoice", "190.00 EUR", "2026-11-16"), "RE 2": ("invoice", "50.00 EUR", "2026-11-17"),
        "GS 3": ("credit_note", "11.90 EUR", ""), "RE 4": ("invoice", "10.00 CHF", ""),
    }  # fmt: skip
    with database.read() as session:
        notes = {each.number: each.note for each in session.scalars(select(OpenItem))}
    assert (notes["RE 1"], notes["RE 4"]) == ("Mahnstufe: 2", "Due on: bald")
    assert check(database).ok, "the search index knows the numbers"
    assert planned(database, tmp_path).count == 0, "the same again brings nothing"
    (tmp_path / "OP-Liste.csv").write_text(LATER, encoding="utf-8")
    made = planned(database, tmp_path)
    [account] = [each for each in made.accounts if each.kind == "open_item"]
    assert (account.created, account.updated, account.left_out) == (1, 2, 0)
    second = carry_out(database, made) or 0
    now = owed(database)
    assert (now["RE 1"], now["RE 9"]) == (("invoice", "40.00 EUR", "2026-12-01"), ("invoice", "1.50 EUR", ""))
    assert "RE 2" not in now, "nothing is open of it any more"
    assert check(database).ok
    assert take_back(database, second, made) == ((), ())
    assert owed(database)["RE 2"] == ("invoice", "50.00 EUR", "2026-11-17")
    assert take_back(database, first, made)[0] == ()
    assert owed(database) == {}
