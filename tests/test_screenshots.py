"""The pictures of windows: one that was taken must not stand in the way of the next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ONES = ("main window, table", "palette", "table", "table, columns")
CODE = """
import sys
from pathlib import Path
from tests.screenshots import Camera, make_office, registered

folder = Path(sys.argv[1])
camera = Camera(folder)
registered(camera, make_office(folder), tuple(sys.argv[2:]))
print(*camera.failed, sep="\\n")
"""


def test_a_window_is_taken_after_a_main_window_that_is_gone(tmp_path: Path) -> None:
    words = [sys.executable, "-c", CODE, str(tmp_path), *ONES]
    done = subprocess.run(words, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    assert len(list(tmp_path.glob("window_*.png"))) == len(ONES)
