"""Salutation lines and the name line of a postal address, built from salutation, title, names and language.

German: DIN 5008 (Sehr geehrte Frau Dr. ..., Herrn in the address). A title after the name (M.A., PhD) never stands in
a salutation. English: without points in Britain, with points in the United States. Portuguese: the title is spoken
(Senhor Eng., Senhora Dra.); Brazil writes Prezado. Languages without an entry here get English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcrm.i18n import _
from gcrm.model.first_names import first_name_gender
from gcrm.model.fold import fold

__all__ = ["Addressee", "address_line", "mismatch", "proposed", "salutation_line", "written_language"]


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is written to: salutation "mr", "ms", "mx" or "" (none); language "de", "de-AT", "en-US", "pt-BR" ...

    Without first and last name an organisation is meant. `is_informal` chooses first names ("Liebe Anna").
    """

    salutation: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    language: str = "en"
    country: str = ""
    is_informal: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Return language and country, the country from the language's tag if it has one."""
        base, _mark, region = self.language.replace("_", "-").partition("-")
        return base.lower(), (region or self.country).upper()


# Titles that stand after the name, folded and without points. They are kept in the address only.
_AFTER_NAME_WORDS = (
    "ba bsc beng bed ma msc mba meng llm llb phd md esq cpa obe mbe jr sr ii iii mphil dphil frcs mrics fca aca pmp"
)
_AFTER_NAME = frozenset(_AFTER_NAME_WORDS.split())
_FIELD_OF_DOCTOR = re.compile(r"\b(Dr\.?)\s*(?:-?[a-z]{2,5}\.\s?){1,3}", re.IGNORECASE)
_GERMAN_SPOKEN = re.compile(r"\b(?:prof|dr)\b\.?", re.IGNORECASE)
_AUSTRIAN_SPOKEN = re.compile(r"\b(?:prof|dr|mag|dipl\.-ing|di|ing)\b\.?", re.IGNORECASE)
_ENGLISH_SPOKEN = re.compile(r"\b(?:professor|prof|doctor|dr|sir|dame|lord|lady|reverend|rev)\b\.?", re.IGNORECASE)
_FEMININE = {"dr": "Dra.", "eng": "Eng.ª", "prof": "Prof.ª", "arq": "Arq.ª", "doutor": "Doutora", "enf": "Enf.ª"}


# Countries by the language in which their offices write letters; those of several languages have the most spoken one.
_WRITTEN = {
    "de": "DE AT CH LI",
    "en": "GB US IE CA AU NZ ZA IN SG MT JE GG IM GI",
    "pt": "PT BR AO MZ CV GW ST TL",
}
_LANGUAGE_OF = {country: language for language, countries in _WRITTEN.items() for country in countries.split()}


def written_language(language: str, country: str, office_country: str, office_language: str = "") -> str:
    """Return the language in which to write to a contact: its own `language`, else that of its country.

    Without a country, or in the office's own one, that of the office's country counts, else what the office speaks.
    A foreign country without an entry is written to in English.
    """
    if language:
        return language
    if country and country != office_country:
        return _LANGUAGE_OF.get(country, "en")
    return _LANGUAGE_OF.get(office_country) or office_language or "en"


def salutation_line(to: Addressee) -> str:
    """Return the line that opens a letter, without the comma: "Sehr geehrte Frau Dr. Müller"."""
    language, country = to.place
    if language == "de":
        return _german(to, country)
    if language == "pt":
        return _brazilian(to) if country == "BR" else _portuguese(to)
    return _english(to, country)


def address_line(to: Addressee) -> str:
    """Return the name line of a postal address: "Herrn Dr. Max Müller", "Dr Jane Smith", "Exma. Senhora Dra. ..."."""
    language, country = to.place
    before, after = _split_title(to.title)
    name = _join(to.first_name, to.last_name)
    if not name:
        return ""
    if language == "de":
        called = {"mr": "Herrn", "ms": "Frau"}.get(to.salutation, "")
        return _join(called, before, name) + (f", {after}" if after else "")
    if language == "pt":
        return _join(_portuguese_call(to, country), _portuguese_title(before, to.salutation), name, after)
    title = before if _spoken(before, _ENGLISH_SPOKEN) else _join(_english_call(to, country), before)
    return _join(_english_points(title, country), name, after)


def mismatch(to: Addressee) -> str:
    """Return a sentence when salutation and first name contradict each other ("Mr Susanne"), else ""."""
    likely = {"f": "ms", "m": "mr"}.get(first_name_gender(to.first_name), "")
    if not likely or to.salutation not in ("mr", "ms") or to.salutation == likely:
        return ""
    called = _("Mr") if to.salutation == "mr" else _("Ms")
    return _("Salutation “{salutation}” and first name “{name}” hardly belong together.").format(
        salutation=called, name=to.first_name
    )


