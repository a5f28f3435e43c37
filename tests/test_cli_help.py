"""The help of the command line, and what it says of wrong use, in the language of whoever reads it."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from functools import cache

import click
import pytest

from gcrm.cli import main, run_command
from gcrm.cli.asking import ask_secret
from gcrm.cli.speaking import PLACEHOLDERS, placeholders
from gcrm.i18n import _, language, set_language
from tests.source import ROOT
from tests.test_translations import TRANSLATED

SAME = {
    "de": {"CODE", "ID", "N", "NAME", "TEXT", "URL"},
    "pt": {"ID", "N", "URL"},
}
"""Words that are the same in a language."""
ENGLISH = re.compile(r"Usage:|Options:|Commands:|Show th|default:|required|repeated|at least|\bfrom \d")
WRONG_USE = (
    ["fly"],
    ["exprt"],
    ["backup"],
    ["backup", "creat"],
    ["find", "--nothing"],
    ["find", "--limi", "1"],
    ["find", "--limit"],
    ["find", "--json=yes"],
    ["find", "--limit", "0"],
    ["find", "--limit", "many"],
    ["show"],
    ["show", "1", "2"],
    ["duplicates", "--least", "2"],
    ["team", "invite", "--days", "soon"],
    ["team", "invite", "--qr", "."],
    ["export", "contacts"],
    ["export", "contacts", "--format", "doc", "--output", "x"],
    ["--demo", "find"],
    ["office", "add", "server", "--certificate", "nowhere.crt"],
    ["privacy", "erase", "1", "--asked-on", "soon"],
)


@cache
def commands() -> tuple[click.Context, ...]:
    """Return every command of every group, as a call of it."""

    def below(command: click.Command, name: str, parent: click.Context | None) -> Iterator[click.Context]:
        context = command.context_class(command, info_name=name, parent=parent, **command.context_settings)
        yield context
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield from below(found, inner, context)

    return tuple(below(main, "gcrm", None))


def paragraphs(text: str | None) -> list[str]:
    return [" ".join(part.split()) for part in (text or "").split("\n\n")]


def words_to_fill_in(context: click.Context) -> set[str]:
    """Return the words in capitals in the usage of a command and at its options."""
    options = [option.make_metavar(context) for option in context.command.params if not is_flag(option)]
    return set(
        re.findall(r"\b(?:N|[A-Z][A-Z_]+)\b", " ".join((*options, *context.command.collect_usage_pieces(context))))
    )


def is_flag(param: click.Parameter) -> bool:
    return isinstance(param, click.Option) and param.is_flag


def texts(context: click.Context) -> list[str]:
    """Return what the help of a command says, in English."""
    options = [option.help for option in context.command.get_params(context) if isinstance(option, click.Option)]
    return [*paragraphs(context.command.help), *(text or "" for text in options)]


def test_every_command_and_option_has_a_help() -> None:
    assert len(commands()) > 80
    assert [context.command_path for context in commands() if not all(texts(context))] == []


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("width", [80, 110])
def test_the_help_of_every_command_is_translated(code: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    set_language(code)
    wrong = []
    for context in commands():
        shown = context.get_help()
        bare = re.sub(r"\s", "", shown)
        english = {text for text in (*texts(context), *words_to_fill_in(context)) if _(text) == text} - SAME[code]
        lost = [text for text in texts(context) if re.sub(r"\s", "", _(text)) not in bare]
        wide = [line for line in shown.splitlines() if len(line) > width]
        found = [*english, *lost, *wide, *ENGLISH.findall(shown)]
        wrong += [(context.command_path, each) for each in found]
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_help_names_what_is_to_be_filled_in_as_the_usage_does(code: str) -> None:
    wrong = []
    for context in commands():
        for word in words_to_fill_in(context):
            for text in texts(context):
                with language(code):
                    if re.search(rf"(?<!/)\b{word}\b", text) and not re.search(rf"\b{placeholders(word)}\b", _(text)):
                        wrong.append((context.command_path, word, _(text)))
    assert wrong == []


def test_no_word_to_fill_in_is_left_over() -> None:
    assert set(PLACEHOLDERS) - set().union(*map(words_to_fill_in, commands())) == set()


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line that is said of wrong use."""
    assert run_command(words) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    return err.strip()


@pytest.mark.parametrize("words", WRONG_USE, ids=" ".join)
def test_wrong_use_is_told_in_each_language(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told = [said(["--language", code, *words], capsys) for code in ("en", *TRANSLATED)]
    assert len(set(told)) == len(told)
    for sentence in told:
        assert re.search(r"[^.!?…][.?]$", sentence)
        assert not re.search(r"'|Got unexpected|[Ii]nvalid|not a valid", sentence)


@pytest.mark.parametrize("words", [["--help"], ["find", "--help"], ["backup", "show", "-h"]])
@pytest.mark.parametrize("name", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_help_speaks_the_language_of_the_system_or_the_one_asked_for(
    words: list[str], name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, "de_AT.UTF-8@euro")
    assert run_command(words) == 0
    assert capsys.readouterr().out.startswith("Aufruf: gcrm")
    assert run_command(["--language=pt", *words]) == 0
    assert capsys.readouterr().out.startswith("Utilização: gcrm")
    assert run_command(["--help", "--language", "en"]) == 0
    assert capsys.readouterr().out.startswith("Usage: gcrm")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_help_is_shown_whatever_the_output_takes(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", out)
    assert run_command(["--language", "de", "print", "--help"]) == 0
    out.seek(0)
    assert "Adressetiketten" in out.read()


def test_a_password_typed_in_two_ways_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    typed = iter(["one", "two", "one", "one"])

    def prompt(question: str, **_more: object) -> str:
        asked.append(question)
        return next(typed)

    monkeypatch.setattr("click.prompt", prompt)
    with language("de"):
        assert ask_secret("?", confirm=True) == "one"
    assert capsys.readouterr().err.startswith("Die beiden Passwörter sind verschieden.")
    assert asked == ["?", "Dasselbe noch einmal"] * 2


def test_a_shell_completes_with_the_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from gcrm.__main__ import main as program

    for name, value in {"_GCRM_COMPLETE": "zsh_complete", "COMP_WORDS": "gcrm back", "COMP_CWORD": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LC_ALL", "pt_PT.UTF-8")
    monkeypatch.setattr(sys, "argv", ["gcrm"])
    with pytest.raises(SystemExit):
        program()
    assert capsys.readouterr().out.startswith("plain\nbackup\nFazer, listar")


def test_the_manual_lists_every_command_and_option() -> None:
    head, *sections = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").split("\n## ")
    missing = []
    for context in commands():
        words = context.command_path.split()[1:]
        text = "\n".join(part for part in sections if words and re.match(rf"gcrm {words[0]}\b", part)) or head
        names = [name for param in context.command.params if isinstance(param, click.Option)
                 for name in (*param.opts, *param.secondary_opts)]  # fmt: skip
        wanted = [*words[1:], *names]
        missing += [(*words, name) for name in wanted if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)]
    assert missing == []
