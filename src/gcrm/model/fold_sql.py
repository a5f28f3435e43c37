"""The folding of fold.py in the words of PostgreSQL, so that the server compares and sorts by the same keys.

model/triggers.py makes the function `gcrm_fold` of it. SQLite calls fold() itself. The letters of FOLDED give the same
key on both; other scripts have no upper case that an office's names would need.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from gcrm.model.fold import fold

FOLDED = (*range(0x80, 0x590), *range(0x1E00, 0x2000))
"""Latin, Greek, Cyrillic and Armenian letters."""
_MARKS_BELOW = 0x3100
_BLANKS = r"[\s\x1c-\x1f\x85\u1680\u2028\u2029]+"


def folded_letters(name: str) -> str:
    """Return the expression that decomposes a text, drops its accents and writes its letters as fold() does."""
    single, several = _letters()
    bare = f"regexp_replace(normalize({name}, NFKD), '[{_marks()}]', '', 'g')"
    folded = f"translate({bare}, '{_text(single)}', '{''.join(single.values())}')"
    for letter, key in several.items():
        folded = f"replace({folded}, '{letter}', '{key}')"
    return folded


def joined_blanks(name: str) -> str:
    """Return the expression that joins the blanks of a text and takes those around it away."""
    return f"btrim(regexp_replace({name}, '{_BLANKS}', ' ', 'g'))"


def _text(letters: dict[str, str]) -> str:
    return "".join(letters)


def _letters() -> tuple[dict[str, str], dict[str, str]]:
    """Return the letters that stay after decomposing and have another key: of one letter, and of several."""
    single: dict[str, str] = {}
    several: dict[str, str] = {}
    for code in FOLDED:
        for letter in unicodedata.normalize("NFKD", chr(code)):
            key = fold(letter)
            if not letter.isascii() and key != letter and key:
                (single if len(key) == 1 else several)[letter] = key
    return single, several


def _marks() -> str:
    """Return the accents as ranges of a character class."""
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in _ranges())


def _ranges() -> Iterator[tuple[int, int]]:
    """Yield first and last code point of each run of combining marks; the Greek iota below a letter is none."""
    start = -1
    for code in range(0x300, _MARKS_BELOW + 1):
        is_mark = code < _MARKS_BELOW and unicodedata.combining(chr(code)) != 0 and not fold(chr(code))
        if is_mark and start < 0:
            start = code
        if not is_mark and start >= 0:
            yield start, code - 1
            start = -1
