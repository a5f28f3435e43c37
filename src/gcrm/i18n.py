"""Texts in the user's language.

`_("Save")` translates now, `N_("Street")` marks a text that is translated later (`_(label)`), `ngettext` chooses
between one and many. Catalogues are gettext files, compiled when the program is built. A print can speak another
language than the screen: `with language("de"): ...`.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from gcrm.shipped import resource

LANGUAGES = ("en", "de", "pt")
_override: ContextVar[str | None] = ContextVar("language", default=None)


class _Office:
    """The language of the windows; one per process because the operating system's user is one."""

    language = "en"


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(code: str) -> gettext.NullTranslations:
    """Load the compiled catalogue; English is the source and needs none."""
    folder = str(resource("translations"))
    return gettext.translation("gcrm", folder, languages=[code], fallback=True)


def current_language() -> str:
    """Return the language in force: "en", "de" or "pt"."""
    return _override.get() or _Office.language


def set_language(code: str) -> None:
    """Choose the language of the windows; an unknown code falls back to English."""
    base = code.replace("-", "_").split("_")[0].lower()
    _Office.language = base if base in LANGUAGES else "en"


def system_language() -> str:
    """Return the operating system's language as one of LANGUAGES; its locale need not be installed for that."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    code = next(filter(None, named), None) or locale.getlocale()[0] or "en"
    base = re.split(r"[_.@]", code)[0].lower()
    return {"german": "de", "portuguese": "pt"}.get(base, base if base in LANGUAGES else "en")


@contextmanager
def language(code: str | None) -> Iterator[None]:
    """Speak another language for a while, in this thread only (a letter in the customer's language)."""
    token = _override.set(code if code in LANGUAGES else None)
    try:
        yield
    finally:
        _override.reset(token)


def _(text: str) -> str:
    """Translate `text` into the language in force."""
    return _catalogue(current_language()).gettext(text) if text else ""


def N_(text: str) -> str:
    """Mark `text` for translation and return it as it is."""
    return text


def ngettext(one: str, many: str, count: int) -> str:
    """Translate by number: `ngettext("{count} contact", "{count} contacts", n).format(count=n)`."""
    return _catalogue(current_language()).ngettext(one, many, count)
