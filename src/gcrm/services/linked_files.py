"""Links to files that lie elsewhere: where they lead, and whether following one would start a program.

A link may be called anything; what counts is the file at its end. `names_program` judges by the place alone, so it may
be asked anywhere; `path_to_open` looks at the file itself, which on a share may take a while.
"""

from __future__ import annotations

import mimetypes
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.file_safety import is_executable, suffix_of
from gcrm.services.media_type import HEAD, UNKNOWN, media_type

_WEB = ("http", "https")
_ADDRESSES = (*_WEB, "ftp", "ftps", "sftp", "smb")
_PAGES = frozenset({"asp", "aspx"})
"""Suffixes of pages that a server makes; a browser shows them."""
_BUNDLES = frozenset({"app", "pkg", "workflow", "osax", "action"})
"""Folders that macOS starts."""
_PLAIN = frozenset({UNKNOWN, "text/plain"})


def _scheme(place: str) -> str:
    """Return "https", "file" and so on, "" for a path."""
    scheme, mark, _rest = place.partition("://")
    return scheme.lower() if mark else ""


def is_address(place: str) -> bool:
    """Tell whether a link leads to a server that a browser or file manager asks, not to a path."""
    return _scheme(place) in _ADDRESSES


def _parts(place: str) -> str:
    """Return the part of an address behind the server; "" when it makes no sense."""
    try:
        return unquote(urlsplit(place).path)
    except ValueError:
        return ""


def path_of(place: str) -> Path:
    """Return the path a link means; "file:" addresses are paths too."""
    if _scheme(place) != "file":
        return Path(place)
    server = place[len("file://") :].partition("/")[0]
    path = _parts(place)
    if server and server != "localhost":
        return Path(f"//{server}{path}")
    is_drive = len(path) > 2 and path[0] == "/" and path[2] == ":"
    return Path(path[1:] if is_drive else path)


def names_program(place: str) -> bool:
    """Tell whether a link leads to a program, judged by the name of the file it leads to."""
    if not place:
        return False
    if not is_address(place):
        return is_executable(str(path_of(place)))
    path = _parts(place)
    is_page = _scheme(place) in _WEB and suffix_of(path) in _PAGES
    return bool(path.strip("/")) and not is_page and is_executable(path)


def path_to_open(name: str, place: str) -> Path:
    """Return the file or folder of a link, to be handed to the operating system.

    Raises UserError for programs, also behind another name or a symbolic link, EnvironmentProblem for nothing there.
    """
    path = path_of(place)
    try:
        real = path.resolve(strict=True)
        is_program = _is_program(real, (name, str(path), str(real)))
    except (OSError, ValueError, RuntimeError) as error:
        sentence = _("“{name}” cannot be read. Check that it is there and not locked by another program.")
        raise EnvironmentProblem(sentence.format(name=name), details=str(error)) from error
    if is_program:
        raise refusal(name)
    return path


def refusal(name: str) -> UserError:
    """Return the sentence for a link to a program."""
    return UserError(_("“{name}” is a program. Programs are never started from here.").format(name=name))


def _is_program(path: Path, names: tuple[str, ...]) -> bool:
    """Look at the file: its names, how it begins, and whether it may be executed and is no known kind of document.

    Shares of Windows mark every file as executable, so a document with that mark stays a document.
    """
    if path.is_dir():
        return any(suffix_of(name) in _BUNDLES for name in names)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if any(is_executable(name, head) for name in names):
        return True
    may_run = bool(path.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH))
    is_document = media_type(head, path.name) not in _PLAIN or mimetypes.guess_type(path.name)[0] is not None
    return may_run and not is_document
