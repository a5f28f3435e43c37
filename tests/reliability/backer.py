"""Makes backups for ever: `python -m tests.reliability.backer OFFICE FOLDER`; a line for each that is made.

With `--limit BYTES` no file may grow beyond that many bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from gcrm.errors import GcrmError
from gcrm.services.backup.create import create
from gcrm.services.backup.store import Store
from gcrm.services.database import Database
from tests.reliability.saver import limit_files


def main(office: str, folder: Path, limit: int = 0) -> None:
    """Back up until somebody ends it; with a limit, once."""
    engine = Database.at(office).engine
    print("ready", flush=True)
    if limit:
        limit_files(limit)
        for name, store in (("whole", None), ("store", Store(folder))):
            try:
                create(engine, folder / f"{name}.gcrmbackup", store=store)
            except GcrmError as error:
                print("!", error.sentence, flush=True)
        return
    turn = 0
    while True:
        create(engine, folder / f"{turn}.gcrmbackup", store=Store(folder) if turn % 2 else None)
        print(turn, flush=True)
        turn += 1


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
