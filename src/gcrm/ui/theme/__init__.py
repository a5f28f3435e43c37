"""How gCRM looks: colour tokens, type, icons and the one application style sheet.

`Theme().apply(app)` dresses the whole program; a widget says only what it is: `set_role(label, "title")`.
Whoever paints by hand asks `color("text2")`, `px(16)` and `role_font("small")` while painting, never before:
then a switch between light and dark needs no further care.
"""

from __future__ import annotations

from gcrm.ui.theme.fonts import px, role_font
from gcrm.ui.theme.icons import icon
from gcrm.ui.theme.palette import color
from gcrm.ui.theme.roles import set_role, set_state
from gcrm.ui.theme.theme import Mode, Theme
from gcrm.ui.theme.tokens import Tokens, avatar_color, current

__all__ = [
    "Mode",
    "Theme",
    "Tokens",
    "avatar_color",
    "color",
    "current",
    "icon",
    "px",
    "role_font",
    "set_role",
    "set_state",
]
