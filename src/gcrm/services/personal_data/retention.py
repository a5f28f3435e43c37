"""How long the law wants papers kept, by the country of the office.

Every period begins with the end of the calendar year in which the paper came about. To add a country: a line in LAWS
with its sources. The program cannot know which letter was a business letter: it proposes, and people decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

LETTER, VOUCHER = "letter", "voucher"
"""Business letters (also as e-mail), and whatever a booking rests on."""


@dataclass(frozen=True, slots=True)
class Law:
    """For how many full years a kind of paper is kept, and where that is written."""

    years: int
    source: str

    def until(self, on: date) -> date:
        """Return the last day on which a paper of this day has to be kept."""
        return date(on.year + self.years, 12, 31)


LAWS: Mapping[str, Mapping[str, Law]] = {
    # Vouchers 8 years since 2025 by the fourth Bürokratieentlastungsgesetz (BGBl. 2024 I Nr. 323).
    "DE": {
        LETTER: Law(6, "§ 257 Abs. 1 Nr. 2, 3, Abs. 4, 5 HGB; § 147 Abs. 1 Nr. 2, 3, Abs. 3, 4 AO"),
        VOUCHER: Law(8, "§ 257 Abs. 1 Nr. 4, Abs. 4, 5 HGB; § 147 Abs. 1 Nr. 4, Abs. 3, 4 AO"),
    },
    "AT": {
        LETTER: Law(7, "§ 212 Abs. 1 UGB; § 132 Abs. 1 BAO"),
        VOUCHER: Law(7, "§ 132 Abs. 1 BAO; § 212 Abs. 1 UGB"),
    },
    "PT": {
        LETTER: Law(10, "art. 40.º Código Comercial"),
        VOUCHER: Law(10, "art. 52.º n.º 1 CIVA; art. 123.º n.º 4 CIRC; art. 19.º DL 28/2019"),
    },
    "CH": {
        LETTER: Law(10, "Art. 958f OR"),
        VOUCHER: Law(10, "Art. 958f OR; Art. 70 Abs. 2 MWSTG"),
    },
}
LONGEST = Law(10, "")
"""For a country whose law is not told here: the longest of those that are."""


def law_of(country: str, kind: str) -> Law:
    """Return the period of a kind of paper; the longest one, without a source, where the country is not known."""
    return LAWS.get(country, {}).get(kind, LONGEST)
