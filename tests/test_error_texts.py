"""What an error says to the person at the desk: what happened, to what, and what to do (E 52)."""

from __future__ import annotations

import re

import pytest

from tests.said_errors import ELSEWHERE, Said, said_errors
from tests.test_translations import TRANSLATED, entries, names_in

JARGON = {
    "en": r"exception|null|none|nil|sql error|sqlstate|traceback|stack|invalid|illegal|fatal|abort|unexpected|errno"
    r"|error|failed to|unable to|oops|sorry|undefined|syntax|parse|bytes?\b",
    "de": r"exception|ausnahme(?:fehler)?|null\b|ungültig|fehlercode|fehler \d|illegal|fatal|abbruchcode|unerwartet"
    r"|leider|entschuldigung|syntax",
    "pt": r"exceção|excepção|nulo|inválid|ilegal|fatal|inesperad|erro \d|código de erro|infelizmente|desculpe"
    r"|sintaxe",
}
"""Words of programmers. “None of them” is no such word, the value None is."""
BLAME = {
    "en": r"(?<!what )you (?:entered|typed|chose|forgot|did|made|have not|must)|your (?:mistake|fault|error)|wrong",
    "de": r"sie haben .*(?:falsch|vergessen|nicht)|ihr fehler|falsch",
    "pt": r"(?:enganou|esqueceu)-se|o seu erro|errad[oa]",
}
DO = re.compile(
    r"add|allow|bring|connect|encrypt|have|join|stop|ask|attach|change|check|choose|close|copy|correct|delete|do|enter"
    r"|export"
    r"|free|give|go|hide|install|keep|known|leave|let|log|look|make|move|name|open"
    r"|pick|print|put|read|rename|repair|restore|save|say|send|set|share|shorten|show"
    r"|split|start|switch|take|tick|try|turn|type|undo|unlock|update|use|wait|write"
)
"""What a sentence can order. One that orders nothing stands beside its field, or in NOTHING_TO_DO."""
BESIDE_THE_FIELD = (
    "gcrm.model.parse", "gcrm.model.parse_date", "gcrm.model.user_field_kinds", "gcrm.services.filter_values",
    "gcrm.ui.settings.option_editor", "gcrm.ui.time_edit",
)  # fmt: skip
"""Modules that read what is typed: their sentences stand under the field, in which it is to be typed otherwise."""
GONE = r"(?:does not exist any more|was undone already|removed this entry meanwhile|deleted this record meanwhile)"
"""Somebody was faster: nothing is left to be done."""
NOTHING_TO_DO = {
    "There is nothing to undo.": "it answers the command itself",
    "There is no column “{name}”.": "the command line: the next try is another name",
    "There is no section “{name}”. There are {names}.": "it names what there is",
    "There is no contact with the number {number}.": "the command line: the next try is another number",
    "There is no saved list called “{name}”.": "the command line: the next try is another name",
    "There is no page {page}; the last one is {last}.": "it names what there is",
    "{name} is a person of this contact already.": "what was wanted is so already",
    "“{name}” is a program. Programs are never started from here.": "a refusal for safety, without a way round",
    "“{name}” is a link: the file itself lies at {place}.": "it says where the file is",
    "No office is called “{name}”.": "the command line: the next try is another name",
    "This office is on a server already. Only an office in a file can be shared.": "what was wanted is so already",
    "The server runs already.": "what was wanted is so already",
    "The server of {address} wants your password.": "it stands above the field for it",
    "The server belongs to another user. Only that user, and root, can use it.": "it says who can",
    "The priority is high or none.": "it names what there is",
    "This cannot be undone: personal data in it was erased for good.": "there is no way back, by law",
    "There is no user with the login {login}.": "the command line: the next try is another login",
    "This user does not exist.": "the command line: the next try is another login",
    "This group belongs to the program and stays.": "there is no way round",
    "{file}: a label sheet must be a JSON object.": "says how the sheet's file is to be written",
    "{file}: {field} is missing or not a text.": "says how the sheet's file is to be written",
    "{file}: {field} is missing or not a number.": "says how the sheet's file is to be written",
    "{file}: {field} must be a whole number.": "says how the sheet's file is to be written",
    "{file} is not a readable label sheet; it must be a JSON file in UTF-8.": "says how the file is to be written",
}


def lines(found: list[Said]) -> list[str]:
    return [f"{each.place} {each.text!r}" for each in found]


