"""Inviting colleagues into a shared office: codes are made, listed and withdrawn by administrators.

The server makes a login for each invitation that may do nothing but join, once (model/guards/invitations.py). Its
secret stands in the code alone; the server gets a verifier of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session, aliased

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import N_, _
from gcrm.model.base import now
from gcrm.model.guards.invitations import LONGEST_DAYS
from gcrm.model.invitation import Invitation as InvitationRecord
from gcrm.model.user import User
from gcrm.model.user_group import UserGroup
from gcrm.services.address import setting
from gcrm.services.address import shown as address_of
from gcrm.services.database import Database
from gcrm.services.home import own_company
from gcrm.services.team.authority import fingerprint, read_pem
from gcrm.services.team.chain import Shown, read_chain
from gcrm.services.team.connection import is_here
from gcrm.services.team.invitation import Invitation, new_role, new_secret
from gcrm.services.team.logins import said, verifier
from gcrm.services.team.offices import authority_of
from gcrm.services.team.rights import follow_index, group_name
from gcrm.services.team.rights_in_force import in_force
from gcrm.services.unit_of_work import unit_of_work

DAYS = 7
MOST_HOSTS = 4
"""Names and addresses that a code holds: each makes it longer."""
OPEN, USED, EXPIRED, REVOKED, LOST = "open", "used", "expired", "withdrawn", "lost"
STATES = {
    OPEN: N_("open"),
    USED: N_("used"),
    EXPIRED: N_("expired"),
    REVOKED: N_("withdrawn"),
    LOST: N_("must be made anew"),
}
"""Lost is an invitation that an office which moved left behind: the server knows nothing of it."""


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation as a list shows it; `state` is a key of STATES."""

    id: int
    group: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    state: str
    used_by: str
    used_at: datetime | None
    guest: str = ""


def invitations(session: Session) -> list[InvitationRow]:
    """Return all invitations, the newest first."""
    maker, user, guest, made = aliased(User), aliased(User), aliased(User), InvitationRecord
    found = session.execute(
        select(made, UserGroup.key, UserGroup.name, maker.name, user.name, guest.name)
        .join(UserGroup, UserGroup.id == made.group_id)
        .outerjoin(maker, maker.id == made.created_by)
        .outerjoin(user, user.id == made.used_by)
        .outerjoin(guest, guest.id == made.guest_id)
        .order_by(made.id.desc())
    )
    moment, doors = now(), _doors(session)
    return [
        InvitationRow(
            one.id, group_name(key, name), one.created_at, by or "", one.expires_at, _state(one, moment, doors),
            used_by or "", one.used_at, invited or "",
        )
        for one, key, name, by, used_by, invited in found
    ]  # fmt: skip


def _doors(session: Session) -> frozenset[str]:
    """Return the logins of invitations that the server knows; an office that moved left its own behind."""
    if session.get_bind().dialect.name == "sqlite":
        return frozenset()
    return frozenset(session.scalars(text("SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'gcrm_invite_')")))


def _state(invitation: InvitationRecord, moment: datetime, doors: frozenset[str]) -> str:
    if invitation.used_at is not None:
        return USED
    if invitation.revoked_at is not None:
        return REVOKED
    if invitation.expires_at <= moment:
        return EXPIRED
    return OPEN if invitation.role in doors else LOST


def invite(
    database: Database, group: int, days: int = DAYS, hosts: Iterable[str] = (), guest: int | None = None
) -> Invitation:
    """Invite one colleague into a group for so many days; the secret is in what is returned, and kept nowhere.

    `guest` is a user who is in the office already, without a login; without one a new user is made.

    `hosts` are the names and addresses by which the new desk may reach the server; those of the server's certificate
    by default. Raises UserError where the office is no shared one or the server shows nobody who vouches for it.
    """
    database.rights.require("users", "settings")
    if not 1 <= days <= LONGEST_DAYS:
        sentence = _("An invitation holds for {least} to {most} days.")
        raise UserError(sentence.format(least=1, most=LONGEST_DAYS), field="days")
    with database.read() as session:
        if not in_force(session):
            raise UserError(_("This office is not shared yet. Share it with your team first."))
        if guest is not None and guest not in {number for number, _name, _group in guests(session)}:
            raise UserError(_("This user has a login already, or is disabled."), field="user")
        office = own_company(session).name or str(database.url.database)
        port = int(session.scalar(text("SHOW port")) or 0)
    found, port, seen = _way(database.url, port, tuple(hosts))
    role, secret = new_role(), new_secret()
    label = N_("Colleague invited")
    with said(database), unit_of_work(database, label, kind="system") as work:
        work.session.execute(select(func.gcrm_sweep()))
        made = func.gcrm_invite(group, role, verifier(work.session, role, secret), days, database.user_id, guest)
        number = work.session.scalar(select(made))
        follow_index(work)
        expires = work.session.scalar(select(InvitationRecord.expires_at).where(InvitationRecord.id == number))
    name = str(database.url.database)
    return Invitation(found, port, name, office[:60], seen, role, secret, expires or now())


