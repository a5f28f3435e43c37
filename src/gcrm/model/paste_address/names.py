"""Organisations, people and their functions among the pieces."""

from __future__ import annotations

import re

from gcrm.model.first_names import first_name_gender
from gcrm.model.fold import collapse, fold
from gcrm.model.name_key import has_legal_form, organisation_words
from gcrm.model.paste_address.pasted import Value
from gcrm.model.paste_address.piece import Desk

_ORGANISATION = re.compile(
    r"\b(?:universität|university|universidade|hochschule|klinik|klinikum|praxis|kanzlei|rechtsanwälte"
    r"|anwaltskanzlei|steuerberat\w*"
    r"|apotheke|bäckerei|metzgerei|hotel|restaurant|café|verein|verlag|stiftung|ministerium|stadtverwaltung"
    r"|gemeinde|landratsamt"
    r"|câmara municipal|município|consulting|solutions|systems|software|architekten|architects|ingenieurbüro"
    r"|autohaus|werkstatt"
    r"|agentur|agency|studio|atelier|group|gruppe|holding|partners?|farmácia|clínica|escola|schule|school"
    r"|council|bank|sparkasse"
    r"|institut|institute|museum|gasthof|schreinerei|tischlerei|malerbetrieb|immobilien|versicherung\w*"
    r"|brothers|associates"
    r"|builders|plumbing|services|bakery|books|oficina|construções|arquitetos|advogados|sociedade|weingut"
    r"|buchhandlung|reisebüro)\b"
    r"|& co\b|& söhne|& sons|& filhos",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"\b(?:geschäftsführ\w*|geschäftsleit\w*|inhaber(?:in)?|vorstand\w*|prokurist(?:in)?|leit(?:er|erin|ung)"
    r"|\w*leiter(?:in)?|vertrieb\w*"
    r"|verkauf\w*|einkauf|einkäufer(?:in)?|buchhalt\w*|assisten[tz]\w*|sekretariat|sachbearbeit\w*"
    r"|berater(?:in)?|projektmanag\w*"
    r"|ingenieur(?:in)?|architekt(?:in)?|rechtsanw[aä]lt(?:in)?|steuerberater(?:in)?|entwickler(?:in)?"
    r"|referent(?:in)?|meister(?:in)?"
    r"|manager(?:in)?|director|directora?|diretora?|gerente|gerência|sócio|sócia|administrador[a]?|comercial"
    r"|engenheir[oa]|contabil\w*"
    r"|ceo|cto|cfo|coo|owner|founder|gründer(?:in)?|partner|head of|chief|president|vice president|officer"
    r"|consultant|engineer|developer"
    r"|accountant|secretary|sales|marketing|accounts|assistant|analyst|coordinator|supervisor|specialist"
    r"|associate|attorney|solicitor"
    r"|responsável|advogad[oa]|arquitet[oa]|abteilung|department|departamento|technik|kundendienst|support)\b",
    re.IGNORECASE,
)
_MANAGER = re.compile(
    r"^(?P<job>geschäftsführ\w*|inh\.|vertretungsberechtigt\w*|vertreten durch|inhaber(?:in)?|vorstand"
    r"|managing directors?|directors?|owner"
    r"|gerência|gerente|sócio-gerente|ansprechpartner(?:in)?|your contact)(?P<mark>\s?:\s?"
    r"|\s(?=[^\W\d_]+\s[^\W\d_]+$))",
    re.IGNORECASE,
)
_OWNERS = ("inh", "ansprech", "owner", "your")
_CALLED = {
    "mr": "herr herrn hr mr mister senhor sr",
    "ms": "frau fr mrs ms miss senhora sra",
}
_SALUTATION = {word: key for key, words in _CALLED.items() for word in words.split()}
_POLITE = frozenset(["exmo", "exma", "ia", "iv", "ppa", "i", "a", "v", "ilmo", "ilma", "z", "hd", "zhd", "attn"])
_TITLE_WORDS = (
    "dr dra prof profa dipl dipl-ing dipl-kfm dipl-inf dipl-psych dipl-oec dipl-kffr ing mag mmag di eng enga arq "
    "med jur rer nat phil "
    "h c hc habil pol oec sir dame rev professor doutor doutora mba msc bsc ma ba phd llm md esq cpa mbe obe "
    "cbe jr sr "
    "bed beng meng m b sc univ"
)
_TITLES = frozenset(_TITLE_WORDS.split())
_PARTICLE_WORDS = "von van de da do dos das der den zu zur zum ter ten del di la le du el vom e"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[-'’.][^\W\d_]+)*\.?")


def claim_names(desk: Desk) -> None:
    """Claim organisation, function and person, the surest first."""
    _set_other_managers_aside(desk)
    _claim_organisation(desk)
    _claim_manager(desk, only_owners=True)
    _claim_person(desk)
    _claim_job(desk)
    if not desk.has("last_name"):
        _claim_manager(desk, only_owners=False)
    if not desk.has("organisation"):
        _claim_leftover(desk)


def _claim_organisation(desk: Desk) -> None:
    """Claim the piece that is most like the name of an organisation."""
    domains = desk.domains()
    best = max(desk.free(), key=lambda piece: _organisation_likeness(piece.text, domains), default=None)
    if best is not None and (likeness := _organisation_likeness(best.text, domains)) >= 0.6:
        desk.place(best, [Value("organisation", best.text, likeness)])


def _organisation_likeness(text: str, domains: set[str]) -> float:
    """Say how likely a text is an organisation's name, from 0 to 1."""
    if len(text) > 90 or ":" in text or not any(char.isupper() for char in text):
        return 0.0
    words = organisation_words(text)
    joined = "".join(words)
    in_domain = any(len(joined) > 2 and (joined in collapse(name) or collapse(name) in joined) for name in domains)
    bonus = 0.05 if in_domain else 0.0
    if has_legal_form(text) and words:
        return 0.9 + bonus
    if in_domain and not _is_person(text):
        return 0.82
    if _ORGANISATION.search(text) and not _is_function(text):
        return 0.7 + bonus
    return 0.6 if in_domain and first_name_gender(text) == "" else 0.0


def _is_function(text: str) -> bool:
    """Tell whether a text is what somebody does, not where."""
    return _JOB.search(text) is not None and not has_legal_form(text)


def _set_other_managers_aside(desk: Desk) -> None:
    """Leave the further names of "Geschäftsführer: Karl Huber, Eva Huber" in the rest."""
    line = -1
    for piece in desk.free():
        if _MANAGER.match(piece.text):
            line = piece.line
        elif piece.line == line and _is_person(piece.text):
            piece.used = "rest"
        else:
            line = -1


def _claim_manager(desk: Desk, only_owners: bool) -> None:
    """Claim "Inhaberin: Anna Müller"; a list of managers in an imprint stays in the rest unless nobody else "
    "is named."""
    for piece in desk.free():
        found = _MANAGER.match(piece.text)
        if found is None or (only_owners and not found["job"].lower().startswith(_OWNERS)):
            continue
        values = _person_values(piece.text[found.end() :], 0.75)
        if values:
            job = [] if found["job"].lower().startswith(("ansprech", "vertret", "your")) else [found["job"]]
            desk.place(piece, [*values, *(Value("job_title", text, 0.7) for text in job)])
            return


def _claim_person(desk: Desk) -> None:
    """Claim the piece that is most like a person's name."""
    locals_ = {fold(mail.partition("@")[0]) for mail in desk.texts("email")}
    best = max(desk.free(), key=lambda piece: _person_likeness(piece.text, locals_), default=None)
    if best is not None and (likeness := _person_likeness(best.text, locals_)) >= 0.5:
        desk.place(best, _person_values(best.text, likeness))


def _person_likeness(text: str, locals_: set[str]) -> float:
    """Say how likely a text is a person's name, from 0 to 1."""
    if not _is_person(text):
        return 0.0
    salutation, titles, names, polite = _split_name(text)
    keys = [collapse(fold(name)).strip(".") for name in names]
    in_mail = any(key in collapse(local) for key in keys[-1:] + keys[:1] for local in locals_ if len(key) > 2)
    if salutation or titles or polite:
        return 0.97 if in_mail else 0.93
    if first_name_gender(names[0]):
        return 0.95 if in_mail else 0.88
    return 0.8 if in_mail else 0.5 if len(names) in (2, 3) else 0.0


def _is_person(text: str) -> bool:
    """Tell whether a text could be a person's name at all."""
    if len(text) > 80 or ":" in text or has_legal_form(text) or _ORGANISATION.search(text) or _JOB.search(text):
        return False
    salutation, titles, names, polite = _split_name(text)
    if not names or len(names) > 6 or not (len(names) > 1 or salutation or titles or polite):
        return False
    return all(_NAME_WORD.fullmatch(name) and (name[:1].isupper() or fold(name) in _PARTICLES) for name in names)


def _split_name(text: str) -> tuple[str, list[str], list[str], list[str]]:
    """Return salutation ("mr", "ms", ""), titles, names and the words that are merely polite."""
    salutation = ""
    titles: list[str] = []
    names: list[str] = []
    polite: list[str] = []
    for word in re.split(r"[\s,]+", text.strip(" ,")):
        key = re.sub(r"[.()ªº]", "", fold(word))
        if not names and key in _SALUTATION and not salutation:
            salutation = _SALUTATION[key]
        elif not names and (key in _POLITE or word.lower() in ("i.a.", "i.v.", "ppa.")):
            polite.append(word)
        elif key in _TITLES or _is_title(word):
            titles.append(word)
        elif word:
            names.append(word)
    return salutation, titles, names, polite


def _is_title(word: str) -> bool:
    """Tell whether a word is made of titles: "Dr.-Ing.", "M.Sc."."""
    parts = [part for part in re.split(r"[.-]", fold(word)) if part]
    return bool(parts) and "." in word and all(part in _TITLES for part in parts)


def _person_values(text: str, confidence: float) -> list[Value]:
    """Return the fields of a person's name, [] if it is none."""
    if not _is_person(text):
        return []
    salutation, titles, names, _polite = _split_name(text)
    last = next((at for at, name in enumerate(names) if at and fold(name) in _PARTICLES and name[:1].islower()), None)
    cut = len(names) - 1 if last is None else last
    values = [Value("last_name", " ".join(names[cut:]), confidence)]
    if names[:cut]:
        values.append(Value("first_name", " ".join(names[:cut]), confidence))
    if titles:
        values.append(Value("title", " ".join(titles), confidence))
    likely = {"f": "ms", "m": "mr"}.get(first_name_gender(" ".join(names[:cut])), "")
    if salutation or likely:
        values.append(Value("salutation", salutation or likely, 0.97 if salutation else 0.6))
    return values


def _claim_job(desk: Desk) -> None:
    """Claim what the person does; of several the one right after the name would come first anyway."""
    if desk.has("job_title"):
        return
    for piece in desk.free():
        text = piece.text
        short = len(text) <= 70 and len(text.split()) <= 8
        if short and _JOB.search(text) and ":" not in text and text[-1] != ".":
            desk.place(piece, [Value("job_title", text, 0.85)])
            return


def _claim_leftover(desk: Desk) -> None:
    """Take a short capitalised piece for the organisation: one that shares a word with name or domain, else "
    "the first."""
    if not (desk.has("last_name") or desk.has("town")):
        return
    known = [collapse(fold(name)) for name in desk.texts("last_name")] + sorted(desk.domains())
    pieces = [piece for piece in list(desk.free())[:4] if _could_be_organisation(desk, piece.text)]
    related = [piece for piece in pieces if any(_shares_a_word(piece.text, name) for name in known)]
    for piece in (related or pieces)[:1]:
        desk.place(piece, [Value("organisation", piece.text, 0.6 if related else 0.4)])


def _could_be_organisation(desk: Desk, text: str) -> bool:
    """Tell whether a leftover looks like a name at all: short, capitalised, no sentence, no first name."""
    if not 2 < len(text) <= 40 or len(text.split()) > 4 or text[-1:] in ".!?" or ":" in text:
        return False
    repeated = any(text in first for first in desk.texts("first_name"))
    return text[:1].isupper() and not repeated and not any(char.isdigit() for char in text)


def _shares_a_word(text: str, name: str) -> bool:
    """Tell whether a telling word of the text stands in a name or a domain."""
    return any(len(word) > 3 and (word in name or name in word) for word in organisation_words(text))
