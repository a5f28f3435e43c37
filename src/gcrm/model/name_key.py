"""Names in comparable form: organisations without their legal form, persons with everyday names resolved.

To add a legal form: its folded words in LEGAL_FORMS. To add an everyday name: one line in _EVERYDAY.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from gcrm.model.fold import collapse, fold

_FORMS = (
    "gmbh mbh ggmbh ag kg kgaa ohg gbr ug haftungsbeschrankt ev eg ek ekfr ekfm eu se og keg gesmbh sarl sa sl srl spa "
    "sas lda ltda unipessoal eireli me epp ltd limited llc llp lp plc inc incorporated corp corporation co company cie "
    "bv nv oy ab as aps kft doo sro spzoo stiftung partg partgmbb gesellschaft und and et"
)
LEGAL_FORMS = frozenset(_FORMS.split())
_FILLER_WORDS = "the der die das de da do dos e fur for von of firma fa herr frau"
_FILLERS = frozenset(_FILLER_WORDS.split())
_WEAK_WORDS = "und and et me as se lp eu co company cie gesellschaft ab ag"
_WEAK = frozenset(_WEAK_WORDS.split())  # words that also stand in other texts
_DOTTED = re.compile(r"\b(?:[a-z]\.\s?){2,}")
_BRACKETS = re.compile(r"\([^()]{0,60}\)")
_WORDS = re.compile(r"[^\W_]+")
SHORTEST_NEAR = 4
"""Letters of the shorter of two words that may be told to be near."""
_EVERYDAY = {
    "hans": "johannes", "hannes": "johannes", "johann": "johannes", "jo": "johannes",
    "sepp": "josef", "joseph": "josef", "josi": "josef", "ze": "jose",
    "fritz": "friedrich", "willi": "wilhelm", "willy": "wilhelm", "heinz": "heinrich", "klaus": "nikolaus",
    "claus": "nikolaus", "max": "maximilian", "alex": "alexander", "seppi": "josef", "uli": "ulrich",
    "susi": "susanne", "susan": "susanne", "sue": "susanne", "gabi": "gabriele", "steffi": "stefanie",
    "stephanie": "stefanie", "moni": "monika", "monica": "monika", "uschi": "ursula", "kathi": "katharina",
    "kate": "katharina", "catherine": "katharina", "liz": "elisabeth", "lisa": "elisabeth", "elizabeth": "elisabeth",
    "stephan": "stefan", "steffen": "stefan", "philip": "philipp", "matthias": "mathias", "thorsten": "torsten",
    "bob": "robert", "rob": "robert", "bill": "william", "will": "william", "mike": "michael", "tom": "thomas",
    "jim": "james", "dave": "david", "dan": "daniel", "chris": "christian", "tony": "anton", "toni": "anton",
    "antonio": "anton", "to": "anton", "chico": "francisco", "ana": "anna", "luis": "luiz", "joe": "josef",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Comparable first names and last name words; `is_initial` if the first name is one letter."""

    first: tuple[str, ...]
    last: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.first or self.last)

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the name."""
        return (*self.first, *self.last)


@lru_cache(maxsize=4096)
def organisation_words(name: str) -> tuple[str, ...]:
    """Return the words that name an organisation: "Müller & Söhne GmbH & Co. KG" is ("muller", "sohne").

    A name of nothing but a legal form keeps its words.
    """
    plain = collapse(fold(_BRACKETS.sub(" ", name[:300])))
    joined = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", plain)
    words = _WORDS.findall(joined)
    telling = tuple(word for word in words if word not in LEGAL_FORMS and word not in _FILLERS)
    return telling or tuple(words)


def has_legal_form(name: str) -> bool:
    """Tell whether a name carries a legal form, as organisations do."""
    plain = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", fold(name[:300]))
    words = _WORDS.findall(plain)
    return any(word in LEGAL_FORMS and word not in _WEAK for word in words) or words[1:][-1:] == ["ag"]


@lru_cache(maxsize=4096)
def person_of(first_name: str, last_name: str) -> Person:
    """Return a person's names in comparable form."""
    first = tuple(_EVERYDAY.get(word, word) for word in _name_words(first_name))
    return Person(first, tuple(word for word in _name_words(last_name) if word not in _FILLERS))


