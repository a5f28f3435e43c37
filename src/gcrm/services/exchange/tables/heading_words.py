"""What headings of columns mean: phrases by target lie in resources/tables/words.json, folded, words apart.

To add a spelling: a phrase behind its target. Compounds need none where their beginning is in PARTS ("Lieferort").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from gcrm.shipped import resource

_WORK = (
    "business work geschaftlich gesch dienstl dienstlich beruflich buro office trabalho profissional comercial arbeit "
    "geschaft firmen firma company dienst primary mailing"
)
_HOME = "home privat private personal personlich privado pessoal residencial casa haus privater privates wohn"
_OTHER = (
    "other weitere weiterer weiteres weiter andere anderer sonstige sonstiges outro outra alternativ alternative "
    "alternate zweite zweiter"
)
_DELIVERY = "lieferung liefer lieferadresse lieferanschrift shipping delivery entrega versand versandadresse ship"
_INVOICE = "rechnung rechnungs rechnungsadresse rechnungsanschrift billing invoice faturacao fatura cobranca bill"
GROUPS: Mapping[str, str] = {
    **dict.fromkeys(_WORK.split(), "work"),
    **dict.fromkeys(_HOME.split(), "home"),
    **dict.fromkeys(_OTHER.split(), "other"),
    **dict.fromkeys(_DELIVERY.split(), "delivery"),
    **dict.fromkeys(_INVOICE.split(), "invoice"),
}
"""What a heading begins or ends with to say which address or number is meant."""

PARTS: Mapping[str, str] = {
    "liefer": "delivery", "rechnungs": "invoice", "privat": "home", "geschafts": "work", "firmen": "work"
}  # fmt: skip
"""Beginnings of compounds: Lieferort, Rechnungsstrasse, Privattelefon."""

_OF_OTHERS = (
    "assistent assistentin assistenten assistant assistants assistente manager managers vorgesetzter ehepartner "
    "lebenspartner spouse partner kinder children conjuge yomi phonetisch phonetic phonetisches sachbearbeiter "
    "vertreter betreuer bearbeiter verkaufer salesperson assigned owner created modified erstellt geandert "
    "ablageort schule schools hobby hobbys typ type"
)
OF_OTHERS = frozenset(_OF_OTHERS.split())
"""Words of columns that speak of somebody or something else than the contact: these are kept."""


@cache
def phrases() -> Mapping[str, str]:
    """Return the target of each phrase."""
    told = json.loads(resource("tables/words.json").read_text(encoding="utf-8"))
    return {phrase: target for target, some in told.items() for phrase in some}
