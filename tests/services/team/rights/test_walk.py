"""A day in the office as each group: what its rights allow works, what they do not is said in words before the server
is asked, and what is private stays so whatever is merged, undone or searched."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment, Blob
from gcrm.model.bank_account import BankAccount
from gcrm.model.change import Change, Operation, Seal
from gcrm.model.contact import Contact
from gcrm.model.open_item import OpenItem
from gcrm.model.rights import GROUPS
from gcrm.services import (
    activity,
    attachment,
    blob,
    contact,
    contact_list,
    delegation,
    follow_up,
    merge,
    number_range,
    seals,
    settings,
    undo,
)
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.changes import contact_history
from gcrm.services.check import check
from gcrm.services.contact_list import ContactQuery
from gcrm.services.contact_page import view
from gcrm.services.database import Database
from gcrm.services.exchange import exporter, importer
from gcrm.services.exchange.everything.export import export_everything
from gcrm.services.exchange.everything.load import import_everything
from gcrm.services.exchange.ical_import import import_calendars
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.team import rights
from tests.services.offices import organisation
from tests.services.team.rights.team_office import Team

CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Clara Neu\nN:Neu;Clara;;;\nTEL:0221 4711\nEND:VCARD\n"
CALENDAR = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1@x
CLASS:PRIVATE
DTSTART:20260323T090000Z
ATTENDEE:mailto:a@example.com
END:VEVENT
BEGIN:VTODO
UID:2@x
SUMMARY:Call back
LOCATION:Kitchen
END:VTODO
END:VCALENDAR
"""


def healthy(team: Team) -> None:
    seal_pending(team.owner)
    assert check(team.owner).findings == ()


def plain(database: Database, name: str) -> int:
    return contact.create(database, contact.empty(name=name, is_customer=True))


@pytest.mark.parametrize("group", ["administrator", "billing", "office"])
def test_a_day_of_whoever_works(team: Team, group: str, tmp_path: Path) -> None:
    with team.open(group) as desk:
        made, other = plain(desk, "Firma"), plain(desk, "Firma GmbH")
        loaded = contact.load(desk, made)
        loaded.record.name2 = "Werk Süd"
        contact.save(desk, loaded)
        done = activity.log(desk, made, "Called back")
        follow_up.complete(desk, activity.log(desk, made, "Do this", type="task"))
        activity.remove(desk, [done])
        undo.undo_last(desk)
        undo.redo_last(desk)
        attachment.attach_bytes(desk, b"bytes", "file.txt", contact_id=made)
        merge.merge(desk, made, [other])
        undo.undo_last(desk)
        contact.trash(desk, [other])
        contact.restore(desk, [other])
        contact.trash(desk, [other])
        contact.purge(desk, [other])
        undo.undo_last(desk)
        (tmp_path / "card.vcf").write_text(CARD)
        plan = importer.preview(desk, [tmp_path / "card.vcf"])
        assert len(importer.apply(desk, plan).created) == 1
        (outcome,) = import_calendars(desk, [("a.ics", CALENDAR)])
        assert (outcome.counts["created"], outcome.counts["tasks"]) == (1, 1)
        settings.set(desk, "ui.theme", "dark")
        contact_list.save_filter(desk, "Mine", ContactQuery(words="firma"), user_id=desk.user_id)
        assert view(desk, made).contact.name2 == "Werk Süd"
        with desk.read() as session:
            assert contact_list.count(session, ContactQuery(words="firma", include="trash")) == 1
            assert contact_history(session, made, user=desk.user_id)
            assert (session.scalar(select(func.count()).where(Operation.user_id == desk.user_id)) or 0) > 5
        assert blob.collect_garbage(desk) == 0
    healthy(team)


