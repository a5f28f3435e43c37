"""The letters that choose an entry of a menu: each once, in whatever language.

Texts mark a letter of their own ("&Open"). Qt goes from entry to entry where two mark the same, and carries out none
of them; so the later ones get another letter here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_MARK = re.compile(r"&(.)")


def mnemonic(text: str) -> str:
    """Return the letter that a text marks, "" for none; "&&" is an "&"."""
    return next((letter.casefold() for letter in _MARK.findall(text) if letter != "&"), "")


def one_each(texts: Sequence[str]) -> list[str]:
    """Return the texts of one menu with a letter of its own for each; a text whose letters are all taken has none."""
    marks = [mnemonic(text) for text in texts]
    firsts = {marks.index(mark) for mark in marks if mark}
    taken = {marks[place] for place in firsts}
    found = list(texts)
    for place, text in enumerate(texts):
        if place not in firsts:
            found[place] = _marked(text, taken)
            taken.add(mnemonic(found[place]))
    return found


def _marked(text: str, taken: Collection[str]) -> str:
    """Return a text with another letter marked, of those on every keyboard: one that begins a word, else any."""
    plain = _MARK.sub(r"\1", text)
    begins = [found.start() for found in re.finditer(r"\b\w", plain)]
    letters = [at for at in (*begins, *range(len(plain))) if plain[at].isascii() and plain[at].isalnum()]
    at = next((at for at in letters if plain[at].casefold() not in taken), None)
    if at is None:
        return plain.replace("&", "&&")
    return f"{plain[:at].replace('&', '&&')}&{plain[at:].replace('&', '&&')}"
