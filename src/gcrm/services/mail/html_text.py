"""The text of an HTML mail. Nothing in it is ever loaded, run or shown as HTML: only its words are kept.

A scanner of our own, because a mail is a stranger's text: it goes through it once, whatever stands in it.
"""

from __future__ import annotations

import html
import re

MOST = 4_000_000
"""Characters that are looked at; no person writes so much."""
LONGEST_LINK = 120
_DROPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "xml"})
_BLOCK_NAMES = """
    address article aside blockquote body center div dl dt dd fieldset figure footer form h1 h2 h3 h4 h5 h6 header
    hr li main nav ol p pre section table tbody tfoot thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"])
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:]{0,30})")
_HREF = re.compile(r"""\bhref\s{0,9}=\s{0,9}(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s>"']{1,2000}))""", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_FILLER = re.compile("(?:[\u034f\u00ad\u200b-\u200f\u2060\ufeff][ \u00a0]{0,9}){3,}")
"""What newsletters fill the line below their subject with, so that nothing else is shown there."""
_ENDLESS = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


class _Writer:
    """Collects words and breaks."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._breaks = 2
        self._link: tuple[str, int] | None = None

    def words(self, raw: str, *, is_kept: bool) -> None:
        """Take text between two tags; `is_kept` keeps its lines (pre)."""
        text = _FILLER.sub("", html.unescape(_ENDLESS.sub("\ufffd", raw)))
        if not is_kept:
            text = _BLANKS.sub(" ", text)
            if self._breaks:
                text = text.lstrip(" ")
        if text:
            self._put(text)

    def _put(self, text: str) -> None:
        self._pieces.append(text)
        self._breaks = 0

    def line(self, count: int) -> None:
        """Begin a new line unless one was begun; 2 leaves an empty one between."""
        while self._breaks < count:
            self._pieces.append("\n")
            self._breaks += 1

    def break_line(self) -> None:
        """Begin a new line, as often as it is asked for."""
        self._pieces.append("\n")
        self._breaks += 1

    def cell(self) -> None:
        """Set a cell of a table off from the one before."""
        if self._breaks == 0:
            self._pieces.append("  ")

    def begin_link(self, target: str) -> None:
        """Remember where a link leads."""
        self._link = (target, len(self._pieces))

    def end_link(self) -> None:
        """Write where a link leads, unless its words say it or it is long."""
        if self._link is None:
            return
        (target, begin), self._link = self._link, None
        words = "".join(self._pieces[begin:]).strip()
        bare = target.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
        is_told = bare.lower() in words.lower()
        if words and not is_told and len(target) <= LONGEST_LINK:
            self._put(f" <{bare if target.startswith('mailto:') else target}>")

    def result(self) -> str:
        """Return the lines, without blanks at their ends and without heaps of empty ones."""
        lines = [line.rstrip() for line in "".join(self._pieces).replace("\r", "").split("\n")]
        kept: list[str] = []
        for line in lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip("\n")


def text_of(source: str) -> str:
    """Return the words of an HTML text, in lines as they would be read."""
    source, writer = source[:MOST], _Writer()
    place, kept_depth = 0, 0
    while True:
        begin = source.find("<", place)
        if begin < 0:
            writer.words(source[place:], is_kept=bool(kept_depth))
            return writer.result()
        if begin > place:
            writer.words(source[place:begin], is_kept=bool(kept_depth))
        name, tag, place = _tag(source, begin)
        if not name:
            if place == begin + 1:
                writer.words("<", is_kept=False)
            continue
        is_end = tag.startswith("/")
        if name in _DROPPED and not is_end:
            place = _after(source, name, place)
        elif name == "pre":
            kept_depth = max(0, kept_depth + (-1 if is_end else 1))
            writer.line(2)
        else:
            _take(writer, name, tag, is_end=is_end)


def _tag(source: str, begin: int) -> tuple[str, str, int]:
    """Return name, inside and end of the tag that begins here; no name for a comment or a mere "<"."""
    if source.startswith("<!--", begin):
        end = source.find("-->", begin + 4)
        return "", "", len(source) if end < 0 else end + 3
    found = _NAME.match(source, begin + 1)
    if found is None and source[begin + 1 : begin + 2] not in ("!", "?", "/"):
        return "", "", begin + 1
    end = source.find(">", begin + 1)
    if end < 0:  # looked for once only: the rest of the text is taken as it is no tag
        return "", "", len(source)
    return (found.group(1).lower() if found else ""), source[begin + 1 : end], end + 1


def _after(source: str, name: str, place: int) -> int:
    """Return where what is dropped ends; without an end the rest is dropped."""
    found = re.compile(rf"</{re.escape(name)}(?![a-z0-9])", re.IGNORECASE).search(source, place)
    end = source.find(">", found.end()) if found else -1
    return len(source) if end < 0 else end + 1


def _take(writer: _Writer, name: str, tag: str, *, is_end: bool) -> None:
    """Let a tag break lines, or set a link."""
    if name == "br":
        writer.break_line()
    elif name == "a":
        if is_end:
            writer.end_link()
            return
        found = _HREF.search(tag)
        target = html.unescape(next((part for part in found.groups() if part), "")) if found else ""
        if target.lower().startswith(("http://", "https://", "mailto:")):
            writer.begin_link(target)
    elif name in ("td", "th") and not is_end:
        writer.cell()
    elif name in _BLOCKS:
        writer.line(2 if name in _SPACED else 1)
        if name == "li" and not is_end:
            writer.words("- ", is_kept=True)


def charset_of(data: bytes) -> str:
    """Return the character set that an HTML text names itself, "" without one."""
    found = _CHARSET.search(data[:4000])
    return found.group(1).decode("ascii") if found else ""
