"""Normalised text: one folding for sorting, searching and comparing, equal on every database.

Databases sort and match umlauts differently (SQLite by code point, PostgreSQL by locale), so text is compared on
keys made here: case-folded, accents removed, letters without a decomposition replaced. Sorting follows DIN 5007-1
(ä sorts as a). Searching also knows the spelling with e: Müller, Mueller and Muller find each other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
        "ŧ": "t",
    }
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
LONGEST_KEY = 200
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_FOREIGN = re.compile("[^\0-\x7f]+")
_COLLAPSED = re.compile("ae|oe|ue")
_DIGIT = re.compile("[0-9]")
_LONGEST_CODE = 40
_SEPARATORS = re.compile(r"[\s+()\[\]/.,'’~\-‐-―−]+")
_TRUNK_ZERO = re.compile(r"^(\s*(?:\+|00)\s*[0-9]{1,3}[\s./-]*)\(0\)")
_NUMBER = re.compile(r"[0-9\s+()\[\]/.~\-‐-―−]+")
_LEAST_DIGITS = 4
_WORD = re.compile(r"[^\s,;/|()\[\]{}<>\"„“”«»]+")


def clean(text: str) -> str:
    """Return `text` without NUL and lone surrogates, which no database keeps, and without surrounding blanks."""
    return text.strip() if text.isprintable() else _UNKEPT.sub("", text).strip()


def fold(text: str) -> str:
    """Return the comparison key of `text`: lower case, no accents, ß as ss, blanks joined."""
    lowered = text.casefold()
    if "\0" in lowered:
        lowered = lowered.replace("\0", "")
    if not lowered.isascii():
        lowered = _FOREIGN.sub(_plain, lowered)
    return " ".join(lowered.split())


def _plain(found: re.Match[str]) -> str:
    """Return letters without accents, each by itself."""
    return "".join(map(_letter, found[0]))


@lru_cache(maxsize=8192)
def _letter(letter: str) -> str:
    """Return what a letter beyond ASCII counts as, in lower case; nothing for accents that stand alone."""
    decomposed = unicodedata.normalize("NFKD", _UNKEPT.sub("", letter)).casefold()
    return "".join(each for each in decomposed if not unicodedata.combining(each)).translate(_LETTERS)


def sort_key(text: str) -> str:
    """Return the key that is kept to sort and find a text by: folded, and no longer than an index can hold."""
    return fold(text)[:LONGEST_KEY].rstrip()


def expand(text: str) -> str:
    """Return the key with umlauts written out: Müller becomes mueller."""
    composed = unicodedata.normalize("NFC", text.casefold())
    return fold(composed.translate(_UMLAUTS))


def collapse(key: str) -> str:
    """Return a key with written-out umlauts joined: mueller becomes muller."""
    return _COLLAPSED.sub(lambda match: match.group()[0], key)


def words(text: str) -> list[str]:
    """Split text into words; punctuation inside a word (e-mail, number, hyphen) stays."""
    return _WORD.findall(text)


def index_text(parts: list[str]) -> str:
    """Return what the search index keeps for these texts: every spelling of every word, each once.

    The folded phrase comes first so that neighbouring words are found together, then the other spellings, and numbers
    without what stands between their digits.
    """
    folded = [(part, fold(part)) for part in parts if part]
    phrase = " ".join([key for _part, key in folded])
    known = set(phrase.split(" "))
    others: dict[str, None] = {}
    for part, key in folded:
        joined = _joined(key) if _is_short_code(part) else ""
        if joined and joined not in phrase:
            others[joined] = None
    for word in words(" ".join(parts)):
        is_plain = word.isascii()
        key = word.lower() if is_plain else fold(word)
        if key not in known:
            others[key] = None
        if not is_plain and (written := expand(word)) not in known:
            others[written] = None
        if ("ae" in key or "oe" in key or "ue" in key) and (joined := collapse(key)) not in known:
            others[joined] = None
    return " ".join([phrase, *others]).strip()


def query_terms(query: str) -> list[tuple[str, ...]]:
    """Return for each word of a query the spellings of which one must be found."""
    terms = []
    for word in words(query):
        key = fold(word)
        if key:
            terms.append(tuple(dict.fromkeys((key, collapse(key)))))
    return terms


def compact(text: str) -> str:
    """Return a number without what separates its digits, "" for other text: "PT 501 964 843" becomes pt501964843.

    Numbers are customer numbers, postcodes, VAT numbers, telephone numbers, amounts and dates: short texts that have
    no more letters than digits, or very few. The zero in "+49 (0)221" is dialled within the country only and goes.
    """
    return _joined(fold(text)) if _is_short_code(text) else ""


def _is_short_code(text: str) -> bool:
    """Tell whether a text is short and has a digit."""
    return len(text) <= _LONGEST_CODE and _DIGIT.search(text) is not None


def _joined(key: str) -> str:
    """Return a folded text without what separates its digits, "" where it has too many letters."""
    if key.isdigit():
        return key
    joined = _SEPARATORS.sub("", _TRUNK_ZERO.sub(r"\1", key) if "(0)" in key else key)
    letters = 0 if joined.isdigit() else sum(map(str.isalpha, joined))
    return joined if letters <= max(5, len(joined) - letters) else ""


def number_digits(text: str) -> str:
    """Return the digits of a text that is nothing but a number in any spelling, "" for other text and short numbers.

    The 00 before a country code goes, as far as enough is left to tell the number.
    """
    key = _TRUNK_ZERO.sub(r"\1", fold(text))
    found = digits(key) if _NUMBER.fullmatch(key) else ""
    if len(found) < _LEAST_DIGITS:
        return ""
    return found[2:] if found.startswith("00") and len(found) > _LEAST_DIGITS + 1 else found


def digits(text: str) -> str:
    """Return the ASCII digits of `text`."""
    return "".join(letter for letter in text if letter in "0123456789")
