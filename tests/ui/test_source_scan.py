"""PySide reads no source of ours while the program loads."""

from __future__ import annotations

import subprocess
import sys

PROBE = "import linecache, gcrm.app, gcrm.services.database; print([n for n in linecache.cache if n.endswith('.py') and 'sqlalchemy' in n])"


def test_no_source_is_read_and_kept_while_modules_load() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
