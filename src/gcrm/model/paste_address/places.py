"""Streets, towns and countries among the pieces."""

from __future__ import annotations

import re
from collections import Counter

from gcrm.model.address_format import address_format, split_street
from gcrm.model.checks.postcode import SHAPES
from gcrm.model.checks.vat import country_of
from gcrm.model.country import country_code
from gcrm.model.fold import digits
from gcrm.model.name_key import has_legal_form
from gcrm.model.paste_address.pasted import Value
from gcrm.model.paste_address.piece import Desk, Piece

_STATE_CODES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND "
    "OH OK OR PA "
    "RI SC SD TN TX UT VT VA WA WV WI WY DC"
)
_STATES = frozenset(_STATE_CODES.split())
_PREFIXES = {"D": "DE", "A": "AT", "FL": "LI", "L": "LU", "F": "FR", "I": "IT", "B": "BE", "P": "PT", "E": "ES"}
_CALLING_CODES = {
    "49": "DE", "43": "AT", "41": "CH", "351": "PT", "44": "GB", "55": "BR", "33": "FR", "31": "NL", "423": "LI",
    "1": "US",
}  # fmt: skip
_TOWN = r"(?P<town>[^\W\d][^\d]{1,60}?)"
_CODE_FIRST = re.compile(
    r"(?:(?P<prefix>DE|D|AT|A|CH|FL|LI|LU|L|FR|F|IT|I|NL|BE|B|PT|P|ES|E|DK|CZ|SK)\s?[-–]\s?|(?P<prefix2>D|A|CH)\s)?"
    rf"(?P<code>\d{{4,5}})\s+{_TOWN}"
)
_DASHED = re.compile(rf"(?:P(?:T)?[- ])?(?P<code>\d{{4}}-\d{{3}})(?:\s+{_TOWN})?")
_DUTCH = re.compile(rf"(?:NL[- ])?(?P<code>\d{{4}}\s?[A-Z]{{2}})\s+{_TOWN}")
_POLISH = re.compile(rf"(?:PL[- ])?(?P<code>\d{{2}}-\d{{3}})\s+{_TOWN}")
_AMERICAN = re.compile(r"(?:(?P<town>[^\W\d][^\d]{1,50}?),?\s+)?(?P<region>[A-Z]{2}),?\s+(?P<code>\d{5}(?:-\d{4})?)")
_BRITISH = re.compile(r"(?:(?P<town>[^\W\d][^\d]{1,50}?),?\s+)?(?P<code>[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})")
_BRAZILIAN = re.compile(
    r"(?:(?P<town>[^\W\d][^\d]{1,50}?)\s?[-/,]\s?(?P<region>[A-Z]{2}),?\s+)?(?:CEP:?\s?)?(?P<code>\d{5}-\d{3})"
)
_SHAPES = (("PT", _DASHED), ("NL", _DUTCH), ("PL", _POLISH), ("US", _AMERICAN), ("BR", _BRAZILIAN), ("GB", _BRITISH))

