"""What a measurement comes to: one line with ours, floor, ratio and goal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

HEAD = ("line", "ours", "floor", "unit", "ratio", "goal", "met")


@dataclass(frozen=True, slots=True)
class Goal:
    """What must be kept: `ratio` to the floor, `most` of ours in the line's unit, `above` the floor in that unit."""

    ratio: float | None = None
    most: float | None = None
    above: float | None = None

    def text(self, unit: str) -> str:
        """Return the goal as it stands in the table."""
        parts = []
        if self.ratio is not None:
            parts.append(f"≤ {self.ratio:g} ×")
        if self.most is not None:
            parts.append(f"≤ {self.most:g} {unit}")
        if self.above is not None:
            parts.append(f"≤ +{self.above:g} {unit}")
        return ", ".join(parts)

    def is_met(self, ours: float, ratio: float | None, floor: float | None) -> bool:
        """Tell whether every part is kept."""
        kept = self.ratio is None or (ratio is not None and ratio <= self.ratio)
        kept = kept and (self.most is None or ours <= self.most)
        return kept and (self.above is None or (floor is not None and ours - floor <= self.above))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. Where more is better (pages/s), `is_rate` turns the ratio round."""

    name: str
    ours: float
    floor: float | None
    unit: str
    goal: Goal
    is_rate: bool = False

    @property
    def ratio(self) -> float | None:
        """Return how many times the floor ours costs; None without a floor."""
        if not self.floor or not self.ours:
            return None
        return self.floor / self.ours if self.is_rate else self.ours / self.floor

    @property
    def met(self) -> bool:
        """Tell whether the goal is kept."""
        return self.goal.is_met(self.ours, self.ratio, self.floor)

    def as_json(self) -> dict[str, Any]:
        """Return the line as `--json` gives it."""
        return {
            "name": self.name,
            "ours": _rounded(self.ours),
            "floor": None if self.floor is None else _rounded(self.floor),
            "unit": self.unit,
            "ratio": None if self.ratio is None else _rounded(self.ratio),
            "goal": self.goal.text(self.unit),
            "met": self.met,
        }

    def cells(self) -> tuple[str, ...]:
        """Return the line as texts for the table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        floor = "" if self.floor is None else f"{_rounded(self.floor):g}"
        goal = self.goal.text(self.unit)
        return self.name, f"{_rounded(self.ours):g}", floor, self.unit, ratio, goal, "yes" if self.met else "NO"


def _rounded(value: float) -> float:
    """Return a value with four significant digits."""
    return float(f"{value:.4g}")


def table_row(cells: Iterable[str]) -> str:
    """Return one row of the table on the terminal."""
    widths = (62, 9, 9, 12, 9, 18, 4)
    texts = list(cells)
    aligned = [texts[0].ljust(widths[0]), texts[1].rjust(widths[1]), texts[2].rjust(widths[2])]
    aligned += [texts[3].ljust(widths[3]), texts[4].rjust(widths[4]), texts[5].ljust(widths[5]), texts[6]]
    return "  ".join(aligned)


def as_json(lines: Iterable[Line]) -> str:
    """Return all lines as the one object of `--json`."""
    return json.dumps({"lines": [line.as_json() for line in lines]}, ensure_ascii=False)
