"""User-defined fields: how a value is read, shown, kept as JSON, sorted and checked, by the kind of its field.

An empty field is None everywhere. The kinds are in user_field_kinds.py.
"""

from __future__ import annotations

from decimal import InvalidOperation
from typing import Any

from gcrm.i18n import _
from gcrm.model.checks.finding import Finding, error, hint
from gcrm.model.user_field_kinds import KINDS, Definition, Kind, Place

__all__ = ["KINDS", "Definition", "Kind", "Place", "check", "from_json", "parse", "show", "sort_key", "to_json"]

_LONGEST_TEXT = 500


def parse(definition: Definition, text: str, place: Place) -> Any:
    """Return the value of what was typed, None when nothing was; UserError with a sentence when it does not fit."""
    return KINDS[definition.kind].parse(definition, text, place) if text.strip() else None


def show(definition: Definition, value: Any, place: Place) -> str:
    """Return the value as people read it, "" for an empty field; `parse` reads it again."""
    return "" if value is None else KINDS[definition.kind].show(definition, value, place)


def to_json(definition: Definition, value: Any) -> Any:
    """Return what is kept in the record's `custom` column: one JSON value that databases can compare."""
    return None if value is None else KINDS[definition.kind].to_json(value)


def from_json(definition: Definition, kept: Any) -> Any:
    """Return the value of what was kept; what does not fit any more (the kind was changed) comes back as None."""
    if kept is None or kept == "":
        return None
    try:
        return KINDS[definition.kind].from_json(kept)
    except (ValueError, TypeError, KeyError, InvalidOperation):
        return None


def sort_key(definition: Definition, value: Any) -> str:
    """Return a text whose byte order is the order of values, on every database; empty fields come first."""
    return "" if value is None else KINDS[definition.kind].sort_key(value)


def check(definition: Definition, value: Any) -> Finding:
    """Say in a sentence what is missing or unusual about a value."""
    if value is None or value == () or value == "":
        sentence = _("{label} is required.").format(label=definition.label)
        return error("", sentence) if definition.is_required else Finding("")
    if definition.kind == "text" and len(value) > _LONGEST_TEXT:
        return hint(value, _("This is long for one line; a field for long text shows it better."))
    if definition.kind in ("choice", "choices"):
        return _check_choices(definition, (value,) if isinstance(value, str) else value)
    return Finding(str(value))


def _check_choices(definition: Definition, chosen: tuple[str, ...]) -> Finding:
    """A choice that was taken out of the list later stays with the records that have it."""
    shown = ", ".join(chosen)
    gone = [choice for choice in chosen if choice not in definition.choices]
    if gone:
        return hint(shown, _("{choice} is not in the list any more.").format(choice=gone[0]))
    return Finding(shown)
