"""Tables, spreadsheets and calendars in and out, duplicates of a whole office, a month of a full calendar."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import vobject
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from gcrm.model.contact import Contact
from gcrm.services import calendar, duplicates, user
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.exchange.ical_export import range_bytes
from gcrm.services.exchange.ical_import import import_calendars
from gcrm.services.exchange.ical_read import read_calendar
from gcrm.services.exchange.out.cells import OutColumn, OutTable
from gcrm.services.exchange.out.xlsx_file import write_xlsx
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.tables.table_read import grid_of
from tests.bench.cards import export_cards, import_cards
from tests.bench.lines import Goal, Line
from tests.bench.offices import ENGINES, Bench, copied, opened
from tests.bench.phones import first_sync
from tests.bench.raw import Raw, raw
from tests.bench.timing import interleaved, median
from tests.bench.writing import copy_office, write_by_hand

ROUNDS = 3
APPOINTMENTS = 5_000
COLLEAGUES = 4
"""How many calendars stand beside one's own."""
MONTHS = 60
"""Over how many months the appointments of the full calendar lie."""
FIRST = date(2024, 1, 1)
HEADINGS = ("Kundennummer", "Firma", "Vorname", "Nachname", "Straße", "PLZ", "Ort", "Telefon", "E-Mail", "Notiz")


def exchange(bench: Bench) -> Iterator[Line]:
    """Measure what comes in, what goes out, and what is looked for meanwhile; first what a window does."""
    yield from month(bench)
    yield from table_in(bench)
    yield from sheets(bench)
    yield from import_cards(bench)
    yield from export_cards(bench)
    yield from first_sync(bench)
    yield from calendars(bench)
    yield from twins(bench)


def rows(count: int) -> Iterator[list[str]]:
    """Yield rows of a table of customers; no two are alike."""
    for number in range(count):
        yield [
            str(10_000 + number), f"Betrieb {number:x} GmbH", f"Eva{number % 997}", f"Neumann{number % 7919}",
            f"Am Kai {number}", f"{1067 + number % 90000:05}", f"Ort {number % 3000}", f"+49 351 {1_000_000 + number}",
            f"e{number}@werft.example", f"Zeile {number}, mit Komma",
        ]  # fmt: skip


