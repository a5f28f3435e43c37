"""The calendar elsewhere of each user: which one, which way, how often, and how the last round went.

The account is a setting of the user; its password lies in the store of the operating system, on each computer that
brings the two in step. One round at a time runs on a computer. Windows load this; the network comes with a round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _, ngettext
from gcrm.model.base import now
from gcrm.model.dav_name import DavName
from gcrm.model.dav_peer import DavPeer
from gcrm.paths import data_folder
from gcrm.services import appointment, file_lock, secret_store, settings
from gcrm.services.database import Database
from gcrm.services.dav.outcome import BOTH, CAME, COUNTS, WAYS, Outcome
from gcrm.services.progress import Progress
from gcrm.services.unit_of_work import unit_of_work

if TYPE_CHECKING:
    from gcrm.services.dav.peer import Peer

KEY, ROUND, SERVICE = "dav.account", "dav.round", "gcrm calendar"
OFTEN = (0, 5, 15, 30, 60)
"""Minutes between two rounds while the program runs; 0: only when somebody says so."""
USUALLY = 15


@dataclass(frozen=True, slots=True)
class Account:
    """A calendar elsewhere: its own address, the log-in there, and how it is kept in step."""

    address: str
    login: str
    name: str = ""
    way: str = BOTH
    every: int = USUALLY

    @property
    def place(self) -> str:
        """Return under which name its password is kept."""
        return f"{self.login}@{self.address}"


@dataclass(frozen=True, slots=True)
class Round:
    """How the last round went: when, what it did, and the sentence of what stopped it."""

    at: datetime
    outcome: Outcome
    stopped: str = ""


# --- the account -------------------------------------------------------------------------------------------------
def connect(database: Database, account: Account, password: str) -> int:
    """Keep an account for whoever works after trying it; return how many entries are there.

    Raises UserError for a wrong address, or where no password can be kept, EnvironmentProblem where the server refuses.
    """
    from gcrm.services.dav.peer import Peer

    wanted = replace(account, address=account.address.strip(), login=account.login.strip())
    peer = Peer(wanted.address, wanted.login, password)
    peer.check()
    try:
        count = len(peer.listing())
    finally:
        peer.close()
    if not secret_store.put(SERVICE, wanted.place, password):
        raise UserError(_("This computer has no safe for passwords. Set one up, then connect the calendar."))
    former = account_of(database)
    if former is not None and former.address != wanted.address:
        disconnect(database)
    elif former is not None and former.place != wanted.place:  # another login at the same calendar
        secret_store.drop(SERVICE, former.place)
    settings.set(database, KEY, asdict(wanted))
    return count


def change(database: Database, way: str, every: int) -> None:
    """Keep in which direction and how often both are brought in step."""
    known = _required(database)
    settings.set(database, KEY, asdict(replace(known, way=way, every=every)))


def account_of(database: Database) -> Account | None:
    """Return the account of whoever works, None without one."""
    with database.read() as session:
        return read_account(settings.get(session, KEY, database.user_id))


def read_account(told: Mapping[str, Any]) -> Account | None:
    """Return what a setting says; None for nothing."""
    if not told.get("address"):
        return None
    way, every = told.get("way", BOTH), told.get("every", USUALLY)
    return Account(
        str(told["address"]), str(told.get("login", "")), str(told.get("name", "")),
        way if way in WAYS else BOTH, every if every in OFTEN else USUALLY,
    )  # fmt: skip


def has_password(account: Account) -> bool:
    """Tell whether this computer keeps the password; the store may have to be unlocked for that."""
    return bool(secret_store.get(SERVICE, account.place))


def _required(database: Database) -> Account:
    account = account_of(database)
    if account is None:
        raise UserError(_("No calendar elsewhere is connected. Connect one with `gcrm dav connect`, or in Settings."))
    return account


def peer_of(account: Account) -> Peer:
    """Return the calendar of an account. Raises UserError where this computer does not keep the password."""
    from gcrm.services.dav.peer import Peer

    password = secret_store.get(SERVICE, account.place)
    if not password:
        raise UserError(_("The password of the calendar elsewhere is not on this computer. Connect it here once more."))
    return Peer(account.address, account.login, password)


# --- rounds --------------------------------------------------------------------------------------------------------
def run(database: Database, progress: Progress | None = None) -> Outcome:
    """Bring both calendars in step once, and keep how that went.

    Raises UserError without an account, or while another round runs here; what stops a round is kept and raised.
    """
    from gcrm.services.dav import bridge

    account = _required(database)
    with _alone():
        try:
            peer = peer_of(account)
            try:
                outcome = bridge.sync(database, peer, account.way, progress)
            finally:
                peer.close()
        except GcrmError as problem:
            with suppress(GcrmError):
                _keep(database, Outcome(), problem.sentence)
            raise
        _keep(database, outcome, "")
    return outcome


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of rounds on this computer."""
    held = file_lock.take(data_folder() / "calendar-elsewhere.lock")
    if held is None:
        raise UserError(_("The calendars are being brought in step already. Wait until that is done."))
    with held:
        yield


