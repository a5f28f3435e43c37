"""Half-typed texts that outlive a crash: one small file per text, written whole and forced to the disk.

A window puts a draft at most SAVE_EVERY seconds after a key was pressed, so that no more than that is lost. Drafts
belong to a user and an office (its address without password); they lie in the data folder of this computer only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gcrm.paths import data_folder
from gcrm.services.atomic_file import problem_of, replacing, sync_folder
from gcrm.services.database import Database

SAVE_EVERY = 5
"""Seconds after which a changed text has to be put."""

LOG, ACTIVITY, NEW_CONTACT, RECORD, APPOINTMENT = "log", "activity", "contact/new", "record", "appointment"
"""What a draft is, by the beginning of its key: a log entry, changes of an activity, a new contact, a field, or a new
appointment or changes of one."""

OPERATION = "operation"
"""The value of a draft that names the operation by which it is being saved."""

LARGEST = 32 << 20
"""Bytes of a draft file that are read; a larger one is no draft of ours."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that was never saved: its key (window and record), the values typed, and when they were put."""

    key: str
    data: Mapping[str, Any]
    saved_at: datetime


def kind_of(key: str) -> str:
    """Return what a draft is, by the beginning of its key."""
    return key.partition(":")[0]


def log_key(contact: int) -> str:
    """Return the key of the log entry that is being typed for a contact."""
    return f"{LOG}:{contact}"


def activity_key(activity: int) -> str:
    """Return the key of the unsaved changes of an activity."""
    return f"{ACTIVITY}:{activity}"


def appointment_key(activity: int | None, occurrence: str = "") -> str:
    """Return the key of the unsaved changes of an appointment, or of a new one."""
    return f"{APPOINTMENT}:{activity or 'new'}:{occurrence}"


def record_key(contact: int, row: str) -> str:
    """Return the key of what is typed into a row of a contact's record."""
    return f"{RECORD}:{contact}:{row}"


class DraftStore:
    """The drafts of one user in one office. `damaged` lists files that could not be read; they are left alone."""

    def __init__(self, office: str, user: str, folder: Path | None = None) -> None:
        self._owner = _hash(f"{user}\n{office}")[:16]
        self._folder = (folder or data_folder()) / "drafts"
        self.damaged: tuple[Path, ...] = ()

    @staticmethod
    def of(database: Database) -> DraftStore:
        """Return the drafts of whoever works in an open office."""
        return DraftStore(database.url.render_as_string(hide_password=True), str(database.user_id))

    def put(self, key: str, data: Mapping[str, Any], *, at: datetime | None = None) -> None:
        """Keep the values typed under `key`; when this returns, they are on the disk.

        `data` holds JSON values. Raises EnvironmentProblem when the disk refuses; the former draft is then still there.
        """
        saved_at = (at or datetime.now(UTC)).isoformat()
        body = json.dumps({"key": key, "saved_at": saved_at, "data": dict(data)}, ensure_ascii=True, sort_keys=True)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise problem_of(error, self._folder.name) from error
        with replacing(self._path(key)) as file:
            file.write(f"{_hash(body)}\n{body}\n".encode())

    def get(self, key: str) -> Draft | None:
        """Return the draft of a key, None when there is none or its file is damaged."""
        path = self._path(key)
        return _read(path) if path.exists() else None

    def remove(self, key: str) -> None:
        """Forget a draft, because it was saved or thrown away; harmless when there is none."""
        path = self._path(key)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            raise problem_of(error, path.name) from error
        with contextlib.suppress(OSError):
            sync_folder(self._folder)

    def unfinished(self) -> list[Draft]:
        """Return all drafts, the newest first; unreadable files are named in `damaged`."""
        found, damaged = [], []
        for path in sorted(self._folder.glob(f"{self._owner}-*.json")):
            draft = _read(path)
            if draft is None:
                damaged.append(path)
            else:
                found.append(draft)
        self.damaged = tuple(damaged)
        return sorted(found, key=lambda draft: (draft.saved_at, draft.key), reverse=True)

    def take_over(self, other: DraftStore) -> int:
        """Bring the drafts of another office here, where it moved to; return how many.

        Where something is being typed here already, both stay where they are. Raises EnvironmentProblem when the disk
        refuses; what was not brought is then still there.
        """
        fresh = [draft for draft in other.unfinished() if self.get(draft.key) is None]
        for draft in fresh:
            self.put(draft.key, draft.data, at=draft.saved_at)
            other.remove(draft.key)
        return len(fresh)

    def _path(self, key: str) -> Path:
        return self._folder / f"{self._owner}-{_hash(key)[:32]}.json"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path) -> Draft | None:
    """Read one draft; None when it is not whole."""
    try:
        if os.path.getsize(path) > LARGEST:
            return None
        checksum, _newline, body = path.read_bytes().decode("ascii").rstrip("\n").partition("\n")
        if checksum != _hash(body):
            return None
        values = json.loads(body)
        return Draft(values["key"], values["data"], datetime.fromisoformat(values["saved_at"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