def _name_words(name: str) -> list[str]:
    """Return the comparable words of a name."""
    return _WORDS.findall(collapse(fold(name[:100])))


@lru_cache(maxsize=8192)
def likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return how alike two names of organisations are: 1 the same words, -1 nothing in common."""
    mine, theirs = set(one), set(other)
    if mine == theirs or "".join(one) == "".join(other):
        return 1.0
    rest = mine - theirs
    shared = len(mine) - len(rest)
    shared = min(shared + sum(_is_near_one(word, theirs) for word in rest), len(theirs))
    if not shared:
        return -1.0
    share = 2 * shared / (len(mine) + len(theirs))
    return min(0.95, share) if share >= 0.5 else 0.0


def _is_near_one(word: str, others: Collection[str]) -> bool:
    """Tell whether a word is near one of some others, which are looked at only where their lengths allow it."""
    length = len(word)
    return any(-2 < length - len(other) < 2 and is_near(word, other) for other in others)


def person_likeness(one: Person, other: Person) -> float:
    """Return how alike two persons' names are: 1 the same, also transposed; -1 different people."""
    if one.words and sorted(one.words) == sorted(other.words):
        return 1.0 if one == other else 0.95
    if _near_all(one.last, other.last):
        return _first_likeness(one.first, other.first)
    if one.first and other.first and _near_all(one.last, other.first) and _near_all(one.first, other.last):
        return 0.9
    return -1.0


def _first_likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Compare first names under one last name; a missing one or an initial neither helps nor harms much."""
    if not one or not other:
        return 0.5
    if one[0] == other[0]:
        return 0.95
    if min(len(one[0]), len(other[0])) == 1:
        return 0.7 if one[0][0] == other[0][0] else -1.0
    return 0.85 if is_near(one[0], other[0]) else -1.0


def traces(words: tuple[str, ...]) -> frozenset[str]:
    """Return texts of which two names share at least one when any of their words are equal or near (`is_near`).

    They are the words, the words with any one letter left out, and all of them joined.
    """
    found = {*words, "".join(words)}
    for word in words:
        if len(word) >= SHORTEST_NEAR:
            found.update([word[:place] + word[place + 1 :] for place in range(len(word))])
    return frozenset(found)


def _near_all(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two last names are the same but for a typing mistake; one of a double name is enough."""
    if not one or not other:
        return False
    shorter, longer = sorted((one, other), key=len)
    return all(any(is_near(word, mate) for mate in longer) for word in shorter)


def is_near(one: str, other: str) -> bool:
    """Tell whether two words are equal but for one letter (wrong, missing, swapped), in words of five letters up."""
    if one == other:
        return True
    shorter, longer = sorted((len(one), len(other)))
    if longer - shorter > 1 or shorter < SHORTEST_NEAR or longer <= SHORTEST_NEAR:
        return False
    return _is_slip(one, other)


@lru_cache(maxsize=16384)
def _is_slip(one: str, other: str) -> bool:
    """Tell whether one letter makes the difference between two words of about the same length."""
    if one.isdigit() or other.isdigit():
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if one[start + 1 :] == other[start + 1 :] or one[start:] == other[start + 1 :] or one[start + 1 :] == other[start:]:
        return True
    return one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]


_SOUNDS = str.maketrans({"c": "k", "q": "k", "z": "s", "v": "f", "w": "f", "d": "t", "b": "p", "g": "k"})
_SILENT = re.compile(r"[aeiouyhj]")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """Return how a word roughly sounds, so that Meyer, Maier and Mayr share a key."""
    first = word[:1].translate(_SOUNDS)
    rest = _SILENT.sub("", word[1:].replace("ph", "f").replace("ck", "k").replace("tz", "s").translate(_SOUNDS))
    return _TWICE.sub(r"\1", first + rest)