def table_in(bench: Bench) -> Iterator[Line]:
    """Import a table; the floor reads its rows and writes the very same records, history and search index too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";").writerows([HEADINGS, *rows(bench.size)])
        for engine in ENGINES:
            with bench.empty(engine) as url, bench.empty(engine) as other:
                begin = time.perf_counter()
                with opened(url) as database:
                    report = importer.apply(database, importer.preview(database, [path]))
                ours = time.perf_counter() - begin
                begin = time.perf_counter()
                with path.open(encoding="utf-8", newline="") as stream:
                    count = sum(1 for _row in csv.reader(stream, delimiter=";")) - 1
                floor = time.perf_counter() - begin
                with raw(url) as source, raw(other) as target:
                    floor += copy_office(source, target)
            if len(report.created) != count:
                raise ValueError(f"{count} rows were read and {len(report.created)} imported")
            yield Line(f"CSV import, {count} rows, {engine}", ours, floor, "s", Goal(ratio=10))


def sheets(bench: Bench) -> Iterator[Line]:
    """Read and write a spreadsheet of as many rows; the floors are calamine and xlsxwriter alone."""
    table = [*rows(bench.size)]
    columns = tuple(OutColumn(heading) for heading in HEADINGS)
    mine, theirs = interleaved(
        [lambda: write_xlsx(BytesIO(), OutTable(columns, table))] * ROUNDS, [lambda: _sheet_by_hand(table)] * ROUNDS
    )
    name = f"XLSX write, {bench.size} rows"
    yield Line(name, median(mine) / 1000, median(theirs) / 1000, "s", Goal(ratio=1.3))
    data = _sheet_by_hand(table)
    mine, theirs = interleaved([lambda: _read(data)] * ROUNDS, [lambda: _read_by_hand(data)] * ROUNDS)
    name = f"XLSX read, {bench.size} rows"
    yield Line(name, median(mine) / 1000, median(theirs) / 1000, "s", Goal(ratio=1.5))


def _sheet_by_hand(table: list[list[str]]) -> bytes:
    """Write the rows as xlsxwriter does with the least memory."""
    file = BytesIO()
    with Workbook(file, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate((HEADINGS, *table)):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, cell)
    return file.getvalue()


def _read(data: bytes) -> int:
    return sum(1 for _row in grid_of(data, "spreadsheet", Choice()).rows())


def _read_by_hand(data: bytes) -> int:
    return len(CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python())


def calendars(bench: Bench) -> Iterator[Line]:
    """Take a calendar file apart, import it, and write it; the floor of reading is vobject, that of writing text."""
    data = _calendar(APPOINTMENTS)
    mine, theirs = interleaved(
        [lambda: read_calendar(data)] * ROUNDS, [lambda: list(vobject.readComponents(data.decode()))] * ROUNDS
    )
    floor = median(theirs) / 1000
    yield Line(f"iCalendar read, {APPOINTMENTS} appointments", median(mine) / 1000, floor, "s", Goal(ratio=1))
    for engine in ENGINES:
        with bench.empty(engine) as url, opened(url) as database:
            begin = time.perf_counter()
            import_calendars(database, [("a.ics", data)])
            ours = time.perf_counter() - begin
            yield Line(f"iCalendar import, {APPOINTMENTS} appointments, {engine}", ours, floor, "s", Goal(ratio=1))
            mine, theirs = _out(database, url)
        name = f"iCalendar export, {APPOINTMENTS} appointments, {engine}"
        yield Line(name, median(mine) / 1000, median(theirs) / 1000, "s", Goal(ratio=4))


def _out(database: Database, url: str) -> tuple[list[float], list[float]]:
    """Write a calendar file, and one by hand of the same rows; return the milliseconds of both."""
    with database.read() as session, raw(url) as connection:
        return interleaved(
            [lambda: range_bytes(session, [database.user_id])] * (ROUNDS + 1),
            [lambda: _calendar_by_hand(connection)] * (ROUNDS + 1),
        )


def _calendar(count: int, months: int = MONTHS) -> bytes:
    """Return a calendar of single appointments, spread evenly."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN"]
    for number in range(count):
        begin = datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=number * months * 43_800 // count)
        lines += [
            "BEGIN:VEVENT", f"UID:{number}@x", f"DTSTART;TZID=Europe/Berlin:{begin:%Y%m%dT%H%M00}",
            f"DTEND;TZID=Europe/Berlin:{begin + timedelta(minutes=30):%Y%m%dT%H%M00}", f"SUMMARY:Termin {number}",
            "LOCATION:Kontor", "DTSTAMP:20260101T000000Z", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _calendar_by_hand(connection: Raw) -> bytes:
    """Write appointments straight from the rows."""
    found = connection.rows(
        "SELECT p.uid, p.starts, p.ends, p.zone, a.subject, a.text, p.location FROM appointment p "
        "JOIN activity a ON a.id = p.activity_id ORDER BY a.id"
    )
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for uid, starts, ends, zone, *texts in found:
        subject, text, place = (str(each).replace("\\", "\\\\").replace(",", "\\,") for each in texts)
        first, last = (str(each).translate({45: None, 58: None}) for each in (starts, ends))
        lines += ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART;TZID={zone}:{first}", f"DTEND;TZID={zone}:{last}"]
        lines += [f"SUMMARY:{subject}", f"DESCRIPTION:{text}", f"LOCATION:{place}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def twins(bench: Bench) -> Iterator[Line]:
    """Look through all contacts for duplicates."""
    with opened(bench.office("sqlite")) as database, database.read() as session:
        count = session.scalar(select(func.count()).select_from(Contact)) or 0
        begin = time.perf_counter()
        duplicates.find_pairs(session)
        ours = time.perf_counter() - begin
    yield Line(f"duplicates of {count} contacts", ours, None, "s", Goal(most=30))


def month(bench: Bench) -> Iterator[Line]:
    """Read the month of a calendar with as many appointments as the office has contacts: one's own, and colleagues'."""
    for colleagues in (0, COLLEAGUES):
        with tempfile.TemporaryDirectory(dir=bench.cache, prefix="month-") as folder, bench.empty("sqlite") as empty:
            url = copied(empty, Path(folder))
            with opened(url) as database:
                import_calendars(database, [("a.ics", _calendar(1))])
                logins = (f"desk{number}" for number in range(colleagues))
                users = [database.user_id, *(user.add_user(database, login, login) for login in logins)]
            with raw(url) as connection:
                _multiply(connection, bench.size, users)
            with opened(url) as database, database.read() as session:
                times, count = _months(session, users)
        desks = f", {len(users)} colleagues side by side" if colleagues else ""
        name = f"month view, {count} of {bench.size} appointments{desks}"
        yield Line(name, median(times[1:]), None, "ms", Goal(most=50))


def _months(session: Session, users: list[int]) -> tuple[list[float], int]:
    """Return how long reading a month takes in milliseconds, and how many entries it has."""
    first, times, count = date(2026, 5, 25), [], 0
    for _turn in range(ROUNDS * 3 + 1):
        begin = time.perf_counter()
        count = len(calendar.entries(session, users[0], first, first + timedelta(days=41), users))
        times.append((time.perf_counter() - begin) * 1000)
    return times, count


def _multiply(connection: Raw, count: int, users: list[int]) -> None:
    """Write the one appointment that is there many times, at other times; every seventh of a colleague is private."""
    named = {table: _columns_of(connection, table) for table in ("activity", "appointment")}
    activity = dict(zip(named["activity"], connection.rows("SELECT * FROM activity")[0], strict=True))
    appointment = dict(zip(named["appointment"], connection.rows("SELECT * FROM appointment")[0], strict=True))
    activities, appointments = [], []
    for number in range(1, count):
        begin = datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=number * MONTHS * 43_800 // count)
        end = begin + timedelta(minutes=30)
        whose = users[number % len(users)]
        own = {
            "id": activity["id"] + number, "at": f"{begin:%Y-%m-%d %H:%M}:00.000000", "responsible_id": whose,
            "created_by": whose, "is_private": int(whose != users[0] and number % 7 == 0),
        }  # fmt: skip
        activities.append(tuple((activity | own).values()))
        mine = {
            "id": appointment["id"] + number, "activity_id": activity["id"] + number, "uid": f"{number}@m",
            "starts": f"{begin:%Y-%m-%dT%H:%M}", "ends": f"{end:%Y-%m-%dT%H:%M}",
            "begins_at": f"{begin:%Y-%m-%d %H:%M}:00.000000", "ends_at": f"{end:%Y-%m-%d %H:%M}:00.000000",
        }  # fmt: skip
        appointments.append(tuple((appointment | mine).values()))
    with write_by_hand(connection) as write:
        write("activity", named["activity"], activities)
        write("appointment", named["appointment"], appointments)
    connection.run("ANALYZE")


def _columns_of(connection: Raw, table: str) -> list[str]:
    return [row[1] for row in connection.rows(f'PRAGMA table_info("{table}")')]
