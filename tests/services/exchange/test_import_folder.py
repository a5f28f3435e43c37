"""A folder with everything is one import: contacts, calendars and mails in one operation, the rest is named."""

from __future__ import annotations

import zipfile
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

import pytest
import xlsxwriter
from sqlalchemy import func, select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment
from gcrm.model.attachment import Attachment
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.exchange.sort_files import sort_files
from gcrm.services.exchange.worker import Reader
from gcrm.services.opening import open_office
from gcrm.services.undo import undo
from tests.databases import SqliteOffices
from tests.services.exchange.importing import company, count

MEETING = "BEGIN:VEVENT\nUID:{uid}\nDTSTART:20260323T090000Z\nSUMMARY:Visit\nEND:VEVENT\n"
TASK = "BEGIN:VTODO\nUID:task\nSUMMARY:Call\nEND:VTODO\n"
MAIL = "From: Eva <eva@werft.example>\nTo: us@office.example\nSubject: {about}\nMessage-ID: <{about}>\n\nText\n"
STATEMENT = "Date,Name,Currency,Gross,Balance\n2026-01-02,Werft GmbH,EUR,20.00,30.00\n"


def calendar(*parts: str) -> str:
    return "BEGIN:VCALENDAR\n" + "".join(parts) + "END:VCALENDAR\n"


FILES = {
    "cards/werft.vcf": company(1, "EMAIL:eva@werft.example"),
    "dates/old.ics": calendar(MEETING.format(uid="one"), TASK),
    "dates/again.ics": calendar(MEETING.format(uid="one"), MEETING.format(uid="two")),
    "dates/backup": calendar(MEETING.format(uid="three")),
    "mails/known.eml": MAIL.format(about="Offer"),
    "mails/nobody.eml": MAIL.format(about="Greeting").replace("eva@werft.example", "who@else.example"),
    "bank/statement.csv": STATEMENT,
    "bank/statement.sta": ":20:x",
    "bank/more.sta": ":20:y",
    "phone/codes.csv": "49;30\n49;40\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with something of everything."""
    home = tmp_path / "everything"
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    return home


def rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        kinds = {"appointments": Appointment, "activities": Activity, "files": Attachment}
        return {name: session.scalar(select(func.count()).select_from(kind)) or 0 for name, kind in kinds.items()}


def test_everything_comes_in_at_once_and_is_taken_back_at_once(database: Database, folder: Path) -> None:
    plan = importer.preview(database, [folder])
    others = plan.others
    assert (others.appointments, others.tasks, len(others.mails)) == (3, 1, 2)
    report = importer.apply(database, plan)
    assert report.others.counts() == {"appointments": 3, "changed": 0, "tasks": 1, "mails": 1}
    assert report.others.mails is not None
    assert [path.name for path in report.others.mails.left_out] == ["nobody.eml"]
    assert (count(database), rows(database)) == (1, {"appointments": 3, "activities": 5, "files": 1})
    again = importer.apply(database, importer.preview(database, [folder]))
    assert (again.operation, rows(database)["activities"]) == (None, 5)
    assert report.operation is not None
    undo(database, report.operation)
    assert (count(database), rows(database)) == (0, {"appointments": 0, "activities": 0, "files": 0})


def test_what_is_left_out_is_named_with_its_reason(database: Database, folder: Path) -> None:
    refused = {path.name: why for path, why in importer.preview(database, [folder]).refused}
    assert set(refused) == {"statement.csv", "codes.csv", "everything"}
    assert "statement of an account" in refused["statement.csv"]
    assert "Nothing in the table" in refused["codes.csv"]
    assert "2 files in “everything”" in refused["everything"]
    assert "2 .sta" in refused["everything"]
    statement = folder / "bank" / "statement.csv"
    plan = importer.preview(database, [folder, statement], without=[folder, folder / "phone" / "codes.csv"])
    assert (statement in plan.paths, plan.refused) == (True, ())


def test_a_packed_file_says_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cards.zip", "w") as packed:
        packed.writestr("a.vcf", company())
    ((path, why),) = sort_files([tmp_path / "cards.zip"]).refused
    assert (path.name, "Unpack it" in why) == ("cards.zip", True)
    with pytest.raises(UserError, match="There is no file"):
        sort_files([tmp_path])


def test_files_and_sheets_that_need_a_process_share_one(
    sqlite_offices: SqliteOffices, data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Reader] = []
    begin = Reader._begin

    def count_and_begin(reader: Reader) -> Connection:
        begun.append(reader)
        return begin(reader)

    monkeypatch.setattr(Reader, "_begin", count_and_begin)
    sheets = {"Kunden": "Firma;Ort\nWerft GmbH;Kiel", "Alt": "Firma;Ort\nHof AG;Ulm", "Leer": "", "Stand": "gestern"}
    home = tmp_path / "home"
    home.mkdir()
    with xlsxwriter.Workbook(home / "all.xlsx") as book:
        for name, text in sheets.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(text.splitlines()):
                sheet.write_row(row, 0, line.split(";"))
    (home / "bad.xlsx").write_bytes(b"PK\3\4 ")
    with sqlite_offices.migrated(data_folder) as url, closing(open_office(url)) as database:
        plan = importer.preview(database, [home])
    assert [path.name for path in plan.paths] == ["all.xlsx", "all.xlsx – Alt"]
    assert [row.name for row in plan.rows] == ["Werft GmbH", "Hof AG"]
    assert {path.name for path, _why in plan.refused} == {"all.xlsx – Stand", "bad.xlsx"}
    assert len(begun) == 1


def test_a_mail_that_cannot_be_opened_is_named_and_stops_nothing(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.open

    def shut(path: Path, *how: Any, **more: Any) -> IO[Any]:
        if path.name == "known.eml":
            raise PermissionError(path.name)
        stream: IO[Any] = read(path, *how, **more)
        return stream

    monkeypatch.setattr(Path, "open", shut)
    plan = importer.preview(database, [folder])
    assert [one.path.name for one in plan.others.mails] == ["nobody.eml"]
    assert "known.eml" in {path.name for path, _why in plan.refused}
