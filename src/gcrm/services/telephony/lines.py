"""The call monitor of a FRITZ!Box: bytes to lines, lines to events and back.

The protocol is plain text on TCP port 1012, one line per event, fields divided by ";" with the box's local time:

    dd.mm.yy hh:mm:ss;RING;connection;caller;called;trunk;
    dd.mm.yy hh:mm:ss;CALL;connection;extension;own number;dialled;trunk;
    dd.mm.yy hh:mm:ss;CONNECT;connection;extension;other side;
    dd.mm.yy hh:mm:ss;DISCONNECT;connection;seconds;

Seen in the wild: an empty field where the caller is hidden, no trunk (firmware of 2006), no ";" at the end, "\\r\\n".
The port knows no password, so anyone in the network may write there: what is not exactly such a line is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from gcrm.services.telephony.interface import CallEvent, CallEventKind

LONGEST_LINE = 512
"""Bytes; the longest real line has about 90."""

WRONG_CLOCK = timedelta(days=1)
"""A box that is further off than this has no clock; one that lacks summer time is still believed."""

LONGEST_CALL = 7 * 24 * 3600
"""Seconds; networks cut calls after some hours."""

_TIME = re.compile(r"(\d\d)\.(\d\d)\.(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
_CONNECTION = re.compile(r"\d{1,4}", re.ASCII)
_EXTENSION = re.compile(r"\d{0,5}", re.ASCII)
_SECONDS = re.compile(r"\d{1,7}", re.ASCII)
_TRUNK = re.compile(r"[A-Za-z0-9_.@+-]{0,64}")
_NUMBER = re.compile(r"[0-9A-Za-z+*#().@_ /-]{0,64}")
_WORDS = {
    "RING": CallEventKind.RING,
    "CALL": CallEventKind.OUTGOING,
    "CONNECT": CallEventKind.CONNECT,
    "DISCONNECT": CallEventKind.DISCONNECT,
}
_MOST = 10  # fields; boxes send seven, newer ones may add some


class LineReader:
    """Cuts a stream of bytes into lines; a line that is too long is dropped whole, whatever its length."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._dropping = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the lines that are complete with `data`, without their end; keeps at most one line of memory."""
        *complete, rest = data.split(b"\n")
        for piece in complete:
            line = bytes(self._rest) + piece if len(self._rest) + len(piece) <= LONGEST_LINE else b""
            whole = not self._dropping
            self._rest.clear()
            self._dropping = False
            if whole and line.strip():
                yield line.rstrip(b"\r")
        self._keep(rest)

    def _keep(self, rest: bytes) -> None:
        """Remember the beginning of a line, or only that there is one when it is too long."""
        if self._dropping or len(self._rest) + len(rest) > LONGEST_LINE:
            self._rest.clear()
            self._dropping = True
        else:
            self._rest += rest


def parse_line(line: bytes | str) -> CallEvent | None:
    """Read one line; None if it is not exactly an event. Never raises."""
    if len(line) > LONGEST_LINE:
        return None
    text = line if isinstance(line, str) else line.decode("utf-8", "replace")
    fields = text.rstrip("\r\n").split(";")
    kind = _WORDS.get(fields[1]) if 4 <= len(fields) <= _MOST else None
    at = _parse_time(fields[0])
    if kind is None or at is None or not _CONNECTION.fullmatch(fields[2]):
        return None
    return _READERS[kind](int(fields[2]), at, [*fields[3:], "", "", "", ""])


def at_a_true_time(event: CallEvent, now: datetime) -> CallEvent:
    """Return an event as it is, or with the computer's time where the box has none: after a power cut it says 1970.

    Two digits of a year read as 2070, and nobody would ever see that call in the chronicle. `now` is local time.
    """
    return event if abs(event.at - now) < WRONG_CLOCK else replace(event, at=now.replace(microsecond=0))


def format_line(event: CallEvent) -> bytes:
    """Write an event as the box would, with its line end: the other direction of `parse_line`."""
    rest = {
        CallEventKind.RING: ("RING", event.connection, event.number, event.own, event.trunk),
        CallEventKind.OUTGOING: ("CALL", event.connection, event.extension, event.own, event.number, event.trunk),
        CallEventKind.CONNECT: ("CONNECT", event.connection, event.extension, event.number),
        CallEventKind.DISCONNECT: ("DISCONNECT", event.connection, event.seconds),
    }[event.kind]
    fields = (f"{event.at:%d.%m.%y %H:%M:%S}", *map(str, rest), "")
    return ";".join(fields).encode("ascii", "replace") + b"\r\n"


def _parse_time(text: str) -> datetime | None:
    """Read the box's local time; two digits of the year are of this century, because the box is."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    day, month, year, hour, minute, second = map(int, found.groups())
    try:
        return datetime(2000 + year, month, day, hour, minute, second)
    except ValueError:
        return None


def _ring(connection: int, at: datetime, rest: list[str]) -> CallEvent | None:
    number, own, trunk = rest[:3]
    if not (own and _are_numbers(number, own) and _TRUNK.fullmatch(trunk)):
        return None
    return CallEvent(CallEventKind.RING, connection, at, number, own, trunk)


def _outgoing(connection: int, at: datetime, rest: list[str]) -> CallEvent | None:
    extension, own, number, trunk = rest[:4]
    if not (number and _are_numbers(own, number) and _EXTENSION.fullmatch(extension) and _TRUNK.fullmatch(trunk)):
        return None
    return CallEvent(CallEventKind.OUTGOING, connection, at, number, own, trunk, extension=extension)


def _connect(connection: int, at: datetime, rest: list[str]) -> CallEvent | None:
    extension, number = rest[:2]
    if not (_EXTENSION.fullmatch(extension) and _are_numbers(number)):
        return None
    return CallEvent(CallEventKind.CONNECT, connection, at, number, extension=extension)


def _disconnect(connection: int, at: datetime, rest: list[str]) -> CallEvent | None:
    if not _SECONDS.fullmatch(rest[0]) or int(rest[0]) > LONGEST_CALL:
        return None
    return CallEvent(CallEventKind.DISCONNECT, connection, at, seconds=int(rest[0]))


def _are_numbers(*texts: str) -> bool:
    """Tell whether all are numbers as a box may send them, two for one call ("custom (network)") included."""
    return all(_NUMBER.fullmatch(text) for text in texts)


_READERS = {
    CallEventKind.RING: _ring,
    CallEventKind.OUTGOING: _outgoing,
    CallEventKind.CONNECT: _connect,
    CallEventKind.DISCONNECT: _disconnect,
}
