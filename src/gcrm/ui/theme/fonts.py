"""Sizes of type and of space, all derived from one base: the application font.

Type has seven roles and two weights. Space is told in pixels at 100 % and grows with the type: `px(32)`.
"""

from __future__ import annotations

import sys
from typing import ClassVar

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

FACTORS = {
    "caption": 0.85,
    "small": 0.92,
    "body": 1.0,
    "section": 1.15,
    "key_figure": 1.38,
    "title": 1.54,
    "input": 1.23,
}
SEMIBOLD_ROLES = frozenset({"caption", "section", "key_figure", "title"})
REGULAR = 400
SEMIBOLD = 600
BASE_PX = 13.0
_POINTS_PER_PX = 1.0 if sys.platform == "darwin" else 0.75
# The size each desktop gives its interface font at 100 %, in px: Segoe UI 9 pt, SF 13 pt, 10 pt on Linux.
_NOMINAL_PX = {"win32": 12.0, "darwin": 13.0}
_NOMINAL_PX_ELSEWHERE = 40 / 3
SCALES = (1.0, 1.5)


class _InForce:
    """The size of everything on screen, and the fonts of the roles; one per process: there is one application."""

    scale = 1.0
    base: QFont | None = None
    roles: ClassVar[dict[tuple[str, bool | None], QFont]] = {}


def set_scale(scale: float) -> None:
    """Put another size in force; only `Theme` calls this."""
    _InForce.scale = scale


def px(size: float) -> int:
    """Return a length of the design (pixels at 100 %) in the pixels of the size in force."""
    return round(size * _InForce.scale)


def system_scale(system: QFont) -> float:
    """Return how much larger than usual the desktop sets its text, between 1.0 and 1.5."""
    size = system.pointSizeF() / _POINTS_PER_PX if system.pointSizeF() > 0 else float(system.pixelSize())
    low, high = SCALES
    return min(high, max(low, size / _NOMINAL_PX.get(sys.platform, _NOMINAL_PX_ELSEWHERE)))


def base_font(system: QFont, scale: float) -> QFont:
    """Return the font of the program: 13 px times `scale`, Inter on Linux when it is installed."""
    font = QFont(system)
    if sys.platform not in _NOMINAL_PX and QFontDatabase.hasFamily("Inter"):
        font.setFamilies(["Inter"])
    font.setWeight(QFont.Weight.Normal)
    font.setPointSizeF(round(BASE_PX * _POINTS_PER_PX * scale, 2))
    return font


def point_size(role: str, base: QFont) -> float:
    """Return the size of a role in points."""
    return round(base.pointSizeF() * FACTORS[role], 2)


def role_font(role: str, *, semibold: bool | None = None) -> QFont:
    """Return the font of a role, for painting; `semibold` overrides the weight of the role."""
    base = QGuiApplication.font()
    if base != _InForce.base:
        _InForce.base = base
        _InForce.roles.clear()
    key = (role, semibold)
    if key not in _InForce.roles:
        _InForce.roles[key] = _made(base, role, semibold)
    return QFont(_InForce.roles[key])


def _made(base: QFont, role: str, semibold: bool | None) -> QFont:
    font = QFont(base)
    font.setPointSizeF(point_size(role, font))
    strong = role in SEMIBOLD_ROLES if semibold is None else semibold
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    if role == "caption":
        font.setCapitalization(QFont.Capitalization.AllUppercase)
    return font
