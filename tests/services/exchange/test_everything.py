"""Everything out and back: equal tables on both engines, nothing of what may not be seen, nothing of a bad export."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment, BlobChunk
from gcrm.model.base import Base, now
from gcrm.model.contact import Contact
from gcrm.model.migrations import HEAD
from gcrm.model.registry import RECORDS
from gcrm.model.user import User
from gcrm.services import activity, attachment, contact, demo, schema, table_rows, undo, user
from gcrm.services.backup.plan import tables_of
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.exchange.everything.export import export_everything
from gcrm.services.exchange.everything.load import import_everything
from gcrm.services.exchange.everything.rules import RULES
from gcrm.services.exchange.everything.shelf import shelf
from gcrm.services.exchange.everything.values import facts_of, json_line
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.team import rights
from gcrm.services.unit_of_work import unit_of_work
from tests import old_offices
from tests.databases import PostgresOffices, SqliteOffices
from tests.old_offices import FORMER, load, lost
from tests.samples import make
from tests.services.exchange.whole_office import rows, texts
from tests.services.offices import organisation

PLAN = b"%PDF" * 700_000
LOGIN = "anna"


def fill(database: Database) -> None:
    """Put a record of each kind into an office, files of all sorts, and a history with something undone."""
    demo.create(database, 6, seed=5, activities=12)
    with unit_of_work(database, "Records of every kind") as work:
        for cls in RECORDS:
            make(work.session, cls, 1)
    number = organisation(database, 'A&B <script>alert("x")</script> GmbH')
    attachment.attach_bytes(database, PLAN, "Plan.pdf", contact_id=number)
    attachment.attach_bytes(database, b"", "PLAN.PDF", contact_id=number)
    gone = attachment.attach_bytes(database, b"an old price list", "Preise.txt", contact_id=number)
    attachment.remove(database, [gone])
    with unit_of_work(database, "A name of another system") as work:
        work.session.execute(update(Attachment).where(Attachment.size == len(PLAN)).values(name="CON.pdf"))
    undo.undo_last(database)
    undo.redo_last(database)
    seal_pending(database)


def test_every_table_has_a_rule() -> None:
    assert sorted(RULES) == sorted(Base.metadata.tables), "say in rules.py what becomes of a new table"


@pytest.fixture
def other(
    database: Database, sqlite_offices: SqliteOffices, postgres_offices: PostgresOffices, tmp_path: Path
) -> Iterator[str]:
    """Give the URL of an empty office of the other engine."""
    offices: Any = postgres_offices if database.is_sqlite else sqlite_offices
    with offices.empty(tmp_path) as url:
        yield url


def test_all_tables_come_back_equal_on_the_other_engine(database: Database, other: str, tmp_path: Path) -> None:
    fill(database)
    target = tmp_path / ("out.zip" if database.is_sqlite else "out")
    made = export_everything(database, target)
    assert made.left_out == ()
    assert made.files == 4  # with the one whose bytes never were there, and the deleted one
    back = open_office(other, user=LOGIN)
    loaded = import_everything(back, target)
    assert rows(back) == rows(database)
    assert (loaded.rows, loaded.files) == (
        {n: len(t.splitlines()) for n, t in rows(back).items() if n in loaded.rows},
        4,
    )
    back.close()
    me = user_of(database)
    with closing(open_office(other, user=me)) as again:
        assert rows(again) == rows(database)
        assert {finding.kind for finding in check(again, full=True).findings} <= {"default", "file", "blob"}
        undo.undo_last(again)
        assert organisation(again, "Nachher GmbH") > max(ids(database))
        with pytest.raises(UserError, match="not empty"):
            import_everything(again, target)


def user_of(database: Database) -> str:
    with database.read() as session:
        return {each.id: each.login for each in user.users(session)}[database.user_id]


def ids(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(Contact.id)))


def export_of_former(connection: Connection, folder: Path) -> None:
    """Write what the program of a former schema would have written."""
    told = []
    with shelf(folder, now()) as place:
        for table in tables_of(connection):
            facts = facts_of(table)
            make_line, name = json_line(facts), f"tables/{table.name}.jsonl"
            lines = b"".join(table_rows.read_rows(connection, table)).decode().split("\n")[:-1]
            cells = [line.split("\t") for line in lines]
            paths = [{"file": f"files/{row[0]}"} if table.name == "blob" else {} for row in cells]
            place.put(name, "".join(make_line(row, path) for row, path in zip(cells, paths, strict=True)))
            columns = [fact.as_json() for fact in facts]
            told.append({"name": table.name, "file": name, "rows": len(cells), "sha256": place.sums[name],
                         "columns": columns})  # fmt: skip
        pieces = connection.execute(select(BlobChunk.sha256, BlobChunk.data)).all()
        for sha, data in pieces:
            place.put(f"files/{sha}", data.decode())
        whole = {"format": "gcrm-office", "version": 1, "schema": FORMER[-1], "office": "Former", "left_out": [],
                 "damaged": [], "tables": told}  # fmt: skip
        place.put("office.json", json.dumps(whole))


def test_an_export_of_the_former_schema_becomes_an_office_of_today(tmp_path: Path) -> None:
    load(f"sqlite:///{tmp_path / 'former.gcrm'}", FORMER[-1])
    with closing(Database.at(str(tmp_path / "former.gcrm"))) as former, former.engine.connect() as connection:
        export_of_former(connection, tmp_path / "out")
        before = old_offices.rows(connection)
    with closing(open_office(str(tmp_path / "back.gcrm"))) as back:
        import_everything(back, tmp_path / "out")
    with closing(open_office(str(tmp_path / "back.gcrm"), user=LOGIN)) as back:
        with back.engine.connect() as connection:
            assert schema.revision(connection) == HEAD
            assert lost(before, old_offices.rows(connection)) == []
        assert check(back, full=True).findings == ()


# --- what lies in the folder --------------------------------------------------------------------------------------
@pytest.fixture
def office(sqlite_offices: SqliteOffices, tmp_path: Path) -> Iterator[Database]:
    """Give an office in a file."""
    with sqlite_offices.migrated(tmp_path) as url, closing(open_office(url)) as database:
        yield database


def test_the_folder_can_be_read_without_us(office: Database, tmp_path: Path) -> None:
    fill(office)
    export_everything(office, tmp_path / "out")
    folder = tmp_path / "out"
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        assert sha256((folder / name).read_bytes()).hexdigest() == digest
    lines = [json.loads(line) for line in (folder / "tables/contact.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["id"] for line in lines} == set(ids(office))
    made = next(line for line in lines if line["discount"] is not None)
    assert isinstance(made["discount"], str)
    assert made["birthday"][:4].isdigit()
    assert isinstance(made["custom"], dict)
    page = next(text for path in folder.glob("contacts-*.html") if "alert" in (text := path.read_text("utf-8")))
    assert "<script>" not in page
    names = {path.relative_to(folder).as_posix() for path in folder.glob("files/*/*")}
    number = next(line["id"] for line in lines if "A&B" in line["name"])
    assert {name.rpartition("/")[2] for name in names if f" {number}/" in name} == {"_CON.pdf", "PLAN.PDF"}
    assert f'{number}/_CON.pdf">CON.pdf</a>' in page
    assert sum(name.startswith("files/removed/") for name in names) == 1


def test_what_is_private_to_a_colleague_stays_behind(office: Database, tmp_path: Path) -> None:
    made = organisation(office)
    activity.log(office, made, "Open talk")
    colleague = user.add_user(office, "bert", "Bert")
    with closing(open_office(str(office.path), user="bert")) as his:
        assert his.user_id == colleague
        secret = activity.log(his, made, "Marker-Subject\nMarker-Text", is_private=True)
        attachment.attach_bytes(his, b"Marker-Bytes", "Marker-File.txt", activity_id=secret)
        gone = activity.log(his, made, "Marker-Gone", is_private=True)
        activity.remove(his, [gone])
        mine = activity.log(office, made, "Answer")
        with unit_of_work(his, "Follows") as work:
            work.session.get_one(Activity, mine).follows_id = secret
    export_everything(office, tmp_path / "out")
    written = texts(tmp_path / "out")
    assert "Marker" not in written
    assert "Open talk" in written
    assert "What is private to others" in (tmp_path / "out/index.html").read_text(encoding="utf-8")
    with closing(open_office(str(tmp_path / "back.gcrm"))) as back:
        assert import_everything(back, tmp_path / "out").left_out == ("private", "history")
        assert check(back, full=True).findings == ()
    export_everything(office, tmp_path / "whole", with_private=True)
    assert "Marker-Bytes" in texts(tmp_path / "whole")
    assert "Marker" not in (tmp_path / "whole/contacts-0001.html").read_text(encoding="utf-8")


def test_what_a_group_does_not_see_stays_behind(office: Database, tmp_path: Path) -> None:
    made = organisation(office)
    loaded = contact.load(office, made)
    loaded.record.notes = "Marker-Notes"
    contact.save(office, loaded)
    known = rights.ensure_groups(office)
    group = rights.add_group(
        office, "Trainees", {"contacts.see", "contacts.export", "files.see", "files.export"}, {"bank", "notes"}
    )
    with unit_of_work(office, "Administrator") as work:
        work.session.get_one(User, office.user_id).group_id = known["administrator"]
        work.session.add(User(login="bert", name="Bert", group_id=group))
    with closing(open_office(str(office.path), user="bert")) as his:
        made_ = export_everything(his, tmp_path / "out.zip")
        with pytest.raises(UserError, match="Only the owner"):
            export_everything(his, tmp_path / "all.zip", with_private=True)
    assert made_.left_out == ("bank", "notes", "activities", "history")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        archive.extractall(tmp_path / "out")
    written = texts(tmp_path / "out")
    assert "Marker-Notes" not in written
    assert "DE89370400440532013000" not in written
    assert "Albrecht Metallbau GmbH" in written
    with closing(open_office(str(tmp_path / "back.gcrm"))) as back:
        import_everything(back, tmp_path / "out.zip")
        assert contact.load(back, made).record.notes == ""
    with unit_of_work(office, "Read-only") as work:
        work.session.execute(update(User).where(User.login == "bert").values(group_id=known["read-only"]))
    with (
        closing(open_office(str(office.path), user="bert")) as his,
        pytest.raises(UserError, match="Contacts: export"),
    ):
        export_everything(his, tmp_path / "again.zip")
