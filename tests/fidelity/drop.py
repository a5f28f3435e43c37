"""All corpora as one folder into an empty office, as a person drops it: how much comes in, how fast, in what memory."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from gcrm.services.exchange import importer
from gcrm.services.opening import open_office


def drop(folder: Path) -> dict[str, object]:
    """Import a folder with everything and take it back; return what was measured."""
    with tempfile.TemporaryDirectory() as home, closing(open_office(f"{home}/office.gcrm")) as database:
        begin = _seconds()
        plan = importer.preview(database, [folder])
        read = _seconds()
        report = importer.apply(database, plan)
        written = _seconds()
        kept = importer.undo_import(database, report.operation) if report.operation is not None else ()
        counts = plan.counts()
        return {
            "files": sum(path.is_file() for path in folder.rglob("*")),
            "files imported": len(plan.paths) + len(plan.others.calendars) + len(plan.others.mails),
            "files told to be left out": len(plan.refused),
            "contacts": len(report.created),
            "cards that were there already": counts["skip"],
            **report.others.counts(),
            "processor seconds to look": round(read - begin, 1),
            "processor seconds to write": round(written - read, 1),
            "processor seconds to take back": round(_seconds() - written, 1),
            "contacts left after the undo": len(kept),
            "MB of memory": _memory(),
            "MB of the reading process": _memory(children=True),
        }


def _seconds() -> float:
    """Return the processor time of this process and of those that ended: other work on the machine does not count."""
    return sum(os.times()[:4])


def _memory(*, children: bool = False) -> int:
    """Return the most memory that this process or its children had, in MB; 0 where nobody tells."""
    if sys.platform != "linux":
        return 0
    import resource

    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    return resource.getrusage(who).ru_maxrss // 1000