def test_a_day_of_whoever_only_reads(team: Team, tmp_path: Path) -> None:
    made = organisation(team.owner)
    task = activity.log(team.owner, made, "Do this", type="task")
    (tmp_path / "card.vcf").write_text(CARD)
    with team.open("read-only") as desk:
        assert view(desk, made).contact.name.startswith("Albrecht")
        assert view(desk, made).contact.bank_accounts == []
        settings.set(desk, "ui.theme", "dark")
        contact_list.save_filter(desk, "Mine", ContactQuery(), user_id=desk.user_id)
        loaded = contact.load(desk, made)
        loaded.record.name2 = "x"
        for sentence, forbidden in (
            ("Contacts: create", lambda: plain(desk, "Firma")),
            ("Contacts: change", lambda: contact.save(desk, loaded)),
            ("Contacts: delete", lambda: contact.trash(desk, [made])),
            ("Contacts: delete", lambda: merge.merge(desk, made, [made + 1])),
            ("Activities.*: create", lambda: activity.log(desk, made, "Hello")),
            ("Activities.*: change", lambda: follow_up.complete(desk, task)),
            ("Activities.*: delete", lambda: activity.remove(desk, [task])),
            ("Files: create", lambda: attachment.attach_bytes(desk, b"x", "x.txt", contact_id=made)),
            ("Import: create", lambda: importer.preview(desk, [tmp_path / "card.vcf"])),
            ("Contacts: export", lambda: exporter.export_contacts(desk, [made], tmp_path / "out.vcf")),
            ("Contacts: change", lambda: contact_list.save_filter(desk, "All", ContactQuery())),
            ("Settings of the office", lambda: settings.set(desk, "trash.keep_days", 3)),
            ("Settings of the office", lambda: number_range.set_range(desk, "customer", "", 1, 5)),
        ):
            with pytest.raises(UserError, match=sentence):
                forbidden()
        assert contact.empty_trash(desk, 1) == 0
    healthy(team)


def test_the_feed_tells_a_login_what_it_may_see(team: Team) -> None:
    with team.open("office") as desk:
        watcher = ChangeWatcher(desk)
        watcher.start()
        made = plain(team.owner, "Firma")
        heard = watcher.wait(10)
        assert ("contact", made) in {(change.table, change.record) for change in heard}
        with team.open("second") as second:
            activity.log(second, made, "Secret", is_private=True)
        assert watcher.wait(10) == frozenset()
        watcher.stop()
    healthy(team)


def test_a_private_activity_survives_the_merge_of_its_contact(team: Team) -> None:
    with team.open("second") as second:
        keep, other = plain(second, "Firma"), plain(second, "Firma GmbH")
        private = activity.log(second, other, "Secret plan", is_private=True)
        attachment.attach_bytes(second, b"secret", "secret.txt", activity_id=private)
    with team.open("billing") as desk:
        merge.merge(desk, keep, [other])
        with pytest.raises(UserError, match="may not see"):
            undo.undo_last(desk)
    with team.owner.read() as session:
        assert session.get_one(Activity, private).contact_id == keep
        assert session.scalars(select(Attachment.contact_id)).all() == [keep]
    healthy(team)


def test_bank_data_and_open_items_that_are_not_seen_survive_a_merge(team: Team) -> None:
    keep = plain(team.owner, "Firma")
    other = organisation(team.owner)
    loaded = contact.load(team.owner, other)
    loaded.record.open_items.append(OpenItem(number="INV-1", amount=Decimal(119), rest=Decimal(119)))
    contact.save(team.owner, loaded)
    known = rights.ensure_groups(team.owner)
    rights.set_rights(team.owner, known["office"], GROUPS["office"].rights, ["bank", "open_items"])
    with team.open("office") as desk:
        assert contact.load(desk, other).record.open_items == []
        merge.merge(desk, keep, [other])
    with team.owner.read() as session:
        assert session.scalars(select(BankAccount.contact_id)).all() == [keep]
        assert session.scalars(select(OpenItem.contact_id)).all() == [keep]
    healthy(team)


def test_who_does_not_see_all_fields_merges_nothing(team: Team) -> None:
    from gcrm.services.team import rights

    keep, other = plain(team.owner, "Firma"), plain(team.owner, "Firma GmbH")
    known = rights.ensure_groups(team.owner)
    with team.owner.read() as session:
        office = rights.group_named(session, "office")
    rights.set_rights(team.owner, known["office"], office.rights, ["notes"])
    with team.open("office") as desk, pytest.raises(UserError, match="do not see all fields"):
        merge.merge(desk, keep, [other])


def test_what_becomes_private_is_hidden_with_all_that_was_said_before(team: Team) -> None:
    made = organisation(team.owner)
    with team.open("second") as second:
        item = activity.log(second, made, "Harmless words")
        gone = attachment.attach_bytes(second, b"x", "plan.txt", activity_id=item)
        attachment.remove(second, [gone])
        with team.open("office") as desk, desk.read() as session:
            assert session.scalar(select(func.count()).where(Change.new.like("%Harmless%"))) == 1
        loaded = activity.load(second, item)
        loaded.record.is_private = True
        activity.save(second, loaded)
        with second.read() as session:
            assert session.scalar(select(func.count()).where(Change.new.like("%Harmless%"))) == 1
    for group in ("administrator", "office"):
        with team.open(group) as desk, desk.read() as session:
            words = Change.new.like("%Harmless%") | Change.old.like("%plan.txt%") | Change.new.like("%plan.txt%")
            assert session.scalar(select(func.count()).where(words)) == 0
            assert session.get(Activity, item) is None
    with team.open("second") as second:
        delegation.delegate(second, item, team.users["office"])
    with team.open("office") as desk, desk.read() as session:
        assert session.get_one(Activity, item).text == "Harmless words"
        assert session.scalar(select(func.count()).where(Change.new.like("%Harmless%"))) == 1
    healthy(team)


def told(session: Session) -> dict[int, str | None]:
    return {row[0]: row[1] for row in session.execute(select(Change.id, Change.private_to))}


def test_what_was_private_before_the_office_was_shared_is_found_out(team: Team) -> None:
    made = organisation(team.owner)
    with team.open("second") as second:
        now_private = activity.log(second, made, "One secret", is_private=True)
        once_private = activity.log(second, made, "Two secret", is_private=True)
        loaded = activity.load(second, once_private)
        loaded.record.is_private, loaded.record.text = False, "Harmless"
        activity.save(second, loaded)
        deleted = activity.log(second, made, "Three secret", is_private=True)
        attachment.attach_bytes(second, b"x", "secret.txt", activity_id=deleted)
        activity.remove(second, [deleted])
        settings.set(second, "ui.theme", "dark")
    with team.owner.read() as session:
        right = told(session)
    assert now_private
    assert any(right.values())
    with team.owner.engine.begin() as connection:
        connection.execute(text("UPDATE change SET private_to = NULL"))
        connection.execute(text("SELECT gcrm_hide_all()"))
    with team.owner.read() as session:
        assert told(session) == right
    healthy(team)


def test_the_server_seals_as_the_program_does(team: Team) -> None:
    with team.open("billing") as desk:
        organisation(desk)
    with team.owner.engine.begin() as connection:
        # One operation without a fraction of a second, and one that nobody at all wrote.
        connection.execute(
            text(
                "INSERT INTO operation (at, database_user, kind, label, params) "
                "VALUES ('2026-03-01 12:00:00+00', '', 'edit', 'Größe “x” 🙂', '{}')"
            )
        )
    seal_pending(team.owner)
    with team.owner.read() as session:
        sealed = session.execute(select(Seal.id, Seal.operation_id, Seal.content, Seal.digest).order_by(Seal.id)).all()
        previous = b""
        for seal in sealed:
            operation = session.get_one(Operation, seal.operation_id)
            assert bytes(seal.content) == seals.content_digest(session, operation)
            previous = seals.link(previous, operation.id, bytes(seal.content))
            assert bytes(seal.digest) == previous
    assert len(sealed) > 5
    healthy(team)