def proposed(first_name: str) -> str:
    """Return the salutation that a first name suggests: "mr", "ms" or "" when it does not tell."""
    return {"f": "ms", "m": "mr"}.get(first_name_gender(first_name), "")


def _join(*parts: str) -> str:
    """Join what is there with blanks."""
    return " ".join(part.strip() for part in parts if part.strip())


def _split_title(title: str) -> tuple[str, str]:
    """Return what stands before and after the name."""
    before: list[str] = []
    after: list[str] = []
    for word in re.split(r"(?:,\s*|\s+)", title.strip()[:120]):
        key = fold(word).replace(".", "")
        (after if key in _AFTER_NAME else before).append(word)
    return _join(*before), ", ".join(word for word in after if word)


def _spoken(title: str, which: re.Pattern[str]) -> str:
    """Return the titles that are said in a salutation: "Prof. Dr. med. Dr. h.c." is "Prof. Dr."."""
    found = which.findall(_FIELD_OF_DOCTOR.sub(r"\1 ", title))
    return _join(*dict.fromkeys(found))


def _german(to: Addressee, country: str) -> str:
    """Open a German letter; in Austria Mag., DI and Ing. are said too."""
    title = _spoken(to.title, _AUSTRIAN_SPOKEN if country == "AT" else _GERMAN_SPOKEN)
    if to.is_informal and to.first_name:
        return _join({"mr": "Lieber", "ms": "Liebe"}.get(to.salutation, "Hallo"), to.first_name)
    if to.last_name and to.salutation in ("mr", "ms"):
        called = "Sehr geehrter Herr" if to.salutation == "mr" else "Sehr geehrte Frau"
        return _join(called, title, to.last_name)
    if to.first_name or to.last_name:
        return _join("Guten Tag", title, to.first_name, to.last_name)
    return "Sehr geehrte Damen und Herren"


def _english_call(to: Addressee, country: str) -> str:
    """Return Mr or Ms with the point of the United States."""
    return {"mr": "Mr", "ms": "Ms"}.get(to.salutation, "") + ("." if _is_american(country, to.salutation) else "")


def _is_american(country: str, salutation: str = "mr") -> bool:
    """Tell whether abbreviations carry a point."""
    return country in ("US", "CA") and salutation in ("mr", "ms")


def _english_points(title: str, country: str) -> str:
    """Write Dr and Prof with or without a point."""
    bare = re.sub(r"\b(Dr|Mr|Ms|Prof|Rev)\.", r"\1", title)
    return re.sub(r"\b(Dr|Mr|Ms|Prof|Rev)\b", r"\1.", bare) if _is_american(country) else bare


def _english(to: Addressee, country: str) -> str:
    """Open an English letter: the highest title replaces Mr and Ms."""
    title = _spoken(to.title, _ENGLISH_SPOKEN).split(" ")[0]
    if to.first_name and (to.is_informal or title in ("Sir", "Dame")):
        return _join("Dear", "" if to.is_informal else title, to.first_name)
    if to.last_name and (title or to.salutation in ("mr", "ms")):
        return _join("Dear", _english_points(title or _english_call(to, country), country), to.last_name)
    if to.first_name or to.last_name:
        return _join("Dear", to.first_name, to.last_name)
    return "Dear Sir or Madam"


def _portuguese_title(title: str, salutation: str) -> str:
    """Return the title in the form of a woman or a man."""
    if salutation != "ms":
        return title
    return _join(*(_FEMININE.get(fold(word).rstrip("."), word) for word in title.split()))


def _portuguese_call(to: Addressee, country: str) -> str:
    """Return the polite form that stands before title and name."""
    if country == "BR":
        return {"mr": "Sr.", "ms": "Sra."}.get(to.salutation, "")
    return {"mr": "Exmo. Senhor", "ms": "Exma. Senhora", "": "Exmo.(a) Senhor(a)"}.get(to.salutation, "")


def _portuguese(to: Addressee) -> str:
    """Open a letter in Portugal."""
    before, _after = _split_title(to.title)
    name = _join(to.first_name, to.last_name)
    if to.is_informal and to.first_name:
        return _join({"mr": "Caro", "ms": "Cara"}.get(to.salutation, "Olá"), to.first_name)
    if not name:
        return "Exmos. Senhores"
    called = _portuguese_call(to, "PT") or "Bom dia"
    return _join(called, _portuguese_title(before, to.salutation), name)


def _brazilian(to: Addressee) -> str:
    """Open a letter in Brazil."""
    before, _after = _split_title(to.title)
    name = _join(to.first_name, to.last_name)
    if to.is_informal and to.first_name:
        return _join({"mr": "Caro", "ms": "Cara"}.get(to.salutation, "Olá"), to.first_name)
    if not name:
        return "Prezados Senhores"
    called = {"mr": "Prezado Senhor", "ms": "Prezada Senhora", "": "Prezado(a)"}.get(to.salutation, "Bom dia")
    return _join(called, _portuguese_title(before, to.salutation), name)
