"""What a test must not touch: other machines, and the password store of whoever runs it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

NAMES_OF_THIS_MACHINE = {"", "localhost", "localhost.localdomain", "ip6-localhost"}


class NetworkUsed(AssertionError):
    """A test tried to leave this machine."""


def is_this_machine(host: object) -> bool:
    """Tell whether a host name or address means the machine the test runs on."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in NAMES_OF_THIS_MACHINE:
        return True
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


class NetworkGuard:
    """Refuses and remembers every attempt to reach another machine through Python's sockets."""

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def check(self, host: object) -> None:
        """Raise when `host` is another machine."""
        if not is_this_machine(host):
            self.attempts.append(str(host))
            raise NetworkUsed(f"a test tried to reach {host!r}; only this machine is allowed")

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the guard before connecting, sending and looking names up."""
        for name in ("connect", "connect_ex", "sendto"):
            monkeypatch.setattr(socket.socket, name, self._guarded(getattr(socket.socket, name)))
        look_up = socket.getaddrinfo

        def guarded_look_up(host: Any, *rest: Any, **options: Any) -> Any:
            self.check(host)
            return look_up(host, *rest, **options)

        monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)

    def _guarded(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(own: socket.socket, *rest: Any) -> Any:
            address = rest[-1]
            if own.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
                self.check(address[0])
            return original(own, *rest)

        return call


class MemoryKeyring(KeyringBackend):
    """A password store that lives as long as one test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types
        self._kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return the password or None."""
        return self._kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the password."""
        self._kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget the password; an unknown one is an error as in the real stores."""
        if self._kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)
