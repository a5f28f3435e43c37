"""A calendar kept in step with one on a server elsewhere: Radicale as it comes, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.model.activity import Activity
from gcrm.services import appointment, secret_store, settings
from gcrm.services.appointment import Scope
from gcrm.services.database import Database
from gcrm.services.dav import account, bridge
from gcrm.services.dav.account import Account
from gcrm.services.dav.finding import _is_same_house, calendars
from gcrm.services.dav.outcome import IN, OUT, Outcome
from gcrm.services.dav.peer import Peer
from tests.services.dav.device import lines
from tests.services.dav.radicale_peer import radicale
from tests.services.dav.test_dav_calendar import DAY, SERIES

TIMES = (f"{DAY}T14:00:00", f"{DAY}T15:00:00")


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    """Give an empty calendar on a Radicale that knows nothing of us."""
    with radicale(tmp_path / "radicale") as found:
        yield found


def subjects(database: Database) -> list[str]:
    with database.read() as session:
        wanted = select(Activity.subject).where(Activity.state == "planned").order_by(Activity.id)
        return list(session.scalars(wanted))


def test_both_sides_come_in_step_and_stay_so(database: Database, peer: Peer) -> None:
    (found,) = calendars(peer.address.removesuffix("anna/home/"), "anna", "secret")
    assert (found.address, found.is_writable) == (peer.address, True)
    chosen = Account(found.address, "anna", found.name)
    assert account.connect(database, chosen, "secret") == 0
    assert account.account_of(database) == chosen
    assert account.peer_of(chosen) == peer
    ours = appointment.book(database, *TIMES, subject="Visit", zone="Europe/Berlin")
    secret = appointment.book(database, *TIMES, subject="Doctor", zone="Europe/Berlin", is_private=True)
    peer.put("/anna/home/theirs.ics", lines(*SERIES).encode())
    first = bridge.sync(database, peer)
    assert (first.received, first.sent, first.problems) == (1, 2, [])
    texts = "".join(peer.get(name).decode() for name in peer.listing())
    assert "SUMMARY:Visit" in texts
    assert "SUMMARY:Private appointment" in texts
    assert "Doctor" not in texts
    assert subjects(database) == ["Visit", "Doctor", "Stand-up", "Stand-up late"]
    assert bridge.sync(database, peer) == Outcome()
    # changed there, changed here, and on both
    appointment.move(database, ours, "", f"{DAY}T16:00:00", f"{DAY}T17:00:00", Scope.ALL)
    listed = peer.listing()
    changed = peer.get("/anna/home/theirs.ics").replace(b"SUMMARY:Stand-up\r", b"SUMMARY:Sit-down\r")
    peer.put("/anna/home/theirs.ics", changed, listed["/anna/home/theirs.ics"])
    hidden = next(name for name in listed if b"Private" in peer.get(name))
    peer.put(hidden, peer.get(hidden).replace(b"T140000", b"T130000"), listed[hidden])
    second = bridge.sync(database, peer)
    assert (second.received, second.sent, second.conflicts, second.problems) == (1, 2, 0, [])
    assert "Sit-down" in subjects(database)
    assert b"T140000" in peer.get(hidden)
    assert b"T160000" in b"".join(peer.get(name) for name in peer.listing())
    visit = next(name for name in listed if b"Visit" in peer.get(name))
    appointment.move(database, ours, "", f"{DAY}T18:00:00", f"{DAY}T19:00:00", Scope.ALL)
    peer.put(visit, peer.get(visit).replace(b"SUMMARY:Visit", b"SUMMARY:Party"), peer.listing()[visit])
    third = bridge.sync(database, peer)
    assert (third.sent, third.conflicts, third.problems) == (1, 1, [])
    assert b"SUMMARY:Visit" in peer.get(visit)
    with database.read() as session:
        assert "Party" in session.scalars(select(Activity.text).where(Activity.type == "note")).one()
    # deleted on either side
    appointment.remove(database, secret)
    peer.delete("/anna/home/theirs.ics", peer.listing()["/anna/home/theirs.ics"])
    fourth = bridge.sync(database, peer)
    assert (fourth.deleted_here, fourth.deleted_there, fourth.problems) == (1, 1, [])
    assert subjects(database) == ["Visit"]
    assert peer.listing().keys() == {visit}
    account.disconnect(database)
    with pytest.raises(UserError, match="No calendar elsewhere"):
        account.run(database)


def test_a_side_that_was_emptied_empties_nothing(database: Database, peer: Peer) -> None:
    for number in range(5):
        appointment.book(database, *TIMES, subject=f"Visit {number}")
    assert bridge.sync(database, peer).sent == 5
    for name, etag in peer.listing().items():
        peer.delete(name, etag)
    with pytest.raises(UserError, match="Most entries are gone"):
        bridge.sync(database, peer)
    assert len(subjects(database)) == 5


@pytest.mark.parametrize(
    "address",
    ["", "home", "ftp://x/y/", "http://office.example/anna/", "https://office.example", "https://dav..example/anna/"],
)
def test_no_password_travels_in_the_open(database: Database, address: str) -> None:
    with pytest.raises(UserError):
        account.connect(database, Account(address, "anna"), "secret")


def test_what_is_deleted_here_during_a_round_ends_no_round(
    database: Database, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = [appointment.book(database, *TIMES, subject=f"Visit {number}") for number in range(4)]
    gone, put = {1: ours[1], 3: ours[0]}, Peer.put

    def put_late(self: Peer, name: str, data: bytes, etag: str = "") -> str:
        told = put(self, name, data, etag)
        if len(peer.listing()) in gone:
            appointment.remove(database, gone.pop(len(peer.listing())))
        return told

    monkeypatch.setattr(Peer, "put", put_late)
    assert bridge.sync(database, peer) == Outcome(sent=3)
    assert bridge.sync(database, peer) == Outcome(deleted_there=1)
    assert subjects(database) == ["Visit 2", "Visit 3"]


def test_in_one_direction_the_other_side_is_not_touched(database: Database, peer: Peer) -> None:
    ours = appointment.book(database, *TIMES, subject="Visit", zone="Europe/Berlin")
    peer.put("/anna/home/theirs.ics", lines(*SERIES).encode())
    assert account.connect(database, Account(peer.address, "anna", way=IN), "secret") == 1
    assert account.words(account.run(database)) == "1 received"
    assert list(peer.listing()) == ["/anna/home/theirs.ics"]
    with database.read() as session:
        theirs = session.scalars(select(Activity.id).where(Activity.subject == "Stand-up")).one()
    appointment.remove(database, theirs)
    assert account.words(account.run(database)) == "nothing new"
    assert list(peer.listing()) == ["/anna/home/theirs.ics"]
    account.change(database, OUT, 0)
    assert account.run(database) == Outcome(sent=1, deleted_there=1)
    (visit,) = peer.listing()
    peer.delete(visit, peer.listing()[visit])
    peer.put("/anna/home/new.ics", lines(*SERIES).encode())
    assert account.run(database) == Outcome(sent=1)
    assert subjects(database) == ["Visit"]
    # nothing goes unless it is said; then what went from here, not what others put there
    assert account.disconnect(database, here=True, there=True) == 1
    assert list(peer.listing()) == ["/anna/home/new.ics"]
    assert subjects(database) == ["Visit"]
    appointment.remove(database, ours)


def test_what_stops_a_round_is_told_with_a_way_out(database: Database, peer: Peer) -> None:
    account.connect(database, Account(peer.address, "anna"), "secret")
    account.connect(database, Account(peer.address, "bob"), "other")
    assert not secret_store.get(account.SERVICE, f"anna@{peer.address}")
    lost = Account(peer.address.replace("home", "gone"), "anna")
    settings.set(database, account.KEY, asdict(lost))
    with pytest.raises(UserError, match="is not on this computer"):
        account.run(database)
    secret_store.put(account.SERVICE, lost.place, "secret")
    with pytest.raises(EnvironmentProblem, match="no calendar at this address any more"):
        account.run(database)
    with database.read() as session:
        told = account.read_round(settings.get(session, account.ROUND, database.user_id))
    assert told is not None
    assert "no calendar at this address" in told.stopped
    assert not account.is_due(lost, told, told.at + timedelta(minutes=14))
    assert account.is_due(lost, told, told.at + timedelta(minutes=15))
    with pytest.raises(EnvironmentProblem, match="no answer that can be read"):
        peer.put("/anna/home/new.ics", b"", '"–"')
    with pytest.raises(UserError, match="no calendar for appointments"):
        calendars(f"{peer.address}../../nobody/", "nobody", "secret")


@pytest.mark.parametrize(
    ("host", "other", "is_same"),
    [
        ("caldav.icloud.com", "p42-caldav.icloud.com", True), ("example.org", "dav.example.org", True),
        ("cloud.example.org", "example.org", True), ("dav.example.org", "example.com", False),
        ("example.co.uk", "evil.co.uk", False), ("example.org", "evil.org", False),
    ],
)  # fmt: skip
def test_a_password_goes_to_no_stranger(host: str, other: str, is_same: bool) -> None:
    assert _is_same_house(host, other) is is_same


def test_an_address_that_is_none_hides_no_other_entry() -> None:
    told = "".join(
        f"<response><href>{href}</href><propstat><prop><getetag>1</getetag></prop></propstat></response>"
        for href in ("http://[", "/home/one.ics")
    )
    body = f'<multistatus xmlns="DAV:">{told}</multistatus>'.encode()
    peer = Peer("https://calendar.example/home/", "anna", "secret")
    object.__setattr__(peer, "_line", SimpleNamespace(ask=lambda *_asked: SimpleNamespace(status=207, content=body)))
    assert peer.listing() == {"/home/one.ics": "1"}
