"""The colours of gCRM, each told once. Nothing else in the program names a colour by number.

A new colour: one field in `Tokens`, one value in LIGHT and DARK, and its pairs in tests/ui/test_theme_contrast.py.
Ratios follow WCAG 2.2, 1.4.3 (text 4.5 : 1) and 1.4.11 (controls, icons and focus 3 : 1).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """One set of colours, each as #RRGGBB."""

    window: str
    sidebar: str
    surface: str
    raised: str
    line: str
    field: str
    text: str
    text2: str
    text3: str
    accent: str
    on_accent: str
    accent_text: str
    accent_soft: str
    sel: str
    hover: str
    focus: str
    ok: str
    ok_bg: str
    warn: str
    warn_bg: str
    bad: str
    bad_bg: str
    info: str
    info_bg: str
    neutral: str
    neutral_bg: str
    is_dark: bool = False

    def get(self, name: str) -> str:
        """Return the colour called `name`; KeyError when there is none."""
        if name not in self.__dataclass_fields__ or name == "is_dark":
            raise KeyError(name)
        return str(getattr(self, name))


LIGHT = Tokens(
    window="#F4F5F7", sidebar="#ECEEF2", surface="#FFFFFF", raised="#FFFFFF",
    line="#DDE1E7", field="#868E9B",
    text="#1B1F24", text2="#535C68", text3="#626C79",
    accent="#2459D6", on_accent="#FFFFFF", accent_text="#1F4FC0", accent_soft="#E3EBFD",
    sel="#DCE6FC", hover="#E2E5EA", focus="#2459D6",
    ok="#176B33", ok_bg="#DDF3E4", warn="#7F4B00", warn_bg="#FFEFD1",
    bad="#AD211A", bad_bg="#FCE2E0", info="#0B549E", info_bg="#DDEBFC",
    neutral="#434B56", neutral_bg="#E8EBEF",
)  # fmt: skip

DARK = Tokens(
    window="#17191E", sidebar="#111317", surface="#1F2228", raised="#262A31",
    line="#30353D", field="#77818F",
    text="#E7E9EC", text2="#A9B1BC", text3="#959EAB",
    accent="#7FA6FF", on_accent="#0D1528", accent_text="#9DBBFF", accent_soft="#22304F",
    sel="#263A66", hover="#292D34", focus="#7FA6FF",
    ok="#7FE0A1", ok_bg="#14361F", warn="#F5C36C", warn_bg="#3A2B0D",
    bad="#FF9F97", bad_bg="#471C1C", info="#95C6FE", info_bg="#14304F",
    neutral="#C4CBD5", neutral_bg="#2C3139",
    is_dark=True,
)  # fmt: skip

AVATARS = ("#2459D6", "#0B7A75", "#8A4B08", "#7A3E9D", "#A12B5B", "#3D6B1F", "#4B5A6B")
ON_AVATAR = "#FFFFFF"
SHADOW = "#59000000"
"""35 % black as #AARRGGBB, under the palette and the call pop-up only."""


class _InForce:
    """The tokens on screen; one per process because there is one application."""

    tokens = LIGHT


def current() -> Tokens:
    """Return the tokens on screen now."""
    return _InForce.tokens


def set_current(tokens: Tokens) -> None:
    """Put other tokens in force; only `Theme` calls this."""
    _InForce.tokens = tokens


def avatar_color(name: str) -> str:
    """Return the circle colour of a name: the same on every computer and in every session."""
    return AVATARS[zlib.crc32(name.strip().casefold().encode()) % len(AVATARS)]
