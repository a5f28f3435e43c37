"""Is this a good place for an office file? Network drives are refused, synchronised folders are warned about.

SQLite's WAL needs memory shared by all programs, which no network file system gives (sqlite.org/wal.html); offices
on shares have been damaged that way. A team shares one PostgreSQL instead.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _

NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "ncpfs", "9p", "afs", "coda", "ftp",
        "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "gfs2", "ocfs2", "pvfs2",
        "fuse.sshfs", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.ceph", "fuse.ceph-fuse", "fuse.glusterfs",
        "fuse.s3fs", "fuse.goofys", "fuse.curlftpfs", "fuse.kio-fuse", "fuse.google-drive-ocamlfuse", "fuse.onedriver",
        "vboxsf", "virtiofs", "prl_fs", "vmhgfs", "fuse.vmhgfs-fuse", "fuse.prl_fsd",
    }
)  # fmt: skip
"""Types of file systems that lie on another computer, or are shared by a virtual machine with the one around it."""
SYNC_FOLDERS = ("onedrive", "dropbox", "nextcloud", "owncloud", "google drive", "icloud", "mobile documents", "seafile")
DRIVE_REMOTE = 4  # GetDriveTypeW, winbase.h
_MAC_LINE = re.compile(r".+? on (?P<point>/.*) \((?P<options>[^()]*)\)")
_FAR_SOURCE = re.compile(r"//[^/]|[^/\s]+:/")  # //server/share or server:/folder, whatever the type is called
_ESCAPED = re.compile(r"\\([0-7]{3})")


def check_place(path: Path, mounts: str | None = None) -> list[str]:
    """Return warnings about the folder of `path`; raise EnvironmentProblem where an office must not lie.

    `mounts` is the text of a mount table (Linux, macOS), for tests; the system's own by default.
    """
    named = path.expanduser().absolute().parent
    folder = path.expanduser().resolve().parent  # an office may be a link to a file elsewhere
    if not folder.is_dir():
        raise EnvironmentProblem(_("The folder {folder} does not exist. Choose another one.").format(folder=folder))
    if is_network(folder, mounts):
        raise EnvironmentProblem(
            _(
                "{folder} is a network drive, where an office file would be damaged. "
                "Keep it on this computer, or share it with your team over PostgreSQL."
            ).format(folder=folder)
        )
    parts = [part.casefold() for part in (*named.parts, *folder.parts)]
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
        mounts = _mounts_of_mac() if sys.platform == "darwin" else _mounts_of_linux()
    best, is_far = "", False
    for point, far in _mount_points(mounts):
        inside = str(folder.resolve()) == point or str(folder.resolve()).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, is_far = point, far
    return is_far


def _mounts_of_linux() -> str:
    """Return the mount table of Linux."""
    table = Path("/proc/self/mounts")
    return table.read_text(encoding="utf-8", errors="replace") if table.exists() else ""


def _mounts_of_mac() -> str:
    """Return what the command `mount` of macOS says, empty when it does not answer."""
    try:
        told = subprocess.run(["/sbin/mount"], capture_output=True, encoding="utf-8", errors="replace", timeout=5)
        return told.stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _mount_points(mounts: str) -> Iterator[tuple[str, bool]]:
    """Yield every mount point and whether it lies on another computer.

    macOS calls local what is local, and everything else is not: "//anna@nas/team on /Volumes/team (smbfs, nodev)".
    """
    for line in mounts.splitlines():
        mac = _MAC_LINE.fullmatch(line)
        if mac:
            options = [option.strip() for option in mac["options"].split(",")]
            yield mac["point"], "local" not in options
            continue
        fields = line.split()
        if len(fields) >= 3:
            source, point = (_ESCAPED.sub(lambda found: chr(int(found[1], 8)), part) for part in fields[:2])
            yield point, fields[2] in NETWORK_FILE_SYSTEMS or bool(_FAR_SOURCE.match(source))