def test_equal_contents_are_kept_once_and_numbers_follow(team: Team) -> None:
    with team.open("office") as one, team.open("second") as two:
        first, second = plain(one, "Firma"), plain(two, "Firma B")
        attachment.attach_bytes(one, b"same", "a.txt", contact_id=first)
        attachment.attach_bytes(two, b"same", "b.txt", contact_id=second)
        with two.read() as session:
            numbers = session.scalars(select(Contact.number).order_by(Contact.id)).all()
            assert session.scalar(select(func.count()).select_from(Blob)) == 1
        assert [int(number or 0) for number in numbers] == [10001, 10002]
    healthy(team)


def test_a_login_is_who_it_is_whatever_the_program_says(watched: Team) -> None:
    desk = open_office(watched.address("office"), user="chef")
    assert desk.user_id == watched.users["office"]
    assert desk.rights.group == "office"
    desk.close()


def test_an_advisory_lock_keeps_nobody_out(team: Team) -> None:
    from gcrm.services import schema

    with team.connect("read-only") as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [schema.OPENING])
        with team.open("office") as desk:
            assert desk.user_id == team.users["office"]
        open_office(team.url.render_as_string(hide_password=False), user="somebody new").close()


PLANS = {
    "list": "SELECT id FROM contact WHERE deleted_at IS NULL AND archived_at IS NULL ORDER BY name_key, id LIMIT 100",
    "find": "SELECT contact_id FROM contact_search WHERE text LIKE '%albrecht%'",
    "chronicle": "SELECT * FROM activity WHERE contact_id = 1 ORDER BY at DESC, id DESC LIMIT 50",
    "history": "SELECT * FROM change WHERE contact_id = 1 ORDER BY id DESC LIMIT 500",
    "operation": "SELECT table_name FROM change WHERE operation_id = 1",
}


@pytest.mark.parametrize("name", PLANS)
def test_policies_ask_once_and_let_indexes_work(watched: Team, name: str) -> None:
    with watched.connect("office") as connection:
        connection.execute("SET enable_seqscan = off")
        rows = connection.execute(b"EXPLAIN (VERBOSE) " + PLANS[name].encode()).fetchall()
    plan = "\n".join(row[0] for row in rows)
    body = "\n".join(line for line in plan.splitlines() if "InitPlan" not in line and "Output:" not in line)
    assert "Index" in plan
    if name in ("chronicle", "history", "operation"):
        assert "InitPlan" in plan
        assert "gcrm_me()" not in body
        assert "gcrm_tables()" not in body
    else:
        assert "gcrm_" not in plan, "what has no private rows costs nothing"


def test_a_desk_exports_the_office_as_it_sees_it(team: Team, tmp_path: Path) -> None:
    made = organisation(team.owner)
    with team.open("second") as second:
        private = activity.log(second, made, "Marker-Private", is_private=True)
        attachment.attach_bytes(second, b"Marker-Bytes", "Marker.txt", activity_id=private)
    known = {group.key: group for group in _groups(team)}
    rights.set_rights(team.owner, known["billing"].id, known["billing"].rights, {"notes", "terms"})
    loaded = contact.load(team.owner, made)
    loaded.record.notes, loaded.record.price_group = "Marker-Notes", "Marker-Price"
    contact.save(team.owner, loaded)
    with team.open("billing") as desk:
        told = export_everything(desk, tmp_path / "out")
        assert told.left_out == ("notes", "terms", "private", "history")
        with pytest.raises(UserError, match="Name a new file"):
            import_everything(desk, tmp_path / "out")
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert "Marker" not in written
    assert "Albrecht Metallbau GmbH" in written
    back = open_office(str(tmp_path / "back.gcrm"))
    import_everything(back, tmp_path / "out")
    assert check(back, full=True).findings == ()
    back.close()
    healthy(team)


def _groups(team: Team) -> list[rights.GroupRow]:
    with team.owner.read() as session:
        return rights.groups(session)
