"""Bring the catalogues in step with the texts of the program: new texts are added, gone ones removed.

    python3 dev.py setup && .venv/bin/python packaging/update_catalogues.py [TRANSLATIONS.json LANGUAGE]

With a JSON object of text to translation (a list of two for texts with a plural) the translations are filled in.

Texts stand in the words of KEYWORDS. The help of a command is the docstring of its function, each paragraph a text.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LANGUAGES = ("de", "pt")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


Text = str | tuple[str, ...]


def texts() -> Iterator[tuple[str, int, Text]]:
    """Yield every text of the program with its file and line."""
    ways = [("cli/**.py", with_help), ("**.py", extract_python)]
    for name, line, message, _comments, _context in extract_from_dir(ROOT / "src" / "gcrm", ways, keywords=KEYWORDS):
        yield name, line, message


def with_help(file: IO[bytes], *more: Any, options: dict[str, Any]) -> Iterator[tuple[int, str, Text, list[str]]]:
    """Yield the texts of a file with commands: those that are marked, and the docstrings of commands."""
    yield from extract_python(file, *more, options)
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.FunctionDef) and any(is_command(each) for each in node.decorator_list):
            for part in re.split(r"\n\s*\n", inspect.cleandoc(ast.get_docstring(node) or "")):
                yield node.lineno, "", " ".join(part.split()), []


def is_command(decorator: ast.expr) -> bool:
    """Tell whether a decorator makes a command or a group of commands."""
    made = decorator.func if isinstance(decorator, ast.Call) else None
    return isinstance(made, ast.Attribute) and made.attr in ("command", "group")


def template() -> Catalog:
    """Return all texts of the program with the files they stand in."""
    catalogue = Catalog(project="gCRM", charset="utf-8")
    for name, line, message in sorted(texts(), key=lambda entry: entry[:2]):
        catalogue.add(message, None, [(name, line)])
    return catalogue


def update(language: str, translations: dict[str, str | list[str]]) -> int:
    """Write a language's catalogue anew; return how many texts have no translation."""
    path = ROOT / "resources" / "translations" / language / "LC_MESSAGES" / "gcrm.po"
    with path.open("rb") as stream:
        known = read_po(stream, locale=language)
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    catalogue = Catalog(locale=language, project="gCRM", charset="utf-8", creation_date=begun)
    catalogue.fuzzy = False
    catalogue.header_comment = "# gCRM: texts of the program. Written by packaging/update_catalogues.py."
    catalogue.version = ""
    catalogue.revision_date = catalogue.creation_date
    missing = 0
    for message in template():
        if not message.id:
            continue
        former = known.get(message.id)
        single = message.id[0] if isinstance(message.id, list | tuple) else message.id
        string = translations.get(single) or (former.string if former is not None else "")
        if isinstance(message.id, list | tuple):
            string = tuple(string) if isinstance(string, list | tuple) else ("", "")
        missing += not (any(string) if isinstance(string, tuple) else string)
        catalogue.add(message.id, string)
    with path.open("wb") as stream:
        write_po(stream, catalogue, width=120, sort_output=True, no_location=True, omit_header=False)
    return missing


def main(arguments: list[str]) -> int:
    """Update both catalogues, or fill one from a file."""
    given = json.loads(Path(arguments[0]).read_text(encoding="utf-8")) if arguments else {}
    for language in LANGUAGES if len(arguments) < 2 else (arguments[1],):
        print(f"{language}: {update(language, given)} texts without translation")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
