"""Pairs of contacts of which is known whether they are the same: what the search for duplicates is measured with.

They are made of contacts of a made-up office by rules that know nothing of how duplicates are told: what happens when
somebody enters a contact a second time (SAME), and who else there may be that looks alike (OTHERS). A new rule: a
function and its name in one of the two. Tuning uses other seeds than the test (`TUNING`, `TESTED`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gcrm.model.duplicate import Candidate

TUNING, TESTED = (11, 12, 13), 2026
Rule = Callable[[Candidate, random.Random, Sequence[Candidate]], Candidate | None]
"""Makes the second contact of a pair of the first; None where the first has nothing to do it with."""
KEYS = "qwertzuiop asdfghjkl yxcvbnm"


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two contacts, whether they are the same, and by which rules the second was made."""

    one: Candidate
    other: Candidate
    is_same: bool
    rules: tuple[str, ...]


def _slip(word: str, chance: random.Random) -> str:
    """Return a word with one slip of the fingers."""
    if len(word) < 5:
        return word
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("swap", "drop", "twice", "beside"))
    if kind == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "twice":
        return word[: at + 1] + word[at:]
    place = KEYS.find(word[at].lower())
    near = KEYS[place + 1] if 0 <= place < len(KEYS) - 1 and KEYS[place + 1] != " " else "e"
    return word[:at] + near + word[at + 1 :]


def _slipped(text: str, chance: random.Random) -> str:
    """Return a text with a slip in its longest word."""
    words = text.split(" ")
    longest = max(range(len(words)), key=lambda place: len(words[place]))
    words[longest] = _slip(words[longest], chance)
    return " ".join(words)


