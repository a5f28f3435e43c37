"""Giving somebody what is kept about them: to read and print, for machines, and the files, as a folder or a zip.

index.html   the page: every record in words
answer.pdf   the same on paper, under the letterhead of the office
data.json    {"format": 1, "subject", "name", "number", "office", "taken_at", "is_whole",
              "records": {table: [row, …]}, "history": [change, …],
              "files": [{"attachment", "path", "name", "sha256"}, …]}
files/       the contents of files under safe names
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _, current_language, ngettext
from gcrm.services import attachment
from gcrm.services.activity import note_program_action
from gcrm.services.atomic_file import problem_of, replacing
from gcrm.services.database import Database
from gcrm.services.file_safety import safe_name
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.dossier import Dossier, Section, dossier
from gcrm.services.personal_data.paper import letterhead, write
from gcrm.services.personal_data.words import DATA, head_lines, history_line
from gcrm.services.progress import Progress, Silence
from gcrm.services.showing import show_instant
from gcrm.services.unit_of_work import unit_of_work

FORMAT = 1
PAGE, PAPER, FILES = "index.html", "answer.pdf", "files"
_STYLE = (
    "body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em;line-height:1.4}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1em}td{border-bottom:1px solid silver;padding:.3em .6em;"
    "vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}td:first-child{color:dimgray;width:14em}"
    "h2{margin-top:2em}p.meta{color:dimgray}"
)


def give(database: Database, subject: Subject, target: Path, progress: Progress | None = None) -> Dossier:
    """Write everything about somebody to `target`: a .zip, a .html page or .pdf alone, or a new folder; return it.

    The chronicle of a contact notes that it was given. Raises UserError without the right to export and where the
    folder is not empty, EnvironmentProblem where the disk refuses; a file appears whole or not at all.
    """
    for module in ("contacts", "files"):
        database.rights.require(module, "export")
    watched, found = progress or Silence(), dossier(database, subject)
    if target.suffix.lower() in (".html", ".htm"):
        with replacing(target) as file:
            file.write(page(found).encode("utf-8", "replace"))
    elif target.suffix.lower() == ".pdf":
        with database.read() as session:
            head = letterhead(session)
        write(target, found, head)
    elif target.suffix.lower() == ".zip":
        with _telling(target), TemporaryDirectory(prefix="gcrm-") as scratch:
            _fill(database, found, Path(scratch), watched)
            with replacing(target) as file, ZipFile(file, "w", ZIP_DEFLATED) as packed:
                for path in sorted(Path(scratch).rglob("*")):
                    packed.write(path, path.relative_to(scratch).as_posix())
    else:
        with _telling(target):
            _refuse_full(target)
            target.mkdir(parents=True, exist_ok=True)
            _fill(database, found, target, watched)
    _note(database, subject)
    return found


def _refuse_full(target: Path) -> None:
    """Refuse a folder in which something lies."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UserError(_("“{name}” is not an empty folder. Choose another name.").format(name=target.name))


@contextmanager
def _telling(target: Path) -> Iterator[None]:
    """Say in words what the disk refuses."""
    try:
        yield
    except OSError as error:
        raise problem_of(error, target.name) from error


def _fill(database: Database, found: Dossier, folder: Path, progress: Progress) -> None:
    """Write page, data and files into a folder."""
    names: dict[int, str] = {}
    told = []
    with database.read() as session:
        for done, file in enumerate(found.files):
            progress.check()
            progress.report(done, len(found.files))
            told.append(_write_file(session, file, folder, names))
        head = letterhead(session)
    write(folder / PAPER, found, head, names)
    (folder / PAGE).write_bytes(page(found, names).encode("utf-8", "replace"))
    data = {
        "format": FORMAT, "subject": found.subject.table, "name": found.name, "number": found.number,
        "office": found.office, "taken_at": found.taken_at.isoformat(), "is_whole": found.is_whole,
        "records": found.rows, "history": found.history, "files": told,
    }  # fmt: skip
    (folder / DATA).write_text(json.dumps(data, ensure_ascii=True, indent=1), encoding="ascii")


def _write_file(session: Session, file: int, folder: Path, names: dict[int, str]) -> dict[str, object]:
    """Write the content of one file and return what is told of it."""
    row = attachment.stored(session, file)
    (folder / FILES).mkdir(exist_ok=True)
    name = f"{file}-{safe_name(row.name)}"
    attachment.write_to(session, file, folder / FILES / name)
    names[file] = f"{FILES}/{name}"
    return {"attachment": file, "path": names[file], "name": row.name, "sha256": row.sha256}


def _note(database: Database, subject: Subject) -> None:
    """Note in the chronicle that the data was given, where whoever works may write there."""
    if subject.table == "contact" and database.rights.may("activities", "create"):
        with unit_of_work(database, N_("Personal data disclosed"), kind="system") as work:
            note_program_action(work, subject.id, "export", _("Personal data disclosed (GDPR Art. 15)"))


# --- the page ---------------------------------------------------------------------------------------------------
def page(found: Dossier, files: dict[int, str] | None = None) -> str:
    """Return the readable page; `files` are the places of contents that lie beside it."""
    title = escape(_("What is kept about {name}").format(name=found.name))
    head = f'<!DOCTYPE html><html lang="{current_language()}"><head><meta charset="utf-8"><title>{title}</title>'
    return f"{head}<style>{_STYLE}</style></head><body><h1>{title}</h1>{body(found, files)}</body></html>\n"


def body(found: Dossier, files: dict[int, str] | None = None, *, most: int = 0) -> str:
    """Return what stands on the page below its title; `most` rows of a kind where it is not 0."""
    parts = [f'<p class="meta">{escape(line)}</p>' for line in head_lines(found)]
    for section in found.sections:
        parts += _section(section, files or {}, most)
    return "".join([*parts, *_changes(found)])


def _section(section: Section, files: dict[int, str], most: int) -> Iterator[str]:
    """Yield the rows of one kind, each a small table."""
    yield f"<h2>{escape(section.title)}</h2>"
    shown = section.entries[:most] if most else section.entries
    for entry in shown:
        yield '<table width="100%" cellpadding="3">'
        for fact in entry.facts:
            yield _row(fact.label, escape(fact.text))
        if entry.made_at is not None:
            yield _row(_("Recorded on"), escape(show_instant(entry.made_at)))
        if entry.file in files:
            place = escape(files[entry.file], quote=True)
            yield _row(_("Content"), f'<a href="{place}">{place}</a>')
        yield "</table>"
    left = len(section.entries) - len(shown)
    if left:
        more = ngettext("{count} more stands in the file", "{count} more stand in the file", left)
        yield f"<p>{escape(more.format(count=left))}</p>"


def _row(label: str, inside: str) -> str:
    return f'<tr><td width="30%">{escape(label)}</td><td>{inside}</td></tr>'


def _changes(found: Dossier) -> Iterator[str]:
    """Yield what is said of the history."""
    for line in history_line(found):
        yield f"<h2>{escape(_('History'))}</h2><p>{escape(line)}</p>"
