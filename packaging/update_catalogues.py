"""Bring the catalogues in step with the texts of the program: new texts are added, gone ones removed.

    python3 dev.py setup && .venv/bin/python packaging/update_catalogues.py [TRANSLATIONS.json LANGUAGE]

With a JSON object of text to translation (a list of two for texts with a plural) the translations are filled in.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LANGUAGES = ("de", "pt")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def template() -> Catalog:
    """Return all texts of the program with the files they stand in."""
    catalogue = Catalog(project="gCRM", charset="utf-8")
    found = extract_from_dir(ROOT / "src" / "gcrm", [("**.py", "python")], keywords=KEYWORDS)
    for name, line, message, comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
        catalogue.add(message, None, [(name, line)], auto_comments=comments, context=context)
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
