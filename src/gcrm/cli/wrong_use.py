"""What is wrong with a command line, in a sentence or two in the language in force, in place of click's own."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import click

from gcrm.cli.speaking import in_range, placeholders
from gcrm.i18n import _


def sentence_of(wrong: click.ClickException) -> str:
    """Return what is wrong and what to do."""
    context = wrong.ctx if isinstance(wrong, click.UsageError) else None
    if context is None:
        return wrong.format_message()
    if isinstance(wrong, click.NoSuchOption):
        options = [name for param in context.command.params for name in (*param.opts, *param.secondary_opts)]
        return _unknown(context, _("There is no option {name}."), wrong.option_name, options)
    if isinstance(wrong, click.NoSuchCommand):
        names = context.command.list_commands(context) if isinstance(context.command, click.Group) else []
        return _unknown(context, _("There is no command {name}."), wrong.command_name, names)
    if isinstance(wrong, click.BadOptionUsage):
        return _without_value(context, wrong.option_name)
    if isinstance(wrong, click.BadParameter) and wrong.param is not None:
        if isinstance(wrong, click.MissingParameter):
            return _missing(context, wrong.param)
        return _bad_value(wrong.param) or wrong.format_message()
    return wrong.format_message()  # our own sentence


def _unknown(context: click.Context, sentence: str, name: str, known: list[str]) -> str:
    """Say that there is no such thing, and which one may be meant."""
    close = get_close_matches(name, known)
    if close:
        way = _("Did you mean {names}?").format(names=", ".join(close))
    else:
        way = _("{help} lists what there is.").format(help=f"{context.command_path} --help")
    return f"{sentence.format(name=name)} {way}"


def _without_value(context: click.Context, name: str) -> str:
    """Say that an option lacks its value, or has one and takes none."""
    option = next((one for one in context.command.params if name in (*one.opts, *one.secondary_opts)), None)
    if isinstance(option, click.Option) and not option.is_flag:
        usage = f"{name} {placeholders(option.make_metavar(context))}"
        return _("{name} lacks its value. Write {usage}.").format(name=name, usage=usage)
    return _("{name} takes no value. Write it alone.").format(name=name)


def _missing(context: click.Context, param: click.Parameter) -> str:
    """Say what is missing, and how the option, or the command with its arguments, is written."""
    pieces = [_name(param), param.make_metavar(context)]
    if not isinstance(param, click.Option):
        arguments = [each for each in context.command.params if isinstance(each, click.Argument)]
        pieces = [context.command_path, *(each.make_metavar(context) for each in arguments)]
    return _("{name} is missing. Write {usage}.").format(name=_name(param), usage=placeholders(" ".join(pieces)))


def _bad_value(param: click.Parameter) -> str:
    """Say what an option or argument takes, "" where that is not known."""
    name, kind = _name(param), param.type
    if isinstance(kind, click.Choice):
        return _("{name} takes one of these: {choices}.").format(name=name, choices=", ".join(map(str, kind.choices)))
    if isinstance(kind, click.DateTime):
        return _("{name} takes a day, such as 2026-11-23.").format(name=name)
    if isinstance(kind, click.Path | click.File):
        return _bad_file(kind).format(name=name)
    numbers = in_range(kind)
    if numbers and isinstance(kind, click.FloatRange):
        return _("{name} takes a number, {range}.").format(name=name, range=numbers)
    if numbers:
        return _("{name} takes a whole number, {range}.").format(name=name, range=numbers)
    return _("{name} takes a whole number.").format(name=name) if kind == click.INT else ""


def _bad_file(kind: click.Path[Any] | click.File) -> str:
    """Return the sentence about the file that an option or argument takes."""
    if isinstance(kind, click.File):
        return _("{name} takes a file that is there and can be read.")
    if kind.dir_okay:
        return _("{name} takes a file or folder that can be read.")
    return _("{name} takes a file that can be read, not a folder.")


def _name(param: click.Parameter) -> str:
    """Return how a person calls an option or argument."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else placeholders(param.human_readable_name)
