"""What was decided row by row in the import window; it holds while the files are read anew."""

from __future__ import annotations

from collections.abc import Iterable

from gcrm.services.exchange.import_plan import ImportPlan, Line, Rule


class Decisions:
    """Kept by the lines of files; `imported` tells which contact a line became."""

    def __init__(self) -> None:
        self.imported: dict[Line, int] = {}
        self._unwanted: set[Line] = set()
        self._single: dict[Line, Rule] = {}

    def note(self, plan: ImportPlan, places: Iterable[int], rule: Rule) -> None:
        """Note how single duplicates are decided."""
        rows = (plan.rows[place] for place in places)
        self._single |= {plan.line_of(row): rule for row in rows if row.is_duplicate and row.offers(rule)}

    def note_unwanted(self, plan: ImportPlan) -> None:
        """Note what is new and left out by hand."""
        self._unwanted = plan.unwanted()

    def forget_single(self) -> None:
        """Forget how single duplicates were decided: all of them are decided alike now."""
        self._single.clear()

    def repeat(self, plan: ImportPlan) -> None:
        """Decide the rows of a plan as before; what was imported since is here, and is only filled."""
        if self.imported:
            plan.decide(plan.places_of(self.imported), "update")
        if self._unwanted:
            plan.decide(plan.places_of(self._unwanted), "skip")
        open_ones = {line: rule for line, rule in self._single.items() if line not in self.imported}
        for rule in set(open_ones.values()):
            places = plan.places_of({line for line, decided in open_ones.items() if decided == rule})
            rows = ((place, plan.rows[place]) for place in places)
            plan.decide([place for place, row in rows if row.is_duplicate and row.offers(rule)], rule)
