"""The QPalette made from the tokens, for everything that the sheet does not reach."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor, QPalette

from gcrm.ui.theme.tokens import Tokens, current

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "window",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "bad",
    QPalette.ColorRole.Light: "raised",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "field",
    QPalette.ColorRole.Shadow: "field",
    QPalette.ColorRole.Highlight: "sel",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent_text",
    QPalette.ColorRole.LinkVisited: "accent_text",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
}
_TEXT_ROLES = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)


@lru_cache(maxsize=256)
def qcolor(value: str) -> QColor:
    """Return the colour of a token value."""
    return QColor(value)


def color(name: str) -> QColor:
    """Return the colour of the token `name` as it is on screen now; ask while painting."""
    return qcolor(current().get(name))


def make_palette(tokens: Tokens) -> QPalette:
    """Return the palette of a set of tokens; disabled text is text3, never see-through."""
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, qcolor(tokens.get(name)))
    for role in _TEXT_ROLES:
        palette.setColor(QPalette.ColorGroup.Disabled, role, qcolor(tokens.text3))
    return palette
