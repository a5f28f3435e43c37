"""The tour: a walk through the real program without a display, with keys and clicks, over a demo office.

Every step does what a person would do, looks at what came of it in the window, in the database or in the PDF, and says
in one line what was found. The first step that does not do what it says ends the tour with status 1.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.errors import EnvironmentProblem, GcrmError
from gcrm.i18n import _

if TYPE_CHECKING:
    from gcrm.tour.steps import Tour


def take_tour(folder: Path, *, language: str = "") -> int:
    """Take the tour; pictures and PDFs go into `folder`. Return 0 when every step did what it says."""
    office = _prepare(folder)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["GCRM_DATA"] = str(folder / "data")
    from gcrm.tour.steps import Tour

    tour = Tour(folder, office, language)
    try:
        return _walk(tour, folder)
    finally:
        tour.close()


def _prepare(folder: Path) -> Path:
    """Make the folder with what an earlier tour left taken away; return where the office will lie."""
    try:
        for part in ("data", "pictures", "prints"):
            shutil.rmtree(folder / part, ignore_errors=True)
            (folder / part).mkdir(parents=True)
    except OSError as error:
        sentence = _("The folder {folder} cannot be written. Choose another one.")
        raise EnvironmentProblem(sentence.format(folder=folder), details=str(error)) from error
    return folder / "data" / "tour.gcrm"


def _walk(tour: Tour, folder: Path) -> int:
    """Take all steps; say what each found."""
    for number, step in enumerate(tour.steps(), 1):
        began = time.perf_counter()
        try:
            found = step()
        except GcrmError as problem:
            _say(f"{number}. {problem.sentence}")
            tour.picture("failed")
            print(
                _("The tour ended here: step {number} did not do what it says.").format(number=number), file=sys.stderr
            )
            return 1
        _say(f"{number}. {found} ({time.perf_counter() - began:.1f} s)")
    _say(_("Screenshots: {folder}").format(folder=(folder / "pictures").resolve()))
    _say(_("PDF files: {folder}").format(folder=(folder / "prints").resolve()))
    return 0


def _say(line: str) -> None:
    """Write a line at once."""
    print(line, flush=True)
