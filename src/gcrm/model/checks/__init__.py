"""Checks of what people type: each `check(text, ...)` returns a `Finding` with the tidy value and one sentence.

No check stops anybody from saving: a hint says "unusual", an error says "cannot be right as it stands". To add a
check, write a module with a function `check` and, where a field kind should use it, name it where kinds are bound.
"""

from gcrm.model.checks.finding import Finding, Level

__all__ = ["Finding", "Level"]