_GERMAN_STREET = re.compile(
    r"\b[^\W\d][\w.'-]*(?:stra(?:ß|ss)e|str\.?|weg|platz|pl\.|allee|gasse|ring|damm|ufer|chaussee|markt|steig"
    r"|promenade|zeile"
    r"|graben|wall|berg|feld|hof|park|kai|stieg|tor|brücke|matte?|rain|halde)(?=[\s,]|\d|$)"
    r"|^(?:am|an der|an den|auf de[rm]|im|in der|zum|zur|unter den|alte[rs]?|große|kleine)\s+[^\d]{2,40}\d"
    r"|\b(?:Straße|Strasse|Platz|Weg|Allee|Gasse|Ring|Ufer|Damm|Markt)\b",
    re.IGNORECASE,
)
_LATIN_STREET = re.compile(
    r"^(?:rua|r\.|avenida|av\.?|travessa|tv\.|largo|lg\.|praça|pç\.|estrada|estr\.|alameda|beco|calçada"
    r"|rotunda|urbanização|quinta"
    r"|zona industrial|rodovia|rod\.|rue|avenue|chemin|route|place|quai|via|piazza|calle|boulevard)(?:\s|$)",
    re.IGNORECASE,
)
_ENGLISH_STREET = re.compile(
    r"^\d{1,5}[A-Za-z]?(?:\s?[-–]\s?\d{1,5})?,?\s.{0,60}\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr"
    r"|boulevard|blvd|way"
    r"|court|ct|square|sq|place|pl|terrace|crescent|close|gardens|parkway|pkwy|highway|hwy|row|hill|broadway"
    r"|mews|quay|walk|yard"
    r"|green|grove|park|wharf)\b\.?(?:\s(?:[NSEW]{1,2}|North|South|East|West))?$|^\d{1,5}[a-z]?,?\s(?:rue|avenue|bis"
    r"|boulevard|chemin)\s",
    re.IGNORECASE,
)
_SUPPLEMENT = re.compile(
    r"^(?:c/o\s|gebäude\s|geb\.\s|haus\s|eingang\s|aufgang\s|hinterhaus|\d{1,2}\.\s?(?:og|ug"
    r"|stock|etage|obergeschoss)"
    r"|\d{1,2}(?:st|nd|rd|th)\sfloor|floor\s|suite\s|ste\.?\s|apt\.?\s|unit\s|flat\s|level\s|building\s"
    r"|block\s|room\s|stiege\s"
    r"|top\s\d|andar|loja\s|sala\s|bloco\s|edif[íi]cio\s|\d{1,2}\.?\s?[ºª°]|r/c|postfix\s|#\s?\d|lote\s|km\s\d"
    r"|[^\d]{3,20}\shouse$|.{2,30}\sbuilding$)",
    re.IGNORECASE,
)
_BOX = re.compile(r"^(?:postfach|p\.?\s?o\.?\s?box|apartado|case postale|caixa postal)\b.{0,20}$", re.IGNORECASE)


def claim_places(desk: Desk) -> None:
    """Claim country, town, street, post office box and supplement."""
    country = _claim_country(desk) or likely_country(desk)
    town = _claim_town(desk, country)
    country = next(iter(desk.texts("country")), "") or country or desk.home_country
    _claim_street(desk, country, town)
    for piece in desk.free():
        if _BOX.match(piece.text) and not desk.has("po_box"):
            desk.place(piece, [Value("po_box", piece.text, 0.9)])
        elif _SUPPLEMENT.match(piece.text) and desk.has("street") and len(desk.texts("supplement")) < 3:
            desk.place(piece, [Value("supplement", piece.text, 0.8)])


def likely_country(desk: Desk) -> str:
    """Return the country that VAT number, telephone prefix and top-level domain speak for, else the home country."""
    votes: Counter[str] = Counter()
    for number in desk.texts("vat_number"):
        votes[country_of(number)] += 3
    for number in (text for kind in ("phone", "mobile", "fax") for text in desk.texts(kind)):
        votes[_by_prefix(number)] += 2
    for host in (*desk.texts("email"), *desk.texts("web")):
        end = host.lower().partition("//")[2] or host.lower()
        votes[_by_domain(end.partition("/")[0].rpartition(".")[2])] += 1
    del votes[""]
    return votes.most_common(1)[0][0] if votes else desk.home_country


def _by_prefix(number: str) -> str:
    """Return the country of an international number."""
    if not number.lstrip("(").startswith(("+", "00")):
        return ""
    plain = digits(number).removeprefix("00")
    return next((country for prefix, country in _CALLING_CODES.items() if plain.startswith(prefix)), "")


def _by_domain(end: str) -> str:
    """Return the country of a top-level domain."""
    return {"uk": "GB"}.get(end, end.upper() if end.upper() in SHAPES else "")


def _claim_country(desk: Desk) -> str:
    """Claim a piece that is nothing but the name of a country."""
    for piece in desk.free():
        text = piece.text.strip(" .")
        code = country_code(text) if len(text) >= 4 or text.upper() in ("UK", "USA", "EUA") else ""
        if code and text.casefold() not in ("jersey", "georgia"):
            desk.place(piece, [Value("country", code, 0.95)])
            return code
    return ""


def _claim_town(desk: Desk, country: str) -> Piece | None:
    """Claim the first piece that is postcode and town; a British postcode may stand alone below its town."""
    for position, piece in enumerate(desk.pieces):
        if piece.used:
            continue
        values = _shaped(piece.text, country) or _code_first(piece.text, country)
        if not values:
            continue
        if not any(value.name == "town" for value in values):
            values = [*values, *_town_beside(desk, position)]
        if not desk.has("country"):
            values.append(_country_value(values, country))
        desk.place(piece, [value for value in values if value.name != "shape"])
        return piece
    return None


