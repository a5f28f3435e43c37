"""Readers under fire: `python -m tests.fidelity.fuzz [NAME…] [--seconds N] [--seed N]`, by dev.py `bench fuzz`.

Files are damaged as files are damaged: cut off, bits turned over, pieces twice, missing, far too long, two in one,
words of the format where none belongs. A reader may refuse with a sentence, and nothing else; what it took has to go
out again. In a long run a file that costs more than a second of processor time counts too.
To add a reader: its name and function in READERS, its words in `tests/fidelity/words.py`.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.services.exchange.contact_card import to_card, to_contact
from gcrm.services.exchange.ical_read import read_calendar
from gcrm.services.exchange.read_file import read_data
from gcrm.services.exchange.tables.choice import Choice
from gcrm.services.exchange.vcard_write import write_vcard
from gcrm.services.mail.eml import read_eml
from gcrm.services.mail.message import Mail
from gcrm.services.mail.msg import read_msg
from tests.fidelity.calendars import follow
from tests.fidelity.words import FOLDERS, WORDS, samples

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "fuzz"
"""Where a long run keeps the files that broke a reader."""
MOST_BYTES = 60_000
MOST_SECONDS = 1.0
MOST_CARDS = 50
Read = Callable[[bytes], object]


def contacts(kind: str, data: bytes) -> None:
    """Read a file of contacts, make contacts of it, and write them again."""
    for card in read_data(data, kind, Choice()).cards[:MOST_CARDS]:
        imported = to_contact(card)
        write_vcard([to_card(imported.contact, imported.categories, imported.photo)], "4.0")


def calendar(data: bytes) -> None:
    """Read a calendar file, make appointments of it, and write them again."""
    read_calendar(data)
    follow(data)


def mail(read: Callable[[bytes], Mail], data: bytes) -> None:
    """Read a mail, its words and its files."""
    found = read(data)
    found.body()
    for one in found.enclosures:
        one.read()


READERS: Mapping[str, Read] = {
    **{kind: partial(contacts, kind) for kind in ("vcard", "ldif", "fritzbox", "csv", "spreadsheet")},
    "ical": calendar,
    "eml": partial(mail, read_eml),
    "msg": partial(mail, read_msg),
}


def seeds(name: str, corpora: Path | None) -> list[bytes]:
    """Return the whole files that a run begins with: our own, and the real ones where they are there."""
    found = list(samples(name))
    if corpora is not None and corpora.is_dir():
        for folder in FOLDERS.get(name, ()):
            files = sorted(path for path in (corpora / folder).rglob("*") if path.is_file())
            found += [path.read_bytes() for path in files if path.stat().st_size < MOST_BYTES]
    return found


def damaged(whole: Sequence[bytes], words: Sequence[bytes], dice: random.Random) -> bytes:
    """Return one of the files after some damage."""
    data = bytearray(dice.choice(whole))
    for _turn in range(dice.choice((1, 1, 2, 3, 8))):
        data = _HARM[dice.randrange(len(_HARM))](data, whole, words, dice)
    return bytes(data[: MOST_BYTES * 4])


def packed(data: bytes, words: Sequence[bytes], dice: random.Random) -> bytes:
    """Return a packed spreadsheet with one of its parts damaged, packed again: what a checksum does not stop."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        names = old.namelist()
        chosen = dice.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, damaged([part], words, dice) if name == chosen else part)
    return made.getvalue()


def harmed(name: str, whole: Sequence[bytes], dice: random.Random) -> bytes:
    """Return a damaged file of a format."""
    if name == "spreadsheet" and dice.random() < 0.8:
        return packed(dice.choice(whole), WORDS[name], dice)
    return damaged(whole, WORDS[name], dice)


Harm = Callable[[bytearray, Sequence[bytes], Sequence[bytes], random.Random], bytearray]


def _place(data: bytearray, dice: random.Random) -> int:
    return dice.randrange(len(data) + 1)


def _turned(data: bytearray, _whole: object, _words: object, dice: random.Random) -> bytearray:
    for _turn in range(dice.choice((1, 4, 30)) if data else 0):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return data


