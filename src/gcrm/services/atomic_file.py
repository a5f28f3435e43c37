"""Files that appear whole or not at all, also when they are too large for memory or the power fails meanwhile."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import N_, _

# What the operating system says → what the user reads. Anything else gets the general sentence.
_SENTENCES = {
    errno.ENOSPC: N_("The disk is full: “{file}” was not saved. Make room and save again."),
    errno.EDQUOT: N_("The disk is full: “{file}” was not saved. Make room and save again."),
    errno.EROFS: N_("“{file}” was not saved because the disk is read-only. Choose another folder."),
    errno.EACCES: N_("“{file}” was not saved because its folder is protected. Choose another folder."),
    errno.EPERM: N_("“{file}” was not saved because its folder is protected. Choose another folder."),
    errno.ENOENT: N_("“{file}” was not saved because its folder does not exist. Choose another folder."),
    errno.ENOTDIR: N_("“{file}” was not saved because its folder does not exist. Choose another folder."),
    errno.EISDIR: N_("“{file}” was not saved because a folder of that name exists. Choose another name."),
}
_GENERAL = N_("“{file}” could not be saved. Choose another folder and save again.")


def problem_of(error: OSError, name: str) -> EnvironmentProblem:
    """Return the sentence for a file that could not be written."""
    return EnvironmentProblem(_(_SENTENCES.get(error.errno or 0, _GENERAL)).format(file=name), details=str(error))


@contextmanager
def replacing(path: Path, *, mode: int = 0o600, proof: Callable[[Path], object] | None = None) -> Iterator[BinaryIO]:
    """Give a file to write; it takes the place of `path` only when all of it is safely on the disk.

    `proof` is given what was written before it gets its name, and may refuse it by raising. Raises EnvironmentProblem
    when the system refuses; the former file is then as it was and nothing is left beside it.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    except OSError as error:
        raise problem_of(error, path.name) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if proof is not None:
            proof(Path(name))
        os.chmod(name, mode)
        os.replace(name, path)
        sync_folder(path.parent)
    except OSError as error:
        _drop(name)
        raise problem_of(error, path.name) from error
    except BaseException:
        _drop(name)
        raise


def usual_mode(path: Path) -> int:
    """Return the rights of the file to be replaced, else those of any new file of this user."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _drop(name: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(name)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk, so that a new file is still there after a power cut.

    Windows has no such call and writes its directory journal by itself.
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
