"""Which one-byte code page a text without a name was written in, found by the words it gives.

Each code page is tried on the words that hold a byte above 127. A word counts for a code page when some language of
that page can spell all of it; what no language can spell counts against it. Alphabets: Unicode CLDR, exemplar
characters. To add a code page: one line in PAGES, with the special letters of each of its languages (lower case).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_SAMPLE = 64_000
_GOOD_ENOUGH = 0.4
_CLEARLY_BETTER = 0.005
_TYPOGRAPHIC = "–—„“”‚‘’‹›«»…•·€®©™§°²³½¼¿¡´\xa0"
_LETTER_RUN = re.compile(rb"[A-Za-z\x80-\xff]{1,60}")


@dataclass(frozen=True, slots=True)
class _Page:
    """A code page: its weight at equal score, languages by their special letters, or one script of its own."""

    codec: str
    weight: float
    languages: tuple[str, ...] = ()
    script: str = ""


_WESTERN = ("äöüß", "éèêàçôâîûëïùœæ", "áéíóúñü", "ãõçáéíóúâêôà", "åäöæøé", "àèéìòùî", "éëïöü")
_CENTRAL = ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "âăîșțşţ", "čćđšž", "äöüß")
_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя" + "іїєґ" + "ўј" + "љњћђџ"
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψω" + "άέήίόύώϊϋΐΰ"
_HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשתװױײ"
_ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکیہ"

PAGES = (
    _Page("cp1252", 1.0, _WESTERN),
    _Page("cp1252", 0.95, ("áðéíóúýþæö",)),
    _Page("cp1250", 0.97, _CENTRAL),
    _Page("cp1251", 0.95, script=_RUSSIAN),
    _Page("cp1253", 0.95, script=_GREEK),
    _Page("cp1254", 0.96, ("çğıöşüâîûi\u0307",)),
    _Page("cp1255", 0.95, script=_HEBREW),
    _Page("cp1256", 0.72, script=_ARABIC),
    _Page("cp1257", 0.94, ("āčēģīķļņōŗšūž", "ąčęėįšųūž", "äõöüšž")),
    _Page("mac_roman", 0.9, _WESTERN),
    _Page("cp850", 0.9, _WESTERN),
    _Page("koi8_r", 0.9, script=_RUSSIAN),
)
_EAST_ASIAN = ("shift_jis", "gb18030", "big5", "euc_kr", "euc_jp")


def guess(data: bytes, *, is_thorough: bool = True) -> tuple[str, str]:
    """Return (codec, why) for bytes that are not UTF-8; the Western page where nothing speaks for another.

    A thorough guess asks charset-normalizer among equals, which takes milliseconds: right for a file, not for a value.
    """
    words = _words(data)
    scores = sorted(((_score(page, words), page.codec) for page in PAGES), reverse=True)
    (best, codec), (second, _other) = scores[0], scores[1]
    if best < _GOOD_ENOUGH:
        return _east_asian(data, is_thorough) or ("cp1252", "no code page fits; the most frequent one was taken")
    if is_thorough and best - second < _CLEARLY_BETTER and codec != "cp1252":
        return _tie_break(data, codec, [name for score, name in scores if best - score < _CLEARLY_BETTER])
    return codec, f"letters fit {best:.0%}, next best {second:.0%}"


def _words(data: bytes) -> list[bytes]:
    """Return the words with a byte above 127 from the beginning of the file."""
    found = []
    size = 0
    for match in _LETTER_RUN.finditer(data):
        word = match.group()
        if not word.isascii():
            found.append(word)
            size += len(word)
            if size > _SAMPLE:
                break
    return found


def _score(page: _Page, words: list[bytes]) -> float:
    """Return how well the page spells the words: 1 for all, below 0 for nonsense."""
    total = points = 0.0
    for raw in words:
        word = raw.decode(page.codec, errors="replace").strip(_TYPOGRAPHIC)
        special = sum(not letter.isascii() for letter in word)
        total += special
        points += special * (_word_score(page, word) if special else 0.0)
    return page.weight * points / total if total else 0.0


def _word_score(page: _Page, word: str) -> float:
    """Return 1 for a word some language of the page spells, less for odd capitals, -1 for no word at all."""
    if page.script:
        spelled = set(word.lower()) <= _letters(page.script)
        return _capitals(word) if spelled else -1.0
    special = {letter for letter in word.lower() if not letter.isascii()}
    if any(special <= _letters(alphabet) for alphabet in page.languages):
        return 1.0 if word.isupper() or word[1:].islower() or len(word) == 1 else 0.5
    return -0.5 if word.isalpha() else -1.0


def _capitals(word: str) -> float:
    """Return how usual the capitals of a word are in names; scripts without capitals lie between."""
    if word.lower() == word.upper():
        return 0.75
    if word.istitle():
        return 1.0
    return 0.6 if word.isupper() else 0.5 if word.islower() else -0.5


@cache
def _letters(alphabet: str) -> frozenset[str]:
    return frozenset(alphabet)


def _east_asian(data: bytes, is_thorough: bool) -> tuple[str, str] | None:
    """Return the one East Asian code page that reads every byte and gives mostly its own letters."""
    sample = data[:_SAMPLE]
    fitting = []
    for codec in _EAST_ASIAN:
        text = sample.decode(codec, errors="replace")
        wide = [letter for letter in text if not letter.isascii()]
        if wide and sum(_is_east_asian(letter) for letter in wide) > 0.95 * len(wide):
            fitting.append(codec)
    if len(fitting) <= 1 or not is_thorough:
        return (fitting[0], "this East Asian code page reads it") if fitting else None
    return _tie_break(data, fitting[0], fitting)


def _is_east_asian(letter: str) -> bool:
    return "\u3000" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3"


def _tie_break(data: bytes, first: str, candidates: list[str]) -> tuple[str, str]:
    """Ask charset-normalizer among equals only: alone it takes German Windows text for Central European."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=candidates).best()
    return (best.encoding, "tie broken by charset-normalizer") if best else (first, "best of equals")
