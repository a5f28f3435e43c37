"""Which pages there are, and on which page an option stands.

Every module of this folder with a constant PAGE is a page; pages stand in the order of their `position`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from gcrm.i18n import _
from gcrm.model.fold import fold
from gcrm.services import settings
from gcrm.services.settings import Option
from gcrm.ui.settings.page import Page

PACKAGE = "gcrm.ui.settings"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: the page, the name to go to there ("" for the page itself) and its label in the language."""

    page: Page
    name: str
    label: str


@cache
def all_pages() -> tuple[Page, ...]:
    """Return the pages in their order."""
    folder = importlib.import_module(PACKAGE).__path__
    modules = [importlib.import_module(f"{PACKAGE}.{found.name}") for found in pkgutil.iter_modules(folder)]
    pages = [module.PAGE for module in modules if hasattr(module, "PAGE")]
    return tuple(sorted(pages, key=lambda page: page.position))


def options_of(page: Page, pages: Iterable[Page] | None = None) -> list[Option]:
    """Return the options that a page shows by itself, in the order they are declared.

    A key goes before a group; what nobody asks for stands on the first page. What the own company tells is a field of
    its form and no option here.
    """
    known = tuple(pages if pages is not None else all_pages())
    shown = (option for option in settings.OPTIONS if option.is_shown and not option.company_field)
    return [option for option in shown if _home_of(option, known) is page]


def _home_of(option: Option, pages: tuple[Page, ...]) -> Page:
    by_key = (page for page in pages if any(option.key.startswith(key) for key in page.keys))
    by_group = (page for page in pages if option.group in page.groups)
    return next(by_key, None) or next(by_group, None) or pages[0]


def search(words: str) -> list[Hit]:
    """Return everything whose label, help or choices hold all the words; whole pages first."""
    wanted = fold(words).split()
    if not wanted:
        return []
    pages = all_pages()
    found = [Hit(page, "", _(page.title)) for page in pages if _holds((page.title,), wanted)]
    for page in pages:
        things = [(option.key, option.label, _texts(option)) for option in options_of(page)]
        things += [(entry.name, entry.label, (entry.label, entry.words)) for entry in page.entries]
        found += [Hit(page, name, _(label)) for name, label, texts in things if _holds((page.title, *texts), wanted)]
    return found


def _texts(option: Option) -> tuple[str, ...]:
    return (option.label, option.help, *(label for _value, label in option.choices))


def _holds(texts: Iterable[str], wanted: list[str]) -> bool:
    """Whether all words stand in the texts, in the language in force or in English."""
    whole = fold(" ".join(f"{_(text)} {text}" for text in texts if text))
    return all(word in whole for word in wanted)