def says_what_to_do(text: str) -> bool:
    """Tell whether a sentence, or a part after a colon, semicolon or comma, begins with an order."""
    begins = re.findall(r"(?:^|[.;:,] |\b(?:or|and|then) )([A-Za-z]+)", text)
    return any(DO.fullmatch(word.lower()) for word in begins)


def is_told_well(text: str) -> bool:
    """Tell whether a text begins with a capital, a quotation or a value, and ends with one full stop."""
    return bool(re.match(r"[A-ZÀ-Ý0-9“„«{]|gCRM\b", text)) and bool(re.search(r"[^.!?…]\.$", text))


def sentences(text: str) -> int:
    """Count the sentences; the dot of a file's ending or in a number ends none."""
    return len(re.findall(r"[.?](?= (?!gCRM)[A-ZÀ-Ý“„«{]|$)", text))


def translated(code: str) -> dict[str, tuple[str, ...]]:
    """Return the translations of the errors: text → its forms; tests/test_translations.py finds the missing ones."""
    known = {text: entry.translations for entry in entries(code) for text in entry.texts}
    return {each.text: known[each.text] for each in said_errors()[0] if each.text in known}


def test_the_errors_are_found() -> None:
    found = {each.text for each in said_errors()[0]}
    assert len(found) > 150
    assert "This contact does not exist any more." in found  # in the call itself
    assert "Another program is writing in this office; nothing was saved. Try again." in found  # in a variable
    assert "“{name}” needs more memory than allowed. Split it into several files; nothing was imported." in found


def test_what_is_said_elsewhere_is_known() -> None:
    assert sorted(said_errors()[1]) == sorted(ELSEWHERE)


def test_e52_an_error_is_one_or_two_whole_sentences() -> None:
    found = said_errors()[0]
    assert lines([each for each in found if not is_told_well(each.text) or not 1 <= sentences(each.text) <= 2]) == []


def test_e52_an_error_speaks_the_language_of_the_office() -> None:
    wrong = re.compile(rf"\b(?:{JARGON['en']})|\b(?:{BLAME['en']})\b|!", re.IGNORECASE)
    allowed = re.compile(r"\bnone of\b|\bor none\b|FRITZ!Box", re.IGNORECASE)
    assert lines([each for each in said_errors()[0] if wrong.search(allowed.sub("", each.text))]) == []


def test_e52_an_error_says_what_to_do() -> None:
    silent = [
        each
        for each in said_errors()[0]
        if not says_what_to_do(each.text)
        and not each.is_inline
        and each.place.partition(":")[0] not in BESIDE_THE_FIELD
        and not re.search(GONE, each.text)
        and each.text not in NOTHING_TO_DO
    ]
    assert lines(silent) == []


def test_no_exception_to_it_is_left_over() -> None:
    found = {each.text for each in said_errors()[0]}
    assert [text for text in NOTHING_TO_DO if text not in found or says_what_to_do(text)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_e52_translated_errors_are_whole_sentences_too(code: str) -> None:
    wrong = [
        form for forms in translated(code).values() for form in forms if not is_told_well(form) or sentences(form) > 2
    ]
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_e52_translated_errors_speak_the_language_of_the_office(code: str) -> None:
    wrong = re.compile(rf"\b(?:{JARGON[code]})|\b(?:{BLAME[code]})\b|!", re.IGNORECASE)
    forms = [form.replace("FRITZ!Box", "") for forms in translated(code).values() for form in forms]
    assert [form for form in forms if wrong.search(form)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_e52_translated_errors_name_the_same_record(code: str) -> None:
    known = translated(code)
    wrong = [(text, form) for text, forms in known.items() for form in forms if names_in(form) - names_in(text)]
    lost = [(text, form) for text, forms in known.items() for form in forms[-1:] if names_in(text) != names_in(form)]
    assert wrong + lost == []


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("The disk is full. Free some space.", True),
        ("{file} cannot be read.", True),
        ("gCRM needs a newer server. Update it.", True),
        ("an error occurred", False),
        ("Cannot open file", False),
        ("Really?", False),
        ("Reading…", False),
    ],
)
def test_a_badly_told_error_is_found(text: str, is_good: bool) -> None:
    assert is_told_well(text) is is_good
    assert says_what_to_do(text) is (is_good and "{" not in text)
