"""The command line: `gcrm COMMAND` does without a window what the windows do, each command over one service.

Errors are one sentence on standard error: status 1 could not, 2 wrong use. Every `--json` writes exactly one object
on standard output; docs/cli.md describes them. To add a command: a function in the file of its subject, with a
docstring that is its help (cli/speaking.py), and its name in COMMANDS; what it needs is imported inside it, so that
`gcrm --help` loads nothing.
"""

from __future__ import annotations

import io
import sys
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from gcrm import __version__
from gcrm.cli.office import Office, say_error
from gcrm.cli.speaking import Group
from gcrm.cli.stop_key import StopKey
from gcrm.errors import GcrmError
from gcrm.i18n import LANGUAGES, N_, _, set_language, system_language

# Name of a command → module and function. Loaded when the command is used.
COMMANDS = {
    "import": ("gcrm.cli.exchange", "import_files"),
    "export": ("gcrm.cli.exchange", "export"),
    "cut-over": ("gcrm.cli.cut_over", "cut_over"),
    "find": ("gcrm.cli.contacts", "find"),
    "show": ("gcrm.cli.contacts", "show"),
    "print": ("gcrm.cli.printing", "print_group"),
    "duplicates": ("gcrm.cli.contacts", "duplicates"),
    "postcodes": ("gcrm.cli.places", "postcodes"),
    "caller": ("gcrm.cli.phone", "caller"),
    "telephony": ("gcrm.cli.phone", "telephony"),
    "privacy": ("gcrm.cli.privacy", "privacy"),
    "demo": ("gcrm.cli.care", "demo"),
    "backup": ("gcrm.cli.backup", "backup"),
    "check": ("gcrm.cli.care", "check"),
    "undo": ("gcrm.cli.care", "undo"),
    "upgrade": ("gcrm.cli.upgrade", "upgrade"),
    "office": ("gcrm.cli.known_offices", "office"),
    "dav": ("gcrm.cli.dav", "dav"),
    "remind": ("gcrm.cli.remind", "remind"),
    "outlook": ("gcrm.cli.outlook", "outlook"),
    "server": ("gcrm.cli.server", "server"),
    "team": ("gcrm.cli.team", "team"),
    "tour": ("gcrm.cli.care", "tour"),
}


class LazyGroup(Group):
    """Loads a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of this file."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(module), name)
        return found


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option("--database", metavar="URL", help=N_("Office to work in: a file, or postgresql://USER@HOST/NAME."))
@click.option("--language", type=click.Choice(LANGUAGES), help=N_("Language of texts; the system's by default."))
@click.option("--demo", is_flag=True, help=N_("Open the window on a demo office."))
@click.option(
    "--restored",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("Let a restored office file take the place of the office file, then open the window."),
)
@click.version_option(__version__, prog_name="gCRM", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context, database: str | None, language: str | None, demo: bool, restored: Path | None) -> None:
    """gCRM: customers, chronicle, follow-ups, phone and paper of a small office.

    Without a command the window opens. What a command does, gcrm COMMAND --help says.
    """
    set_language(language or system_language())
    if database is not None and (not database.strip() or database.startswith("-")):
        raise click.UsageError(_("--database takes a file, or postgresql://USER@HOST/NAME."))
    ctx.obj = ctx.with_resource(Office(database, language or ""))
    if ctx.invoked_subcommand is None:
        if demo:
            ctx.obj.fill_demo()
        ctx.exit(ctx.obj.open_window(restored))
    elif demo:
        raise click.UsageError(_("--demo opens the window; it goes without a command."))
    elif restored is not None:
        raise click.UsageError(_("--restored opens the window; it goes without a command."))


def language_named(arguments: list[str]) -> str:
    """Return the language that a command line asks for, "" without one; help and refusals come before it is parsed."""
    words = [word.removeprefix("--language=") for word in arguments if word.startswith("--language=")]
    words += [word for option, word in pairwise(arguments) if option == "--language"]
    return next((word for word in words if word in LANGUAGES), "")


def run_command(arguments: list[str]) -> int:
    """Carry out one command line (without the program's name) and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    set_language(language_named(arguments) or system_language())
    status: Any = StopKey.STATUS
    try:
        with StopKey():
            status = main.main(args=arguments, prog_name="gcrm", standalone_mode=False)
    except click.ClickException as wrong:
        from gcrm.cli.wrong_use import sentence_of

        say_error(sentence_of(wrong))
        return wrong.exit_code
    except GcrmError as problem:
        say_error(problem.sentence)
        return 1
    except click.Abort:
        return StopKey.STATUS
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; nothing is left to say
        return 1
    return status if isinstance(status, int) else 0