def slip_in_name(one: Candidate, chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    if one.organisation:
        return replace(one, organisation=_slipped(one.organisation, chance))
    return replace(one, last_name=_slip(one.last_name, chance)) if len(one.last_name) > 4 else None


FORMS = (
    (" GmbH & Co. KG", " GmbH u. Co KG"), (" GmbH", " G.m.b.H."), (" GmbH", ""), (" AG", ""), (" KG", ""),
    (" Lda", " Limitada"), (" Lda", ", Lda."), (" S.A.", " SA"), (" OHG", ""), (" e. K.", " eK"), (" UG", " GmbH"),
    (" (haftungsbeschränkt)", ""),
)  # fmt: skip


def other_legal_form(one: Candidate, chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    fitting = [(old, new) for old, new in FORMS if one.organisation.endswith(old)]
    if not fitting:
        return None
    old, new = chance.choice(fitting)
    return replace(one, organisation=one.organisation.removesuffix(old) + new)


SHORT = (
    ("Straße", "Str."), ("straße", "str."), ("straße", "strasse"), ("Avenida", "Av."), ("Rua", "R."), ("Platz", "Pl."),
    ("Gebrüder", "Gebr."), (" und ", " & "), (" & ", " u. "), ("Steuerberatung", "Steuerber."),
    ("Maschinenbau", "Masch.-Bau"),
    ("Elektrotechnik", "Elektro"), ("Sankt ", "St. "), ("Travessa", "Tv."),
)  # fmt: skip


def abbreviated(one: Candidate, chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    fitting = [(old, new) for old, new in SHORT if old in one.street + one.organisation]
    if not fitting:
        return None
    old, new = chance.choice(fitting)
    return replace(one, street=one.street.replace(old, new), organisation=one.organisation.replace(old, new))


WITHOUT_ACCENTS = str.maketrans(
    {
        "ä": "a",
        "ö": "o",
        "ü": "u",
        "ß": "ss",
        "é": "e",
        "ç": "c",
        "ã": "a",
        "á": "a",
        "ê": "e",
        "ó": "o",
        "í": "i",
        "õ": "o",
    }
)
WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def other_letters(one: Candidate, chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    table = chance.choice((WITHOUT_ACCENTS, WRITTEN_OUT))
    names = {
        name: getattr(one, name).translate(table)
        for name in ("organisation", "first_name", "last_name", "street", "town")
    }
    changed = replace(one, **names)
    return changed if changed != one else None


NICKNAMES = {
    "Johannes": "Hans", "Thomas": "Tom", "Michael": "Mike",
    "Friedrich": "Fritz", "Alexander": "Alex", "Susanne": "Susi",
    "Stefanie": "Steffi", "Katharina": "Kathi", "Gabriele": "Gabi", "Ulrich": "Uli",
    "Wilhelm": "Willi", "Josef": "Sepp",
    "Andreas": "Andi", "Sebastian": "Basti", "Christian": "Chris", "Monika": "Moni", "António": "Toni", "José": "Zé",
    "Francisco": "Chico", "Daniel": "Dani", "Matthias": "Matze", "Benjamin": "Ben", "Maximilian": "Max",
}  # fmt: skip


def nickname(one: Candidate, _chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    short = NICKNAMES.get(one.first_name)
    return replace(one, first_name=short) if short else None


def turned_name(one: Candidate, _chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    if not (one.first_name and one.last_name) or one.organisation:
        return None
    return replace(one, first_name=one.last_name, last_name=one.first_name)


def initial(one: Candidate, _chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    return (
        replace(one, first_name=f"{one.first_name[0]}.") if len(one.first_name) > 2 and not one.organisation else None
    )


def moved(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> Candidate | None:
    if not (one.phones or one.emails):
        return None
    to = chance.choice(office)
    return replace(one, street=to.street, postcode=to.postcode, town=to.town)


def other_number(one: Candidate, chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    if not one.phones or not (one.emails or one.street):
        return None
    return replace(one, phones=frozenset({f"+49171{chance.randrange(10**6, 10**7)}"}))


def other_mailbox(one: Candidate, chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    if not one.emails:
        return None
    domain = sorted(one.emails)[0].rpartition("@")[2]
    return replace(one, emails=frozenset({f"{chance.choice(('kontakt', 'buero', 'office2', 'mail'))}@{domain}"}))


def less_known(one: Candidate, chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    """What somebody enters in a hurry: the name, and one or two things more."""
    ways = [way for way in ("phones", "emails", "street") if getattr(one, way)]
    if not ways:
        return None
    kept = chance.sample(ways, k=min(len(ways), chance.choice((1, 1, 2))))
    told = replace(one, vat_number="")
    if "phones" not in kept:
        told = replace(told, phones=frozenset())
    if "emails" not in kept:
        told = replace(told, emails=frozenset())
    return told if "street" in kept else replace(told, street="", postcode="", town="")


def company_without_person(one: Candidate, _chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    return replace(one, first_name="", last_name="") if one.organisation and one.last_name else None


def unchanged(one: Candidate, _chance: random.Random, _office: Sequence[Candidate]) -> Candidate | None:
    return replace(one)


SAME: tuple[Rule, ...] = (
    slip_in_name, other_legal_form, abbreviated, other_letters, nickname, turned_name, initial, moved, other_number,
    other_mailbox, less_known, company_without_person, unchanged,
)  # fmt: skip


def _fresh(one: Candidate, chance: random.Random) -> Candidate:
    """Return somebody of whom nothing is shared but what the rule says: own numbers, mailboxes and VAT number."""
    number = chance.randrange(10**6, 10**7)
    mail = f"info@{chance.choice(('alpha', 'beta', 'gamma', 'delta'))}{number}.example"
    return replace(one, phones=frozenset({f"+4930{number}"}), emails=frozenset({mail}), vat_number="")


def other_branch_of_trade(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> Candidate | None:
    """Another firm of a family with the same name in the same town: Albrecht Metallbau, Albrecht Versicherungen."""
    words = one.organisation.split(" ")
    trades = [other.organisation.split(" ") for other in office if len(other.organisation.split(" ")) > 1]
    if len(words) < 2 or not trades:
        return None
    trade = chance.choice(trades)[1:]
    if trade[0][:4] == words[1][:4]:
        return None
    elsewhere = chance.choice(office)
    return _fresh(replace(one, organisation=" ".join([words[0], *trade]), street=elsewhere.street), chance)


def same_street(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> Candidate | None:
    """Another firm in the same house."""
    other = chance.choice(office)
    if other.organisation.split(" ")[0] == one.organisation.split(" ")[0] or not one.street:
        return None
    if other.last_name == one.last_name:
        return None
    return replace(other, street=one.street, postcode=one.postcode, town=one.town)


def in_one_household(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> Candidate | None:
    """Two persons of one family: address and telephone are the same."""
    if one.organisation or not one.first_name:
        return None
    names = [other.first_name for other in office if other.first_name and other.first_name[0] != one.first_name[0]]
    return replace(one, first_name=chance.choice(names), emails=frozenset()) if names else None


def colleague(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> Candidate | None:
    """Two persons who work at one firm, each entered as a person: switchboard and domain are the same."""
    people = [other for other in office if other.last_name and other.last_name[:3] != one.last_name[:3]]
    if one.organisation or not one.last_name or not people:
        return None
    other = chance.choice(people)
    mail = f"{other.last_name.lower()}@firma{chance.randrange(10**4)}.example"
    return replace(
        one,
        first_name=other.first_name,
        last_name=other.last_name,
        emails=frozenset({mail}),
        street="",
        postcode="",
        town="",
    )


def namesake(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> Candidate | None:
    """Somebody of the same last name elsewhere."""
    if one.organisation or not one.last_name:
        return None
    elsewhere = chance.choice([other for other in office if other.town != one.town])
    first = chance.choice(
        [other.first_name for other in office if other.first_name[:1] not in ("", one.first_name[:1])]
    )
    there = replace(one, street=elsewhere.street, postcode=elsewhere.postcode, town=elsewhere.town)
    return _fresh(replace(there, first_name=first), chance)


def same_trade(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> Candidate | None:
    """A competitor in the same town: another name before the same trade."""
    words = one.organisation.split(" ")
    heads = [other.organisation.split(" ")[0] for other in office if other.organisation]
    heads = [head for head in heads if head[:2].lower() != words[0][:2].lower()]
    if len(words) < 2 or not heads:
        return None
    return _fresh(replace(one, organisation=" ".join([chance.choice(heads), *words[1:]]), street="Ring 1"), chance)


def same_town(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> Candidate | None:
    """Anybody of the same town."""
    others = [other for other in office if other.town == one.town and other is not one]
    return chance.choice(others) if others else None


def provider_mail(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> Candidate | None:
    """Two with a mailbox at the same large provider."""
    other = chance.choice(office)
    return None if other is one else replace(other, emails=frozenset({f"x{chance.randrange(10**5)}@gmx.de"}))


OTHERS: tuple[Rule, ...] = (
    other_branch_of_trade, same_street, in_one_household, colleague, namesake, same_trade, same_town, provider_mail,
)  # fmt: skip


def labelled_pairs(office: Sequence[Candidate], count: int, seed: int) -> list[LabelledPair]:
    """Return `count` pairs, half of them the same contact; one to three things are changed in those."""
    chance = random.Random(seed)
    pairs: list[LabelledPair] = []
    while len(pairs) < count:
        is_same = len(pairs) % 2 == 0
        one = chance.choice(office)
        pair = _entered_again(one, chance, office) if is_same else _somebody_else(one, chance, office)
        if pair is not None:
            pairs.append(pair)
    return pairs


def _entered_again(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> LabelledPair | None:
    other, told = one, []
    for rule in chance.sample(SAME, k=chance.choice((1, 1, 2, 2, 3))):
        changed = rule(other, chance, office)
        if changed is not None:
            other = changed
            told.append(rule.__name__)
    return LabelledPair(one, other, True, tuple(told)) if told and _can_be_told(one, other) else None


def _can_be_told(one: Candidate, other: Candidate) -> bool:
    """Tell whether a person could say that both are the same: something but the name is still there to compare."""
    shared = one.phones & other.phones or one.emails & other.emails
    same_domain = {mail.rpartition("@")[2] for mail in one.emails} & {mail.rpartition("@")[2] for mail in other.emails}
    return bool(shared or same_domain or (one.postcode and one.postcode == other.postcode))


def _somebody_else(one: Candidate, chance: random.Random, office: Sequence[Candidate]) -> LabelledPair | None:
    rule = chance.choice(OTHERS)
    other = rule(one, chance, office)
    return None if other is None else LabelledPair(one, other, False, (rule.__name__,))