def _keep(database: Database, outcome: Outcome, stopped: str) -> None:
    settings.set(database, ROUND, {"at": now().isoformat(), "stopped": stopped, **asdict(outcome)})


def read_round(told: Mapping[str, Any]) -> Round | None:
    """Return what a setting says of the last round, None for nothing."""
    try:
        at = datetime.fromisoformat(str(told.get("at", "")))
    except ValueError:
        return None
    problems = told.get("problems")
    counts = {name: told[name] for name in COUNTS if isinstance(told.get(name), int)}
    outcome = Outcome(**counts, problems=[str(one) for one in problems] if isinstance(problems, list) else [])
    return Round(at, outcome, str(told.get("stopped", "")))


def is_due(account: Account | None, last: Round | None, moment: datetime) -> bool:
    """Tell whether the next round is due; a clock that was set back makes it due."""
    if account is None or not account.every:
        return False
    return last is None or not timedelta() <= moment - last.at < timedelta(minutes=account.every)


def words(outcome: Outcome) -> str:
    """Return what a round did, in words."""
    told = (
        (outcome.received, ngettext("{count} received", "{count} received", outcome.received)),
        (outcome.sent, ngettext("{count} sent", "{count} sent", outcome.sent)),
        (outcome.deleted_here, ngettext("{count} deleted here", "{count} deleted here", outcome.deleted_here)),
        (outcome.deleted_there, ngettext("{count} deleted there", "{count} deleted there", outcome.deleted_there)),
        (outcome.conflicts, ngettext("{count} changed on both sides", "{count} changed on both sides",
                                     outcome.conflicts)),
    )  # fmt: skip
    return ", ".join(text.format(count=count) for count, text in told if count) or _("nothing new")


# --- the end -------------------------------------------------------------------------------------------------------
def disconnect(database: Database, *, here: bool = False, there: bool = False) -> int:
    """Forget the account of whoever works; return how many appointments were deleted.

    Nothing is deleted unless that is said: `here` what came from there, `there` what went from here.
    """
    account = account_of(database)
    rows = _known(database)
    deleted = _delete_there(account, rows) if account is not None and there else 0
    for activity in [row.activity_id for row, came in rows if came and here and row.activity_id is not None]:
        with suppress(UserError):  # somebody deleted it, or it belongs to a colleague now
            appointment.remove(database, activity)
            deleted += 1
    if account is not None:
        secret_store.drop(SERVICE, account.place)
        settings.set(database, KEY, {})
        settings.set(database, ROUND, {})
    with unit_of_work(database, N_("Calendar elsewhere forgotten"), kind="system") as work:
        for row in work.session.scalars(select(DavPeer).where(DavPeer.user_id == work.user_id)):
            work.session.delete(row)
    return deleted


def _known(database: Database) -> list[tuple[DavPeer, bool]]:
    """Return what both sides have in common, and whether it came from there."""
    named = select(DavName.id).where(
        DavName.activity_id == DavPeer.activity_id, DavName.name.startswith(CAME, autoescape=True)
    )
    wanted = select(DavPeer, named.exists()).where(DavPeer.user_id == database.user_id)
    with database.read() as session:
        found = [(row, bool(came)) for row, came in session.execute(wanted.order_by(DavPeer.id))]
        session.expunge_all()
    return found


def _delete_there(account: Account, rows: list[tuple[DavPeer, bool]]) -> int:
    """Delete there what went from here, as far as nobody changed it there since."""
    from gcrm.services.dav.peer import Late

    peer, deleted = peer_of(account), 0
    try:
        for row, came in rows:
            if not came:
                with suppress(Late):
                    peer.delete(row.name, row.etag)
                    deleted += 1
    finally:
        peer.close()
    return deleted
