"""Several steps of which each is saved by itself: tried again, they go on where they were broken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Steps:
    """A function for `Tasks.write` that carries out one step after the other and returns what the last one returned."""

    def __init__(self, *steps: Callable[[], Any]) -> None:
        self._steps = list(steps)
        self._done = 0

    def add(self, step: Callable[[], Any]) -> Steps:
        """Put a step at the end."""
        self._steps.append(step)
        return self

    def __call__(self) -> Any:
        """Carry out the steps that are left."""
        result = None
        while self._done < len(self._steps):
            result = self._steps[self._done]()
            self._done += 1
        return result
