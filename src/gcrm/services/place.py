"""Is this a good place for an office file? Network drives are refused, synchronised folders are warned about.

SQLite's WAL needs memory shared by all programs, which no network file system gives (sqlite.org/wal.html); offices
on shares have been damaged that way. A team shares one PostgreSQL instead.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "webdav", "davfs", "fuse.sshfs", "fuse.davfs2", "ncpfs", "9p"}
)
SYNC_FOLDERS = ("onedrive", "dropbox", "nextcloud", "owncloud", "google drive", "icloud", "mobile documents", "seafile")
DRIVE_REMOTE = 4  # GetDriveTypeW, winbase.h


def check_place(path: Path, mounts: str | None = None) -> list[str]:
    """Return warnings about the folder of `path`; raise EnvironmentProblem where an office must not lie.

    `mounts` is the text of a mount table (Linux), for tests; the system's own by default.
    """
    folder = path.expanduser().absolute().parent
    if not folder.is_dir():
        raise EnvironmentProblem(_("The folder {folder} does not exist.").format(folder=folder))
    if is_network(folder, mounts):
        raise EnvironmentProblem(
            _(
                "{folder} is a network drive, where an office file would be damaged. "
                "Keep it on this computer, or share it with your team over PostgreSQL."
            ).format(folder=folder)
        )
    parts = [part.casefold() for part in folder.parts]
    if any(part.startswith(SYNC_FOLDERS) for part in parts):
        return [
            _("The office lies in a synchronised folder ({folder}). Never open it on two computers at once.").format(
                folder=folder
            )
        ]
    return []


def is_network(folder: Path, mounts: str | None = None) -> bool:
    """Tell whether a folder lies on another computer."""
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(folder)[0] + "\\"
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive) == DRIVE_REMOTE
    if mounts is None:
        table = Path("/proc/self/mounts")
        mounts = table.read_text(encoding="utf-8", errors="replace") if table.exists() else ""
    return _file_system(folder.resolve(), mounts) in NETWORK_FILE_SYSTEMS


def _file_system(folder: Path, mounts: str) -> str:
    """Return the type of the file system that holds `folder`: that of the longest mount point above it."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = str(folder) == point or str(folder).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind
