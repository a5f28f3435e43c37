"""The check as a whole: every part in turn in one snapshot, then what is asked to be repaired."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _, ngettext
from gcrm.services.backup import copy_beside
from gcrm.services.check import derived, files, history, state, structure
from gcrm.services.check.repair import repair_all
from gcrm.services.check.report import MOST, REPAIRABLE, Finding, NoBackup, Report
from gcrm.services.database import Database
from gcrm.services.privacy import UNINDEXED
from gcrm.services.team.rights_in_force import unindexed_fields
from gcrm.services.unreachable import is_damage, translated


def check(database: Database, repair: bool = False, *, full: bool = False, has_backup: bool = False) -> Report:
    """Check an office; `full` compares every record with its history instead of a sample.

    `repair` first makes a backup and proves it, of a file as a copy beside it; `has_backup` says that a server was
    backed up another way. Raises NoBackup where that fails, and nothing is repaired.
    """
    if not database.is_owner:
        raise UserError(_("Only the owner of the office sees everything. Check it with the owner's address."))
    findings = list(_look(database, full))
    if not repair or not any(finding.kind in REPAIRABLE for finding in findings):
        return _report(findings)
    copy = _backed_up(database, has_backup)
    repair_all(database, findings)
    left = list(_look(database, full))
    known = {(finding.kind, finding.record) for finding in left}
    done = [replace(f, repaired=True) for f in findings if (f.kind, f.record) not in known]
    return _report([*done, *left], str(copy) if copy else "")


def _backed_up(database: Database, has_backup: bool) -> Path | None:
    """Make the backup before a repair; None where a server has one already."""
    if database.path is not None:
        return copy_beside(database.path, "before-repair")
    if has_backup:
        return None
    from gcrm.services.backup.before_change import back_up

    try:
        return back_up(database.engine, "before-repair")
    except EnvironmentProblem as problem:
        raise NoBackup(problem.sentence, details=problem.details) from problem


def _report(findings: list[Finding], backup: str = "") -> Report:
    """Shorten what was found to what can be read."""
    shown: list[Finding] = []
    counts: dict[tuple[str, bool], int] = {}
    for finding in findings:
        key = (finding.kind, finding.repaired)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= MOST:
            shown.append(finding)
    for (kind, repaired), count in counts.items():
        if count > MOST:
            more = ngettext("{count} more finding of this kind", "{count} more findings of this kind", count - MOST)
            shown.append(Finding(kind, "", more.format(count=count - MOST), repaired))
    done = sum(finding.repaired for finding in findings)
    return Report(done == len(findings), tuple(shown), backup, done)


def _look(database: Database, full: bool) -> Iterator[Finding]:
    """Yield what every part finds; a file that cannot be read ends the look with that finding."""
    try:
        with _snapshot(database) as session:
            broken = list(structure.integrity(session))
            yield from broken
            if broken:
                return
            session.info[UNINDEXED] = unindexed_fields(session)  # another program may have changed what is searched
            yield from structure.references(session)
            yield from structure.triggers(session)
            yield from structure.versions(session)
            yield from history.digests(session)
            yield from history.erasures(session)
            yield from history.seals(session)
            yield from history.unsealed(session)
            yield from state.counts(session)
            yield from state.records(session, full=full)
            yield from files.contents(session)
            yield from derived.search_rows(session)
            yield from derived.keys(session)
            yield from derived.defaults(session)
        yield from derived.full_text(database)
    except EnvironmentProblem as problem:
        if not is_damage(problem.details):
            raise
        yield Finding("integrity", "", structure.damaged(problem.details))


@contextmanager
def _snapshot(database: Database) -> Iterator[Session]:
    """Give a session that sees the office as it is at this moment, whatever others write meanwhile."""
    options = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with (
        translated(database.url),
        database.engine.connect().execution_options(**options) as connection,
        connection.begin(),
        Session(connection, expire_on_commit=False, autoflush=False) as session,
    ):
        yield session