def _country_value(values: list[Value], country: str) -> Value:
    """Return the country that the shape of the postcode tells, else the likely one."""
    told = next((value.text for value in values if value.name == "shape"), "")
    return Value("country", told or country, 0.8 if told else 0.5)


def _shaped(text: str, country: str) -> list[Value]:
    """Recognise postcodes whose shape alone tells the country."""
    for code, pattern in _SHAPES:
        found = pattern.fullmatch(text)
        if found is None or (code == "US" and found["region"] not in _STATES):
            continue
        if code == "PL" and country not in ("PL", ""):
            continue
        parts = {name: part.strip(" ,") for name, part in found.groupdict().items() if part}
        parts["postcode"] = parts.pop("code")
        return [Value("shape", code, 1), *(Value(name, part, 0.95) for name, part in parts.items())]
    return []


def _code_first(text: str, country: str) -> list[Value]:
    """Recognise "10115 Berlin", "A-1010 Wien" where the country does not write the number of the house first."""
    found = _CODE_FIRST.fullmatch(text)
    if found is None or _ENGLISH_STREET.match(text) or has_legal_form(text):
        return []
    prefix = found["prefix"] or found["prefix2"] or ""
    told = _PREFIXES.get(prefix, prefix) or _by_length(found["code"], country)
    values = [Value("postcode", found["code"], 0.9), Value("town", found["town"].strip(), 0.9 if told else 0.6)]
    return [*values, Value("shape", told, 1)] if told else values


def _by_length(code: str, country: str) -> str:
    """Return the country if its postcodes have this shape; five digits else speak for Germany."""
    if country in SHAPES and SHAPES[country].pattern.fullmatch(code):
        return country
    return "DE" if len(code) == 5 else ""


def _town_beside(desk: Desk, position: int) -> list[Value]:
    """Claim the piece before a lone postcode as its town, or the one behind it."""
    for near in (position - 1, position + 1):
        if not 0 <= near < len(desk.pieces) or desk.pieces[near].used:
            continue
        piece = desk.pieces[near]
        plain = len(piece.text) <= 40 and piece.text[:1].isupper() and not digits(piece.text)
        if plain and not has_legal_form(piece.text):
            desk.place(piece, [Value("town", piece.text, 0.7)])
            return []
    return []


def _claim_street(desk: Desk, country: str, town: Piece | None) -> None:
    """Claim the likeliest street: by its words, or because it stands right before the town and ends in a number."""
    best = max(desk.free(), key=lambda piece: _street_likeness(desk, piece, country, town), default=None)
    likeness = _street_likeness(desk, best, country, town) if best else 0.0
    if best is None or likeness < 0.5:
        return
    street, number = _split(best.text, country)
    values = [Value("street", street, likeness)]
    desk.place(best, [*values, Value("house_number", number, likeness)] if number else values)


def _split(text: str, country: str) -> tuple[str, str]:
    """Split a street; one that begins with a number is read as in France also elsewhere ("12, rue du Port" in CH)."""
    return split_street(text, "FR" if text[:1].isdigit() else country)


def _distance(desk: Desk, piece: Piece, town: Piece | None) -> int:
    """Count the pieces from a street to the town, without floors and doors between them."""
    if town is None:
        return 9
    here, there = sorted((desk.pieces.index(piece), desk.pieces.index(town)))
    between = [other for other in desk.pieces[here + 1 : min(there, here + 9)] if not _SUPPLEMENT.match(other.text)]
    return len(between) + 1


def _street_likeness(desk: Desk, piece: Piece, country: str, town: Piece | None) -> float:
    """Say how likely a piece is the street, from 0 to 1; standing near the town breaks ties."""
    text = piece.text
    if len(text) > 80 or _BOX.match(text) or _SUPPLEMENT.match(text) or has_legal_form(text):
        return 0.0
    numbered = bool(_split(text, country)[1])
    worded = any(pattern.search(text) for pattern in (_GERMAN_STREET, _LATIN_STREET, _ENGLISH_STREET))
    distance = _distance(desk, piece, town)
    near = 0.04 * max(0, 3 - distance)
    if worded and numbered:
        return 0.86 + near
    if numbered and (distance <= 1 or (distance == 2 and address_format(country).number_first)):
        return 0.6 + near
    return 0.52 + near if worded and (distance <= 1 or _LATIN_STREET.search(text)) else 0.0
