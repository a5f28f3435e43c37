"""The telephone rings: from the line on the socket to the painted pop-up."""

from __future__ import annotations

import time
from collections.abc import Iterator

from gcrm.services import settings
from gcrm.services.telephony.simulator import PhoneBox
from tests.bench.calling import known_numbers
from tests.bench.desk import Desk, Watch, desk, turn_for, turn_until
from tests.bench.lines import Goal, Line
from tests.bench.offices import Bench, opened
from tests.bench.timing import p95

ROUNDS = 15


def ring(bench: Bench) -> Iterator[Line]:
    """Let a phone box ring at the program; every caller is a contact of the office."""
    url = bench.office("sqlite")
    with PhoneBox() as box:
        with opened(url) as database:
            numbers = known_numbers(database, ROUNDS + 1)
        with desk(url) as found:
            _listen_to(found, box)
            times = [_ring(found, box, number, place) for place, number in enumerate(numbers)]
            settings.set(found.context.database, "phone.box_enabled", False)
    yield Line("ring line to painted pop-up, p95", p95(times[1:]), None, "ms", Goal(most=300))


def _listen_to(found: Desk, box: PhoneBox) -> None:
    """Connect the program with the box by its settings."""
    database = found.context.database
    settings.set(database, "phone.box_host", box.host)
    settings.set(database, "phone.box_port", box.port)
    settings.set(database, "phone.box_enabled", True)
    turn_until(lambda: box.clients > 0)
    found.settle()


def _ring(found: Desk, box: PhoneBox, number: str, connection: int) -> float:
    """Ring once; return the milliseconds until the pop-up is painted."""
    from gcrm.ui.call_stack import visible_popups

    begin = time.perf_counter()
    box.ring(f"00{number[1:]}", connection=connection)
    turn_until(lambda: bool(visible_popups()))
    watch = Watch(visible_popups()[0])
    turn_until(lambda: watch.painted > 0)
    took = (time.perf_counter() - begin) * 1000
    box.end(connection=connection)
    found.settle()
    visible_popups()[0].close()
    turn_for(20)
    return took
