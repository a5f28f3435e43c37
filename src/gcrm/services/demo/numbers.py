"""Numbers of a made-up office: right in form and check digits, and unique.

Telephone: in Berlin, Frankfurt, Hamburg, Köln and München first the numbers the Bundesnetzagentur keeps free for films
("Rufnummern für Medienproduktionen", Mitteilung 148/2021), as long as there are enough. Elsewhere numbers are only of
the right form. IBAN: ISO 13616, check digits ISO 7064 mod 97-10; Portugal's NIB has two of its own. VAT numbers:
DE ISO 7064 mod 11,10; AT, CH, PT weighted sums as in python-stdnum.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DRAMA = {"30": "23125", "69": "90009", "40": "66969", "221": "4710", "89": "99998"}
"""Area code → beginning of the subscriber numbers for films; three more digits follow."""
MOBILE = {"DE": ("171", 7), "AT": ("664", 7), "CH": ("79", 7), "PT": ("91", 7)}
_SPREAD = 7919  # a prime: neighbours in the list do not have neighbouring numbers


@dataclass(slots=True)
class Lines:
    """Gives telephone numbers, each once."""

    _used: dict[str, int] = field(default_factory=dict)

    def _turn(self, key: str) -> int:
        """Return how many numbers of an area were given before this one."""
        found = self._used.get(key, 0)
        self._used[key] = found + 1
        return found

    def stem(self, country: str, area: str) -> str:
        """Return the subscriber number of an organisation, to which an extension is joined."""
        turn = self._turn(f"{country}{area}")
        start = DRAMA.get(area) if country == "DE" else None
        if start and turn < 100:
            return f"{start}{turn:02d}"
        digits = 9 - len(area) - 1 if country == "PT" else 6
        room = 8 * 10 ** (digits - 1)
        return str(2 * 10 ** (digits - 1) + turn * _SPREAD % room)

    def mobile(self, country: str) -> tuple[str, str]:
        """Return the network and the subscriber number of a mobile."""
        turn = self._turn(f"{country} mobile")
        network, digits = MOBILE[country]
        if country == "DE" and turn < 100:
            return network, f"39200{turn:02d}"
        room = 8 * 10 ** (digits - 1)
        return network, str(2 * 10 ** (digits - 1) + turn * _SPREAD % room)


def iban(country: str, bank: str, account: int) -> str:
    """Return the IBAN of an account number at a bank."""
    if country == "PT":
        body = f"{bank}{account % 10**11:011d}"
        bban = f"{body}{98 - int(body) * 100 % 97:02d}"
    else:
        bban = bank + str(account % 10 ** _ACCOUNT[country]).zfill(_ACCOUNT[country])
    letters = "".join(str(ord(letter) - 55) for letter in country)
    return f"{country}{98 - int(f'{bban}{letters}00') % 97:02d}{bban}"


_ACCOUNT = {"DE": 10, "AT": 11, "CH": 12}


def vat(country: str, number: int) -> str:
    """Return the VAT number of a company; `number` counts companies."""
    return _VAT[country](number)


def _german(number: int) -> str:
    """DE and eight digits, the check digit by ISO 7064 mod 11,10."""
    body = f"{10_000_000 + number * _SPREAD % 89_999_999:08d}"
    rest = 10
    for digit in body:
        total = (int(digit) + rest) % 10 or 10
        rest = total * 2 % 11
    return f"DE{body}{(11 - rest) % 10}"


def _austrian(number: int) -> str:
    """ATU and seven digits, each second one doubled with its digits added."""
    body = f"{1_000_000 + number * _SPREAD % 8_999_999:07d}"
    total = 4
    for place, digit in enumerate(body):
        value = int(digit) * (1 + place % 2)
        total += value // 10 + value % 10
    return f"ATU{body}{(10 - total % 10) % 10}"


def _swiss(number: int) -> str:
    """CHE and eight digits weighted 5 4 3 2 7 6 5 4, modulo 11; a check digit of 10 is not given out."""
    while True:
        body = f"{10_000_000 + number * _SPREAD % 89_999_999:08d}"
        check = (11 - sum(int(d) * w for d, w in zip(body, (5, 4, 3, 2, 7, 6, 5, 4), strict=True)) % 11) % 11
        if check < 10:
            return f"CHE{body}{check}MWST"
        number += 1_000_003


def _portuguese(number: int) -> str:
    """PT and eight digits that begin with 5 (companies), weighted 9 to 2, modulo 11."""
    body = f"5{number * _SPREAD % 9_999_999:07d}"
    check = 11 - sum(int(d) * w for d, w in zip(body, range(9, 1, -1), strict=True)) % 11
    return f"PT{body}{check if check < 10 else 0}"


_VAT = {"DE": _german, "AT": _austrian, "CH": _swiss, "PT": _portuguese}
