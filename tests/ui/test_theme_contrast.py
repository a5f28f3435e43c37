"""Every pair of tokens that meets on screen, against WCAG 2.2: 1.4.3 (text) and 1.4.11 (controls, icons, focus)."""

from __future__ import annotations

import pytest

from gcrm.ui.theme.tokens import AVATARS, DARK, LIGHT, ON_AVATAR, Tokens

SURFACES = ("window", "sidebar", "surface", "raised")
TEXT_PAIRS = [(text, ground) for text in ("text", "text2", "text3") for ground in SURFACES]
TEXT_PAIRS += [(text, ground) for text in ("text", "text2") for ground in ("hover", "sel")]
TEXT_PAIRS += [(kind, f"{kind}_bg") for kind in ("ok", "warn", "bad", "info", "neutral")]
TEXT_PAIRS += [("text", f"{kind}_bg") for kind in ("ok", "warn", "bad", "info")]
TEXT_PAIRS += [(kind, ground) for kind in ("ok", "warn", "bad", "info") for ground in ("surface", "window", "raised")]
TEXT_PAIRS += [("bad", "sel"), ("bad", "hover"), ("on_accent", "accent"), ("on_accent", "accent_text")]
TEXT_PAIRS += [("accent_text", ground) for ground in (*SURFACES, "accent_soft")]
SHAPE_PAIRS = [(shape, ground) for shape in ("text3", "focus", "accent") for ground in SURFACES]
SHAPE_PAIRS += [("field", ground) for ground in ("window", "surface", "raised")]  # not on the sidebar: text3 there
SHAPE_PAIRS += [("focus", ground) for ground in ("accent_soft", "sel", "hover")]
SHAPE_PAIRS += [(kind, f"{kind}_bg") for kind in ("ok", "warn", "bad", "info")]
SHAPE_PAIRS += [("text2", ground) for ground in (*SURFACES, "hover", "sel")]


def luminance(value: str) -> float:
    """Return the relative luminance of #RRGGBB (WCAG 2.2, definitions)."""
    parts = [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_the_known_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(tokens.get(text), tokens.get(ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_borders_icons_and_focus_can_be_seen(tokens: Tokens, shape: str, ground: str) -> None:
    assert contrast(tokens.get(shape), tokens.get(ground)) >= 3.0


@pytest.mark.parametrize("value", AVATARS)
def test_initials_can_be_read(value: str) -> None:
    assert contrast(ON_AVATAR, value) >= 4.5
