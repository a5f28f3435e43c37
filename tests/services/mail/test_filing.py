"""Mail files in the chronicle: whose they are, once only, with their files, and back again by one undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from gcrm.errors import EnvironmentProblem
from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.contact_point import ContactPoint
from gcrm.services import contact, undo
from gcrm.services.company import main_company
from gcrm.services.company import save as save_company
from gcrm.services.database import Database
from gcrm.services.exchange.ical_import import import_calendars
from gcrm.services.mail import filing
from gcrm.services.unit_of_work import unit_of_work
from tests.services.chronicle_office import count, customer, person_at
from tests.services.mail import mails
from tests.services.mail.msg_file import message


def with_address(database: Database, name: str, address: str) -> int:
    made = contact.empty(name=name)
    made.points.append(ContactPoint(kind="email", value=address))
    return contact.create(database, made)


def written(folder: Path, **named: bytes) -> list[Path]:
    paths = [folder / name.replace("_", ".") for name in named]
    for path, data in zip(paths, named.values(), strict=True):
        path.write_bytes(data)
    return paths


def kept(database: Database, paths: list[Path], to: int | None = None) -> filing.Outcome:
    return filing.keep(database, filing.look(database, paths, contact_id=to))


def emails(database: Database) -> list[Activity]:
    with database.read() as session:
        return list(session.scalars(select(Activity).where(Activity.type == "email").order_by(Activity.id)))


def test_a_mail_finds_contact_and_person_and_brings_its_files(database: Database, tmp_path: Path) -> None:
    werft = with_address(database, "Werft GmbH", "info@werft.example")
    role = person_at(database, werft, "Eva", "Neu")
    with unit_of_work(database, "address") as work:
        work.session.add(
            ContactPoint(contact_id=werft, contact_person_id=role, kind="email", value="Eva@Werft.example")
        )
    outcome = kept(database, written(tmp_path, offer_eml=mails.thunderbird()))
    (made,) = emails(database)
    assert [(path.name, activity) for path, activity, _subject in outcome.mails] == [("offer.eml", made.id)]
    assert (made.contact_id, made.contact_person_id, made.direction) == (werft, role, "in")
    assert (made.subject, made.at.isoformat(), made.state) == (
        "Angebot für Müller",
        "2026-11-27T13:03:01+00:00",
        "done",
    )
    with database.read() as session:
        files = session.execute(select(Attachment.name, Attachment.contact_id, Attachment.activity_id, Attachment.size))
        assert [tuple(row) for row in files.all()] == [
            ("Angebot für Müller.pdf", werft, made.id, len(mails.PDF)),
            ("offer.eml", werft, made.id, len(mails.thunderbird())),
        ]  # fmt: skip


def test_what_we_wrote_goes_to_whom_it_was_for(database: Database, tmp_path: Path) -> None:
    loaded = main_company(database)
    loaded.record.name, loaded.record.email = "Ours", "office@ours.example"
    save_company(database, loaded)
    werft = with_address(database, "Werft GmbH", "eva@werft.example")
    ours = mails.mail(
        "Anna <anna@ours.example>", "Bruno <bruno@ours.example>, eva@werft.example", message_id="<1@ours>"
    )
    kept(database, written(tmp_path, sent_eml=ours))
    (made,) = emails(database)
    assert (made.contact_id, made.direction) == (werft, "out")


def test_an_office_that_has_not_told_its_addresses_is_known_by_whom_it_wrote_to(
    database: Database, tmp_path: Path
) -> None:
    werft = with_address(database, "Werft GmbH", "eva@werft.example")
    paths = written(tmp_path, sent_eml=mails.mail("anna@ours.example", "eva@werft.example"))
    kept(database, paths)
    kept(database, paths, customer(database, "Other"))
    assert [(made.contact_id == werft, made.direction) for made in emails(database)] == [(True, "out"), (False, "in")]


def test_several_and_nobody_have_to_be_asked_and_a_drop_wins(database: Database, tmp_path: Path) -> None:
    one = with_address(database, "One", "eva@werft.example")
    with_address(database, "Two", "eva@werft.example")
    paths = written(
        tmp_path, a_eml=mails.mail("eva@werft.example", "x@y.example"), b_eml=mails.mail("z@z.example", "x@y.example")
    )
    found = filing.look(database, paths)
    assert [(each.contact, len(each.matches)) for each in found] == [(None, 2), (None, 0)]
    outcome = filing.keep(database, found)
    assert (outcome.left_out, outcome.operation, emails(database)) == (paths, None, [])
    kept(database, paths, one)
    assert [made.contact_id for made in emails(database)] == [one, one]


def test_many_are_one_step_to_undo_and_come_once(database: Database, tmp_path: Path) -> None:
    werft, other = customer(database, "Werft"), customer(database, "Other")
    outlook = message("Offer", "Text", ("Eva", "eva@x.example"), ("Max", "max@x.example"), {"a.pdf": mails.PDF})
    paths = written(tmp_path, a_eml=mails.gmail(), b_eml=mails.mail("a@x.example", "b@x.example"), c_msg=outlook)
    outcome = kept(database, paths, werft)
    assert (len(outcome.mails), outcome.already) == (3, [])
    assert kept(database, paths, werft).already == paths
    assert len(kept(database, paths, other).mails) == 3
    undo.undo_last(database)
    assert outcome.operation is not None
    undo.undo(database, outcome.operation)
    assert (count(database, Activity), count(database, Attachment)) == (0, 0)
    assert len(kept(database, paths, werft).mails) == 3


def test_an_invitation_goes_on_into_the_calendar(database: Database, tmp_path: Path) -> None:
    werft = customer(database, "Werft")
    (invitation,) = kept(database, written(tmp_path, a_eml=mails.gmail()), werft).invitations
    (result,) = import_calendars(database, [(invitation.subject, invitation.data)], contact_id=invitation.contact)
    assert result.counts["created"] == 1


def test_characters_that_no_database_keeps_do_no_harm(database: Database, tmp_path: Path) -> None:
    werft = customer(database, "Werft")
    data = b"From: N\0ul <a\0b@x.example>\nTo: \xed\xa0\xbd@y.example\nSubject: Sub\0ject\n\nT\0ext \xed\xa0\xbd"
    kept(database, written(tmp_path, odd_eml=data), werft)
    (made,) = emails(database)
    assert (made.subject, "\0" in made.text) == ("Sub ject", False)


def test_what_is_no_mail_is_kept_as_a_file_and_said(database: Database, tmp_path: Path) -> None:
    werft = customer(database, "Werft")
    paths = written(
        tmp_path, broken_msg=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no more", letter_eml=b"Dear sirs,\n\nno mail"
    )
    outcome = kept(database, paths, werft)
    assert [(path.name, bool(reason)) for path, reason in outcome.as_files] == [
        ("broken.msg", True),
        ("letter.eml", True),
    ]
    assert (count(database, Activity), count(database, Attachment)) == (0, 2)


def test_a_message_of_outlook_is_known_by_what_is_in_it(database: Database, tmp_path: Path) -> None:
    data = message("Offer", "Text", ("Eva", "eva@werft.example"), ("Max", "max@x.example"), {})
    paths = written(tmp_path, renamed_eml=data)
    assert [subject for _path, _made, subject in kept(database, paths, customer(database, "Werft")).mails] == ["Offer"]


def test_a_file_that_is_gone_leaves_nothing(database: Database, tmp_path: Path) -> None:
    werft = customer(database, "Werft")
    paths = written(tmp_path, a_eml=mails.gmail(), b_eml=mails.mail("a@x.example", "b@x.example"))
    found = filing.look(database, paths, contact_id=werft)
    paths[1].unlink()
    with pytest.raises(EnvironmentProblem):
        filing.keep(database, found)
    assert (count(database, Activity), count(database, Attachment)) == (0, 0)
