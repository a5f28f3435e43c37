"""What every command is given: the office to work in, opened when first asked for, and the ways to say something."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import N_, _

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from gcrm.services.contact_list import ContactQuery
    from gcrm.services.database import Database

DEMO_CONTACTS = 300
DEMO_ACTIVITIES = 1500
DEMO_SEED = 7


class Office:
    """The office of this command line; `language` is the one asked for, "" for the system's."""

    def __init__(self, address: str | None, language: str = "") -> None:
        self._address = address
        self._opened: Database | None = None
        self.language = language

    @property
    def address(self) -> str:
        """Return the URL or path of the office; when none was named the one that was open last."""
        from gcrm.services.team.offices import opening_address

        return self._address or opening_address()

    @property
    def database(self) -> Database:
        """Return the open office. Raises UserError or EnvironmentProblem."""
        if self._opened is None:
            from gcrm.services.opening import open_office
            from gcrm.services.team.programs import COMMAND

            self._opened = open_office(self.address, program=COMMAND)
            for sentence in (*self._opened.warnings, self._opened.weaker_than_usual):
                if sentence:
                    say_error(sentence)
        return self._opened

    def query(self, saved: str | None) -> ContactQuery:
        """Return the query of a saved list, that of all contacts without a name. Raises UserError."""
        from gcrm.services import contact_list

        if not saved:
            return contact_list.ContactQuery()
        with self.database.read() as session:
            return contact_list.query_of(contact_list.filter_named(session, saved, self.database.user_id))

    def contact(self, session: Session, number: str) -> int:
        """Return the id of the contact with this number. Raises UserError when there is none."""
        from gcrm.services.contact_data import contact_by_number

        return contact_by_number(session, number)

    def fill_demo(self) -> None:
        """Take the demo office in the data folder, filled when it is new."""
        from gcrm.paths import data_folder

        if self._address is None:
            self._address = str(data_folder() / "demo.gcrm")
        if Path(self._address).exists() or "://" in self._address:
            return
        from gcrm.services import demo

        demo.create(self.database, DEMO_CONTACTS, seed=DEMO_SEED, activities=DEMO_ACTIVITIES)
        demo.add_appointments(self.database)
        self.close()

    def open_window(self, restored: Path | None = None) -> int:
        """Open the window and return the exit status when it is closed; `restored` takes the office's place first."""
        from gcrm.app import run

        if restored is not None and (self._address is None or "://" in self._address):
            raise click.UsageError(_("--restored takes the place of an office file: name that with --database."))
        return run(sys.argv, self._address or "", language=self.language, restored=restored)

    def close(self) -> None:
        """Close the office."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def __enter__(self) -> Office:
        """Begin a command."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End a command."""
        self.close()


def say(text: str) -> None:
    """Write a line on standard output. Raises EnvironmentProblem where that cannot be written."""
    try:
        click.echo(text)
    except BrokenPipeError:
        raise
    except OSError as problem:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left in it would fail again at the end
        raise EnvironmentProblem(
            _("The output cannot be written. Choose another place for it."), details=str(problem)
        ) from problem


def say_error(sentence: str) -> None:
    """Write one sentence on standard error."""
    click.echo(" ".join(sentence.split()), err=True)


def say_json(value: dict[str, Any]) -> None:
    """Write one JSON object on standard output; letters beyond ASCII are escaped where the output is not Unicode."""
    is_unicode = "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()
    say(json.dumps(value, ensure_ascii=not is_unicode))


class LineProgress:
    """Progress on standard error for people who wait at a terminal; silent when nobody looks."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._shown = sys.stderr.isatty()
        self._percent = -1

    def check(self) -> None:
        """Nothing asks a command to stop but Ctrl+C."""

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        """Show how far it is, at most once per percent."""
        percent = done * 100 // total if total else 0
        if self._shown and percent != self._percent:
            self._percent = percent
            click.echo(f"\r{text or self._label} {percent} %", err=True, nl=done >= total > 0)


pass_office: Callable[[Callable[..., Any]], Callable[..., Any]] = click.make_pass_decorator(Office)
json_option = click.option("--json", "as_json", is_flag=True, help=N_("Answer with one JSON object, for programs."))


def count_words(counts: dict[str, int]) -> str:
    """Return "3 created, 1 updated, 0 skipped" in the language in force."""
    words = {"created": _("{count} created"), "updated": _("{count} updated"), "skipped": _("{count} skipped")}
    return ", ".join(words[name].format(count=counts[name]) for name in words)
