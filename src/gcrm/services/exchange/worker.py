"""Reads files of strangers in a process of its own, with limits of time and memory.

A process costs more than most files: `Reader` reads many, one after the other, in one process that is made when it is
first needed, and made anew after a file that hit the limits or that somebody stopped.

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
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _, current_language, set_language
from gcrm.services.exchange.card import Card, CardFile, Photo
from gcrm.services.exchange.read_file import kind_of, most_bytes, read_data
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.tables.sheets import file_of
from gcrm.services.exchange.vcard_read import check_size, in_order

SECONDS = 60.0
"""How long a small file may take, and each five megabytes of a large one; a busy computer needs ten times what a
quiet one does."""
PER_MINUTE = 5_000_000
MEMORY_MB = 1500
SMALL = 200_000
TAKEN = object()
"""What is returned for a contact that somebody made something of: many thousands are not held twice."""
_GLANCE = 0.1
_PARCEL = 200
_Answer = CardFile | tuple[str, str]
_Question = tuple[str, str, Choice, float]
"""Path, kind, how it is read, and the seconds that it may take."""


class ReadingStoppedError(UserError):
    """The user stopped the reading; nothing was taken over."""


class _PictureFoundError(Exception):
    """A picture was met where none may be decoded; the file goes to the other process."""


class Reader:
    """Reads files one after the other; as a context it ends the process that it used."""

    def __init__(self, seconds: float = SECONDS, memory_mb: int = MEMORY_MB) -> None:
        self._limits = (seconds, memory_mb)
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def read(
        self,
        path: Path,
        choice: Choice | None = None,
        is_cancelled: Callable[[], bool] | None = None,
        each: Callable[[Card], object] | None = None,
    ) -> CardFile:
        """Return the contacts of a file; `choice` says how it is read, what it leaves open is found.

        `each` is told of the contacts as they come, in no certain order, while the other process reads on; its time
        does not count, and a contact for which it returns TAKEN is not kept. A failure may still follow.

        Raises UserError for a file that cannot be taken (too large, no such file), EnvironmentProblem where reading hit
        the limits, ReadingStoppedError when `is_cancelled` says so (asked ten times a second).
        """
        how = choice or Choice()
        path = file_of(path, how)
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
        allowed = self._limits[0] * max(1.0, size / PER_MINUTE)
        return self._read_apart((str(path), kind, how, allowed), is_cancelled or _never, each or _nothing)

    def _read_apart(
        self, question: _Question, is_cancelled: Callable[[], bool], each: Callable[[Card], object]
    ) -> CardFile:
        """Let the process read a file; one that did not come to an answer of its own is ended."""
        answer: _Answer = ("ended", "")
        try:
            answer = self._ask(question, is_cancelled, each)
        finally:
            if isinstance(answer, tuple) and answer[0] != "user":
                self.end()
        if isinstance(answer, CardFile):
            return answer
        reason, sentence = answer
        if reason == "user":
            raise UserError(sentence)
        raise EnvironmentProblem(_sentence(reason, Path(question[0])))

    def _ask(self, question: _Question, is_cancelled: Callable[[], bool], each: Callable[[Card], object]) -> _Answer:
        """Send a question and wait for its answer."""
        pipe = self._pipe or self._begin()
        try:
            pipe.send(question)
        except OSError:
            return "ended", ""
        return _receive(pipe, question[3], is_cancelled, each)

    def _begin(self) -> Connection:
        """Start the process."""
        context = multiprocessing.get_context("spawn")  # fork would copy the window's threads and locks
        pipe, other = context.Pipe()
        arguments = (other, self._limits[1], current_language())
        self._process = context.Process(target=_serve, args=arguments, daemon=True, name="gcrm-reader")
        self._process.start()
        other.close()
        self._pipe = pipe
        return pipe

    def end(self) -> None:
        """End the process, and see to it that nothing of it stays."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None:
            process.kill()
            process.join()
            process.close()
        if pipe is not None:
            pipe.close()


def read_cards(
    path: Path,
    *,
    choice: Choice | None = None,
    seconds: float = SECONDS,
    memory_mb: int = MEMORY_MB,
    is_cancelled: Callable[[], bool] | None = None,
    each: Callable[[Card], object] | None = None,
) -> CardFile:
    """Return the contacts of one file, as `Reader.read` does."""
    with Reader(seconds, memory_mb) as reader:
        return reader.read(path, choice, is_cancelled, each)


def _never() -> bool:
    return False


def _nothing(_card: Card) -> None:
    """Nobody waits for single contacts."""


def _told(file: CardFile, each: Callable[[Card], object]) -> CardFile:
    """Tell of the contacts of a file that was read here."""
    return replace(file, cards=tuple(card for card in file.cards if each(card) is not TAKEN))


def _no_picture(_data: bytes) -> Photo:
    raise _PictureFoundError


def _unreadable(path: Path, problem: OSError) -> UserError:
    sentence = _("“{name}” cannot be opened: {reason}. Check the file and try again.").format(
        name=path.name, reason=problem.strerror or problem
    )
    return UserError(sentence)


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
    receiver: Connection, seconds: float, is_cancelled: Callable[[], bool], each: Callable[[Card], object]
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
        cards += [card for card in answer if each(card) is not TAKEN]


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


def _serve(pipe: Connection, memory_mb: int, language: str) -> None:
    """Read files in the other process and send what came of each, until nobody asks any more."""
    gc.disable()  # between two files is time enough
    set_language(language)
    _limit_memory(memory_mb)
    while True:
        try:
            question: _Question = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_answer_of(pipe, question))
        gc.collect()


def _answer_of(pipe: Connection, question: _Question) -> _Answer:
    """Read one file and send its contacts; return the end of the answer."""
    path, kind, choice, seconds = question
    _limit_time(seconds)
    parcels = _Parcels(pipe)
    try:
        answer = read_data(Path(path).read_bytes(), kind, choice, hand_on=parcels.add)
        parcels.send()
    except UserError as error:
        return "user", error.sentence
    except OSError as problem:
        return "user", _unreadable(Path(path), problem).sentence
    except (MemoryError, RecursionError):
        return "memory", ""
    return answer


def _limit_memory(memory_mb: int) -> None:
    """Limit the memory of this process where the platform can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    amount = memory_mb * 1_000_000
    try:
        resource.setrlimit(resource.RLIMIT_AS, (amount, amount))
    except (ValueError, OSError):  # a lower hard limit is in force already, or the system has none (macOS)
        return


def _limit_time(seconds: float) -> None:
    """Limit the processor time of the next file where the platform can; a second more than the time to wait."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    amount = int(used.ru_utime + used.ru_stime + seconds) + 2
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (amount, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    except (ValueError, OSError):  # a lower hard limit is in force already
        return
