"""What was found in a pasted text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

NumberKind = Literal["phone", "mobile", "fax"]
_SINGLE_NAMES = (
    "organisation salutation title first_name last_name job_title street house_number supplement po_box "
    "postcode town "
    "region country vat_number iban bic"
)
SINGLE = tuple(_SINGLE_NAMES.split())


@dataclass(frozen=True, slots=True)
class Value:
    """One recognised field, with a confidence from 0 to 1."""

    name: str
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch of the pasted text and what was read out of it (nothing, for a mere label such as "Address:")."""

    raw: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number as it was written."""

    kind: NumberKind
    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """The fields, "" where nothing was found; `confidence` by field name; `rest` is what found no place.

    `country` is an ISO code, `salutation` "mr", "ms" or "". `placed` tells which stretch of text gave which field.
    """

    organisation: str = ""
    salutation: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    job_title: str = ""
    street: str = ""
    house_number: str = ""
    supplement: str = ""
    po_box: str = ""
    postcode: str = ""
    town: str = ""
    region: str = ""
    country: str = ""
    vat_number: str = ""
    iban: str = ""
    bic: str = ""
    numbers: tuple[Number, ...] = ()
    emails: tuple[str, ...] = ()
    webs: tuple[str, ...] = ()
    confidence: Mapping[str, float] = field(default_factory=dict, hash=False)
    rest: tuple[str, ...] = ()
    placed: tuple[Placed, ...] = ()

    def of_kind(self, kind: NumberKind) -> tuple[str, ...]:
        """Return the numbers of one kind in their order."""
        return tuple(number.text for number in self.numbers if number.kind == kind)

    @property
    def phones(self) -> tuple[str, ...]:
        """The fixed numbers."""
        return self.of_kind("phone")

    @property
    def mobiles(self) -> tuple[str, ...]:
        """The mobile numbers."""
        return self.of_kind("mobile")

    @property
    def faxes(self) -> tuple[str, ...]:
        """The fax numbers."""
        return self.of_kind("fax")


def assemble(placed: Iterable[Placed], rest: Iterable[str]) -> Pasted:
    """Gather what was placed; the first value of a single field counts (the reader places no second one)."""
    kept = tuple(placed)
    values = [value for stretch in kept for value in stretch.values]
    single: dict[str, Value] = {}
    for value in values:
        single.setdefault(value.name, value)
    fields = {name: single[name].text for name in SINGLE if name in single}
    if supplements := _all(values, "supplement"):
        fields["supplement"] = ", ".join(supplements)
    kinds: tuple[NumberKind, ...] = ("phone", "mobile", "fax")
    numbers = [Number(kind, value.text) for value in values for kind in kinds if value.name == kind]
    return Pasted(
        **fields,
        numbers=tuple(dict.fromkeys(numbers)),
        emails=_all(values, "email"),
        webs=_all(values, "web"),
        confidence={name: value.confidence for name, value in single.items()},
        rest=tuple(rest),
        placed=kept,
    )


def _all(values: list[Value], name: str) -> tuple[str, ...]:
    """Return all values of a field that can hold several, each once."""
    return tuple(dict.fromkeys(value.text for value in values if value.name == name))
