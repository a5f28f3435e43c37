"""The trail of places, for Back and Forward."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

Place = tuple[str, str]
LENGTH = 200


class Trail:
    """Where the user was: going somewhere new cuts off what lay ahead; the same place twice counts once."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1
        self._is_paused = False

    def go(self, place: Place) -> None:
        """Note a new place."""
        if self._is_paused or (self._at >= 0 and self._places[self._at] == place):
            return
        self._places = [*self._places[: self._at + 1], place][-LENGTH:]
        self._at = len(self._places) - 1

    def can_go_back(self) -> bool:
        """Whether there is a place before this one."""
        return self._at > 0

    def can_go_forward(self) -> bool:
        """Whether there is a place after this one."""
        return self._at + 1 < len(self._places)

    def back(self) -> Place | None:
        """Step back and return the place, None at the beginning."""
        return self._step(-1) if self.can_go_back() else None

    def forward(self) -> Place | None:
        """Step forward and return the place, None at the end."""
        return self._step(1) if self.can_go_forward() else None

    def _step(self, by: int) -> Place:
        self._at += by
        return self._places[self._at]

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Show places without noting them."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False
