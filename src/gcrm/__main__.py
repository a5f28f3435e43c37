"""`gcrm` opens the window; `gcrm COMMAND` works without one."""

from __future__ import annotations

import multiprocessing
import os
import sys


def main() -> int:
    """Start the window when no command is given, else the command line."""
    multiprocessing.freeze_support()
    arguments = sys.argv[1:]
    if not arguments and "_GCRM_COMPLETE" not in os.environ:  # by it a shell asks what can be typed
        from gcrm.app import run

        return run(sys.argv)
    from gcrm.cli import run_command

    return run_command(arguments)


if __name__ == "__main__":
    sys.exit(main())
