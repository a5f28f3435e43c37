"""Whose file it is: by what the file says of itself, else by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

MAKERS: Mapping[str, str] = {
    "Outlook": r"outlook|microsoft|x-ms-|exchange server",
    "Google": r"google|gmail",
    "Apple": r"apple|iphone|mac_address_book|mac os|icloud|x-ab(?:label|uid|showas)|calendarserver",
    "Android": r"android|etar|davx",
    "FRITZ!Box": r"<phonebook|fritz",
    "Thunderbird": r"thunderbird|mozilla",
    "Evolution": r"evolution|ximian|eds-lib",
    "KDE": r"kaddressbook|korganizer|kde",
    "Nokia, BlackBerry, Lotus": r"nokia|black_?berry|lotus",
}
"""Name of a maker → what tells it, in small letters. The first that fits counts."""
OTHERS = "others"
_BROKEN = re.compile(r"fuzz|/poc-|crash\.ics|malloc|stresstest|broken|unparsable|hostile")


def maker_of(name: str, product: str, data: bytes) -> str:
    """Return who made a file: its maker line decides, then its name, then its words."""
    begin = data[:20_000].decode("latin-1").casefold()
    for text in (product.casefold(), name.casefold(), begin):
        for maker, pattern in MAKERS.items():
            if text and re.search(pattern, text):
                return maker
    return OTHERS


def is_made_to_break(name: str) -> bool:
    """Tell whether a file was made to break readers; it must do no harm, and says nothing about makers."""
    return _BROKEN.search(name.casefold()) is not None
