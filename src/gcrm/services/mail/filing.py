"""Keeping mail files: look who they are from (`look`), then write them into the chronicle in one operation (`keep`).

The original is kept beside the files that came with it. What cannot be read is kept as a file and said. A mail that the
contact has already is recognised by its Message-ID, or by its bytes where it has none.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast
from uuid import uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.base import now
from gcrm.services import activity, attachment, blob
from gcrm.services.changes import by_count
from gcrm.services.contact_data import names_of
from gcrm.services.database import Database
from gcrm.services.mail.eml import read_eml
from gcrm.services.mail.message import COMPOUND, MOST_BYTES, Mail, NoMail
from gcrm.services.mail.people import Match, direction_of, matches_of, others, ours, owners
from gcrm.services.progress import Progress, Silence
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

TYPE = "email"
IN_MEMORY = 8_000_000
"""Bytes of a file that came with a mail; a larger one waits on the disk."""


@dataclass(slots=True)
class Found:
    """A mail file that was looked at: what it is, and to which contact and person it goes.

    `contact` None: nobody, or several, have the addresses in it (`matches`), so somebody has to say. `problem` is why
    it can only be kept as a file. `who` are the people at the other side.
    """

    path: Path
    subject: str = ""
    who: str = ""
    direction: str = ""
    matches: tuple[Match, ...] = ()
    contact: int | None = None
    problem: str = ""
    name: str = ""

    def choose(self, contact: int | None, name: str = "") -> None:
        """Say to which contact it goes; None leaves it out."""
        self.contact, self.name = contact, name

    def person(self) -> int | None:
        """Return the person of the contact whose address is in the mail."""
        here = (match.person for match in self.matches if match.contact == self.contact)
        return next((person for person in here if person is not None), None)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that came with a mail: to whom it belongs, what it is about, and the calendar file."""

    contact: int
    subject: str
    data: bytes


@dataclass(slots=True)
class Outcome:
    """What became of mail files: activities by file, files kept as such with the reason, mails that were there."""

    operation: int | None = None
    mails: list[tuple[Path, int, str]] = field(default_factory=list)
    as_files: list[tuple[Path, str]] = field(default_factory=list)
    already: list[Path] = field(default_factory=list)
    left_out: list[Path] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)


def read_mail(path: Path) -> tuple[Mail, bytes]:
    """Return a mail and the bytes of its file. Raises NoMail with the reason, EnvironmentProblem for the disk."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NoMail(_("It is larger than 150 MB."))
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if data.startswith(COMPOUND):  # whatever its ending
        from gcrm.services.mail.msg import read_msg  # most offices get no message files of Outlook

        return read_msg(data), data
    return read_eml(data), data


def check(path: Path) -> None:
    """Raise EnvironmentProblem where a file cannot be opened."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> EnvironmentProblem:
    sentence = _("“{name}” cannot be read. Check that it is there and not locked by another program.")
    return EnvironmentProblem(sentence.format(name=path.name), details=str(error))


def look(
    database: Database, paths: Iterable[Path], *, contact_id: int | None = None, progress: Progress | None = None
) -> list[Found]:
    """Read mail files and say to whom they go; `contact_id` is the contact they were given to. Nothing is written."""
    with database.read() as session:
        return look_in(session, paths, contact_id, progress or Silence())


def look_in(session: Session, paths: Iterable[Path], contact_id: int | None, watch: Progress) -> list[Found]:
    """Do what `look` does, inside a session."""
    wanted = list(dict.fromkeys(paths))
    found: list[Found] = []
    us = ours(session)
    for place, path in enumerate(wanted):
        watch.check()
        watch.report(place, len(wanted), path.name)
        one = Found(path)
        found.append(one)
        try:
            mail, _data = read_mail(path)
        except NoMail as problem:
            one.problem = problem.sentence
            continue
        known = owners(session, [each.address for each in mail.people()])
        one.subject, one.direction = mail.subject, direction_of(mail, us, known, contact_id)
        people = others(mail, us, one.direction)
        one.who = ", ".join(each.name or each.address for each in people[:3])
        one.matches = tuple(matches_of(people, known))
        if contact_id is not None:  # the one it was dropped on may stand anywhere in the mail
            one.matches += tuple(match for match in _anywhere(known) if match.contact == contact_id)
    _settle(session, found, contact_id)
    return found


def _anywhere(known: dict[str, list[Match]]) -> Iterable[Match]:
    return (match for matches in known.values() for match in matches)


