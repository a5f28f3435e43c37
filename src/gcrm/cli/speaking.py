"""Help in the user's language: commands and groups that translate what is said of them when somebody reads it.

The help of a command is the docstring of its function, paragraph by paragraph; that of an option stands in N_().
packaging/update_catalogues.py collects both. Words in capitals for what is to be filled in join PLACEHOLDERS.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import click

from gcrm.i18n import N_, _

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PLACEHOLDERS = (
    N_("ACCOUNT"), N_("ADDRESS"), N_("ARGS"), N_("CODE"), N_("COMMAND"), N_("DAY"), N_("FIELDS"), N_("FILE"),
    N_("FILES"), N_("FOLDER"), N_("GROUP"), N_("ID"), N_("LIST"), N_("LOGIN"), N_("MINUTES"), N_("N"), N_("NAME"),
    N_("NEW_NAME"), N_("NUMBER"), N_("OPTIONS"), N_("PLACE"), N_("RIGHT"), N_("TABLE"), N_("TARGET"), N_("TEXT"),
    N_("URL"), N_("WORD"), N_("WORDS"),
)  # fmt: skip
CLICKS = (N_("Options"), N_("Commands"), N_("Show this message and exit."), N_("Show the version and exit."))
"""What click itself says in the help."""


def placeholders(text: str) -> str:
    """Translate the words to be filled in: "[FILES]..." in a usage, "--output FILE" at an option."""
    return re.sub(r"[A-Z][A-Z_]*", lambda found: _(found[0]) if found[0] in PLACEHOLDERS else found[0], text)


def paragraphs(text: str | None) -> list[str]:
    """Return the paragraphs of a docstring, each in one line, in the language in force."""
    lines = (" ".join(part.split()) for part in re.split(r"\n\s*\n", inspect.cleandoc(text or "")))
    return [_(line) for line in lines]


def in_range(kind: click.ParamType[Any]) -> str:
    """Say which numbers an option takes, "" where it takes any, or other things."""
    if not isinstance(kind, click.IntRange | click.FloatRange) or kind.min is None:
        return ""
    if kind.max is None:
        return _("at least {first}").format(first=kind.min)
    return _("from {first} to {last}").format(first=kind.min, last=kind.max)


class Formatter(click.HelpFormatter):
    """Writes usage and headings in the language in force."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that says how a command is called."""
        super().write_usage(prog, placeholders(args), prefix or _("Usage:") + " ")

    def write_heading(self, heading: str) -> None:
        """Write what comes next."""
        super().write_heading(_(heading))


class Context(click.Context):
    """What one call of a command knows."""

    formatter_class = Formatter


class Spoken(click.Command):
    """What commands and groups have in common: help, and refusals, in the language in force."""

    context_class = Context
    allow_extra_args = True  # refused below, in our words

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line. Raises UsageError where it names too much, or no command."""
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as wrong:
            wrong.ctx = wrong.ctx or ctx
            raise
        help_ = f"{ctx.command_path} --help"
        if ctx.resilient_parsing or (isinstance(self, click.Group) and (rest or self.invoke_without_command)):
            return rest
        if isinstance(self, click.Group):
            sentence = _("{command} needs a command after it. {help} lists them.")
            raise click.UsageError(sentence.format(command=ctx.command_path, help=help_), ctx)
        if rest:
            sentence = _("{command} has no use for “{words}”. {help} says what it takes.")
            raise click.UsageError(sentence.format(command=ctx.command_path, words=" ".join(rest), help=help_), ctx)
        return rest

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first paragraph, whole."""
        return paragraphs(self.help)[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        for text in paragraphs(self.help):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(text)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options; a group goes on with its commands."""
        rows = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if isinstance(param, click.Option) and record is not None:
                rows.append((placeholders(record[0]), self._words(param, ctx)))
        with formatter.section("Options"):
            formatter.write_dl(rows)

    def _words(self, option: click.Option, ctx: click.Context) -> str:
        """Return what an option does, and what is to be known of its value."""
        default = option.get_help_extra(ctx).get("default", "")
        notes = [
            _("default: {default}").format(default=default) if default else "",
            in_range(option.type) if getattr(option.type, "max", None) else "",
            _("required") if option.required else "",
            _("may be repeated") if option.multiple else "",
        ]
        help_, told = option.help or "", "; ".join(filter(None, notes))
        return "  ".join(filter(None, (_(help_), f"[{told}]" if told else "")))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what can go on here, with its help."""
        found = super().shell_complete(ctx, incomplete)
        for item in found:
            item.help = _(item.help) if item.help else None
        return found


class Command(Spoken):
    """A command that speaks the language in force."""


class Group(click.Group, Spoken):
    """A group of commands that speaks the language in force; its commands do as well."""

    command_class = Command
    group_class = type

    def __init__(self, *parts: Any, **more: Any) -> None:
        """Make a group; without a command it says that one is needed, as any wrong use is said."""
        super().__init__(*parts, **{"no_args_is_help": False, **more})
