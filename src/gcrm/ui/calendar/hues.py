"""The colour of each colleague in the calendar, made of the tokens: a strong edge and a quiet ground to write on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor

from gcrm.ui.theme import color
from gcrm.ui.theme.palette import qcolor
from gcrm.ui.theme.tokens import AVATARS, current

TONES = {"birthday": "ok", "follow_up": "warn", "due": "warn", "overdue": "bad"}
"""Kind of entry → token, for entries that belong to nobody's calendar."""
_GROUND = 0.14
_GROUND_DARK = 0.30
_LIGHTER = 0.35


def mixed(upper: QColor, lower: QColor, share: float) -> QColor:
    """Return a colour laid thinly over another."""
    rest = 1 - share
    return QColor.fromRgbF(
        share * upper.redF() + rest * lower.redF(),
        share * upper.greenF() + rest * lower.greenF(),
        share * upper.blueF() + rest * lower.blueF(),
    )


class Hues:
    """Gives each user one of the colours of the avatars, the same in every session."""

    def __init__(self, users: Sequence[int] = ()) -> None:
        self._places = {user: place for place, user in enumerate(users)}

    def edge(self, user: int | None, kind: str = "appointment") -> QColor:
        """Return the strong colour of an entry."""
        if kind in TONES:
            return color(TONES[kind])
        if user is None or user not in self._places:
            return color("neutral")
        strong = qcolor(AVATARS[self._places[user] % len(AVATARS)])
        return mixed(color("text"), strong, _LIGHTER) if current().is_dark else strong

    def ground(self, user: int | None, kind: str = "appointment") -> QColor:
        """Return the quiet colour behind the text of an entry."""
        if kind in TONES:
            return color(f"{TONES[kind]}_bg")
        return mixed(self.edge(user, kind), color("surface"), _GROUND_DARK if current().is_dark else _GROUND)