def guests(session: Session) -> list[tuple[int, str, int | None]]:
    """Return id, name and group of the active users who have no login yet: an invitation can be for one of them."""
    if not in_force(session):
        return []
    wanted = select(User.id, User.name, User.group_id).where(User.is_active, ~func.gcrm_ours(User.login))
    return [(row.id, row.name, row.group_id) for row in session.execute(wanted.order_by(User.name, User.id))]


def revoke(database: Database, invitation: int) -> None:
    """Withdraw an invitation. Raises UserError for one that was used or withdrawn before, or does not exist."""
    database.rights.require("users", "settings")
    if database.is_sqlite:
        raise UserError(_("This office is not shared yet. Share it with your team first."))
    label = N_("Invitation withdrawn")
    with said(database), unit_of_work(database, label, kind="system") as work:
        if not work.session.scalar(select(func.gcrm_revoke(invitation))):
            raise UserError(
                _("There is no open invitation with the number {number}. Look at the list of invitations.").format(
                    number=invitation
                )
            )
        follow_index(work)


# --- the way to the server ------------------------------------------------------------------------------------------
def _way(url: URL, own_port: int, hosts: tuple[str, ...]) -> tuple[tuple[str, ...], int, str]:
    """Return hosts, port and fingerprint for a code: what a new desk reaches the server by, and knows it by."""
    is_local = is_here(url)
    host = setting(url, "hostaddr") or ("127.0.0.1" if is_local else url.host or setting(url, "host"))
    port = own_port if is_local else int(url.port or setting(url, "port") or own_port)
    shown = read_chain(host.split(",")[0], port)
    return _reachable(url, shown, hosts, is_local), port, _known_by(url, shown, is_local)


def _reachable(url: URL, shown: Shown, hosts: tuple[str, ...], is_local: bool) -> tuple[str, ...]:
    """Return the hosts for a code: those that were told, else the present one and those of the certificate."""
    wanted = [host.strip() for host in hosts if host.strip()]
    if not wanted:
        wanted = [] if is_local or not url.host else url.host.split(",")
        wanted += [name for name in shown.names() if "*" not in name and not is_here(URL.create("x", host=name))]
    found = tuple(dict.fromkeys(wanted))[:MOST_HOSTS]
    if not found:
        sentence = _(
            "Nobody else can reach this server yet: its certificate names no other computer. "
            "Name one with “gcrm server renew --name NAME”."
        )
        raise UserError(sentence, field="hosts")
    return found


def _known_by(url: URL, shown: Shown, is_local: bool) -> str:
    """Return the fingerprint of who vouches for the server, "" for one whom everybody trusts."""
    known = authority_of(url)
    if known is None:
        return shown.root() if is_local else ""  # elsewhere a public authority was believed, or nothing came so far
    try:
        pem = known.read_text(encoding="ascii")
    except (OSError, UnicodeError) as problem:
        sentence = _(
            "The certificate by which gCRM knows the server of {address} cannot be read. Join the office anew."
        )
        raise EnvironmentProblem(sentence.format(address=address_of(url)), details=str(problem)) from problem
    told = fingerprint(pem)
    if not shown.with_fingerprint(told):
        sentence = _(
            "The server does not show the certificate of “{name}”, by which new desks would know it. "
            "Add it to the server's certificate file."
        )
        raise UserError(sentence.format(name=read_pem(pem).subject))
    return told
