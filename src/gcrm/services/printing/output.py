"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import N_, _

# What the operating system says → what the user reads. Anything else gets the general sentence.
_SENTENCES = {
    errno.ENOSPC: N_("{file} could not be saved because the disk is full. Free some space and save again."),
    errno.EDQUOT: N_("{file} could not be saved because the disk is full. Free some space and save again."),
    errno.EROFS: N_("{file} could not be saved because the disk is read-only. Choose another folder."),
    errno.EACCES: N_(
        "{file} could not be saved. It may be open in another program or its folder may be protected: "
        "close it or choose another folder."
    ),
    errno.ENOENT: N_("{file} could not be saved because its folder does not exist. Choose another folder."),
    errno.ENOTDIR: N_("{file} could not be saved because its folder does not exist. Choose another folder."),
    errno.EISDIR: N_("{file} could not be saved because a folder of that name exists. Choose another name."),
}
_SENTENCES[errno.EPERM] = _SENTENCES[errno.EACCES]
_GENERAL = N_("{file} could not be saved. Choose another folder and save again.")


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` at `path`: written beside it, forced to disk, then exchanged in one step.

    A full disk or a power cut leaves the former file as it was. Raises EnvironmentProblem.
    """
    try:
        _write_beside(path, data)
    except OSError as error:
        sentence = _(_SENTENCES.get(error.errno or 0, _GENERAL)).format(file=path.name)
        raise EnvironmentProblem(sentence, details=str(error)) from error


def _write_beside(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _usual_mode(path))
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)  # there only if something went wrong


def _usual_mode(path: Path) -> int:
    """Return the rights of the file to be replaced, else those of any new file of this user."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
