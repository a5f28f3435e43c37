"""The one style sheet of the program, made from tokens, type and size.

No widget carries a sheet of its own: Qt keeps the old colours of such a sheet after a live switch of the theme
(QTBUG-112966).
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from string import Template

from PySide6.QtGui import QFont

from gcrm.ui.theme.fonts import FACTORS, SEMIBOLD, SEMIBOLD_ROLES, point_size, px
from gcrm.ui.theme.icons import tinted
from gcrm.ui.theme.sheet_controls import CONTROLS
from gcrm.ui.theme.sheet_views import VIEWS
from gcrm.ui.theme.tokens import Tokens

CHIP_KINDS = ("ok", "warn", "bad", "info", "neutral")
_TEXT = """
QLabel { background: transparent; color: $text; }
QLabel:disabled { color: $text3; }
QLabel[role="meta"], QLabel[role="small"], QLabel[role="caption"], QLabel[role="count"] { color: $text2; }
QLabel[role="error"] { color: $bad; font-size: $pt_small; }
QLabel[role="caption"] { text-transform: uppercase; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[tone="ok"] { color: $ok; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="bad"] { color: $bad; }
QLabel[tone="info"] { color: $info; }
QLabel[role="count"][tone="active"] { color: $accent_text; }
"""
# The parts of controls that Qt takes from a file: name, drawing, token.
_DRAWINGS = (
    ("chevron", "chevron-down", "text2"),
    ("chevron_up", "chevron-up", "text2"),
    ("chevron_right", "chevron-right", "text2"),
    ("check", "check", "on_accent"),
    ("minus", "minus", "on_accent"),
    ("x", "x", "text2"),
)
_DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 14"><circle cx="7" cy="7" r="3" fill="{}"/></svg>'


class _Values(dict[str, str]):
    """The names a sheet may use; a length `pxN` is worked out when it is asked for, `halfN` is the radius that
    makes it round: Qt draws a square when a radius is a pixel more than half the box."""

    def __missing__(self, key: str) -> str:
        if key.startswith("px") and key[2:].isdigit():
            return f"{px(int(key[2:]))}px"
        if key.startswith("half") and key[4:].isdigit():
            return f"{px(int(key[4:])) // 2}px"
        raise KeyError(key)


def write_drawings(tokens: Tokens, folder: Path) -> dict[str, str]:
    """Write the small drawings of the controls into `folder`; return name -> path for the sheet."""
    tone = "dark" if tokens.is_dark else "light"
    drawings = {name: tinted(shape, tokens.get(token)) for name, shape, token in _DRAWINGS}
    drawings["dot"] = _DOT.format(tokens.on_accent).encode()
    paths: dict[str, str] = {}
    for name, content in drawings.items():
        path = folder / f"{name}_{tone}.svg"
        if not path.exists():
            path.write_bytes(content)
        paths[f"img_{name}"] = path.as_posix()
    return paths


def _type_rules() -> str:
    """Return size and weight of every role of text."""
    rules = []
    for role in FACTORS:
        weight = f"font-weight: {SEMIBOLD};" if role in SEMIBOLD_ROLES else ""
        rules.append(f'QLabel[role="{role}"] {{ font-size: $pt_{role}; {weight} }}')
    return "\n".join(rules)


def _chip_rules() -> str:
    """Return the rule of each kind of chip."""
    rule = (
        'QLabel[role="chip-{0}"] {{ color: ${0}; background: ${0}_bg; border-radius: $half20; padding: 0 $px8; '
        "min-height: $px20; max-height: $px20; font-size: $pt_caption; font-weight: 600; }}"
    )
    return "\n".join(rule.format(kind) for kind in CHIP_KINDS)


def make_sheet(tokens: Tokens, base: QFont, drawings: dict[str, str]) -> str:
    """Return the style sheet of the application; KeyError when a rule names an unknown value."""
    values = _Values({f.name: str(getattr(tokens, f.name)) for f in fields(tokens)})
    values.update({f"pt_{role}": f"{point_size(role, base)}pt" for role in FACTORS})
    values.update(drawings)
    return Template("\n".join((_TEXT, _type_rules(), _chip_rules(), CONTROLS, VIEWS))).substitute(values)
