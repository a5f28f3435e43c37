"""Finding the FRITZ!Box, only when the user asks for it.

Names and addresses of AVM's manuals: http://fritz.box, 192.168.178.1 as delivered, 169.254.1.1 in an emergency; besides
the network's own gateway. Only addresses of a private network are tried: "box" became a public top-level domain, so
that "fritz.box" can lead to a stranger wherever no box answers for the name.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from gcrm.services.telephony.fritzbox import PORT
from gcrm.services.telephony.interface import Trouble

KNOWN_HOSTS = ("fritz.box", "192.168.178.1", "169.254.1.1")
_ROUTES = Path("/proc/net/route")
_TIMEOUT = 2.0  # seconds for one address; all lie in the same building


@dataclass(frozen=True, slots=True)
class FoundBox:
    """A host that answers; `trouble` is REFUSED where the call monitor still has to be switched on (#96*5*)."""

    host: str
    trouble: Trouble


def find_boxes(
    hosts: Iterable[str] | None = None, port: int = PORT, probe: Callable[[str, int], Trouble] | None = None
) -> list[FoundBox]:
    """Return the hosts that answer on the call monitor's port, ready ones first; takes some seconds."""
    asked = list(dict.fromkeys(hosts if hosts is not None else (*KNOWN_HOSTS, *gateways())))
    answers = [FoundBox(host, (probe or probe_host)(host, port)) for host in asked]
    useful = [box for box in answers if box.trouble in (Trouble.NONE, Trouble.REFUSED)]
    return sorted(useful, key=lambda box: box.trouble is Trouble.REFUSED)


def probe_host(host: str, port: int = PORT) -> Trouble:
    """Try to connect once; a host outside of private networks is never contacted."""
    address = _private_address(host)
    if address is None:
        return Trouble.NOT_FOUND
    try:
        socket.create_connection((address, port), _TIMEOUT).close()
    except ConnectionRefusedError:
        return Trouble.REFUSED
    except OSError:
        return Trouble.NO_ANSWER
    return Trouble.NONE


def gateways(routes: Path = _ROUTES) -> list[str]:
    """Return the addresses of the default gateways as Linux tells them; elsewhere none, the names have to do."""
    try:
        rows = [line.split() for line in routes.read_text(encoding="ascii").splitlines()[1:]]
    except OSError:
        return []
    found = [row[2] for row in rows if len(row) > 2 and row[1] == "00000000" and row[2] != "00000000"]
    return [str(ipaddress.IPv4Address(int.from_bytes(bytes.fromhex(word), "little"))) for word in found]


def _private_address(host: str) -> str | None:
    """Look a host up; None if it is unknown or lies in the public Internet."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    addresses = [str(entry[4][0]) for entry in found]
    private = (a for a in addresses if ipaddress.ip_address(a.split("%")[0]).is_private)
    return next(private, None)
