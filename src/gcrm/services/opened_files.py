"""Files opened in other programs: a read-only copy to look at, or a copy that is watched and stored when it is saved.

Copies lie in a private folder (0700) under a safe name, each in a folder of its own so that nothing is overwritten.
Programs are never opened from here. The window calls `poll` every few seconds; nothing here needs a timer or Qt.
Copies to look at vanish when the program ends; a copy to edit stays until its last change is stored, crash or not, and
while another program still has it open. What stayed is taken up at the next start, by one running program only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem, GcrmError, UserError
from gcrm.i18n import _
from gcrm.model.attachment import CHUNK, Attachment
from gcrm.paths import data_folder
from gcrm.services import attachment, file_lock
from gcrm.services.atomic_file import problem_of, replacing
from gcrm.services.database import Database
from gcrm.services.file_safety import free_path, is_executable
from gcrm.services.privacy import rights_of

_ORIGIN = ".origin.json"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Edited:
    """A copy that is being edited: its path, the newest stored version of the file, and how the copy was then.

    `seen` is its time and size at the last look, `known` those for which the content is known to be stored; `former`
    are the versions stored before, the newest first: the newest one may be undone meanwhile.
    """

    path: Path
    attachment_id: int
    sha256: str
    seen: tuple[int, int] | None = None
    known: tuple[int, int] | None = None
    former: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A new version that `poll` stored: the file's name, the id before and the id now."""

    name: str
    before: int
    now: int


class OpenedFiles:
    """The copies that this program has opened."""

    def __init__(self, database: Database, folder: Path | None = None) -> None:
        self._database = database
        office = hashlib.sha256(database.url.render_as_string(hide_password=True).encode()).hexdigest()[:12]
        self._editing = (folder or data_folder()) / "editing" / f"{office}-{database.user_id}"
        self._looking: Path | None = None
        self._edited: dict[Path, Edited] = {}
        self._locks: dict[Path, BinaryIO] = {}

    def copy_to_look_at(self, session: Session, attachment_id: int) -> Path:
        """Return a fresh read-only copy of a file, to be handed to the operating system.

        Raises UserError for programs and links, EnvironmentProblem when the disk refuses.
        """
        path = self._written(session, attachment_id, self._looking_folder())
        os.chmod(path, 0o400)
        return path

    def made_to_look_at(self, name: str, write: Callable[[Path], object]) -> Path:
        """Return a read-only file that `write` makes for another program, in a new folder under a safe name."""
        path = free_path(self._new_folder(self._looking_folder(), name), name)
        write(path)
        os.chmod(path, 0o400)
        return path

    def _looking_folder(self) -> Path:
        """Return the private folder of the copies to look at, made for the first of them."""
        if self._looking is None:
            try:
                self._looking = Path(tempfile.mkdtemp(prefix="gcrm-"))
            except OSError as error:
                raise problem_of(error, "gcrm") from error
        return self._looking

    def copy_to_edit(self, session: Session, attachment_id: int) -> Path:
        """Return a copy that may be changed; `poll` stores each saved change as a new version."""
        for edited in self.editing:
            if edited.attachment_id == attachment_id and edited.path.exists():
                return edited.path
        _make(self._editing)
        path = self._written(session, attachment_id, self._editing)
        os.chmod(path, 0o600)
        sha256 = attachment.stored(session, attachment_id).sha256 or ""
        self._lock(path)
        self._remember(Edited(path, attachment_id, sha256, known=_stamp(path)))
        return path

    def _written(self, session: Session, attachment_id: int, base: Path) -> Path:
        """Write a copy under a safe name into a new folder below `base`."""
        found = attachment.stored(session, attachment_id)
        if is_executable(found.name, attachment.head(session, attachment_id)):
            sentence = _("“{name}” is a program. Programs are never started from here; save it to a folder instead.")
            raise UserError(sentence.format(name=found.name))
        path = free_path(self._new_folder(base, found.name), found.name)
        attachment.write_to(session, attachment_id, path)
        _mark_as_foreign(path)
        return path

    @staticmethod
    def _new_folder(base: Path, name: str) -> Path:
        """Return a new folder below `base`, for a file of this name."""
        try:
            return Path(tempfile.mkdtemp(dir=base))
        except OSError as error:
            raise problem_of(error, name) from error

    def _lock(self, path: Path) -> bool:
        """Keep other running programs from taking a copy up; False when one of them has it."""
        lock = file_lock.take(path.parent / _LOCK)
        if lock is None:
            return False
        self._locks[path] = lock
        return True

    def _remember(self, edited: Edited) -> None:
        """Write beside the copy what it is, so that it is found again after a crash."""
        self._edited[edited.path] = edited
        origin = {"attachment": edited.attachment_id, "sha256": edited.sha256, "name": edited.path.name}
        with replacing(edited.path.parent / _ORIGIN) as file:
            file.write(json.dumps(origin).encode())

    @property
    def folder(self) -> Path:
        """Return where the copies to edit lie."""
        return self._editing

    @property
    def editing(self) -> tuple[Edited, ...]:
        """Return the copies that are being watched."""
        return tuple(self._edited.values())

    def poll(self, *, at_once: bool = False) -> list[Stored]:
        """Store the copies that were saved in another program and are at rest since the last call.

        `at_once` does not wait for that: at the start and the end. A copy that cannot be read right now is tried again
        next time. Raises what storing raises, after all others were stored; the copy stays.
        """
        stored: list[Stored] = []
        problems: list[GcrmError] = []
        for edited in self.editing:
            stamp = _stamp(edited.path)
            if stamp == edited.known:
                continue
            if stamp is None or (stamp != edited.seen and not at_once):
                self._edited[edited.path] = replace(edited, seen=stamp)
                continue
            try:
                new = self._store(edited, stamp)
            except (UserError, EnvironmentProblem) as error:
                problems.append(error)
                continue
            if new is not None:
                stored.append(new)
        if problems:
            raise problems[0]
        return stored

    def _store(self, edited: Edited, stamp: tuple[int, int]) -> Stored | None:
        """Store a copy as a new version when its content is another one."""
        sha256 = _hash(edited.path)
        if sha256 is None:
            return None
        if sha256 == edited.sha256:
            self._edited[edited.path] = replace(edited, known=stamp)
            return None
        old = self._origin(edited, stamp)
        fresh = attachment.attach_file(
            self._database,
            edited.path,
            name=old.name,
            contact_id=old.contact_id,
            activity_id=old.activity_id,
            replaces_id=old.id,
        )
        former = (old.id, *edited.former)
        self._remember(replace(edited, attachment_id=fresh, sha256=sha256, known=stamp, former=former))
        return Stored(old.name, old.id, fresh)

    def _origin(self, edited: Edited, stamp: tuple[int, int]) -> Attachment:
        """Return the file a copy was made of. Raises UserError, once for each change, when it was removed meanwhile."""
        with self._database.read() as session:
            for version in (edited.attachment_id, *edited.former):
                if session.get(Attachment, version) is not None:
                    return attachment.stored(session, version)
        self._edited[edited.path] = replace(edited, known=stamp)
        sentence = _(
            "“{name}” was removed here while it was being edited. The changed copy lies in "
            "{folder}; attach it anew if it is needed."
        )
        raise UserError(sentence.format(name=edited.path.name, folder=edited.path.parent))

    def take_up(self) -> list[Edited]:
        """Watch the copies again that an earlier run left behind (crash, power cut); return those that have changes.

        Those without changes are deleted; those that another running program watches are left to it.
        """
        changed = []
        for origin in sorted(self._editing.glob(f"*/{_ORIGIN}")):
            edited = _left_behind(origin)
            if edited is None or edited.path in self._edited or not self._lock(edited.path):
                continue
            self._edited[edited.path] = edited
            if _hash(edited.path) != edited.sha256:
                changed.append(edited)
            else:
                self.finish(edited.path)
        return changed

    def finish(self, path: Path) -> None:
        """Stop watching a copy; it is deleted when its content is stored and no other program has it open."""
        edited = self._edited.get(path)
        if edited is not None and _hash(path) in (None, edited.sha256) and not _is_open_elsewhere(path):
            del self._edited[path]
            self._let_go(path)
            shutil.rmtree(path.parent, ignore_errors=True)

    def _let_go(self, path: Path) -> None:
        lock = self._locks.pop(path, None)
        if lock is not None:
            lock.close()

    def close(self) -> None:
        """Delete the copies to look at, and those to edit that have no change left to store."""
        for path in tuple(self._edited):
            self.finish(path)
        for path in tuple(self._locks):
            self._let_go(path)
        self.drop_looked_at()

    def drop_looked_at(self) -> None:
        """Delete the copies to look at; what another program holds open stays until the end of this one."""
        looking, self._looking = self._looking, None
        if looking is not None:
            for path in looking.glob("*/*"):
                with contextlib.suppress(OSError):
                    os.chmod(path, 0o600)  # Windows deletes no read-only file
            shutil.rmtree(looking, ignore_errors=True)
            self._looking = looking if looking.exists() else None