def _settle(session: Session, found: Sequence[Found], contact_id: int | None) -> None:
    """Choose the contact that was given, else the only one there is."""
    if contact_id is not None:
        name = names_of(session, [contact_id]).get(contact_id, "")
        for one in found:
            one.choose(contact_id, name)
        return
    for one in found:
        contacts = {match.contact: match.name for match in one.matches}
        if len(contacts) == 1:
            one.choose(*next(iter(contacts.items())))


def keep(database: Database, found: Sequence[Found], progress: Progress | None = None) -> Outcome:
    """Write mails into the chronicle of their contacts, in one operation; those without a contact are left out.

    Raises UserError where somebody may not, EnvironmentProblem where a file is gone meanwhile; then nothing is kept.
    """
    database.rights.require("activities", "create")
    database.rights.require("files", "create")
    watch = progress or Silence()
    count = sum(one.contact is not None for one in found)
    if not count:
        return Outcome(left_out=[one.path for one in found])
    label = by_count(N_("E-mail kept"), N_("{count} e-mails kept"), count)
    with unit_of_work(database, label, kind="import", params={"count": count}) as work:
        return keep_in(work, found, watch)


def keep_in(work: UnitOfWork, found: Sequence[Found], watch: Progress) -> Outcome:
    """Do what `keep` does, inside a unit of work."""
    outcome = Outcome(left_out=[one.path for one in found if one.contact is None])
    wanted = [(one, one.contact) for one in found if one.contact is not None]
    for place, (one, contact) in enumerate(wanted):
        watch.check()
        watch.report(place, len(wanted), one.path.name)
        _keep(work, one, contact, outcome)
    outcome.operation = work.operation_id if outcome.mails or outcome.as_files else None
    return outcome


def _keep(work: UnitOfWork, one: Found, contact: int, outcome: Outcome) -> None:
    """Keep one mail, or its file where it is none."""
    try:
        mail, data = read_mail(one.path)
    except NoMail as problem:
        _keep_original(work, one.path, contact, None)
        outcome.as_files.append((one.path, problem.sentence))
        return
    key = f"mail:{_identity(mail, data)}"
    if _is_there(work.session, mail, contact, key):
        outcome.already.append(one.path)
        return
    made = Activity(
        contact_id=contact,
        contact_person_id=one.person(),
        type=TYPE,
        direction=one.direction,
        at=mail.at or now(),
        subject=mail.subject,
        text=mail.body(),
        responsible_id=work.user_id,
        call_key=_free_key(work.session, f"{key}:{contact}"),
        state="done",
        custom={},
    )
    activity.add(work, made)
    for enclosure in mail.enclosures:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spooled:
            stream = cast("BinaryIO", spooled)  # it has all of it
            enclosure.write(stream)
            stream.seek(0)
            _attach(work, stream, enclosure.name, contact, made.id)
    _keep_original(work, one.path, contact, made.id)
    outcome.mails.append((one.path, made.id, mail.subject))
    outcome.invitations += [Invitation(contact, mail.subject, each) for each in mail.calendars[:1]]


def _keep_original(work: UnitOfWork, path: Path, contact: int, activity_id: int | None) -> None:
    """Keep a mail file as it is; it is streamed."""
    try:
        with path.open("rb") as stream:
            _attach(work, stream, path.name, contact, activity_id)
    except OSError as error:
        raise _unreadable(path, error) from error


def _attach(work: UnitOfWork, stream: BinaryIO, name: str, contact: int, activity_id: int | None) -> None:
    content = blob.measure(stream)
    stream.seek(0)
    attachment.add(work, content, stream, name, contact_id=contact, activity_id=activity_id)


def _identity(mail: Mail, data: bytes) -> str:
    """Return what tells a mail from all others."""
    return hashlib.sha256(mail.message_id.encode("utf-8", "surrogateescape") if mail.message_id else data).hexdigest()[
        :32
    ]


def _is_there(session: Session, mail: Mail, contact: int, key: str) -> bool:
    """Tell whether a contact has a mail already, also after contacts were merged."""
    same = Activity.call_key == f"{key}:{contact}"
    if mail.at is not None:
        same = or_(same, and_(Activity.at == mail.at, Activity.call_key.startswith(key)))
    wanted = select(Activity.id).where(Activity.contact_id == contact, same)
    return session.scalar(wanted.limit(1)) is not None


def _free_key(session: Session, key: str) -> str:
    """Return a key that no activity has: this one may have gone on to another contact."""
    taken = session.scalar(select(Activity.id).where(Activity.call_key == key).limit(1))
    return key if taken is None else f"{key}:{uuid4().hex}"
