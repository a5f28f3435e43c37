"""PySide reads no source of ours while the program loads."""

from __future__ import annotations

import subprocess
import sys

PROBE = """
import linecache, gcrm.app, gcrm.services.database
print([name for name in linecache.cache if name.endswith('.py') and 'sqlalchemy' in name])
"""


def test_no_source_is_read_and_kept_while_modules_load() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
