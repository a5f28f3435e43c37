"""Reads files of strangers in a process of its own, with limits of time and memory.

A small file without a picture is read here at once: its reader takes linear time and about forty times the file's
size in memory (both are tested), so 200 kB cost less than the start of a process. Pictures and spreadsheets are read
by libraries that are not written in Python and are therefore never touched in the window's process.

Limits of memory hold on Linux; macOS and Windows know none for a process, there the limits of the reader (50 MB,
8 MB a line, 40 million pixels) and of time have to do. A built program must call `multiprocessing.freeze_support()`
first thing in its main module.
"""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _, current_language, set_language
from gcrm.services.exchange.card import Card, CardFile, Photo
from gcrm.services.exchange.read_file import kind_of, most_bytes, read_data
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.vcard_read import check_size, in_order

SECONDS = 60.0
MEMORY_MB = 1500
SMALL = 200_000
_GLANCE = 0.1
_PARCEL = 200
_Answer = CardFile | tuple[str, str]


class ReadingStoppedError(UserError):
    """The user stopped the reading; nothing was taken over."""


class _PictureFoundError(Exception):
    """A picture was met where none may be decoded; the file goes to the other process."""


def read_cards(
    path: Path,
    *,
    choice: Choice | None = None,
    seconds: float = SECONDS,
    memory_mb: int = MEMORY_MB,
    is_cancelled: Callable[[], bool] | None = None,
    each: Callable[[Card], None] | None = None,
) -> CardFile:
    """Return the contacts of a file; `choice` says how it is read, what it leaves open is found.

    `each` is told of the contacts as they come, in no certain order, while the other process reads on; its time does
    not count. A failure may still follow.

    Raises UserError for a file that cannot be taken (too large, no such file), EnvironmentProblem where reading hit
    the limits, ReadingStoppedError when `is_cancelled` says so (asked ten times a second).
    """
    how = choice or Choice()
    try:
        kind = kind_of(path, how)
        size = path.stat().st_size
        check_size(size, most_bytes(kind))
        if size <= SMALL and kind != "spreadsheet":
            return _told(read_data(path.read_bytes(), kind, how, photo_reader=_no_picture), each or _nothing)
    except _PictureFoundError:
        pass
    except OSError as problem:
        raise _unreadable(path, problem) from problem
    return _read_apart((path, kind, how), (seconds, memory_mb), is_cancelled or _never, each or _nothing)


def _never() -> bool:
    return False


def _nothing(_card: Card) -> None:
    """Nobody waits for single contacts."""


def _told(file: CardFile, each: Callable[[Card], None]) -> CardFile:
    """Tell of the contacts of a file that was read here."""
    for card in file.cards:
        each(card)
    return file


def _no_picture(_data: bytes) -> Photo:
    raise _PictureFoundError


def _unreadable(path: Path, problem: OSError) -> UserError:
    sentence = _("“{name}” cannot be opened: {reason}. Check the file and try again.").format(
        name=path.name, reason=problem.strerror or problem
    )
    return UserError(sentence)


def _read_apart(
    what: tuple[Path, str, Choice],
    limits: tuple[float, int],
    is_cancelled: Callable[[], bool],
    each: Callable[[Card], None],
) -> CardFile:
    """Start the process, wait for its answer, and see to it that nothing of it stays."""
    path, kind, choice = what
    seconds, memory_mb = limits
    context = multiprocessing.get_context("spawn")  # fork would copy the window's threads and locks
    receiver, sender = context.Pipe(duplex=False)
    arguments = (sender, (str(path), kind, choice), seconds, memory_mb, current_language())
    process = context.Process(target=_serve, args=arguments, daemon=True, name="gcrm-reader")
    process.start()
    sender.close()
    try:
        answer = _receive(receiver, seconds, is_cancelled, each)
    finally:
        process.kill()
        process.join()
        process.close()
        receiver.close()
    if isinstance(answer, CardFile):
        return answer
    kind, sentence = answer
    if kind == "user":
        raise UserError(sentence)
    raise EnvironmentProblem(_sentence(kind, path))


def _sentence(kind: str, path: Path) -> str:
    """Return what happened to the file, in words."""
    texts = {
        "time": _(
            "“{name}” could not be read in the time allowed; nothing was imported. It may be "
            "damaged: export it anew from where it comes."
        ),
        "memory": _("“{name}” needs more memory than allowed. Split it into several files; nothing was imported."),
        "ended": _(
            "Reading “{name}” broke off; nothing was imported. It may be damaged: export it anew from where it comes."
        ),
    }
    return texts[kind].format(name=path.name)


def _receive(
    receiver: Connection, seconds: float, is_cancelled: Callable[[], bool], each: Callable[[Card], None]
) -> _Answer:
    """Return the answer: a file, or what went wrong; contacts arrive in parcels before it."""
    cards: list[Card] = []
    left = seconds
    while True:
        begin = time.monotonic()
        answer = _wait(receiver, left, is_cancelled)
        left -= time.monotonic() - begin
        if isinstance(answer, CardFile):
            return replace(answer, cards=in_order(cards))
        if isinstance(answer, tuple):
            return answer
        cards += answer
        for card in answer:
            each(card)


def _wait(receiver: Connection, seconds: float, is_cancelled: Callable[[], bool]) -> _Answer | list[Card]:
    """Return the next thing the other process sends, or what went wrong."""
    end = time.monotonic() + seconds
    while not receiver.poll(min(_GLANCE, max(end - time.monotonic(), 0))):
        _stop_if(is_cancelled())
        if time.monotonic() >= end:
            return "time", ""
    _stop_if(is_cancelled())
    try:
        answer: _Answer | list[Card] = receiver.recv()
    except (EOFError, OSError):
        return "ended", ""
    return answer


def _stop_if(is_cancelled: bool) -> None:
    """Stop for the user."""
    if is_cancelled:
        raise ReadingStoppedError(_("Reading was stopped; nothing was imported."))


class _Parcels:
    """Sends contacts a few hundred at a time, so that the other side need not wait for the last one."""

    def __init__(self, sender: Connection) -> None:
        self._sender = sender
        self._cards: list[Card] = []

    def add(self, card: Card) -> None:
        """Take one contact."""
        self._cards.append(card)
        if len(self._cards) >= _PARCEL:
            self.send()

    def send(self) -> None:
        """Send what is there."""
        self._sender.send(self._cards)
        self._cards = []


def _serve(sender: Connection, what: tuple[str, str, Choice], seconds: float, memory_mb: int, language: str) -> None:
    """Read one file in the other process and send what came of it."""
    gc.disable()  # the process ends with its answer
    set_language(language)
    _limit(seconds, memory_mb)
    path, kind, choice = what
    answer: _Answer
    parcels = _Parcels(sender)
    try:
        answer = read_data(Path(path).read_bytes(), kind, choice, hand_on=parcels.add)
        parcels.send()
    except UserError as error:
        answer = ("user", error.sentence)
    except OSError as problem:
        answer = ("user", _unreadable(Path(path), problem).sentence)
    except (MemoryError, RecursionError):
        answer = ("memory", "")
    sender.send(answer)
    sender.close()


def _limit(seconds: float, memory_mb: int) -> None:
    """Set the limits of this process where the platform has them; a processor second more than the time to wait."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, amount in ((resource.RLIMIT_AS, memory_mb * 1_000_000), (resource.RLIMIT_CPU, int(seconds) + 1)):
        try:
            resource.setrlimit(limit, (amount, amount))
        except (ValueError, OSError):  # a lower hard limit is in force already, or the system has none (macOS)
            continue
