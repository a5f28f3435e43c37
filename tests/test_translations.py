"""The program speaks German and Portuguese wherever it speaks English."""

from __future__ import annotations

import gettext
import importlib.util
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from gcrm.i18n import LANGUAGES, language, ngettext, set_language
from tests.source import ROOT, SRC

TRANSLATED = [code for code in LANGUAGES if code != "en"]

Text = str | tuple[str, ...]


def collected() -> Iterator[tuple[str, int, Text]]:
    """Yield file, line and text of all that is said, as the catalogues are made."""
    made = importlib.util.spec_from_file_location("update_catalogues", ROOT / "packaging" / "update_catalogues.py")
    assert made is not None
    assert made.loader is not None
    module = importlib.util.module_from_spec(made)
    made.loader.exec_module(module)
    yield from module.texts()


@cache
def said() -> dict[Text, str]:
    """Return every text of the program (a pair for one and many) and where it is said first."""
    found: dict[Text, str] = {}
    for file, line, text in collected():
        found.setdefault(text, f"{file}:{line}")
    return found


def po(code: str) -> Path:
    """Return the path of a language's catalogue."""
    return ROOT / "resources" / "translations" / code / "LC_MESSAGES" / "gcrm.po"


@dataclass(frozen=True)
class Entry:
    """One entry of a catalogue: the text or the pair for one and many, and its translations."""

    texts: tuple[str, ...]
    translations: tuple[str, ...]
    is_fuzzy: bool


@cache
def entries(code: str) -> tuple[Entry, ...]:
    """Read a language's catalogue without its head."""
    with po(code).open("rb") as stream:
        messages = [message for message in read_po(stream, locale=code) if message.id]
    return tuple(Entry(both(message.id), both(message.string or ""), message.fuzzy) for message in messages)


def both(text: str | Sequence[str]) -> tuple[str, ...]:
    """Return one text as a tuple of one, a pair as it is."""
    return (text,) if isinstance(text, str) else tuple(text)


def names_in(text: str) -> set[str]:
    """Return the placeholders of a text: {"count"} of "{count} contacts"."""
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def key(text: str) -> str:
    """Return the access key marked by &, lower case, "" without one."""
    found = re.search(r"&([^&\s])", text.replace("&&", ""))
    return found.group(1).lower() if found else ""


def untranslated(code: str) -> list[str]:
    """Name the texts that a language does not have."""
    known = {entry.texts[0]: entry for entry in entries(code)}
    missing = []
    for text, place in said().items():
        entry = known.get(both(text)[0])
        if entry is None or not all(entry.translations) or len(entry.texts) < len(both(text)):
            missing.append(f"{place} {both(text)[0]!r}")
    return missing


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_is_translated(code: str) -> None:
    missing = untranslated(code)
    if missing:
        pytest.fail("\n".join([f"{len(missing)} of {len(said())} texts", *missing[:40]]), pytrace=False)


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_a_guess(code: str) -> None:
    assert [entry.texts for entry in entries(code) if entry.is_fuzzy] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_left_over(code: str) -> None:
    texts = {both(text)[0] for text in said()}
    assert [entry.texts for entry in entries(code) if entry.texts[0] not in texts] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_the_same_placeholders(code: str) -> None:
    wrong = []
    for entry in entries(code):
        wanted = set().union(*map(names_in, entry.texts))
        for text in entry.translations:
            # One contact may be called "a contact": the form for one may leave the number out.
            is_one = len(entry.texts) > 1 and text == entry.translations[0]
            if names_in(text) != wanted and not (is_one and names_in(text) < wanted):
                wrong.append((entry.texts, text))
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_ends_as_the_text_does(code: str) -> None:
    def end(text: str) -> str:  # German sets a blank before the ellipsis; abbreviations end as they must
        return text[len(text.rstrip(":… ?")) :].replace(" ", "")

    pairs = [(entry.texts[-1], entry.translations[-1]) for entry in entries(code)]
    assert [pair for pair in pairs if end(pair[0]) != end(pair[1])] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_an_access_key_where_the_text_has_one(code: str) -> None:
    pairs = [(entry.texts[0], entry.translations[0]) for entry in entries(code)]
    assert [pair for pair in pairs if bool(key(pair[0])) != bool(key(pair[1]))] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_compiled_catalogue_is_up_to_date(code: str) -> None:
    compiled = gettext.translation("gcrm", str(ROOT / "resources" / "translations"), languages=[code])
    for entry in entries(code):
        if len(entry.texts) == 1:
            assert compiled.gettext(entry.texts[0]) == entry.translations[0]
        else:
            one, many = entry.texts
            assert (compiled.ngettext(one, many, 1), compiled.ngettext(one, many, 5)) == entry.translations


def test_texts_follow_the_house_style() -> None:
    shouting = [f"{place} {text!r}" for text, place in said().items() if "!" in both(text)[0].replace("FRITZ!Box", "")]
    begging = [f"{place} {text!r}" for text, place in said().items() if re.search(r"\b[Pp]lease\b", both(text)[0])]
    assert shouting + begging == []


def test_placeholders_have_names() -> None:
    nameless = [f"{place} {part!r}" for text, place in said().items() for part in both(text) if "" in names_in(part)]
    assert nameless == []


def test_no_text_hides_in_an_f_string() -> None:
    """Who collects the texts does not look into them."""
    hidden = re.compile(r"""\bf["'].*\{n?_\(["']|\bf["'].*\{ngettext\(""")
    files = sorted(SRC.rglob("*.py"))
    assert [file.name for file in files if hidden.search(file.read_text(encoding="utf-8"))] == []


def test_an_unknown_text_stays_english() -> None:
    set_language("de")
    with language("pt"):
        assert ngettext("{count} xylophone", "{count} xylophones", 2) == "{count} xylophones"