def _is_open_elsewhere(path: Path) -> bool:
    """Tell whether another program keeps a file of its own beside a copy, as office programs do while they edit."""
    try:
        return any(each.name not in (path.name, _ORIGIN, _LOCK) for each in path.parent.iterdir())
    except OSError:
        return False


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise problem_of(error, folder.name) from error


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return time of change (ns) and size, None while the file is not there (programs that save by exchange)."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _hash(path: Path) -> str | None:
    """Return the SHA-256 of a file, None when it cannot be read now."""
    total = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                total.update(piece)
    except OSError:
        return None
    return total.hexdigest()


def forget(database: Database, attachments: Collection[int], folder: Path | None = None) -> None:
    """Delete the copies to edit of files that were erased for good, also those that earlier runs left behind."""
    for origin in sorted(OpenedFiles(database, folder).folder.glob(f"*/{_ORIGIN}")):
        edited = _left_behind(origin)
        if edited is not None and edited.attachment_id in attachments:
            shutil.rmtree(origin.parent, ignore_errors=True)


def _left_behind(origin: Path) -> Edited | None:
    """Read what a copy of an earlier run is; None when its note is damaged or the copy is gone."""
    try:
        told = json.loads(origin.read_text(encoding="utf-8"))
        path = origin.parent / Path(str(told["name"])).name
        return Edited(path, int(told["attachment"]), str(told["sha256"])) if path.is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _mark_as_foreign(path: Path) -> None:
    """Tell Windows that the file came from outside, so that Office opens it protected (mark of the web, zone 3)."""
    if os.name == "nt":
        with contextlib.suppress(OSError):
            Path(f"{path}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n", encoding="ascii")


def save_as(session: Session, attachment_id: int, target: Path) -> None:
    """Save a file to where the person chose; programs too, because saving starts nothing. UserError without right."""
    rights_of(session).require("files", "export")
    if target.is_dir():
        raise EnvironmentProblem(_("“{file}” is a folder. Choose a file name.").format(file=target.name))
    attachment.write_to(session, attachment_id, target)
    _mark_as_foreign(target)
