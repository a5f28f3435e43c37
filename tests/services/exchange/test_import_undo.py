"""Undoing an import after the program noted something about its contacts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from gcrm.errors import ConflictError
from gcrm.model.activity import Activity
from gcrm.model.change import Operation
from gcrm.services import activity, call_log
from gcrm.services import contact as contacts
from gcrm.services.check import check
from gcrm.services.contact_data import category_names
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.exchange.exporter import export_contacts
from gcrm.services.telephony.calls import Call, Direction
from gcrm.services.undo import redo_last, undo_last
from tests.services.exchange.importing import company, count, take


def noted_about(database: Database) -> list[tuple[str, int | None]]:
    with database.read() as session:
        rows = session.execute(select(Activity.type, Activity.contact_id).order_by(Activity.id))
        return [(row.type, row.contact_id) for row in rows]


def test_what_the_program_notes_is_nobodys_edit(database: Database, tmp_path: Path) -> None:
    """Exports go with the contacts, a call stays in the journal; all of it can be redone and undone again."""
    _plan, report = take(database, tmp_path, company(1) + company(2))
    one, two = report.created
    export_contacts(database, report.created, tmp_path / "out.vcf")
    began = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    call = Call("k", Direction.IN, "0405550001", "999", "SIP0", began)
    call_log.log_call(database, call, one)
    every = [("export", one), ("export", two), ("call", one)]
    assert noted_about(database) == every
    for _round in range(2):
        step = undo_last(database)
        assert step is not None
        assert (step.label, count(database), noted_about(database)) == (
            "2 contacts imported", 0, [("call", None)],
        )  # fmt: skip
        redo_last(database)
        assert (count(database), noted_about(database)) == (2, every)
    export_contacts(database, report.created, tmp_path / "out.vcf")
    undo_last(database)
    assert count(database) == 0
    assert check(database).findings == ()


def test_a_note_somebody_wrote_to_is_an_edit(database: Database, tmp_path: Path) -> None:
    _plan, report = take(database, tmp_path, company(1, "CATEGORIES:Press") + company(2, "CATEGORIES:Press"))
    export_contacts(database, report.created, tmp_path / "out.vcf")
    with database.read() as session:
        noted = session.scalars(select(Activity.id).where(Activity.contact_id == report.created[0])).one()
    edited = activity.load(database, noted)
    edited.record.text = "to the tax adviser"
    activity.save(database, edited)
    assert importer.undo_import(database, report.operation or 0) == ("Werft 1 GmbH",)
    assert noted_about(database) == [("export", report.created[0])]
    with database.read() as session:
        assert category_names(session, report.created) == {report.created[0]: ("Press",)}


def test_nothing_is_called_undone_when_all_of_it_stays(database: Database, tmp_path: Path) -> None:
    _plan, report = take(database, tmp_path, company(1, "CATEGORIES:Press"))
    edited = contacts.load(database, report.created[0])
    edited.record.notes = "rang back"
    contacts.save(database, edited)
    with pytest.raises(ConflictError):
        importer.undo_import(database, report.operation or 0)
    assert count(database) == 1
    with database.read() as session:
        operation = session.get(Operation, report.operation)
        assert operation is not None
        assert operation.label == "{count} contact imported"
