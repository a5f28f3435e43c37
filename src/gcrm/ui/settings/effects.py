"""What a setting does at once, besides being kept. Other settings are heard by whoever uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gcrm.ui.context import Context


def apply(context: Context, key: str, value: Any) -> None:
    """Let a new value take effect on this screen."""
    effect = _EFFECTS.get(key)
    if effect is not None:
        effect(context, value)


def _theme(context: Context, value: Any) -> None:
    context.theme.set_mode(str(value))


def _scale(context: Context, value: Any) -> None:
    """The setting is in percent, 0 for the size of the system."""
    context.theme.set_scale(int(value) / 100 if value else None)


_EFFECTS: Mapping[str, Callable[[Context, Any], None]] = {"ui.theme": _theme, "ui.scale": _scale}