def _cut(data: bytearray, _whole: object, _words: object, dice: random.Random) -> bytearray:
    begin = _place(data, dice)
    return data[:begin] if dice.random() < 0.5 else data[:begin] + data[begin + dice.randrange(200) :]


def _again(data: bytearray, _whole: object, _words: object, dice: random.Random) -> bytearray:
    begin = _place(data, dice)
    piece = data[begin : begin + dice.choice((1, 5, 80, 2000))]
    times = dice.choice((1, 2, 20, 1000))
    return data[:begin] + piece * min(times, MOST_BYTES * 2 // max(1, len(piece))) + data[begin:]


def _joined(data: bytearray, whole: Sequence[bytes], _words: object, dice: random.Random) -> bytearray:
    other = dice.choice(whole)
    begin = dice.randrange(len(other) + 1)
    place = _place(data, dice)
    return data[:place] + other[begin : begin + dice.choice((20, 500, 5000))] + data[place:]


def _worded(data: bytearray, _whole: object, words: Sequence[bytes], dice: random.Random) -> bytearray:
    place = _place(data, dice)
    return data[:place] + dice.choice(words) * dice.choice((1, 1, 1, 300)) + data[place:]


def _lines(data: bytearray, _whole: object, _words: object, dice: random.Random) -> bytearray:
    lines = data.split(b"\n")
    dice.shuffle(lines)
    return bytearray(b"\n".join(lines[: dice.randrange(len(lines)) + 1]))


def _recoded(data: bytearray, _whole: object, _words: object, dice: random.Random) -> bytearray:
    text = data.decode("utf-8", "replace")
    return bytearray(text.encode(dice.choice(("utf-16", "latin-1", "cp1252", "utf-7", "utf-8-sig")), "replace"))


_HARM: tuple[Harm, ...] = (_turned, _cut, _again, _joined, _worded, _worded, _lines, _recoded)


def tried(read: Read, data: bytes) -> float:
    """Read, and return the seconds of processor time it took; raises what no reader may raise."""
    begin = time.process_time()
    with suppress(UserError, EnvironmentProblem):
        read(data)
    return time.process_time() - begin


def run(name: str, seconds: float, seed: int, corpora: Path) -> Iterator[str]:
    """Damage files for so long and yield what was found, a sentence each; the files lie in build/fuzz."""
    dice = random.Random(seed)
    whole, read = seeds(name, corpora), READERS[name]
    end, count, slowest = time.monotonic() + seconds, 0, 0.0
    known: set[str] = set()
    while time.monotonic() < end:
        data = harmed(name, whole, dice)
        count += 1
        try:
            took = tried(read, data)
        except Exception as error:
            told = _told(error)
        else:
            slowest = max(slowest, took)
            told = f"took {took:.1f} s" if took > MOST_SECONDS else ""
        where = told.rpartition(" at ")[2] if told[:4] != "took" else "took"
        if told and where not in known:
            known.add(where)
            KEPT.mkdir(parents=True, exist_ok=True)
            file = KEPT / f"{name}-{seed}-{count}"
            file.write_bytes(data)
            yield f"{name}: {told} ({file})"
    print(f"{name:<12} {count:8} files, slowest {slowest:.2f} s, {len(known)} found", flush=True)


def _told(error: Exception) -> str:
    """Return an error with the place it comes from."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place is not None else ""
    return f"{type(error).__name__}: {str(error)[:80]} at {where}"


def main(words: list[str]) -> int:
    """Run and say what was found; the status is 1 when anything was."""
    parser = argparse.ArgumentParser(prog="dev.py bench fuzz", description="Read damaged files.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(READERS)}")
    parser.add_argument("--seconds", type=float, default=60, help="how long for each reader (60)")
    parser.add_argument("--seed", type=int, default=7, help="another seed, other damage (7)")
    chosen = parser.parse_args(words)
    for name in chosen.names:
        if name not in READERS:
            parser.error(f"there is no reader {name!r}; there are {', '.join(READERS)}")
    corpora = Path(os.environ.get("GCRM_CORPORA", ROOT.parent / "shared" / "corpora"))
    found = 0
    for name in chosen.names or READERS:
        for sentence in run(name, chosen.seconds, chosen.seed, corpora):
            print(sentence, file=sys.stderr, flush=True)
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
