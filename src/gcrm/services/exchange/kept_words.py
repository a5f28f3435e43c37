"""What an import kept with a contact, in words: it lies there as other programs wrote it, for the way back to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gcrm.services.exchange.content_line import ContentLine, single_lines
from gcrm.services.exchange.own_fields import HEAD
from gcrm.services.exchange.own_line import read_object
from gcrm.services.exchange.vcard_values import unescape
from gcrm.services.showing import show

_LABEL = "X-ABLABEL"
"""How Apple and Google name a line beside it, of the same group."""
_IN_PARTS = ("N", "ADR", "ORG")
_APPLE = "_$!<>!$_"


def in_words(kept: Sequence[object]) -> Iterator[tuple[str, str]]:
    """Yield a label and a text for each line; the label is "" for what is no line of a card."""
    texts = [str(line) for line in kept]
    lines = [next(single_lines([text]), None) for text in texts]
    labels = {
        line.head.group.lower(): unescape(line.value).strip(_APPLE)
        for line in lines
        if line is not None and line.head is not None and _labels(line)
    }
    for text, line in zip(texts, lines, strict=True):
        if text.startswith(HEAD):
            yield _own(text)
        elif line is None or line.head is None:
            yield "", text
        elif not _labels(line):
            yield labels.get(line.head.group.lower()) or line.head.name, _value(line)


def _labels(line: ContentLine) -> bool:
    return line.head is not None and bool(line.head.group) and line.head.name.upper() == _LABEL


def _own(text: str) -> tuple[str, str]:
    """Return a user-defined field that this office does not have."""
    told = read_object(text, HEAD) or {}
    label, of = str(told.get("label") or ""), str(told.get("of") or "")
    return (f"{label} ({of})" if of else label), show(told.get("value"))


def _value(line: ContentLine) -> str:
    """Return a value without the marks of its format; of a picture or a key only how large it is."""
    head = line.head
    if head is not None and head.encoding.lower() in ("b", "base64"):
        return f"{max(1, len(line.value) * 3 // 4 // 1000)} kB"
    if head is not None and head.name in _IN_PARTS:
        return ", ".join(part for part in map(unescape, line.value.split(";")) if part)
    return unescape(line.value)
