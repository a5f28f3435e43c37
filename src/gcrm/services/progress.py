"""How far a long work is: told by services, watched by whoever asked for it, and stopped by them."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Hears how far the work is; `check` may raise to stop it, nothing is then written."""

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        """Say that `done` of `total` are done."""

    def check(self) -> None:
        """Stop here when somebody wants to."""


class Silence:
    """A progress that nobody watches."""

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        """Say nothing."""

    def check(self) -> None:
        """Go on."""
