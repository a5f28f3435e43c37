"""Keep the schema of this program as a fixture: a small office with records of every table, on both engines.

    python3 dev.py setup && .venv/bin/python packaging/make_schema_fixture.py [FOLDER]

Writes REVISION.sqlite and REVISION.sql into tests/fixtures/schema (or FOLDER), made by the real program that wrote that
schema. Run it before the first line of a new revision is written. A fixture of an older one is made by its own
program: check that commit out beside this one and run this file there.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path.cwd()
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
LOGIN = "anna"
NOT_FOR_ALL = ("SET transaction_timeout", "\\restrict", "\\unrestrict")
"""What pg_dump writes and only newer servers, or psql alone, understand."""


def fill(url: str) -> str:
    """Make an office with records in every table and return its revision."""
    from gcrm.model.migrations import HEAD
    from gcrm.services import activity_links, attachment, contact, demo, settings, undo
    from gcrm.services.check import check
    from gcrm.services.opening import open_office

    with closing(open_office(url, user=LOGIN)) as database:
        demo.create(database, 8, seed=7, activities=20)
        first, last = _ends(database)
        attachment.attach_bytes(database, b"Offer of the third of November", "Offer.txt", contact_id=first)
        activity_links.add_link(database, _activity(database), last)
        settings.set(database, "trash.keep_days", 30)
        settings.set(database, "ui.scale", 110)
        _add_rest(database)
        undo.undo_last(database)
        undo.redo_last(database)
        contact.trash(database, [last])
    with closing(open_office(url, user=LOGIN)) as database:  # what was written is sealed when an office is closed
        report = check(database, full=True)
        if not report.ok:
            raise SystemExit(f"the office is not in order: {report.findings}")
        _refuse_empty_tables(database)
    return HEAD


def _ends(database):
    """Return the first and the last contact."""
    from sqlalchemy import func, select

    from gcrm.model.contact import Contact

    with database.read() as session:
        return session.execute(select(func.min(Contact.id), func.max(Contact.id))).one()


def _activity(database):
    """Return the first activity."""
    from sqlalchemy import func, select

    from gcrm.model.activity import Activity

    with database.read() as session:
        return session.scalar(select(func.min(Activity.id)))


def _add_rest(database):
    """Add a record to each table that the services above leave empty."""
    from sqlalchemy import func, select

    from gcrm.model.base import Base
    from gcrm.model.registry import class_of
    from gcrm.services.unit_of_work import unit_of_work

    given = {
        "absence": {"from_on": date(2026, 8, 3), "until_on": date(2026, 8, 14), "user_id": 1, "deputy_id": 2},
        "activity_type": {"key": "fair", "name": "Trade fair"},
        "duplicate_verdict": {"one_id": 1, "other_id": 2},
        "custom_field": {"owner": "contact", "label": "Machine", "kind": "text", "group_name": "Plant"},
        "appointment": {
            "activity_id": _activity(database),
            "starts": "2026-08-10T09:00:00",
            "ends": "2026-08-10T10:00:00",
            "zone": "Europe/Berlin",
            "rule": "FREQ=WEEKLY;COUNT=4",
            "uid": "one@gcrm",
            "left_out": ["2026-08-17T09:00:00"],
        },
        "participant": {"activity_id": _activity(database), "email": "anna@albrecht.example", "answer": "accepted"},
        "dav_name": {"name": "4f1d.ics", "activity_id": _activity(database), "kept": ["SUMMARY:Call back"]},
        "dav_peer": {"user_id": 1, "activity_id": _activity(database), "name": "/anna/home/4f1d.ics", "etag": "1"},
        "outlook_peer": {"user_id": 1, "contact_id": 1, "place": "calendar", "entry": "00AB", "etag": "1", "seen": {}},
        "notice": {"user_id": 1, "activity_id": _activity(database), "kind": "delegated"},
        "erasure": {"contact_id": 99, "records": {"contact": [99]}, "asked_on": date(2026, 8, 3)},
        "user_group": {"name": "Trainees"},
        "group_right": {"group_id": 1, "module": "contacts", "action": "see"},
        "open_item": {"contact_id": 1, "number": "INV-1", "due_on": date(2026, 8, 3), "amount": 119, "rest": 119},
        "group_field": {"group_id": 1, "fields": "bank"},
        "invitation": {
            "role": "gcrm_invite_0123456789ab",
            "group_id": 1,
            "expires_at": datetime(2026, 8, 10, 7, 30, tzinfo=UTC),
            "revoked_at": datetime(2026, 8, 4, 7, 30, tzinfo=UTC),
        },
        "refused_login": {"user_id": 1, "place": "front desk", "last_at": datetime(2026, 8, 3, 7, 30, tzinfo=UTC)},
    }
    with unit_of_work(database, "Records of every table") as work:
        for table in Base.metadata.sorted_tables:
            values = given.get(table.name)
            if values and not work.session.scalar(select(func.count()).select_from(table)):
                work.session.add(class_of(table.name)(**values))
                work.session.flush()


def _refuse_empty_tables(database):
    """Stop when a table has no row: whoever adds a table adds a record of it here."""
    from sqlalchemy import func, select

    from gcrm.model.base import Base

    with database.engine.connect() as connection:
        counts = {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }
    empty = [name for name, count in counts.items() if not count and (name != "current_operation")]
    if empty:
        raise SystemExit(f"no record in: {', '.join(empty)}")


def write_sqlite(folder: Path, scratch: Path) -> Path:
    """Write the fixture for SQLite: one small file without its journal."""
    made = scratch / "office.gcrm"
    revision = fill(str(made))
    with closing(sqlite3.connect(made)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute("PRAGMA page_size = 512")
        raw.execute("VACUUM")
    path = folder / f"{revision}.sqlite"
    path.write_bytes(made.read_bytes())
    return path


def write_postgres(folder: Path, scratch: Path) -> Path:
    """Write the fixture for PostgreSQL: statements alone, so that any driver can carry them out."""
    from tests.databases import PostgresOffices
    from tests.postgres import find_binaries

    with _server() as server, closing(PostgresOffices(server)) as offices, offices.empty(scratch) as url:
        revision = fill(url)
        command = [find_binaries() / "pg_dump", "--inserts", "--no-owner", "--no-privileges", "--no-comments", url]
        dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words
    lines = [line for line in dumped.splitlines() if not line.startswith(NOT_FOR_ALL)]
    path = folder / f"{revision}.sql"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@contextmanager
def _server():
    """Give the URL of a server, that of the tests."""
    from tests.postgres import Keeper

    keeper = Keeper()
    try:
        yield keeper.url
    finally:
        keeper.stop()


def main(arguments: list[str]) -> int:
    """Write both fixtures and say where they are."""
    folder = Path(arguments[0] if arguments else ROOT / "tests" / "fixtures" / "schema").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["GCRM_DATA"] = scratch
        for write in (write_sqlite, write_postgres):
            path = write(folder, Path(scratch))
            print(path, path.stat().st_size)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
