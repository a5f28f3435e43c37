"""A calendar kept in step with one on a server elsewhere: Radicale as it comes, over a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from radicale import config
from radicale.app import Application
from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.services import appointment
from gcrm.services.appointment import Scope
from gcrm.services.database import Database
from gcrm.services.dav import bridge
from gcrm.services.dav.peer import Peer
from tests.services.dav.device import HERE, Device, lines
from tests.services.dav.test_dav_calendar import DAY, SERIES

TIMES = (f"{DAY}T14:00:00", f"{DAY}T15:00:00")


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    """Give an empty calendar on a Radicale that knows nothing of us."""
    told = config.load()
    storage = {"filesystem_folder": str(tmp_path / "radicale"), "type": "multifilesystem"}
    told.update({"storage": storage, "auth": {"type": "none"}, "rights": {"type": "authenticated"}}, "test")
    with make_server(HERE, 0, Application(told), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        made = Device(server.server_port, "anna", "secret").ask("MKCALENDAR", "/anna/home/")
        assert made.status == 201
        yield Peer(f"http://{HERE}:{server.server_port}/anna/home/", "anna", "secret")
        server.shutdown()
        thread.join()


def subjects(database: Database) -> list[str]:
    with database.read() as session:
        wanted = select(Activity.subject).where(Activity.state == "planned").order_by(Activity.id)
        return list(session.scalars(wanted))


def test_both_sides_come_in_step_and_stay_so(database: Database, peer: Peer) -> None:
    assert bridge.connect(database, peer.address, "anna", "secret") == 0
    assert bridge.peer_of(database) == peer
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
    assert bridge.sync(database, peer) == bridge.Outcome()
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
    bridge.disconnect(database)
    with pytest.raises(UserError, match="No calendar elsewhere"):
        bridge.peer_of(database)


def test_a_side_that_was_emptied_empties_nothing(database: Database, peer: Peer) -> None:
    for number in range(5):
        appointment.book(database, *TIMES, subject=f"Visit {number}")
    assert bridge.sync(database, peer).sent == 5
    for name, etag in peer.listing().items():
        peer.delete(name, etag)
    with pytest.raises(UserError, match="Most entries are gone"):
        bridge.sync(database, peer)
    assert len(subjects(database)) == 5


@pytest.mark.parametrize("address", ["", "home", "ftp://x/y/", "http://office.example/anna/", "https://office.example"])
def test_no_password_travels_in_the_open(database: Database, address: str) -> None:
    with pytest.raises(UserError):
        bridge.connect(database, address, "anna", "secret")
