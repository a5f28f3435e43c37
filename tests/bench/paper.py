"""Prints per second, against reportlab alone that draws the very same things.

The floor is recorded: what our page toolkit asks of reportlab's canvas is noted once, and replayed on a canvas of
reportlab without measuring, breaking lines or knowing a contact.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from reportlab.pdfgen.canvas import Canvas

from gcrm.services import contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.services.printing import page
from gcrm.services.printing.contact_sheet import print_contact_sheets
from gcrm.services.printing.for_contact import label_options, list_columns, sheet_of
from gcrm.services.printing.label_sheets import find_sheet
from gcrm.services.printing.labels import print_labels
from gcrm.services.printing.lists import print_list
from gcrm.services.printing.sources import list_of, recipients
from tests.bench.lines import Goal, Line
from tests.bench.offices import Bench, opened
from tests.bench.timing import interleaved, median

GOAL = Goal(ratio=1.5)
ROUNDS = 5
SHEETS, LABELS, LISTED = 100, 1400, 2000
Step = tuple[int, str, tuple[Any, ...], dict[str, Any]]


class Recorder:
    """Stands before an object of reportlab and notes every call; `steps` is shared with what calls return."""

    def __init__(self, target: Any, steps: list[Step], number: int = 0) -> None:
        self.__dict__.update(_target=target, _steps=steps, _number=number)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if not callable(found):
            return found

        def call(*values: Any, **named: Any) -> Any:
            made = name == "beginText"
            plain = tuple(_Text(each._number) if isinstance(each, Recorder) else each for each in values)
            self._steps.append((self._number, name, plain, named))
            result = found(*(each._target if isinstance(each, Recorder) else each for each in values), **named)
            return Recorder(result, self._steps, len(self._steps)) if made else result

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._target, name, value)


class _Text(int):
    """A text object in a record: the number of the step that made it."""


def recorded(draw: Callable[[], object]) -> tuple[list[Step], dict[str, Any]]:
    """Return what a print asks of the canvas, and how the canvas is made."""
    steps: list[Step] = []
    options: dict[str, Any] = {}

    def make(target: Any, **named: Any) -> Recorder:
        options.update(named)
        return Recorder(Canvas(target, **named), steps)

    with mock.patch.object(page, "Canvas", make):
        draw()
    return steps, options


def replay(steps: list[Step], options: dict[str, Any], path: Path) -> None:
    """Draw a record on a canvas of reportlab and write the file."""
    canvas = Canvas(io.BytesIO(), **options)
    objects: dict[int, Any] = {0: canvas}
    data = b""
    for place, (number, name, values, named) in enumerate(steps, start=1):
        plain = [objects[each] if type(each) is _Text else each for each in values] if name == "drawText" else values
        result = getattr(objects[number], name)(*plain, **named)
        if name == "beginText":
            objects[place] = result
        elif name == "getpdfdata":
            data = result
    path.write_bytes(data)


def _compare(name: str, draw: Callable[[Path], int]) -> Line:
    """Measure one print against its replay; `draw` returns the number of pages."""
    with tempfile.TemporaryDirectory() as folder:
        ours, floor = Path(folder) / "ours.pdf", Path(folder) / "floor.pdf"
        pages = draw(ours)
        steps, options = recorded(lambda: draw(ours))
        mine, theirs = interleaved(
            [lambda: draw(ours)] * (ROUNDS + 1), [lambda: replay(steps, options, floor)] * (ROUNDS + 1)
        )
        if abs(ours.stat().st_size - floor.stat().st_size) > 200:
            raise ValueError(f"the replay of {name} is another file than the print")
    return Line(name, pages * 1000 / median(mine), pages * 1000 / median(theirs), "pages/s", GOAL, is_rate=True)


def sheets(bench: Bench) -> Iterator[Line]:
    """Contact sheets with all sections and the chronicle, many in one file."""
    with opened(bench.office("sqlite")) as database, database.read() as session:
        wanted = contact_list.ids(session, ContactQuery(), SHEETS)
        prepared = [sheet_of(session, contact) for contact in wanted]
    yield _compare("contact sheets", lambda path: print_contact_sheets(path, prepared).pages)


def labels(bench: Bench) -> Iterator[Line]:
    """Address labels on Avery L7163, fourteen a sheet."""
    with opened(bench.office("sqlite")) as database, database.read() as session:
        everyone = recipients(session, contact_list.ids(session, ContactQuery(), LABELS))
        options = label_options(session, database.home, with_sender=True)
    sheet = find_sheet("L7163")
    yield _compare("labels, L7163", lambda path: print_labels(path, sheet, everyone, options).pages)


def lists(bench: Bench) -> Iterator[Line]:
    """The list of contacts with the columns of the table."""
    with opened(bench.office("sqlite")) as database, database.read() as session:
        wanted = contact_list.ids(session, ContactQuery(), LISTED)
        listing = list_of(session, ContactQuery(), list_columns(session, None), contacts=wanted)
        rows = list(listing.rows)
    from dataclasses import replace

    yield _compare("list of contacts", lambda path: print_list(path, replace(listing, rows=rows)).pages)
