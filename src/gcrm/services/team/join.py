"""Joining the office of a team with the code of an invitation: name and password are all that is typed.

First the certificates of the server are read, and the one whose fingerprint stands in the code is taken as the office's
authority. Only then the secret of the code is used, on a connection that is verified by it and bound to it. Whoever
stands in between gets neither the secret nor the new password, which never leaves this computer: the server is given
a verifier of it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import URL

from gcrm.errors import EnvironmentProblem, Unreachable, UserError
from gcrm.i18n import N_, _
from gcrm.model.base import now
from gcrm.model.fold import fold
from gcrm.model.guards.invitations import EXPIRED, REVOKED, TAKEN, UNFIT, UNKNOWN, USED
from gcrm.services.address import shown
from gcrm.services.database import PATIENCE
from gcrm.services.opening import open_office
from gcrm.services.team import offices
from gcrm.services.team.chain import read_chain
from gcrm.services.team.connection import STRICT, arguments
from gcrm.services.team.invitation import Invitation, decode
from gcrm.services.team.logins import LONGEST_LOGIN, check_password
from gcrm.services.team.move import Progress
from gcrm.services.team.offices import KnownOffice
from gcrm.services.team.passwords import keep_password
from gcrm.services.unreachable import unreachable

if TYPE_CHECKING:
    import psycopg

STEPS = 4
_GONE = N_("This invitation was used or withdrawn, or it has expired. Ask for a new one.")
_NOT_A_LOGIN = N_("No login can be made of this name. Write it with letters.")
# Error code of gcrm_join → the field it is about, and the sentence.
_REFUSED: Mapping[str, tuple[str, str]] = {
    UNKNOWN: ("code", _GONE),
    USED: ("code", N_("This invitation was used already. Ask for a new one.")),
    EXPIRED: ("code", N_("This invitation has expired. Ask for a new one.")),
    REVOKED: ("code", N_("This invitation was withdrawn. Ask for a new one.")),
    TAKEN: ("name", N_("Somebody in this office has this name already. Write yours differently, with a letter more.")),
    UNFIT: ("name", _NOT_A_LOGIN),
}
_NOT_LET_IN = ("authentication failed", "is not permitted to log in", "does not exist", "Authentifizierung")
"""What the server says of a login that was ended or whose time is over."""
BUSY = "too many connections"


@dataclass(frozen=True, slots=True)
class Joined:
    """The office that was joined, the new login, and whether this computer keeps its password."""

    office: KnownOffice
    login: str
    is_kept: bool


def login_of(name: str) -> str:
    """Return the login for a person's name: small letters without accents, a dot between the words.

    Raises UserError where nothing is left.
    """
    words = re.findall(r"[^\W_]+", fold(name))
    login = ".".join(words)
    while len(login.encode()) > LONGEST_LOGIN:
        login = login[:-1]
    if not login.strip("."):
        raise UserError(_("Enter your name.") if not name.strip() else _(_NOT_A_LOGIN), field="name")
    return login.strip(".")


def check(code: str, name: str, password: str) -> Invitation:
    """Return what the code says when everything can be tried. Raises UserError for the field that is wrong."""
    invitation = decode(code)
    invitation.check(now())
    check_password(password, name, login_of(name))
    return invitation


def join(code: str, name: str, password: str, progress: Progress | None = None) -> Joined:
    """Make a login for a new colleague, keep password and office on this computer, and make sure that it opens.

    Raises UserError for code, name or password, EnvironmentProblem where the server is away or is not the right one;
    nothing was made then, and the same code can be used again.
    """
    invitation, name = check(code, name, password), " ".join(name.split())
    login = login_of(name)
    _at(progress, 0, _("Looking for the server"))
    host, certificate = _found(invitation)
    url = _address(invitation, host, login)
    _at(progress, 1, _("Making your login"))
    _make_login(invitation, url, certificate, name, password)
    _at(progress, 2, _("Keeping the office on this computer"))
    is_kept = keep_password(url, password)
    office = offices.remember(shown(url), invitation.office, certificate)
    _at(progress, 3, _("Opening the office"))
    open_office(shown(url), password=password).close()
    return Joined(office, login, is_kept)


def _at(progress: Progress | None, step: int, text: str) -> None:
    if progress is not None:
        progress.report(step, STEPS, text)


def _address(invitation: Invitation, host: str, login: str) -> URL:
    """Return the address of the office by all hosts of the invitation, which are tried in turn; `host` answered.

    They have one port. Each has to prove by its certificate that it is the right server.
    """
    hosts = ",".join(dict.fromkeys(each for each in (host, *invitation.hosts) if each))
    return URL.create("postgresql+psycopg", login, None, hosts, invitation.port, invitation.database)


def _found(invitation: Invitation) -> tuple[str, str]:
    """Return the first host that answers as the right server, and the certificate of the office's authority.

    Raises EnvironmentProblem of the last one tried.
    """
    problem: EnvironmentProblem | None = None
    for host in invitation.hosts:
        try:
            chain = read_chain(host, invitation.port)
        except EnvironmentProblem as unanswered:
            problem = problem or unanswered
            continue
        certificate = chain.with_fingerprint(invitation.fingerprint)
        if certificate or not invitation.fingerprint:
            return host, certificate
        sentence = _(
            "What answers at {host} is not the server of “{office}”: it shows other certificates than the invitation "
            "says. gCRM told it nothing. Ask whoever invited you."
        )
        problem = EnvironmentProblem(sentence.format(host=host, office=invitation.office))
    raise problem or EnvironmentProblem(_("The code names no server. Ask for another one."))


def _make_login(invitation: Invitation, url: URL, certificate: str, name: str, password: str) -> None:
    """Use the invitation. When the answer was lost on the way, now or at an earlier try, the login itself tells it."""
    login = str(url.username)
    door = url.set(username=invitation.role, password=invitation.secret)
    with _verified(url, certificate) as options:
        try:
            with _connected(door, options) as connection:
                raw: Any = connection.pgconn
                verifier = raw.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
                connection.execute("SELECT gcrm_join(%s, %s, %s)", (login, name, verifier))
        except (Unreachable, UserError) as problem:
            is_open_question = isinstance(problem, Unreachable) or problem.field == "code"
            if not is_open_question or not _is_in(url.set(password=password), options):
                raise


def _is_in(url: URL, options: Mapping[str, str]) -> bool:
    """Tell whether a login works."""
    try:
        with _connected(url, options):
            return True
    except (EnvironmentProblem, UserError):
        return False


@contextmanager
def _verified(url: URL, certificate: str) -> Iterator[dict[str, str]]:
    """Give the settings by which a server is verified: by this authority alone, or by those that everybody trusts."""
    if not certificate:
        import certifi

        yield {**STRICT, "sslrootcert": certifi.where()}
        return
    with tempfile.TemporaryDirectory(prefix="gcrm-") as folder:
        file = Path(folder) / "office.crt"
        file.write_text(certificate, encoding="ascii")
        yield {**STRICT, "sslrootcert": str(file)}


@contextmanager
def _connected(url: URL, options: Mapping[str, str]) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Connect, verified; what the server refuses is said in words."""
    import psycopg

    told = {**arguments(url), **PATIENCE, **options, "application_name": "gcrm"}
    try:
        with psycopg.connect(**told) as connection:
            yield connection
    except psycopg.Error as problem:
        raise _in_words(url, problem) from problem


def _in_words(url: URL, problem: psycopg.Error) -> Exception:
    """Return the sentence for what a server said no to, or why it is away."""
    import psycopg

    field, sentence = _REFUSED.get(problem.sqlstate or "", ("", ""))
    said = str(problem)
    if not sentence and BUSY in said:
        return EnvironmentProblem(_("Somebody is using this invitation at this moment. Try again in a minute."))
    if not sentence and url.username and isinstance(problem, psycopg.OperationalError) and _is_over(said):
        field, sentence = "code", _GONE
    if sentence:
        return UserError(_(sentence), field=field, details=said)
    if isinstance(problem, psycopg.errors.UndefinedFunction):
        return EnvironmentProblem(
            _("This program is newer than the office. Ask an administrator to upgrade the office."), details=said
        )
    return unreachable(url, problem)


def _is_over(said: str) -> bool:
    return any(words in said for words in _NOT_LET_IN)
