"""The box is looked for in the own network only."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from gcrm.services.telephony.discovery import KNOWN_HOSTS, FoundBox, find_boxes, gateways, probe_host
from gcrm.services.telephony.interface import Trouble
from gcrm.services.telephony.simulator import PhoneBox


def test_a_box_that_listens_comes_before_one_that_refuses() -> None:
    answers = {"one": Trouble.REFUSED, "two": Trouble.NO_ANSWER, "three": Trouble.NONE, "four": Trouble.NOT_FOUND}
    found = find_boxes(["one", "two", "one", "three", "four"], probe=lambda host, _port: answers[host])
    assert found == [FoundBox("three", Trouble.NONE), FoundBox("one", Trouble.REFUSED)]


def test_the_known_names_and_the_gateway_are_asked(tmp_path: Path) -> None:
    asked: list[str] = []

    def probe(host: str, port: int) -> Trouble:
        assert port == 1012
        asked.append(host)
        return Trouble.NO_ANSWER

    assert find_boxes(probe=probe) == []
    assert asked[:3] == list(KNOWN_HOSTS)


def test_a_real_socket_is_found_and_a_closed_one_refuses() -> None:
    with PhoneBox() as box:
        assert probe_host("localhost", box.port) is Trouble.NONE
    assert probe_host("127.0.0.1", box.port) is Trouble.REFUSED


def test_a_name_that_leads_into_the_internet_is_never_contacted(monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("45.76.93.104", 0))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [stranger])
    monkeypatch.setattr(socket, "create_connection", lambda *_a: pytest.fail("contacted"))
    assert probe_host("fritz.box") is Trouble.NOT_FOUND


def test_the_gateway_is_read_from_the_routing_table(tmp_path: Path) -> None:
    table = tmp_path / "route"
    table.write_text(
        "Iface\tDestination\tGateway\tFlags\neth0\t00000000\t01B2A8C0\t0003\neth0\t00B2A8C0\t00000000\t0001\n"
    )
    assert gateways(table) == ["192.168.178.1"]
    assert gateways(tmp_path / "missing") == []
