"""The box that is none: it must behave like one, or every other test of telephony means nothing."""

from __future__ import annotations

import socket
import threading
from datetime import datetime

import pytest

from gcrm.errors import EnvironmentProblem
from gcrm.services.telephony.calls import CallPhase, CallTracker
from gcrm.services.telephony.fritzbox import FritzBoxLine
from gcrm.services.telephony.lines import parse_line
from gcrm.services.telephony.simulator import HOSTILE, PhoneBox, simulate
from tests.services.telephony.listening import PATIENCE, Desk

TEN = datetime(2026, 11, 23, 10)


def hear(port: int) -> list[bytes]:
    """Read until the box hangs up."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as opened, opened.makefile("rb") as stream:
        return stream.readlines()


def test_it_writes_the_lines_of_a_box() -> None:
    heard: list[list[bytes]] = []
    with PhoneBox(now=lambda: TEN) as box:
        ear = threading.Thread(target=lambda: heard.append(hear(box.port)))
        ear.start()
        assert box.wait_for_clients(1, PATIENCE)
        box.ring("030123456", "123", 2)
        box.dial("0170", "123", 3)
        box.answer("030123456", 2)
        box.end(2, 60)
    ear.join()
    assert heard == [
        [
            b"23.11.26 10:00:00;RING;2;030123456;123;SIP0;\r\n",
            b"23.11.26 10:00:00;CALL;3;11;123;0170;SIP0;\r\n",
            b"23.11.26 10:00:00;CONNECT;2;11;030123456;\r\n",
            b"23.11.26 10:00:00;DISCONNECT;2;60;\r\n",
        ]
    ]


def test_a_program_that_hung_up_does_not_disturb_the_others() -> None:
    with PhoneBox() as box:
        socket.create_connection((box.host, box.port)).close()
        desk, line = Desk(), FritzBoxLine(box.host, box.port)
        desk.listen(line)
        assert box.wait_for_clients(2, PATIENCE)
        for _index in range(50):
            box.ring("030123456")
        desk.wait_for_events(50)
        assert box.clients == 1
        line.stop()


def test_a_taken_port_is_told_in_a_sentence() -> None:
    with PhoneBox() as box, pytest.raises(EnvironmentProblem, match=str(box.port)), PhoneBox(port=box.port):
        pass


def test_a_closed_box_refuses() -> None:
    with PhoneBox() as box:
        port = box.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), PATIENCE)


@pytest.mark.parametrize(("seconds", "phases"), [(7, ["ringing", "talking", "ended"]), (0, ["ringing", "ended"])])
def test_simulating_is_one_whole_call(seconds: int, phases: list[CallPhase]) -> None:
    said: list[str] = []
    pauses: list[float] = []
    listening = threading.Event()

    def say(sentence: str) -> None:
        said.append(sentence)
        listening.set()

    arguments = {"say": say, "pause": pauses.append, "now": lambda: TEN}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    box = threading.Thread(target=simulate, args=("030 / 123-456", "123", seconds, port), kwargs=arguments)
    box.start()
    assert listening.wait(PATIENCE)
    events = [event for event in map(parse_line, hear(port)) if event]
    box.join()
    tracker = CallTracker()
    calls = [update.call for event in events for update in tracker.feed(event)]
    assert [call.phase for call in calls] == phases
    assert (calls[0].number, calls[-1].seconds) == ("030123456", seconds)
    assert sum(pauses) == 3.0 + seconds
    assert str(port) in said[0]


def test_the_attacks_are_what_they_say() -> None:
    assert sum(len(data) for data in HOSTILE["long line"]()) > 5_000_000
    assert sum(1 for _data in HOSTILE["flood"]()) == 20_000
    assert all(parse_line(data) for data in HOSTILE["flood"]())
