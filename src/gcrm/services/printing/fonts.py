"""Fonts of all prints: Source Sans Pro, embedded, and another embedded font for characters it lacks.

Source Sans Pro (package font-source-sans-pro, SIL OFL 1.1) has Latin, Greek and Cyrillic. Chinese, Hebrew, emoji and
the like are drawn with the first font of this computer that has them and may be embedded; where there is none, a
visible mark stands in their place and the result of the print names the characters.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import font_source_sans_pro
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REPLACEMENT_MARKS = "\ufffd□▯■?"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp"}
_SPACES = dict.fromkeys("\t\n\r\v\f\x85\u1680\u2028\u2029\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " ")
_SAME_SHAPE = _SPACES | {"\u202f": "\u00a0", "\u2010": "-", "\u2011": "-", "\u2212": "–"}
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))  # "as emoji", "as text": no ink of their own
_RTL = "[\u0590-\u08ff\ufb1d-\ufefc]"
_RIGHT_TO_LEFT = re.compile(f"{_RTL}(?:(?:{_RTL}| )*{_RTL})?")

# Fonts worth asking for missing characters, best first; adding one is adding its file name.
FALLBACK_NAMES = (
    "DejaVuSans.ttf",
    "seguisym.ttf",
    "Arial Unicode.ttf",
    "arialuni.ttf",
    "NotoSansCJKsc-Regular.ttf",
    "NotoSansSC-Regular.ttf",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "msyh.ttc",
    "msgothic.ttc",
    "malgun.ttf",
    "Symbola.ttf",
    "NotoEmoji-Regular.ttf",
)


class Face:
    """One registered font: the characters it draws and how wide each is."""

    __slots__ = ("covers", "name", "widths")
    widths: dict[str, float]  # of each character at one point

    def __init__(self, name: str, file: Path) -> None:
        """Register the font with reportlab. Raises TTFError where it cannot be read or must not be embedded."""
        font = TTFont(name, str(file))
        pdfmetrics.registerFont(font)
        codes: dict[int, float] = font.face.charWidths
        self.name = name
        self.widths = {chr(c): codes[c] / 1000 for c in font.face.charToGlyph if c in codes and _is_drawn(c)}
        self.covers = frozenset(self.widths)


def _is_drawn(code: int) -> bool:
    """Tell whether a character may go to the font as it is: nothing invisible, no loose accents."""
    return not 0xD800 <= code <= 0xDFFF and unicodedata.category(chr(code)) not in _UNSEEN


@cache
def regular() -> Face:
    """Return the font of running text."""
    return Face("gcrm-regular", Path(font_source_sans_pro.font_files_ttf["SourceSansPro"]))


@cache
def semibold() -> Face:
    """Return the font of headings."""
    return Face("gcrm-semibold", Path(font_source_sans_pro.font_files_ttf["SourceSansProSemibold"]))


def font_folders() -> list[Path]:
    """Return the folders in which this computer keeps its fonts, and the one that comes with reportlab."""
    home = Path.home()
    if sys.platform == "win32":
        folders = [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    elif sys.platform == "darwin":
        folders = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    else:
        folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts"]
    return [*folders, Path(reportlab.__file__).parent / "fonts"]


@cache
def fallback_faces() -> tuple[Face, ...]:
    """Return this computer's fonts for characters that Source Sans Pro lacks; read once, on first need."""
    found: dict[str, Path] = {}
    for folder in font_folders():
        for file in folder.rglob("*.tt[fc]"):
            found.setdefault(file.name, file)
    return tuple(_readable(found[name] for name in FALLBACK_NAMES if name in found))


def _readable(files: Iterator[Path]) -> Iterator[Face]:
    for file in files:
        try:
            yield Face(f"gcrm-fallback-{file.stem}", file)
        except (TTFError, OSError, ValueError, KeyError):
            continue  # a font that is damaged or may not be embedded is as good as absent


def width(text: str, face: Face, size: float) -> float:
    """Return how wide `text` is in points."""
    try:
        return sum(map(face.widths.__getitem__, text)) * size
    except KeyError:
        runs, _missing = split_runs(text, face)
        return sum(sum(map(part.widths.__getitem__, piece)) for part, piece in runs) * size


def replacement_mark(face: Face) -> str:
    """Return the mark that stands for a character no font has."""
    return next(mark for mark in REPLACEMENT_MARKS if mark in face.covers)


@lru_cache(maxsize=2048)
def split_runs(text: str, face: Face) -> tuple[tuple[tuple[Face, str], ...], str]:
    """Cut `text` into runs of one font each; the second value holds the characters that no font has.

    Accents written apart are joined (NFC), unusual spaces become spaces, invisible characters are left out. Hebrew
    and Arabic words are put into the order in which they are seen; Arabic letters are not joined.
    """
    runs: list[tuple[Face, str]] = []
    missing = ""
    for char in _RIGHT_TO_LEFT.sub(lambda found: found[0][::-1], unicodedata.normalize("NFC", text)):
        owner, drawn = _place(char, face)
        if owner is None:
            missing += char
            owner, drawn = face, replacement_mark(face)
        if drawn and runs and runs[-1][0] is owner:
            runs[-1] = (owner, runs[-1][1] + drawn)
        elif drawn:
            runs.append((owner, drawn))
    return tuple(runs), missing


def _place(char: str, face: Face) -> tuple[Face | None, str]:
    """Find the font for one character: itself, its twin, another font, or None; "" for what is never seen."""
    for candidate in (char, _SAME_SHAPE.get(char, char)):
        if candidate in face.covers:
            return face, candidate
    if unicodedata.category(char) in _UNSEEN - {"Mn", "Me", "Co", "Cn"} or char in _SELECTORS:
        return face, ""
    other = next((font for font in fallback_faces() if char in font.covers), None)
    return other, char
